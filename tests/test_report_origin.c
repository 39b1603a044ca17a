/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The head of a page: when and where it is made, and the version and the mode
 * of what judged, from the events or from the daemon that writes them.
 */
#include "report_fixture.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../src/report_command.h"
#include "version.h"

#define MADE "1764010000" /* 2025-11-24 18:46:40 */

/* The text of an element of the page's head. */
static const char *fact(const char *page, const char *id)
{
	static char text[128];
	char begin[64];
	const char *at;

	snprintf(begin, sizeof(begin), "<dd id=\"%s\">", id);
	at = strstr(page, begin);
	assert_non_null(at);
	at += strlen(begin);
	snprintf(text, sizeof(text), "%.*s", (int)(strchr(at, '<') - at), at);
	return text;
}

/* No daemon is asked. */
static char *page_of_events(void)
{
	setenv("SOURCE_DATE_EPOCH", MADE, 1);
	report_find_origin(report, "events.json");
	unsetenv("SOURCE_DATE_EPOCH");
	report_finish(report);
	return written(report_write_html);
}

static void the_head_says_when_and_where(void **state)
{
	char *page, host[256] = "";

	(void)state;
	take(EVENT("finding", ENDS ",\"finding\":\"syn-scan\""));
	page = page_of_events();
	assert_string_equal(fact(page, "made"), "2025-11-24 18:46:40 UTC");
	assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
	assert_string_equal(fact(page, "host"), host);
	assert_non_null(strstr(page, ">2026-11-22 17:47:00</span> to "));
	/* Nothing says these. */
	assert_string_equal(fact(page, "version"), "not known");
	assert_string_equal(fact(page, "mode"), "not known");
	free(page);
}

static void the_latest_mode_of_the_events_holds(void **state)
{
	char *page;

	(void)state;
	take("{\"timestamp\":\"2026-11-22T10:00:00Z\",\"event_type\":\"mode\","
	     "\"mode\":\"observe\"}");
	take("{\"timestamp\":\"2026-11-22T09:00:00Z\",\"event_type\":"
	     "\"start\",\"mode\":\"enforce\",\"version\":\"9.8.7\"}");
	page = page_of_events();
	assert_string_equal(fact(page, "mode"), "observe");
	assert_non_null(strstr(page, "\"mode\":\"observe\""));
	assert_non_null(strstr(page, "\"made_us\":" MADE "000000,"));
	free(page);
	take("{\"timestamp\":\"2026-11-22T11:00:00Z\",\"event_type\":"
	     "\"start\",\"mode\":\"enforce\",\"version\":\"9.8.<7\"}");
	page = page_of_events();
	assert_string_equal(fact(page, "mode"), "enforce");
	assert_string_equal(fact(page, "version"), "9.8.&#60;7");
	free(page);
	assert_int_equal(report->starts, 2);
	assert_int_equal(report->modes, 1);
}

static void a_replay_is_of_no_daemon(void **state)
{
	char *page;

	(void)state;
	take(EVENT("stats", ",\"packets\":1"));
	page = page_of_events();
	assert_string_equal(fact(page, "mode"), "replay");
	assert_string_equal(fact(page, "version"), HANDSHAKED_VERSION);
	free(page);
}

/* ---- the daemon ---- */

static char directory[] = "/tmp/test_report.XXXXXX";
static char events_path[64], page_path[64], errors_path[64], socket_path[64];

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(events_path, sizeof(events_path), "%s/events", directory);
	snprintf(page_path, sizeof(page_path), "%s/page", directory);
	snprintf(errors_path, sizeof(errors_path), "%s/errors", directory);
	snprintf(socket_path, sizeof(socket_path), "%s/socket", directory);
	report_socket = socket_path;
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(events_path);
	unlink(page_path);
	unlink(errors_path);
	unlink(socket_path);
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

/* Answers one request, as the daemon of that file would; then it is gone. */
static pid_t start_daemon(const char *events)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listening = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	unlink(socket_path);
	strcpy(address.sun_path, socket_path);
	assert_int_equal(
		bind(listening, (struct sockaddr *)&address, sizeof(address)),
		0);
	assert_int_equal(listen(listening, 1), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char request[64];
		int fd;

		alarm(20);
		fd = accept(listening, NULL, NULL);
		if (read(fd, request, sizeof(request)) > 0)
			dprintf(fd,
				"{\"ok\":true,\"version\":\"7.6.5\",\"mode\":"
				"\"observe\",\"events\":{\"file\":\"%s\"}}\n",
				events);
		_exit(0);
	}
	close(listening);
	return pid;
}

static void the_daemon_of_a_file_is_asked(void **state)
{
	pid_t pid;

	(void)state;
	write_events(EVENT("stop", "") "\n");
	pid = start_daemon(events_path);
	assert_int_equal(run(page_path), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(is_in(page_path, "<dd id=\"mode\">observe</dd>"));
	assert_true(is_in(page_path, "<dd id=\"version\">7.6.5</dd>"));
	/* It says nothing of the events of others. */
	pid = start_daemon(errors_path);
	assert_int_equal(run(page_path), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(is_in(page_path, "<dd id=\"mode\">not known</dd>"));
	/* It is gone: that is no fault of the report. */
	assert_int_equal(run(page_path), 0);
	assert_false(is_in(errors_path, "handshakectl"));
}

static void a_fixed_time_that_is_none_is_said(void **state)
{
	(void)state;
	write_events(EVENT("stop", "") "\n");
	setenv("SOURCE_DATE_EPOCH", "yesterday", 1);
	assert_int_equal(run(page_path), 0);
	unsetenv("SOURCE_DATE_EPOCH");
	assert_true(is_in(errors_path, "SOURCE_DATE_EPOCH=yesterday"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, new_report, free_report)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_head_says_when_and_where),
		TEST(the_latest_mode_of_the_events_holds),
		TEST(a_replay_is_of_no_daemon),
		cmocka_unit_test(the_daemon_of_a_file_is_asked),
		cmocka_unit_test(a_fixed_time_that_is_none_is_said),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
