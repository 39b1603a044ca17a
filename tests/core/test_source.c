/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources and the evidence on each: which source is forgotten, and that every
 * outcome at a (destination, port) is held once, can be taken back, and makes
 * room when there is none.
 */
#include "../random.h"

#include "core/source.h"

#define CAPACITY 8

static const uint8_t any_key[16] = "any will do here";

static struct address host(uint32_t n)
{
	return address_from_ipv4((const uint8_t[4]){
		10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n});
}

static struct source *find(struct source_table *t, uint32_t n)
{
	struct address a = host(n);

	return source_find(t, &a);
}

static struct source *learn(struct source_table *t, uint32_t n)
{
	struct address a = host(n);
	struct source *s = source_learn(t, &a);

	assert_non_null(s);
	assert_true(address_equal(&s->address, &a));
	return s;
}

static int make_table(void **state)
{
	*state = source_table_new(CAPACITY, any_key);
	return *state ? 0 : -1;
}

/* Where reading past the end of a record is reading past the end of all. */
static int make_table_for_one(void **state)
{
	*state = source_table_new(1, any_key);
	return *state ? 0 : -1;
}

static int free_table(void **state)
{
	source_table_free(*state);
	return 0;
}

/* -------------------------------------------------------------- sources --- */

static void a_source_never_seen_is_not_known(void **state)
{
	assert_null(find(*state, 1));
	assert_int_equal(source_count(*state), 0);
}

/* In a table for one all have the same bucket. */
static void a_source_learnt_is_found_and_no_other(void **state)
{
	struct source *s = learn(*state, 1);

	assert_ptr_equal(find(*state, 1), s);
	assert_null(find(*state, 2));
	assert_int_equal(source_count(*state), 1);
}

static void nothing_is_held_against_a_new_source(void **state)
{
	struct source *s = learn(*state, 1);

	assert_int_equal(s->num_evidence, 0);
	assert_true(s->held_until_ns == 0);
}

static void learning_a_source_again_keeps_its_evidence(void **state)
{
	struct source *s = learn(*state, 1);

	source_record(s, 7, 80, FINDING_SYN_SCAN, 0, 0, 0);
	assert_ptr_equal(learn(*state, 1), s);
	assert_int_equal(s->num_evidence, 1);
	assert_int_equal(source_count(*state), 1);
}

static void the_source_unseen_for_longest_gives_way(void **state)
{
	for (uint32_t n = 0; n < CAPACITY; n++)
		learn(*state, n);
	learn(*state, 0); /* seen again: now 1 is the oldest */
	for (uint32_t n = 1; n < CAPACITY; n++) {
		assert_non_null(find(*state, n));
		learn(*state, 100 + n);
		assert_null(find(*state, n));
		assert_int_equal(source_count(*state), CAPACITY);
	}
	assert_non_null(find(*state, 0));
	learn(*state, 100);
	assert_null(find(*state, 0));
}

static void asking_for_a_source_is_not_seeing_it(void **state)
{
	for (uint32_t n = 0; n < CAPACITY; n++)
		learn(*state, n);
	assert_non_null(find(*state, 0));
	learn(*state, 100);
	assert_null(find(*state, 0));
}

static void a_source_forgotten_comes_back_with_a_clean_slate(void **state)
{
	struct source *s;

	for (uint32_t n = 0; n <= CAPACITY; n++) {
		s = learn(*state, n);
		s->held_until_ns = 5;
		source_record(s, 7, 80, FINDING_SYN_SCAN, 0, 0, 0);
	}
	s = learn(*state, 0);
	assert_int_equal(s->num_evidence, 0);
	assert_true(s->held_until_ns == 0);
}

static void freeing_no_table_is_fine(void **state)
{
	(void)state;
	source_table_free(NULL);
}

/* ------------------------------------------------------------- evidence --- */

static bool record(struct source_table *t, struct source *s, uint32_t n,
		   uint16_t port, enum finding finding, uint64_t now_ms)
{
	struct address d = host(n);

	return source_record(s, source_hash(t, &d), port, finding, 0, 0,
			     now_ms * NS_PER_MS);
}

static void retract(struct source_table *t, struct source *s, uint32_t n,
		    uint16_t port, enum finding finding)
{
	struct address d = host(n);

	source_retract(s, source_hash(t, &d), port, finding);
}

static bool has_port(const struct source *s, uint16_t port)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < s->num_evidence; i++)
		found += s->evidence[i].port == port;
	assert_in_range(found, 0, 1);
	return found;
}

