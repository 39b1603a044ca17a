/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon makes of its clients, over a real socket and a clock of our
 * own. Clients and daemon take turns in one thread: if the daemon ever
 * blocked, the test would hang. The socket's coming and going is in
 * test_control_open.c.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "control.h"
#include "core/base.h"

#define LIFETIME_NS (CONTROL_CLIENT_SECONDS * NS_PER_S)
#define BIG_BYTES   1000000 /* more than a socket buffers */

static char dir[] = "/tmp/handshaked-control.XXXXXX";
static char path[64];
static struct control *control;
static uint64_t now_ns;
static char asked[512]; /* the words of the last request, "/" between */
static char reply[BIG_BYTES + 100];

/* Echoes the words; "big" is answered at length, "nothing" with NULL. */
static json_t *echo(void *arg, uid_t peer, int argc, char **argv)
{
	static char big[BIG_BYTES + 1];

	assert_ptr_equal(arg, asked);
	assert_int_equal(peer, geteuid());
	assert_null(argv[argc]);
	asked[0] = '\0';
	for (int i = 0; i < argc; i++) {
		strcat(asked, i ? "/" : "");
		strcat(asked, argv[i]);
	}
	if (strcmp(argv[0], "nothing") == 0)
		return NULL;
	if (strcmp(argv[0], "big") != 0)
		return json_pack("{s:b}", "ok", 1);
	memset(big, 'x', BIG_BYTES);
	return json_pack("{s:b, s:s}", "ok", 1, "message", big);
}

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/control.sock", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static int start(void **state)
{
	(void)state;
	now_ns = 1000 * NS_PER_S;
	asked[0] = '\0';
	control = control_open(path, echo, asked);
	return control ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	control_close(control);
	control = NULL;
	return 0;
}

static int connect_client(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct timeval limit = {.tv_sec = 5}; /* a test may fail */
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	assert_int_equal(
		connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void send_text(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL),
			 strlen(text));
	control_turn(control, now_ns);
}

static bool is_connected(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	       errno == EAGAIN;
}

/* All that arrives until the daemon closes; closes too. */
static const char *read_reply(int fd)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, reply + len, sizeof(reply) - 1 - len, 0)) > 0) {
		len += (size_t)n;
		control_turn(control, now_ns);
	}
	/* It may have closed without having read all that we sent. */
	assert_true(n == 0 || errno == ECONNRESET);
	reply[len] = '\0';
	close(fd);
	return reply;
}

static void assert_answer(const char *request, const char *answer)
{
	int fd = connect_client();

	control_turn(control, now_ns);
	send_text(fd, request);
	assert_string_equal(read_reply(fd), answer);
}

static void a_line_of_words_is_answered_by_a_line_of_json(void **state)
{
	(void)state;
	assert_answer("block  203.0.113.9\t600 \n", "{\"ok\":true}\n");
	assert_string_equal(asked, "block/203.0.113.9/600");
}

static void a_word_in_quotes_may_have_blanks(void **state)
{
	(void)state;
	assert_answer("block 192.0.2.9 \"seen in  the log\" x\n",
		      "{\"ok\":true}\n");
	assert_string_equal(asked, "block/192.0.2.9/seen in  the log/x");
	assert_answer("block \"\" a\"b\n", "{\"ok\":true}\n");
	assert_string_equal(asked, "block//a\"b");
	assert_answer("block 192.0.2.9 \"seen in\n",
		      "{\"ok\":false,\"error\":\"request has a quote that is"
		      " not closed\"}\n");
}

static void the_descriptor_is_readable_when_there_is_work(void **state)
{
	struct pollfd ready = {.fd = control_fd(control), .events = POLLIN};
	int fd;

	(void)state;
	assert_int_equal(poll(&ready, 1, 0), 0);
	fd = connect_client();
	assert_int_equal(poll(&ready, 1, 0), 1);
	control_turn(control, now_ns);
	assert_int_equal(poll(&ready, 1, 0), 0);
	assert_int_equal(send(fd, "a\n", 2, 0), 2);
	assert_int_equal(poll(&ready, 1, 0), 1);
	control_turn(control, now_ns);
	assert_int_equal(poll(&ready, 1, 0), 0);
	close(fd);
}

static void a_request_may_come_in_pieces(void **state)
{
	int fd = connect_client();

	(void)state;
	control_turn(control, now_ns);
	send_text(fd, "sta");
	assert_string_equal(asked, "");
	assert_true(is_connected(fd));
	send_text(fd, "tus\n");
	assert_string_equal(read_reply(fd), "{\"ok\":true}\n");
	assert_string_equal(asked, "status");
}

static void what_follows_the_line_is_not_read(void **state)
{
	(void)state;
	assert_answer("status\nblock 203.0.113.9\n", "{\"ok\":true}\n");
	assert_string_equal(asked, "status");
}

static void half_a_line_is_dropped_in_the_end(void **state)
{
	int fd = connect_client();

	(void)state;
	control_turn(control, now_ns);
	now_ns += LIFETIME_NS / 2;
	send_text(fd, "stat"); /* does not buy it time */
	now_ns += LIFETIME_NS / 2 - 1;
	control_turn(control, now_ns);
	assert_true(is_connected(fd));
	now_ns += 1;
	control_turn(control, now_ns);
	assert_string_equal(read_reply(fd), "");
	assert_string_equal(asked, "");
}

static void half_a_line_and_no_more_to_come_is_dropped_at_once(void **state)
{
	int fd = connect_client();

	(void)state;
	control_turn(control, now_ns);
	send_text(fd, "status");
	shutdown(fd, SHUT_WR);
	control_turn(control, now_ns);
	assert_string_equal(read_reply(fd), "");
	assert_string_equal(asked, "");
}

