/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that were asked for, in a table under the evidence's own hash. */
#include "core/host.h"

#include <stdlib.h>

enum {
	Q_UNHEARD,
	Q_HEARD,
};

struct host_table {
	struct table table;
};

struct host_table *host_table_new(uint32_t capacity, const uint8_t key[16])
{
	struct host_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	if (!table_init(&t->table, capacity, sizeof(struct host), key)) {
		host_table_free(t);
		return NULL;
	}
	return t;
}

void host_table_free(struct host_table *t)
{
	if (!t)
		return;
	table_fini(&t->table);
	free(t);
}

static unsigned int queue_of(const struct host *h)
{
	return h->is_heard ? Q_HEARD : Q_UNHEARD;
}

static void evict(struct host_table *t)
{
	struct host *h = table_first(&t->table, Q_UNHEARD);

	if (!h)
		h = table_first(&t->table, Q_HEARD);
	table_del(&t->table, h, h->hash, queue_of(h));
}

struct host *host_learn(struct host_table *t, const struct address *address,
			uint32_t hash)
{
	struct host *h = table_bucket(&t->table, hash);

	while (h && !address_equal(&h->address, address))
		h = table_next(&t->table, h);
	if (h) {
		table_move(&t->table, h, queue_of(h), queue_of(h));
		return h;
	}
	if (t->table.count == t->table.capacity)
		evict(t);
	h = table_add(&t->table, hash, Q_UNHEARD);
	h->address = *address;
	h->hash = hash;
	return h;
}

void host_heard(struct host_table *t, const struct address *address,
		uint32_t hash)
{
	struct host *h = host_learn(t, address, hash);

	if (h->is_heard)
		return;
	h->is_heard = true;
	table_move(&t->table, h, Q_UNHEARD, Q_HEARD);
}

const struct host *host_by_hash(const struct host_table *t, uint32_t hash)
{
	const struct host *h = table_bucket(&t->table, hash);

	while (h && h->hash != hash)
		h = table_next(&t->table, h);
	return h;
}

uint32_t host_count(const struct host_table *t)
{
	return t->table.count;
}
