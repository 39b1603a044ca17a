/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The judge against those it is there for: every scan and abuse by its name,
 * what is dropped at which segment, and who is listed for it.
 */
#include "transcript.h"

static void assert_finding(const struct decision *d, enum finding finding)
{
	assert_string_equal(finding_name[d->finding], finding_name[finding]);
}

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

/* ---- flags alone ---- */

static void flag_scans_are_dropped_at_the_first_segment(void **state)
{
	static const struct {
		const char *flags;
		enum finding finding;
	} scans[] = {
		{"-", FINDING_NULL_SCAN},
		{"P", FINDING_NULL_SCAN},
		{"F", FINDING_FIN_SCAN},
		{"FPU", FINDING_XMAS_SCAN},
		{"SF", FINDING_INVALID_FLAGS},
		{"SR", FINDING_INVALID_FLAGS},
		{"FSRPAU", FINDING_INVALID_FLAGS},
	};
	struct transcript *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(scans); i++) {
		struct decision d = say(t, "x:40000 > S:80 %s", scans[i].flags);

		assert_finding(&d, scans[i].finding);
		assert_int_equal(d.verdict, VERDICT_DROP);
	}
}

static void flag_scans_are_listed_at_the_fifth_port(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(probes_until_listed(t, "-", 30), 5);
	assert_listed_as(t, 'x', "null-scan: 5 ports of 1 host");
}

static void decorated_flags_hide_nothing(void **state)
{
	struct transcript *t = *state;
	struct decision d = say(t, "x:40000 > S:80 FEWN");

	assert_finding(&d, FINDING_FIN_SCAN);
}

static void one_port_again_and_again_is_no_scan(void **state)
{
	struct transcript *t = *state;

	for (int i = 0; i < 100; i++)
		assert_int_equal(say(t, "x:40000 > S:80 F").verdict,
				 VERDICT_DROP);
	assert_nobody_listed(t);
}

/* ---- strays ---- */

static void ack_scan_passes_twice_then_is_dropped_and_listed(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(say(t, "x:1 > S:1 A 7 9").verdict, VERDICT_ACCEPT);
	assert_int_equal(say(t, "x:1 > S:2 A 7 9").verdict, VERDICT_ACCEPT);
	assert_int_equal(say(t, "x:1 > S:3 A 7 9").verdict, VERDICT_DROP);
	assert_finding(&t->last, FINDING_ACK_SCAN);
	assert_int_equal(say(t, "x:1 > S:4 A 7 9").verdict, VERDICT_DROP);
	assert_true(say(t, "x:1 > S:5 A 7 9").listed);
	assert_listed_as(t, 'x', "ack-scan: 5 ports of 1 host");
}

static void maimon_scan_is_listed_by_its_name(void **state)
{
	struct transcript *t = *state;

	assert_int_equal(probes_until_listed(t, "FA", 30), 5);
	assert_listed_as(t, 'x', "maimon-scan: 5 ports of 1 host");
}

static void ack_scan_is_listed_though_the_host_answers_with_rst(void **state)
{
	struct transcript *t = *state;

	for (int port = 1; port <= 5; port++) {
		if (say(t, "x:1 > S:%d A 7 9", port).verdict == VERDICT_ACCEPT)
			say(t, "S:%d > x:1 R 9", port);
	}
	assert_listed_as(t, 'x', "ack-scan");
}

static void backscatter_is_dropped_in_breadth_but_never_listed(void **state)
{
	struct transcript *t = *state;

	for (int port = 1; port <= 300; port++) {
		say(t, "v:80 > S:%d SA 7 9", port);
		assert_finding(&t->last, FINDING_UNSOLICITED_SYN_ACK);
		say(t, "v:80 > S:%d R 7", 1000 + port);
		assert_finding(&t->last, FINDING_UNSOLICITED_RST);
	}
	assert_int_equal(t->last.verdict, VERDICT_DROP);
	assert_nobody_listed(t);
}

static void backscatter_cannot_push_out_evidence(void **state)
{
	struct transcript *t = *state;

	for (int port = 1; port <= 5; port++) {
		say(t, "x:1 > S:%d F", port);
		for (int noise = 0; noise < 50; noise++)
			say(t, "x:1 > S:%d R 7", 1000 * port + noise);
	}
	assert_listed_as(t, 'x', "fin-scan");
}

/* ---- handshakes ---- */

static void syn_scan_of_closed_ports_is_listed_at_the_seventh(void **state)
{
	struct transcript *t = *state;

	for (int port = 1; port <= 7; port++) {
		say(t, "x:1 > S:%d S 100", port);
		assert_nobody_listed(t);
		say(t, "S:%d > x:1 RA 0 101", port);
	}
	assert_finding(&t->last, FINDING_SYN_SCAN);
	assert_int_equal(t->last.verdict, VERDICT_ACCEPT);
	assert_listed_as(t, 'x', "syn-scan: 7 ports of 1 host, score 9.7");
	assert_int_equal(say(t, "x:1 > S:8 S 100").verdict, VERDICT_DROP);
}

