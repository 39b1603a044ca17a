/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every segment in every state, at the judge: which may settle, what leaves
 * the evidence alone, what the flags hide, that each gets one verdict, and
 * that only differences of numbers count.
 */
#include "walk_step.h"

/* ---- every valid segment ---- */

typedef void (*last_fn)(struct walk *w, const struct route *r,
			const struct last *l);

/* Calls f for each, the route to it not yet taken. Returns how many. */
static unsigned long each_last(struct walk *w, uint32_t isn, uint32_t peer_isn,
			       last_fn f, const struct route *r,
			       const struct last *some)
{
	struct last l = *some;
	unsigned long n = 0;

	for (l.seq = 0; l.seq < NUM_RELATIONS; l.seq++) {
		for (l.ack = 0; l.ack < NUM_RELATIONS; l.ack++) {
			route_take(w, r, isn, peer_isn);
			if (number_is_known(w, l.side, l.seq) ||
			    number_is_known(w, !l.side, l.ack))
				continue;
			/* Without the flag the number says nothing. */
			if (!(l.flags & TCP_ACK) && l.ack > 3)
				break;
			f(w, r, &l);
			n++;
		}
	}
	return n;
}

static unsigned long each_segment(struct walk *w, uint32_t isn,
				  uint32_t peer_isn, last_fn f)
{
	unsigned long n = 0;

	for (size_t r = 0; r < ARRAY_SIZE(routes); r++)
		for (size_t i = 0; i < ARRAY_SIZE(valid_flags) * 4; i++)
			n += each_last(
				w, isn, peer_isn, f, &routes[r],
				&(struct last){.side = i % 2,
					       .len = i / 2 % 2,
					       .flags = valid_flags[i / 4]});
	return n;
}

static void only_look(struct walk *w, const struct route *r,
		      const struct last *l)
{
	(void)r;
	step(w, l);
}

/* Every state is reached, or what is shown is shown of less. */
static void routes_lead_to_every_state(void **state)
{
	bool reached[HS_NUM_STATES] = {false};
	struct walk w;

	(void)state;
	walk_open(&w, MODE_ENFORCE);
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		route_take(&w, &routes[r], 1000, 5000);
		reached[routes[r].state] = true;
	}
	for (int s = 0; s < HS_NUM_STATES; s++)
		assert_true(reached[s]);
	walk_close(&w);
}

static void each_segment_does_what_its_cell_says(void **state)
{
	struct walk w;
	unsigned long n;

	(void)state;
	walk_open(&w, MODE_ENFORCE);
	n = each_segment(&w, 1000, 3000000000, only_look);
	walk_close(&w);
	print_message("%lu segments at the end of %zu routes\n", n,
		      ARRAY_SIZE(routes));
	assert_true(n > 50000);
}

static void whoever_is_local_is_neither_dropped_nor_charged(void **state)
{
	(void)state;
	for (int side = 0; side < HS_NUM_SIDES; side++) {
		struct walk w;

		walk_open(&w, MODE_ENFORCE);
		w.local[side] = true;
		each_segment(&w, 1000, 3000000000, only_look);
		for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
			route_take(&w, &routes[r], 1000, 3000000000);
			step(&w, &(struct last){.side = side, .flags = 0});
		}
		walk_close(&w);
	}
}

/* Noise to or from it, and a failure of its own is not the caller's. */
static void look_where_served(struct walk *w, const struct route *r,
			      const struct last *l)
{
	struct before b;
	struct result after;

	judge_learn_service(w->judge, &w->end[HS_RESP], 4000);
	b = look(w);
	after = step(w, l);
	if (!b.is_known)
		walk_assert(w, after.d.finding == FINDING_NONE);
	/* Unless it was answered, and then not meant. */
	if (r->state != HS_SYN_RECEIVED && r->state != HS_ESTABLISHED)
		no_charge(w, &b);
}

static void a_served_port_is_no_evidence(void **state)
{
	struct walk w;

	(void)state;
	walk_open(&w, MODE_ENFORCE);
	each_segment(&w, 1000, 3000000000, look_where_served);
	walk_close(&w);
}

/*
 * A connection is used by what its FIN carries too: payload, or the first
 * acknowledgment of what the responder wrote.
 */
static void what_comes_with_the_fin_is_use(void **state)
{
	static const uint8_t acks[] = {0, 4}; /* all of it, the ISN alone */
	struct walk w;

	(void)state;
	walk_open(&w, MODE_ENFORCE);
	for (size_t i = 0; i < ARRAY_SIZE(routes) * 4; i++) {
		const struct route *r = &routes[i / 4];
		struct last l = {.side = HS_ORIG,
				 .flags = TCP_FIN | TCP_ACK,
				 .len = i & 1,
				 .ack = acks[i / 2 % 2]};
		struct result last;

		if (r->state != HS_SYN_RECEIVED && r->state != HS_ESTABLISHED)
			continue;
		route_take(&w, r, 1000, 3000000000);
		last = step(&w, &l);
		walk_assert(&w, (last.d.finding == FINDING_NONE) ==
					(w.witness.has_used || r->settled));
	}
	walk_close(&w);
}

/* The same in the mode that only looks on, but for the verdict. */
static struct walk onlooker;

