/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who probes in step with whom: the measure by itself, and what the judge
 * makes of it.
 */
#include "transcript.h"

#include "core/lockstep.h"
#include "core/source.h"

#define SECOND_MS 1000u

static struct lockstep *lockstep;

static int start(void **state)
{
	(void)state;
	lockstep = lockstep_new();
	return lockstep ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	lockstep_free(lockstep);
	return 0;
}

/* The record of a source that was charged at a port of host 7, at a time. */
static void charge(struct source *s, uint32_t number, uint16_t port,
		   uint32_t when_ms)
{
	s->address = address_from_ipv4((const uint8_t[4]){
		10, 0, (uint8_t)(number >> 8), (uint8_t)number});
	s->evidence[s->num_evidence++] = (struct evidence){
		.host = 7,
		.port = port,
		.when_ms = when_ms,
		.finding = FINDING_SYN_SCAN,
	};
	lockstep_note(lockstep, &s->address, 7, port, when_ms * NS_PER_MS);
}

static bool is_in_step(const struct source *s)
{
	struct lockstep_batch batch;

	return lockstep_has(lockstep, s, &batch);
}

static void who_is_alone_is_in_step_with_nobody(void **state)
{
	struct source one = {0};

	(void)state;
	assert_false(is_in_step(&one));
	for (uint16_t port = 1; port <= 7; port++)
		charge(&one, 1, port, port * SECOND_MS);
	assert_false(is_in_step(&one));
}

/* Two browsers, of which one reloads a page with two dead links. */
static void two_places_may_be_chance(void **state)
{
	struct source one = {0}, two = {0};

	(void)state;
	for (uint16_t port = 1; port <= 2; port++) {
		charge(&one, 1, port, 5000);
		charge(&two, 2, port, 5001);
	}
	assert_false(is_in_step(&one));
	assert_false(is_in_step(&two));
}

static void the_same_places_at_other_times_are_not_in_step(void **state)
{
	struct source one = {0}, two = {0};

	(void)state;
	for (uint16_t port = 1; port <= 7; port++)
		charge(&one, 1, port, 5000);
	for (uint16_t port = 1; port <= 7; port++)
		charge(&two, 2, port, 5000 + SECOND_MS + 1);
	assert_false(is_in_step(&one));
	assert_false(is_in_step(&two));
}

static void three_fifths_of_the_places_are_enough(void **state)
{
	struct source one = {0}, two = {0};

	(void)state;
	for (uint16_t port = 1; port <= 5; port++)
		charge(&one, 1, port, port * 3 * SECOND_MS);
	for (uint16_t port = 1; port <= 3; port++)
		charge(&two, 2, port, (port * 3 + 1) * SECOND_MS);
	assert_true(is_in_step(&one));
	assert_true(is_in_step(&two));
	charge(&one, 1, 6, 20 * SECOND_MS);
	assert_false(is_in_step(&one));
}

static void a_good_connection_is_no_place(void **state)
{
	struct source one = {0}, two = {0};

	(void)state;
	for (uint16_t port = 1; port <= 3; port++) {
		charge(&one, 1, port, 5000);
		charge(&two, 2, port, 5000);
	}
	for (uint16_t port = 4; port <= 9; port++)
		one.evidence[one.num_evidence++] =
			(struct evidence){.host = 7, .port = port};
	assert_true(is_in_step(&one));
}

static void the_others_are_counted_and_some_are_named(void **state)
{
	struct source all[6] = {{.num_evidence = 0}};
	struct lockstep_batch batch;

	(void)state;
	for (uint16_t port = 1; port <= 4; port++)
		for (uint32_t n = 1; n <= 5; n++)
			charge(&all[n], n, port, 5000);
	assert_true(lockstep_has(lockstep, &all[1], &batch));
	assert_int_equal(batch.others, 4);
	assert_int_equal(batch.named, LOCKSTEP_MATES);
	for (unsigned int i = 0; i < batch.named; i++)
		assert_in_range(batch.mate[i].byte[15], 2, 5);
}

/* ---- through the judge ---- */

static void refused(struct transcript *t, char host, unsigned int port)
{
	if (say(t, "%c:4000 > S:%u S 100", host, port).verdict ==
	    VERDICT_ACCEPT)
		say(t, "S:%u > %c:4000 RA 0 101", port, host);
}

/* Of the kind wanted; others are passed over. */
static bool next_of(struct transcript *t, enum notice_kind kind,
		    struct notice *n)
{
	while (judge_next_notice(t->judge, n))
		if (n->kind == kind)
			return true;
	return false;
}

