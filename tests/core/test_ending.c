/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is told of conversations inline, where the kernel keeps the settled
 * ones from us: an ending for each handshake that was not completed or that
 * had a finding, and an outcome for every one.
 */
#include "transcript.h"

static uint64_t outcomes(const struct transcript *t, enum conn_state state)
{
	return judge_counters(t->judge)->outcomes[state];
}

static struct ending assert_told(struct transcript *t, const char *conn_state,
				 const char *history, const char *reason)
{
	struct ending e = {.conn_state = CONN_OTH};

	if (!judge_next_ending(t->judge, &e))
		fail_msg("nothing is told, not %s %s", conn_state, history);
	assert_string_equal(conn_state_name[e.conn_state], conn_state);
	assert_string_equal(e.history, history);
	assert_non_null(ending_reason(&e));
	assert_string_equal(ending_reason(&e), reason);
	return e;
}

static void assert_nothing_told(struct transcript *t)
{
	struct ending e;

	if (judge_next_ending(t->judge, &e))
		fail_msg("told: %s %s", conn_state_name[e.conn_state],
			 e.history);
}

static void a_settled_connection_is_the_kernels_to_tell(void **st)
{
	struct transcript *t = *st;

	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "c:4000 > S:80 PA 101 501 10");
	assert_true(t->last.settled);
	wait_s(t, 20);
	assert_nothing_told(t);
	for (int i = 0; i < NUM_CONN_STATES; i++)
		assert_int_equal(outcomes(t, i), 0);
	assert_int_equal(judge_num_flows(t->judge), 0);
}

/* The next connection of the same ends is one of its own. */
static void a_reused_port_begins_a_new_history(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "c:4000 > S:80 PA 101 501 10");
	say(t, "c:4000 > S:80 S 9000");
	say(t, "S:80 > c:4000 SA 700 9001");
	say(t, "c:4000 > S:80 R 9001");
	wait_s(t, 11);
	assert_told(t, "RSTO", "ShR", "syn-scan");
	assert_nothing_told(t);
	assert_int_equal(outcomes(t, CONN_RSTO), 1);
}

static void what_a_served_port_does_not_answer_is_told(void **state)
{
	struct transcript *t = *state;
	struct ending e;

	serve(t, 'S', 80);
	say(t, "c:4000 > S:80 So 100");
	wait_s(t, 1);
	say(t, "c:4000 > S:80 So 100");
	wait_s(t, 130);
	e = assert_told(t, "S0", "S", "no answer from a served port");
	assert_int_equal(e.orig_port, 4000);
	assert_int_equal(e.resp_port, 80);
	assert_true(e.served);
	assert_false(e.complete);
	say(t, "c:4000 > S:80 So 100");
	say(t, "S:80 > c:4000 RA 0 101");
	wait_s(t, 11);
	assert_told(t, "REJ", "Sr", "refused by a served port");
	assert_nobody_listed(t);
}

static void what_a_dark_or_closed_port_sees_has_its_finding(void **state)
{
	struct transcript *t = *state;

	say(t, "c:4000 > S:80 So 100");
	say(t, "S:80 > c:4000 RA 0 101");
	wait_s(t, 11);
	assert_told(t, "REJ", "Sr", "syn-scan");
	say(t, "c:4000 > S:81 So 100");
	wait_s(t, 130);
	assert_told(t, "S0", "S", "syn-scan");
	say(t, "c:4000 > S:82 So 100");
	say(t, "S:82 > c:4000 SA 500 101");
	wait_s(t, 31);
	assert_told(t, "S1", "Sh", "syn-scan");
	shake_hands(t, 'c', 4000, 'S', 83);
	say(t, "c:4000 > S:83 FA 101 501");
	say(t, "S:83 > c:4000 FA 501 102");
	say(t, "c:4000 > S:83 A 102 502");
	wait_s(t, 11);
	assert_told(t, "SF", "ShAFf", "connect-scan");
	assert_nothing_told(t);
}

