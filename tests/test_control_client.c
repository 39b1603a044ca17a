/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handshakectl's end of the control socket, against the daemon's end and
 * against daemons that answer wrongly; these run in a thread.
 */
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "control.h"
#include "core/base.h"

static char dir[] = "/tmp/handshaked-control.XXXXXX";
static char path[64];
static char error[256];

static struct control *control;
static pthread_t thread;
static atomic_bool stopping;

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

/* "no" is refused; the rest is answered with its last word. */
static json_t *answer(void *arg, uid_t peer, int argc, char **argv)
{
	(void)peer;
	(void)arg;
	if (strcmp(argv[0], "no") == 0)
		return control_error("%s: no", argv[argc - 1]);
	return json_pack("{s:b, s:s}", "ok", 1, "message", argv[argc - 1]);
}

/* The clock stands still: no client is ever late. */
static void *turn_control(void *arg)
{
	struct pollfd ready = {.fd = control_fd(control), .events = POLLIN};

	while (!stopping) {
		poll(&ready, 1, 10);
		control_turn(control, 1);
	}
	return arg;
}

static int start_daemon(void **state)
{
	(void)state;
	stopping = false;
	control = control_open(path, answer, NULL);
	return control ? pthread_create(&thread, NULL, turn_control, NULL) : -1;
}

static int stop_daemon(void **state)
{
	(void)state;
	stopping = true;
	pthread_join(thread, NULL);
	control_close(control);
	return 0;
}

/* A socket at `path` that does not listen yet. */
static int bind_socket(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	return fd;
}

static json_t *ask(const char *first, const char *second)
{
	char words[2][300];
	char *argv[] = {words[0], words[1]};

	snprintf(words[0], sizeof(words[0]), "%s", first);
	if (second)
		snprintf(words[1], sizeof(words[1]), "%s", second);
	error[0] = '\0';
	return control_ask(path, second ? 2 : 1, argv, error, sizeof(error));
}

static void assert_no_answer(const char *expected)
{
	assert_null(ask("status", NULL));
	assert_string_equal(error, expected);
}

/* A daemon that sends `text` to one client, whatever that asks. */
struct other_daemon {
	int listen_fd;
	bool reads; /* what the client sent */
	const char *text;
};

static void *serve_one(void *arg)
{
	const struct other_daemon *d = arg;
	int fd = accept(d->listen_fd, NULL, NULL);
	char request[64];

	if (d->reads)
		recv(fd, request, sizeof(request), 0);
	send(fd, d->text, strlen(d->text), MSG_NOSIGNAL);
	close(fd);
	return NULL;
}

static json_t *ask_other_daemon(const char *text, bool reads)
{
	struct other_daemon d = {bind_socket(), reads, text};
	json_t *answered;

	assert_int_equal(listen(d.listen_fd, 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, serve_one, &d), 0);
	answered = ask("status", NULL);
	pthread_join(thread, NULL);
	close(d.listen_fd);
	unlink(path);
	return answered;
}

static void assert_invalid(const char *text, const char *expected)
{
	assert_null(ask_other_daemon(text, true));
	assert_string_equal(error, expected);
}

static void the_words_arrive_and_the_answer_comes_back(void **state)
{
	json_t *answered = ask("block", "203.0.113.9");

	(void)state;
	assert_non_null(answered);
	assert_true(json_is_true(json_object_get(answered, "ok")));
	assert_string_equal(
		json_string_value(json_object_get(answered, "message")),
		"203.0.113.9");
	json_decref(answered);
}

static void a_word_with_blanks_arrives_as_one(void **state)
{
	json_t *answered = ask("block", "seen in  the log");

	(void)state;
	assert_non_null(answered);
	assert_string_equal(
		json_string_value(json_object_get(answered, "message")),
		"seen in  the log");
	json_decref(answered);
}

static void a_refusal_is_an_answer_too(void **state)
{
	json_t *answered = ask("no", "way");

	(void)state;
	assert_non_null(answered);
	assert_true(json_is_false(json_object_get(answered, "ok")));
	assert_string_equal(
		json_string_value(json_object_get(answered, "error")),
		"way: no");
	json_decref(answered);
}

