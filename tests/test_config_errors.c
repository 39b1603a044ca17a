/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is no configuration: each fault has its line of text, which names the
 * place and says what would be right. All faults of a file are reported.
 */
#include "config_fixture.h"

#define MALFORMED "neither \"[section]\" nor \"key = value\""
#define PATH_FORM "must be an absolute path of at most 107 bytes"

/* Each row is a test; it is named like one. */
static const struct refusal {
	const char *name, *text, *message;
} refusals[] = {
	{"a_mode_is_one_of_two_words", "[daemon]\nmode = Observe\n",
	 "2: [daemon] mode = \"Observe\": must be enforce or observe"},
	{"a_mode_needs_a_value", "[daemon]\nmode = ; observe\n",
	 "2: [daemon] mode = \"\": must be enforce or observe"},
	{"a_path_needs_a_value", "[daemon]\ncontrol =\n",
	 "2: [daemon] control = \"\": " PATH_FORM},
	{"a_state_path_is_absolute_or_nothing", "[daemon]\nstate = s\n",
	 "2: [daemon] state = \"s\": " PATH_FORM ", or nothing"},
	{"a_path_is_absolute", "[daemon]\ncontrol = a.sock\n",
	 "2: [daemon] control = \"a.sock\": " PATH_FORM},
	{"a_key_must_be_known", "[queue]\nnun = 5\n",
	 "2: [queue] nun = \"5\": unknown key; did you mean \"num\"?"},
	{"a_key_of_another_section_is_unknown", "[queue]\nflows = 5000\n",
	 "2: [queue] flows = \"5000\": unknown key; it belongs to [model]"},
	{"a_section_must_be_known", "\n[que]\nnum = 5\n",
	 "2: [que]: unknown section; did you mean \"queue\"?"},
	{"a_section_must_be_known_without_keys_too", "[queues]\n",
	 "1: [queues]: unknown section; did you mean \"queue\"?"},
	{"a_key_like_no_other_is_only_unknown", "[queue]\nxyz = 5\n",
	 "2: [queue] xyz = \"5\": unknown key"},
	{"a_letter_too_few_is_noticed", "[policy]\nevidnce_age = 60\n",
	 "2: [policy] evidnce_age = \"60\": unknown key; did you mean"
	 " \"evidence_age\"?"},
	{"a_section_has_a_name", "[]\n", "1: []: unknown section"},
	{"a_key_stands_in_a_section", "num = 5\n[queue]\n",
	 "1: num = \"5\": stands before any [section]"},
	{"a_key_is_given_once", "[queue]\nnum = 5\nnum = 5\n",
	 "3: [queue] num = \"5\": given twice"},
	{"a_key_is_given_once_in_the_file", "[queue]\nnum=5\n[queue]\nnum=6\n",
	 "4: [queue] num = \"6\": given twice"},
	{"a_key_has_an_equals_sign", "[queue]\nnum 5\n", "2: " MALFORMED},
	{"a_comment_hides_the_equals_sign", "[queue]\nnum ; = 5\n",
	 "2: " MALFORMED},
	{"a_section_ends_in_a_bracket", "[queue\nnum = 5\n", "1: " MALFORMED},
	{"a_section_has_its_own_line", "[queue] num = 5\n", "1: " MALFORMED},
	{"an_indented_line_continues_no_value", "[queue]\nnum = 5\n  6\n",
	 "3: " MALFORMED},
	{"a_number_sign_begins_a_comment", "[daemon]\nmode = # observe\n",
	 "2: [daemon] mode = \"\": must be enforce or observe"},
	{"a_number_sign_hides_the_equals_sign", "[queue]\nnum # = 5\n",
	 "2: " MALFORMED},
	{"a_number_sign_in_a_value_is_of_it", "[queue]\nnum = 5#6\n",
	 "2: [queue] num = \"5#6\": must be a whole number from 0 to 65535"},
	{"a_section_behind_the_mark_of_byte_order_must_be_known",
	 "\xef\xbb\xbf[que]\n",
	 "1: [que]: unknown section; did you mean \"queue\"?"},
	{"a_path_moves_no_cursor", "[daemon]\ncontrol = /tmp/\x1b[1m\n",
	 "2: [daemon] control = \"/tmp/\\x1b[1m\": " PATH_FORM},
	{"a_digit_is_one_of_ten", "[queue]\nnum = \xd9\xa5\n",
	 "2: [queue] num = \"\\xd9\\xa5\": must be a whole number from 0 to"
	 " 65535"},
	{"a_key_is_shown_in_ascii", "[queue]\n\xff\t\x7f = 5\n",
	 "2: [queue] \\xff\\x09\\x7f = \"5\": unknown key"},
	{"a_section_is_shown_in_ascii", "[\xff]\n",
	 "1: [\\xff]: unknown section"},
	{"the_prefix_that_is_wrong_is_shown",
	 "[network]\ninside = 10.0.0.0/8 10.0.0.0/33\n",
	 "2: [network] inside = \"10.0.0.0/33\": must be prefixes like "
	 "192.0.2.0/24 or 2001:db8::/32"},
};

