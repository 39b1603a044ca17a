/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every segment in every state, at the guards: each is the event that RFC 9293
 * would call it.
 */
#include "../random.h"

#include <stdio.h>
#include <string.h>

#include "core/handshake.h"
#include "core/policy.h"

#define HALF_WINDOW     (1 << 30)
#define UNSCALED_WINDOW 65535

/* ---- the rule for each event, in distances ---- */

static bool is_any_of(unsigned int what, unsigned int set)
{
	return set >> what & 1;
}

#define IN(state) (1u << HS_##state)

/* States in which nothing of the end's own ISN is known. */
static bool isn_is_unknown(enum handshake_side side, enum handshake_state state)
{
	unsigned int set = IN(NONE) | IN(MIDSTREAM);

	if (side == HS_RESP)
		set |= IN(SYN_SENT) | IN(HALF_SEEN);
	return is_any_of(state, set);
}

/* How far is it from the ISN of the end that it is a number of? */
static int64_t from_isn(enum handshake_side side,
			const struct handshake_numbers *n, uint32_t number)
{
	return (int32_t)(number - (side == HS_ORIG ? n->iss : n->irs));
}

static bool is_in_window(int64_t distance)
{
	return distance >= -HALF_WINDOW && distance <= HALF_WINDOW;
}

static bool is_in_reach(const struct handshake_numbers *n, int64_t distance)
{
	int64_t reach = n->is_young ? UNSCALED_WINDOW : HALF_WINDOW;

	return distance >= -reach && distance <= reach;
}

/* The ISN and what may be on its way behind it, acknowledged. */
static bool acknowledges_isn(int64_t distance, bool early_data)
{
	return distance >= 1 &&
	       distance <= 1 + (early_data ? UNSCALED_WINDOW : 0);
}

static bool rst_counts(enum handshake_side side, enum handshake_state state,
		       const struct handshake_numbers *n,
		       const struct segment *seg)
{
	int64_t seq = from_isn(side, n, seg->seq);
	int64_t ack = from_isn(!side, n, seg->ack);

	/* Where no number is to be trusted any of them counts. */
	if (is_any_of(state, IN(NONE) | IN(CLOSED) | IN(HALF_SEEN)))
		return true;
	if (!is_any_of(state, IN(SYN_SENT) | IN(SYN_SENT_BOTH)))
		return is_in_window(seq);
	/* Before an answer: by what it acknowledges, or its own first data. */
	if (side == HS_ORIG)
		return seq >= 0 && seq <= 1 + UNSCALED_WINDOW;
	return seg->flags & TCP_ACK && acknowledges_isn(ack, n->early_data);
}

static enum handshake_event expected_syn(enum handshake_side side,
					 enum handshake_state state,
					 const struct handshake_numbers *n,
					 const struct segment *seg)
{
	bool is_known = !isn_is_unknown(side, state);

	return is_known && from_isn(side, n, seg->seq) != 0 ? HS_EV_SYN_NEW
							    : HS_EV_SYN;
}

static enum handshake_event expected_syn_ack(enum handshake_side side,
					     enum handshake_state state,
					     const struct handshake_numbers *n,
					     const struct segment *seg)
{
	bool is_answer =
		acknowledges_isn(from_isn(!side, n, seg->ack), n->early_data);

	if (is_any_of(state, IN(NONE) | IN(MIDSTREAM)))
		return HS_EV_SYN_ACK;
	if (!is_answer)
		return HS_EV_SYN_ACK_BAD;
	if (side == HS_ORIG || state == HS_SYN_SENT)
		return HS_EV_SYN_ACK;
	/* The last SYN/ACK of RFC 9293, figure 7. */
	if (state == HS_SYN_SENT_BOTH && n->acknowledged)
		return HS_EV_ACK;
	/* What was acknowledged before we saw it stands for the ISN. */
	if (state == HS_HALF_SEEN && !n->acknowledged)
		return HS_EV_SYN_ACK_NEW;
	return from_isn(side, n, seg->seq) == 0 ? HS_EV_SYN_ACK
						: HS_EV_SYN_ACK_NEW;
}

static enum handshake_event expected_event(enum handshake_side side,
					   enum handshake_state state,
					   const struct handshake_numbers *n,
					   const struct segment *seg)
{
	int64_t seq = from_isn(side, n, seg->seq);
	int64_t ack = from_isn(!side, n, seg->ack);
	bool is_late = is_any_of(state, IN(MIDSTREAM) | IN(HALF_SEEN));
	bool is_good = true;

	if (seg->flags & TCP_RST)
		return rst_counts(side, state, n, seg) ? HS_EV_RST
						       : HS_EV_RST_BAD;
	if (seg->flags & TCP_SYN)
		return seg->flags & TCP_ACK
			       ? expected_syn_ack(side, state, n, seg)
			       : expected_syn(side, state, n, seg);
	/* The one ACK that counts, and the answer to what we came late to. */
	if (side == HS_ORIG && state == HS_SYN_RECEIVED)
		is_good = acknowledges_isn(ack, n->early_data) &&
			  is_in_window(seq);
	if (side == HS_RESP && state == HS_SYN_SENT_BOTH)
		is_good = n->acknowledged &&
			  acknowledges_isn(ack, n->early_data);
	if (side == HS_RESP && is_late)
		is_good = n->acknowledged && is_in_reach(n, seq) &&
			  is_in_reach(n, ack);
	if (!is_good)
		return HS_EV_ACK_BAD;
	return seg->flags & TCP_FIN ? HS_EV_FIN : HS_EV_ACK;
}

