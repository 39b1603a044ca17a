/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources on the protected side, who fail a lot, at many hosts: what an honest
 * one does lists nobody, a worm that looks for its next victims is listed.
 * Their network here is 192.0.2.0/24, the hosts they ask are in 10.0.0.0/8.
 */
#include "transcript.h"

#include "core/explain.h"

static struct address outside_address(unsigned int n)
{
	return address_from_ipv4((const uint8_t[4]){
		10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n});
}

/* In the notation, where o is outside host `n`. */
__attribute__((format(printf, 3, 4))) static struct decision
say_outside(struct transcript *t, unsigned int n, const char *format, ...)
{
	struct address o = host_address('o');
	char text[128];
	struct segment seg;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	seg = parse_say(text);
	if (address_equal(&seg.src, &o))
		seg.src = outside_address(n);
	else
		seg.dst = outside_address(n);
	return say_segment(t, &seg);
}

static void ask(struct transcript *t, unsigned int n, unsigned int port)
{
	say_outside(t, n, "H:4000 > o:%u So 100", port);
	assert_int_equal(t->last.verdict, VERDICT_ACCEPT);
}

static void refused(struct transcript *t, unsigned int n, unsigned int port)
{
	ask(t, n, port);
	say_outside(t, n, "o:%u > H:4000 RA 0 101", port);
}

static void good(struct transcript *t, unsigned int n, unsigned int port)
{
	ask(t, n, port);
	say_outside(t, n, "o:%u > H:4000 SA 500 101", port);
	say_outside(t, n, "H:4000 > o:%u PA 101 501 9", port);
	assert_true(t->last.settled);
}

/* Somebody else inside is answered from outside. */
static void other_is_answered(struct transcript *t)
{
	static unsigned int n;

	n = n % 1000 + 1;
	say_outside(t, 9000000 + n, "I:4000 > o:%u So 100", 443);
	say_outside(t, 9000000 + n, "o:%u > I:4000 SA 500 101", 443);
	say_outside(t, 9000000 + n, "I:4000 > o:%u PA 101 501 9", 443);
}

static int start(void **state)
{
	struct prefix inside = {
		address_from_ipv4((const uint8_t[4]){192, 0, 2, 0}), 96 + 24};
	struct transcript *t;

	if (transcript_start(state) != 0)
		return -1;
	t = *state;
	judge_set_inside(t->judge, &inside, 1);
	return 0;
}

#define inside_test(f) cmocka_unit_test_setup_teardown(f, start, transcript_end)

static void peer_to_peer_fails_at_a_port_of_each_peer(void **state)
{
	struct transcript *t = *state;

	for (unsigned int n = 1; n <= 3000; n++) {
		refused(t, n, 1024 + n * 7919 % 60000);
		if (n % 3 == 0)
			ask(t, 10000 + n, 6881);
		if (n % 10 == 0)
			good(t, 20000 + n, 6881);
		if (n % 10 == 0)
			wait_s(t, 1);
		other_is_answered(t);
	}
	assert_nobody_listed(t);
}

/* A queue full of what cannot be delivered, tried again and again. */
static void a_mail_server_has_dead_peers(void **state)
{
	struct transcript *t = *state;

	for (unsigned int again = 0; again < 10; again++) {
		for (unsigned int n = 1; n <= 200; n++) {
			if (n % 2)
				refused(t, n, 25);
			else
				ask(t, n, 25);
			other_is_answered(t);
		}
		wait_s(t, 600);
	}
	assert_nobody_listed(t);
}

static void a_big_mail_server_has_more_of_them_but_delivers(void **state)
{
	struct transcript *t = *state;

	for (unsigned int n = 1; n <= 400; n++) {
		refused(t, n, 25);
		good(t, 1000 + 2 * n, 25);
	}
	assert_nobody_listed(t);
}

/* The uplink is down, and every page asks for a dozen hosts. */
static void a_browser_during_an_outage(void **state)
{
	struct transcript *t = *state;

	good(t, 1, 443);
	for (unsigned int n = 2; n <= 600; n++) {
		ask(t, n, 443);
		if (n % 12 == 0)
			wait_s(t, 2);
	}
	wait_s(t, 60);
	assert_nobody_listed(t);
}

/* What is inside goes on meanwhile. */
static void an_outage_with_a_server_inside(void **state)
{
	struct transcript *t = *state;

	for (unsigned int n = 1; n <= 600; n++) {
		ask(t, n, 443);
		shake_hands(t, 'I', 2000 + n, 'J', 80);
		if (n % 12 == 0)
			wait_s(t, 2);
	}
	wait_s(t, 60);
	assert_nobody_listed(t);
}

