/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is written of a report: whatever text comes in it is text on the page,
 * in its data and on the terminal; and the command around it.
 */
#include "report_fixture.h"

#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../src/report_command.h"

#define HOSTILE                                                              \
	"</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>" \
	"\\\" ' &amp; ]]>"

static const char *const members[] = {
	"timestamp", "event_type", "src_ip", "dest_ip", "finding",   "grade",
	"reason",    "in_iface",   "file",   "mode",    "conn_state"};

/* One member after the other says it, in an event of each kind. */
static void take_hostile_events(const char *text)
{
	static const char *const types[] = {"finding", "handshake", "block",
					    "stats",   "unblock",   "mode"};

	for (size_t t = 0; t < ARRAY_SIZE(types); t++)
		for (size_t m = 0; m < ARRAY_SIZE(members); m++)
			take("{\"event_type\":\"%s\"" ENDS
			     ",\"finding\":\"syn-scan\",\"conn_state\":\"S0\","
			     "\"findings\":[\"%s\"],\"evidence\":"
			     "{\"finding\":\"%s\"},\"%s\":\"%s\"}",
			     types[t], text, text, members[m], text);
}

static json_t *data_of(const char *page)
{
	const char *begin = strstr(page, "id=\"handshaked-report\">");
	json_t *data;

	assert_non_null(begin);
	data = json_loads(strchr(begin, '>') + 1, JSON_DISABLE_EOF_CHECK, NULL);
	assert_non_null(data);
	return data;
}

static void hostile_text_stays_text(void **state)
{
	const json_t *listed;
	json_t *data;
	char *page;

	(void)state;
	report_free(report);
	report = report_new(HOSTILE);
	take_hostile_events(HOSTILE);
	report_finish(report);
	assert_true(report->listings > 0);
	page = written(report_write_html);
	assert_int_equal(occurrences(page, "<script"), 1);
	assert_int_equal(occurrences(page, "</script"), 1);
	assert_int_equal(occurrences(page, "<!--"), 0);
	assert_int_equal(occurrences(page, "<img"), 0);
	assert_int_equal(occurrences(page, "&#60;/script&#62;"),
			 occurrences(page, "&#60;/script&#62;&#60;script"
					   "&#62;alert(1)&#60;/script&#62;") *
				 2);
	assert_true(occurrences(page, "&#60;img") > 1);
	data = data_of(page);
	listed = json_object_get(data, "listed");
	for (size_t i = 0; i < json_array_size(listed); i++) {
		const char *reason = json_string_value(
			json_object_get(json_array_get(listed, i), "reason"));

		assert_true(*reason == '\0' || strstr(reason, "<!--<img"));
	}
	json_decref(data);
	free(page);
}

static void the_terminal_gets_no_controls(void **state)
{
	char *text;

	(void)state;
	take_hostile_events("a\\u001b]0;x\\u0007\\u009b31m\\u202eb\\n\\r\\tc"
			    "\\u0085\\u2028\\u200b\\ufeff\\udbff\\udfff");
	report_finish(report);
	assert_true(report->listings > 0);
	text = written(report_write_text);
	for (const char *p = text; *p; p++)
		assert_true(*p == '\n' || ((unsigned char)*p >= 0x20 &&
					   (unsigned char)*p < 0x7f));
	assert_non_null(strstr(text, "a?]0;x??31m?b???c"));
	free(text);
}

static void what_is_no_utf8_is_cleaned(void **state)
{
	static const struct {
		const char *from, *to;
	} texts[] = {
		{"plain", "plain"},
		{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		 "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
		{"\xff\xfe", "??"},
		{"\xc0\xaf", "??"},
		{"\xe0\x80\xaf", "???"},
		{"\xed\xa0\x80", "???"},
		{"\xf4\x90\x80\x80", "????"},
		{"\xf0\x9f\x98", "???"},
		{"a\xc3", "a?"},
		{"\x1b[31m\x7f\xc2\x9b", "?[31m??"},
		{"\xe2\x80\xae", "?"},
	};
	char out[16];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_string_equal(
			report_clean(out, sizeof(out), texts[i].from),
			texts[i].to);
	assert_string_equal(report_clean(out, 4, "abcdef"), "abc");
	assert_string_equal(report_clean(out, 4, "ab\xc3\xa9"), "ab");
}

static void a_block_without_an_end_is_permanent(void **state)
{
	char *text;

	(void)state;
	take(EVENT("block", ",\"src_ip\":\"203.0.113.9\",\"timeout_s\":0"));
	report_finish(report);
	text = written(report_write_text);
	assert_non_null(strstr(text, "203.0.113.9"));
	assert_non_null(strstr(text, "  permanent  "));
	free(text);
	text = written(report_write_html);
	assert_non_null(strstr(text, "data-name=\"for\">permanent</td>"));
	free(text);
}

static void durations_and_numbers_read_well(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} durations[] = {
		{0, "0 ms"},
		{1500, "1.5 ms"},
		{2500000, "2.5 s"},
		{59999999, "59 s"},
		{60000000, "1 min"},
		{61000000, "1 min 1 s"},
		{INT64_C(3600000000), "1 h"},
		{INT64_C(90000000000), "1 d 1 h"},
		{INT64_C(8640000000000), "100 d"},
	};
	char text[REPORT_DURATION_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(durations); i++)
		assert_string_equal(report_duration(durations[i].us, text),
				    durations[i].text);
	assert_string_equal(report_number(0, text), "0");
	assert_string_equal(report_number(999, text), "999");
	assert_string_equal(report_number(1234567, text), "1,234,567");
	assert_string_equal(report_number(UINT64_MAX, text),
			    "18,446,744,073,709,551,615");
}