static void an_outcome_is_recorded_with_all_it_is(void **state)
{
	struct source *s = learn(*state, 1);
	struct address d = host(50);
	const struct evidence *e = &s->evidence[0];

	assert_true(source_record(
		s, source_hash(*state, &d), 8080, FINDING_CONNECT_SCAN,
		EVIDENCE_SERVED | EVIDENCE_OS_SYN, 7, 1234 * NS_PER_MS));
	assert_int_equal(s->num_evidence, 1);
	assert_int_equal(e->port, 8080);
	assert_int_equal(e->finding, FINDING_CONNECT_SCAN);
	assert_int_equal(e->flags, EVIDENCE_SERVED | EVIDENCE_OS_SYN);
	assert_int_equal(e->when_ms, 1234);
}

static void the_same_outcome_again_only_changes_its_time(void **state)
{
	struct source *s = learn(*state, 1);
	struct address d = host(50);

	source_record(s, source_hash(*state, &d), 80, FINDING_SYN_SCAN,
		      EVIDENCE_SERVED, 0, 5 * NS_PER_MS);
	assert_false(source_record(s, source_hash(*state, &d), 80,
				   FINDING_SYN_SCAN, 0, 0, 9 * NS_PER_MS));
	assert_int_equal(s->num_evidence, 1);
	assert_int_equal(s->evidence[0].when_ms, 9);
	assert_int_equal(s->evidence[0].flags, EVIDENCE_SERVED);
}

static void another_port_host_or_finding_is_another_outcome(void **state)
{
	struct source *s = learn(*state, 1);

	assert_true(record(*state, s, 50, 80, FINDING_SYN_SCAN, 0));
	assert_true(record(*state, s, 50, 81, FINDING_SYN_SCAN, 0));
	assert_true(record(*state, s, 51, 80, FINDING_SYN_SCAN, 0));
	assert_true(record(*state, s, 50, 80, FINDING_ACK_SCAN, 0));
	assert_true(record(*state, s, 50, 80, FINDING_NONE, 0));
	assert_int_equal(s->num_evidence, 5);
}

static void hosts_are_the_same_for_one_destination_only(void **state)
{
	struct source *s = learn(*state, 1);

	record(*state, s, 50, 80, FINDING_SYN_SCAN, 0);
	record(*state, s, 50, 81, FINDING_SYN_SCAN, 0);
	record(*state, s, 51, 80, FINDING_SYN_SCAN, 0);
	assert_true(s->evidence[0].host == s->evidence[1].host);
	assert_true(s->evidence[0].host != s->evidence[2].host);
}

static void evidence_is_held_against_its_source_alone(void **state)
{
	struct source *a = learn(*state, 1), *b = learn(*state, 2);

	assert_true(record(*state, a, 50, 80, FINDING_SYN_SCAN, 0));
	assert_int_equal(b->num_evidence, 0);
	assert_true(record(*state, b, 50, 80, FINDING_SYN_SCAN, 0));
}

static void time_is_kept_as_32_bit_milliseconds(void **state)
{
	struct source *s = learn(*state, 1);

	record(*state, s, 50, 80, FINDING_SYN_SCAN, (1ULL << 32) + 7);
	assert_int_equal(s->evidence[0].when_ms, 7);
}

static void an_outcome_retracted_is_gone_and_the_others_stay(void **state)
{
	struct source *s = learn(*state, 1);

	for (uint16_t port = 1; port <= 3; port++)
		record(*state, s, 50, port, FINDING_SYN_SCAN, port);
	retract(*state, s, 50, 2, FINDING_SYN_SCAN);
	assert_int_equal(s->num_evidence, 2);
	assert_true(has_port(s, 1));
	assert_false(has_port(s, 2));
	assert_true(has_port(s, 3));
	assert_true(record(*state, s, 50, 2, FINDING_SYN_SCAN, 9));
}

static void retracting_what_was_not_recorded_changes_nothing(void **state)
{
	struct source *s = learn(*state, 1);

	retract(*state, s, 50, 80, FINDING_SYN_SCAN);
	assert_int_equal(s->num_evidence, 0);
	record(*state, s, 50, 80, FINDING_SYN_SCAN, 3);
	retract(*state, s, 50, 81, FINDING_SYN_SCAN);
	retract(*state, s, 51, 80, FINDING_SYN_SCAN);
	retract(*state, s, 50, 80, FINDING_ACK_SCAN);
	assert_int_equal(s->num_evidence, 1);
	assert_int_equal(s->evidence[0].when_ms, 3);
}

static void clearing_a_source_puts_its_evidence_away_and_no_more(void **state)
{
	struct source *s = learn(*state, 1);

	record(*state, s, 50, 80, FINDING_SYN_SCAN, 0);
	record(*state, s, 50, 81, FINDING_SYN_SCAN, 0);
	s->in_step = true;
	s->offences = 3;
	s->good_ns = 99;
	source_clear(s);
	assert_int_equal(s->num_evidence, 0);
	assert_false(s->in_step);
	assert_int_equal(s->offences, 3);
	assert_true(s->good_ns == 99);
	assert_true(record(*state, s, 50, 80, FINDING_SYN_SCAN, 0));
}