static void a_long_answer_is_sent_as_the_client_reads(void **state)
{
	static const char start[] = "{\"ok\":true,\"message\":\"";
	int fd = connect_client();

	(void)state;
	control_turn(control, now_ns);
	send_text(fd, "big\n");
	read_reply(fd);
	assert_memory_equal(reply, start, strlen(start));
	assert_int_equal(strspn(reply + strlen(start), "x"), BIG_BYTES);
	assert_string_equal(reply + strlen(start) + BIG_BYTES, "\"}\n");
}

static void a_client_that_never_reads_holds_nobody_up(void **state)
{
	int fd = connect_client();

	(void)state;
	control_turn(control, now_ns);
	send_text(fd, "big\n");
	assert_answer("status\n", "{\"ok\":true}\n");
	now_ns += LIFETIME_NS;
	control_turn(control, now_ns);
	read_reply(fd);
	assert_in_range(strlen(reply), 1, BIG_BYTES);
}

static void a_client_that_leaves_without_its_answer_is_forgotten(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * CONTROL_MAX_CLIENTS; i++) {
		int fd = connect_client();

		control_turn(control, now_ns);
		send_text(fd, "big\n");
		close(fd);
		control_turn(control, now_ns);
	}
	assert_answer("status\n", "{\"ok\":true}\n");
}

static void one_client_too_many_is_told_and_the_others_are_served(void **state)
{
	int fds[CONTROL_MAX_CLIENTS], one_more;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = connect_client();
		control_turn(control, now_ns);
	}
	one_more = connect_client();
	control_turn(control, now_ns);
	assert_string_equal(read_reply(one_more),
			    "{\"ok\":false,\"error\":\"too many clients, try "
			    "again\"}\n");
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		send_text(fds[i], "status\n");
		assert_string_equal(read_reply(fds[i]), "{\"ok\":true}\n");
	}
	assert_answer("status\n", "{\"ok\":true}\n");
}

static void silent_clients_make_room_in_the_end(void **state)
{
	int fds[CONTROL_MAX_CLIENTS];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		fds[i] = connect_client();
	control_turn(control, now_ns);
	now_ns += LIFETIME_NS;
	control_turn(control, now_ns);
	assert_answer("status\n", "{\"ok\":true}\n");
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		assert_string_equal(read_reply(fds[i]), "");
}

static void
a_request_of_256_bytes_is_read_and_a_longer_one_refused(void **state)
{
	static const char refusal[] =
		"{\"ok\":false,\"error\":\"request longer than 256 bytes\"}\n";
	char line[300];

	(void)state;
	snprintf(line, sizeof(line), "%0255d\n", 1);
	assert_answer(line, "{\"ok\":true}\n");
	assert_int_equal(strlen(asked), 255);
	asked[0] = '\0';
	snprintf(line, sizeof(line), "%0256d\n", 1);
	assert_answer(line, refusal);
	snprintf(line, sizeof(line), "%0299d", 1);
	assert_answer(line, refusal);
	assert_string_equal(asked, "");
}

static void a_request_is_printable(void **state)
{
	static const char *const requests[] = {"sta\x1btus\n", "status\r\n",
					       "st\x7f\n", "\xc3\xbc\n"};
	int fd = connect_client();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		assert_answer(requests[i],
			      "{\"ok\":false,\"error\":\"request is not "
			      "printable ASCII\"}\n");
	assert_int_equal(send(fd, "status\0x\n", 9, 0), 9);
	control_turn(control, now_ns); /* takes the client */
	control_turn(control, now_ns);
	assert_non_null(strstr(read_reply(fd), "not printable"));
	assert_string_equal(asked, "");
}

static void a_request_has_one_to_eight_words(void **state)
{
	(void)state;
	assert_answer("1 2 3 4 5 6 7 8\n", "{\"ok\":true}\n");
	assert_string_equal(asked, "1/2/3/4/5/6/7/8");
	assert_answer("1 2 3 4 5 6 7 8 9\n",
		      "{\"ok\":false,\"error\":\"request of more than 8 "
		      "words\"}\n");
	assert_answer("\n", "{\"ok\":false,\"error\":\"request is empty\"}\n");
	assert_answer(" \t\n",
		      "{\"ok\":false,\"error\":\"request is empty\"}\n");
}

static void no_answer_is_an_internal_error(void **state)
{
	(void)state;
	assert_answer("nothing\n",
		      "{\"ok\":false,\"error\":\"internal error\"}\n");
}

#define SERVED(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(a_line_of_words_is_answered_by_a_line_of_json),
		SERVED(a_word_in_quotes_may_have_blanks),
		SERVED(the_descriptor_is_readable_when_there_is_work),
		SERVED(a_request_may_come_in_pieces),
		SERVED(what_follows_the_line_is_not_read),
		SERVED(half_a_line_is_dropped_in_the_end),
		SERVED(half_a_line_and_no_more_to_come_is_dropped_at_once),
		SERVED(a_long_answer_is_sent_as_the_client_reads),
		SERVED(a_client_that_never_reads_holds_nobody_up),
		SERVED(a_client_that_leaves_without_its_answer_is_forgotten),
		SERVED(one_client_too_many_is_told_and_the_others_are_served),
		SERVED(silent_clients_make_room_in_the_end),
		SERVED(a_request_of_256_bytes_is_read_and_a_longer_one_refused),
		SERVED(a_request_is_printable),
		SERVED(a_request_has_one_to_eight_words),
		SERVED(no_answer_is_an_internal_error),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