static void the_longest_request_fits_and_one_longer_is_not_sent(void **state)
{
	char word[256];
	json_t *answered;

	(void)state;
	snprintf(word, sizeof(word), "%0249d", 1); /* "block " and newline */
	answered = ask("block", word);
	assert_non_null(answered);
	json_decref(answered);
	snprintf(word, sizeof(word), "%0250d", 1);
	assert_null(ask("block", word));
	assert_string_equal(error, "request longer than 256 bytes");
}

/* In a process of its own, which does not become root again. */
static void assert_denied(const char *expected)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		json_t *answered;

		if (setgid(65534) < 0 || setuid(65534) < 0)
			_exit(3);
		answered = ask("status", NULL);
		if (!answered && strcmp(error, expected) == 0)
			_exit(0);
		dprintf(STDERR_FILENO, "\"%s\" is not \"%s\"\n", error,
			expected);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void who_may_not_connect_is_told_which_group_may(void **state)
{
	const struct group *group = getgrnam("adm");
	char expected[256];
	int fd;

	(void)state;
	if (geteuid() != 0 || !group) {
		print_message("needs root and the group adm\n");
		skip();
	}
	fd = bind_socket();
	assert_int_equal(chmod(path, 0660), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chown(path, 0, group->gr_gid), 0);
	snprintf(expected, sizeof(expected),
		 "cannot reach the daemon at %s: Permission denied; be root,"
		 " or of the group adm to look: adduser USER adm",
		 path);
	assert_denied(expected);
	/* The directory hides the socket: its own group counts. */
	assert_int_equal(chmod(dir, 0750), 0);
	assert_int_equal(chown(dir, 0, group->gr_gid), 0);
	assert_int_equal(chown(path, 0, 0), 0);
	assert_denied(expected);
	assert_int_equal(chown(dir, 0, 0), 0);
	snprintf(expected, sizeof(expected),
		 "cannot reach the daemon at %s: Permission denied; be root",
		 path);
	assert_denied(expected);
	close(fd);
	unlink(path);
}

static void without_a_daemon_it_says_how_to_start_one(void **state)
{
	char gone[256], refused[256];
	int fd;

	(void)state;
	snprintf(gone, sizeof(gone),
		 "cannot reach the daemon at %s: No such file or directory; is"
		 " it running? (systemctl status handshaked)",
		 path);
	snprintf(refused, sizeof(refused),
		 "cannot reach the daemon at %s: Connection refused; is it"
		 " running? (systemctl status handshaked)",
		 path);
	assert_no_answer(gone);
	fd = bind_socket();
	assert_no_answer(refused);
	close(fd);
	assert_no_answer(refused);
	unlink(path);
}

static void a_path_too_long_is_named(void **state)
{
	char word[] = "status", *argv[] = {word};
	char too_long[109], expected[256];

	(void)state;
	memset(too_long, 'x', sizeof(too_long));
	too_long[108] = '\0';
	snprintf(expected, sizeof(expected),
		 "cannot reach the daemon at %s: File name too long", too_long);
	assert_null(control_ask(too_long, 1, argv, error, sizeof(error)));
	assert_string_equal(error, expected);
}

/* As a daemon does that has too many clients. */
static void an_answer_given_before_the_request_is_read_counts(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) { /* which of the two is first varies */
		json_t *answered = ask_other_daemon("{\"ok\":false}\n", false);

		assert_non_null(answered);
		json_decref(answered);
	}
}

static void an_answer_is_a_whole_json_object(void **state)
{
	(void)state;
	assert_invalid("", "no valid answer from the daemon: '[' or '{' "
			   "expected near end of file");
	assert_invalid("{\"ok\":true", "no valid answer from the daemon: '}' "
				       "expected near end of file");
	assert_invalid("[1]\n",
		       "no valid answer from the daemon: not an object");
}

#define SERVED(test) \
	cmocka_unit_test_setup_teardown(test, start_daemon, stop_daemon)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(the_words_arrive_and_the_answer_comes_back),
		SERVED(a_word_with_blanks_arrives_as_one),
		SERVED(a_refusal_is_an_answer_too),
		SERVED(the_longest_request_fits_and_one_longer_is_not_sent),
		cmocka_unit_test(without_a_daemon_it_says_how_to_start_one),
		cmocka_unit_test(who_may_not_connect_is_told_which_group_may),
		cmocka_unit_test(a_path_too_long_is_named),
		cmocka_unit_test(
			an_answer_given_before_the_request_is_read_counts),
		cmocka_unit_test(an_answer_is_a_whole_json_object),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
