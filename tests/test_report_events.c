/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of events into a report: what counts where, and that nothing that
 * stands in a line does more than make it a bad one.
 */
#include "report_fixture.h"

static void events_of_each_kind_are_counted(void **state)
{
	(void)state;
	take(EVENT("finding", ENDS ",\"finding\":\"null-scan\""));
	take(EVENT("handshake",
		   ENDS ",\"conn_state\":\"REJ\",\"findings\":[\"syn-scan\"]"));
	take(EVENT("block", ",\"src_ip\":\"203.0.113.9\",\"reason\":\"why\","
			    "\"grade\":\"proved\",\"score\":9.7,"
			    "\"timeout_s\":600,\"evidence\":{\"finding\":"
			    "\"syn-scan\",\"ports\":7,\"hosts\":1}"));
	take(EVENT("stats", ",\"packets\":5,\"tcp\":4,\"dropped\":3"));
	take(EVENT("suppressed", ",\"kind\":\"finding\",\"count\":12"));
	take(EVENT("unblock", ",\"src_ip\":\"203.0.113.9\""));
	take(EVENT("start", ""));
	take(EVENT("a later version's", ""));
	report_finish(report);

	assert_int_equal(report->bad_lines, 0);
	assert_int_equal(report->events, 8);
	assert_int_equal(report->findings, 1);
	assert_int_equal(report->by_packet[FINDING_NULL_SCAN], 1);
	assert_int_equal(report->connections, 1);
	assert_int_equal(report->conn_states[CONN_REJ], 1);
	assert_int_equal(report->by_connection[FINDING_SYN_SCAN], 1);
	assert_int_equal(report->listings, 1);
	assert_int_equal(report_listed_at(report, 0)->grade, GRADE_PROVED);
	assert_int_equal(report_listed_at(report, 0)->ports, 7);
	assert_null(report_listed_at(report, 1));
	assert_int_equal(report->stats.packets, 5);
	assert_int_equal(report->stats.dropped, 3);
	assert_int_equal(report->suppressed, 12);
	assert_int_equal(report->unblocks, 1);
	assert_int_equal(report->starts, 1);
	assert_int_equal(report->others, 1);
	assert_int_equal(report->scans.probes, 2);
}

static void an_operators_block_needs_no_evidence(void **state)
{
	const struct report_listed *l;

	(void)state;
	take(EVENT("block", ",\"src_ip\":\"2001:db8::/64\",\"reason\":"
			    "\"by the operator\",\"timeout_s\":7200"));
	report_finish(report);
	l = report_listed_at(report, 0);
	assert_non_null(l);
	assert_int_equal(l->source.bits, 64);
	assert_int_equal(l->grade, NUM_GRADES);
	assert_true(l->score < 0);
	assert_true(l->first_us == REPORT_NO_TIME);
}

static void a_finding_of_a_later_version_is_unknown(void **state)
{
	(void)state;
	take(EVENT("finding", ENDS ",\"finding\":\"psychic-scan\""));
	take(EVENT("handshake",
		   ENDS ",\"conn_state\":\"SF\",\"findings\":[\"<b>\"]"));
	assert_int_equal(report->bad_lines, 0);
	assert_int_equal(report->by_packet[REPORT_UNKNOWN], 1);
	assert_int_equal(report->by_connection[REPORT_UNKNOWN], 1);
	assert_int_equal(report->scans.probes, 0);
}

