/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Good standing: whose connection was proved and carried payload is not
 * listed on what anybody can send in its name. What restricted means instead.
 */
#include "transcript_net.h"

static void use(struct transcript *t, char host)
{
	shake_hands(t, host, 3000, 'S', 80);
	say(t, "%c:3000 > S:80 PA 101 501 9", host);
	assert_true(t->last.settled);
}

/* In somebody's name: `n` probes to ports that no other test asks. */
static void forge(struct transcript *t, char host, unsigned int n)
{
	for (unsigned int port = 1001; port <= 1000 + n; port++) {
		say(t, "%c:4000 > S:%u FPU 7", host, port);
		assert_int_equal(t->last.verdict, VERDICT_DROP);
	}
}

static void pass_hours(struct transcript *t, unsigned int hours)
{
	t->now_ns += hours * 3600 * NS_PER_S;
	wait_s(t, 1);
}

static void a_client_is_not_listed_for_what_is_forged(void **state)
{
	struct transcript *t = *state;

	use(t, 'c');
	forge(t, 'c', 100);
	assert_nobody_listed(t);
	assert_true(judge_counters(t->judge)->withheld_standing > 0);
}

static void a_restricted_client_reaches_what_serves(void **state)
{
	struct transcript *t = *state;

	use(t, 'c');
	serve(t, 'T', 443);
	forge(t, 'c', 20);
	use(t, 'c');
	shake_hands(t, 'c', 5000, 'T', 443);
	assert_int_equal(t->last.verdict, VERDICT_ACCEPT);
}

/* What the kernel does not have by its mark, after a restart. */
static void a_restricted_client_goes_on_with_what_is_open(void **state)
{
	struct transcript *t = *state;

	use(t, 'c');
	forge(t, 'c', 20);
	say(t, "c:3333 > S:80 A 7 9");
	assert_int_equal(t->last.verdict, VERDICT_ACCEPT);
	say(t, "c:3334 > T:9999 PA 7 9 10");
	assert_int_equal(t->last.verdict, VERDICT_ACCEPT);
}

static void a_restricted_source_reaches_nothing_else(void **state)
{
	struct transcript *t = *state;

	use(t, 'c');
	say(t, "c:4000 > S:22 So 100");
	assert_int_equal(t->last.verdict, VERDICT_ACCEPT);
	forge(t, 'c', 20);
	say(t, "c:4000 > S:23 So 100");
	assert_int_equal(t->last.verdict, VERDICT_DROP);
	assert_int_equal(t->last.finding, FINDING_SYN_SCAN);
	say(t, "c:4000 > S:24 A 7 9");
	assert_int_equal(t->last.verdict, VERDICT_DROP);
	assert_int_equal(t->last.finding, FINDING_ACK_SCAN);
}

static void in_observe_mode_nobody_is_restricted(void **state)
{
	struct transcript *t = *state;

	judge_set_mode(t->judge, MODE_OBSERVE);
	use(t, 'c');
	for (unsigned int port = 1; port <= 20; port++)
		say(t, "c:4000 > S:%u FPU 7", port);
	say(t, "c:4000 > S:99 So 100");
	assert_int_equal(t->last.verdict, VERDICT_ACCEPT);
	assert_int_equal(judge_counters(t->judge)->dropped, 0);
}

static void a_restriction_is_over_after_ten_minutes(void **state)
{
	struct transcript *t = *state;

	use(t, 'c');
	forge(t, 'c', 20);
	wait_s(t, 598);
	say(t, "c:4000 > S:23 So 100");
	assert_int_equal(say(t, "c:4000 > S:24 So 100").verdict, VERDICT_DROP);
	wait_s(t, 2);
	assert_int_equal(say(t, "c:4000 > S:25 So 100").verdict,
			 VERDICT_ACCEPT);
	assert_int_equal(say(t, "c:4000 > S:26 So 100").verdict,
			 VERDICT_ACCEPT);
}

