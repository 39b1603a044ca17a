/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * First contacts: who waits for an answer of an address that was never heard
 * of, how many at a time, and who need not wait.
 */
#include "transcript.h"

#define PENDING 7

/* A SYN to a dark host; each has another port, so that nothing adds up. */
static struct decision ask(struct transcript *t, char who, unsigned int n)
{
	return say(t, "%c:%u > %c:%u So 100", who, 4000 + n,
		   (char)('A' + n % 26), 5000 + n);
}

static void answered(struct transcript *t, char who, unsigned int n)
{
	say(t, "%c:%u > %c:%u SA 500 101", (char)('A' + n % 26), 5000 + n, who,
	    4000 + n);
}

/* How many of the dark hosts from `first` on can be asked, of 20. */
static unsigned int asked(struct transcript *t, char who, unsigned int first)
{
	unsigned int n = 0;

	for (unsigned int i = first; i < first + 20; i++)
		n += ask(t, who, i).verdict == VERDICT_ACCEPT;
	return n;
}

/* ---- a monitoring host that starts ---- */

#define MONITORED 200
#define ROUND_MS  10 /* a round trip */

struct check {
	unsigned int tries, next_ms, answer_ms;
	bool done;
};

static struct segment monitored(unsigned int n, const char *text)
{
	const uint8_t ipv4[4] = {10, 1, 0, (uint8_t)n};
	struct segment seg = parse_say(text);

	if (seg.src_port == 9100)
		seg.src = address_from_ipv4(ipv4);
	else
		seg.dst = address_from_ipv4(ipv4);
	return seg;
}

/* As Linux does: again after 1, 3, 7 seconds. */
static void check_once(struct transcript *t, struct check *c, unsigned int n,
		       unsigned int ms)
{
	struct segment syn = monitored(n, "m:4000 > S:9100 So 100");
	struct segment syn_ack = monitored(n, "S:9100 > m:4000 SA 500 101");
	struct segment data = monitored(n, "m:4000 > S:9100 PA 101 501 50");

	t->now_ns -= NS_PER_MS; /* for say_segment() adds it */
	if (c->answer_ms && ms == c->answer_ms) {
		say_segment(t, &syn_ack);
		t->now_ns -= NS_PER_MS;
		c->done = say_segment(t, &data).settled;
	} else if (!c->answer_ms && ms == c->next_ms) {
		if (say_segment(t, &syn).verdict == VERDICT_ACCEPT)
			c->answer_ms = ms + ROUND_MS;
		c->next_ms = ms + (1000u << c->tries++);
	} else {
		t->now_ns += NS_PER_MS;
	}
}

static void a_monitor_that_asks_200_hosts_at_once_is_delayed(void **state)
{
	struct transcript *t = *state;
	static struct check check[MONITORED];
	unsigned int done = 0;

	memset(check, 0, sizeof(check));
	for (unsigned int n = 0; n < MONITORED; n++)
		check[n].next_ms = 1 + n / 10;
	for (unsigned int ms = 1; ms <= 4000; ms++) {
		t->now_ns += NS_PER_MS;
		for (unsigned int n = 0; n < MONITORED; n++)
			if (!check[n].done)
				check_once(t, &check[n], n, ms);
		if (ms % 100 == 0)
			judge_tick(t->judge, t->now_ns);
	}
	for (unsigned int n = 0; n < MONITORED; n++)
		done += check[n].done;
	assert_int_equal(done, MONITORED);
	wait_s(t, 60);
	assert_nobody_listed(t);
}

/* ---- others who need not wait ---- */

static void who_is_known_to_serve_can_be_asked(void **state)
{
	struct transcript *t = *state;

	serve(t, 'Z', 80);
	assert_int_equal(asked(t, 'c', 0), PENDING);
	say(t, "c:3000 > Z:80 So 100");
	assert_int_equal(t->last.verdict, VERDICT_ACCEPT);
}

/* And at its other ports. */
static void who_was_heard_can_be_asked(void **state)
{
	struct transcript *t = *state;

	say(t, "d:3000 > Z:81 So 100");
	say(t, "Z:81 > d:3000 RA 0 101");
	assert_int_equal(asked(t, 'c', 0), PENDING);
	say(t, "c:3000 > Z:82 So 100");
	assert_int_equal(t->last.verdict, VERDICT_ACCEPT);
}

static void a_syn_under_way_may_be_repeated(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(asked(t, 'c', 0), PENDING);
	for (unsigned int n = 0; n < PENDING; n++)
		assert_int_equal(ask(t, 'c', n).verdict, VERDICT_ACCEPT);
}

static void the_protected_side_and_the_exempt_are_not_held_back(void **state)
{
	struct transcript *t = *state;
	struct prefix inside = {host_address('i'), 128};
	struct prefix exempt = {host_address('e'), 128};

	judge_set_inside(t->judge, &inside, 1);
	judge_set_exempt(t->judge, &exempt, 1);
	assert_int_equal(asked(t, 'i', 0), 20);
	assert_int_equal(asked(t, 'e', 0), 20);
}

static void this_machine_is_not_held_back(void **state)
{
	struct transcript *t = *state;

	for (unsigned int n = 0; n < 20; n++) {
		struct segment seg = parse_say("c:4000 > A:80 So 100");

		seg.local = true;
		seg.dst_port = (uint16_t)(5000 + n);
		assert_int_equal(say_segment(t, &seg).verdict, VERDICT_ACCEPT);
	}
}

static void who_is_in_good_standing_is_not_held_back(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 3000, 'S', 80);
	say(t, "c:3000 > S:80 PA 101 501 9");
	assert_int_equal(asked(t, 'c', 0), 20);
}

