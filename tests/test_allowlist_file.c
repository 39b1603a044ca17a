/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operator's file of those who are allowed: what is added and taken out,
 * and that nothing else in it is touched.
 */
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

#include "../src/allowlist_file.h"

#define LINE(element) "add element inet handshaked allowlist4 { " element " }\n"

static char dir[] = "/tmp/handshaked-allow.XXXXXX";
static char path[64];
static char note[ALLOWLIST_FILE_NOTE_BYTES];

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/allowlist.nft", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static int remove_file(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static struct prefix prefix(const char *text)
{
	struct prefix p;

	assert_true(prefix_parse(text, &p));
	return p;
}

static void put(const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

static void assert_file(const char *expected)
{
	char text[4096] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) < sizeof(text) - 1);
	fclose(f);
	assert_string_equal(text, expected);
}

static bool add(const char *net)
{
	struct prefix p = prefix(net);

	return allowlist_file_add(path, &p, note);
}

static bool del(const char *net)
{
	struct prefix p = prefix(net);

	return allowlist_file_del(path, &p, note);
}

static void a_file_that_is_not_there_is_made(void **state)
{
	struct stat st;

	(void)state;
	assert_true(add("192.0.2.0/24"));
	assert_file(LINE("192.0.2.0/24"));
	assert_non_null(strstr(note, "says so now"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_true(add("2001:db8::/32"));
	assert_file(LINE("192.0.2.0/24") "add element inet handshaked"
					 " allowlist6 { 2001:db8::/32 }\n");
}

static void what_is_there_is_not_written_twice(void **state)
{
	static const char text[] =
		"\tadd element inet handshaked allowlist4 {10.0.0.0/8,"
		" 192.0.2.7 , 198.51.100.0/24}";
	struct stat before, after;

	(void)state;
	put(text);
	stat(path, &before);
	assert_true(add("192.0.2.7"));
	assert_true(add("10.1.0.0/16"));
	assert_non_null(strstr(note, "says so already"));
	stat(path, &after);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_file(text);
}

static void other_lines_stay_as_they_are(void **state)
{
	static const char text[] =
		"# mine {192.0.2.7}\n\n\tdefine admin = 192.0.2.7\n"
		"add element inet other allowlist4 { 192.0.2.7 }\n"
		"# add element inet handshaked allowlist4 { 192.0.2.7 }\n"
		"add element inet handshaked allowlist4 { $admin }\n"
		"add element inet handshaked allowlist4 { 192.0.2.7\n";
	char expected[1024];

	(void)state;
	put(text);
	assert_true(add("192.0.2.7"));
	snprintf(expected, sizeof(expected), "%s%s", text, LINE("192.0.2.7"));
	assert_file(expected);
	assert_true(del("192.0.2.7"));
	assert_file(text);
	assert_non_null(strstr(note, "says so no more"));
}

static void a_last_line_without_newline_gets_one(void **state)
{
	(void)state;
	put("# end");
	assert_true(add("192.0.2.7"));
	assert_file("# end\n" LINE("192.0.2.7"));
}

static void what_a_line_says_beside_others_is_the_operators(void **state)
{
	static const char text[] =
		LINE("10.0.0.9") LINE("192.0.2.7, 192.0.2.8");

	(void)state;
	put(text);
	assert_false(del("192.0.2.7"));
	assert_non_null(strstr(note, "line 2 of"));
	assert_file(text);
	assert_false(del("10.0.0.0/24")); /* part of it is there */
	assert_non_null(strstr(note, "line 1 of"));
	assert_true(del("10.0.0.9"));
	assert_file(LINE("192.0.2.7, 192.0.2.8"));
}

static void what_is_not_there_is_not_taken_out(void **state)
{
	(void)state;
	assert_true(del("192.0.2.7"));
	assert_non_null(strstr(note, "did not say so"));
	assert_int_equal(access(path, F_OK), -1);
}

static void owner_and_mode_are_kept(void **state)
{
	struct stat st;

	(void)state;
	if (geteuid() != 0)
		skip();
	put(LINE("10.0.0.9"));
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(chown(path, 1, 2), 0);
	assert_true(add("192.0.2.7"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_uid, 1);
	assert_int_equal(st.st_gid, 2);
}

static void a_link_stays_one(void **state)
{
	char other[80];
	struct stat st;

	(void)state;
	snprintf(other, sizeof(other), "%s/other", dir);
	assert_int_equal(symlink(other, path), 0);
	fclose(fopen(other, "w"));
	assert_true(add("192.0.2.7"));
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_file(LINE("192.0.2.7"));
	unlink(other);
}

static void where_nothing_can_be_written_the_line_is_told(void **state)
{
	struct prefix p = prefix("192.0.2.7");

	(void)state;
	assert_false(allowlist_file_add("/nowhere/allowlist.nft", &p, note));
	assert_non_null(strstr(note, "/nowhere/allowlist.nft: No such file"));
	assert_non_null(strstr(note, "add element inet handshaked allowlist4"
				     " { 192.0.2.7 }"));
	assert_false(allowlist_file_add(dir, &p, note)); /* a directory */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_file_that_is_not_there_is_made,
					  remove_file),
		cmocka_unit_test_teardown(what_is_there_is_not_written_twice,
					  remove_file),
		cmocka_unit_test_teardown(other_lines_stay_as_they_are,
					  remove_file),
		cmocka_unit_test_teardown(a_last_line_without_newline_gets_one,
					  remove_file),
		cmocka_unit_test_teardown(
			what_a_line_says_beside_others_is_the_operators,
			remove_file),
		cmocka_unit_test_teardown(what_is_not_there_is_not_taken_out,
					  remove_file),
		cmocka_unit_test_teardown(owner_and_mode_are_kept, remove_file),
		cmocka_unit_test_teardown(a_link_stays_one, remove_file),
		cmocka_unit_test(where_nothing_can_be_written_the_line_is_told),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