static void what_is_no_event_is_a_bad_line(void **state)
{
	static const char *const bad[] = {
		"nonsense",
		"{\"event_type\":\"finding\"",
		"[]",
		"17",
		"null",
		"\"text\"",
		"{}",
		"{\"event_type\":5}",
		"{\"event_type\":\"\"}",
		"{\"event_type\":\"\xff\"}",
		"{\"event_type\":\"start\",\"timestamp\":5}",
		"{\"event_type\":\"start\",\"timestamp\":\"yesterday\"}",
		EVENT("finding", ""),
		EVENT("finding", ",\"src_ip\":\"203.0.113.9\""),
		EVENT("finding", ",\"src_ip\":[1],\"dest_ip\":{}"),
		EVENT("finding", ENDS "0000,\"finding\":\"null-scan\""),
		EVENT("finding", ENDS ",\"finding\":7"),
		EVENT("handshake", ENDS),
		EVENT("handshake", ENDS ",\"conn_state\":\"S9\""),
		EVENT("handshake",
		      ENDS ",\"conn_state\":\"S0\",\"findings\":3"),
		EVENT("handshake",
		      ENDS ",\"conn_state\":\"S0\",\"findings\":[3]"),
		EVENT("block", ""),
		EVENT("block", ",\"src_ip\":\"203.0.113.9/99\""),
		EVENT("block", ",\"src_ip\":\"203.0.113.9\",\"score\":-1"),
		EVENT("block", ",\"src_ip\":\"203.0.113.9\",\"score\":1e300"),
		EVENT("block", ",\"src_ip\":\"203.0.113.9\",\"score\":1e999"),
		EVENT("block", ",\"src_ip\":\"203.0.113.9\",\"score\":\"9\""),
		EVENT("block", ",\"src_ip\":\"203.0.113.9\","
			       "\"timeout_s\":4294967296"),
		EVENT("block", ",\"src_ip\":\"203.0.113.9\",\"evidence\":1"),
		EVENT("block", ",\"src_ip\":\"203.0.113.9\","
			       "\"evidence\":{\"ports\":-1}"),
		EVENT("stats", ",\"packets\":9223372036854775807"),
		EVENT("stats", ",\"packets\":9223372036854775808"),
		EVENT("stats", ",\"packets\":1.5"),
		EVENT("suppressed", ",\"count\":-1"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		take("%s", bad[i]);
		if (report->bad_lines != i + 1)
			fail_msg("taken: %s", bad[i]);
	}
	assert_int_equal(report->first_bad_line, 1);
	assert_int_equal(report->events, 0);
	assert_int_equal(report->findings + report->connections +
				 report->listings + report->stats.packets +
				 report->suppressed,
			 0);
}

static void a_deep_nest_is_a_bad_line(void **state)
{
	static char line[60000];

	(void)state;
	memset(line, '[', sizeof(line));
	report_take_line(report, line, sizeof(line));
	assert_int_equal(report->bad_lines, 1);
}

static void times_of_1970_to_2106_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} times[] = {
		{"1970-01-01T00:00:00.000000+0000", 0},
		{"1970-01-01T00:00:00Z", 0},
		{"1970-01-01T02:00:00.5+0200", 500000},
		{"1970-01-01T02:00:00.123456789+02:00", 123456},
		{"1969-12-31T23:00:00Z", REPORT_NO_TIME},
		{"1970-01-01T00:00:00-0100", INT64_C(3600000000)},
		{"2106-12-31T23:59:59.999999+0000", INT64_C(4323283199999999)},
		{"2107-01-01T00:00:00+0000", REPORT_NO_TIME},
		{"2026-13-01T00:00:00+0000", REPORT_NO_TIME},
		{"2026-11-22 17:47:00+0000", REPORT_NO_TIME},
		{"2026-11-22T17:47:00", REPORT_NO_TIME},
		{"2026-11-22T17:47:00+00000", REPORT_NO_TIME},
		{"2026-11-2", REPORT_NO_TIME},
		{"2026", REPORT_NO_TIME},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		uint64_t bad = report->bad_lines;

		report->first_us = report->last_us = REPORT_NO_TIME;
		take("{\"event_type\":\"start\",\"timestamp\":\"%s\"}",
		     times[i].text);
		if (report->first_us != times[i].us)
			fail_msg("%s", times[i].text);
		assert_int_equal(report->bad_lines - bad,
				 times[i].us == REPORT_NO_TIME);
	}
}

static void an_event_without_a_time_counts_but_in_no_picture(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		take("{\"event_type\":\"finding\"" ENDS
		     ",\"finding\":\"null-scan\"}");
	report_finish(report);
	assert_int_equal(report->bad_lines, 0);
	assert_int_equal(report->findings, 3);
	assert_int_equal(report->timeless, 3);
	assert_int_equal(report->timeline.width_us, 0);
	free(written(report_write_html));
	free(written(report_write_text));
}

/* As lines of a file, so that their ends are tried, too. */
static void read_bytes(const void *bytes, size_t len)
{
	FILE *in = fmemopen((void *)bytes, len, "r");

	assert_non_null(in);
	assert_int_equal(report_read_events(report, in), 0);
	fclose(in);
}

static void lines_are_numbered_blank_ones_too(void **state)
{
	static const char file[] =
		EVENT("start", "") "\r\n\n"
				   "oops\n" EVENT("stop", "");

	(void)state;
	read_bytes(file, sizeof(file) - 1);
	assert_int_equal(report->events, 2);
	assert_int_equal(report->bad_lines, 1);
	assert_int_equal(report->first_bad_line, 3);
	assert_int_equal(report->lines, 4);
}

static void a_line_without_end_is_one_bad_line(void **state)
{
	static char file[300000];

	(void)state;
	/* Cut off where the room ends it would look like an event. */
	memset(file, ' ', sizeof(file));
	memcpy(file, "{\"event_type\":\"stop\"}", 21);
	file[200000] = 'x';
	memcpy(file + sizeof(file) - 29, "\n{\"event_type\":\"start\"}\n", 24);
	memset(file + sizeof(file) - 5, '\n', 5);
	read_bytes(file, sizeof(file));
	assert_int_equal(report->bad_lines, 1);
	assert_int_equal(report->stops, 0);
	assert_int_equal(report->starts, 1);
}

static void an_empty_file_has_nothing(void **state)
{
	char *page;

	(void)state;
	read_bytes("\n", 1);
	report_finish(report);
	assert_int_equal(report->bad_lines, 0);
	page = written(report_write_html);
	assert_non_null(strstr(page, "<dd id=\"findings\">0</dd>"));
	free(page);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, new_report, free_report)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events_of_each_kind_are_counted),
		TEST(an_operators_block_needs_no_evidence),
		TEST(a_finding_of_a_later_version_is_unknown),
		TEST(what_is_no_event_is_a_bad_line),
		TEST(a_deep_nest_is_a_bad_line),
		TEST(times_of_1970_to_2106_are_read),
		TEST(an_event_without_a_time_counts_but_in_no_picture),
		TEST(lines_are_numbered_blank_ones_too),
		TEST(a_line_without_end_is_one_bad_line),
		TEST(an_empty_file_has_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
