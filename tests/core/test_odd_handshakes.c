/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handshakes that are odd and in order: each must pass whole and settle when
 * it should. The case numbers are those of a survey of what other systems
 * get wrong.
 */
#include "transcript.h"

static void assert_nothing_dropped(struct transcript *t)
{
	assert_int_equal(judge_counters(t->judge)->dropped, 0);
	assert_nobody_listed(t);
}

static void an_ordinary_connection_settles_with_its_first_data(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 4000, 'S', 80);
	assert_int_equal(t->last.to, HS_ESTABLISHED);
	assert_false(t->last.settled);
	say(t, "c:4000 > S:80 PA 101 501 200");
	assert_true(t->last.settled);
	assert_nothing_dropped(t);
}

static void a_listener_that_speaks_first_settles_when_answered(void **st)
{
	struct transcript *t = *st;

	shake_hands(t, 'c', 4000, 'S', 25);
	say(t, "S:25 > c:4000 PA 501 101 40");
	say(t, "c:4000 > S:25 A 101 541");
	assert_false(t->last.settled);
	say(t, "c:4000 > S:25 PA 101 541 9");
	assert_true(t->last.settled);
	assert_int_equal(t->last.finding, FINDING_NONE);
}

/* A download of which the client never says a word. */
static void a_listener_that_goes_on_settles_while_read(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 4000, 'S', 20);
	for (unsigned int i = 0; i < 8; i++) {
		assert_false(t->last.settled);
		say(t, "S:20 > c:4000 A %u 101 1000", 501 + 1000 * i);
		say(t, "c:4000 > S:20 A 101 %u", 1501 + 1000 * i);
	}
	assert_true(t->last.settled);
	assert_nothing_dropped(t);
}

/* After that: what is answered in step was no stray. */
static void connections_older_than_we_are_are_picked_up(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 50; port++) {
		say(t, "c:%u > S:%u PA 1000 2000 50", 4000 + port, port);
		say(t, "S:%u > c:%u A 2000 1050", port, 4000 + port);
		assert_true(t->last.settled);
		assert_int_equal(t->last.to, HS_ESTABLISHED);
	}
	assert_nothing_dropped(t);
}

static void a_rst_does_not_pick_up_and_neither_does_a_wrong_answer(void **state)
{
	struct transcript *t = *state;

	say(t, "c:1 > S:1 A 1000 2000");
	say(t, "S:1 > c:1 R 2000");
	assert_false(t->last.settled);
	say(t, "c:1 > S:2 A 1000 2000");
	say(t, "S:2 > c:1 A 2000 3221225472");
	assert_false(t->last.settled);
}

/* Case 4: ECN and AccECN. */
static void ecn_and_accecn_syns_are_syns(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(say(t, "c:1 > S:80 SEW 100").to, HS_SYN_SENT);
	assert_int_equal(say(t, "c:2 > S:80 SEWN 100").to, HS_SYN_SENT);
	assert_int_equal(say(t, "S:80 > c:2 SAE 500 101").to, HS_SYN_RECEIVED);
	assert_nothing_dropped(t);
}

/* Case 5: TCP Fast Open. */
static void fast_open_data_may_be_taken_or_left(void **state)
{
	struct transcript *t = *state;

	say(t, "c:1 > S:80 So 100 0 50");
	say(t, "S:80 > c:1 SA 500 151");
	assert_int_equal(t->last.to, HS_SYN_RECEIVED);
	say(t, "S:80 > c:1 PA 501 151 300");
	say(t, "c:1 > S:80 A 151 801");
	assert_int_equal(t->last.to, HS_ESTABLISHED);
	assert_true(t->last.settled);
	say(t, "c:2 > S:80 So 100 0 50");
	say(t, "S:80 > c:2 SA 500 101");
	say(t, "c:2 > S:80 A 101 501 50");
	assert_true(t->last.settled);
	assert_nothing_dropped(t);
}

/* Case 6: simultaneous open, RFC 9293 figure 7. */
static void simultaneous_open_establishes(void **state)
{
	struct transcript *t = *state;

	say(t, "c:1 > D:2 So 100");
	say(t, "D:2 > c:1 So 300");
	assert_int_equal(t->last.to, HS_SYN_SENT_BOTH);
	say(t, "c:1 > D:2 SA 100 301");
	say(t, "D:2 > c:1 SA 300 101");
	say(t, "c:1 > D:2 A 101 301 10");
	assert_true(t->last.settled);
	assert_nothing_dropped(t);
}

/* Case 7: the same ports again, soon after. */
static void a_reused_port_begins_anew(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "c:4000 > S:80 FA 101 501");
	say(t, "S:80 > c:4000 FA 501 102");
	say(t, "c:4000 > S:80 A 102 502");
	assert_int_equal(t->last.to, HS_TIME_WAIT);
	say(t, "c:4000 > S:80 So 70000");
	assert_int_equal(t->last.to, HS_SYN_SENT);
	say(t, "S:80 > c:4000 SA 90000 70001");
	assert_int_equal(t->last.to, HS_SYN_RECEIVED);
	assert_nothing_dropped(t);
}

/* Settled, it closed out of our sight: the next one is judged anew. */
static void a_port_reused_after_settling_is_judged_anew(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "c:4000 > S:80 PA 101 501 10");
	assert_true(t->last.settled);
	say(t, "c:4000 > S:80 So 70000");
	assert_false(t->last.settled);
	say(t, "S:80 > c:4000 SA 90000 70001");
	assert_int_equal(t->last.to, HS_SYN_RECEIVED);
	assert_false(t->last.settled);
	say(t, "c:4000 > S:80 PA 70001 90001 10");
	assert_true(t->last.settled);
	assert_nothing_dropped(t);
}

