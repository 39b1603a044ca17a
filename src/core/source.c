/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources and the evidence on each; what it means is for policy.c to say. */
#include "core/source.h"

#include <stdlib.h>
#include <string.h>

struct source_table {
	struct table table;
};

struct source_table *source_table_new(uint32_t capacity, const uint8_t key[16])
{
	struct source_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	if (!table_init(&t->table, capacity, sizeof(struct source), key)) {
		source_table_free(t);
		return NULL;
	}
	return t;
}

void source_table_free(struct source_table *t)
{
	if (!t)
		return;
	table_fini(&t->table);
	free(t);
}

static uint64_t hash_of(const struct source_table *t,
			const struct address *address)
{
	return table_hash(&t->table, address, sizeof(*address));
}

static struct source *find(struct source_table *t, uint64_t hash,
			   const struct address *address)
{
	struct source *s = table_bucket(&t->table, hash);

	while (s && !address_equal(&s->address, address))
		s = table_next(&t->table, s);
	return s;
}

struct source *source_find(struct source_table *t,
			   const struct address *address)
{
	return find(t, hash_of(t, address), address);
}

struct source *source_learn(struct source_table *t,
			    const struct address *address)
{
	uint64_t hash = hash_of(t, address);
	struct source *s = find(t, hash, address);

	if (s) {
		table_move(&t->table, s, 0, 0);
		return s;
	}
	if (t->table.count == t->table.capacity) {
		s = table_first(&t->table, 0);
		table_del(&t->table, s, hash_of(t, &s->address), 0);
	}
	s = table_add(&t->table, hash, 0);
	s->address = *address;
	return s;
}

static struct evidence *find_evidence(struct source *s, uint32_t host,
				      uint16_t port, enum finding finding)
{
	for (unsigned int i = 0; i < s->num_evidence; i++) {
		struct evidence *e = &s->evidence[i];

		if (e->host == host && e->port == port && e->finding == finding)
			return e;
	}
	return NULL;
}

static void remove_evidence(struct source *s, struct evidence *e)
{
	size_t after = (size_t)(s->evidence + s->num_evidence - (e + 1));

	memmove(e, e + 1, after * sizeof(*e));
	s->num_evidence--;
}

/* Evidence stands in the order in which it was last seen. */
static void append_evidence(struct source *s, const struct evidence *e)
{
	if (s->num_evidence == SOURCE_EVIDENCE)
		remove_evidence(s, &s->evidence[0]);
	s->evidence[s->num_evidence++] = *e;
}

bool source_record(struct source_table *t, struct source *s,
		   const struct address *destination, uint16_t port,
		   enum finding finding, uint8_t flags, uint64_t now_ns)
{
	struct evidence new = {
		.host = (uint32_t)hash_of(t, destination),
		.when_ms = (uint32_t)(now_ns / NS_PER_MS),
		.port = port,
		.finding = (uint8_t)finding,
		.flags = flags,
	};
	struct evidence *old = find_evidence(s, new.host, port, finding);

	if (old) {
		new.flags = old->flags;
		remove_evidence(s, old);
	}
	append_evidence(s, &new);
	return !old;
}

void source_retract(struct source_table *t, struct source *s,
		    const struct address *destination, uint16_t port,
		    enum finding finding)
{
	uint32_t host = (uint32_t)hash_of(t, destination);
	struct evidence *e = find_evidence(s, host, port, finding);

	if (e)
		remove_evidence(s, e);
}

void source_forgive(struct source *s)
{
	s->num_evidence = 0;
	s->held_until_ns = 0;
}

uint32_t source_count(const struct source_table *t)
{
	return t->table.count;
}
