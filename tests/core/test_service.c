/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Endpoints known to serve: learnt, found, and forgotten in the order in
 * which they were heard.
 */
#include "../random.h"

#include "core/service.h"

#define CAPACITY 8

static const uint8_t any_key[16] = "any will do here";

static struct address host(uint32_t n)
{
	return address_from_ipv4((const uint8_t[4]){
		10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n});
}

static struct service *find(struct service_table *t, uint32_t n, uint16_t port)
{
	struct address a = host(n);

	return service_find(t, &a, port);
}

static struct service *learn(struct service_table *t, uint32_t n, uint16_t port)
{
	struct address a = host(n);
	struct service *s = service_learn(t, &a, port);

	assert_non_null(s);
	assert_true(address_equal(&s->address, &a));
	assert_int_equal(s->port, port);
	return s;
}

static int make_table(void **state)
{
	*state = service_table_new(CAPACITY, any_key);
	return *state ? 0 : -1;
}

static int make_table_and_seed(void **state)
{
	return make_table(state) ? -1 : random_seed(NULL);
}

static int free_table(void **state)
{
	service_table_free(*state);
	return 0;
}

static void an_endpoint_never_heard_is_not_known(void **state)
{
	assert_null(find(*state, 1, 80));
	assert_int_equal(service_count(*state), 0);
}

static void an_endpoint_learnt_is_found(void **state)
{
	struct service *s = learn(*state, 1, 80);

	assert_ptr_equal(find(*state, 1, 80), s);
	assert_int_equal(service_count(*state), 1);
}

/* In a table for one all have the same bucket. */
static void another_port_or_address_is_another_endpoint(void **state)
{
	struct service_table *t = service_table_new(1, any_key);
	struct address twin = host(1);

	(void)state;
	twin.byte[11] = 0;
	learn(t, 1, 80);
	assert_null(find(t, 1, 81));
	assert_null(find(t, 2, 80));
	assert_null(service_find(t, &twin, 80));
	service_table_free(t);
}

static void a_new_endpoint_has_no_half_open_connections(void **state)
{
	struct service *s = learn(*state, 1, 80);

	assert_int_equal(s->half_open, 0);
	assert_false(s->flooded);
}

static void learning_it_again_keeps_what_is_counted(void **state)
{
	struct service *s = learn(*state, 1, 80);

	s->half_open = 7;
	s->flooded = true;
	assert_ptr_equal(learn(*state, 1, 80), s);
	assert_int_equal(s->half_open, 7);
	assert_true(s->flooded);
	assert_int_equal(service_count(*state), 1);
}

static void the_endpoint_unheard_for_longest_gives_way(void **state)
{
	for (uint32_t n = 0; n < CAPACITY; n++)
		learn(*state, n, 80);
	for (uint32_t n = 0; n < CAPACITY; n++) {
		assert_non_null(find(*state, n, 80));
		learn(*state, 100 + n, 80);
		assert_null(find(*state, n, 80));
		assert_non_null(find(*state, 100 + n, 80));
		assert_int_equal(service_count(*state), CAPACITY);
	}
}

static void an_endpoint_heard_again_outlives_the_others(void **state)
{
	for (uint32_t n = 0; n < CAPACITY; n++)
		learn(*state, n, 80);
	learn(*state, 0, 80);
	for (uint32_t n = 1; n < CAPACITY; n++)
		learn(*state, 100 + n, 80);
	assert_non_null(find(*state, 0, 80));
	assert_null(find(*state, CAPACITY - 1, 80));
}

static void asking_for_an_endpoint_is_not_hearing_it(void **state)
{
	for (uint32_t n = 0; n < CAPACITY; n++)
		learn(*state, n, 80);
	assert_non_null(find(*state, 0, 80));
	learn(*state, 100, 80);
	assert_null(find(*state, 0, 80));
}

static void an_endpoint_forgotten_comes_back_with_nothing_counted(void **state)
{
	learn(*state, 0, 80)->half_open = 7;
	for (uint32_t n = 1; n <= CAPACITY; n++)
		learn(*state, n, 80)->half_open = 9;
	assert_int_equal(learn(*state, 0, 80)->half_open, 0);
}

/* The model: endpoints in the order they were heard, the last one first. */
struct model {
	uint32_t host[CAPACITY + 1];
	uint32_t count;
};

static void model_learn(struct model *m, uint32_t n)
{
	uint32_t at = 0;

	while (at < m->count && m->host[at] != n)
		at++;
	if (at == m->count)
		m->count++;
	for (; at > 0; at--)
		m->host[at] = m->host[at - 1];
	m->host[0] = n;
	if (m->count > CAPACITY)
		m->count = CAPACITY;
}

static bool model_knows(const struct model *m, uint32_t n)
{
	for (uint32_t i = 0; i < m->count; i++)
		if (m->host[i] == n)
			return true;
	return false;
}

/* Twice as many endpoints as there is room for. */
static void always_the_last_ones_heard_are_known(void **state)
{
	struct model m = {.count = 0};

	for (int i = 0; i < 20000; i++) {
		uint32_t n = random_below(2 * CAPACITY);

		learn(*state, n, 443);
		model_learn(&m, n);
		assert_int_equal(service_count(*state), m.count);
		for (n = 0; n < 2 * CAPACITY; n++)
			assert_int_equal(find(*state, n, 443) != NULL,
					 model_knows(&m, n));
	}
}

static void a_table_for_one_endpoint_knows_the_last(void **state)
{
	struct service_table *t = service_table_new(1, any_key);

	(void)state;
	learn(t, 1, 80);
	learn(t, 2, 80);
	assert_null(find(t, 1, 80));
	assert_non_null(find(t, 2, 80));
	service_table_free(t);
}

static void freeing_no_table_is_fine(void **state)
{
	(void)state;
	service_table_free(NULL);
}

#define table_test(test) \
	cmocka_unit_test_setup_teardown(test, make_table, free_table)

int main(void)
{
	const struct CMUnitTest tests[] = {
		table_test(an_endpoint_never_heard_is_not_known),
		table_test(an_endpoint_learnt_is_found),
		cmocka_unit_test(another_port_or_address_is_another_endpoint),
		table_test(a_new_endpoint_has_no_half_open_connections),
		table_test(learning_it_again_keeps_what_is_counted),
		table_test(the_endpoint_unheard_for_longest_gives_way),
		table_test(an_endpoint_heard_again_outlives_the_others),
		table_test(asking_for_an_endpoint_is_not_hearing_it),
		table_test(
			an_endpoint_forgotten_comes_back_with_nothing_counted),
		cmocka_unit_test_setup_teardown(
			always_the_last_ones_heard_are_known,
			make_table_and_seed, free_table),
		cmocka_unit_test(a_table_for_one_endpoint_knows_the_last),
		cmocka_unit_test(freeing_no_table_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
