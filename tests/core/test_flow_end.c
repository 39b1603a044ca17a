/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a conversation leaves the table: evicted when it is full, or because it
 * has waited too long.
 */
#include "flow_fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* --------------------------------------------------------- a full table --- */

static void fill(struct flow_table *t, const enum flow_queue queue[8])
{
	for (uint32_t i = 0; i < 8; i++)
		add_to(t, numbered(i), queue[i], i * NS_PER_MS);
	assert_int_equal(flow_count(t), flow_capacity(t));
}

/* Adds one more; it must cost the conversation of that number. */
static void assert_evicts(struct flow_table *t, uint32_t added,
			  enum flow_queue queue, uint32_t victim)
{
	struct segment seg = numbered(added), old = numbered(victim);
	struct flow evicted;
	bool was_evicted = false;

	assert_non_null(flow_find(t, &old));
	flow_add(t, &seg, queue, 0, &evicted, &was_evicted);
	assert_true(was_evicted);
	assert_int_equal(flow_side(&evicted, &old), HS_ORIG);
	assert_true(address_equal(flow_address(&evicted, HS_ORIG), &old.src));
	assert_int_equal(flow_port(&evicted, HS_ORIG), old.src_port);
	assert_null(flow_find(t, &old));
	assert_non_null(flow_find(t, &seg));
	assert_int_equal(flow_count(t), flow_capacity(t));
}

static void the_oldest_of_the_first_queue_gives_way(void **state)
{
	static const enum flow_queue queue[8] = {
		FLOW_Q_OPEN,  FLOW_Q_SYN,    FLOW_Q_SILENT, FLOW_Q_HALF,
		FLOW_Q_STRAY, FLOW_Q_LINGER, FLOW_Q_LINGER, FLOW_Q_STRAY,
	};
	static const uint32_t victim[8] = {5, 6, 4, 7, 3, 2, 1, 0};

	fill(*state, queue);
	for (uint32_t i = 0; i < 8; i++)
		assert_evicts(*state, 100 + i, FLOW_Q_OPEN, victim[i]);
	assert_evicts(*state, 200, FLOW_Q_OPEN, 100);
}

static void a_touched_record_is_the_last_of_its_queue_to_give_way(void **state)
{
	static const enum flow_queue queue[8] = {0};
	struct segment first = numbered(0);

	fill(*state, queue);
	flow_touch(*state, flow_find(*state, &first), FLOW_Q_LINGER, 0);
	for (uint32_t i = 1; i < 8; i++)
		assert_evicts(*state, 100 + i, FLOW_Q_OPEN, i);
	assert_evicts(*state, 100, FLOW_Q_OPEN, 0);
}

static void a_table_with_room_evicts_nobody(void **state)
{
	for (uint32_t i = 0; i < flow_capacity(*state); i++)
		add(*state, numbered(i));
	for (uint32_t i = 0; i < flow_capacity(*state); i++) {
		struct segment seg = numbered(i);

		assert_non_null(flow_find(*state, &seg));
	}
}

/* flow.h allows it; in a process of its own, for it may be the last. */
static void nobody_need_ask_who_was_evicted(void **state)
{
	static const enum flow_queue queue[8] = {0};
	struct segment seg = numbered(100);
	bool was_evicted = false;
	int status;
	pid_t child;

	fill(*state, queue);
	child = fork();
	if (child == 0) {
		signal(SIGSEGV, SIG_DFL); /* cmocka would catch it */
		flow_add(*state, &seg, FLOW_Q_SYN, 0, NULL, &was_evicted);
		_exit(was_evicted && flow_find(*state, &seg) ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* --------------------------------------------------------------- expiry --- */

static void a_record_expires_when_its_queues_time_is_over(void **state)
{
	for (unsigned int q = 0; q < FLOW_NUM_QUEUES; q++) {
		uint64_t start = 500 * NS_PER_MS;
		uint64_t end = start + timeouts.ms[q] * NS_PER_MS;
		struct flow *f = add_to(*state, numbered(q), q, start);

		assert_null(flow_expired(*state, q, start));
		assert_null(flow_expired(*state, q, end - 1));
		assert_ptr_equal(flow_expired(*state, q, end), f);
		assert_ptr_equal(flow_expired(*state, q, 10 * end), f);
	}
}

static void an_empty_queue_has_nothing_expired(void **state)
{
	add_to(*state, numbered(1), FLOW_Q_OPEN, 0);
	for (unsigned int q = 0; q < FLOW_NUM_QUEUES; q++)
		if (q != FLOW_Q_OPEN)
			assert_null(flow_expired(*state, q, 100 * NS_PER_S));
}

static void records_expire_in_the_order_they_came(void **state)
{
	uint64_t late = 100 * NS_PER_S;

	for (uint32_t i = 0; i < 8; i++)
		add_to(*state, numbered(i), FLOW_Q_HALF, i * NS_PER_S);
	for (uint32_t i = 0; i < 8; i++) {
		struct segment seg = numbered(i);
		struct flow *f = flow_expired(*state, FLOW_Q_HALF, late);

		assert_ptr_equal(f, flow_find(*state, &seg));
		flow_del(*state, f);
	}
	assert_null(flow_expired(*state, FLOW_Q_HALF, late));
}

static void touching_a_record_starts_its_time_anew(void **state)
{
	struct flow *a = add_to(*state, numbered(1), FLOW_Q_SYN, 0);
	struct flow *b = add_to(*state, numbered(2), FLOW_Q_SYN, NS_PER_S);

	flow_touch(*state, a, FLOW_Q_SYN, 2 * NS_PER_S);
	assert_ptr_equal(flow_expired(*state, FLOW_Q_SYN, 6 * NS_PER_S), b);
	flow_del(*state, b);
	assert_null(flow_expired(*state, FLOW_Q_SYN, 7 * NS_PER_S - 1));
	assert_ptr_equal(flow_expired(*state, FLOW_Q_SYN, 7 * NS_PER_S), a);
}

/* touched_ms has 32 bits: it starts again at 0 every 49.7 days. */
static void time_may_pass_the_end_of_32_bit_milliseconds(void **state)
{
	uint64_t wrap = (1ULL << 32) * NS_PER_MS;
	struct flow *a, *b;

	a = add_to(*state, numbered(1), FLOW_Q_SYN, wrap - 10 * NS_PER_MS);
	b = add_to(*state, numbered(2), FLOW_Q_SYN, wrap + 10 * NS_PER_MS);
	assert_null(flow_expired(*state, FLOW_Q_SYN, wrap));
	assert_null(
		flow_expired(*state, FLOW_Q_SYN, wrap + 4990 * NS_PER_MS - 1));
	assert_ptr_equal(
		flow_expired(*state, FLOW_Q_SYN, wrap + 4990 * NS_PER_MS), a);
	flow_del(*state, a);
	assert_null(
		flow_expired(*state, FLOW_Q_SYN, wrap + 5010 * NS_PER_MS - 1));
	assert_ptr_equal(
		flow_expired(*state, FLOW_Q_SYN, wrap + 5010 * NS_PER_MS), b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		table_test(the_oldest_of_the_first_queue_gives_way),
		table_test(
			a_touched_record_is_the_last_of_its_queue_to_give_way),
		table_test(a_table_with_room_evicts_nobody),
		table_test(nobody_need_ask_who_was_evicted),
		table_test(a_record_expires_when_its_queues_time_is_over),
		table_test(an_empty_queue_has_nothing_expired),
		table_test(records_expire_in_the_order_they_came),
		table_test(touching_a_record_starts_its_time_anew),
		table_test(time_may_pass_the_end_of_32_bit_milliseconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
