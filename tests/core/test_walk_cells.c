/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every cell of the handshake table: no hole, and no way between two states
 * but those that somebody can give a reason for.
 */
#include "transcript.h"

#include "core/policy.h"

static const struct policy_test test = {1386, -1386, 9200, -4605};

static bool is_any_of(unsigned int what, unsigned int set)
{
	return set >> what & 1;
}

#define IN(state) (1u << HS_##state)

typedef void (*cell_fn)(enum handshake_side side, enum handshake_event event,
			enum handshake_state from, struct handshake_cell c);

static void each_cell(cell_fn f)
{
	for (int side = 0; side < HS_NUM_SIDES; side++)
		for (int event = 0; event < HS_NUM_EVENTS; event++)
			for (int from = 0; from < HS_NUM_STATES; from++)
				f(side, event, from,
				  handshake_cell(side, event, from));
}

static void is_whole(enum handshake_side side, enum handshake_event event,
		     enum handshake_state from, struct handshake_cell c)
{
	(void)side;
	(void)event;
	assert_in_range(c.action, HS_MOVE, HS_FINDING);
	assert_in_range(c.next, 0, HS_NUM_STATES - 1);
	if (c.action != HS_FINDING) {
		assert_int_equal(c.finding, FINDING_NONE);
		assert_true(c.action == HS_IGNORE || c.next != HS_NONE);
		return;
	}
	assert_in_range(c.finding, FINDING_NONE + 1, NUM_FINDINGS - 1);
	assert_in_range(strlen(finding_name[c.finding]), 1, 40);
	assert_in_range(policy_grade(c.finding), 0, NUM_GRADES - 1);
	assert_in_range(strlen(grade_name[policy_grade(c.finding)]), 1, 40);
	assert_true(policy_weight(c.finding, &test) >= 0);
	/* Wrong numbers are a forger's: they weigh nothing, and do not pass. */
	if (from != HS_NONE) {
		assert_int_equal(policy_weight(c.finding, &test), 0);
		assert_true(policy_drops(c.finding));
		assert_int_equal(c.next, from);
	}
}

static void every_cell_is_whole(void **state)
{
	(void)state;
	each_cell(is_whole);
}

/* Why one state may follow another. Sides and events as sets of bits. */
static const struct way {
	unsigned int from, sides, events;
	enum handshake_state to;
} ways[] = {
#define BY(side)    (1u << HS_##side)
#define EITHER      (BY(ORIG) | BY(RESP))
#define WITH(event) (1u << HS_EV_##event)
#define ANY_SYN     (WITH(SYN) | WITH(SYN_NEW))
#define ANY_ACK     (WITH(ACK) | WITH(ACK_BAD))
#define LATE        (IN(MIDSTREAM) | IN(HALF_SEEN))
#define OVER        (IN(TIME_WAIT) | IN(CLOSED))
	/* A SYN opens what is not open. */
	{IN(NONE), BY(ORIG), ANY_SYN, HS_SYN_SENT},
	{OVER | IN(MIDSTREAM), EITHER, ANY_SYN, HS_SYN_SENT},
	{IN(CLOSING) | IN(LAST_ACK), BY(ORIG), WITH(SYN_NEW), HS_SYN_SENT},
	{IN(SYN_SENT), BY(RESP), ANY_SYN, HS_SYN_SENT_BOTH},
	{IN(SYN_SENT) | IN(SYN_SENT_BOTH), BY(RESP),
	 WITH(SYN_ACK) | WITH(SYN_ACK_NEW), HS_SYN_RECEIVED},
	/* The originator acknowledges the ISN it was sent. */
	{IN(SYN_RECEIVED), BY(ORIG), WITH(ACK) | WITH(SYN_ACK), HS_ESTABLISHED},
	{IN(SYN_RECEIVED), BY(ORIG), WITH(FIN), HS_FIN_WAIT_1},
	/* Or had done so when we saw the ISN. */
	{IN(HALF_SEEN), BY(RESP), WITH(SYN_ACK), HS_ESTABLISHED},
	/* Each has acknowledged the other's SYN, the originator first. */
	{IN(SYN_SENT_BOTH), BY(RESP), WITH(ACK), HS_ESTABLISHED},
	/* The responder answers in step what we came late to. */
	{LATE, BY(RESP), WITH(ACK), HS_ESTABLISHED},
	{LATE, BY(RESP), WITH(FIN), HS_CLOSE_WAIT},
	/* Each end closes for itself. */
	{IN(ESTABLISHED), BY(ORIG), WITH(FIN), HS_FIN_WAIT_1},
	{IN(ESTABLISHED), BY(RESP), WITH(FIN), HS_CLOSE_WAIT},
	{IN(FIN_WAIT_1), BY(RESP), WITH(FIN), HS_CLOSING},
	{IN(CLOSE_WAIT), BY(ORIG), WITH(FIN), HS_LAST_ACK},
	{IN(CLOSING), BY(ORIG), ANY_ACK, HS_TIME_WAIT},
	{IN(LAST_ACK), BY(RESP), ANY_ACK, HS_TIME_WAIT},
	/* The answer escaped us, or we do not know which of two counts. */
	{IN(SYN_SENT) | IN(SYN_SENT_BOTH), BY(ORIG), ANY_ACK | WITH(FIN),
	 HS_HALF_SEEN},
	{IN(SYN_RECEIVED), BY(ORIG), WITH(SYN_NEW), HS_HALF_SEEN},
	{IN(SYN_RECEIVED), BY(RESP), WITH(SYN_ACK_NEW), HS_HALF_SEEN},
	{~IN(NONE), EITHER, WITH(RST), HS_CLOSED},
};

static void has_a_reason(enum handshake_side side, enum handshake_event event,
			 enum handshake_state from, struct handshake_cell c)
{
	if (c.action != HS_MOVE || c.next == from)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		if (c.next == ways[i].to && is_any_of(from, ways[i].from) &&
		    is_any_of(side, ways[i].sides) &&
		    is_any_of(event, ways[i].events))
			return;
	fail_msg("no reason: side %d, %s, %s -> %s", side,
		 handshake_event_name[event], handshake_state_name[from],
		 handshake_state_name[c.next]);
}

static void every_move_has_a_reason(void **state)
{
	(void)state;
	each_cell(has_a_reason);
}

static bool is_taken(const struct way *way, unsigned int from)
{
	for (int side = 0; side < HS_NUM_SIDES; side++) {
		for (int event = 0; event < HS_NUM_EVENTS; event++) {
			struct handshake_cell c =
				handshake_cell(side, event, from);

			if (is_any_of(side, way->sides) &&
			    is_any_of(event, way->events) &&
			    c.action == HS_MOVE && c.next == way->to)
				return true;
		}
	}
	return false;
}

/* And the other way: what has a reason is not left out. */
static void every_reason_has_its_move(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		for (unsigned int from = 0; from < HS_NUM_STATES; from++)
			if (is_any_of(from, ways[i].from) &&
			    !is_taken(&ways[i], from))
				fail_msg("no move: way %zu from %s", i,
					 handshake_state_name[from]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_is_whole),
		cmocka_unit_test(every_move_has_a_reason),
		cmocka_unit_test(every_reason_has_its_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
