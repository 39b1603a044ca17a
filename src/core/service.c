/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Endpoints that serve, in a table with the longest unheard first to go. */
#include "core/service.h"

#include <stdlib.h>
#include <string.h>

struct service_table {
	struct table table;
};

struct service_key {
	struct address address;
	uint16_t port;
};

struct service_table *service_table_new(uint32_t capacity,
					const uint8_t key[16])
{
	struct service_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	if (!table_init(&t->table, capacity, sizeof(struct service), key)) {
		service_table_free(t);
		return NULL;
	}
	return t;
}

void service_table_free(struct service_table *t)
{
	if (!t)
		return;
	table_fini(&t->table);
	free(t);
}

static uint64_t hash_of(const struct service_table *t,
			const struct address *address, uint16_t port)
{
	struct service_key key = {*address, port};

	return table_hash(&t->table, &key, sizeof(key));
}

static struct service *find(struct service_table *t, uint64_t hash,
			    const struct address *address, uint16_t port)
{
	struct service *s = table_bucket(&t->table, hash);

	while (s && !(s->port == port && address_equal(&s->address, address)))
		s = table_next(&t->table, s);
	return s;
}

struct service *service_find(struct service_table *t,
			     const struct address *address, uint16_t port)
{
	return find(t, hash_of(t, address, port), address, port);
}

/* Queue 0 holds the endpoints of others, queue 1 ours. */
static void evict(struct service_table *t)
{
	struct service *s = table_first(&t->table, false);

	if (!s)
		s = table_first(&t->table, true);
	table_del(&t->table, s, hash_of(t, &s->address, s->port), s->is_ours);
}

struct service *service_learn(struct service_table *t,
			      const struct address *address, uint16_t port)
{
	uint64_t hash = hash_of(t, address, port);
	struct service *s = find(t, hash, address, port);

	if (s) {
		table_move(&t->table, s, s->is_ours, s->is_ours);
		return s;
	}
	if (t->table.count == t->table.capacity)
		evict(t);
	s = table_add(&t->table, hash, false);
	s->address = *address;
	s->port = port;
	return s;
}

void service_keep(struct service_table *t, struct service *s)
{
	table_move(&t->table, s, s->is_ours, true);
	s->is_ours = true;
}

uint32_t service_count(const struct service_table *t)
{
	return t->table.count;
}
