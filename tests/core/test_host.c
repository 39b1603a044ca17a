/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses that were asked for: found by the hash that evidence keeps,
 * and forgotten in the order in which they were asked for, the heard ones last.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/host.h"
#include "core/source.h"

#define CAPACITY 8

static const uint8_t any_key[16] = "any will do here";

static struct address address_of(uint32_t n)
{
	return address_from_ipv4((const uint8_t[4]){
		10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n});
}

/* The number that a source table with this key gives it. */
static uint32_t hash_of(const struct address *a)
{
	struct source_table *sources = source_table_new(1, any_key);
	uint32_t hash;

	assert_non_null(sources);
	hash = source_hash(sources, a);
	source_table_free(sources);
	return hash;
}

static struct host *learn(struct host_table *t, uint32_t n)
{
	struct address a = address_of(n);
	struct host *h = host_learn(t, &a, hash_of(&a));

	assert_non_null(h);
	assert_true(address_equal(&h->address, &a));
	return h;
}

static void hear(struct host_table *t, uint32_t n)
{
	struct address a = address_of(n);

	host_heard(t, &a, hash_of(&a));
}

static const struct host *find(struct host_table *t, uint32_t n)
{
	struct address a = address_of(n);

	return host_by_hash(t, hash_of(&a));
}

static int make_table(void **state)
{
	*state = host_table_new(CAPACITY, any_key);
	return *state ? 0 : -1;
}

static int free_table(void **state)
{
	host_table_free(*state);
	return 0;
}

static void who_was_asked_for_has_not_been_heard(void **state)
{
	assert_false(learn(*state, 1)->is_heard);
	assert_false(learn(*state, 1)->is_heard);
	assert_int_equal(host_count(*state), 1);
}

static void who_was_heard_stays_so(void **state)
{
	learn(*state, 1);
	hear(*state, 1);
	hear(*state, 2);
	hear(*state, 2);
	assert_true(learn(*state, 1)->is_heard);
	assert_true(learn(*state, 2)->is_heard);
	assert_int_equal(host_count(*state), 2);
}

static void the_hash_in_the_evidence_leads_to_the_address(void **state)
{
	struct address a = address_of(5);

	for (uint32_t n = 1; n <= CAPACITY; n++)
		learn(*state, n);
	assert_true(address_equal(&find(*state, 5)->address, &a));
	assert_null(find(*state, CAPACITY + 1));
}

static void who_was_not_asked_for_longest_gives_way(void **state)
{
	for (uint32_t n = 1; n <= CAPACITY; n++)
		learn(*state, n);
	learn(*state, 1);
	learn(*state, CAPACITY + 1);
	assert_int_equal(host_count(*state), CAPACITY);
	assert_non_null(find(*state, 1));
	assert_null(find(*state, 2));
}

/* A sweep over dark addresses does not make us forget who is there. */
static void the_never_heard_give_way_first(void **state)
{
	for (uint32_t n = 1; n < CAPACITY; n++)
		hear(*state, n);
	for (uint32_t n = 100; n < 200; n++)
		learn(*state, n);
	for (uint32_t n = 1; n < CAPACITY; n++)
		assert_true(find(*state, n) && find(*state, n)->is_heard);
	assert_null(find(*state, 198));
	assert_non_null(find(*state, 199));
}

static void a_table_of_heard_ones_forgets_the_longest_known(void **state)
{
	for (uint32_t n = 1; n <= CAPACITY + 1; n++)
		hear(*state, n);
	assert_null(find(*state, 1));
	assert_non_null(find(*state, 2));
	assert_int_equal(host_count(*state), CAPACITY);
}

#define table_test(f) cmocka_unit_test_setup_teardown(f, make_table, free_table)

int main(void)
{
	const struct CMUnitTest tests[] = {
		table_test(who_was_asked_for_has_not_been_heard),
		table_test(who_was_heard_stays_so),
		table_test(the_hash_in_the_evidence_leads_to_the_address),
		table_test(who_was_not_asked_for_longest_gives_way),
		table_test(the_never_heard_give_way_first),
		table_test(a_table_of_heard_ones_forgets_the_longest_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
