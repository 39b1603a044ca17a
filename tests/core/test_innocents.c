/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Honest hosts that resemble abusers: for each finding that can cost its
 * source something, the behaviour of ordinary hosts that looks like it. None
 * may be listed, and none may lose a segment. Handshakes that are odd in
 * themselves are in test_odd_handshakes.c.
 */
#include "transcript.h"

static void assert_nothing_dropped(struct transcript *t)
{
	assert_int_equal(judge_counters(t->judge)->dropped, 0);
	assert_nobody_listed(t);
}

/* Case 1: phones and laptops whose connection expired. */
static void late_segments_to_open_ports_are_noise(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 50; port++) {
		serve(t, 'S', port);
		say(t, "c:4000 > S:%u FA 9 9", port);
		assert_int_equal(t->last.finding, FINDING_NONE);
		say(t, "c:4001 > S:%u A 9 9", port);
		say(t, "c:4002 > S:%u R 9", port);
	}
	assert_nothing_dropped(t);
}

static void late_segments_of_a_server_to_its_clients_are_noise(void **state)
{
	struct transcript *t = *state;

	serve(t, 'W', 443);
	for (unsigned int port = 1; port <= 50; port++) {
		say(t, "W:443 > c:%u FA 9 9", 4000 + port);
		say(t, "W:443 > c:%u R 9", 5000 + port);
		say(t, "W:443 > c:%u SA 9 9", 6000 + port);
	}
	assert_nothing_dropped(t);
}

/* Case 2: we have just begun, everything is older than we are. */
static void in_the_grace_period_strays_are_free(void **state)
{
	struct transcript *t = *state;
	struct judge_config config;

	judge_free(t->judge);
	judge_config_default(&config);
	t->judge = judge_new(&config, (const uint8_t *)"0123456789abcdef");
	for (unsigned int port = 1; port <= 100; port++)
		say(t, "c:4000 > S:%u A 9 9", port);
	assert_nothing_dropped(t);
	wait_s(t, 31);
	for (unsigned int port = 201; port <= 205; port++)
		say(t, "c:4000 > S:%u A 9 9", port);
	assert_true(t->last.listed);
}

/* One direction of many downloads, picked up in the middle. */
static void strays_with_payload_are_no_probes(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 100; port++) {
		say(t, "W:80 > c:%u PA 9 9 1400", 4000 + port);
		say(t, "W:80 > c:%u FA 1409 9 10", 6000 + port);
	}
	assert_nothing_dropped(t);
}

/* A client of a peer-to-peer network: half of its peers are gone. */
static void a_peer_to_peer_client_may_fail_at_many_peers(void **state)
{
	struct transcript *t = *state;

	for (unsigned int i = 0; i < 26; i++) {
		say(t, "p:%u > %c:%u So 100", 4000 + i, 'A' + (int)i,
		    6881 + 37 * i);
		say(t, "%c:%u > p:%u RA 0 101", 'A' + (int)i, 6881 + 37 * i,
		    4000 + i);
	}
	assert_nothing_dropped(t);
}

/* Case 3: SYN retransmitted to a server that is down. */
static void retransmitted_syns_count_once(void **state)
{
	struct transcript *t = *state;

	for (int attempt = 0; attempt < 20; attempt++) {
		for (int i = 0; i < 4; i++) {
			say(t, "c:%d > S:80 So %d", 4000 + attempt, attempt);
			wait_s(t, 1u << i);
		}
	}
	assert_nothing_dropped(t);
}

/* A server that was there a moment ago: its trouble, not the clients'. */
static void a_served_port_that_fails_charges_nobody(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 20; port++) {
		serve(t, 'S', port);
		say(t, "c:4000 > S:%u So 100", port);
		say(t, "S:%u > c:4000 RA 0 101", port);
		say(t, "c:4001 > S:%u So 100", port);
	}
	wait_s(t, 10);
	assert_nothing_dropped(t);
	assert_int_equal(judge_counters(t->judge)->findings[FINDING_SYN_SCAN],
			 0);
}

/* Case 13: a load balancer's half-open check of one port, all day. */
static void a_health_checker_may_half_open_one_port_for_ever(void **state)
{
	struct transcript *t = *state;

	for (int i = 0; i < 500; i++) {
		say(t, "h:%d > S:80 S 100", 4000 + i);
		say(t, "S:80 > h:%d SA 500 101", 4000 + i);
		say(t, "h:%d > S:80 R 101", 4000 + i);
		wait_s(t, 2);
	}
	assert_nothing_dropped(t);
}

static void a_health_checker_may_connect_to_one_port_of_many_hosts(void **state)
{
	struct transcript *t = *state;

	for (char host = 'A'; host <= 'Z'; host++) {
		shake_hands(t, 'h', 4000, host, 80);
		say(t, "h:4000 > %c:80 FA 101 501", host);
	}
	assert_nothing_dropped(t);
}

/* Case 14: Happy Eyeballs; the loser is reset before or after its answer. */
static void the_loser_of_happy_eyeballs_is_no_probe(void **state)
{
	struct transcript *t = *state;

	for (int i = 0; i < 50; i++) {
		say(t, "c:%d > S:443 So 100", 4000 + i);
		say(t, "c:%d > S:443 R 101", 4000 + i);
		say(t, "c:%d > S:443 So 100", 5000 + i);
		say(t, "S:443 > c:%d SA 500 101", 5000 + i);
		say(t, "c:%d > S:443 R 101", 5000 + i);
	}
	assert_nothing_dropped(t);
}

