/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flood of forged SYNs, all of them answered, against those who really
 * connect: whoever has is not pushed out of the table; who is about to has as
 * long as it takes to fill the table; and who is pushed out all the same gets
 * through, and is held to have done nothing.
 */
#include "transcript.h"

#define FLOWS  4096u /* as transcript_config() has it */
#define SERVED 80u

/* Number `i` of those who do not exist, and the server's answer to him. */
static void forge(struct transcript *t, uint32_t i)
{
	uint8_t from[4] = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8),
			   (uint8_t)i};
	struct segment syn = parse_say("c:4000 > S:80 So 100"), answer;

	syn.src = address_from_ipv4(from);
	answer = syn;
	answer.src = syn.dst;
	answer.dst = syn.src;
	answer.src_port = syn.dst_port;
	answer.dst_port = syn.src_port;
	answer.flags = TCP_SYN | TCP_ACK;
	answer.seq = 500;
	answer.ack = 101;
	/* As fast as they come: no time goes by. */
	judge_segment(t->judge, &syn, t->now_ns);
	judge_segment(t->judge, &answer, t->now_ns);
}

static void flood(struct transcript *t, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		forge(t, i);
}

static void assert_no_harm(struct transcript *t)
{
	const struct judge_counters *c = judge_counters(t->judge);

	assert_int_equal(c->dropped, 0);
	for (int f = 1; f < NUM_FINDINGS; f++)
		if (f != FINDING_SYN_FLOOD)
			assert_int_equal(c->findings[f], 0);
	assert_nobody_listed(t);
}

static void who_is_connected_is_not_pushed_out(void **state)
{
	struct transcript *t = *state;

	serve(t, 'S', SERVED);
	for (unsigned int port = 1; port <= 1000; port++)
		shake_hands(t, 'c', port, 'S', SERVED);
	flood(t, 10 * FLOWS);
	assert_int_equal(judge_num_flows(t->judge), FLOWS);
	assert_true(judge_counters(t->judge)->flows_evicted >= 9 * FLOWS);
	for (unsigned int port = 1; port <= 1000; port++) {
		say(t, "c:%u > S:80 PA 101 501 10", port);
		/* Only who is known to have connected is settled by this. */
		assert_true(t->last.settled);
	}
	assert_int_equal(judge_counters(t->judge)->settled, 1000);
	assert_no_harm(t);
}

static void who_is_about_to_has_the_time_it_takes_to_fill_it(void **state)
{
	struct transcript *t = *state;

	serve(t, 'S', SERVED);
	flood(t, 2 * FLOWS);
	say(t, "c:4000 > S:80 So 100");
	say(t, "S:80 > c:4000 SA 500 101");
	flood(t, FLOWS - 1);
	say(t, "c:4000 > S:80 A 101 501");
	say(t, "c:4000 > S:80 PA 101 501 10");
	assert_true(t->last.settled);
	assert_no_harm(t);
}

static void who_is_pushed_out_gets_through_and_is_not_charged(void **state)
{
	struct transcript *t = *state;

	serve(t, 'S', SERVED);
	for (unsigned int i = 0; i < 200; i++) {
		say(t, "c:%u > S:80 So 100", 4000 + i);
		flood(t, FLOWS + 1);
		say(t, "S:80 > c:%u SA 500 101", 4000 + i);
		flood(t, FLOWS + 1);
		say(t, "c:%u > S:80 A 101 501", 4000 + i);
		flood(t, FLOWS + 1);
		say(t, "c:%u > S:80 PA 101 501 10", 4000 + i);
		say(t, "S:80 > c:%u PA 501 111 10", 4000 + i);
		say(t, "c:%u > S:80 FA 111 511", 4000 + i);
	}
	wait_s(t, 200);
	assert_no_harm(t);
}

/* The flood ends: nothing of it stays. */
static void afterwards_the_table_is_empty(void **state)
{
	struct transcript *t = *state;

	serve(t, 'S', SERVED);
	flood(t, 3 * FLOWS);
	wait_s(t, 200);
	assert_int_equal(judge_num_flows(t->judge), 0);
	assert_no_harm(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(who_is_connected_is_not_pushed_out),
		transcript_test(
			who_is_about_to_has_the_time_it_takes_to_fill_it),
		transcript_test(
			who_is_pushed_out_gets_through_and_is_not_charged),
		transcript_test(afterwards_the_table_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
