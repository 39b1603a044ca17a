/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The transcripts of tests/transcripts, each a test of its own name, played
 * to the judge twice: followed, as by a replay, and inline. Run from the top
 * of the repository. The runner itself is tested first: a transcript must
 * fail where it is wrong, and say where.
 */
#include "transcript_lines.h"

#include <glob.h>

#define DIRECTORY "tests/transcripts/"
#define TABLE     DIRECTORY "README"

/* ---- a whole transcript ---- */

static void finish(struct run *r)
{
	const struct judge_counters *c;

	end_everything(r);
	c = judge_counters(r->judge);
	if (!r->speaks_of_listings)
		unreadable(r, "a line that says who is listed", "none");
	expect_no_more(r);
	if (c->segments != r->shown || c->accepted + c->dropped != r->shown)
		file_fail(&r->file, WRONG, "%s: not a verdict for each segment",
			  mode_name(r));
}

/* The licence, then two lines or more of English. */
static void check_head(struct run *r)
{
	for (size_t i = 1; i < 3; i++) {
		r->file.at = i;
		if (r->file.num_lines <= i ||
		    strncmp(r->file.line[i], "# ", 2) != 0)
			unreadable(r, "a comment that says what this is", "");
	}
}

/* Plays `text` once; *message gets what failed, if anything did. */
static enum failure play(const char *path, const char *text, bool followed,
			 char message[static 1024],
			 char known_wrong[static 128])
{
	struct run *r = calloc(1, sizeof(*r));
	enum failure failure;

	assert_non_null(r);
	r->followed = followed;
	judge_config_default(&r->config);
	r->config.flows = 4096;
	r->config.sources = r->config.services = 1024;
	r->config.grace_s = 0;
	file_init(&r->file, path, strdup(text));
	check_head(r);
	if (r->file.failure == FINE)
		run_lines(&r->file, 0, r->file.num_lines, do_line, r);
	if (r->file.failure == FINE &&
	    (!r->only || strcmp(r->only, mode_name(r)) == 0))
		finish(r);
	failure = r->file.failure;
	strcpy(message, r->file.message);
	strcpy(known_wrong, r->known_wrong);
	judge_free(r->judge);
	file_fini(&r->file);
	free(r);
	return failure;
}

