/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which words are near enough to be suggested, and how a wrong option reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base.h"
#include "options.h"
#include "suggest.h"

static const char *const commands[] = {"status",    "sources", "block",
				       "blocklist", "unblock", "mode"};

static const char *meant(const char *word)
{
	static char text[SUGGEST_BYTES];
	struct suggestion s;

	suggest_start(&s, word);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		suggest_offer(&s, commands[i]);
	return suggest_text(&s, text);
}

static void a_slip_of_the_fingers_is_near(void **state)
{
	static const char *const slips[][2] = {
		{"statsu", "; did you mean \"status\"?"},  /* swapped */
		{"statu", "; did you mean \"status\"?"},   /* missing */
		{"sttatus", "; did you mean \"status\"?"}, /* twice */
		{"statis", "; did you mean \"status\"?"},  /* another */
		{"blcok", "; did you mean \"block\"?"},
		{"blocklits", "; did you mean \"blocklist\"?"},
		{"unblok", "; did you mean \"unblock\"?"},
		{"stat", "; did you mean \"status\"?"}, /* only begun */
		{"bloc", "; did you mean \"block\"?"},
		{"mo", "; did you mean \"mode\"?"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(slips); i++)
		assert_string_equal(meant(slips[i][0]), slips[i][1]);
}

static void another_word_is_not(void **state)
{
	static const char *const others[] = {
		"",
		"x",
		"s",
		"firewall",
		"stop",
		"list",
		"zzzzzz",
		"STATUS",
		"statusstatusstatusstatusstatusstatusstatusstatus",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_string_equal(meant(others[i]), "");
}

/* ---- options ---- */

static const struct option options[] = {
	{"json", no_argument, NULL, 'j'},
	{"socket", required_argument, NULL, 's'},
	{"version", no_argument, NULL, 'V'},
	{"verbose", no_argument, NULL, 'v'},
	{NULL, 0, NULL, 0},
};

/* What is said when `first` and `second` are the arguments. */
static const char *said(const char *first, const char *second)
{
	static char text[512];
	char words[2][64], program[] = "tool";
	char *argv[] = {program, words[0], second ? words[1] : NULL, NULL};
	FILE *file = tmpfile();
	int kept = dup(STDERR_FILENO), c;
	size_t bytes;

	snprintf(words[0], sizeof(words[0]), "%s", first);
	snprintf(words[1], sizeof(words[1]), "%s", second ? second : "");
	assert_non_null(file);
	dup2(fileno(file), STDERR_FILENO);
	optind = 0;
	do
		c = options_next(second ? 3 : 2, argv, "tool", ":s:v", options);
	while (c != -1 && c != '?');
	dup2(kept, STDERR_FILENO);
	close(kept);
	rewind(file);
	bytes = fread(text, 1, sizeof(text) - 1, file);
	text[bytes] = '\0';
	fclose(file);
	assert_true((c == '?') == (bytes > 0));
	return text;
}

static void a_right_option_is_returned(void **state)
{
	(void)state;
	assert_string_equal(said("--json", "--socket=/x"), "");
	assert_string_equal(said("-s", "/x"), "");
	assert_string_equal(said("word", "--json"), "");
}

static void the_beginning_of_an_option_is_none(void **state)
{
	(void)state;
	assert_string_equal(said("--js", "-v"),
			    "tool: unknown option \"--js\"; did you mean"
			    " \"--json\"?\n");
	assert_string_equal(said("word", "--versio"),
			    "tool: unknown option \"--versio\"; did you mean"
			    " \"--version\"?\n");
	assert_string_equal(said("--sock", "/x"),
			    "tool: unknown option \"--sock\"; did you mean"
			    " \"--socket\"?\n");
	assert_string_equal(said("--sock=/x", NULL),
			    "tool: unknown option \"--sock\"; did you mean"
			    " \"--socket\"?\n");
	assert_string_equal(said("--j", NULL), "tool: unknown option \"--j\";"
					       " try \"tool --help\"\n");
	assert_string_equal(said("--socket", "--json"), "");
	assert_string_equal(said("--socket=--json", "-v"), "");
}

static void a_wrong_option_is_one_line(void **state)
{
	(void)state;
	assert_string_equal(said("--jsno", NULL),
			    "tool: unknown option \"--jsno\"; did you mean"
			    " \"--json\"?\n");
	assert_string_equal(said("--sockte=/x", NULL),
			    "tool: unknown option \"--sockte\"; did you mean"
			    " \"--socket\"?\n");
	assert_string_equal(said("word", "--nothing"),
			    "tool: unknown option \"--nothing\"; try"
			    " \"tool --help\"\n");
	assert_string_equal(said("-vx", NULL), "tool: unknown option \"-x\";"
					       " try \"tool --help\"\n");
	assert_string_equal(said("-s", NULL),
			    "tool: option \"-s\" needs a value\n");
	assert_string_equal(said("--socket", NULL),
			    "tool: option \"--socket\" needs a value\n");
	assert_string_equal(said("--json=yes", NULL),
			    "tool: option \"--json\" takes no value\n");
	assert_string_equal(said("--ver", NULL),
			    "tool: option \"--ver\" is ambiguous: --version,"
			    " --verbose\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slip_of_the_fingers_is_near),
		cmocka_unit_test(another_word_is_not),
		cmocka_unit_test(a_right_option_is_returned),
		cmocka_unit_test(the_beginning_of_an_option_is_none),
		cmocka_unit_test(a_wrong_option_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
