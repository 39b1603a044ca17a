/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A status as Prometheus metrics: what is written, what is left out, and that
 * nothing of an answer can break a line. promtool's opinion, and a live
 * daemon's numbers, are in tests/lab/69-metrics.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base.h"
#include "core/finding.h"
#include "core/segment.h"
#include "core/summary.h"
#include "metrics.h"

static char *text;

static int forget(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	return 0;
}

/* Takes the reference; NULL is no answer. */
static void print(json_t *status)
{
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	assert_non_null(out);
	metrics_print(status, out);
	assert_int_equal(fclose(out), 0);
	json_decref(status);
}

static void print_json(const char *json)
{
	json_t *status = json_loads(json, 0, NULL);

	assert_non_null(status);
	print(status);
}

static unsigned int times(const char *what)
{
	unsigned int n = 0;

	for (const char *at = text; (at = strstr(at, what)); at++)
		n++;
	return n;
}

/* A whole line, once. */
static void assert_line(const char *line)
{
	char with_ends[256];

	snprintf(with_ends, sizeof(with_ends), "\n%s\n", line);
	if (times(with_ends) != 1)
		fail_msg("%u times \"%s\" in:\n%s", times(with_ends), line,
			 text);
}

static void without_an_answer_it_is_down(void **state)
{
	(void)state;
	print(NULL);
	assert_line("handshaked_up 0");
	assert_int_equal(times("\nhandshaked_"), 1);
}

static void an_answer_that_is_a_refusal_is_down(void **state)
{
	(void)state;
	print_json("{\"ok\": false, \"error\": \"no\", \"uptime_s\": 1}");
	assert_line("handshaked_up 0");
	assert_int_equal(times("\nhandshaked_"), 1);
}

static void what_is_missing_or_odd_is_left_out(void **state)
{
	(void)state;
	print_json("{\"ok\": true, \"uptime_s\": \"1\", \"mode\": 1,"
		   " \"version\": null, \"queue\": [], \"queues\": {},"
		   " \"engine\": {\"flows\": 1.5, \"sources\": {}},"
		   " \"findings\": [1], \"outcomes\": null,"
		   " \"blocklist\": {\"added\": null, \"failed\": 7}}");
	assert_line("handshaked_up 1");
	assert_line("handshaked_blocklist_errors_total{reason=\"failed\"} 7");
	assert_line("# TYPE handshaked_blocklist_errors_total counter");
	assert_int_equal(times("\nhandshaked_"), 2);
	assert_int_equal(times("# HELP"), 2);
}

static void a_queue_that_lacks_a_number_is_left_out(void **state)
{
	(void)state;
	print_json("{\"ok\": true, \"queues\": [{\"num\": 3, \"received\": 5},"
		   " {\"received\": 6}, 7, {\"num\": 4, \"received\": 8}]}");
	assert_line("handshaked_packets_received_total{queue=\"3\"} 5");
	assert_line("handshaked_packets_received_total{queue=\"4\"} 8");
	assert_int_equal(times("\nhandshaked_packets"), 2);
}

static void queues_that_differ_are_numbers(void **state)
{
	(void)state;
	print_json("{\"ok\": true, \"queue\": {\"unserved\": 3, \"unfed\": 1,"
		   " \"mismatch\": [\"a\", \"b\"]}}");
	assert_line("handshaked_queues_unserved 3");
	assert_line("handshaked_queues_unfed 1");
	assert_line("# TYPE handshaked_queues_unserved gauge");
	assert_int_equal(times("\nhandshaked_"), 3);
}

static void what_the_rules_dropped_is_counted_by_reason(void **state)
{
	(void)state;
	print_json("{\"ok\": true, \"rules\": {\"blocked_packets\": 5000000000,"
		   " \"blocked_bytes\": 4, \"overrate_packets\": 2}}");
	assert_line("handshaked_rules_dropped_packets_total{reason=\"listed\"}"
		    " 5000000000");
	assert_line(
		"handshaked_rules_dropped_packets_total{reason=\"rate\"} 2");
	assert_line(
		"handshaked_rules_dropped_bytes_total{reason=\"listed\"} 4");
	assert_line("# TYPE handshaked_rules_dropped_bytes_total counter");
	assert_int_equal(times("\nhandshaked_"), 4);
}

