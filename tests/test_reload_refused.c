/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A configuration file with an error, or what is no such file, read again by a
 * daemon that runs: nothing is changed, and it is said why.
 */
#include "reload_fixture.h"

#include <sys/stat.h>

static void assert_nothing_changed(const char *message)
{
	assert_true(json_is_false(json_object_get(answer, "ok")));
	assert_told("error", message);
	assert_holds(START);
	assert_int_equal(judge_mode(daemon_.judge), MODE_ENFORCE);
	assert_int_equal(explain("203.0.113.9").threshold, 9200);
	assert_false(explain("203.0.113.9").exempt);
}

/* Much of it right, and one thing wrong, wherever that is. */
#define RIGHT                                                 \
	"[policy]\nfalse_positive = 0.001\nblock_time = 77\n" \
	"[daemon]\nmode = observe\n[network]\nnever = ::/0\n"

static void a_file_with_any_error_changes_nothing(void **state)
{
	(void)state;
	reload(RIGHT "[policy]\npending = 0\n");
	assert_nothing_changed(
		":9: [policy] pending = \"0\": must be a whole number from 1"
		" to 1000\n  nothing was changed");
	reload("[queue]\nnun = 4\n" RIGHT);
	assert_nothing_changed(":2: [queue] nun = \"4\": unknown key; did you"
			       " mean \"num\"?\n  nothing was changed");
	reload(RIGHT "[policy]\nblock_time_max = 60\n"
		     "block_time_proved = 60\n");
	assert_nothing_changed(": [policy] block_time = 77: must be at most"
			       " block_time_max, which is 60\n  nothing was"
			       " changed");
	reload(RIGHT "[queue]\nnum = 65535\ncount = 2\n");
	assert_nothing_changed(": [queue] num = 65535: 2 queues from there on"
			       " end behind 65535\n  nothing was changed");
	reload(START);
	assert_entries(0, 0);
}

static void all_errors_are_told_and_logged(void **state)
{
	char text[256], *errors, expected[512];

	(void)state;
	reload("[queue]\nnun = 4\n" RIGHT "[policy]\npending = 0\n");
	snprintf(text, sizeof(text),
		 ":2: [queue] nun = \"4\": unknown key; did you mean"
		 " \"num\"?\n  %s:11: [policy] pending = \"0\": must be a"
		 " whole number from 1 to 1000\n  nothing was changed",
		 path);
	assert_nothing_changed(text);
	/* A line of the log for each. */
	snprintf(text, sizeof(text), "reload: %s:11: [policy] pending", path);
	assert_non_null(strstr(log_text, text));
	errors = json_dumps(json_object_get(answer, "errors"), JSON_COMPACT);
	assert_non_null(errors);
	snprintf(expected, sizeof(expected),
		 "[\"%s:2: [queue] nun = \\\"4\\\": unknown key; did you mean"
		 " \\\"num\\\"?\",\"%s:11: [policy] pending = \\\"0\\\": must"
		 " be a whole number from 1 to 1000\"]",
		 path, path);
	assert_string_equal(errors, expected);
	free(errors);
}

/* However many there are: the answer has an end, which says how many more. */
static void a_file_of_errors_is_answered(void **state)
{
	char text[4096] = "";

	(void)state;
	for (int i = 0; i < 500; i++)
		strcat(text, "x = 1\n");
	reload(text);
	assert_in_range(strlen(text_of("error")), 1000,
			2 * CONFIG_ERRORS_BYTES);
	assert_non_null(strstr(text_of("error"), "\n  and "));
	assert_non_null(strstr(text_of("error"),
			       " more errors\n  nothing was changed"));
	assert_holds(START);
}

static void a_file_that_is_gone_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(unlink(path), 0);
	reload_file();
	assert_nothing_changed(": No such file or directory\n  nothing was"
			       " changed");
}

static void what_is_no_file_is_not_waited_for(void **state)
{
	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(10); /* or this test ends here */
	reload_file();
	/* In its place assert_nothing_changed() has a file. */
	assert_int_equal(unlink(path), 0);
	assert_nothing_changed(": is no regular file\n  nothing was changed");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	reload_file();
	alarm(0);
	assert_int_equal(rmdir(path), 0);
	assert_nothing_changed(": is no regular file\n  nothing was changed");
}

/* Whatever is in the file, there is an answer that can be sent and shown. */
static void an_answer_to_garbage_is_printable(void **state)
{
	static const char *const files[] = {
		"[queue]\ncount = \xff\xfe\x80\x1b[2J\r\x07\n",
		"[\xc3\x28]\n",
		"\x1b]0;owned\x07 = 5\n",
		"[daemon]\nstate = /tmp/\xff\n",
		"[daemon]\nstate = /tmp/\xe2\x82\xac\n",
		"\x7f"
		"ELF\x02\x01\x01\x03",
		"%s%n%s%n\n",
		"[policy]\n%s%n%s%n = %d\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *sent;

		reload(files[i]);
		sent = json_dumps(answer, CONTROL_JSON_FLAGS);
		assert_non_null(sent);
		for (const char *c = sent; *c; c++)
			assert_in_range((unsigned char)*c, ' ', '~');
		for (const char *c = log_text; *c; c++)
			if (*c != '\n')
				assert_in_range((unsigned char)*c, ' ', '~');
		free(sent);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		reload_test(a_file_with_any_error_changes_nothing),
		reload_test(all_errors_are_told_and_logged),
		reload_test(a_file_of_errors_is_answered),
		reload_test(a_file_that_is_gone_changes_nothing),
		reload_test(what_is_no_file_is_not_waited_for),
		reload_test(an_answer_to_garbage_is_printable),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
