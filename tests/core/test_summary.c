/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections in Zeek's words: what conn_state and history each kind of
 * conversation ends with, when it is followed to its end.
 */
#include "transcript.h"

/* Like transcript_start(), but followed to the end. */
static int start(void **state)
{
	struct transcript *t;
	struct judge_config config;

	transcript_start(state);
	t = *state;
	judge_free(t->judge);
	judge_config_default(&config);
	config.flows = 1024;
	config.grace_s = 0;
	config.follow = true;
	t->judge = judge_new(&config, (const uint8_t *)"0123456789abcdef");
	judge_tick(t->judge, t->now_ns);
	return t->judge ? 0 : -1;
}

/* Ends everything; the one connection there was must be like this. */
static struct ending assert_ended(struct transcript *t, const char *conn_state,
				  const char *history)
{
	struct ending e, more;

	while (judge_finish(t->judge) && !judge_next_ending(t->judge, &e))
		;
	assert_string_equal(conn_state_name[e.conn_state], conn_state);
	assert_string_equal(e.history, history);
	assert_false(judge_next_ending(t->judge, &more));
	return e;
}

static void a_whole_connection_is_SF(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "c:4000 > S:80 PA 101 501 10");
	say(t, "S:80 > c:4000 A 501 111");
	say(t, "S:80 > c:4000 PA 501 111 20");
	say(t, "c:4000 > S:80 FA 111 521");
	say(t, "S:80 > c:4000 FA 521 112");
	say(t, "c:4000 > S:80 A 112 522");
	assert_ended(t, "SF", "ShADadFf");
}

static void open_ends_are_S1_S2_and_S3(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 4000, 'S', 80);
	assert_ended(t, "S1", "ShA");
	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "c:4000 > S:80 FA 101 501");
	assert_ended(t, "S2", "ShAF");
	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "S:80 > c:4000 FA 501 101");
	assert_ended(t, "S3", "ShAf");
}

static void attempts_are_S0_REJ_and_RSTOS0(void **state)
{
	struct transcript *t = *state;

	say(t, "c:1 > S:80 S 100");
	say(t, "c:1 > S:80 S 100");
	assert_ended(t, "S0", "S");
	say(t, "c:1 > S:80 S 100");
	say(t, "S:80 > c:1 RA 0 101");
	assert_ended(t, "REJ", "Sr");
	say(t, "c:1 > S:80 S 100");
	say(t, "c:1 > S:80 R 101");
	assert_ended(t, "RSTOS0", "SR");
}

static void resets_are_RSTO_and_RSTR(void **state)
{
	struct transcript *t = *state;
	struct ending e;

	say(t, "c:1 > S:80 S 100");
	say(t, "S:80 > c:1 SA 500 101");
	say(t, "c:1 > S:80 R 101");
	e = assert_ended(t, "RSTO", "ShR");
	assert_int_equal(e.findings, 1u << FINDING_SYN_SCAN);
	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "c:4000 > S:80 PA 101 501 10");
	say(t, "S:80 > c:4000 R 501");
	assert_ended(t, "RSTR", "ShADr");
}

static void halves_are_SH_SHR_RSTRH_and_OTH(void **state)
{
	struct transcript *t = *state;

	say(t, "c:1 > S:80 S 100");
	say(t, "c:1 > S:80 A 101 501");
	say(t, "c:1 > S:80 PA 101 501 5");
	say(t, "c:1 > S:80 FA 106 501");
	assert_ended(t, "SH", "SADF");
	say(t, "S:80 > c:1 SA 500 101");
	say(t, "S:80 > c:1 FA 501 101");
	assert_ended(t, "SHR", "^hf");
	say(t, "S:80 > c:1 SA 500 101");
	say(t, "S:80 > c:1 R 501");
	assert_ended(t, "RSTRH", "^hr");
	say(t, "c:4000 > S:80 PA 9 9 5");
	say(t, "S:80 > c:4000 A 9 14");
	assert_ended(t, "OTH", "Da");
}

static void who_answers_is_the_responder_though_he_came_first(void **state)
{
	struct transcript *t = *state;
	struct address server = host_address('S');
	struct ending e;

	say(t, "S:80 > c:4000 PA 9 9 5");
	e = assert_ended(t, "OTH", "^d");
	assert_true(address_equal(&e.resp, &server));
	assert_int_equal(e.resp_port, 80);
}

static void resent_data_and_zero_windows_have_letters(void **state)
{
	struct transcript *t = *state;
	struct segment stopped = parse_say("S:80 > c:4000 A 501 111");

	shake_hands(t, 'c', 4000, 'S', 80);
	for (int i = 0; i < 11; i++)
		say(t, "c:4000 > S:80 PA 101 501 10");
	stopped.window = 0;
	judge_segment(t->judge, &stopped, t->now_ns);
	assert_ended(t, "S1", "ShADTTaw");
}

static void odd_flags_are_in_the_history_of_their_connection(void **state)
{
	struct transcript *t = *state;
	struct ending e;

	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "c:4000 > S:80 SF 101");
	e = assert_ended(t, "S2", "ShAQ");
	assert_int_equal(e.findings, 1u << FINDING_INVALID_FLAGS);
	assert_true(e.dropped);
}

static void a_reused_port_is_another_connection(void **state)
{
	struct transcript *t = *state;
	struct ending e;

	say(t, "c:1 > S:80 S 100");
	say(t, "S:80 > c:1 RA 0 101");
	say(t, "c:1 > S:80 S 70000");
	assert_true(judge_next_ending(t->judge, &e));
	assert_int_equal(e.conn_state, CONN_REJ);
	assert_ended(t, "S0", "S");
}

static void a_long_history_is_cut_not_overrun(void **state)
{
	struct transcript *t = *state;

	for (unsigned int i = 0; i < 100; i++)
		say(t, "c:1 > S:80 S %u", 100 * i);
	assert_ended(t, "S0", "SSSSSSSSSSSSSSSSSSSSSSSSSSS");
}

static void every_connection_ends_exactly_once(void **state)
{
	struct transcript *t = *state;
	unsigned int ended = 0;
	struct ending e;

	for (unsigned int i = 0; i < 5000; i++) {
		say(t, "c:%u > S:80 S %u", 1024 + i, i);
		while (judge_next_ending(t->judge, &e))
			ended++;
	}
	for (int s = 0; s < 300; s++) {
		wait_s(t, 1);
		while (judge_next_ending(t->judge, &e))
			ended++;
	}
	while (judge_finish(t->judge))
		while (judge_next_ending(t->judge, &e))
			ended++;
	assert_int_equal(ended, 5000);
}

#define followed(f) cmocka_unit_test_setup_teardown(f, start, transcript_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		followed(a_whole_connection_is_SF),
		followed(open_ends_are_S1_S2_and_S3),
		followed(attempts_are_S0_REJ_and_RSTOS0),
		followed(resets_are_RSTO_and_RSTR),
		followed(halves_are_SH_SHR_RSTRH_and_OTH),
		followed(who_answers_is_the_responder_though_he_came_first),
		followed(resent_data_and_zero_windows_have_letters),
		followed(odd_flags_are_in_the_history_of_their_connection),
		followed(a_reused_port_is_another_connection),
		followed(a_long_history_is_cut_not_overrun),
		followed(every_connection_ends_exactly_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