/* Innocent: what is new is reached by the second retransmission. */
static void one_attempt_in_five_seconds_gets_through(void **state)
{
	static const unsigned int waits_s[] = {0, 1, 2, 4};
	struct transcript *t = *state;

	use(t, 'c');
	forge(t, 'c', 20);
	for (unsigned int i = 0; i < ARRAY_SIZE(waits_s); i++) {
		wait_s(t, waits_s[i]);
		say(t, "c:4000 > N:25 So 100");
	}
	assert_int_equal(t->last.verdict, VERDICT_ACCEPT);
	assert_int_equal(say(t, "c:4001 > N:26 So 100").verdict, VERDICT_DROP);
}

static void standing_is_over_after_a_day(void **state)
{
	struct transcript *t = *state;

	use(t, 'x');
	pass_hours(t, 24);
	forge(t, 'x', 5);
	assert_listed_as(t, 'x', "xmas-scan: 5 ports of 1 host");
}

static void each_connection_renews_it(void **state)
{
	struct transcript *t = *state;

	use(t, 'c');
	pass_hours(t, 20);
	use(t, 'c');
	pass_hours(t, 20);
	forge(t, 'c', 20);
	assert_nobody_listed(t);
}

/* Nobody but the owner of the address can do what lists it. */
static void what_is_proved_lists_whoever_it_is(void **state)
{
	struct transcript *t = *state;

	use(t, 'x');
	for (unsigned int port = 1; port <= 8; port++) {
		serve(t, 'S', port);
		shake_hands(t, 'x', 4000, 'S', port);
		say(t, "x:4000 > S:%u RA 101 501", port);
	}
	assert_listed_as(t, 'x', "connect-scan: 8 ports of 1 host");
}

static void a_handshake_without_payload_is_no_standing(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'x', 3000, 'S', 80);
	forge(t, 'x', 5);
	assert_listed_as(t, 'x', "xmas-scan");
}

/* Anyone can say the middle of a connection in another's name. */
static void what_was_not_seen_from_its_beginning_is_no_standing(void **state)
{
	struct transcript *t = *state;

	say(t, "x:3000 > S:80 PA 101 501 9");
	say(t, "S:80 > x:3000 PA 501 110 9");
	assert_true(t->last.settled);
	forge(t, 'x', 5);
	assert_listed_as(t, 'x', "xmas-scan");
}

static void who_answers_is_not_in_good_standing(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 3000, 'S', 80);
	say(t, "c:3000 > S:80 PA 101 501 9");
	for (unsigned int port = 1; port <= 5; port++)
		say(t, "S:4000 > c:%u FPU 7", port);
	assert_listed_as(t, 'S', "xmas-scan");
}

/* ---- of a /64 ---- */

static void a_net_with_a_client_in_it_is_restricted_only(void **state)
{
	struct transcript *t = *state;

	use_net(t, 1, 'c');
	for (unsigned int port = 1; port <= 12; port++)
		say_net(t, 1, "%c:4000 > S:%u FPU 7",
			(char)('x' + (int)(port % 3)), 1000 + port);
	assert_nobody_listed(t);
	say_net(t, 1, "w:4000 > S:22 So 100");
	assert_int_equal(t->last.verdict, VERDICT_DROP);
	use_net(t, 1, 'c');
	use_net(t, 1, 'w');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(a_client_is_not_listed_for_what_is_forged),
		transcript_test(a_restricted_client_reaches_what_serves),
		transcript_test(a_restricted_client_goes_on_with_what_is_open),
		transcript_test(a_restricted_source_reaches_nothing_else),
		transcript_test(in_observe_mode_nobody_is_restricted),
		transcript_test(a_restriction_is_over_after_ten_minutes),
		transcript_test(one_attempt_in_five_seconds_gets_through),
		transcript_test(standing_is_over_after_a_day),
		transcript_test(each_connection_renews_it),
		transcript_test(what_is_proved_lists_whoever_it_is),
		transcript_test(a_handshake_without_payload_is_no_standing),
		transcript_test(
			what_was_not_seen_from_its_beginning_is_no_standing),
		transcript_test(who_answers_is_not_in_good_standing),
		transcript_test(a_net_with_a_client_in_it_is_restricted_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
