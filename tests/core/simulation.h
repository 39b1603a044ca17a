/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A judge on a simulated clock of days: events wait in a heap, segments go
 * through the judge as they would through the kernel, and a listing takes
 * effect as it would in the kernel's set. Who sends and who answers is for the
 * tests to say.
 */
#ifndef HANDSHAKED_TESTS_SIMULATION_H
#define HANDSHAKED_TESTS_SIMULATION_H

#include "../random.h"

#include <stdio.h>
#include <string.h>

#include "core/explain.h"

#define NS_PER_MINUTE (60 * NS_PER_S)
#define NS_PER_HOUR   (3600 * NS_PER_S)
#define NS_PER_DAY    (24 * NS_PER_HOUR)

/* The clock's first second, so that nothing is at time 0. */
#define SIM_START_NS (1000 * NS_PER_S)

struct simulation;

/* Something that happens. Segments that travel are kept in `seg`. */
struct sim_event {
	void (*happens)(struct simulation *s, const struct sim_event *e);
	void *who;
	uint64_t value;
	struct segment seg;
};

/* In the heap; those of one moment in the order in which they were put. */
struct sim_due {
	uint64_t at_ns, order;
	uint32_t event; /* in the pool */
};

/* An element of the kernel's set, while now < until_ns. */
struct sim_element {
	struct prefix source;
	uint64_t until_ns;
};

#define SIM_ELEMENTS (1u << 17)

struct simulation {
	struct judge *judge;
	uint64_t now_ns, tick_ns;
	struct sim_due *heap;
	struct sim_event *pool;
	uint32_t *free;
	uint32_t num_due, num_free, room;
	uint64_t order;
	struct sim_element *set;
	uint64_t blocked; /* dropped by the set, unjudged */
	/* The test's own. */
	void *world;
	void (*listed)(struct simulation *s, const struct notice *n);
};

/* ---- the heap ---- */

static inline bool sim_is_before(const struct sim_due *x,
				 const struct sim_due *y)
{
	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns;
	return x->order < y->order;
}

static inline void sim_grow(struct simulation *s)
{
	uint32_t room = s->room ? s->room * 2 : 4096;

	s->heap = realloc(s->heap, room * sizeof(*s->heap));
	s->pool = realloc(s->pool, room * sizeof(*s->pool));
	s->free = realloc(s->free, room * sizeof(*s->free));
	assert_true(s->heap && s->pool && s->free);
	while (room > s->room)
		s->free[s->num_free++] = s->room++;
}