/* Innocent: the same, of this machine itself. */
static void what_this_machine_begins_is_no_finding(void **state)
{
	static const char *const said[] = {
		"c:4000 > S:80 So 100",     "S:80 > c:4000 RA 0 101",
		"c:4001 > S:81 So 100",     "c:4002 > S:82 So 100",
		"S:82 > c:4002 SA 500 101", "c:4002 > S:82 R 101",
	};
	struct transcript *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		struct segment seg = parse_say(said[i]);

		seg.local = said[i][0] == 'c';
		t->now_ns += NS_PER_MS;
		judge_segment(t->judge, &seg, t->now_ns);
	}
	wait_s(t, 11);
	assert_told(t, "REJ", "Sr", "refused");
	assert_told(t, "RSTO", "ShR", "reset instead of acknowledged");
	wait_s(t, 120);
	assert_told(t, "S0", "S", "no answer");
	assert_int_equal(judge_counters(t->judge)->findings[FINDING_SYN_SCAN],
			 0);
}

/* Innocent: the middle of a connection is neither. */
static void what_we_came_late_to_is_not_told(void **state)
{
	struct transcript *t = *state;

	say(t, "c:4000 > S:80 PA 101 501 10");
	wait_s(t, 40);
	serve(t, 'S', 80);
	say(t, "c:4001 > S:80 A 101 501");
	wait_s(t, 40);
	assert_nothing_told(t);
	assert_int_equal(outcomes(t, CONN_OTH), 2);
}

static void what_does_not_fit_is_counted(void **state)
{
	struct transcript *t = *state;
	struct ending e;
	uint64_t told = 0;

	serve(t, 'S', 80);
	for (unsigned int i = 0; i < 500; i++) {
		say(t, "c:%u > S:80 So 100", 4000 + i);
		say(t, "S:80 > c:%u RA 0 101", 4000 + i);
	}
	wait_s(t, 20);
	assert_int_equal(judge_num_flows(t->judge), 0);
	while (judge_next_ending(t->judge, &e))
		told++;
	assert_true(told > 0);
	assert_int_equal(told + judge_counters(t->judge)->endings_lost, 500);
	assert_int_equal(outcomes(t, CONN_REJ), 500);
}

/* ---- what the kernel tells ---- */

static void kernel_tells(struct transcript *t, unsigned int port,
			 enum conn_state conn_state, bool complete,
			 bool no_payload)
{
	struct settled_end e = {
		.orig = host_address('c'),
		.resp = host_address('S'),
		.orig_port = 4000,
		.resp_port = (uint16_t)port,
		.conn_state = conn_state,
		.complete = complete,
		.no_payload = no_payload,
	};

	judge_settled_ended(t->judge, &e, t->now_ns);
}

static void closed_without_payload_is_a_connect_scan(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 7; port++)
		kernel_tells(t, port, CONN_SF, true, true);
	assert_int_equal(outcomes(t, CONN_SF), 7);
	assert_listed_as(t, 'c', "syn-scan: 7 ports of 1 host");
}

/* Innocent: a customer in whose name both halves of connections are forged. */
static void the_kernels_word_proves_nothing(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "c:4000 > S:80 PA 101 501 10");
	for (unsigned int port = 1; port <= 60; port++)
		kernel_tells(t, 100 + port, CONN_SF, true, true);
	assert_int_equal(
		judge_counters(t->judge)->findings[FINDING_CONNECT_SCAN], 60);
	assert_nobody_listed(t);
}

/* Innocents: clients, the idle, the half heard, one port over and over. */
static void other_ends_that_the_kernel_tells_cost_nothing(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 50; port++) {
		kernel_tells(t, port, CONN_SF, true, false);
		kernel_tells(t, port, CONN_RSTO, true, false);
		kernel_tells(t, port, CONN_S1, true, true);
		kernel_tells(t, port, CONN_OTH, false, true);
		kernel_tells(t, 80, CONN_SF, true, true);
	}
	assert_int_equal(outcomes(t, CONN_S1), 50);
	assert_nobody_listed(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(a_settled_connection_is_the_kernels_to_tell),
		transcript_test(a_reused_port_begins_a_new_history),
		transcript_test(what_a_served_port_does_not_answer_is_told),
		transcript_test(
			what_a_dark_or_closed_port_sees_has_its_finding),
		transcript_test(what_this_machine_begins_is_no_finding),
		transcript_test(what_we_came_late_to_is_not_told),
		transcript_test(what_does_not_fit_is_counted),
		transcript_test(closed_without_payload_is_a_connect_scan),
		transcript_test(the_kernels_word_proves_nothing),
		transcript_test(other_ends_that_the_kernel_tells_cost_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