static void is_refused(void **state)
{
	const struct refusal *refusal = *state;

	assert_refused(refusal->text, refusal->message);
}

static void a_path_fits_the_address_of_a_socket(void **state)
{
	char text[256], message[256], name[109];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[0] = '/';
	name[108] = '\0';
	snprintf(text, sizeof(text), "[daemon]\ncontrol = %s\n", name);
	snprintf(message, sizeof(message),
		 "2: [daemon] control = \"%s\": " PATH_FORM, name);
	assert_refused(text, message);
	name[107] = '\0';
	snprintf(text, sizeof(text), "[daemon]\ncontrol = %s\n", name);
	assert_taken(text);
	assert_string_equal(config.control, name);
}

static void a_line_too_long_is_refused_and_not_cut(void **state)
{
	char text[512];

	(void)state;
	snprintf(text, sizeof(text), "[queue]\nnum = %0193d\n", 5);
	assert_refused(text, "2: longer than 198 characters");
	snprintf(text, sizeof(text), "[queue]\nnum = %0193d", 5);
	assert_refused(text, "2: longer than 198 characters");
	snprintf(text, sizeof(text), "[queue]\n# %0400d\n", 5);
	assert_refused(text, "2: longer than 198 characters");
	snprintf(text, sizeof(text), "[queue]\nnum = %0192d\n", 5);
	assert_taken(text);
	assert_int_equal(config.queue_num, 5);
}

static void a_file_has_an_end(void **state)
{
	static char lines[10001];

	(void)state;
	memset(lines, '\n', 10000);
	assert_taken(lines);
	lines[9999] = ' ';
	lines[10000] = '\n';
	assert_int_equal(read_bytes(lines, sizeof(lines)), 0);
	lines[9999] = '\n';
	assert_int_equal(read_bytes(lines, sizeof(lines)), -1);
	assert_message("10001: more than 10000 lines");
}

static void a_nul_byte_hides_nothing(void **state)
{
	static const char inside[] = "[queue]\nnum = 5\0000\nlength = 64\n";
	static const char first[] = "[queue]\n\0num = 5\n";
	static const char last[] = "[queue]\nnum = 5\0000";

	(void)state;
	assert_int_equal(read_bytes(inside, sizeof(inside) - 1), -1);
	assert_message("2: has a NUL byte in it");
	assert_int_equal(read_bytes(first, sizeof(first) - 1), -1);
	assert_message("2: has a NUL byte in it");
	assert_int_equal(read_bytes(last, sizeof(last) - 1), -1);
	assert_message("2: has a NUL byte in it");
}

