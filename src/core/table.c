/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fixed memory under the engine's three tables. Records are numbered, links
 * are numbers: 12 bytes a record and 4 bytes a bucket, with at least as many
 * buckets as records, are all the overhead there is.
 */
#include "core/table.h"

#include <stdlib.h>
#include <string.h>

uint32_t table_number(const struct table *t, const void *record)
{
	size_t offset = (size_t)((const unsigned char *)record - t->records);

	return (uint32_t)(offset / t->record_bytes) + 1;
}

static inline struct table_link *link_of(const struct table *t, uint32_t number)
{
	return table_record(t, number);
}

bool table_init(struct table *t, uint32_t capacity, size_t record_bytes,
		const uint8_t key[16])
{
	size_t buckets = 1;

	while (buckets < capacity)
		buckets *= 2;
	memset(t, 0, sizeof(*t));
	memcpy(t->key, key, sizeof(t->key));
	t->keyed = siphash_begin(key);
	t->capacity = capacity;
	t->record_bytes = record_bytes;
	t->bucket_mask = (uint32_t)(buckets - 1);
	t->buckets = calloc(buckets, sizeof(*t->buckets));
	t->records = calloc(capacity, record_bytes);
	return t->buckets && t->records;
}

void table_fini(struct table *t)
{
	free(t->buckets);
	free(t->records);
}

/* ::ffff:a.b.c.d, whatever follows. */
static bool begins_with_ipv4(const uint8_t *p)
{
	return get_be64(p) == 0 && get_be32(p + 8) == 0xffff;
}

uint64_t table_hash(const struct table *t, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	if (len < 16 || !begins_with_ipv4(p))
		return siphash13(t->key, p, len);
	len -= 12;
	if (len >= 8)
		return siphash13(t->key, p + 12, len);
	/* One word, read with what is before it and rid of that. */
	return siphash_end(t->keyed, get_le64(p + 4 + len) >> (64 - 8 * len),
			   len);
}

static inline void queue_append(struct table *t, unsigned int queue,
				struct table_link *link, uint32_t number)
{
	struct table_queue *q = &t->queues[queue];

	link->before = q->last;
	link->after = 0;
	*(q->last ? &link_of(t, q->last)->after : &q->first) = number;
	q->last = number;
}

/* Returns the number, which whoever stands before it knows. */
static inline uint32_t queue_remove(struct table *t, unsigned int queue,
				    const struct table_link *link)
{
	struct table_queue *q = &t->queues[queue];
	uint32_t *to =
		link->before ? &link_of(t, link->before)->after : &q->first;
	uint32_t number = *to;

	*to = link->after;
	*(link->after ? &link_of(t, link->after)->before : &q->last) =
		link->before;
	return number;
}

static inline uint32_t take_free(struct table *t)
{
	uint32_t number = t->free;

	if (number)
		t->free = link_of(t, number)->next_in_bucket;
	else if (t->num_fresh < t->capacity)
		number = ++t->num_fresh;
	return number;
}

void *table_add(struct table *t, uint64_t hash, unsigned int queue)
{
	uint32_t *bucket = &t->buckets[hash & t->bucket_mask];
	uint32_t number = take_free(t);
	struct table_link *link = link_of(t, number);

	if (!link)
		return NULL;
	/* Those given back are far away by now: the next one to be used. */
	__builtin_prefetch(table_record(t, t->free), 1);
	memset(link, 0, t->record_bytes);
	link->next_in_bucket = *bucket;
	*bucket = number;
	queue_append(t, queue, link, number);
	t->count++;
	return link;
}

void table_del(struct table *t, void *record, uint64_t hash, unsigned int queue)
{
	uint32_t *at = &t->buckets[hash & t->bucket_mask];
	struct table_link *link = record;
	uint32_t number = queue_remove(t, queue, link);

	while (*at != number)
		at = &link_of(t, *at)->next_in_bucket;
	*at = link->next_in_bucket;
	link->next_in_bucket = t->free;
	t->free = number;
	t->count--;
}

void table_move(struct table *t, void *record, unsigned int from,
		unsigned int to)
{
	struct table_link *link = record;

	if (from == to && link->after == 0)
		return;
	queue_append(t, to, link, queue_remove(t, from, link));
}

size_t table_bytes(const struct table *t)
{
	return (size_t)t->capacity * t->record_bytes +
	       ((size_t)t->bucket_mask + 1) * sizeof(*t->buckets);
}