static void decoys_are_told_once_each_and_not_listed(void **state)
{
	struct transcript *t = *state;
	struct notice n;
	unsigned int told = 0;

	for (unsigned int port = 1; port <= 20; port++) {
		for (char host = 'a'; host <= 'd'; host++)
			refused(t, host, port);
		wait_s(t, 1);
	}
	assert_nobody_listed(t);
	while (next_of(t, NOTICE_LOCKSTEP, &n)) {
		assert_in_range(n.address.byte[15], 'a', 'd');
		assert_non_null(strstr(n.text, "in step with 3 others: "));
		told++;
	}
	assert_int_equal(told, 4);
	assert_int_equal(judge_counters(t->judge)->withheld_in_step, 4);
}

/* What only the owner of an address can do lists it, in step or not. */
static void proof_lists_in_step_or_not(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 7; port++) {
		for (char host = 'a'; host <= 'b'; host++) {
			shake_hands(t, host, 4000 + port, 'S', port);
			say(t, "%c:%u > S:%u RA 101 501", host, 4000 + port,
			    port);
		}
	}
	assert_listed_as(t, 'a', "connect-scan");
	assert_listed_as(t, 'b', "connect-scan");
}

/* Another scanner, days later at the same ports, hides nobody. */
static void scanners_of_the_same_ports_are_listed(void **state)
{
	struct transcript *t = *state;

	for (char host = 'a'; host <= 'c'; host++) {
		for (unsigned int port = 1; port <= 7; port++)
			refused(t, host, port);
		assert_listed_as(t, host, "syn-scan");
		wait_s(t, 2);
	}
}

static void who_is_found_in_step_again_is_told_again(void **state)
{
	struct transcript *t = *state;
	struct notice n;

	for (unsigned int port = 1; port <= 8; port++) {
		refused(t, 'a', port);
		refused(t, 'b', port);
	}
	wait_s(t, 601);
	while (judge_next_notice(t->judge, &n))
		;
	refused(t, 'a', 9);
	assert_true(next_of(t, NOTICE_LOCKSTEP, &n));
	assert_nobody_listed(t);
}

/*
 * Its probes are under way when it is found in step; what becomes of the rest
 * is no second decision. When the restriction is over it is decided anew: then
 * it has been alone for most of its probes.
 */
static void what_is_in_step_is_not_listed_in_the_same_second(void **state)
{
	struct transcript *t = *state;
	struct notice n;

	serve(t, 'S', 80);
	for (unsigned int port = 1; port <= 14; port++)
		say(t, "a:4000 > S:%u S 100", port);
	for (unsigned int port = 1; port <= 5; port++)
		refused(t, 'b', port);
	for (unsigned int port = 1; port <= 14; port++)
		say(t, "S:%u > a:4000 RA 0 101", port);
	assert_true(next_of(t, NOTICE_LOCKSTEP, &n));
	assert_int_equal(n.address.byte[15], 'a');
	assert_false(next_of(t, NOTICE_LOCKSTEP, &n));
	assert_nobody_listed(t);
	wait_s(t, 601);
	refused(t, 'a', 15);
	assert_listed_as(t, 'a', "syn-scan: 15 ports of 1 host");
}

/* Forged once, for a few probes; the scanner continues alone. */
static void a_few_mates_protect_for_ten_seconds(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 5; port++) {
		say(t, "b:4000 > S:%u F 100", port);
		say(t, "a:4000 > S:%u F 100", port);
	}
	wait_s(t, 2);
	for (unsigned int port = 6; port <= 15; port++)
		say(t, "a:4000 > S:%u F 100", port);
	wait_s(t, 7);
	say(t, "a:4000 > S:16 F 100");
	assert_nobody_listed(t);
	wait_s(t, 2);
	say(t, "a:4000 > S:17 F 100");
	assert_listed_as(t, 'a', "fin-scan: 17 ports of 1 host");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			who_is_alone_is_in_step_with_nobody, start, end),
		cmocka_unit_test_setup_teardown(two_places_may_be_chance, start,
						end),
		cmocka_unit_test_setup_teardown(
			the_same_places_at_other_times_are_not_in_step, start,
			end),
		cmocka_unit_test_setup_teardown(
			three_fifths_of_the_places_are_enough, start, end),
		cmocka_unit_test_setup_teardown(a_good_connection_is_no_place,
						start, end),
		cmocka_unit_test_setup_teardown(
			the_others_are_counted_and_some_are_named, start, end),
		transcript_test(decoys_are_told_once_each_and_not_listed),
		transcript_test(proof_lists_in_step_or_not),
		transcript_test(scanners_of_the_same_ports_are_listed),
		transcript_test(who_is_found_in_step_again_is_told_again),
		transcript_test(
			what_is_in_step_is_not_listed_in_the_same_second),
		transcript_test(a_few_mates_protect_for_ten_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
