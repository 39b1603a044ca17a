/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log lines as they arrive at the other end of standard error, which here is
 * a pipe. A datagram-like pipe (O_DIRECT) keeps writes apart, so that one
 * read() returns what one write() put in.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"

static int real_stderr, pipe_end;
static char line[8192];

/* What the last log call wrote, in one piece; "" when it wrote nothing. */
static const char *read_line(void)
{
	ssize_t n = read(pipe_end, line, sizeof(line) - 1);

	line[n > 0 ? n : 0] = '\0';
	return line;
}

static void name_journal_stream(const struct stat *st)
{
	char stream[64];

	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st->st_dev,
		 (uintmax_t)st->st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
}

/* As systemd starts a service. */
static void open_as_journal(bool debug)
{
	struct stat st;

	fstat(STDERR_FILENO, &st);
	name_journal_stream(&st);
	log_open("handshaked", debug);
}

static int redirect_stderr(void **state)
{
	int ends[2];

	(void)state;
	if (pipe2(ends, O_DIRECT | O_NONBLOCK | O_CLOEXEC) < 0)
		return -1;
	real_stderr = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	pipe_end = ends[0];
	unsetenv("JOURNAL_STREAM");
	log_open("handshaked", false);
	return 0;
}

static int restore_stderr(void **state)
{
	(void)state;
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	while (*read_line()) /* a failed test's message */
		fputs(line, stderr);
	close(pipe_end);
	return 0;
}

static void on_a_terminal_the_name_stands_before_the_text(void **state)
{
	(void)state;
	log_info("queue %d open", 3);
	assert_string_equal(read_line(), "handshaked: queue 3 open\n");
}

static void for_the_journal_the_priority_stands_before_the_text(void **state)
{
	(void)state;
	open_as_journal(true);
	log_warnx("a");
	assert_string_equal(read_line(), "<4>a\n");
	log_info("b");
	assert_string_equal(read_line(), "<6>b\n");
	log_debug("c");
	assert_string_equal(read_line(), "<7>c\n");
}

static void a_stderr_that_is_not_the_journal_gets_no_priority(void **state)
{
	struct stat st;

	(void)state;
	stat("/", &st);
	name_journal_stream(&st);
	log_open("handshaked", false);
	log_info("a");
	assert_string_equal(read_line(), "handshaked: a\n");
}

static void a_malformed_journal_stream_is_no_journal(void **state)
{
	(void)state;
	setenv("JOURNAL_STREAM", "journal", 1);
	log_open("handshaked", false);
	log_info("a");
	assert_string_equal(read_line(), "handshaked: a\n");
}

static void log_warn_appends_the_text_of_errno(void **state)
{
	(void)state;
	errno = ENOBUFS;
	log_warn("queue");
	assert_string_equal(read_line(),
			    "handshaked: queue: No buffer space available\n");
}

static void every_function_keeps_errno(void **state)
{
	(void)state;
	close(STDERR_FILENO); /* so that write() fails with EBADF */
	errno = ERANGE;
	log_warn("a");
	log_warnx("a");
	log_info("a");
	log_debug("a");
	log_open("handshaked", true);
	log_debug("a");
	assert_int_equal(errno, ERANGE);
}

static void debug_lines_are_only_written_when_asked_for(void **state)
{
	(void)state;
	log_debug("a");
	assert_string_equal(read_line(), "");
	log_open("handshaked", true);
	log_debug("a");
	assert_string_equal(read_line(), "handshaked: a\n");
}

static void control_characters_cannot_start_another_line(void **state)
{
	(void)state;
	log_info("a\n<0>forged\r\x1b[2J\x7f\tz");
	assert_string_equal(read_line(), "handshaked: a?<0>forged??[2J??z\n");
}

static void text_that_is_not_ascii_stays(void **state)
{
	(void)state;
	log_info("gr\xc3\xbcn");
	assert_string_equal(read_line(), "handshaked: gr\xc3\xbcn\n");
}

static void a_long_line_is_cut_and_keeps_its_errno_and_newline(void **state)
{
	static const char end[] = "xxx: Permission denied\n";
	char text[5000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	errno = EACCES;
	log_warn("%s", text);
	read_line();
	assert_true(strlen(line) <= 1024);
	assert_string_equal(line + strlen(line) - strlen(end), end);
}

#define ON_A_PIPE(test) \
	cmocka_unit_test_setup_teardown(test, redirect_stderr, restore_stderr)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_PIPE(on_a_terminal_the_name_stands_before_the_text),
		ON_A_PIPE(for_the_journal_the_priority_stands_before_the_text),
		ON_A_PIPE(a_stderr_that_is_not_the_journal_gets_no_priority),
		ON_A_PIPE(a_malformed_journal_stream_is_no_journal),
		ON_A_PIPE(log_warn_appends_the_text_of_errno),
		ON_A_PIPE(every_function_keeps_errno),
		ON_A_PIPE(debug_lines_are_only_written_when_asked_for),
		ON_A_PIPE(control_characters_cannot_start_another_line),
		ON_A_PIPE(text_that_is_not_ascii_stays),
		ON_A_PIPE(a_long_line_is_cut_and_keeps_its_errno_and_newline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
