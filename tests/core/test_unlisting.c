/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A listed source stays listed as long as the kernel's set drops it, whatever
 * is heard of its earlier probes; and each listing that ends before its time
 * ends with a notice, so that the element is taken out.
 */
#include "transcript.h"

#include "core/explain.h"

static struct explanation explain(struct transcript *t, char host)
{
	struct prefix p = {host_address(host), 128};
	struct explanation e;

	judge_explain(t->judge, &p, t->now_ns, &e);
	return e;
}

static bool next_of(struct transcript *t, enum notice_kind kind,
		    struct notice *n)
{
	while (judge_next_notice(t->judge, n))
		if (n->kind == kind)
			return true;
	return false;
}

static void refused(struct transcript *t, char host, unsigned int port)
{
	say(t, "%c:4000 > S:%u S 100", host, port);
	say(t, "S:%u > %c:4000 RA 0 101", port, host);
}

/* By seven refusals, at ports 101 to 107. */
static void list(struct transcript *t, char host)
{
	for (unsigned int port = 101; port <= 107; port++)
		refused(t, host, port);
	assert_true(t->last.listed);
}

/* With the evidence that listed it, and with all that a command shows. */
static void assert_stands(struct transcript *t, char host)
{
	struct explanation e = explain(t, host);

	assert_int_not_equal(e.listed_left_ns, 0);
	assert_int_equal(e.num_evidence, 7);
	assert_int_equal(e.score, 7 * 1386);
	assert_int_equal(e.failures_left, 0);
	assert_int_equal(e.offender.offences, 1);
	assert_int_equal(judge_num_listed(t->judge), 1);
}

/* Listed ten minutes after `listed_ns`, no longer just after that. */
static void assert_stands_for_its_time(struct transcript *t, char host,
				       uint64_t listed_ns)
{
	while (t->now_ns < listed_ns + 599 * NS_PER_S) {
		wait_s(t, 1);
		assert_stands(t, host);
	}
	wait_s(t, 2);
	assert_int_equal(explain(t, host).listed_left_ns, 0);
	assert_int_equal(judge_num_listed(t->judge), 0);
}

/* As Linux does: after 1, 3, 7, 15 and 31 seconds. */
static void syn_acks_of_an_open_port_run_out_of_time(void **state)
{
	struct transcript *t = *state;
	uint64_t listed_ns;

	for (unsigned int port = 21; port <= 29; port++) {
		say(t, "x:4000 > S:%u S 100", port);
		say(t, "S:%u > x:4000 SA 500 101", port);
	}
	list(t, 'x');
	listed_ns = t->now_ns;
	for (unsigned int s = 1; s <= 16; s *= 2) {
		wait_s(t, s);
		for (unsigned int port = 21; port <= 29; port++)
			say(t, "S:%u > x:4000 SA 500 101", port);
	}
	assert_stands_for_its_time(t, 'x', listed_ns);
}

static void a_late_reset_of_the_server(void **state)
{
	struct transcript *t = *state;
	uint64_t listed_ns;

	say(t, "x:4000 > S:21 S 100");
	say(t, "x:4000 > S:22 S 100");
	list(t, 'x');
	listed_ns = t->now_ns;
	wait_s(t, 4);
	say(t, "S:21 > x:4000 RA 0 101");
	assert_int_equal(t->last.finding, FINDING_SYN_SCAN);
	assert_stands(t, 'x');
	wait_s(t, 10);
	say(t, "S:22 > x:4000 RA 0 101");
	assert_stands_for_its_time(t, 'x', listed_ns);
}

/* It waited in the queue: payload of a connection from before the listing. */
static void a_late_success(void **state)
{
	struct transcript *t = *state;
	uint64_t listed_ns;

	shake_hands(t, 'x', 5000, 'T', 80);
	list(t, 'x');
	listed_ns = t->now_ns;
	wait_s(t, 3);
	say(t, "x:5000 > T:80 PA 101 501 9");
	say(t, "T:80 > x:5000 PA 501 110 9");
	assert_true(t->last.settled);
	assert_stands_for_its_time(t, 'x', listed_ns);
}

/* The kernel forgets a connection that was settled before. */
static void a_settled_connection_that_ends(void **state)
{
	struct transcript *t = *state;
	struct settled_end e = {
		.orig = host_address('x'),
		.resp = host_address('T'),
		.orig_port = 5000,
		.resp_port = 443,
		.conn_state = CONN_SF,
		.complete = true,
		.no_payload = true,
	};
	uint64_t listed_ns;

	list(t, 'x');
	listed_ns = t->now_ns;
	wait_s(t, 30);
	judge_settled_ended(t->judge, &e, t->now_ns);
	assert_stands_for_its_time(t, 'x', listed_ns);
}