/* Ports 1 to SOURCE_EVIDENCE, each a second after the one before. */
static struct source *full_source(struct source_table *t)
{
	struct source *s = learn(t, 1);

	for (uint16_t port = 1; port <= SOURCE_EVIDENCE; port++)
		assert_true(
			record(t, s, 50, port, FINDING_SYN_SCAN, port * 1000u));
	assert_int_equal(s->num_evidence, SOURCE_EVIDENCE);
	return s;
}

static void with_no_room_left_the_oldest_outcome_gives_way(void **state)
{
	struct source *s = full_source(*state);

	for (uint16_t port = 1; port <= SOURCE_EVIDENCE; port++) {
		assert_true(has_port(s, port));
		assert_true(record(*state, s, 50, 100 + port, FINDING_SYN_SCAN,
				   100000u + port));
		assert_int_equal(s->num_evidence, SOURCE_EVIDENCE);
		assert_false(has_port(s, port));
		assert_true(has_port(s, 100 + port));
	}
}

/* Its time is when it was last seen (struct evidence). */
static void an_outcome_seen_again_is_no_longer_the_oldest(void **state)
{
	struct source *s = full_source(*state);

	record(*state, s, 50, 1, FINDING_SYN_SCAN, 50000);
	record(*state, s, 50, 100, FINDING_SYN_SCAN, 50001);
	assert_true(has_port(s, 1));
	assert_false(has_port(s, 2));
}

static void an_outcome_known_needs_no_room(void **state)
{
	struct source *s = full_source(*state);

	assert_false(record(*state, s, 50, 9, FINDING_SYN_SCAN, 50000));
	for (uint16_t port = 1; port <= SOURCE_EVIDENCE; port++)
		assert_true(has_port(s, port));
}

static bool holds(const struct source *s, uint16_t port, enum finding finding)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < s->num_evidence; i++)
		found += s->evidence[i].port == port &&
			 s->evidence[i].finding == finding;
	assert_in_range(found, 0, 1);
	return found;
}

static void every_outcome_is_held_once_and_the_last_one_always(void **state)
{
	struct source *s = learn(*state, 1);

	random_seed(NULL);
	for (uint32_t i = 0; i < 100000; i++) {
		enum finding finding = random_below(3);
		uint16_t port = (uint16_t)random_below(20);
		bool known = holds(s, port, finding);
		unsigned int count = s->num_evidence;

		if (random_once_in(5)) {
			retract(*state, s, 50, port, finding);
			assert_false(holds(s, port, finding));
			assert_int_equal(s->num_evidence, count - known);
			continue;
		}
		assert_int_equal(record(*state, s, 50, port, finding, i),
				 !known);
		assert_true(holds(s, port, finding));
		if (!known && count < SOURCE_EVIDENCE)
			count++;
		assert_int_equal(s->num_evidence, count);
	}
}

#define lone_test(test) \
	cmocka_unit_test_setup_teardown(test, make_table_for_one, free_table)
#define table_test(test) \
	cmocka_unit_test_setup_teardown(test, make_table, free_table)

int main(void)
{
	const struct CMUnitTest tests[] = {
		table_test(a_source_never_seen_is_not_known),
		lone_test(a_source_learnt_is_found_and_no_other),
		table_test(nothing_is_held_against_a_new_source),
		table_test(learning_a_source_again_keeps_its_evidence),
		table_test(the_source_unseen_for_longest_gives_way),
		table_test(asking_for_a_source_is_not_seeing_it),
		table_test(a_source_forgotten_comes_back_with_a_clean_slate),
		cmocka_unit_test(freeing_no_table_is_fine),
		table_test(an_outcome_is_recorded_with_all_it_is),
		table_test(the_same_outcome_again_only_changes_its_time),
		table_test(another_port_host_or_finding_is_another_outcome),
		table_test(hosts_are_the_same_for_one_destination_only),
		table_test(evidence_is_held_against_its_source_alone),
		table_test(time_is_kept_as_32_bit_milliseconds),
		lone_test(an_outcome_retracted_is_gone_and_the_others_stay),
		table_test(retracting_what_was_not_recorded_changes_nothing),
		table_test(
			clearing_a_source_puts_its_evidence_away_and_no_more),
		lone_test(with_no_room_left_the_oldest_outcome_gives_way),
		lone_test(an_outcome_seen_again_is_no_longer_the_oldest),
		lone_test(an_outcome_known_needs_no_room),
		lone_test(every_outcome_is_held_once_and_the_last_one_always),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
