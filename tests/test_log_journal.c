/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of events as they arrive at journald's socket, which here is one of
 * ours, in a mount namespace where nobody else is asked. Needs root.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"

#define SOCKET "/run/systemd/journal/socket"

static int journal = -1, real_stderr, pipe_end;
static char datagram[16384];
static bool is_alone; /* in a namespace of our own */

static int bind_journal(void)
{
	const struct sockaddr_un address = {AF_UNIX, SOCKET};

	mkdir("/run/systemd", 0755);
	mkdir("/run/systemd/journal", 0755);
	journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return bind(journal, (const struct sockaddr *)&address,
		    sizeof(address));
}

/* In a namespace of its own: the machine's journal sees nothing of it. */
static int begin(void **state)
{
	(void)state;
	is_alone = unshare(CLONE_NEWNS) == 0 &&
		   mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		   mount("none", "/run", "tmpfs", 0, NULL) == 0;
	return 0;
}

static void open_log(void)
{
	char stream[64];
	struct stat st;
	int ends[2];

	if (!is_alone)
		skip();
	assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	real_stderr = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	pipe_end = ends[0];
	fstat(STDERR_FILENO, &st);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
		 (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_open("handshaked", false);
}

/* What went to standard error meanwhile. */
static const char *close_log(void)
{
	static char text[2048];
	ssize_t n;

	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	n = read(pipe_end, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	close(pipe_end);
	unsetenv("JOURNAL_STREAM");
	return text;
}

static const char *receive(void)
{
	ssize_t n = recv(journal, datagram, sizeof(datagram) - 1, 0);

	datagram[n > 0 ? n : 0] = '\0';
	return datagram;
}

static void without_a_journal_the_line_goes_to_standard_error(void **state)
{
	const struct log_field fields[] = {{"SRC_IP", "192.0.2.1"},
					   {NULL, NULL}};

	(void)state;
	open_log();
	log_event(LOG_INFO, fields, "listed");
	assert_string_equal(close_log(), "<6>listed\n");
}

static void a_line_has_its_fields(void **state)
{
	const struct log_field fields[] = {
		{"HANDSHAKED_EVENT", "block"},
		{"SRC_IP", "2001:db8::/64"},
		{"REASON", "a=b \"c\""},
		{NULL, NULL},
	};

	(void)state;
	if (is_alone)
		assert_int_equal(bind_journal(), 0);
	open_log();
	errno = ERANGE;
	log_event(LOG_WARNING, fields, "listed source=2001:db8::/64");
	assert_int_equal(errno, ERANGE);
	assert_string_equal(close_log(), "");
	assert_string_equal(receive(), "MESSAGE=listed source=2001:db8::/64\n"
				       "PRIORITY=4\n"
				       "SYSLOG_IDENTIFIER=handshaked\n"
				       "HANDSHAKED_EVENT=block\n"
				       "SRC_IP=2001:db8::/64\n"
				       "REASON=a=b \"c\"\n");
}

static void no_value_can_forge_a_field(void **state)
{
	const struct log_field fields[] = {
		{"REASON", "a\nPRIORITY=0\x1b[2J"},
		{NULL, NULL},
	};

	(void)state;
	open_log();
	log_event(LOG_INFO, fields, "a\nMESSAGE=b");
	close_log();
	assert_string_equal(receive(), "MESSAGE=a?MESSAGE=b\n"
				       "PRIORITY=6\n"
				       "SYSLOG_IDENTIFIER=handshaked\n"
				       "REASON=a?PRIORITY=0?[2J\n");
}

static void what_has_no_room_is_left_out(void **state)
{
	struct log_field fields[LOG_MAX_FIELDS + 2] = {{NULL, NULL}};
	static char huge[8192];

	(void)state;
	memset(huge, 'x', sizeof(huge) - 1);
	for (int i = 0; i <= LOG_MAX_FIELDS; i++)
		fields[i] = (struct log_field){i ? "A" : "HUGE", "b"};
	fields[0].value = huge;
	open_log();
	log_event(LOG_INFO, fields, "a");
	close_log();
	receive();
	assert_null(strstr(datagram, "HUGE"));
	assert_int_equal(strlen(datagram),
			 strlen("MESSAGE=a\nPRIORITY=6\n"
				"SYSLOG_IDENTIFIER=handshaked\n") +
				 LOG_MAX_FIELDS * strlen("A=b\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			without_a_journal_the_line_goes_to_standard_error),
		cmocka_unit_test(a_line_has_its_fields),
		cmocka_unit_test(no_value_can_forge_a_field),
		cmocka_unit_test(what_has_no_room_is_left_out),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
