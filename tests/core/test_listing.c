/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a listing on: what happens to the source, what an operator's word
 * changes, and what is told when nobody listens.
 */
#include "transcript.h"

/* Sends one kind of segment to ports 1, 2, ... until it is listed. */
static unsigned int probes_until_listed(struct transcript *t, const char *flags,
					unsigned int most)
{
	for (unsigned int port = 1; port <= most; port++)
		if (say(t, "x:40000 > S:%u %s 7 9", port, flags).listed)
			return port;
	fail_msg("not listed after %u probes", most);
	return 0;
}

static void observe_mode_tells_but_drops_nothing(void **state)
{
	struct transcript *t = *state;
	struct notice n;

	judge_set_mode(t->judge, MODE_OBSERVE);
	for (int port = 1; port <= 100; port++)
		assert_int_equal(say(t, "x:1 > S:%d F", port).verdict,
				 VERDICT_ACCEPT);
	n = next_listing(t);
	assert_false(n.enforced);
	assert_int_equal(judge_counters(t->judge)->listings, 1);
	assert_int_equal(judge_counters(t->judge)->dropped, 0);
}

static void in_observe_mode_a_stray_that_passes_counts_once(void **state)
{
	struct transcript *t = *state;

	judge_set_mode(t->judge, MODE_OBSERVE);
	for (int port = 1; port <= 4; port++)
		for (int again = 0; again < 3; again++)
			say(t, "x:1 > S:%d A 7 9", port);
	assert_int_equal(judge_counters(t->judge)->findings[FINDING_ACK_SCAN],
			 4);
}

static void a_listed_source_is_held_until_the_set_has_it(void **state)
{
	struct transcript *t = *state;

	probes_until_listed(t, "F", 10);
	assert_int_equal(say(t, "x:9 > S:80 S 1").verdict, VERDICT_DROP);
	wait_s(t, 3);
	assert_int_equal(say(t, "x:9 > S:80 S 1").verdict, VERDICT_ACCEPT);
}

static void a_source_that_comes_back_is_listed_again(void **state)
{
	struct transcript *t = *state;

	probes_until_listed(t, "F", 10);
	wait_s(t, 700);
	assert_int_equal(probes_until_listed(t, "F", 10), 5);
	assert_int_equal(judge_counters(t->judge)->listings, 2);
}

static void an_unblocked_source_starts_from_nothing(void **state)
{
	struct transcript *t = *state;
	struct prefix x = {host_address('x'), 128};

	probes_until_listed(t, "F", 10);
	judge_forgive(t->judge, &x);
	assert_int_equal(say(t, "x:9 > S:80 S 1").verdict, VERDICT_ACCEPT);
}

static void notices_that_nobody_fetches_are_counted(void **state)
{
	struct transcript *t = *state;
	struct judge_config config;
	const struct judge_counters *c;

	judge_free(t->judge);
	judge_config_default(&config);
	config.listings_per_minute = 100000;
	t->judge = judge_new(&config, (const uint8_t *)"0123456789abcdef");
	c = judge_counters(t->judge);
	for (unsigned int i = 0; i < 300; i++) {
		struct segment seg = parse_say("x:1 > S:1 F");

		seg.src.byte[12] = (uint8_t)(i >> 8);
		seg.src.byte[13] = (uint8_t)i;
		for (unsigned int port = 0; port < 5; port++) {
			seg.dst_port = (uint16_t)(5 * i + port);
			judge_segment(t->judge, &seg, t->now_ns);
		}
	}
	assert_int_equal(c->listings, 256);
	assert_int_equal(c->notices_lost, 44);
}

static void refused_packets_are_dropped_and_charged_to_nobody(void **state)
{
	struct transcript *t = *state;
	const struct judge_counters *c = judge_counters(t->judge);

	assert_int_equal(judge_refused(t->judge, SEG_BAD_DOFF, false).verdict,
			 VERDICT_DROP);
	assert_int_equal(judge_refused(t->judge, SEG_BAD_DOFF, true).verdict,
			 VERDICT_ACCEPT);
	assert_int_equal(judge_refused(t->judge, SEG_NOT_TCP, false).verdict,
			 VERDICT_ACCEPT);
	assert_int_equal(c->refused[SEG_BAD_DOFF], 2);
	assert_int_equal(judge_num_sources(t->judge), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(observe_mode_tells_but_drops_nothing),
		transcript_test(
			in_observe_mode_a_stray_that_passes_counts_once),
		transcript_test(a_listed_source_is_held_until_the_set_has_it),
		transcript_test(a_source_that_comes_back_is_listed_again),
		transcript_test(an_unblocked_source_starts_from_nothing),
		transcript_test(notices_that_nobody_fetches_are_counted),
		transcript_test(
			refused_packets_are_dropped_and_charged_to_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
