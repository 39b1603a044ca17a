/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of events: so many of a kind in a second and a count of the
 * others, in the file, in the log and among the last.
 */
#include "events_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>

#include "eve.h"
#include "events.h"
#include "loop.h"

#define PER_SECOND 5

static struct events *events;
static uint64_t now_ns;

/* ---- what is logged ---- */

static int log_end, real_stderr;

static void begin_log(void)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	real_stderr = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	log_end = ends[0];
}

/* All that was since begin_log(). */
static const char *end_log(void)
{
	static char text[4096];
	ssize_t n;

	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	n = read(log_end, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	close(log_end);
	return text;
}

/* ---- what is in the file ---- */

static json_t *written[64];
static size_t num_written;

/* Closes the events, so that all is there. */
static void read_all(void)
{
	char *text, *line, *rest;

	events_close(events);
	events = NULL;
	rest = text = content_of(events_path);
	while ((line = strsep(&rest, "\n")) && *line) {
		written[num_written] = json_loads(line, 0, NULL);
		assert_non_null(written[num_written++]);
	}
	free(text);
}

static const char *text_of(size_t i, const char *key)
{
	const char *text;

	assert_true(i < num_written);
	text = json_string_value(json_object_get(written[i], key));
	assert_non_null(text);
	return text;
}

static size_t count_of(const char *type, const char *key, const char *value)
{
	size_t n = 0;

	for (size_t i = 0; i < num_written; i++)
		n += strcmp(text_of(i, "event_type"), type) == 0 &&
		     (!key || strcmp(text_of(i, key), value) == 0);
	return n;
}

/* How many were suppressed, in how many events. */
static int suppressed(const char *kind, size_t in_events)
{
	int sum = 0;

	assert_int_equal(count_of("suppressed", "kind", kind), in_events);
	for (size_t i = 0; i < num_written; i++)
		if (strcmp(text_of(i, "event_type"), "suppressed") == 0 &&
		    strcmp(text_of(i, "kind"), kind) == 0)
			sum += (int)json_integer_value(
				json_object_get(written[i], "count"));
	return sum;
}

/* ---- */

static int begin(void **state)
{
	if (make_directory(state))
		return -1;
	events = events_open(events_path, PER_SECOND);
	now_ns = 1000 * NS_PER_S;
	events_turn(events, now_ns);
	return events ? 0 : -1;
}

static int end(void **state)
{
	events_close(events);
	events = NULL;
	while (num_written > 0)
		json_decref(written[--num_written]);
	return remove_directory(state);
}

static void find(unsigned int n)
{
	const struct sighting s = {
		.time_ns = now_ns,
		.finding = FINDING_XMAS_SCAN,
	};

	while (n-- > 0)
		events_finding(events, &s, "eth0");
}

static void change_mode(unsigned int n)
{
	while (n-- > 0) {
		json_t *event = events_new(EVENT_MODE);

		eve_set_text(event, "mode", "observe");
		events_write(events, EVENT_MODE, event);
	}
}

static void wait_s(unsigned int seconds)
{
	now_ns += seconds * NS_PER_S;
	events_turn(events, now_ns);
}

static void of_too_many_in_a_second_the_rest_is_counted(void **state)
{
	(void)state;
	find(PER_SECOND + 7);
	wait_s(1);
	find(PER_SECOND + 2);
	read_all();
	assert_int_equal(count_of("finding", NULL, NULL), 2 * PER_SECOND);
	assert_int_equal(suppressed("finding", 2), 9);
}

static void each_kind_has_its_own_limit(void **state)
{
	(void)state;
	find(PER_SECOND + 1);
	change_mode(PER_SECOND);
	wait_s(1);
	read_all();
	assert_int_equal(count_of("finding", NULL, NULL), PER_SECOND);
	assert_int_equal(count_of("mode", NULL, NULL), PER_SECOND);
	assert_int_equal(suppressed("finding", 1), 1);
	assert_int_equal(suppressed("mode", 0), 0);
}

static void as_many_as_may_be_suppress_nothing(void **state)
{
	(void)state;
	for (int second = 0; second < 3; second++) {
		find(PER_SECOND);
		wait_s(1);
	}
	read_all();
	assert_int_equal(num_written, 3 * PER_SECOND);
}

/* The counter given is a sum since the start. */
static void those_lost_before_are_counted_too(void **state)
{
	(void)state;
	events_lost(events, EVENT_FINDING, 30);
	events_lost(events, EVENT_FINDING, 42);
	wait_s(1);
	events_lost(events, EVENT_FINDING, 42);
	wait_s(1);
	read_all();
	assert_int_equal(suppressed("finding", 1), 42);
}

static double seconds_of(const char *timestamp)
{
	struct tm utc = {.tm_isdst = 0};
	const char *rest = strptime(timestamp, "%Y-%m-%dT%H:%M:%S", &utc);

	assert_non_null(rest);
	return (double)timegm(&utc) + atof(rest);
}

static void a_finding_has_the_time_of_its_packet(void **state)
{
	double now = (double)events_wall_ns() / NS_PER_S;
	struct sighting s = {.finding = FINDING_NULL_SCAN};

	(void)state;
	s.time_ns = now_ns - 90 * NS_PER_S;
	events_finding(events, &s, NULL);
	read_all();
	assert_true(seconds_of(text_of(0, "timestamp")) > now - 91);
	assert_true(seconds_of(text_of(0, "timestamp")) < now - 85);
	assert_null(json_object_get(written[0], "in_iface"));
}

static void hostile_text_is_escaped_in_the_file_and_not_in_the_log(void **state)
{
	static const char hostile[] = "a\"b\\c\n{}\x1b[31m\x7f";
	json_t *event = events_new(EVENT_BLOCK);
	const char *line;

	(void)state;
	eve_set_text(event, "reason", hostile);
	begin_log();
	events_tell(events, EVENT_BLOCK, LOG_INFO, event, "listed: %s",
		    hostile);
	line = end_log();
	assert_non_null(strstr(line, "listed: a\"b\\c?{}?[31m?\n"));
	read_all();
	assert_int_equal(num_written, 1);
	assert_string_equal(text_of(0, "reason"), hostile);
}

static void tell(int i)
{
	begin_log();
	events_tell(events, EVENT_STOP, LOG_INFO, events_new(EVENT_STOP),
		    "number %d", i);
	end_log();
}

static void the_last_ten_are_kept_the_newest_last(void **state)
{
	json_t *last = events_last(events);
	char message[32];

	(void)state;
	assert_int_equal(json_array_size(last), 0);
	json_decref(last);
	for (int i = 1; i <= 13; i++)
		tell(i);
	find(3);
	last = events_last(events);
	assert_int_equal(json_array_size(last), EVENTS_LAST);
	for (size_t i = 0; i < EVENTS_LAST; i++) {
		const json_t *o = json_array_get(last, i);

		snprintf(message, sizeof(message), "number %zu", i + 4);
		assert_string_equal(
			json_string_value(json_object_get(o, "message")),
			message);
		assert_string_equal(
			json_string_value(json_object_get(o, "event_type")),
			"stop");
		assert_non_null(json_object_get(o, "timestamp"));
	}
	json_decref(last);
}

/* The thread has tried, when the status says so. */
static const char *error_within_seconds(bool wanted)
{
	static char text[64];

	for (int ms = 0; ms < 5000; ms++) {
		json_t *o = events_status(events);
		const char *error =
			json_string_value(json_object_get(o, "error"));

		snprintf(text, sizeof(text), "%s", error ? error : "");
		json_decref(o);
		if (*text ? wanted : !wanted)
			break;
		usleep(1000);
	}
	return text;
}

static void that_the_file_cannot_be_written_is_told_once(void **state)
{
	char path[96], expected[192];

	(void)state;
	events_close(events);
	unlink(events_path);
	snprintf(path, sizeof(path), "%s/x/y", events_path);
	events = events_open(path, PER_SECOND);
	assert_non_null(events);
	begin_log();
	assert_string_equal(error_within_seconds(true),
			    "No such file or directory");
	wait_s(1);
	find(1);
	wait_s(1);
	wait_s(1);
	snprintf(expected, sizeof(expected),
		 "handshaked: events %s: cannot be written, they are lost:"
		 " No such file or directory\n",
		 path);
	assert_string_equal(end_log(), expected);
	assert_int_equal(mkdir(events_path, 0700), 0);
	begin_log();
	events_reopen(events);
	error_within_seconds(false);
	wait_s(1);
	wait_s(1);
	snprintf(expected, sizeof(expected),
		 "handshaked: events %s: is written again\n", path);
	assert_string_equal(end_log(), expected);
	events_close(events);
	events = NULL;
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	rmdir(events_path);
}

static void without_a_file_the_last_are_kept_all_the_same(void **state)
{
	json_t *last;

	(void)state;
	events_close(events);
	events = events_open("", PER_SECOND);
	find(10);
	tell(1);
	events_lost(events, EVENT_FINDING, 3);
	events_reopen(events);
	wait_s(1);
	last = events_last(events);
	assert_int_equal(json_array_size(last), 1);
	json_decref(last);
	last = events_status(events);
	assert_int_equal(
		json_integer_value(json_object_get(last, "suppressed")), 0);
	json_decref(last);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_too_many_in_a_second_the_rest_is_counted),
		TEST(each_kind_has_its_own_limit),
		TEST(as_many_as_may_be_suppress_nothing),
		TEST(those_lost_before_are_counted_too),
		TEST(a_finding_has_the_time_of_its_packet),
		TEST(hostile_text_is_escaped_in_the_file_and_not_in_the_log),
		TEST(the_last_ten_are_kept_the_newest_last),
		TEST(that_the_file_cannot_be_written_is_told_once),
		TEST(without_a_file_the_last_are_kept_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
