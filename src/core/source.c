/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources and the evidence on each; what it means is for policy.c to say. */
#include "core/source.h"

#include <stdlib.h>
#include <string.h>

struct source_table {
	struct table table;
	uint32_t queued[SOURCE_NUM_QUEUES]; /* read by other threads too */
};

/* The bytes that are hashed and compared. */
struct source_key {
	struct address address;
	uint8_t is_net;
};

struct source_table *source_table_new(uint32_t capacity, const uint8_t key[16])
{
	struct source_table *t = calloc(1, sizeof(*t));

	_Static_assert(SOURCE_NUM_QUEUES <= TABLE_MAX_QUEUES, "queues fit");
	_Static_assert(sizeof(struct sweep) <=
			       sizeof(struct evidence[SOURCE_EVIDENCE]),
		       "a sweep costs no room");
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

static void count_queued(struct source_table *t, unsigned int queue, int more)
{
	__atomic_store_n(&t->queued[queue], t->queued[queue] + (uint32_t)more,
			 __ATOMIC_RELAXED);
}

static struct source_key key_of(const struct address *address, bool is_net)
{
	struct source_key key = {*address, is_net};

	if (is_net)
		memset(key.address.byte + 8, 0, 8);
	return key;
}

static uint64_t hash_of(const struct source_table *t,
			const struct source_key *key)
{
	return table_hash(&t->table, key, sizeof(*key));
}

static struct source *find(struct source_table *t, const struct source_key *key,
			   uint64_t hash)
{
	struct source *s = table_bucket(&t->table, hash);

	while (s && !(s->is_net == key->is_net &&
		      address_equal(&s->address, &key->address)))
		s = table_next(&t->table, s);
	return s;
}

static struct source *find_key(struct source_table *t,
			       const struct address *address, bool is_net)
{
	struct source_key key = key_of(address, is_net);

	return find(t, &key, hash_of(t, &key));
}

struct source *source_find(struct source_table *t,
			   const struct address *address)
{
	return find_key(t, address, false);
}

struct source *source_find_net(struct source_table *t,
			       const struct address *address)
{
	return find_key(t, address, true);
}

static struct source *who_gives_way(const struct source_table *t)
{
	const uint32_t share = t->table.capacity / SOURCE_SHARE;
	struct source *s = NULL;

	for (unsigned int q = SOURCE_Q_MORE; q <= SOURCE_Q_HOLDS && !s; q++)
		if (t->queued[q] > share)
			s = table_first(&t->table, q);
	for (unsigned int q = 0; q < SOURCE_NUM_QUEUES && !s; q++)
		s = table_first(&t->table, q);
	return s;
}

static void evict(struct source_table *t)
{
	struct source *s = who_gives_way(t);
	struct source_key key = key_of(&s->address, s->is_net);

	count_queued(t, s->queue, -1);
	table_del(&t->table, s, hash_of(t, &key), s->queue);
}

static struct source *learn(struct source_table *t,
			    const struct address *address, bool is_net)
{
	struct source_key key = key_of(address, is_net);
	uint64_t hash = hash_of(t, &key);
	struct source *s = find(t, &key, hash);

	if (s) {
		source_move(t, s, s->queue);
		return s;
	}
	if (t->table.count == t->table.capacity)
		evict(t);
	s = table_add(&t->table, hash, SOURCE_Q_ONE);
	count_queued(t, SOURCE_Q_ONE, 1);
	s->address = key.address;
	s->is_net = is_net;
	return s;
}

struct source *source_learn(struct source_table *t,
			    const struct address *address)
{
	return learn(t, address, false);
}

struct source *source_learn_net(struct source_table *t,
				const struct address *address)
{
	return learn(t, address, true);
}

void source_move(struct source_table *t, struct source *s,
		 enum source_queue queue)
{
	table_move(&t->table, s, s->queue, queue);
	count_queued(t, s->queue, -1);
	count_queued(t, queue, 1);
	s->queue = queue;
}

struct source *source_first(const struct source_table *t,
			    enum source_queue queue)
{
	return table_first(&t->table, queue);
}

struct source *source_after(const struct source_table *t,
			    const struct source *s)
{
	return table_record(&t->table, s->link.after);
}

struct source *source_by_number(const struct source_table *t, uint32_t number)
{
	return number > t->table.num_fresh ? NULL
					   : table_record(&t->table, number);
}

uint32_t source_number(const struct source_table *t, const struct source *s)
{
	return table_number(&t->table, s);
}

/* ---- evidence ---- */

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

void source_remove(struct source *s, const struct evidence *e)
{
	size_t i = (size_t)(e - s->evidence);

	s->num_evidence--;
	memmove(&s->evidence[i], &s->evidence[i + 1],
		(s->num_evidence - i) * sizeof(*e));
}

static bool is_proved(const struct evidence *e)
{
	return policy_grade(e->finding) == GRADE_PROVED;
}

/* NULL: nothing gives way to this one. */
static struct evidence *least(struct source *s, const struct evidence *new)
{
	for (unsigned int i = 0; i < s->num_evidence; i++)
		if (!is_proved(&s->evidence[i]))
			return &s->evidence[i];
	return is_proved(new) ? &s->evidence[0] : NULL;
}

/* Evidence stands in the order in which it was last seen. */
static bool append_evidence(struct source *s, const struct evidence *e)
{
	if (s->num_evidence == SOURCE_EVIDENCE) {
		struct evidence *old = least(s, e);

		if (!old)
			return false;
		source_remove(s, old);
	}
	s->evidence[s->num_evidence++] = *e;
	return true;
}

void source_forget_old(struct source *s, uint64_t now_ns, uint32_t age_ms)
{
	uint32_t now_ms = (uint32_t)(now_ns / NS_PER_MS);
	unsigned int kept = 0;

	for (unsigned int i = 0; i < s->num_evidence; i++)
		if (now_ms - s->evidence[i].when_ms < age_ms)
			s->evidence[kept++] = s->evidence[i];
	s->num_evidence = (uint8_t)kept;
}

uint32_t source_hash(const struct source_table *t,
		     const struct address *address)
{
	return (uint32_t)table_hash(&t->table, address, sizeof(*address));
}

bool source_record(struct source *s, uint32_t host, uint16_t port,
		   enum finding finding, uint8_t flags, uint8_t who,
		   uint64_t now_ns)
{
	struct evidence new = {
		.host = host,
		.when_ms = (uint32_t)(now_ns / NS_PER_MS),
		.port = port,
		.finding = (uint8_t)finding & 0xf,
		.flags = flags & 0xf,
		.who = who,
	};
	struct evidence *old = find_evidence(s, new.host, port, finding);

	if (old) {
		new.flags = old->flags;
		new.who = old->who;
		source_remove(s, old);
	}
	return append_evidence(s, &new) && !old;
}

void source_retract(struct source *s, uint32_t host, uint16_t port,
		    enum finding finding)
{
	struct evidence *e = find_evidence(s, host, port, finding);

	if (e)
		source_remove(s, e);
}

void source_clear(struct source *s)
{
	s->num_evidence = 0;
	s->in_step = false;
	memset(s->evidence, 0, sizeof(s->evidence));
}

/* ---- numbers ---- */

uint32_t source_capacity(const struct source_table *t)
{
	return t->table.capacity;
}

uint32_t source_count(const struct source_table *t)
{
	return t->table.count;
}

uint32_t source_queued(const struct source_table *t, enum source_queue queue)
{
	return __atomic_load_n(&t->queued[queue], __ATOMIC_RELAXED);
}

size_t source_table_bytes(const struct source_table *t)
{
	return sizeof(*t) + table_bytes(&t->table);
}
