/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an operator is told of a source: that the numbers add up, that each
 * piece has its name, and that what is said to come next does come.
 */
#include "transcript_net.h"

#include "core/explain.h"

static struct explanation explain(struct transcript *t, char host)
{
	struct prefix p = {host_address(host), 128};
	struct explanation e;

	judge_explain(t->judge, &p, t->now_ns, &e);
	assert_true(address_equal(&e.source.address, &p.address));
	return e;
}

static void refused(struct transcript *t, char host, unsigned int port)
{
	if (say(t, "%c:4000 > S:%u S 100", host, port).verdict ==
	    VERDICT_ACCEPT)
		say(t, "S:%u > %c:4000 RA 0 101", port, host);
}

static void use(struct transcript *t, char host, unsigned int port)
{
	shake_hands(t, host, 3000, 'T', port);
	say(t, "%c:3000 > T:%u PA 101 501 9", host, port);
}

static int32_t sum_of_pieces(const struct explanation *e, bool proved)
{
	int32_t sum = 0;

	for (unsigned int i = 0; i < e->num_evidence; i++)
		if (!proved || e->evidence[i].grade == GRADE_PROVED)
			sum += e->evidence[i].weight;
	return sum;
}

static void of_a_stranger_nothing_is_known(void **state)
{
	struct explanation e = explain(*state, 'c');

	assert_false(e.known);
	assert_int_equal(e.score, 0);
	assert_int_equal(e.threshold, 9200);
	assert_int_equal(
		judge_num_sources(((struct transcript *)*state)->judge), 0);
}

static void the_pieces_add_up_to_the_score(void **state)
{
	struct transcript *t = *state;
	struct explanation e;

	use(t, 'c', 80);
	refused(t, 'c', 1);
	say(t, "c:4000 > S:9 FPU 7");
	for (unsigned int port = 10; port <= 12; port++) {
		shake_hands(t, 'c', 4001, 'S', port);
		say(t, "c:4001 > S:%u RA 101 501", port);
	}
	e = explain(t, 'c');
	assert_true(e.known);
	assert_int_equal(e.num_evidence, 6);
	assert_int_equal(e.score, sum_of_pieces(&e, false));
	assert_int_equal(e.proved, sum_of_pieces(&e, true));
	assert_int_equal(e.score, -1386 + 1386 + 2000 + 3 * 1386);
	assert_int_equal(e.proved, -1386 + 3 * 1386);
}

static void each_piece_is_named(void **state)
{
	struct transcript *t = *state;
	struct address server = host_address('S');
	struct explanation e;

	use(t, 'c', 80);
	wait_s(t, 10);
	say(t, "c:4000 > S:9 FPU 7");
	wait_s(t, 20);
	e = explain(t, 'c');
	assert_int_equal(e.num_evidence, 2);
	assert_int_equal(e.evidence[0].finding, FINDING_NONE);
	assert_int_equal(e.evidence[0].grade, GRADE_PROVED);
	assert_int_equal(e.evidence[0].port, 80);
	assert_int_equal(e.evidence[0].age_ns / NS_PER_S, 30);
	assert_int_equal(e.evidence[1].finding, FINDING_XMAS_SCAN);
	assert_int_equal(e.evidence[1].grade, GRADE_PLAUSIBLE);
	assert_int_equal(e.evidence[1].port, 9);
	assert_int_equal(e.evidence[1].weight, 2000);
	assert_int_equal(e.evidence[1].age_ns / NS_PER_S, 20);
	assert_true(e.evidence[1].destination_known);
	assert_true(address_equal(&e.evidence[1].destination, &server));
}

static void what_lacks_breadth_is_shown_and_weighs_nothing(void **state)
{
	struct transcript *t = *state;
	struct explanation e;

	refused(t, 'c', 1);
	refused(t, 'c', 2);
	e = explain(t, 'c');
	assert_int_equal(e.num_evidence, 2);
	assert_int_equal(e.evidence[0].weight, 0);
	assert_int_equal(e.score, 0);
}

static void a_destination_may_be_forgotten(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();
	struct explanation e;

	config.services = 2;
	begin_with(t, &config);
	for (char server = 'A'; server <= 'F'; server++)
		say(t, "c:4000 > %c:9 FPU 7", server);
	e = explain(t, 'c');
	assert_false(e.evidence[0].destination_known);
	assert_int_equal(e.evidence[0].port, 9);
}

/* ---- what comes next ---- */

static void so_many_failures_more_list_it(void **state)
{
	struct transcript *t = *state;

	for (unsigned int odd = 0; odd <= 2; odd++) {
		char host = (char)('f' + (int)odd);
		struct explanation e;

		for (unsigned int port = 101; port <= 103; port++)
			refused(t, host, port);
		for (unsigned int i = 0; i < odd; i++)
			say(t, "%c:4000 > S:%u FPU 7", host, 200 + i);
		e = explain(t, host);
		assert_int_equal(e.failures_left, 4 - odd - (odd > 1));
		for (unsigned int i = 1; i < e.failures_left; i++)
			refused(t, host, i);
		assert_false(t->last.listed);
		refused(t, host, e.failures_left);
		assert_true(t->last.listed);
		assert_int_equal(next_listing(t).timeout_s, e.next_timeout_s);
		wait_s(t, 3);
	}
}