static void the_mode_is_one_of_two(void **state)
{
	(void)state;
	print_json("{\"ok\": true, \"mode\": \"observe\"}");
	assert_line("handshaked_mode{mode=\"enforce\"} 0");
	assert_line("handshaked_mode{mode=\"observe\"} 1");
}

static void label_values_are_escaped(void **state)
{
	(void)state;
	print(json_pack("{s:b, s:s, s:{s:i}}", "ok", 1, "version", "a\"b\\c\nd",
			"findings", "\"} 1\nforged{x=\"", 3));
	assert_line("handshaked_build_info{version=\"a\\\"b\\\\c\\nd\"} 1");
	assert_line("handshaked_findings_total{finding=\"\\\"} 1\\nforged{x=\\"
		    "\"\"} 3");
	assert_int_equal(times("\nforged"), 0);
}

static void assert_all(const char *format, const char *const *names, int n)
{
	char line[128];

	for (int i = 1; i < n; i++) {
		snprintf(line, sizeof(line), "handshaked_%s=\"%s\"} 0", format,
			 names[i]);
		assert_line(line);
	}
}

static void what_has_not_occurred_is_zero(void **state)
{
	(void)state;
	print_json("{\"ok\": true, \"findings\": {}, \"outcomes\": {},"
		   " \"refused\": {}}");
	assert_all("findings_total{finding", finding_name, NUM_FINDINGS);
	assert_all("connections_total{conn_state", conn_state_name,
		   NUM_CONN_STATES);
	assert_line("handshaked_connections_total{conn_state=\"S0\"} 0");
	assert_all("packets_refused_total{reason", segment_error_name,
		   SEG_NUM_ERRORS);
	assert_int_equal(times("\"none\""), 0);
}

static void known_names_are_written_once(void **state)
{
	(void)state;
	print_json("{\"ok\": true, \"findings\": {\"syn-scan\": 4,"
		   " \"later-scan\": 5}}");
	assert_line("handshaked_findings_total{finding=\"syn-scan\"} 4");
	assert_line("handshaked_findings_total{finding=\"later-scan\"} 5");
	assert_int_equal(times("finding=\"syn-scan\""), 1);
}

/* One head for lines of one name, before the first of them that is there. */
static void heads_are_written_once(void **state)
{
	(void)state;
	print_json("{\"ok\": true, \"engine\": {\"withheld_in_step\": 1,"
		   " \"withheld_rate\": 2, \"gave_way\": 3}}");
	assert_int_equal(times("# HELP handshaked_listings_withheld_total "
			       "Sources restricted"),
			 1);
	assert_int_equal(times("# TYPE handshaked_listings_withheld"), 1);
	assert_line("handshaked_listings_withheld_total{reason=\"rate\"} 2");
	assert_line("# TYPE handshaked_listings_gave_way_total counter");
}

static void large_counts_are_whole(void **state)
{
	(void)state;
	print_json("{\"ok\": true, \"engine\":"
		   " {\"segments\": 9223372036854775807}}");
	assert_line("handshaked_segments_total 9223372036854775807");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(without_an_answer_it_is_down, forget),
		cmocka_unit_test_teardown(an_answer_that_is_a_refusal_is_down,
					  forget),
		cmocka_unit_test_teardown(what_is_missing_or_odd_is_left_out,
					  forget),
		cmocka_unit_test_teardown(
			a_queue_that_lacks_a_number_is_left_out, forget),
		cmocka_unit_test_teardown(queues_that_differ_are_numbers,
					  forget),
		cmocka_unit_test_teardown(
			what_the_rules_dropped_is_counted_by_reason, forget),
		cmocka_unit_test_teardown(the_mode_is_one_of_two, forget),
		cmocka_unit_test_teardown(label_values_are_escaped, forget),
		cmocka_unit_test_teardown(what_has_not_occurred_is_zero,
					  forget),
		cmocka_unit_test_teardown(known_names_are_written_once, forget),
		cmocka_unit_test_teardown(heads_are_written_once, forget),
		cmocka_unit_test_teardown(large_counts_are_whole, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
