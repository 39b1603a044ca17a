/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table under flow, service and source: records of one size, all
 * allocated at construction, found through a keyed hash and kept in queues in
 * order of time. What the records mean is their owners' business; here are
 * only the links.
 *
 * A record starts with a struct table_link. Which queue it is in, its owner
 * remembers.
 */
#ifndef HANDSHAKED_CORE_TABLE_H
#define HANDSHAKED_CORE_TABLE_H

#include "core/siphash.h"

#define TABLE_MAX_RECORDS (1u << 28)
#define TABLE_MAX_QUEUES  8

/* Record numbers; 0 stands for none, records count from 1. */
struct table_link {
	uint32_t next_in_bucket, before, after;
};

struct table_queue {
	uint32_t first, last; /* longest and shortest there */
};

struct table {
	uint8_t key[16];
	struct siphash keyed; /* a hash with this key, begun */
	uint32_t capacity, count;
	uint32_t bucket_mask;
	uint32_t num_fresh; /* records never used so far */
	uint32_t free;      /* list of records given back */
	uint32_t *buckets;
	unsigned char *records;
	size_t record_bytes;
	struct table_queue queues[TABLE_MAX_QUEUES];
};

/*
 * `capacity` records (1 to TABLE_MAX_RECORDS) of `record_bytes` each; `key`
 * should be random. False without memory. table_fini() may be called either
 * way.
 */
bool table_init(struct table *t, uint32_t capacity, size_t record_bytes,
		const uint8_t key[16]);
void table_fini(struct table *t);

/*
 * Keyed hash (SipHash-1-3) of `len` bytes. Of those that begin with an IPv4
 * address (address.h) the twelve that all of these have are left out.
 */
uint64_t table_hash(const struct table *t, const void *bytes, size_t len);

/*
 * Takes a record into use, zeroed but for its links, in the bucket of `hash`
 * and at the end of `queue`. NULL when all are in use.
 */
void *table_add(struct table *t, uint64_t hash, unsigned int queue);

/* Gives a record back. `hash` and `queue` are those it is under. */
void table_del(struct table *t, void *record, uint64_t hash,
	       unsigned int queue);

/* To the end of queue `to`. */
void table_move(struct table *t, void *record, unsigned int from,
		unsigned int to);

/* The number of a record in use. */
uint32_t table_number(const struct table *t, const void *record);

/* Bytes of memory held. */
size_t table_bytes(const struct table *t);

static inline void *table_record(const struct table *t, uint32_t number)
{
	if (number == 0)
		return NULL;
	return t->records + (number - 1) * t->record_bytes;
}

/* A hash will be looked up soon: its bucket comes near meanwhile. */
static inline void table_prefetch(const struct table *t, uint64_t hash)
{
	__builtin_prefetch(&t->buckets[hash & t->bucket_mask], 1);
}

/* The first record that may match a hash, and the next after it. */
static inline uint32_t table_bucket_number(const struct table *t, uint64_t hash)
{
	return t->buckets[hash & t->bucket_mask];
}

static inline void *table_bucket(const struct table *t, uint64_t hash)
{
	return table_record(t, table_bucket_number(t, hash));
}

static inline void *table_next(const struct table *t, const void *record)
{
	const struct table_link *link = record;

	return table_record(t, link->next_in_bucket);
}

/* The record longest in a queue, or NULL. */
static inline void *table_first(const struct table *t, unsigned int queue)
{
	return table_record(t, t->queues[queue].first);
}

#endif