static void a_file_that_cannot_be_read_is_named_with_the_reason(void **state)
{
	static const struct {
		const char *path, *error;
	} files[] = {
		{"/nowhere/a", "/nowhere/a: No such file or directory"},
		{"/dev/null/a", "/dev/null/a: Not a directory"},
		{"/tmp", "/tmp: Is a directory"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		assert_int_equal(config_read(&config, files[i].path, error,
					     sizeof(error)),
				 -1);
		assert_string_equal(error, files[i].error);
	}
}

/* Each line of `messages` is what follows the file's name and a colon. */
static void assert_all_told(const char *text, const char *const *messages)
{
	char expected[4096] = "";

	for (size_t i = 0; messages[i]; i++) {
		size_t len = strlen(expected);

		snprintf(expected + len, sizeof(expected) - len, "%s%s:%s",
			 i > 0 ? "\n" : "", path, messages[i]);
	}
	assert_int_equal(read_text(text), -1);
	assert_string_equal(error, expected);
}

static void all_faults_of_a_file_are_told(void **state)
{
	static const char *const messages[] = {
		"1: num = \"5\": stands before any [section]",
		"3: " MALFORMED,
		"4: [queue] num = \"x\": must be a whole number from 0 to"
		" 65535",
		"5: [que]: unknown section; did you mean \"queue\"?",
		"8: " MALFORMED,
		"11: [network] inside = \"10.0.0.0/33\": must be prefixes like"
		" 192.0.2.0/24 or 2001:db8::/32",
		"11: [network] inside = \"x\": must be prefixes like"
		" 192.0.2.0/24 or 2001:db8::/32",
		"13: [policy] block_time = \"9\": must be a number of seconds"
		" from 10 to 2592000, or a time like 10m or 1h30m",
		" [policy] success_scanner = 0.5: must be less than"
		" success_benign, which is 0.5",
		" [policy] block_time_proved = 3600: must be at most"
		" block_time_max, which is 60",
		" [queue] num = 65535: 4 queues from there on end behind 65535",
		NULL,
	};

	(void)state;
	assert_all_told(
		"num = 5\n[queue]\nnum 5\nnum = x\n"
		/* Not the keys of a section that is unknown itself. */
		"[que]\nlength = 1\nnone = 2\nmode\n\n"
		"[network]\ninside = 10.0.0.0/33, ::/0, x\n[policy]\n"
		/* A time that is wrong by itself is not compared too. */
		"block_time = 9\nblock_time_max = 60\n"
		"success_benign = 0.5\nsuccess_scanner = 0.5\n"
		"[queue]\nlength = 64\ncount = 4\n",
		(const char *const[]){messages[0], messages[1], messages[2],
				      messages[3], messages[4], messages[5],
				      messages[6], messages[7], messages[8],
				      messages[9], NULL});
	assert_all_told("[queue]\nnum = 65535\ncount = 4\n"
			"[policy]\nblock_time_max = 60\nblock_time = 20\n",
			messages + 9);
}

/* Of a long line and of a NUL only that line is lost. */
static void reading_goes_on_behind_a_line_that_is_none(void **state)
{
	static const char nul[] = "[queue]\nnum = 5\0000\nlength = 1\n";
	char text[512], expected[512];

	(void)state;
	snprintf(text, sizeof(text), "[queue]\n# %0400d\nlength = 1\n", 5);
	snprintf(expected, sizeof(expected),
		 "2: longer than 198 characters\n%s:3: [queue] length = \"1\":"
		 " must be a whole number from 64 to 1048576",
		 path);
	assert_refused(text, expected);
	snprintf(expected, sizeof(expected),
		 "2: has a NUL byte in it\n%s:3: [queue] length = \"1\": must"
		 " be a whole number from 64 to 1048576",
		 path);
	assert_int_equal(read_bytes(nul, sizeof(nul) - 1), -1);
	assert_message(expected);
}

static void what_has_no_room_is_counted(void **state)
{
	static char text[4001];
	char *last;

	int lines = 0, more = 0;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		memcpy(text + 4 * i, "x=1\n", 5);
	assert_int_equal(read_text(text), -1);
	for (last = error; (last = strchr(last, '\n')); last++)
		lines++;
	last = strrchr(error, '\n');
	assert_non_null(last);
	assert_int_equal(sscanf(last, "\nand %d more errors", &more), 1);
	assert_in_range(lines, 10, 900);
	assert_int_equal(lines + more, 1000);
}

static void a_message_fits_the_room_it_is_given(void **state)
{
	(void)state;
	assert_int_equal(config_read(&config, "/nowhere/a", error, 8), -1);
	assert_string_equal(error, "/nowher");
}

static const struct CMUnitTest functions[] = {
	cmocka_unit_test(a_path_fits_the_address_of_a_socket),
	cmocka_unit_test(a_line_too_long_is_refused_and_not_cut),
	cmocka_unit_test(a_file_has_an_end),
	cmocka_unit_test(a_nul_byte_hides_nothing),
	cmocka_unit_test(a_file_that_cannot_be_read_is_named_with_the_reason),
	cmocka_unit_test(all_faults_of_a_file_are_told),
	cmocka_unit_test(reading_goes_on_behind_a_line_that_is_none),
	cmocka_unit_test(what_has_no_room_is_counted),
	cmocka_unit_test(a_message_fits_the_room_it_is_given),
};

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(functions) + ARRAY_SIZE(refusals)];

	memcpy(tests, functions, sizeof(functions));
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		tests[ARRAY_SIZE(functions) + i] = (struct CMUnitTest){
			.name = refusals[i].name,
			.test_func = is_refused,
			.initial_state = (void *)&refusals[i],
		};
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
