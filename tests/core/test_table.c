/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table against a model of it that has nothing but arrays and a ticket
 * for every entry into a queue; and its hash, against values computed by
 * another implementation and against the paper's algorithm written anew.
 */
#include "../random.h"

#include <endian.h>
#include <string.h>

#include "core/siphash.h"
#include "core/table.h"

/* The test for missing memory asks for too much on purpose. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* ----------------------------------------------------------------- hash --- */

/*
 * Of the bytes 0, 1, 2, ... (modulo 256) of each length: hash() of CPython
 * 3.11, whose sys.hash_info.algorithm is siphash13, with PYTHONHASHSEED=0
 * (a key of zeros) and PYTHONHASHSEED=1.
 */
static const struct {
	size_t len;
	uint64_t zero_key, seed_1;
} vectors[] = {
	{1, 0x68a914128e01e473, 0xecd3e5afcecda4b9},
	{2, 0x010bac45c41e3669, 0xbf360f1ea1745965},
	{3, 0x4d4c9a4a8ef6e0ad, 0x8d5b20ab227ba858},
	{4, 0x7cc43f98813e4dbd, 0x968a3280faeeb716},
	{5, 0x5abe2169dff36275, 0xbbda3b5f513c3d69},
	{6, 0xe3c25f87624f1cdb, 0xa77f099d6ffed90e},
	{7, 0x2f098ab0c751325a, 0xfd15e78052a69ddf},
	{8, 0xead411e67ebe2eea, 0xc0b5739e7e28dd01},
	{9, 0x75927f9d95124362, 0x208a1a5a0cbbf778},
	{15, 0xf30eb725bb91c9ea, 0xfa87985f39e97a53},
	{16, 0x8972188433a5c5b7, 0x12e9d283f9f37002},
	{17, 0x4883c49a2c009c1d, 0x9f5bb4237f61907f},
	{36, 0xac77921fcc642bd3, 0x93fbdf55374406c1},
	{63, 0x385d3e39e5f37359, 0x542052345bc68274},
	{255, 0x5dc1f93ea135eb43, 0x523ab5ebe2e15f94},
	{256, 0x31ae646afba70308, 0x29b2ed382b263024},
	{300, 0x4a3ee92cf03a1ab4, 0xf63247f1cb51d9d6},
};

static void the_hash_is_that_of_another_implementation(void **state)
{
	static const uint8_t zero_key[16];
	static const uint8_t seed_1[16] = {
		0x29, 0x23, 0xbe, 0x84, 0xe1, 0x6c, 0xd6, 0xae,
		0x52, 0x90, 0x49, 0xf1, 0xf1, 0xbb, 0xe9, 0xeb,
	};
	uint8_t bytes[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		assert_true(siphash13(zero_key, bytes, vectors[i].len) ==
			    vectors[i].zero_key);
		assert_true(siphash13(seed_1, bytes, vectors[i].len) ==
			    vectors[i].seed_1);
	}
}

/* The paper's SipRound, its two halves one after the other. */
static void sip_round(uint64_t v[4])
{
	static const int left[2] = {13, 17}, right[2] = {16, 21};

	for (int half = 0; half < 2; half++) {
		int a = half ? 2 : 0, c = half ? 0 : 2;

		v[a] += v[1];
		v[c] += v[3];
		v[1] = v[1] << left[half] | v[1] >> (64 - left[half]);
		v[3] = v[3] << right[half] | v[3] >> (64 - right[half]);
		v[1] ^= v[a];
		v[3] ^= v[c];
		v[a] = v[a] << 32 | v[a] >> 32;
	}
}

/* Padded to whole words, of which the last byte is the length. */
static uint64_t reference_hash(const uint8_t key[16], const uint8_t *bytes,
			       size_t len)
{
	uint64_t words[40] = {0}, k[2], v[4];

	memcpy(k, key, sizeof(k));
	memcpy(words, bytes, len);
	((uint8_t *)words)[len / 8 * 8 + 7] = (uint8_t)len;
	memcpy(v, "uespemosmodnarodarenegylsetybdet", sizeof(v));
	for (int i = 0; i < 4; i++)
		v[i] = le64toh(v[i]) ^ le64toh(k[i % 2]);
	for (size_t i = 0; i <= len / 8; i++) {
		v[3] ^= le64toh(words[i]);
		sip_round(v);
		v[0] ^= le64toh(words[i]);
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void the_hash_is_that_of_the_paper_at_every_length(void **state)
{
	uint8_t key[16], bytes[300];

	(void)state;
	for (int round = 0; round < 50; round++) {
		random_fill(key, sizeof(key));
		random_fill(bytes, sizeof(bytes));
		for (size_t len = 0; len < sizeof(bytes); len++)
			assert_true(siphash13(key, bytes, len) ==
				    reference_hash(key, bytes, len));
	}
}

static void the_table_hashes_with_its_key(void **state)
{
	static const uint8_t key[16] = "sixteen of these";
	struct table t;

	(void)state;
	assert_true(table_init(&t, 1, 64, key));
	assert_true(table_hash(&t, "abc", 3) == siphash13(key, "abc", 3));
	table_fini(&t);
}

static void ipv4_is_hashed_without_what_all_of_it_has(void **state)
{
	struct table t;
	uint8_t key[16], bytes[36] = {[10] = 0xff, 0xff};

	(void)state;
	random_fill(key, sizeof(key));
	random_fill(bytes + 12, sizeof(bytes) - 12);
	assert_true(table_init(&t, 1, 64, key));
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		size_t skip = len < 16 ? 0 : 12;

		assert_true(table_hash(&t, bytes, len) ==
			    siphash13(key, bytes + skip, len - skip));
	}
	for (size_t i = 0; i < 12; i++) {
		bytes[i] ^= 1;
		assert_true(table_hash(&t, bytes, 17) ==
			    siphash13(key, bytes, 17));
		bytes[i] ^= 1;
	}
	table_fini(&t);
}

/* -------------------------------------------------------------- records --- */

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
		cmocka_unit_test(the_hash_is_that_of_another_implementation),
		random_test(the_hash_is_that_of_the_paper_at_every_length),
		cmocka_unit_test(the_table_hashes_with_its_key),
		random_test(ipv4_is_hashed_without_what_all_of_it_has),
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
