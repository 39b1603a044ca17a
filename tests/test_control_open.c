/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the daemon takes the place of its control socket, and leaves it.
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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "control.h"
#include "core/base.h"

static char dir[] = "/tmp/handshaked-control.XXXXXX";
static char path[64];

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

static json_t *answer(void *arg, uid_t peer, int argc, char **argv)
{
	(void)peer;
	(void)arg;
	(void)argc;
	(void)argv;
	return json_pack("{s:b}", "ok", 1);
}

static struct control *open_control(void)
{
	struct control *c = control_open(path, answer, NULL);

	assert_non_null(c);
	return c;
}

static void assert_not_opened(int expected_errno)
{
	errno = 0;
	assert_null(control_open(path, answer, NULL));
	assert_int_equal(errno, expected_errno);
}

static int connect_client(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(
		connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void assert_served(struct control *c)
{
	int fd = connect_client();
	char byte;

	assert_int_equal(send(fd, "a\n", 2, 0), 2);
	control_turn(c, 1); /* takes the client */
	control_turn(c, 1);
	assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), 1);
	close(fd);
}

static void the_socket_is_for_owner_and_group(void **state)
{
	static const mode_t masks[] = {0, 077};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		mode_t old_mask = umask(masks[i]);
		struct control *c = open_control();
		struct stat st;

		assert_int_equal(umask(old_mask), masks[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode, S_IFSOCK | 0660);
		control_close(c);
	}
}

static void closing_removes_the_socket_and_drops_the_clients(void **state)
{
	struct control *c = open_control();
	int fd = connect_client();
	char byte;

	(void)state;
	control_turn(c, 1);
	control_close(c);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(recv(fd, &byte, 1, 0), 0);
	close(fd);
	control_close(NULL);
}

static void an_abandoned_socket_is_replaced(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct control *c;

	(void)state;
	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	close(fd);
	c = open_control();
	assert_served(c);
	control_close(c);
}

static void the_socket_of_a_living_daemon_is_left_to_it(void **state)
{
	struct control *c = open_control();

	(void)state;
	assert_not_opened(EADDRINUSE);
	control_turn(c, 1);
	assert_served(c);
	control_close(c);
}

static void a_daemon_too_busy_to_accept_is_living(void **state)
{
	struct control *c = open_control();
	int fds[CONTROL_MAX_CLIENTS + 1]; /* what the backlog holds */

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		fds[i] = connect_client();
	assert_not_opened(EADDRINUSE);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		close(fds[i]);
	control_close(c);
}

static void a_file_that_is_no_socket_is_not_removed(void **state)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	(void)state;
	close(fd);
	assert_not_opened(EADDRINUSE);
	assert_int_equal(unlink(path), 0);
}

static void a_path_too_long_is_refused_and_not_cut(void **state)
{
	char too_long[109];

	(void)state;
	memset(too_long, '/', sizeof(too_long));
	too_long[108] = '\0';
	errno = 0;
	assert_null(control_open(too_long, answer, NULL));
	assert_int_equal(errno, ENAMETOOLONG);
}

static void a_directory_that_is_missing_is_an_error(void **state)
{
	(void)state;
	errno = 0;
	assert_null(control_open("/nowhere/control.sock", answer, NULL));
	assert_int_equal(errno, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_socket_is_for_owner_and_group),
		cmocka_unit_test(
			closing_removes_the_socket_and_drops_the_clients),
		cmocka_unit_test(an_abandoned_socket_is_replaced),
		cmocka_unit_test(the_socket_of_a_living_daemon_is_left_to_it),
		cmocka_unit_test(a_daemon_too_busy_to_accept_is_living),
		cmocka_unit_test(a_file_that_is_no_socket_is_not_removed),
		cmocka_unit_test(a_path_too_long_is_refused_and_not_cut),
		cmocka_unit_test(a_directory_that_is_missing_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
