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

static bool add_net(void **state, const char *net, uint64_t until_ns)
{
	struct operator_block b = {.until_ns = until_ns};

	assert_true(prefix_parse(net, &b.source));
	return operator_list_add(*state, &b, 0);
}

/* As text, "" for none. */
static const char *holding(void **state, const char *source)
{
	static char text[PREFIX_TEXT_BYTES];
	const struct operator_block *b;
	struct prefix p;

	assert_true(prefix_parse(source, &p));
	b = operator_list_holding(*state, &p);
	return b ? prefix_format(&b->source, text) : "";
}

static void the_smallest_network_that_holds_a_source_is_found(void **state)
{
	assert_true(add(state, 1, 10, 0));
	assert_true(add_net(state, "10.0.0.0/8", 10));
	assert_true(add_net(state, "10.1.0.0/16", 10));
	assert_true(add_net(state, "::/16", 10));
	assert_string_equal(holding(state, "10.0.0.1"), "10.0.0.0/8");
	assert_string_equal(holding(state, "10.1.2.3"), "10.1.0.0/16");
	assert_string_equal(holding(state, "10.1.0.0/16"), "10.0.0.0/8");
	assert_string_equal(holding(state, "10.0.0.0/8"), "");
	assert_string_equal(holding(state, "11.0.0.1"), "");
	assert_string_equal(holding(state, "::7"), "::/16");
}

/* As text, "" for none. */
static const char *in_set(void **state, const char *source, uint64_t now_ns)
{
	static char text[PREFIX_TEXT_BYTES];
	const struct operator_block *b;
	struct prefix p;

	assert_true(prefix_parse(source, &p));
	b = operator_list_in_set(*state, &p, now_ns);
	return b ? prefix_format(&b->source, text) : "";
}

static void of_networks_in_networks_the_set_has_the_largest(void **state)
{
	assert_true(add_net(state, "10.1.1.0/24", 30));
	assert_true(add_net(state, "10.0.0.0/8", 10));
	assert_true(add_net(state, "10.1.0.0/16", 20));
	assert_string_equal(in_set(state, "10.1.1.1", 9), "10.0.0.0/8");
	assert_string_equal(in_set(state, "10.1.1.1", 10), "10.1.0.0/16");
	assert_string_equal(in_set(state, "10.1.1.1", 20), "10.1.1.0/24");
	assert_string_equal(in_set(state, "10.1.1.1", 30), "");
	assert_string_equal(in_set(state, "10.1.1.0/24", 9), "10.0.0.0/8");
	assert_string_equal(in_set(state, "10.0.0.0/8", 9), "");
	assert_string_equal(in_set(state, "11.0.0.1", 9), "");
}

static void networks_in_a_network_are_covered_once(void **state)
{
	struct prefix net, in_it[4];
	struct operator_block *b;
	uint32_t cursor = 0;

	assert_true(add_net(state, "10.1.0.0/16", 10));
	assert_true(add_net(state, "10.0.0.0/8", 10));
	assert_true(add_net(state, "10.2.0.0/16", 10));
	assert_true(add_net(state, "11.0.0.0/16", 10));
	assert_true(add(state, 1, 10, 0));
	assert_true(prefix_parse("10.0.0.0/8", &net));
	assert_int_equal(operator_list_cover(*state, &net, in_it, 4), 2);
	assert_int_equal(in_it[0].bits, 96 + 16);
	assert_int_equal(operator_list_cover(*state, &net, in_it, 4), 0);
	for (int i = 0; i < 2; i++) {
		b = operator_list_next_covered(*state, &cursor);
		assert_non_null(b);
		assert_true(prefix_within(&b->source, &net));
	}
	assert_null(operator_list_next_covered(*state, &cursor));
}

/* A second later, when the kernel has let it expire, too. */
static void a_network_that_is_over_is_taken_off_once(void **state)
{
	struct prefix net;

	assert_true(add_net(state, "10.0.0.0/8", 5 * NS_PER_S));
	assert_true(add_net(state, "11.0.0.0/8", OPERATOR_FOR_GOOD));
	assert_true(add(state, 1, NS_PER_S, 0));
	assert_false(operator_list_take_over(*state, 5 * NS_PER_S, &net));
	assert_true(operator_list_take_over(*state, 6 * NS_PER_S, &net));
	assert_int_equal(net.bits, 96 + 8);
	assert_int_equal(net.address.byte[12], 10);
	assert_false(operator_list_take_over(*state, UINT64_MAX, &net));
	assert_int_equal(count(state, 7 * NS_PER_S), 1);
}

/* Networks and addresses stay apart whatever is added and taken off. */
static void any_order_of_changes_keeps_all_the_others(void **state)
{
	static const char *const nets[] = {"10.0.0.0/8", "11.0.0.0/8",
					   "12.0.0.0/8"};
	struct operator_block b = {.until_ns = 10};

	for (uint32_t i = 0; i < ARRAY_SIZE(nets); i++) {
		assert_true(add(state, i, 10, 0));
		assert_true(add_net(state, nets[i], 10));
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(nets); i++) {
		assert_true(prefix_parse(nets[i], &b.source));
		assert_true(operator_list_del(*state, &b.source));
		assert_null(operator_list_find(*state, &b.source));
		b = nth(i, 10);
		assert_true(operator_list_del(*state, &b.source));
		assert_int_equal(count(state, 0), 4 - 2 * i);
	}
}

static void there_is_room_for_so_many_networks(void **state)
{
	struct operator_block b = nth(0, 10);

	b.source.bits = 120;
	for (uint32_t i = 0; i < OPERATOR_LIST_NETS; i++) {
		assert_true(operator_list_has_room_for_net(*state));
		b.source.address.byte[13] = (uint8_t)(i >> 8);
		b.source.address.byte[14] = (uint8_t)i;
		assert_true(operator_list_add(*state, &b, 0));
	}
	assert_false(operator_list_has_room_for_net(*state));
	assert_true(operator_list_add(*state, &b, 0)); /* again */
	b.source.address.byte[12] = 11;
	assert_false(operator_list_add(*state, &b, 0));
	assert_true(add(state, 1, 10, 0));
}

static void a_copy_has_all_of_it(void **state)
{
	struct operator_list *copy = operator_list_new();
	struct operator_block b = nth(7, 10);
	const struct operator_block *found;

	strcpy(b.reason, "why");
	assert_true(add_net(state, "10.0.0.0/8", 10));
	assert_true(operator_list_add(*state, &b, 0));
	operator_list_copy(copy, *state);
	operator_list_clear(*state);
	assert_int_equal(count(state, 0), 0);
	found = operator_list_find(copy, &b.source);
	assert_non_null(found);
	assert_string_equal(found->reason, "why");
	operator_list_free(copy);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_over_is_not_seen),
		TEST(a_second_block_takes_the_place_of_the_first),
		TEST(an_address_is_not_its_network),
		TEST(the_smallest_network_that_holds_a_source_is_found),
		TEST(of_networks_in_networks_the_set_has_the_largest),
		TEST(networks_in_a_network_are_covered_once),
		TEST(a_network_that_is_over_is_taken_off_once),
		TEST(any_order_of_changes_keeps_all_the_others),
		TEST(there_is_room_for_so_many_networks),
		TEST(a_copy_has_all_of_it),
		TEST(a_full_list_takes_no_more_until_some_are_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
