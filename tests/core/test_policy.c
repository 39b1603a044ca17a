/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What evidence comes to: the sums, the breadth that served ports and strays
 * need, and the name that a listing gets.
 */
#include "transcript.h"

#include "core/policy.h"

#define HOUR_MS (3600u * 1000)

/* The defaults. */
static const struct policy_test test = {1386, -1386, 9200, -4605};

#define FAILURE 1386
#define PROBE   2000

static struct source source;

static void add(uint32_t host, uint16_t port, enum finding finding,
		uint8_t flags)
{
	source.evidence[source.num_evidence++] = (struct evidence){
		.host = host,
		.port = port,
		.finding = (uint8_t)finding & 0xf,
		.flags = flags & 0xf,
	};
}

static struct assessment assess(void)
{
	return policy_assess(&source, &test, 0, HOUR_MS);
}

static int start(void **state)
{
	(void)state;
	memset(&source, 0, sizeof(source));
	return 0;
}

static void nothing_comes_to_nothing(void **state)
{
	(void)state;
	assert_int_equal(assess().score, 0);
	assert_int_equal(assess().finding, FINDING_NONE);
}

static void refused_ports_add_up(void **state)
{
	(void)state;
	for (uint16_t port = 1; port <= 7; port++)
		add(1, port, FINDING_SYN_SCAN, 0);
	assert_int_equal(assess().score, 7 * FAILURE);
	assert_int_equal(assess().ports, 7);
	assert_int_equal(assess().hosts, 1);
	assert_int_equal(assess().finding, FINDING_SYN_SCAN);
}

static void a_place_weighs_once_whatever_was_found_there(void **state)
{
	(void)state;
	add(1, 80, FINDING_FIN_SCAN, 0);
	add(1, 80, FINDING_XMAS_SCAN, 0);
	assert_int_equal(assess().score, PROBE);
	assert_int_equal(assess().ports, 1);
}

static void two_strays_or_served_ports_weigh_nothing(void **state)
{
	(void)state;
	add(1, 1, FINDING_ACK_SCAN, 0);
	add(1, 2, FINDING_ACK_SCAN, 0);
	add(2, 1, FINDING_CONNECT_SCAN, EVIDENCE_SERVED);
	add(2, 2, FINDING_SYN_SCAN, EVIDENCE_SERVED);
	assert_int_equal(assess().score, 0);
	add(1, 3, FINDING_MAIMON_SCAN, 0);
	add(2, 3, FINDING_SYN_SCAN, EVIDENCE_SERVED);
	assert_int_equal(assess().score, 3 * PROBE + 3 * FAILURE);
	assert_int_equal(assess().finding, FINDING_ACK_SCAN);
	assert_int_equal(assess().ports, 2);
	assert_int_equal(assess().hosts, 1);
	assert_true(assess().drops_strays);
}

static void strays_at_one_port_weigh_from_sixteen_hosts_on(void **state)
{
	(void)state;
	for (uint32_t host = 1; host <= 15; host++)
		add(host, 443, FINDING_ACK_SCAN, 0);
	assert_int_equal(assess().score, 0);
	assert_false(assess().drops_strays);
	add(16, 443, FINDING_ACK_SCAN, 0);
	assert_int_equal(assess().score, 2 * test.threshold);
	assert_true(assess().drops_strays);
}

/* Peer-to-peer: every peer listens at a port of its own. */
static void failures_at_other_ports_of_other_hosts_weigh_nothing(void **state)
{
	(void)state;
	for (uint16_t i = 1; i <= 20; i++)
		add(i, i, FINDING_SYN_SCAN, 0);
	assert_int_equal(assess().score, 0);
}

static void one_port_of_five_hosts_weighs(void **state)
{
	(void)state;
	for (uint32_t host = 1; host <= 4; host++)
		add(host, 22, FINDING_SYN_SCAN, 0);
	assert_int_equal(assess().score, 0);
	add(5, 22, FINDING_SYN_SCAN, 0);
	assert_int_equal(assess().score, 5 * FAILURE);
	assert_int_equal(assess().hosts, 5);
}

static void backscatter_weighs_nothing_in_any_breadth(void **state)
{
	(void)state;
	for (uint16_t port = 1; port <= 20; port++)
		add(1, port, FINDING_UNSOLICITED_SYN_ACK, 0);
	assert_int_equal(assess().score, 0);
	assert_true(assess().drops_strays);
}