static void look_on(struct walk *w, const struct route *r, const struct last *l)
{
	struct result there, here = step(w, l);

	route_take(&onlooker, r, 1000, 3000000000);
	there = step(&onlooker, l);
	walk_assert(&onlooker, there.d.verdict == VERDICT_ACCEPT);
	walk_assert(&onlooker, same_result(&here, &there));
}

static void observing_finds_the_same_and_drops_nothing(void **state)
{
	struct walk w;

	(void)state;
	walk_open(&w, MODE_ENFORCE);
	walk_open(&onlooker, MODE_OBSERVE);
	each_segment(&w, 1000, 3000000000, look_on);
	assert_int_equal(judge_counters(onlooker.judge)->dropped, 0);
	walk_close(&onlooker);
	walk_close(&w);
}

/* ---- numbers that wrap ---- */

static uint32_t isns[][2] = {
	{0, 0},
	{1, 0x7fffffff},
	{0x7fffffff, 0x80000000},
	{0x80000000, 0xffffffff},
	{0xffffffff, 1},
	{0, 0}, /* for two at random */
};

static void shift(struct walk *w, const struct route *r, const struct last *l)
{
	struct result first = step(w, l), other;

	if (relations[l->seq].from == AT_ZERO ||
	    relations[l->ack].from == AT_ZERO)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(isns); i++) {
		route_take(w, r, isns[i][0], isns[i][1]);
		other = step(w, l);
		walk_assert(w, other.d.verdict == first.d.verdict);
		walk_assert(w, same_result(&first, &other));
	}
}

static void only_differences_of_numbers_count(void **state)
{
	uint32_t *any = isns[ARRAY_SIZE(isns) - 1];
	struct walk w;
	unsigned long n;

	(void)state;
	any[0] = (uint32_t)random_bits();
	any[1] = (uint32_t)random_bits();
	walk_open(&w, MODE_ENFORCE);
	n = each_segment(&w, 1000, 3000000000, shift);
	walk_close(&w);
	print_message("%lu segments, each with %zu pairs of ISNs\n", n,
		      ARRAY_SIZE(isns) + 1);
}

/* ---- flags ---- */

/* What any of PSH, ECE, CWR and AE are to leave as it was. */
#define HIDE_NOTHING (TCP_PSH | TCP_ECE | TCP_CWR | TCP_AE)

static enum finding finding_by_rule(uint16_t flags)
{
	if (flags_are_valid(flags))
		return FINDING_NONE;
	if (!(flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK | TCP_URG)))
		return FINDING_NULL_SCAN;
	if (flags & (TCP_SYN | TCP_RST | TCP_ACK) || !(flags & TCP_FIN))
		return FINDING_INVALID_FLAGS;
	return flags & TCP_URG ? FINDING_XMAS_SCAN : FINDING_FIN_SCAN;
}

static bool is_of_flags(enum finding finding)
{
	return finding == FINDING_NULL_SCAN || finding == FINDING_FIN_SCAN ||
	       finding == FINDING_XMAS_SCAN || finding == FINDING_INVALID_FLAGS;
}

/* All 512 sets of one segment at the end of a route. */
static void each_flags(struct walk *w, const struct route *r, struct last l)
{
	struct result plain[TCP_AE];

	for (unsigned int flags = 0; flags < 2 * TCP_AE; flags++) {
		unsigned int bare = flags & (uint16_t)~HIDE_NOTHING;
		struct result result;

		l.flags = (uint16_t)flags;
		route_take(w, r, 1000, 3000000000);
		result = step(w, &l);
		if (flags == bare)
			plain[flags] = result;
		walk_assert(w, result.d.verdict == plain[bare].d.verdict);
		walk_assert(w, same_result(&result, &plain[bare]));
		if (flags_are_valid(l.flags))
			walk_assert(w, !is_of_flags(result.d.finding));
		else
			walk_assert(w, result.d.finding ==
					       finding_by_rule(l.flags));
	}
}

static void flags_hide_nothing_and_the_invalid_move_nothing(void **state)
{
	/* Expected, the ISN, as far away as can be. */
	static const uint8_t some[] = {0, 3, 13};
	unsigned long n = 0;
	struct walk w;

	(void)state;
	walk_open(&w, MODE_ENFORCE);
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		for (unsigned int i = 0; i < 3 * 3 * 2 * 2; i++, n += 512)
			each_flags(&w, &routes[r],
				   (struct last){.side = i % 2,
						 .len = i / 2 % 2,
						 .seq = some[i / 4 % 3],
						 .ack = some[i / 12]});
	}
	walk_close(&w);
	print_message("%lu segments of all sets of flags\n", n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_lead_to_every_state),
		cmocka_unit_test(each_segment_does_what_its_cell_says),
		cmocka_unit_test(
			whoever_is_local_is_neither_dropped_nor_charged),
		cmocka_unit_test(a_served_port_is_no_evidence),
		cmocka_unit_test(what_comes_with_the_fin_is_use),
		cmocka_unit_test(observing_finds_the_same_and_drops_nothing),
		random_test(only_differences_of_numbers_count),
		cmocka_unit_test(
			flags_hide_nothing_and_the_invalid_move_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