static void of_a_stranger_with_one_failure_it_is_six_more(void **state)
{
	struct transcript *t = *state;
	unsigned int left;

	refused(t, 'x', 1);
	left = explain(t, 'x').failures_left;
	assert_in_range(left, 6, 7);
	for (unsigned int i = 2; i <= 1 + left && !t->last.listed; i++)
		refused(t, 'x', i);
	assert_listed_as(t, 'x', "syn-scan: 7 ports of 1 host");
}

static void what_is_listed_is_told_with_its_time(void **state)
{
	struct transcript *t = *state;
	struct explanation e;

	for (unsigned int port = 1; port <= 5; port++)
		say(t, "x:4000 > S:%u FPU 7", port);
	wait_s(t, 100);
	e = explain(t, 'x');
	assert_int_equal(e.listed_left_ns / NS_PER_S, 500);
	assert_int_equal(e.offender.offences, 1);
	assert_int_equal(e.offender.ports, 5);
	assert_int_equal(e.offender.finding, FINDING_XMAS_SCAN);
	assert_int_equal(e.next_timeout_s, 1200);
	wait_s(t, 501);
	e = explain(t, 'x');
	assert_int_equal(e.listed_left_ns, 0);
	assert_int_equal(e.offender.offences, 1);
	assert_int_equal(e.num_evidence, 0);
}

/* ---- standing ---- */

static void good_standing_and_a_restriction_are_told(void **state)
{
	struct transcript *t = *state;
	struct explanation e;

	use(t, 'c', 80);
	wait_s(t, 50);
	e = explain(t, 'c');
	assert_true(e.good);
	assert_int_equal(e.good_age_ns / NS_PER_S, 50);
	assert_false(e.restricted);
	for (unsigned int port = 1; port <= 6; port++)
		say(t, "c:4000 > S:%u FPU 7", port);
	wait_s(t, 100);
	e = explain(t, 'c');
	assert_true(e.good && e.restricted && !e.in_step);
	assert_int_equal(e.restricted_left_ns / NS_PER_S, 500);
	assert_int_equal(e.listed_left_ns, 0);
}

static void who_is_in_step_is_told_so(void **state)
{
	struct transcript *t = *state;
	struct explanation e;

	for (unsigned int port = 1; port <= 7; port++) {
		refused(t, 'x', port);
		refused(t, 'y', port);
	}
	e = explain(t, 'x');
	assert_true(e.restricted && e.in_step);
	wait_s(t, 601);
	e = explain(t, 'x');
	assert_false(e.restricted || e.in_step);
}

static void the_exempt_and_the_protected_side_are_told(void **state)
{
	struct transcript *t = *state;
	struct prefix inside = {host_address('i'), 128};
	struct prefix exempt = {host_address('e'), 128};
	struct explanation e;

	judge_set_inside(t->judge, &inside, 1);
	judge_set_exempt(t->judge, &exempt, 1);
	assert_true(explain(t, 'e').exempt);
	for (char server = 'A'; server <= 'D'; server++) {
		say(t, "i:4000 > %c:445 S 100", server);
		say(t, "%c:445 > i:4000 RA 0 101", server);
	}
	e = explain(t, 'i');
	assert_true(e.known && e.inside);
	assert_int_equal(e.sweep_port, 445);
	assert_int_equal(e.sweep_failed, 4);
	assert_int_equal(e.sweep_good, 0);
	assert_int_equal(e.sweep_limit, 250);
	assert_int_equal(e.num_evidence, 0);
}

static void a_net_has_the_evidence_of_all_its_addresses(void **state)
{
	struct transcript *t = *state;
	struct prefix net = net_prefix(1);
	struct explanation e;

	for (unsigned int port = 1; port <= 4; port++)
		say_net(t, 1, "%c:4000 > S:%u FPU 7", (char)('a' + (int)port),
			port);
	judge_explain(t->judge, &net, t->now_ns, &e);
	assert_true(e.known);
	assert_int_equal(e.num_evidence, 4);
	assert_int_equal(e.score, 8000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(of_a_stranger_nothing_is_known),
		transcript_test(the_pieces_add_up_to_the_score),
		transcript_test(each_piece_is_named),
		transcript_test(what_lacks_breadth_is_shown_and_weighs_nothing),
		transcript_test(a_destination_may_be_forgotten),
		transcript_test(so_many_failures_more_list_it),
		transcript_test(of_a_stranger_with_one_failure_it_is_six_more),
		transcript_test(what_is_listed_is_told_with_its_time),
		transcript_test(good_standing_and_a_restriction_are_told),
		transcript_test(who_is_in_step_is_told_so),
		transcript_test(the_exempt_and_the_protected_side_are_told),
		transcript_test(a_net_has_the_evidence_of_all_its_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