/* ---- the command ---- */

static char directory[] = "/tmp/test_report.XXXXXX";
static char events_path[64], page_path[64], errors_path[64];

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(events_path, sizeof(events_path), "%s/events", directory);
	snprintf(page_path, sizeof(page_path), "%s/page", directory);
	snprintf(errors_path, sizeof(errors_path), "%s/errors", directory);
	return 0;
}

/* Nothing else may be left: a page half written would be. */
static int remove_directory(void **state)
{
	(void)state;
	unlink(events_path);
	unlink(page_path);
	unlink(errors_path);
	return rmdir(directory);
}

static void write_events(const char *text)
{
	FILE *file = fopen(events_path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int run(const char *page)
{
	char *argv[] = {(char *)"report", (char *)"--html", (char *)page,
			events_path, NULL};
	int err = dup(2), status;

	fflush(stderr);
	assert_non_null(freopen(errors_path, "w", stderr));
	status = report_main(4, argv, false);
	fflush(stderr);
	dup2(err, 2);
	close(err);
	return status;
}

static bool is_in(const char *path, const char *text)
{
	static char all[65536];
	FILE *file = fopen(path, "r");
	size_t n;

	assert_non_null(file);
	n = fread(all, 1, sizeof(all) - 1, file);
	all[n] = '\0';
	fclose(file);
	return strstr(all, text);
}

static void a_page_takes_the_place_of_the_old_one(void **state)
{
	struct stat s;

	(void)state;
	umask(022);
	write_events(EVENT("start", "") "\n");
	assert_int_equal(run(page_path), 0);
	assert_true(is_in(page_path, "</html>"));
	assert_true(is_in(page_path, "1 starts"));
	assert_int_equal(stat(page_path, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0644);
	write_events(EVENT("stop", "") "\n");
	assert_int_equal(run(page_path), 0);
	assert_true(is_in(page_path, "1 stops"));
}

static void bad_lines_are_said_on_both_sides(void **state)
{
	(void)state;
	write_events(EVENT("start", "") "\noops\n{}\n");
	assert_int_equal(run(page_path), 1);
	assert_true(is_in(errors_path, "2 lines are no events"));
	assert_true(is_in(errors_path, "line 2: "));
	assert_true(is_in(page_path, "2 lines could not be read"));
	assert_true(is_in(page_path, "The first is line 2: "));
}

static void what_is_neither_makes_no_page(void **state)
{
	(void)state;
	unlink(page_path);
	write_events("GIF89a\n\1\2\3\n");
	assert_int_equal(run(page_path), 1);
	assert_true(is_in(errors_path, "neither a capture nor events"));
	assert_int_equal(access(page_path, F_OK), -1);
	unlink(events_path);
	assert_int_equal(run(page_path), 1);
	assert_true(is_in(errors_path, "No such file"));
	assert_int_equal(access(page_path, F_OK), -1);
}

static void a_page_that_cannot_be_written_is_said(void **state)
{
	(void)state;
	write_events(EVENT("start", "") "\n");
	assert_int_equal(run("/nonexistent/page"), 1);
	assert_true(is_in(errors_path, "/nonexistent/page: No such file"));
	assert_int_equal(run(directory), 1);
	assert_true(is_in(errors_path, directory));
}

static void one_file_at_a_time(void **state)
{
	char *argv[] = {(char *)"report", events_path, events_path, NULL};

	(void)state;
	assert_int_equal(report_main(3, argv, false), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, new_report, free_report)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hostile_text_stays_text),
		TEST(the_terminal_gets_no_controls),
		TEST(what_is_no_utf8_is_cleaned),
		TEST(a_block_without_an_end_is_permanent),
		TEST(durations_and_numbers_read_well),
		cmocka_unit_test(a_page_takes_the_place_of_the_old_one),
		cmocka_unit_test(bad_lines_are_said_on_both_sides),
		cmocka_unit_test(what_is_neither_makes_no_page),
		cmocka_unit_test(a_page_that_cannot_be_written_is_said),
		cmocka_unit_test(one_file_at_a_time),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