/* Of a state file: the evidence is gone, what listed it is known. */
static void after_a_restart_too(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();
	struct offender o;
	struct settled_end e = {
		.orig = host_address('x'),
		.resp = host_address('T'),
		.resp_port = 443,
		.conn_state = CONN_SF,
		.complete = true,
		.no_payload = true,
	};

	list(t, 'x');
	o = next_listing(t).offender;
	begin_with(t, &config);
	assert_true(judge_restore_offender(t->judge, &o, t->now_ns));
	wait_s(t, 30);
	judge_settled_ended(t->judge, &e, t->now_ns);
	assert_int_not_equal(explain(t, 'x').listed_left_ns, 0);
	assert_int_equal(explain(t, 'x').score, o.score);
	assert_int_equal(judge_num_listed(t->judge), 1);
}

/* ---- evidence that is taken back ---- */

static void give_up(struct transcript *t, unsigned int port)
{
	say(t, "x:4000 > S:%u S 100", port);
	say(t, "x:4000 > S:%u R 101", port);
}

static void answer_late(struct transcript *t, unsigned int port)
{
	say(t, "S:%u > x:4000 SA 500 101", port);
}

/* A client that gave up seven times, where it would have been answered. */
static void the_listing_goes_with_its_evidence_and_says_so(void **state)
{
	struct transcript *t = *state;
	struct address x = host_address('x');
	struct notice n;

	for (unsigned int port = 1; port <= 7; port++)
		give_up(t, port);
	assert_true(t->last.listed);
	answer_late(t, 7);
	assert_true(next_of(t, NOTICE_UNLISTED, &n));
	assert_true(n.enforced);
	assert_string_equal(n.text, "the evidence was taken back");
	assert_true(address_equal(&n.offender.source.address, &x));
	assert_int_equal(explain(t, 'x').listed_left_ns, 0);
	assert_int_equal(explain(t, 'x').num_evidence, 6);
	assert_int_equal(explain(t, 'x').offender.offences, 0);
	assert_int_equal(judge_num_listed(t->judge), 0);
	assert_int_equal(say(t, "x:9 > S:7 S 1").verdict, VERDICT_ACCEPT);
}

/* The rest of the evidence stands: a scanner buys one probe with an answer. */
static void who_has_one_taken_back_is_listed_by_the_next(void **state)
{
	struct transcript *t = *state;
	struct notice n;

	for (unsigned int port = 1; port <= 7; port++)
		give_up(t, port);
	answer_late(t, 1);
	assert_true(next_of(t, NOTICE_UNLISTED, &n));
	refused(t, 'x', 8);
	assert_true(t->last.listed);
	assert_listed_as(t, 'x', "syn-scan: 7 ports of 1 host");
	wait_s(t, 100);
	assert_int_not_equal(explain(t, 'x').listed_left_ns, 0);
}

/* ---- room ---- */

/* Each at ports of its own: none is in step with another. */
static void flag_scan(struct transcript *t, uint32_t number)
{
	struct segment seg = {
		.src = address_from_ipv4((const uint8_t[4]){
			198, 51, (uint8_t)(number >> 8), (uint8_t)number}),
		.dst = host_address('S'),
		.dst_port = (uint16_t)(10 * number),
		.src_port = 4000,
		.flags = TCP_FIN | TCP_PSH | TCP_URG,
	};

	for (unsigned int i = 0; i < 5; i++, seg.dst_port++)
		say_segment(t, &seg);
}

/* More offenders than the table has records, and a list with room for all. */
static void a_full_table_forgets_no_listed_source_silently(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();
	unsigned int listed = 0, unlisted = 0;
	struct notice n;

	config.sources = 64;
	config.listings_per_minute = 1000000;
	begin_with(t, &config);
	for (uint32_t i = 0; i < 200; i++) {
		flag_scan(t, i);
		while (judge_next_notice(t->judge, &n)) {
			listed += n.kind == NOTICE_LISTED;
			unlisted += n.kind == NOTICE_UNLISTED;
		}
		assert_int_equal(listed - unlisted, judge_num_listed(t->judge));
	}
	assert_int_equal(listed, 200);
	assert_int_equal(judge_num_listed(t->judge), 56);
}

static void in_observe_mode_no_source_gives_way(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();
	struct notice n;

	config.blocklist_size = 16;
	begin_with(t, &config);
	for (uint32_t i = 0; i < 16; i++)
		flag_scan(t, i);
	assert_int_equal(judge_num_listed(t->judge), 16);
	while (judge_next_notice(t->judge, &n))
		;
	judge_set_mode(t->judge, MODE_OBSERVE);
	wait_s(t, 60);
	flag_scan(t, 16);
	assert_false(next_of(t, NOTICE_UNLISTED, &n));
	assert_int_equal(judge_num_listed(t->judge), 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(syn_acks_of_an_open_port_run_out_of_time),
		transcript_test(a_late_reset_of_the_server),
		transcript_test(a_late_success),
		transcript_test(a_settled_connection_that_ends),
		transcript_test(after_a_restart_too),
		transcript_test(the_listing_goes_with_its_evidence_and_says_so),
		transcript_test(who_has_one_taken_back_is_listed_by_the_next),
		transcript_test(a_full_table_forgets_no_listed_source_silently),
		transcript_test(in_observe_mode_no_source_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
