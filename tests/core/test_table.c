/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table against a model of it that has nothing but arrays and a ticket
 * for every entry into a queue.
 */
#include "../random.h"

#include <string.h>

#include "core/table.h"

/* The test for missing memory asks for too much on purpose. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* Neither a power of two nor one less. */
#define CAPACITY 37

static const uint8_t any_key[16];

struct record {
	struct table_link link;
	uint32_t id; /* 1 to CAPACITY + 1: the slot in the model */
	uint32_t payload;
};

static void without_memory_the_table_says_so(void **state)
{
	struct table t;

	(void)state;
	assert_false(
		table_init(&t, TABLE_MAX_RECORDS, SIZE_MAX / 1024, any_key));
	table_fini(&t);
}

static void a_full_table_gives_no_record(void **state)
{
	struct table t;
	struct record *last = NULL;

	(void)state;
	assert_true(table_init(&t, CAPACITY, sizeof(struct record), any_key));
	for (int i = 0; i < CAPACITY; i++)
		assert_non_null(last = table_add(&t, (uint64_t)i, 0));
	assert_null(table_add(&t, 1, 0));
	assert_null(table_add(&t, 1, 1));
	assert_int_equal(t.count, CAPACITY);
	table_del(&t, last, CAPACITY - 1, 0);
	assert_ptr_equal(table_add(&t, 1, 2), last);
	table_fini(&t);
}

static void a_table_of_one_record_works(void **state)
{
	struct table t;

	(void)state;
	assert_true(table_init(&t, 1, sizeof(struct record), any_key));
	for (uint64_t hash = 0; hash < 5; hash++) {
		struct record *r = table_add(&t, hash, 7);

		assert_ptr_equal(table_bucket(&t, hash), r);
		assert_ptr_equal(table_first(&t, 7), r);
		assert_null(table_add(&t, hash, 0));
		table_del(&t, r, hash, 7);
		assert_null(table_bucket(&t, hash));
		assert_null(table_first(&t, 7));
	}
	table_fini(&t);
}

static void a_record_used_before_comes_back_zeroed(void **state)
{
	static const struct record zero;
	struct table t;
	struct record *r;

	(void)state;
	assert_true(table_init(&t, 1, sizeof(*r), any_key));
	r = table_add(&t, 5, 0);
	memset(&r->id, 0xff, sizeof(*r) - offsetof(struct record, id));
	table_del(&t, r, 5, 0);
	r = table_add(&t, 5, 0);
	assert_memory_equal(&r->id, &zero.id,
			    sizeof(*r) - offsetof(struct record, id));
	table_fini(&t);
}

static void the_memory_held_is_records_and_at_least_a_bucket_each(void **state)
{
	struct table t;

	(void)state;
	for (uint32_t capacity = 1; capacity < 70; capacity++) {
		assert_true(table_init(&t, capacity, 64, any_key));
		assert_in_range(table_bytes(&t), capacity * 64 + capacity * 4,
				capacity * 64 + capacity * 8);
		table_fini(&t);
	}
}

/* ---------------------------------------------------------------- model --- */

struct entry {
	struct record *record; /* NULL: not in the table */
	uint64_t hash, ticket;
	uint32_t payload;
	unsigned int queue;
};

struct model {
	struct table table;
	struct entry entry[CAPACITY + 2]; /* by id; 0 is nobody's */
	uint64_t tickets;
	uint32_t count;
};

/* Few buckets are used, so that chains get long. */
static void model_add(struct model *m, uint32_t id)
{
	struct entry *e = &m->entry[id];
	uint64_t hash = random_bits() & 0xff00000007;
	unsigned int queue = random_below(TABLE_MAX_QUEUES);
	struct record *r = table_add(&m->table, hash, queue);

	if (m->count == CAPACITY) {
		assert_null(r);
		return;
	}
	assert_non_null(r);
	r->id = id;
	r->payload = (uint32_t)random_bits();
	*e = (struct entry){r, hash, ++m->tickets, r->payload, queue};
	m->count++;
}

