/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of conversations: both directions find the same record, and it
 * tells who is who. What happens when it is full or when time passes is in
 * test_flow_end.c.
 */
#include "flow_fixture.h"

static int make_table_for_one(void **state)
{
	*state = flow_table_new(1, any_key, &timeouts);
	return *state ? 0 : -1;
}

static int make_big_table(void **state)
{
	*state = flow_table_new(10000, any_key, &timeouts);
	return *state ? random_seed(NULL) : -1;
}

/* -------------------------------------------------------------- finding --- */

static void both_directions_find_the_same_record(void **state)
{
	struct segment seg = segment(1, 4000, 2, 80), back = reply(seg);
	struct flow *f = add(*state, seg);

	assert_ptr_equal(flow_find(*state, &seg), f);
	assert_ptr_equal(flow_find(*state, &back), f);
}

static void both_directions_find_it_when_the_lower_end_answers(void **state)
{
	struct segment seg = segment(2, 4000, 1, 80), back = reply(seg);
	struct flow *f = add(*state, seg);

	assert_ptr_equal(flow_find(*state, &seg), f);
	assert_ptr_equal(flow_find(*state, &back), f);
}

/* In a table for one all have the same bucket. */
static void no_other_conversation_finds_the_record(void **state)
{
	struct segment others[] = {
		segment(1, 80, 2, 4000), /* the ports exchanged */
		segment(0, 4000, 2, 80), segment(3, 4000, 2, 80),
		segment(1, 4000, 3, 80), segment(1, 4001, 2, 80),
		segment(1, 4000, 2, 81),
	};

	add(*state, segment(1, 4000, 2, 80));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_null(flow_find(*state, &others[i]));
}

static void ipv4_and_its_v4_compatible_twin_are_two(void **state)
{
	struct segment seg = segment(1, 4000, 2, 80), twin = seg;

	twin.src.byte[10] = twin.src.byte[11] = 0;
	add(*state, seg);
	assert_null(flow_find(*state, &twin));
}

static void a_deleted_record_is_not_found(void **state)
{
	struct segment seg = segment(1, 4000, 2, 80);

	flow_del(*state, add(*state, seg));
	assert_null(flow_find(*state, &seg));
	assert_int_equal(flow_count(*state), 0);
}

static void a_touched_record_is_found_and_in_its_new_queue(void **state)
{
	struct segment seg = segment(1, 4000, 2, 80);
	struct flow *f = add(*state, seg);

	flow_touch(*state, f, FLOW_Q_OPEN, 0);
	assert_ptr_equal(flow_find(*state, &seg), f);
	assert_int_equal(f->queue, FLOW_Q_OPEN);
	assert_int_equal(flow_count(*state), 1);
}

static void a_new_record_knows_nothing_but_its_ends(void **state)
{
	struct flow *f = add_to(*state, segment(1, 4000, 2, 80), FLOW_Q_STRAY,
				7 * NS_PER_MS);

	assert_int_equal(f->state, HS_NONE);
	assert_int_equal(f->flags & ~FLOW_ORIG_IS_A, 0);
	assert_int_equal(f->queue, FLOW_Q_STRAY);
	assert_int_equal(f->one_sided, 0);
	assert_int_equal(f->iss, 0);
	assert_int_equal(f->irs, 0);
	assert_int_equal(f->touched_ms, 7);
}

static struct segment random_segment(void)
{
	struct segment seg = segment((uint8_t)random_below(4), 0,
				     (uint8_t)random_below(4), 0);

	seg.src_port = (uint16_t)random_below(100);
	seg.dst_port = (uint16_t)random_below(100);
	return seg;
}

/* The record carries its conversation's number in `iss`. */
static void every_one_of_many_is_found_from_both_ends(void **state)
{
	static struct segment segs[10000];
	uint32_t count = 0;

	while (count < ARRAY_SIZE(segs)) {
		segs[count] = random_segment();
		if (flow_find(*state, &segs[count]))
			continue;
		add(*state, segs[count])->iss = count;
		count++;
	}
	assert_int_equal(flow_count(*state), count);
	for (uint32_t i = 0; i < count; i++) {
		struct segment back = reply(segs[i]);

		assert_int_equal(flow_find(*state, &segs[i])->iss, i);
		assert_int_equal(flow_find(*state, &back)->iss, i);
	}
}