/* Case 8: the client crashed and calls again (RFC 9293, figure 9). */
static void a_challenge_ack_and_its_rst_pass(void **state)
{
	struct transcript *t = *state;

	say(t, "c:4000 > S:80 So 100");
	say(t, "S:80 > c:4000 A 300 100");
	assert_int_equal(t->last.to, HS_SYN_SENT);
	say(t, "c:4000 > S:80 R 100");
	say(t, "c:4000 > S:80 So 100");
	assert_int_equal(t->last.to, HS_SYN_SENT);
	assert_nothing_dropped(t);
}

/* Case 9: the final ACK was lost behind us, or the SYN/ACK is slow. */
static void repeated_syn_acks_change_nothing(void **state)
{
	struct transcript *t = *state;

	say(t, "c:1 > S:80 So 100");
	say(t, "S:80 > c:1 SA 500 101");
	say(t, "S:80 > c:1 SA 500 101");
	say(t, "c:1 > S:80 A 101 501");
	say(t, "S:80 > c:1 SA 500 101");
	assert_int_equal(t->last.to, HS_ESTABLISHED);
	assert_nothing_dropped(t);
}

static void either_of_two_syn_cookies_may_be_acknowledged(void **state)
{
	for (unsigned int ack = 501; ack <= 901; ack += 400) {
		struct transcript *t = *state;

		say(t, "c:%u > S:80 So 100", ack);
		say(t, "S:80 > c:%u SA 500 101", ack);
		say(t, "S:80 > c:%u SA 900 101", ack);
		say(t, "c:%u > S:80 PA 101 %u 30", ack, ack);
		say(t, "S:80 > c:%u A %u 131", ack, ack);
		assert_true(t->last.settled);
		assert_nothing_dropped(t);
	}
}

/* Our own overflow: the final ACK went by unseen. */
static void a_missed_final_ack_heals(void **state)
{
	struct transcript *t = *state;

	say(t, "c:1 > S:25 So 100");
	say(t, "S:25 > c:1 SA 500 101");
	say(t, "S:25 > c:1 PA 501 101 40");
	say(t, "c:1 > S:25 A 101 541");
	assert_int_equal(t->last.to, HS_ESTABLISHED);
	assert_nothing_dropped(t);
}

/* Case 11: our SYN was forgotten when its answer came. */
static void a_very_late_syn_ack_still_fits(void **state)
{
	struct transcript *t = *state;

	say(t, "c:1 > S:80 So 100");
	wait_s(t, 100);
	say(t, "S:80 > c:1 SA 500 101");
	assert_int_equal(t->last.to, HS_SYN_RECEIVED);
	assert_int_equal(t->last.finding, FINDING_NONE);
}

/* Case 22: only one direction passes here. */
static void an_asymmetric_route_is_let_go(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 20; port++) {
		say(t, "c:%u > S:80 So 100", 4000 + port);
		for (unsigned int i = 0; i < 8; i++)
			say(t, "c:%u > S:80 A %u 501 100", 4000 + port,
			    101 + 100 * i);
		assert_true(t->last.settled);
		say(t, "W:443 > c:%u SA 500 101", 5000 + port);
		for (unsigned int i = 0; i < 8; i++)
			say(t, "W:443 > c:%u A %u 101 100", 5000 + port,
			    501 + 100 * i);
		if (port <= 2)
			assert_true(t->last.settled);
	}
	assert_nobody_listed(t);
}

/* Case 25: urgent data. */
static void urgent_data_is_valid(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 4000, 'S', 23);
	say(t, "c:4000 > S:23 AU 101 501 1");
	assert_true(t->last.settled);
	say(t, "c:4001 > S:23 SU 100");
	assert_int_equal(t->last.to, HS_SYN_SENT);
	assert_nothing_dropped(t);
}

static void sequence_numbers_may_wrap_in_the_handshake(void **state)
{
	struct transcript *t = *state;

	say(t, "c:1 > S:80 So 4294967295");
	say(t, "S:80 > c:1 SA 4294967295 0");
	assert_int_equal(t->last.to, HS_SYN_RECEIVED);
	say(t, "c:1 > S:80 PA 0 0 10");
	assert_true(t->last.settled);
	assert_nothing_dropped(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(
			an_ordinary_connection_settles_with_its_first_data),
		transcript_test(
			a_listener_that_speaks_first_settles_when_answered),
		transcript_test(
			a_listener_that_goes_on_settles_while_read),
		transcript_test(connections_older_than_we_are_are_picked_up),
		transcript_test(
			a_rst_does_not_pick_up_and_neither_does_a_wrong_answer),
		transcript_test(ecn_and_accecn_syns_are_syns),
		transcript_test(fast_open_data_may_be_taken_or_left),
		transcript_test(simultaneous_open_establishes),
		transcript_test(a_reused_port_begins_anew),
		transcript_test(a_port_reused_after_settling_is_judged_anew),
		transcript_test(a_challenge_ack_and_its_rst_pass),
		transcript_test(repeated_syn_acks_change_nothing),
		transcript_test(either_of_two_syn_cookies_may_be_acknowledged),
		transcript_test(a_missed_final_ack_heals),
		transcript_test(a_very_late_syn_ack_still_fits),
		transcript_test(an_asymmetric_route_is_let_go),
		transcript_test(urgent_data_is_valid),
		transcript_test(sequence_numbers_may_wrap_in_the_handshake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
