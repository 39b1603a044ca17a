/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For how long sources are listed, how many in a minute and at one time, and
 * what is remembered of them, also across a restart.
 */
#include "transcript.h"

#define MINUTE 60u
#define HOUR   3600u
#define DAY    86400u

static void pass_time(struct transcript *t, uint64_t seconds)
{
	t->now_ns += seconds * NS_PER_S;
	judge_tick(t->judge, t->now_ns);
}

/* Probes to ports of its own, for sources are not to be in step. */
static void probe(struct transcript *t, char host, unsigned int n)
{
	for (unsigned int i = 1; i <= n; i++)
		say(t, "%c:4000 > S:%u FPU 7", host,
		    100 * (unsigned int)host + i);
}

static uint32_t listed_for(struct transcript *t, char host)
{
	probe(t, host, 5);
	return next_listing(t).timeout_s;
}

static uint32_t proved_for(struct transcript *t, char host)
{
	for (unsigned int port = 1; port <= 7; port++) {
		shake_hands(t, host, 4000 + port, 'S', port);
		say(t, "%c:%u > S:%u RA 101 501", host, 4000 + port, port);
	}
	return next_listing(t).timeout_s;
}

static unsigned int listings(struct transcript *t)
{
	return (unsigned int)judge_counters(t->judge)->listings;
}

/* ---- durations ---- */

static void ten_minutes_double_to_a_day(void **state)
{
	struct transcript *t = *state;

	for (uint32_t s = 10 * MINUTE; s < DAY; s *= 2) {
		assert_int_equal(listed_for(t, 'x'), s);
		pass_time(t, s + 1);
	}
	for (int again = 0; again < 300; again++) {
		assert_int_equal(listed_for(t, 'x'), DAY);
		pass_time(t, DAY + 1);
	}
}

static void a_proved_offence_begins_with_an_hour(void **state)
{
	struct transcript *t = *state;

	for (uint32_t s = HOUR; s < DAY; s *= 2) {
		assert_int_equal(proved_for(t, 'x'), s);
		pass_time(t, s + 1);
	}
	assert_int_equal(proved_for(t, 'x'), DAY);
}

static void offences_of_both_kinds_are_counted_together(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(proved_for(t, 'x'), HOUR);
	pass_time(t, HOUR + 1);
	assert_int_equal(listed_for(t, 'x'), 20 * MINUTE);
	pass_time(t, 20 * MINUTE + 1);
	assert_int_equal(proved_for(t, 'x'), 4 * HOUR);
}

static void an_offence_is_remembered_for_seven_days(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(listed_for(t, 'x'), 10 * MINUTE);
	pass_time(t, 10 * MINUTE + 7 * DAY - 1);
	assert_int_equal(listed_for(t, 'x'), 20 * MINUTE);
	pass_time(t, 20 * MINUTE + 7 * DAY + 1);
	assert_int_equal(listed_for(t, 'x'), 10 * MINUTE);
}

/* ---- rate and room ---- */

static void twenty_a_minute_and_the_rest_is_restricted(void **state)
{
	struct transcript *t = *state;

	for (char host = 'a'; host < 'a' + 20; host++)
		probe(t, host, 5);
	assert_int_equal(listings(t), 20);
	probe(t, 'x', 5);
	assert_int_equal(listings(t), 20);
	assert_int_equal(judge_counters(t->judge)->withheld_rate, 1);
	assert_int_equal(say(t, "x:4000 > S:22 S 100").verdict, VERDICT_DROP);
	pass_time(t, 3);
	probe(t, 'x', 6);
	assert_int_equal(listings(t), 21);
	pass_time(t, MINUTE);
	for (char host = 'A'; host < 'A' + 18; host++)
		probe(t, host, 5);
	assert_int_equal(listings(t), 39);
}

static void what_is_proved_is_not_limited(void **state)
{
	struct transcript *t = *state;

	for (char host = 'a'; host <= 'z'; host++)
		proved_for(t, host);
	assert_int_equal(listings(t), 26);
}

static bool next_unlisted(struct transcript *t, char host)
{
	struct address address = host_address(host);
	struct notice n;

	while (judge_next_notice(t->judge, &n))
		if (n.kind == NOTICE_UNLISTED)
			return address_equal(&n.offender.source.address,
					     &address);
	return false;
}

static void in_a_full_list_the_least_bad_gives_way(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	config.blocklist_size = 2;
	begin_with(t, &config);
	listed_for(t, 'w');
	pass_time(t, 601);
	listed_for(t, 'w');
	listed_for(t, 'x');
	probe(t, 'y', 5);
	assert_true(next_unlisted(t, 'x'));
	assert_int_equal(judge_counters(t->judge)->gave_way, 1);
	assert_int_equal(listings(t), 4);
}

static void what_is_proved_does_not_give_way(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	config.blocklist_size = 2;
	begin_with(t, &config);
	proved_for(t, 'v');
	proved_for(t, 'w');
	probe(t, 'x', 5);
	assert_int_equal(listings(t), 2);
	assert_int_equal(judge_counters(t->judge)->gave_way, 0);
	assert_true(judge_counters(t->judge)->withheld_rate > 0);
}

/* ---- remembered ---- */

static struct offender offender(struct transcript *t)
{
	return (struct offender){
		.source = {host_address('x'), 128},
		.listed_ns = t->now_ns - 60 * NS_PER_S,
		.until_ns = t->now_ns + 540 * NS_PER_S,
		.offences = 3,
		.finding = FINDING_XMAS_SCAN,
		.grade = GRADE_PLAUSIBLE,
		.ports = 5,
		.hosts = 2,
		.score = 10000,
	};
}

