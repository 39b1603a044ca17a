/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations in a table: the key is the pair of ends, the lower first, so
 * that both directions find the same record.
 */
#include "core/flow.h"

#include <stdlib.h>
#include <string.h>

/* The two ends, the lower first: what is hashed and compared. */
struct ends {
	const struct address *a, *b;
	uint16_t a_port, b_port;
};

/* A record that is the next to go, and its hash. */
struct foreseen {
	uint32_t number, hash;
};

/* A power of two. */
#define FORESEEN 4

struct flow_table {
	struct table table;
	struct flow_timeouts timeouts;
	struct foreseen foreseen[FORESEEN];
};

/* ---- keys and their hashes ---- */

/* Is the segment's sender the lower end? */
static inline bool sender_is_a(const struct segment *seg)
{
	uint64_t src = get_be64(seg->src.byte), dst = get_be64(seg->dst.byte);

	if (src == dst) {
		src = get_be64(seg->src.byte + 8);
		dst = get_be64(seg->dst.byte + 8);
	}
	return src == dst ? seg->src_port <= seg->dst_port : src < dst;
}

static inline struct ends ends_of_segment(const struct segment *seg)
{
	if (sender_is_a(seg))
		return (struct ends){&seg->src, &seg->dst, seg->src_port,
				     seg->dst_port};
	return (struct ends){&seg->dst, &seg->src, seg->dst_port,
			     seg->src_port};
}

static inline struct ends ends_of_flow(const struct flow *f)
{
	return (struct ends){&f->a, &f->b, f->a_port, f->b_port};
}

static inline bool has_ends(const struct flow *f, const struct ends *e)
{
	return f->a_port == e->a_port && f->b_port == e->b_port &&
	       address_equal(&f->a, e->a) && address_equal(&f->b, e->b);
}

/*
 * Of IPv4 addresses without the twelve bytes that each of them has. The length
 * tells the two forms apart.
 */
static uint32_t hash_of(const struct flow_table *t, const struct ends *e)
{
	struct siphash s = t->table.keyed;
	uint64_t ports = (uint64_t)e->a_port << 16 | e->b_port;

	if (address_is_ipv4(e->a) && address_is_ipv4(e->b)) {
		siphash_absorb(&s, (uint64_t)get_be32(e->a->byte + 12) << 32 |
					   get_be32(e->b->byte + 12));
		return (uint32_t)siphash_end(s, ports, 12);
	}
	siphash_absorb(&s, get_le64(e->a->byte));
	siphash_absorb(&s, get_le64(e->a->byte + 8));
	siphash_absorb(&s, get_le64(e->b->byte));
	siphash_absorb(&s, get_le64(e->b->byte + 8));
	return (uint32_t)siphash_end(s, ports, 36);
}

static inline uint32_t hash_of_segment(const struct flow_table *t,
				       const struct segment *seg,
				       const struct ends *e)
{
	return seg->flow_hash ? seg->flow_hash : hash_of(t, e);
}

/* ---- the table ---- */

struct flow_table *flow_table_new(uint32_t capacity, const uint8_t key[16],
				  const struct flow_timeouts *timeouts)
{
	struct flow_table *t = calloc(1, sizeof(*t));

	_Static_assert(FLOW_NUM_QUEUES <= TABLE_MAX_QUEUES, "queues fit");
	if (!t)
		return NULL;
	t->timeouts = *timeouts;
	if (!table_init(&t->table, capacity, sizeof(struct flow), key)) {
		flow_table_free(t);
		return NULL;
	}
	return t;
}

void flow_table_free(struct flow_table *t)
{
	if (!t)
		return;
	table_fini(&t->table);
	free(t);
}

void flow_table_set_timeouts(struct flow_table *t,
			     const struct flow_timeouts *timeouts)
{
	t->timeouts = *timeouts;
}

struct flow *flow_find(struct flow_table *t, const struct segment *seg)
{
	struct ends ends = ends_of_segment(seg);
	uint32_t hash = hash_of_segment(t, seg, &ends);
	struct flow *f = table_bucket(&t->table, hash);

	while (f && !has_ends(f, &ends))
		f = table_next(&t->table, f);
	return f;
}

void flow_foresee(const struct flow_table *t, struct segment *seg)
{
	struct ends ends = ends_of_segment(seg);

	seg->flow_hash = hash_of(t, &ends);
	table_prefetch(&t->table, seg->flow_hash);
}