static void good_connections_count_down_to_the_floor(void **state)
{
	(void)state;
	for (uint16_t port = 1; port <= 10; port++)
		add(1, port, FINDING_NONE, 0);
	assert_int_equal(assess().score, test.floor);
}

static void old_evidence_weighs_nothing(void **state)
{
	(void)state;
	for (uint16_t port = 1; port <= 7; port++)
		add(1, port, FINDING_FIN_SCAN, 0);
	assert_int_equal(
		policy_assess(&source, &test, 3599 * NS_PER_S, HOUR_MS).score,
		7 * PROBE);
	assert_int_equal(
		policy_assess(&source, &test, 3600 * NS_PER_S, HOUR_MS).score,
		0);
}

/* And what is counted is what is named. */
static void a_scan_has_the_name_of_most_of_it(void **state)
{
	(void)state;
	add(1, 443, FINDING_CONNECT_SCAN, EVIDENCE_SERVED);
	for (uint16_t port = 1; port <= 6; port++)
		add(1, port, FINDING_SYN_SCAN, EVIDENCE_OS_SYN);
	assert_int_equal(assess().finding, FINDING_SYN_SCAN);
	assert_int_equal(assess().ports, 6);
	for (uint16_t port = 7; port <= 12; port++)
		add(2, port, FINDING_NULL_SCAN, 0);
	assert_int_equal(assess().finding, FINDING_NULL_SCAN);
	assert_int_equal(assess().ports, 6);
	assert_int_equal(assess().hosts, 1);
}

/* Half of it completed, half of it refused: the SYN's options decide. */
static void of_two_alike_the_votes_decide(void **state)
{
	(void)state;
	for (uint16_t port = 1; port <= 3; port++)
		add(1, port, FINDING_SYN_SCAN, EVIDENCE_OS_SYN);
	for (uint16_t port = 4; port <= 6; port++)
		add(1, port, FINDING_CONNECT_SCAN,
		    EVIDENCE_OS_SYN | EVIDENCE_SERVED);
	assert_int_equal(assess().finding, FINDING_CONNECT_SCAN);
	assert_int_equal(assess().ports, 3);
	for (unsigned int i = 0; i < 3; i++)
		source.evidence[i].flags = EVIDENCE_SERVED;
	for (unsigned int i = 3; i < 6; i++)
		source.evidence[i].flags = 0;
	assert_int_equal(assess().finding, FINDING_SYN_SCAN);
}

/* It is listed for as long as proof is, so it has the name of the proof. */
static void proof_that_is_enough_has_the_name(void **state)
{
	(void)state;
	for (uint16_t port = 1; port <= 9; port++)
		add(1, port, FINDING_SYN_SCAN, 0);
	for (uint16_t port = 11; port <= 17; port++)
		add(1, port, FINDING_CONNECT_SCAN, EVIDENCE_SERVED);
	assert_true(assess().proved >= test.threshold);
	assert_int_equal(assess().finding, FINDING_CONNECT_SCAN);
	assert_int_equal(assess().ports, 7);
}

static void full_evidence_is_weighed_without_going_astray(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < SOURCE_EVIDENCE; i++)
		add(i % 3, i, (enum finding)(i % NUM_FINDINGS), i % 4);
	assert_true(assess().ports <= SOURCE_EVIDENCE);
	assert_true(assess().hosts <= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_comes_to_nothing, start),
		cmocka_unit_test_setup(refused_ports_add_up, start),
		cmocka_unit_test_setup(
			a_place_weighs_once_whatever_was_found_there, start),
		cmocka_unit_test_setup(two_strays_or_served_ports_weigh_nothing,
				       start),
		cmocka_unit_test_setup(
			strays_at_one_port_weigh_from_sixteen_hosts_on, start),
		cmocka_unit_test_setup(
			failures_at_other_ports_of_other_hosts_weigh_nothing,
			start),
		cmocka_unit_test_setup(one_port_of_five_hosts_weighs, start),
		cmocka_unit_test_setup(
			backscatter_weighs_nothing_in_any_breadth, start),
		cmocka_unit_test_setup(good_connections_count_down_to_the_floor,
				       start),
		cmocka_unit_test_setup(old_evidence_weighs_nothing, start),
		cmocka_unit_test_setup(a_scan_has_the_name_of_most_of_it,
				       start),
		cmocka_unit_test_setup(of_two_alike_the_votes_decide, start),
		cmocka_unit_test_setup(proof_that_is_enough_has_the_name,
				       start),
		cmocka_unit_test_setup(
			full_evidence_is_weighed_without_going_astray, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
