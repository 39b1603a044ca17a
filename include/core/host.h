/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses that sources have asked for, and which of them have ever been
 * heard of: an attempt to reach one that never was is a first contact, most
 * likely with nobody. Also puts names to the hashes in the evidence. Fixed
 * size; the ones never heard of give way first, the longest not asked for
 * before the others.
 */
#ifndef HANDSHAKED_CORE_HOST_H
#define HANDSHAKED_CORE_HOST_H

#include "core/address.h"
#include "core/table.h"

struct host {
	struct table_link link;
	struct address address;
	uint32_t hash; /* ledger_host_hash() of the address */
	bool is_heard; /* it has answered something */
};

struct host_table;

/* As flow_table_new(): `capacity` 1 to 2^28, NULL without memory. */
struct host_table *host_table_new(uint32_t capacity, const uint8_t key[16]);
void host_table_free(struct host_table *t);

/*
 * Finds or adds, and counts as asked for just now; `hash` is what stands for
 * the address in the evidence. Never NULL.
 */
struct host *host_learn(struct host_table *t, const struct address *address,
			uint32_t hash);

/* The same, and it has been heard. */
void host_heard(struct host_table *t, const struct address *address,
		uint32_t hash);

/* By its hash in the evidence; NULL when it is forgotten. */
const struct host *host_by_hash(const struct host_table *t, uint32_t hash);

uint32_t host_count(const struct host_table *t);

#endif
