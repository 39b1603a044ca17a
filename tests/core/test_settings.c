/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits that are changed while a judge works: they hold from the next segment
 * on, for what it knows already too; what was told stands, and so do the sizes
 * of its tables. That all judges hear of it is in test_ledger.c.
 */
#include "transcript.h"

#include "core/explain.h"

static void change(struct transcript *t, const struct judge_config *config)
{
	judge_set_config(t->judge, config);
}

/* SYNs of a host to `count` ports from `first` on, each refused. */
static struct decision refused(struct transcript *t, char host,
			       unsigned int first, unsigned int count)
{
	struct decision d = {.verdict = VERDICT_ACCEPT};

	for (unsigned int port = first; port < first + count; port++) {
		say(t, "%c:4000 > S:%u S 1", host, port);
		d = say(t, "S:%u > %c:4000 RA 0 2", port, host);
	}
	return d;
}

static struct explanation explain(struct transcript *t, char host)
{
	struct prefix source = {host_address(host), 128};
	struct explanation x;

	judge_explain(t->judge, &source, t->now_ns, &x);
	return x;
}

static void a_lower_threshold_holds_for_what_is_known(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	assert_false(refused(t, 'x', 1, 4).listed);
	assert_int_equal(explain(t, 'x').failures_left, 3);
	config.test.threshold = 5600;
	change(t, &config);
	assert_nobody_listed(t); /* nobody has offended just now */
	assert_int_equal(explain(t, 'x').threshold, 5600);
	assert_int_equal(explain(t, 'x').failures_left, 1);
	assert_true(refused(t, 'x', 5, 1).listed);
}

static void a_higher_threshold_spares_who_was_near_the_old_one(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	assert_false(refused(t, 'x', 1, 6).listed);
	config.test.threshold = 13815;
	change(t, &config);
	assert_false(refused(t, 'x', 7, 3).listed);
	assert_true(refused(t, 'x', 10, 1).listed);
}

static void who_is_listed_stays_so_as_long_as_was_told(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	refused(t, 'x', 1, 7);
	assert_int_equal(next_listing(t).timeout_s, 600);
	config.block_time_s = config.block_time_proved_s = 10;
	config.block_time_max_s = 10;
	change(t, &config);
	wait_s(t, 590);
	assert_int_equal(judge_num_listed(t->judge), 1);
	refused(t, 'y', 101, 7);
	assert_int_equal(next_listing(t).timeout_s, 10);
}

static void a_smaller_list_lists_the_next_and_lets_one_go(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	for (char host = 'a'; host < 'a' + 18; host++) {
		refused(t, host, 100 * (unsigned int)host, 7);
		wait_s(t, 4); /* no more than twenty in a minute */
	}
	assert_int_equal(judge_num_listed(t->judge), 18);
	config.blocklist_size = 16;
	change(t, &config);
	wait_s(t, 4);
	assert_int_equal(judge_num_listed(t->judge), 18);
	refused(t, 'y', 12001, 7);
	assert_int_equal(judge_num_listed(t->judge), 18);
	assert_int_equal(judge_counters(t->judge)->gave_way, 1);
}

/* It waits in the same queue: the first in it is the oldest still. */
static void a_shorter_wait_is_over_for_who_waits_already(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	config.syn_timeout_s = 60;
	change(t, &config);
	say(t, "x:4000 > S:80 S 1");
	wait_s(t, 30);
	assert_int_equal(explain(t, 'x').num_evidence, 0);
	config.syn_timeout_s = 20;
	change(t, &config);
	wait_s(t, 1);
	assert_int_equal(explain(t, 'x').num_evidence, 1);
	say(t, "y:4000 > S:81 S 1");
	wait_s(t, 19);
	assert_int_equal(explain(t, 'y').num_evidence, 0);
	wait_s(t, 2);
	assert_int_equal(explain(t, 'y').num_evidence, 1);
}

static void tables_stay_as_large_as_they_are(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	serve(t, 'S', 80);
	config.flows = config.sources = config.services = 1;
	change(t, &config);
	for (unsigned int port = 1; port <= 500; port++)
		say(t, "%c:%u > S:80 S 1", 'a' + (int)port % 20, 1000 + port);
	assert_int_equal(judge_num_flows(t->judge), 500);
	assert_int_equal(judge_counters(t->judge)->flows_evicted, 0);
}

/* It is the start's, and the start is over. */
static void there_is_no_second_grace_period(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	config.grace_s = 3600;
	change(t, &config);
	for (unsigned int port = 1; port <= 3; port++)
		say(t, "x:1 > S:%u A 7 9", port);
	assert_int_equal(judge_counters(t->judge)->findings[FINDING_ACK_SCAN],
			 3);
}

static void the_mode_comes_with_it(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	config.mode = MODE_OBSERVE;
	change(t, &config);
	assert_int_equal(judge_mode(t->judge), MODE_OBSERVE);
	assert_int_equal(say(t, "x:1 > S:1 F").verdict, VERDICT_ACCEPT);
	config.mode = MODE_ENFORCE;
	change(t, &config);
	assert_int_equal(say(t, "x:1 > S:2 F").verdict, VERDICT_DROP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(a_lower_threshold_holds_for_what_is_known),
		transcript_test(
			a_higher_threshold_spares_who_was_near_the_old_one),
		transcript_test(who_is_listed_stays_so_as_long_as_was_told),
		transcript_test(a_smaller_list_lists_the_next_and_lets_one_go),
		transcript_test(a_shorter_wait_is_over_for_who_waits_already),
		transcript_test(tables_stay_as_large_as_they_are),
		transcript_test(there_is_no_second_grace_period),
		transcript_test(the_mode_comes_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
