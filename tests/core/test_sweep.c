/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The measure for a source of the protected side: distinct hosts that failed
 * and that answered at the port of most failures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sweep.h"

#define DAY_MS 86400000u

static struct sweep sweep;

static int start(void **state)
{
	(void)state;
	sweep = (struct sweep){0};
	return 0;
}

/* Spreads, as a keyed hash does. */
static uint32_t hash(uint32_t host)
{
	host *= 0x9e3779b1u;
	return host ^ host >> 15;
}

static void fail_at(uint32_t host, uint16_t port)
{
	sweep_failed(&sweep, hash(host), port, 1000 * NS_PER_S, DAY_MS);
}

static void nothing_is_no_sweep(void **state)
{
	(void)state;
	assert_false(sweep_is_one(&sweep, 1));
	sweep_good(&sweep, hash(1), 443);
	assert_int_equal(sweep_num_good(&sweep), 0);
}

/* A mail queue tries its dead hosts again and again. */
static void a_host_that_fails_again_counts_once(void **state)
{
	(void)state;
	for (int again = 0; again < 1000; again++)
		for (uint32_t host = 1; host <= 3; host++)
			fail_at(host, 25);
	assert_int_equal(sweep_num_failed(&sweep), 3);
}

/* Peer-to-peer: no port has most. */
static void failures_at_ports_of_their_own_do_not_add_up(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 10000; i++)
		fail_at(i, (uint16_t)(1024 + i));
	assert_in_range(sweep_num_failed(&sweep), 0, 1);
}

static void one_good_in_four_failed_is_no_sweep(void **state)
{
	(void)state;
	for (uint32_t host = 1; host <= 300; host++)
		fail_at(host, 443);
	assert_true(sweep_is_one(&sweep, 250));
	for (uint32_t host = 1001; host <= 1100; host++)
		sweep_good(&sweep, hash(host), 443);
	assert_false(sweep_is_one(&sweep, 250));
}

static void what_is_good_at_another_port_speaks_for_nothing(void **state)
{
	(void)state;
	for (uint32_t host = 1; host <= 300; host++) {
		fail_at(host, 445);
		sweep_good(&sweep, hash(host), 443);
	}
	assert_int_equal(sweep_num_good(&sweep), 0);
	assert_true(sweep_is_one(&sweep, 250));
}

static void the_port_of_most_failures_is_found(void **state)
{
	(void)state;
	for (uint32_t host = 1; host <= 20; host++)
		fail_at(host, 6881);
	for (uint32_t host = 1; host <= 600; host++) {
		fail_at(host, 445);
		if (host % 3 == 0)
			fail_at(host, 80);
	}
	assert_int_equal(sweep.port, 445);
	assert_true(sweep_is_one(&sweep, 250));
}

static void too_few_are_counted_rather_than_too_many(void **state)
{
	(void)state;
	for (uint32_t host = 1; host <= 250; host++) {
		fail_at(host, 445);
		assert_in_range(sweep_num_failed(&sweep), 1, host);
	}
	for (uint32_t host = 251; host <= 350; host++)
		fail_at(host, 445);
	assert_in_range(sweep_num_failed(&sweep), 250, 350);
}

/* Whatever the configuration may ask for can be reached. */
static void the_most_that_can_be_asked_for_can_be_counted(void **state)
{
	(void)state;
	for (uint32_t host = 1; host <= 100000; host++)
		fail_at(host, 445);
	assert_true(sweep_is_one(&sweep, SWEEP_MOST_FAILURES));
}

static void failures_of_yesterday_are_forgotten(void **state)
{
	(void)state;
	for (uint32_t host = 1; host <= 200; host++)
		fail_at(host, 445);
	sweep_failed(&sweep, hash(201), 445,
		     1000 * NS_PER_S + DAY_MS * NS_PER_MS, DAY_MS);
	assert_int_equal(sweep_num_failed(&sweep), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_is_no_sweep, start),
		cmocka_unit_test_setup(a_host_that_fails_again_counts_once,
				       start),
		cmocka_unit_test_setup(
			failures_at_ports_of_their_own_do_not_add_up, start),
		cmocka_unit_test_setup(one_good_in_four_failed_is_no_sweep,
				       start),
		cmocka_unit_test_setup(
			what_is_good_at_another_port_speaks_for_nothing, start),
		cmocka_unit_test_setup(the_port_of_most_failures_is_found,
				       start),
		cmocka_unit_test_setup(too_few_are_counted_rather_than_too_many,
				       start),
		cmocka_unit_test_setup(
			the_most_that_can_be_asked_for_can_be_counted, start),
		cmocka_unit_test_setup(failures_of_yesterday_are_forgotten,
				       start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
