/* SPDX-License-Identifier: GPL-2.0-or-later */
/* operator_list.c: what the operator blocked is there until it is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operator_list.h"

static int setup(void **state)
{
	*state = operator_list_new();
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	operator_list_free(*state);
	operator_list_free(NULL);
	return 0;
}

static struct operator_block nth(uint32_t n, uint64_t until_ns)
{
	const uint8_t bytes[4] = {10, (uint8_t)(n >> 16), (uint8_t)(n >> 8),
				  (uint8_t)n};

	return (struct operator_block){
		.source = {address_from_ipv4(bytes), 128},
		.until_ns = until_ns,
	};
}

static bool add(void **state, uint32_t n, uint64_t until_ns, uint64_t now_ns)
{
	const struct operator_block b = nth(n, until_ns);

	return operator_list_add(*state, &b, now_ns);
}

static uint32_t count(void **state, uint64_t now_ns)
{
	uint32_t cursor = 0, n = 0;

	while (operator_list_next(*state, &cursor, now_ns))
		n++;
	return n;
}

static void what_is_over_is_not_seen(void **state)
{
	assert_true(add(state, 1, 10, 0));
	assert_true(add(state, 2, 20, 0));
	assert_int_equal(count(state, 9), 2);
	assert_int_equal(count(state, 10), 1);
	assert_int_equal(count(state, 20), 0);
}

static void a_second_block_takes_the_place_of_the_first(void **state)
{
	assert_true(add(state, 1, 10, 0));
	assert_true(add(state, 1, 20, 0));
	assert_int_equal(count(state, 0), 1);
	assert_int_equal(count(state, 15), 1);
}

static void an_address_is_not_its_network(void **state)
{
	struct operator_block b = {.until_ns = 10};

	assert_true(prefix_parse("2001:db8::", &b.source));
	assert_true(operator_list_add(*state, &b, 0));
	assert_true(prefix_parse("2001:db8::/64", &b.source));
	assert_true(operator_list_add(*state, &b, 0));
	assert_int_equal(count(state, 0), 2);
	assert_true(operator_list_del(*state, &b.source));
	assert_false(operator_list_del(*state, &b.source));
	assert_int_equal(count(state, 0), 1);
}

static void a_full_list_takes_no_more_until_some_are_over(void **state)
{
	for (uint32_t i = 0; i < OPERATOR_LIST_SIZE; i++)
		assert_true(add(state, i, i < 3 ? 10 : 20, 0));
	assert_false(add(state, OPERATOR_LIST_SIZE, 20, 9));
	assert_true(add(state, 5, 30, 9));
	assert_true(add(state, OPERATOR_LIST_SIZE, 20, 10));
	assert_int_equal(count(state, 10), OPERATOR_LIST_SIZE - 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_over_is_not_seen),
		TEST(a_second_block_takes_the_place_of_the_first),
		TEST(an_address_is_not_its_network),
		TEST(a_full_list_takes_no_more_until_some_are_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