static void silence_is_an_answer_after_five_seconds(void **state)
{
	struct transcript *t = *state;

	for (int port = 1; port <= 7; port++)
		say(t, "x:1 > S:%d S 100", port);
	wait_s(t, 4);
	assert_nobody_listed(t);
	wait_s(t, 2);
	assert_listed_as(t, 'x', "syn-scan: 7 ports of 1 host");
}

static void a_sweep_of_one_port_over_dark_hosts_is_listed(void **state)
{
	struct transcript *t = *state;

	for (char host = 'A'; host <= 'G'; host++)
		say(t, "x:1 > %c:22 S 100", host);
	wait_s(t, 6);
	assert_listed_as(t, 'x', "syn-scan: 7 ports of 7 hosts");
}

static void half_open_probes_of_open_ports_are_listed(void **state)
{
	struct transcript *t = *state;

	for (int port = 1; port <= 7; port++) {
		say(t, "x:1 > S:%d S 100", port);
		say(t, "S:%d > x:1 SA 500 101", port);
		say(t, "x:1 > S:%d R 101", port);
		assert_finding(&t->last, FINDING_SYN_SCAN);
	}
	assert_listed_as(t, 'x', "syn-scan: 7 ports of 1 host");
}

static void connects_without_payload_are_a_connect_scan(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 7; port++) {
		shake_hands(t, 'x', 4000 + port, 'S', port);
		say(t, "x:%u > S:%u RA 101 501", 4000 + port, port);
		assert_finding(&t->last, FINDING_CONNECT_SCAN);
	}
	assert_listed_as(t, 'x', "connect-scan: 7 ports of 1 host");
}

/* Six were refused and one completed: the reason has the name of the six. */
static void the_reason_counts_what_it_names(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'x', 4007, 'S', 7);
	say(t, "x:4007 > S:7 RA 101 501");
	assert_finding(&t->last, FINDING_CONNECT_SCAN);
	for (int port = 1; port <= 6; port++) {
		say(t, "x:%d > S:%d So 100", 4000 + port, port);
		say(t, "S:%d > x:%d RA 0 101", port, 4000 + port);
		assert_finding(&t->last, FINDING_SYN_SCAN);
	}
	assert_listed_as(t, 'x', "syn-scan: 6 ports of 1 host, score 9.7");
}

static void a_scanner_is_listed_at_one_probe_in_five_minutes(void **state)
{
	struct transcript *t = *state;

	for (int port = 1; port <= 7; port++) {
		say(t, "x:1 > S:%d S 100", port);
		say(t, "S:%d > x:1 RA 0 101", port);
		wait_s(t, 300);
	}
	assert_listed_as(t, 'x', "syn-scan");
}

/* What a scanner might send along to be taken for something else. */
static void an_ack_or_a_rst_behind_the_syn_hides_no_scan(void **state)
{
	struct transcript *t = *state;

	for (int port = 1; port <= 7; port++) {
		say(t, "x:1 > S:%d S 100", port);
		say(t, "x:1 > S:%d A 101 501", port);
		say(t, "S:%d > x:1 RA 0 101", port);
	}
	assert_listed_as(t, 'x', "syn-scan");
	for (int port = 1; port <= 7; port++) {
		say(t, "y:1 > T:%d S 100", port);
		say(t, "y:1 > T:%d R 101", port);
		say(t, "T:%d > y:1 RA 0 101", port);
	}
	assert_listed_as(t, 'y', "syn-scan");
	for (int port = 1; port <= 7; port++) {
		say(t, "z:1 > U:%d S 100", port);
		say(t, "z:1 > U:%d A 101 501", port);
	}
	wait_s(t, 31);
	assert_listed_as(t, 'z', "syn-scan");
}

static void an_answer_sent_again_takes_no_charge_back(void **state)
{
	struct transcript *t = *state;

	for (int port = 1; port <= 7; port++) {
		say(t, "x:1 > S:%d S 100", port);
		say(t, "S:%d > x:1 SA 500 101", port);
		say(t, "x:1 > S:%d R 101", port);
		say(t, "S:%d > x:1 SA 500 101", port);
	}
	assert_listed_as(t, 'x', "syn-scan");
}

/* Nor do they make room for a scan: it reaches nothing that does not serve. */
static void good_connections_push_out_no_evidence(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 20; port++) {
		for (unsigned int good = 0; good < 30; good++) {
			shake_hands(t, 'x', 4000, 'G', 100 + good);
			say(t, "x:4000 > G:%u PA 101 501 9", 100 + good);
			say(t, "x:4000 > G:%u RA 110 501", 100 + good);
		}
		say(t, "x:1 > S:%u S 100", port);
		if (t->last.verdict == VERDICT_ACCEPT)
			say(t, "S:%u > x:1 RA 0 101", port);
	}
	assert_finding(&t->last, FINDING_SYN_SCAN);
	assert_int_equal(t->last.verdict, VERDICT_DROP);
	assert_nobody_listed(t);
}