static inline void sim_push(struct simulation *s, struct sim_due due)
{
	uint32_t at = s->num_due++;

	while (at > 0 && sim_is_before(&due, &s->heap[(at - 1) / 2])) {
		s->heap[at] = s->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	s->heap[at] = due;
}

static inline struct sim_due sim_pop(struct simulation *s)
{
	struct sim_due first = s->heap[0], last = s->heap[--s->num_due];
	uint32_t at = 0;

	for (;;) {
		uint32_t next = 2 * at + 1;

		if (next + 1 < s->num_due &&
		    sim_is_before(&s->heap[next + 1], &s->heap[next]))
			next++;
		if (next >= s->num_due || !sim_is_before(&s->heap[next], &last))
			break;
		s->heap[at] = s->heap[next];
		at = next;
	}
	s->heap[at] = last;
	return first;
}

static inline void sim_at(struct simulation *s, uint64_t at_ns,
			  struct sim_event event)
{
	uint32_t number;

	if (s->num_free == 0)
		sim_grow(s);
	number = s->free[--s->num_free];
	s->pool[number] = event;
	sim_push(s, (struct sim_due){at_ns, s->order++, number});
}

/* ---- the set ---- */

static inline struct sim_element *
sim_element(struct simulation *s, const struct address *address, uint8_t bits)
{
	struct prefix key = {*address, bits};
	uint64_t hash;

	if (bits == 64)
		memset(key.address.byte + 8, 0, 8);
	hash = (get_be64(key.address.byte) ^ bits) * 0x9e3779b97f4a7c15;
	hash = (hash ^ get_be64(key.address.byte + 8)) * 0x9e3779b97f4a7c15;
	for (uint32_t at = (uint32_t)(hash >> 32);; at++) {
		struct sim_element *e = &s->set[at % SIM_ELEMENTS];

		if (e->until_ns == 0)
			e->source = key;
		if (e->source.bits == bits &&
		    address_equal(&e->source.address, &key.address))
			return e;
	}
}

static inline bool sim_is_listed(struct simulation *s,
				 const struct address *address)
{
	return s->now_ns < sim_element(s, address, 128)->until_ns ||
	       (!address_is_ipv4(address) &&
		s->now_ns < sim_element(s, address, 64)->until_ns);
}

static inline void sim_fetch_notices(struct simulation *s)
{
	struct notice n;

	while (judge_next_notice(s->judge, &n)) {
		const struct prefix *source = &n.offender.source;

		if (n.kind == NOTICE_LISTED) {
			sim_element(s, &source->address, source->bits)
				->until_ns = s->now_ns + n.timeout_s * NS_PER_S;
			if (s->listed)
				s->listed(s, &n);
		}
		if (n.kind == NOTICE_UNLISTED)
			sim_element(s, &source->address, source->bits)
				->until_ns = 1;
	}
}

/* ---- time ---- */

/* Through the set and the judge, as if it had just arrived. */
static inline struct decision sim_judge(struct simulation *s,
					const struct segment *seg)
{
	struct decision d = {.verdict = VERDICT_DROP};
	struct ending ending;

	if (sim_is_listed(s, &seg->src)) {
		s->blocked++;
		return d;
	}
	d = judge_segment(s->judge, seg, s->now_ns);
	sim_fetch_notices(s);
	while (judge_next_ending(s->judge, &ending))
		continue;
	return d;
}

static inline void sim_tick_until(struct simulation *s, uint64_t now_ns)
{
	while (s->tick_ns <= now_ns) {
		s->now_ns = s->tick_ns;
		judge_tick(s->judge, s->now_ns);
		sim_fetch_notices(s);
		s->tick_ns += NS_PER_S;
	}
	s->now_ns = now_ns;
}

static inline void sim_run(struct simulation *s, uint64_t until_ns)
{
	while (s->num_due > 0 && s->heap[0].at_ns < until_ns) {
		struct sim_due due = sim_pop(s);
		struct sim_event e = s->pool[due.event];

		s->free[s->num_free++] = due.event;
		sim_tick_until(s, due.at_ns);
		e.happens(s, &e);
	}
	sim_tick_until(s, until_ns);
}

/* ---- construction ---- */

static inline void sim_begin(struct simulation *s,
			     const struct judge_config *config, void *world)
{
	static const uint8_t key[16] = "not so secret";

	*s = (struct simulation){
		.now_ns = SIM_START_NS,
		.tick_ns = SIM_START_NS,
		.world = world,
	};
	s->judge = judge_new(config, key);
	s->set = calloc(SIM_ELEMENTS, sizeof(*s->set));
	assert_true(s->judge && s->set);
}

/* The daemon is restarted: it knows nothing but the rules' elements. */
static inline void sim_restart(struct simulation *s,
			       const struct judge_config *config)
{
	static const uint8_t key[16] = "another secret";

	judge_free(s->judge);
	s->judge = judge_new(config, key);
	assert_non_null(s->judge);
	judge_tick(s->judge, s->now_ns);
}

static inline void sim_end(struct simulation *s)
{
	const struct judge_counters *c = judge_counters(s->judge);

	assert_int_equal(c->segments, c->accepted + c->dropped);
	judge_free(s->judge);
	free(s->heap);
	free(s->pool);
	free(s->free);
	free(s->set);
}

static inline struct explanation sim_explain(struct simulation *s,
					     const struct address *address)
{
	struct prefix source = {*address, 128};
	struct explanation e;

	judge_explain(s->judge, &source, s->now_ns, &e);
	return e;
}

/* ---- small things ---- */

static inline struct address sim_ipv4(uint32_t number)
{
	uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
			    (uint8_t)(number >> 8), (uint8_t)number};

	return address_from_ipv4(bytes);
}

static inline struct address sim_address(const char *text)
{
	struct address a;

	assert_true(address_parse(text, &a));
	return a;
}

#define SIM_OS_OPTIONS                                               \
	(SEG_OPT_MSS | SEG_OPT_SACK_PERMITTED | SEG_OPT_TIMESTAMPS | \
	 SEG_OPT_WSCALE)

static inline uint64_t sim_random_ns(uint64_t below_ns)
{
	return random_bits() % below_ns;
}

#endif