uint32_t flow_foresee_record(const struct flow_table *t,
			     const struct segment *seg)
{
	uint32_t number = table_bucket_number(&t->table, seg->flow_hash);

	if (number == 0)
		number = t->table.free;
	__builtin_prefetch(table_record(&t->table, number), 1);
	return number;
}

void flow_foresee_move(const struct flow_table *t, uint32_t number)
{
	const struct flow *f = table_record(&t->table, number);

	if (!f)
		return;
	__builtin_prefetch(table_record(&t->table, f->link.before), 1);
	__builtin_prefetch(table_record(&t->table, f->link.after), 1);
}

/* The oldest of the first queue that has a record. */
struct flow *flow_any(struct flow_table *t)
{
	struct flow *f = NULL;

	for (unsigned int q = 0; !f && q < FLOW_NUM_QUEUES; q++)
		f = table_first(&t->table, q);
	return f;
}

/* Full: one gives way. */
static void evict(struct flow_table *t, struct flow *evicted)
{
	struct flow *f = flow_any(t);

	if (evicted)
		*evicted = *f;
	flow_del(t, f);
}

struct flow *flow_add(struct flow_table *t, const struct segment *seg,
		      enum flow_queue queue, uint64_t now_ns,
		      struct flow *evicted, bool *was_evicted)
{
	struct ends ends = ends_of_segment(seg);
	uint32_t hash = hash_of_segment(t, seg, &ends);
	struct flow *f;

	*was_evicted = t->table.count == t->table.capacity;
	if (*was_evicted)
		evict(t, evicted);
	f = table_add(&t->table, hash, queue);
	f->a = *ends.a;
	f->b = *ends.b;
	f->a_port = ends.a_port;
	f->b_port = ends.b_port;
	f->queue = (uint8_t)queue;
	f->state = HS_NONE;
	f->flags = ends.a == &seg->src ? FLOW_ORIG_IS_A : 0;
	f->touched_ms = (uint32_t)(now_ns / NS_PER_MS);
	return f;
}

void flow_del(struct flow_table *t, struct flow *f)
{
	uint32_t number = flow_number(t, f);
	struct foreseen *known = &t->foreseen[number % FORESEEN];
	struct ends ends = ends_of_flow(f);
	uint32_t hash = known->hash;

	if (known->number == number)
		known->number = 0; /* it may be another's by then */
	else
		hash = hash_of(t, &ends);
	table_del(&t->table, f, hash, f->queue);
}

void flow_touch(struct flow_table *t, struct flow *f, enum flow_queue queue,
		uint64_t now_ns)
{
	table_move(&t->table, f, f->queue, queue);
	f->queue = (uint8_t)queue;
	f->touched_ms = (uint32_t)(now_ns / NS_PER_MS);
}

static uint32_t waited_ms(const struct flow *f, uint64_t now_ns)
{
	return (uint32_t)(now_ns / NS_PER_MS) - f->touched_ms;
}

uint64_t flow_waited_ns(const struct flow *f, uint64_t now_ns)
{
	return waited_ms(f, now_ns) * NS_PER_MS;
}

/*
 * Those that waited long are far away, and as a rule they end one after the
 * other: by the time it is `f`'s turn the next has come near, and the one
 * after that is on its way.
 */
static void foresee_expiry(struct flow_table *t, const struct flow *f)
{
	uint32_t number = f->link.after;
	const struct flow *next = table_record(&t->table, number);
	struct ends ends;

	if (!next)
		return;
	ends = ends_of_flow(next);
	t->foreseen[number % FORESEEN] =
		(struct foreseen){number, hash_of(t, &ends)};
	table_prefetch(&t->table, t->foreseen[number % FORESEEN].hash);
	__builtin_prefetch(table_record(&t->table, next->link.after));
}

struct flow *flow_expired(struct flow_table *t, enum flow_queue queue,
			  uint64_t now_ns)
{
	struct flow *f = table_first(&t->table, queue);

	if (!f || waited_ms(f, now_ns) < t->timeouts.ms[queue])
		return NULL;
	foresee_expiry(t, f);
	return f;
}

uint32_t flow_number(const struct flow_table *t, const struct flow *f)
{
	/* Not table_number(), which would divide by a size it does not know. */
	return (uint32_t)(f - (const struct flow *)t->table.records) + 1;
}

uint32_t flow_count(const struct flow_table *t)
{
	return t->table.count;
}

uint32_t flow_capacity(const struct flow_table *t)
{
	return t->table.capacity;
}

size_t flow_table_bytes(const struct flow_table *t)
{
	return sizeof(*t) + table_bytes(&t->table);
}