static void what_is_forged_in_its_name_weighs_nothing(void **state)
{
	struct transcript *t = *state;

	for (unsigned int n = 1; n <= 1000; n++) {
		say_outside(t, n, "H:4000 > o:%u FPU 7", 445);
		say_outside(t, n, "H:4000 > o:%u A 7 9", 446);
	}
	assert_nobody_listed(t);
}

/* Probes until it is listed, or all of them. */
static unsigned int worm(struct transcript *t, bool has_answers, bool is_up)
{
	unsigned int n;

	for (n = 1; n <= 400; n++) {
		if (judge_counters(t->judge)->listings)
			break;
		ask(t, n, 445);
		if (has_answers)
			say_outside(t, n, "o:%u > H:4000 RA 0 101", 445);
		if (is_up)
			other_is_answered(t);
		wait_s(t, 1);
	}
	wait_s(t, 6);
	return n - 1;
}

static void a_worm_is_listed_by_its_refusals(void **state)
{
	struct transcript *t = *state;

	assert_in_range(worm(t, true, false), 250, 300);
	assert_listed_as(t, 'H', "syn-scan: 250 ports of 250 hosts");
}

static void a_worm_is_listed_by_silence_while_others_are_answered(void **state)
{
	struct transcript *t = *state;

	assert_in_range(worm(t, false, true), 250, 310);
	assert_listed_as(t, 'H', "syn-scan: 250 ports of 250 hosts");
}

static void silence_says_nothing_while_nobody_is_answered(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(worm(t, false, false), 400);
	assert_nobody_listed(t);
}

/* Good connections elsewhere do not hide it. */
static void a_worm_on_a_busy_machine_is_listed(void **state)
{
	struct transcript *t = *state;

	for (unsigned int n = 1; n <= 300; n++)
		good(t, 1000 + n, 443);
	assert_in_range(worm(t, true, false), 250, 300);
	assert_listed_as(t, 'H', "syn-scan");
}

static void a_worm_that_comes_back_is_listed_for_longer(void **state)
{
	struct transcript *t = *state;

	worm(t, true, false);
	assert_int_equal(next_listing(t).timeout_s, 600);
	wait_s(t, 601);
	for (unsigned int n = 1; n <= 300; n++)
		if (say_outside(t, n, "H:4000 > o:%u So 900", 445).verdict ==
		    VERDICT_ACCEPT)
			say_outside(t, n, "o:%u > H:4000 RA 0 901", 445);
	assert_int_equal(next_listing(t).timeout_s, 1200);
}

/* Interfaces come and go, and with them what is inside. */
static void who_is_not_inside_any_more_is_measured_anew(void **state)
{
	static const struct prefix inside = {{{[10] = 0xff, 0xff, 192}}, 104};
	struct transcript *t = *state;
	struct explanation e;

	for (unsigned int i = 0; i < 240; i++)
		refused(t, i, 445);
	judge_set_inside(t->judge, NULL, 0);
	for (unsigned int i = 0; i < 3; i++)
		refused(t, 1000 + i, 445 + i);
	judge_explain(t->judge, &(struct prefix){host_address('H'), 128},
		      t->now_ns, &e);
	assert_int_equal(e.num_evidence, 3);
	assert_int_equal(e.sweep_failed, 0);
	judge_set_inside(t->judge, &inside, 1);
	for (unsigned int i = 0; i < 100; i++)
		refused(t, 2000 + i, 445);
	judge_explain(t->judge, &(struct prefix){host_address('H'), 128},
		      t->now_ns, &e);
	assert_int_equal(e.num_evidence, 0);
	assert_in_range(e.sweep_failed, 50, 100);
	assert_nobody_listed(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		inside_test(peer_to_peer_fails_at_a_port_of_each_peer),
		inside_test(who_is_not_inside_any_more_is_measured_anew),
		inside_test(a_mail_server_has_dead_peers),
		inside_test(a_big_mail_server_has_more_of_them_but_delivers),
		inside_test(a_browser_during_an_outage),
		inside_test(an_outage_with_a_server_inside),
		inside_test(what_is_forged_in_its_name_weighs_nothing),
		inside_test(a_worm_is_listed_by_its_refusals),
		inside_test(
			a_worm_is_listed_by_silence_while_others_are_answered),
		inside_test(silence_says_nothing_while_nobody_is_answered),
		inside_test(a_worm_on_a_busy_machine_is_listed),
		inside_test(a_worm_that_comes_back_is_listed_for_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