/* ----------------------------------------------------------- who is who --- */

static void check_sides(struct flow_table *t, struct segment seg)
{
	struct segment back = reply(seg);
	struct flow *f = add(t, seg);

	assert_int_equal(flow_side(f, &seg), HS_ORIG);
	assert_int_equal(flow_side(f, &back), HS_RESP);
	assert_true(address_equal(flow_address(f, HS_ORIG), &seg.src));
	assert_true(address_equal(flow_address(f, HS_RESP), &seg.dst));
	assert_int_equal(flow_port(f, HS_ORIG), seg.src_port);
	assert_int_equal(flow_port(f, HS_RESP), seg.dst_port);
}

static void the_lower_address_can_be_the_originator(void **state)
{
	check_sides(*state, segment(1, 4000, 2, 80));
}

static void the_higher_address_can_be_the_originator(void **state)
{
	check_sides(*state, segment(2, 4000, 1, 80));
}

static void ports_tell_the_ends_of_one_address_apart(void **state)
{
	check_sides(*state, segment(1, 4000, 1, 80));
	check_sides(*state, segment(2, 80, 2, 4000));
}

/* A "land" packet: both ends are the same, so both sides have one name. */
static void a_segment_to_its_own_sender_is_the_originators(void **state)
{
	struct segment seg = segment(1, 80, 1, 80);
	struct flow *f = add(*state, seg);

	assert_ptr_equal(flow_find(*state, &seg), f);
	assert_int_equal(flow_side(f, &seg), HS_ORIG);
	assert_int_equal(flow_port(f, HS_ORIG), 80);
	assert_int_equal(flow_port(f, HS_RESP), 80);
}

static void sides_hold_for_any_two_ends(void **state)
{
	for (int i = 0; i < 10000; i++) {
		struct segment seg = random_segment(), back = reply(seg);

		if (memcmp(&seg, &back, sizeof(seg)) != 0)
			check_sides(*state, seg);
		else
			add(*state, seg);
		flow_del(*state, flow_find(*state, &seg));
	}
}

/* --------------------------------------------------------------- memory --- */

static void a_flow_costs_at_most_72_bytes(void **state)
{
	static const uint32_t capacity[] = {1000, 4097, 65536, 65537, 1000000};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(capacity); i++) {
		struct flow_table *t =
			flow_table_new(capacity[i], any_key, &timeouts);

		assert_non_null(t);
		assert_int_equal(flow_capacity(t), capacity[i]);
		assert_in_range(flow_table_bytes(t) / capacity[i], 68, 72);
		flow_table_free(t);
	}
}

static void freeing_no_table_is_fine(void **state)
{
	(void)state;
	flow_table_free(NULL);
}

#define big_table_test(test) \
	cmocka_unit_test_setup_teardown(test, make_big_table, free_table)

int main(void)
{
	const struct CMUnitTest tests[] = {
		table_test(both_directions_find_the_same_record),
		table_test(both_directions_find_it_when_the_lower_end_answers),
		cmocka_unit_test_setup_teardown(
			no_other_conversation_finds_the_record,
			make_table_for_one, free_table),
		table_test(ipv4_and_its_v4_compatible_twin_are_two),
		table_test(a_deleted_record_is_not_found),
		table_test(a_touched_record_is_found_and_in_its_new_queue),
		table_test(a_new_record_knows_nothing_but_its_ends),
		big_table_test(every_one_of_many_is_found_from_both_ends),
		table_test(the_lower_address_can_be_the_originator),
		table_test(the_higher_address_can_be_the_originator),
		table_test(ports_tell_the_ends_of_one_address_apart),
		table_test(a_segment_to_its_own_sender_is_the_originators),
		big_table_test(sides_hold_for_any_two_ends),
		cmocka_unit_test(a_flow_costs_at_most_72_bytes),
		cmocka_unit_test(freeing_no_table_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