static void assert_same(const struct offender *a, const struct offender *b)
{
	assert_int_equal(a->source.bits, b->source.bits);
	assert_true(address_equal(&a->source.address, &b->source.address));
	assert_true(a->listed_ns == b->listed_ns);
	assert_true(a->until_ns == b->until_ns);
	assert_int_equal(a->offences, b->offences);
	assert_int_equal(a->finding, b->finding);
	assert_int_equal(a->grade, b->grade);
	assert_int_equal(a->ports, b->ports);
	assert_int_equal(a->hosts, b->hosts);
	assert_int_equal(a->score, b->score);
}

static void what_is_written_down_is_taken_over(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();
	struct offender before[8], after;
	uint64_t cursor = 0;
	unsigned int n = 0, m = 0;

	listed_for(t, 'w');
	pass_time(t, 700);
	listed_for(t, 'x');
	proved_for(t, 'y');
	while (judge_next_offender(t->judge, &cursor, &before[n]))
		n++;
	assert_int_equal(n, 3);
	begin_with(t, &config);
	for (unsigned int i = 0; i < n; i++)
		assert_true(judge_restore_offender(t->judge, &before[i],
						   t->now_ns));
	for (cursor = 0; judge_next_offender(t->judge, &cursor, &after); m++)
		assert_same(&after, &before[m]);
	assert_int_equal(m, n);
	assert_false(judge_has_news(t->judge));
	assert_int_equal(listed_for(t, 'w'), 20 * MINUTE);
}

/* The longest time was set to less, since. */
static void who_is_listed_for_longer_than_now_may_be_stays_so(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();
	struct offender o = offender(t), after;
	uint64_t cursor = 0;

	o.until_ns = t->now_ns + DAY * NS_PER_S;
	config.block_time_s = config.block_time_proved_s = 10;
	config.block_time_max_s = 10;
	begin_with(t, &config);
	assert_true(judge_restore_offender(t->judge, &o, t->now_ns));
	assert_true(judge_next_offender(t->judge, &cursor, &after));
	assert_same(&after, &o);
}

static void a_net_is_taken_over(void **state)
{
	struct transcript *t = *state;
	struct offender o = offender(t), after;
	uint64_t cursor = 0;

	address_parse("2001:db8:1:2::", &o.source.address);
	o.source.bits = 64;
	assert_true(judge_restore_offender(t->judge, &o, t->now_ns));
	assert_true(judge_next_offender(t->judge, &cursor, &after));
	assert_same(&after, &o);
}

/* With one value that no judge would have written. */
static void what_no_judge_wrote_is_refused(void **state)
{
	struct transcript *t = *state;
	struct offender bad[16];
	unsigned int n = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		bad[i] = offender(t);
	bad[n++].source.bits = 64;
	bad[n++].source.bits = 127;
	bad[n++].source.bits = 0;
	bad[n].source.bits = 64;
	address_parse("2001:db8:1:2::3", &bad[n++].source.address);
	bad[n].listed_ns = bad[n].until_ns + 1, n++;
	bad[n].listed_ns = t->now_ns + 1, n++;
	bad[n++].until_ns = t->now_ns + 30 * DAY * NS_PER_S + 1;
	bad[n++].offences = 0;
	bad[n++].finding = FINDING_NONE;
	bad[n++].finding = FINDING_SYN_FLOOD;
	bad[n++].finding = NUM_FINDINGS;
	bad[n++].grade = GRADE_UNATTRIBUTABLE;
	bad[n++].grade = NUM_GRADES;
	bad[n++].ports = 0;
	bad[n++].hosts = 0;
	bad[n++].score = -1;
	assert_int_equal(n, ARRAY_SIZE(bad));
	for (unsigned int i = 0; i < n; i++)
		if (judge_restore_offender(t->judge, &bad[i], t->now_ns))
			fail_msg("record %u is taken over", i);
	assert_int_equal(judge_num_sources(t->judge), 0);
}

static void a_full_list_takes_nobody_over_who_is_still_listed(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();
	struct offender o = offender(t);

	config.blocklist_size = 1;
	begin_with(t, &config);
	assert_true(judge_restore_offender(t->judge, &o, t->now_ns));
	o.source.address = host_address('y');
	assert_false(judge_restore_offender(t->judge, &o, t->now_ns));
	o.until_ns = t->now_ns;
	assert_true(judge_restore_offender(t->judge, &o, t->now_ns));
}

static void who_is_forgiven_begins_again(void **state)
{
	struct transcript *t = *state;
	struct prefix x = {host_address('x'), 128};
	struct offender o;
	uint64_t cursor = 0;

	listed_for(t, 'x');
	pass_time(t, 601);
	listed_for(t, 'x');
	judge_forgive(t->judge, &x);
	assert_false(judge_next_offender(t->judge, &cursor, &o));
	assert_int_equal(listed_for(t, 'x'), 10 * MINUTE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(ten_minutes_double_to_a_day),
		transcript_test(a_proved_offence_begins_with_an_hour),
		transcript_test(offences_of_both_kinds_are_counted_together),
		transcript_test(an_offence_is_remembered_for_seven_days),
		transcript_test(twenty_a_minute_and_the_rest_is_restricted),
		transcript_test(what_is_proved_is_not_limited),
		transcript_test(in_a_full_list_the_least_bad_gives_way),
		transcript_test(what_is_proved_does_not_give_way),
		transcript_test(what_is_written_down_is_taken_over),
		transcript_test(
			who_is_listed_for_longer_than_now_may_be_stays_so),
		transcript_test(a_net_is_taken_over),
		transcript_test(what_no_judge_wrote_is_refused),
		transcript_test(
			a_full_list_takes_nobody_over_who_is_still_listed),
		transcript_test(who_is_forgiven_begins_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
