/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sums of a replay are the same as text, as JSON and in a report; and where
 * no source is listed, each says why.
 */
#include "replay_fixture.h"

static int count_events(size_t n, const char *type)
{
	int count = 0;

	for (size_t i = 0; i < n; i++)
		count += strcmp(text_of(events[i], "event_type"), type) == 0;
	return count;
}

static int report(const char *path)
{
	int status;

	is_report = true;
	status = run("--", path);
	is_report = false;
	return status;
}

/* Of text, JSON, and the report of the capture and of the JSON's lines. */
static void each_way_counts_the_same(void **state)
{
	char json_path[96];
	const json_t *e;
	size_t n;

	(void)state;
	write_mixture();
	assert_int_equal(run("--json", capture_path), 0);
	snprintf(json_path, sizeof(json_path), "%s/json", directory);
	assert_int_equal(rename(output_path, json_path), 0);
	assert_int_equal(link(json_path, output_path), 0);
	n = read_events();
	e = events[n - 1];
	assert_int_equal(number_of(e, "refused"), 1);
	assert_int_equal(number_of(e, "flows"), 13);
	assert_int_equal(number_of(e, "unanswered"), 3);
	assert_int_equal(number_of(e, "blocks"), 1);
	assert_int_equal(number_of(e, "dropped"), 4);
	assert_int_equal(number_of(e, "findings"),
			 count_events(n, "finding") + 3);
	assert_int_equal(count_events(n, "handshake"), 13);
	assert_int_equal(count_events(n, "block"), 1);
	assert_int_equal(number_of(e, "findings"), 13);
	unlink(output_path);
	assert_int_equal(run("--", capture_path), 0);
	assert_true(output_has(output_path, "23 TCP, 1 refused"));
	assert_true(output_has(output_path, "in all      13 flows, 13 findings,"
					    " 3 of them unanswered"));
	assert_true(output_has(output_path, "findings    syn-scan 13\n"));
	assert_true(output_has(output_path, "dropped 4\n"));
	assert_true(output_has(output_path, "listed      1\n"));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(report(i ? json_path : capture_path), 0);
		assert_true(output_has(output_path,
				       "23 of TCP, 1 refused, 4 dropped\n"));
		assert_true(output_has(output_path, "connections  13\n"));
		assert_true(output_has(output_path, "findings     13, 3 of them"
						    " unanswered\n"));
		assert_true(output_has(output_path, "listed       1\n"));
	}
	unlink(json_path);
	drop_events(n);
}

/* Text, JSON and report say how far it is from being listed. */
static void where_no_source_is_listed_it_says_why(void **state)
{
	static const char why[] = "syn-scan: 4 ports of 1 host, score 5.5 of"
				  " 9.2; 3 more failed attempts would list it";
	const json_t *nearest;
	size_t n;

	(void)state;
	write_refusals(4);
	assert_int_equal(run("--json", capture_path), 0);
	n = read_events();
	nearest = json_object_get(events[n - 1], "nearest");
	assert_int_equal(json_array_size(nearest), 1);
	nearest = json_array_get(nearest, 0);
	assert_string_equal(text_of(nearest, "source"), "203.0.113.9");
	assert_string_equal(text_of(nearest, "reason"), why);
	drop_events(n);
	assert_int_equal(run("--", capture_path), 0);
	assert_true(output_has(output_path, "not listed  203.0.113.9"));
	assert_true(output_has(output_path, why));
	assert_int_equal(report(capture_path), 0);
	assert_true(output_has(output_path, "not listed   203.0.113.9"));
	assert_true(output_has(output_path, why));
	write_scan();
	assert_int_equal(run("--", capture_path), 0);
	assert_false(output_has(output_path, "not listed"));
}

/* Two sources at the same ports at the same moment, as decoys are. */
static void what_is_withheld_is_said_with_its_reason(void **state)
{
	size_t n;

	(void)state;
	write_in_step();
	assert_int_equal(run("--json", capture_path), 0);
	n = read_events();
	assert_int_equal(number_of(events[n - 1], "blocks"), 0);
	assert_int_not_equal(
		number_of(json_object_get(events[n - 1], "withheld"),
			  "in_step"),
		0);
	drop_events(n);
	assert_int_equal(run("--", capture_path), 0);
	assert_true(output_has(output_path, "score 9.7 of 9.2; in step with"
					    " other sources, so restricted"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_counts_the_same),
		cmocka_unit_test(where_no_source_is_listed_it_says_why),
		cmocka_unit_test(what_is_withheld_is_said_with_its_reason),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
