/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Summaries for those conversations that need one of their own, and what each
 * of the others has instead: one word. All memory is taken at construction; a
 * flow costs four bytes, a summary 96, and there are fewer of these.
 */
#ifndef HANDSHAKED_CORE_SUMMARY_POOL_H
#define HANDSHAKED_CORE_SUMMARY_POOL_H

#include "core/summary.h"

union summary_record {
	struct summary summary;
	uint32_t next_free;
};

struct summary_pool {
	uint32_t *word; /* of each flow, by its number; the owner's business */
	union summary_record *records; /* numbered from 1 */
	uint32_t flows, capacity;
	uint32_t num_fresh; /* records never used so far */
	uint32_t free;      /* list of records given back */
};

/*
 * For flows numbered 1 to `flows`, `capacity` summaries (both at most
 * TABLE_MAX_RECORDS). False without memory; summary_pool_fini() may be called
 * either way.
 */
bool summary_pool_init(struct summary_pool *p, uint32_t flows,
		       uint32_t capacity);
void summary_pool_fini(struct summary_pool *p);

/* The number of a summary that nobody has, or 0: all are taken. */
uint32_t summary_pool_take(struct summary_pool *p);
void summary_pool_give(struct summary_pool *p, uint32_t number);

/* Bytes of memory held. */
size_t summary_pool_bytes(const struct summary_pool *p);

static inline struct summary *summary_pool_at(const struct summary_pool *p,
					      uint32_t number)
{
	return &p->records[number - 1].summary;
}

#endif