static void model_del(struct model *m, uint32_t id)
{
	struct entry *e = &m->entry[id];

	table_del(&m->table, e->record, e->hash, e->queue);
	e->record = NULL;
	m->count--;
}

static void model_move(struct model *m, uint32_t id)
{
	struct entry *e = &m->entry[id];
	unsigned int to = random_below(TABLE_MAX_QUEUES);

	table_move(&m->table, e->record, e->queue, to);
	e->queue = to;
	e->ticket = ++m->tickets;
}

/* The entry of a record that is where it is found. */
static const struct entry *entry_of(const struct model *m,
				    const struct record *r)
{
	const struct entry *e;

	assert_in_range(r->id, 1, CAPACITY + 1);
	e = &m->entry[r->id];
	assert_ptr_equal(e->record, r);
	assert_int_equal(e->payload, r->payload);
	return e;
}

/* Each queue is in order of tickets; returns how many records wait there. */
static uint32_t check_queue(const struct model *m, unsigned int queue)
{
	uint64_t ticket = 0;
	uint32_t before = 0, count = 0;
	uint32_t number = m->table.queues[queue].first;

	assert_ptr_equal(table_first(&m->table, queue),
			 table_record(&m->table, number));
	while (number) {
		const struct record *r = table_record(&m->table, number);
		const struct entry *e = entry_of(m, r);

		assert_int_equal(e->queue, queue);
		assert_true(e->ticket > ticket);
		assert_int_equal(r->link.before, before);
		ticket = e->ticket;
		before = number;
		number = r->link.after;
		count++;
	}
	assert_int_equal(m->table.queues[queue].last, before);
	return count;
}

/* How often is the record found under its hash? */
static uint32_t times_found(const struct model *m, const struct entry *e)
{
	const struct record *r = table_bucket(&m->table, e->hash);
	uint32_t found = 0;

	for (; r; r = table_next(&m->table, r)) {
		entry_of(m, r);
		found += r == e->record;
	}
	return found;
}

/* As tickets rise within a queue, none is there twice. */
static void check(const struct model *m)
{
	uint32_t count = 0;

	for (unsigned int queue = 0; queue < TABLE_MAX_QUEUES; queue++)
		count += check_queue(m, queue);
	assert_int_equal(count, m->count);
	assert_int_equal(m->table.count, m->count);
	assert_in_range(m->table.count, 0, CAPACITY);
	for (uint32_t id = 1; id <= CAPACITY + 1; id++)
		if (m->entry[id].record)
			assert_int_equal(times_found(m, &m->entry[id]), 1);
}

static void no_record_is_lost_or_twice_or_out_of_order(void **state)
{
	static struct model m;
	unsigned int full = 0, empty = 0;

	(void)state;
	assert_true(
		table_init(&m.table, CAPACITY, sizeof(struct record), any_key));
	for (int i = 0; i < 200000; i++) {
		uint32_t id = 1 + random_below(CAPACITY + 1);
		/* By turns it fills up and runs empty. */
		bool filling = i / 1000 % 2;

		if (!m.entry[id].record && (filling || random_once_in(40)))
			model_add(&m, id);
		else if (m.entry[id].record && random_once_in(filling ? 40 : 2))
			model_del(&m, id);
		else if (m.entry[id].record)
			model_move(&m, id);
		check(&m);
		full += m.count == CAPACITY;
		empty += m.count == 0;
	}
	assert_true(full > 0 && empty > 0);
	table_fini(&m.table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_the_table_says_so),
		cmocka_unit_test(a_full_table_gives_no_record),
		cmocka_unit_test(a_table_of_one_record_works),
		cmocka_unit_test(a_record_used_before_comes_back_zeroed),
		cmocka_unit_test(
			the_memory_held_is_records_and_at_least_a_bucket_each),
		random_test(no_record_is_lost_or_twice_or_out_of_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