/* It gave up too early, ten times; the answers were on their way. */
static void an_aborted_attempt_that_is_answered_costs_nothing(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 10; port++) {
		say(t, "c:4000 > S:%u So 100", port);
		say(t, "c:4000 > S:%u R 101", port);
		say(t, "S:%u > c:4000 SA 500 101", port);
	}
	assert_nothing_dropped(t);
}

/* Cases 16 and 18: the protected side fails a lot, and so do we. */
static void the_protected_side_is_not_listed(void **state)
{
	struct transcript *t = *state;
	struct prefix inside;

	assert_true(prefix_parse("192.0.2.0/24", &inside));
	judge_set_inside(t->judge, &inside, 1);
	for (int port = 1; port <= 100; port++) {
		say(t, "P:4000 > x:%d So 100", port);
		say(t, "x:%d > P:4000 RA 0 101", port);
		say(t, "P:4000 > y:%d A 9 9", port);
	}
	assert_nothing_dropped(t);
}

static void routers_and_own_addresses_are_not_listed(void **state)
{
	struct transcript *t = *state;
	struct prefix gateway;

	assert_true(prefix_parse("203.0.113.103", &gateway)); /* g */
	judge_set_exempt(t->judge, &gateway, 1);
	for (int port = 1; port <= 100; port++)
		assert_int_equal(say(t, "g:1 > S:%d F", port).verdict,
				 VERDICT_DROP);
	assert_nobody_listed(t);
}

static void what_this_machine_sends_is_never_dropped(void **state)
{
	struct transcript *t = *state;
	struct segment seg = parse_say("S:80 > x:1 F");

	for (seg.dst_port = 1; seg.dst_port < 100; seg.dst_port++) {
		static const uint16_t flags[] = {0, TCP_FIN, TCP_ACK, TCP_RST,
						 TCP_SYN | TCP_ACK};

		seg.local = true;
		seg.flags = flags[seg.dst_port % ARRAY_SIZE(flags)];
		judge_segment(t->judge, &seg, t->now_ns);
	}
	assert_nothing_dropped(t);
}

/* Case 17: many users behind one address, some of them careless. */
static void good_connections_speak_for_their_address(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 4; port++) {
		shake_hands(t, 'n', 4000, 'S', port);
		say(t, "n:4000 > S:%u PA 101 501 100", port);
	}
	for (unsigned int port = 101; port <= 110; port++) {
		say(t, "n:4000 > S:%u So 100", port);
		say(t, "S:%u > n:4000 RA 0 101", port);
	}
	assert_nothing_dropped(t);
}

static void evidence_of_a_day_ago_is_forgotten(void **state)
{
	struct transcript *t = *state;

	/* Six in any day. */
	for (unsigned int port = 1; port <= 20; port++) {
		say(t, "c:4000 > S:%u So 100", port);
		say(t, "S:%u > c:4000 RA 0 101", port);
		wait_s(t, 14500);
	}
	assert_nothing_dropped(t);
}

static void a_clock_that_steps_back_is_survived(void **state)
{
	struct transcript *t = *state;

	shake_hands(t, 'c', 4000, 'S', 80);
	t->now_ns -= 500 * NS_PER_S;
	say(t, "c:4000 > S:80 PA 101 501 10");
	assert_true(t->last.settled);
	wait_s(t, 600);
	assert_nothing_dropped(t);
}

static void a_full_table_still_takes_new_connections(void **state)
{
	struct transcript *t = *state;

	/* To a served port: others would be held back. */
	serve(t, 'S', 80);
	for (unsigned int i = 0; i < 20000; i++)
		say(t, "x:%u > S:80 S %u", 1024 + i, i);
	assert_true(judge_counters(t->judge)->flows_evicted > 0);
	shake_hands(t, 'c', 4000, 'S', 80);
	say(t, "c:4000 > S:80 PA 101 501 10");
	assert_true(t->last.settled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(late_segments_to_open_ports_are_noise),
		transcript_test(
			late_segments_of_a_server_to_its_clients_are_noise),
		transcript_test(in_the_grace_period_strays_are_free),
		transcript_test(strays_with_payload_are_no_probes),
		transcript_test(a_peer_to_peer_client_may_fail_at_many_peers),
		transcript_test(retransmitted_syns_count_once),
		transcript_test(a_served_port_that_fails_charges_nobody),
		transcript_test(
			a_health_checker_may_half_open_one_port_for_ever),
		transcript_test(
			a_health_checker_may_connect_to_one_port_of_many_hosts),
		transcript_test(the_loser_of_happy_eyeballs_is_no_probe),
		transcript_test(
			an_aborted_attempt_that_is_answered_costs_nothing),
		transcript_test(the_protected_side_is_not_listed),
		transcript_test(routers_and_own_addresses_are_not_listed),
		transcript_test(what_this_machine_sends_is_never_dropped),
		transcript_test(good_connections_speak_for_their_address),
		transcript_test(evidence_of_a_day_ago_is_forgotten),
		transcript_test(a_clock_that_steps_back_is_survived),
		transcript_test(a_full_table_still_takes_new_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
