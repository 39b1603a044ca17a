/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations in a table: the key is the pair of ends, the lower first, so
 * that both directions find the same record.
 */
#include "core/flow.h"

#include <stdlib.h>
#include <string.h>

/* The bytes that are compared. */
struct flow_key {
	struct address a, b;
	uint16_t a_port, b_port;
};

/*
 * Keys whose hash is known: a segment's conversation is looked up, then
 * added; the next to expire is foreseen, then deleted. A power of two.
 */
#define FLOW_MEMOS 8

struct flow_memo {
	struct flow_key key;
	uint64_t hash;
};

struct flow_table {
	struct table table;
	struct flow_timeouts timeouts;
	struct flow_memo memos[FLOW_MEMOS];
};

/* ---- keys and their hashes ---- */

/* Does the segment's sender come first in the key? */
static inline bool sender_is_a(const struct segment *seg)
{
	if (address_equal(&seg->src, &seg->dst))
		return seg->src_port <= seg->dst_port;
	return address_before(&seg->src, &seg->dst);
}

static inline struct flow_key key_of_segment(const struct segment *seg)
{
	if (sender_is_a(seg))
		return (struct flow_key){seg->src, seg->dst, seg->src_port,
					 seg->dst_port};
	return (struct flow_key){seg->dst, seg->src, seg->dst_port,
				 seg->src_port};
}

static inline struct flow_key key_of_flow(const struct flow *f)
{
	return (struct flow_key){f->a, f->b, f->a_port, f->b_port};
}

static inline bool has_key(const struct flow *f, const struct flow_key *key)
{
	return f->a_port == key->a_port && f->b_port == key->b_port &&
	       address_equal(&f->a, &key->a) && address_equal(&f->b, &key->b);
}

/* Of IPv4 addresses without the twelve bytes that each of them has. */
static uint64_t hash_of_key(const struct flow_table *t,
			    const struct flow_key *key)
{
	struct siphash s = t->table.keyed;

	if (!address_is_ipv4(&key->a) || !address_is_ipv4(&key->b))
		return table_hash(&t->table, key, sizeof(*key));
	siphash_absorb(&s, (uint64_t)get_be32(key->a.byte + 12) << 32 |
				   get_be32(key->b.byte + 12));
	return siphash_end(s, (uint64_t)key->a_port << 16 | key->b_port, 12);
}

static inline bool is_memo_of(const struct flow_memo *m,
			      const struct flow_key *key)
{
	return m->key.a_port == key->a_port && m->key.b_port == key->b_port &&
	       address_equal(&m->key.a, &key->a) &&
	       address_equal(&m->key.b, &key->b);
}

static inline uint64_t recall_hash(struct flow_table *t,
				   const struct flow_key *key)
{
	unsigned int at =
		key->a.byte[15] ^ key->b.byte[15] ^ key->a_port ^ key->b_port;
	struct flow_memo *m = &t->memos[at % FLOW_MEMOS];

	if (!is_memo_of(m, key))
		*m = (struct flow_memo){*key, hash_of_key(t, key)};
	return m->hash;
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
	/* Each is a key of zeros so far. */
	for (size_t i = 0; i < FLOW_MEMOS; i++)
		t->memos[i].hash = hash_of_key(t, &t->memos[i].key);
	return t;
}

void flow_table_free(struct flow_table *t)
{
	if (!t)
		return;
	table_fini(&t->table);
	free(t);
}

struct flow *flow_find(struct flow_table *t, const struct segment *seg)
{
	struct flow_key key = key_of_segment(seg);
	uint64_t hash = recall_hash(t, &key);
	struct flow *f = table_bucket(&t->table, hash);

	while (f && !has_key(f, &key))
		f = table_next(&t->table, f);
	return f;
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
	struct flow_key key = key_of_segment(seg);
	uint64_t hash = recall_hash(t, &key);
	struct flow *f;

	*was_evicted = t->table.count == t->table.capacity;
	if (*was_evicted)
		evict(t, evicted);
	f = table_add(&t->table, hash, queue);
	f->a = key.a;
	f->b = key.b;
	f->a_port = key.a_port;
	f->b_port = key.b_port;
	f->queue = (uint8_t)queue;
	f->state = HS_NONE;
	f->flags = sender_is_a(seg) ? FLOW_ORIG_IS_A : 0;
	f->touched_ms = (uint32_t)(now_ns / NS_PER_MS);
	return f;
}

void flow_del(struct flow_table *t, struct flow *f)
{
	struct flow_key key = key_of_flow(f);

	table_del(&t->table, f, recall_hash(t, &key), f->queue);
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
	const struct flow *next = table_record(&t->table, f->link.after);
	struct flow_key key;

	if (!next)
		return;
	key = key_of_flow(next);
	table_prefetch(&t->table, recall_hash(t, &key));
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