static void what_is_held_back_charges_nobody(void **state)
{
	struct transcript *t = *state;
	const struct judge_counters *c = judge_counters(t->judge);

	assert_int_equal(asked(t, 'c', 0), PENDING);
	assert_int_equal(t->last.finding, FINDING_SYN_SCAN);
	assert_int_equal(c->held_back, 20 - PENDING);
	assert_int_equal(judge_num_flows(t->judge), PENDING);
	wait_s(t, 60);
	assert_int_equal(c->findings[FINDING_SYN_SCAN], 20);
	assert_nobody_listed(t);
}

static void in_observe_mode_it_passes_and_charges_nobody(void **state)
{
	struct transcript *t = *state;
	const struct judge_counters *c = judge_counters(t->judge);

	judge_set_mode(t->judge, MODE_OBSERVE);
	assert_int_equal(asked(t, 'c', 0), 20);
	assert_int_equal(t->last.finding, FINDING_SYN_SCAN);
	wait_s(t, 60);
	assert_int_equal(c->dropped, 0);
	assert_int_equal(c->findings[FINDING_SYN_SCAN], 20);
}

/* ---- the count ---- */

static void each_answer_lets_one_go_and_one_more(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(asked(t, 'c', 0), PENDING);
	answered(t, 'c', 0);
	assert_int_equal(ask(t, 'c', 20).verdict, VERDICT_ACCEPT);
	assert_int_equal(ask(t, 'c', 21).verdict, VERDICT_ACCEPT);
	assert_int_equal(ask(t, 'c', 22).verdict, VERDICT_DROP);
}

static void a_refusal_is_an_answer(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(asked(t, 'c', 0), PENDING);
	say(t, "A:5000 > c:4000 RA 0 101");
	assert_int_equal(ask(t, 'c', 20).verdict, VERDICT_ACCEPT);
}

/* It acknowledges what nobody sent, and is dropped. */
static void what_does_not_pass_is_no_answer(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(asked(t, 'c', 0), PENDING);
	say(t, "A:5000 > c:4000 SA 500 100");
	assert_int_equal(t->last.verdict, VERDICT_DROP);
	assert_int_equal(ask(t, 'c', 20).verdict, VERDICT_DROP);
}

static void silence_is_waited_for(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(asked(t, 'c', 0), PENDING);
	wait_s(t, 4);
	assert_int_equal(ask(t, 'c', 20).verdict, VERDICT_DROP);
	wait_s(t, 7);
	assert_int_equal(asked(t, 'c', 40), PENDING);
}

/* The loser of happy eyeballs, say. */
static void who_gives_an_attempt_up_is_counted_once(void **state)
{
	struct transcript *t = *state;

	for (unsigned int n = 0; n < 3; n++) {
		ask(t, 'c', n);
		say(t, "c:%u > %c:%u R 101", 4000 + n, (char)('A' + (int)n),
		    5000 + n);
	}
	assert_int_equal(asked(t, 'c', 3), PENDING - 3);
}

/* Between the first silence and the listing nothing gets through. */
static void a_slow_sweep_gets_no_more_through(void **state)
{
	struct transcript *t = *state;
	unsigned int through = 0;

	for (unsigned int n = 0; n < 20; n++) {
		say(t, "x:4000 > %c:22 S 100", (char)('A' + n));
		through += t->last.verdict == VERDICT_ACCEPT;
		for (int i = 0; i < 4; i++) {
			t->now_ns += NS_PER_S / 10;
			judge_tick(t->judge, t->now_ns);
		}
	}
	assert_int_equal(through, PENDING);
	assert_listed_as(t, 'x', "syn-scan: 7 ports of 7 hosts");
}

static void a_port_used_again_counts_once(void **state)
{
	struct transcript *t = *state;

	for (unsigned int i = 0; i < 20; i++)
		assert_int_equal(
			say(t, "c:4000 > A:5000 S %u", 1000 * i).verdict,
			VERDICT_ACCEPT);
	assert_int_equal(asked(t, 'c', 1), PENDING - 1);
}

/* The record of the source goes while its connections wait, and comes back. */
static void a_forgotten_source_is_not_counted_below_nothing(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	config.sources = 4;
	begin_with(t, &config);
	assert_int_equal(asked(t, 'c', 0), PENDING);
	for (char other = 'd'; other <= 'g'; other++)
		ask(t, other, 100);
	assert_int_equal(asked(t, 'c', 20), PENDING);
	for (unsigned int n = 0; n < PENDING; n++)
		answered(t, 'c', n);
	wait_s(t, 11);
	assert_in_range(asked(t, 'c', 40), PENDING, 2 * PENDING);
	assert_int_equal(t->last.verdict, VERDICT_DROP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(
			a_monitor_that_asks_200_hosts_at_once_is_delayed),
		transcript_test(who_is_known_to_serve_can_be_asked),
		transcript_test(who_was_heard_can_be_asked),
		transcript_test(a_syn_under_way_may_be_repeated),
		transcript_test(
			the_protected_side_and_the_exempt_are_not_held_back),
		transcript_test(this_machine_is_not_held_back),
		transcript_test(who_is_in_good_standing_is_not_held_back),
		transcript_test(what_is_held_back_charges_nobody),
		transcript_test(in_observe_mode_it_passes_and_charges_nobody),
		transcript_test(each_answer_lets_one_go_and_one_more),
		transcript_test(a_refusal_is_an_answer),
		transcript_test(what_does_not_pass_is_no_answer),
		transcript_test(silence_is_waited_for),
		transcript_test(who_gives_an_attempt_up_is_counted_once),
		transcript_test(a_slow_sweep_gets_no_more_through),
		transcript_test(a_port_used_again_counts_once),
		transcript_test(
			a_forgotten_source_is_not_counted_below_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
