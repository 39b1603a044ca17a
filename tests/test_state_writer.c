/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state_writer.c: the thread writes what it is given, tells what came of it,
 * and keeps nobody waiting.
 */
#include "state_fixture.h"

#include <signal.h>
#include <sys/stat.h>

#include "state_writer.h"

static uint64_t written(struct state_writer *w, int error)
{
	int got;
	uint64_t count = state_writer_count(w, &got);

	assert_int_equal(got, error);
	return count;
}

static void what_it_is_given_is_written(void **state)
{
	struct state_writer *w = state_writer_open(path);

	(void)state;
	assert_non_null(w);
	assert_int_equal(written(w, 0), 0);
	for (uint64_t i = 1; i <= 3; i++) {
		struct state_record *records = state_writer_records(w);

		assert_non_null(records);
		for (uint64_t n = 0; n < i; n++)
			records[n] = an_offender("203.0.113.66");
		state_writer_write(w, i, &now);
		state_writer_wait(w);
		assert_int_equal(written(w, 0), i);
		read_file(&now);
		assert_int_equal(result.summary.used, i);
	}
	state_writer_close(w);
}

static void closing_waits_for_what_is_in_hand(void **state)
{
	struct state_writer *w = state_writer_open(path);

	(void)state;
	assert_non_null(w);
	*state_writer_records(w) = an_offender("203.0.113.66");
	state_writer_write(w, 1, &now);
	state_writer_close(w);
	read_file(&now);
	assert_int_equal(result.summary.used, 1);
}

/* And what it took, on this machine. */
static void handing_over_a_full_list_does_not_wait_for_the_disk(void **state)
{
	struct state_writer *w = state_writer_open(path);
	struct state_record *records;
	uint64_t begin_ns, given_ns;

	(void)state;
	assert_non_null(w);
	records = state_writer_records(w);
	for (size_t i = 0; i < 65536; i++)
		records[i] = an_offender("2001:db8:1234:5678:1234:5678::1");
	begin_ns = loop_now_ns();
	state_writer_write(w, 65536, &now);
	given_ns = loop_now_ns();
	assert_null(state_writer_records(w));
	state_writer_wait(w);
	print_message("65536 records: handed over in %u us, written in %u ms\n",
		      (unsigned int)((given_ns - begin_ns) / 1000),
		      (unsigned int)((loop_now_ns() - begin_ns) / NS_PER_MS));
	assert_non_null(state_writer_records(w));
	read_file(&now);
	assert_int_equal(result.summary.used, 65536);
	state_writer_close(w);
}

static void a_missing_directory_is_made(void **state)
{
	struct state_writer *w;
	struct stat st;

	(void)state;
	snprintf(path, sizeof(path), "%s/new/state", directory);
	w = state_writer_open(path);
	assert_non_null(w);
	state_writer_records(w);
	state_writer_write(w, 0, &now);
	state_writer_wait(w);
	assert_int_equal(written(w, 0), 1);
	assert_int_equal(stat(path, &st), 0);
	state_writer_close(w);
}

static void what_fails_is_told_and_tried_again(void **state)
{
	struct state_writer *w = state_writer_open("/nonexistent/at/all/state");

	(void)state;
	assert_non_null(w);
	for (uint64_t i = 1; i <= 2; i++) {
		assert_non_null(state_writer_records(w));
		state_writer_write(w, 0, &now);
		state_writer_wait(w);
		assert_int_equal(written(w, -ENOENT), i);
	}
	state_writer_close(w);
	state_writer_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_it_is_given_is_written),
		TEST(closing_waits_for_what_is_in_hand),
		TEST(handing_over_a_full_list_does_not_wait_for_the_disk),
		TEST(a_missing_directory_is_made),
		TEST(what_fails_is_told_and_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
