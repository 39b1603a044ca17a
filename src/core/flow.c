/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations in a table: the key is the pair of ends, the lower first, so
 * that both directions find the same record.
 */
#include "core/flow.h"

#include <stdlib.h>
#include <string.h>

struct flow_table {
	struct table table;
	struct flow_timeouts timeouts;
};

/* The bytes that are hashed and compared. */
struct flow_key {
	struct address a, b;
	uint16_t a_port, b_port;
};

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

/* Does the segment's sender come first in the key? */
static bool sender_is_a(const struct segment *seg)
{
	int order = memcmp(&seg->src, &seg->dst, sizeof(seg->src));

	return order < 0 || (order == 0 && seg->src_port <= seg->dst_port);
}

static struct flow_key key_of_segment(const struct segment *seg)
{
	if (sender_is_a(seg))
		return (struct flow_key){seg->src, seg->dst, seg->src_port,
					 seg->dst_port};
	return (struct flow_key){seg->dst, seg->src, seg->dst_port,
				 seg->src_port};
}

static uint64_t hash_of_flow(const struct flow_table *t, const struct flow *f)
{
	struct flow_key key = {f->a, f->b, f->a_port, f->b_port};

	return table_hash(&t->table, &key, sizeof(key));
}

static bool has_key(const struct flow *f, const struct flow_key *key)
{
	return f->a_port == key->a_port && f->b_port == key->b_port &&
	       address_equal(&f->a, &key->a) && address_equal(&f->b, &key->b);
}

struct flow *flow_find(struct flow_table *t, const struct segment *seg)
{
	struct flow_key key = key_of_segment(seg);
	uint64_t hash = table_hash(&t->table, &key, sizeof(key));
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
	uint64_t hash = table_hash(&t->table, &key, sizeof(key));
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
	table_del(&t->table, f, hash_of_flow(t, f), f->queue);
}

void flow_touch(struct flow_table *t, struct flow *f, enum flow_queue queue,
		uint64_t now_ns)
{
	table_move(&t->table, f, f->queue, queue);
	f->queue = (uint8_t)queue;
	f->touched_ms = (uint32_t)(now_ns / NS_PER_MS);
}

struct flow *flow_expired(struct flow_table *t, enum flow_queue queue,
			  uint64_t now_ns)
{
	struct flow *f = table_first(&t->table, queue);
	uint32_t waited_ms;

	if (!f)
		return NULL;
	waited_ms = (uint32_t)(now_ns / NS_PER_MS) - f->touched_ms;
	return waited_ms >= t->timeouts.ms[queue] ? f : NULL;
}

enum handshake_side flow_side(const struct flow *f, const struct segment *seg)
{
	bool orig_is_a = f->flags & FLOW_ORIG_IS_A;

	return sender_is_a(seg) == orig_is_a ? HS_ORIG : HS_RESP;
}

static bool side_is_a(const struct flow *f, enum handshake_side side)
{
	return (side == HS_ORIG) == !!(f->flags & FLOW_ORIG_IS_A);
}

const struct address *flow_address(const struct flow *f,
				   enum handshake_side side)
{
	return side_is_a(f, side) ? &f->a : &f->b;
}

uint16_t flow_port(const struct flow *f, enum handshake_side side)
{
	return side_is_a(f, side) ? f->a_port : f->b_port;
}

uint32_t flow_number(const struct flow_table *t, const struct flow *f)
{
	return table_number(&t->table, f);
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