static void closing_with_the_final_ack_hides_no_connect_scan(void **state)
{
	struct transcript *t = *state;

	for (int port = 1; port <= 7; port++) {
		say(t, "x:%d > S:%d So 100", 4000 + port, port);
		say(t, "S:%d > x:%d SA 500 101", port, 4000 + port);
		say(t, "x:%d > S:%d FA 101 501", 4000 + port, port);
	}
	assert_listed_as(t, 'x', "connect-scan");
}

static void a_wrong_final_ack_is_dropped_and_settles_nothing(void **state)
{
	struct transcript *t = *state;

	say(t, "x:1 > S:80 S 100");
	say(t, "S:80 > x:1 SA 500 101");
	say(t, "x:1 > S:80 A 101 9999 10");
	assert_finding(&t->last, FINDING_BAD_HANDSHAKE_ACK);
	assert_int_equal(t->last.verdict, VERDICT_DROP);
	assert_false(t->last.settled);
	assert_int_equal(t->last.to, HS_SYN_RECEIVED);
}

static void a_syn_ack_of_another_isn_is_dropped(void **state)
{
	struct transcript *t = *state;

	say(t, "c:1 > S:80 S 100");
	say(t, "S:80 > c:1 SA 500 77");
	assert_finding(&t->last, FINDING_BAD_SYN_ACK);
	assert_int_equal(t->last.verdict, VERDICT_DROP);
	/* And the real one still goes through. */
	say(t, "S:80 > c:1 SA 600 101");
	assert_int_equal(t->last.to, HS_SYN_RECEIVED);
}

static void a_flood_tells_its_target_once_and_lists_nobody(void **state)
{
	struct transcript *t = *state;
	struct address target = host_address('S');
	struct notice n;

	for (unsigned int i = 0; i < 2000; i++) {
		say(t, "%c:%u > S:80 S %u", 'a' + (int)(i % 26), 1000 + i, i);
		say(t, "S:80 > %c:%u SA 500 %u", 'a' + (int)(i % 26), 1000 + i,
		    i + 1);
	}
	assert_true(judge_next_notice(t->judge, &n));
	assert_int_equal(n.kind, NOTICE_FLOOD);
	assert_true(address_equal(&n.address, &target));
	assert_int_equal(n.port, 80);
	assert_int_equal(n.half_open, 256);
	assert_false(judge_next_notice(t->judge, &n));
	wait_s(t, 60);
	assert_nobody_listed(t);
	assert_true(judge_counters(t->judge)->findings[FINDING_SYN_FLOOD] > 0);
}

/* Innocent: many at once, each of which completes its handshake. */
static void handshakes_that_complete_are_no_flood(void **state)
{
	struct transcript *t = *state;
	struct notice n;

	for (unsigned int i = 0; i < 1000; i++) {
		shake_hands(t, 'a' + (int)(i % 26), 1000 + i, 'S', 80);
		say(t, "%c:%u > S:80 PA 101 501 10", 'a' + (int)(i % 26),
		    1000 + i);
	}
	assert_false(judge_next_notice(t->judge, &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(flag_scans_are_dropped_at_the_first_segment),
		transcript_test(handshakes_that_complete_are_no_flood),
		transcript_test(flag_scans_are_listed_at_the_fifth_port),
		transcript_test(decorated_flags_hide_nothing),
		transcript_test(one_port_again_and_again_is_no_scan),
		transcript_test(
			ack_scan_passes_twice_then_is_dropped_and_listed),
		transcript_test(maimon_scan_is_listed_by_its_name),
		transcript_test(
			ack_scan_is_listed_though_the_host_answers_with_rst),
		transcript_test(
			backscatter_is_dropped_in_breadth_but_never_listed),
		transcript_test(backscatter_cannot_push_out_evidence),
		transcript_test(
			syn_scan_of_closed_ports_is_listed_at_the_seventh),
		transcript_test(silence_is_an_answer_after_five_seconds),
		transcript_test(a_sweep_of_one_port_over_dark_hosts_is_listed),
		transcript_test(half_open_probes_of_open_ports_are_listed),
		transcript_test(connects_without_payload_are_a_connect_scan),
		transcript_test(the_reason_counts_what_it_names),
		transcript_test(
			a_scanner_is_listed_at_one_probe_in_five_minutes),
		transcript_test(an_ack_or_a_rst_behind_the_syn_hides_no_scan),
		transcript_test(an_answer_sent_again_takes_no_charge_back),
		transcript_test(good_connections_push_out_no_evidence),
		transcript_test(
			closing_with_the_final_ack_hides_no_connect_scan),
		transcript_test(
			a_wrong_final_ack_is_dropped_and_settles_nothing),
		transcript_test(a_syn_ack_of_another_isn_is_dropped),
		transcript_test(a_flood_tells_its_target_once_and_lists_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