/* ---- the walk ---- */

static const int32_t distances[] = {
	0,
	1,
	-1,
	2,
	UNSCALED_WINDOW - 1,
	UNSCALED_WINDOW,
	UNSCALED_WINDOW + 1,
	UNSCALED_WINDOW + 2,
	-UNSCALED_WINDOW,
	-UNSCALED_WINDOW - 1,
	HALF_WINDOW - 1,
	HALF_WINDOW,
	HALF_WINDOW + 1,
	1 - HALF_WINDOW,
	-HALF_WINDOW,
	-HALF_WINDOW - 1,
	INT32_MAX,
	INT32_MIN,
	INT32_MIN + 1,
};

static unsigned long walked;

/* The nine sets that get here; the others are found out before. */
static bool is_valid(uint16_t flags)
{
	return finding_of_flags(flags) == FINDING_NONE;
}

static void one(enum handshake_side side, enum handshake_state state,
		const struct handshake_numbers *n, const struct segment *seg)
{
	enum handshake_event event = handshake_event(side, state, n, seg);

	walked++;
	if (event >= HS_NUM_EVENTS ||
	    handshake_cell(side, event, state).action == HS_UNWRITTEN)
		fail_msg("a hole: state %d, event %d", state, event);
	if (!is_valid(seg->flags) ||
	    event == expected_event(side, state, n, seg))
		return;
	fail_msg("side %d in %s, flags %03x, iss %u irs %u%s%s, seq %u ack %u: "
		 "%s, not %s",
		 side, handshake_state_name[state], seg->flags, n->iss, n->irs,
		 n->early_data ? " early" : "",
		 n->acknowledged ? " acknowledged" : "", seg->seq, seg->ack,
		 handshake_event_name[event],
		 handshake_event_name[expected_event(side, state, n, seg)]);
}

static void each_number(enum handshake_side side, enum handshake_state state,
			const struct handshake_numbers *n, struct segment *seg)
{
	uint32_t own = side == HS_ORIG ? n->iss : n->irs;
	uint32_t other = side == HS_ORIG ? n->irs : n->iss;

	for (size_t i = 0; i <= ARRAY_SIZE(distances); i++) {
		for (size_t k = 0; k <= ARRAY_SIZE(distances); k++) {
			seg->seq = seg->ack = 0;
			if (i < ARRAY_SIZE(distances))
				seg->seq = own + (uint32_t)distances[i];
			if (k < ARRAY_SIZE(distances))
				seg->ack = other + (uint32_t)distances[k];
			one(side, state, n, seg);
		}
	}
}

/* Each of early data, acknowledged, young and payload, or not. */
static void each_number_of(uint16_t flags, uint32_t iss, uint32_t irs)
{
	for (unsigned int i = 0; i < HS_NUM_SIDES * HS_NUM_STATES * 16; i++) {
		struct segment seg = {.flags = flags, .data_len = i & 1};
		struct handshake_numbers n = {
			.iss = iss,
			.irs = irs,
			.early_data = i & 2,
			.acknowledged = i & 4,
			.is_young = i & 8,
		};

		each_number(i / 16 % HS_NUM_SIDES, i / 16 / HS_NUM_SIDES, &n,
			    &seg);
	}
}

static void every_segment_is_the_event_that_the_rfc_says(void **state)
{
	uint32_t isns[][2] = {
		{0, 0},
		{1, 0x7fffffff},
		{0x7fffffff, 0x80000000},
		{0x80000000, 0xffffffff},
		{0xffffffff, 1},
		{(uint32_t)random_bits(), (uint32_t)random_bits()},
	};

	(void)state;
	walked = 0;
	for (uint16_t flags = 0; flags < 2 * TCP_AE; flags++)
		each_number_of(flags, 100, 0xfffffff0);
	for (size_t i = 0; i < ARRAY_SIZE(isns); i++)
		for (uint16_t flags = 0; flags < 0x40; flags++)
			if (is_valid(flags) && !(flags & TCP_PSH))
				each_number_of(flags, isns[i][0], isns[i][1]);
	print_message("%lu events\n", walked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		random_test(every_segment_is_the_event_that_the_rfc_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