static char *read_whole(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return NULL;
	/* No NUL in it: one "line". */
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

/*
 * What is known to be wrong may fail from the line on that says so, in one of
 * the two ways or in both.
 */
static void transcript_holds(void **state)
{
	const char *path = *state;
	char message[2][1024], known_wrong[2][128];
	char *text = read_whole(path);
	enum failure failure[2];
	bool is_known = false;

	if (!text)
		fail_msg("%s: cannot be read", path);
	for (int i = 0; i < 2; i++) {
		failure[i] =
			play(path, text, i == 0, message[i], known_wrong[i]);
		if (failure[i] != WRONG || !*known_wrong[i])
			continue;
		print_message("known to be wrong: %s\n  %s\n", known_wrong[i],
			      message[i]);
		is_known = true;
		failure[i] = FINE;
	}
	free(text);
	if (failure[0] != FINE || failure[1] != FINE)
		fail_msg("%s%s%s", message[0], *message[0] ? "\n" : "",
			 message[1]);
	if ((*known_wrong[0] || *known_wrong[1]) && !is_known)
		fail_msg("%s: it is not wrong any more: %s", path,
			 *known_wrong[0] ? known_wrong[0] : known_wrong[1]);
}

/* ---- the runner ---- */

#define HEAD "# licence\n# A scenario.\n# And what is expected.\n"
#define SYN  "+0 10.0.0.1.1 > 10.0.0.2.2: S 1:1(0) win 1 => accept SYN_SENT\n"
#define S0   "connection 10.0.0.1.1 > 10.0.0.2.2: S0 S\n"

static const struct {
	const char *text, *message;
} broken[] = {
	{"# licence\n# One line.\nlisted nobody\n",
	 "x.hs:3: expected a comment that says what this is, not \"\""},
	{HEAD "sreved 10.0.0.2.2\n",
	 "x.hs:4: expected a line that README describes, not \"sreved\""},
	{HEAD "+0 10.0.0.1.1 > 10.0.0.2: S 1:1(0) win 1 => accept SYN_SENT\n",
	 "x.hs:4: column 14: expected ADDRESS.PORT, not \"10.0.0.2:\""},
	{HEAD "+0 10.0.0.1.1 > 10.0.0.2.2: S 1:1(0) win 1\n",
	 "x.hs:4: expected => after a segment"},
	{HEAD "+0 10.0.0.1.1 > 10.0.0.2.2: S 1:1(0) win 1 => accept\n",
	 "x.hs:4: expected a state or -, not \"\""},
	{HEAD "+0 10.0.0.1.1 > 10.0.0.2.2: S 1:1(0) win 1 => pass SYN_SENT\n",
	 "x.hs:4: expected accept or drop, not \"pass\""},
	{HEAD "+x\n", "x.hs:4: expected +SECONDS, not \"+x\""},
	{HEAD "for i in 1..2\n", "x.hs:4: for without done"},
	{HEAD "done\n", "x.hs:4: done without for"},
	{HEAD "+$i\n", "x.hs:4: what is $i?"},
	{HEAD SYN "grace 5\n",
	 "x.hs:5: expected configuration before the rest, not \"grace\""},
	{HEAD S0 SYN, "x.hs:4: followed: expected S0 S, got no such"},
	{HEAD SYN S0 "+1\n",
	 "x.hs:6: expected nothing to happen after the end, not \"+1\""},
	{HEAD SYN S0,
	 "x.hs:6: expected a line that says who is listed, not \"none\""},
	{HEAD SYN "listed nobody\n",
	 "x.hs:6: followed: nobody expected connection 10.0.0.1.1 > "
	 "10.0.0.2.2: S0 S"},
	{HEAD SYN "connection 10.0.0.1.1 > 10.0.0.2.2: S0 Sr\n",
	 "x.hs:5: followed: expected S0 Sr, got S0 S"},
	{HEAD "\n+0 10.0.0.1.1 > 10.0.0.2.2: - 1:1(0) win 1 => accept -\n",
	 "x.hs:5: followed: expected accept -, got drop null-scan -"},
	{HEAD SYN S0 "listed 10.0.0.1 \"syn-scan\"\n",
	 "x.hs:6: followed: expected listed \"syn-scan\", got nothing of"},
	{HEAD "served 10.0.0.2.2\nflooded 10.0.0.2.2\n",
	 "x.hs:5: followed: expected a flood, got none"},
};

static void a_transcript_that_is_wrong_fails_and_says_where(void **state)
{
	char message[1024], known_wrong[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		const char *expected = broken[i].message;

		assert_int_not_equal(play("x.hs", broken[i].text, true, message,
					  known_wrong),
				     FINE);
		if (strncmp(message, expected, strlen(expected)) != 0)
			fail_msg("expected %s\ngot %s", expected, message);
	}
}

static void a_transcript_that_is_right_passes(void **state)
{
	static const char text[] =
		HEAD SYN S0 "listed nobody\nknown-wrong: it is not\n";
	char message[1024], known_wrong[128];

	(void)state;
	assert_int_equal(play("x.hs", text, true, message, known_wrong), FINE);
	assert_int_equal(play("x.hs", text, false, message, known_wrong), FINE);
	assert_string_equal(message, "");
	assert_string_equal(known_wrong, "it is not");
}

/* Every transcript stands in README's table, and what stands there exists. */
static void the_table_names_what_there_is(void **state)
{
	char *table = read_whole(TABLE), *rest = table, *word;
	const glob_t *found = *state;

	if (!table)
		fail_msg("no " TABLE);
	for (size_t i = 0; i < found->gl_pathc; i++)
		if (!strstr(table, found->gl_pathv[i] + strlen(DIRECTORY)))
			fail_msg(TABLE " says nothing of %s",
				 found->gl_pathv[i]);
	while ((word = strsep(&rest, " \t\n,;()")) != NULL) {
		const char *suffix = strrchr(word, '.');
		bool is_transcript =
			suffix && strcmp(suffix, ".hs") == 0 && *word != '*';
		char path[256];

		if (!is_transcript && strncmp(word, "tests/", 6) != 0)
			continue;
		snprintf(path, sizeof(path), "%s%s",
			 is_transcript ? DIRECTORY : "", word);
		if (access(path, R_OK) != 0)
			fail_msg(TABLE " names %s, which is not there", path);
	}
	free(table);
}

static void there_are_transcripts(void **state)
{
	(void)state;
	print_message("no " DIRECTORY "*.hs below the current directory\n");
	skip();
}

/* "tests/transcripts/keep_alive.hs" to "keep_alive", for good. */
static const char *test_name(const char *path)
{
	char *name = strdup(path + strlen(DIRECTORY));

	if (name)
		*strrchr(name, '.') = '\0';
	return name;
}

int main(void)
{
	static glob_t found;
	struct CMUnitTest *tests;
	size_t n = 0, count;
	int status;

	if (glob(DIRECTORY "*.hs", 0, NULL, &found) != 0)
		found.gl_pathc = 0;
	count = 3 + found.gl_pathc;
	tests = calloc(count, sizeof(*tests));
	if (!tests)
		return 1;
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(
		a_transcript_that_is_wrong_fails_and_says_where);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(
		a_transcript_that_is_right_passes);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test_prestate(
		the_table_names_what_there_is, &found);
	if (found.gl_pathc == 0)
		tests[n - 1] = (struct CMUnitTest)cmocka_unit_test(
			there_are_transcripts);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		tests[n] = (struct CMUnitTest)cmocka_unit_test_prestate(
			transcript_holds, found.gl_pathv[i]);
		tests[n++].name = test_name(found.gl_pathv[i]);
	}
	status = _cmocka_run_group_tests("transcripts", tests, n, NULL, NULL);
	for (size_t i = 3; i < n; i++)
		free((char *)(uintptr_t)tests[i].name);
	free(tests);
	globfree(&found);
	return status;
}
