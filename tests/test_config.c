/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file: what is read and what is printed. What is refused
 * is in test_config_errors.c. Runs in the top directory, where the sample
 * file is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"

#define SAMPLE "systemd/handshaked.conf"

static char path[] = "/tmp/handshaked-config.XXXXXX";
static struct config config;
static char error[512];

static const struct config defaults = {
	.judge = {.mode = MODE_ENFORCE,
		  .flows = 262144,
		  .sources = 65536,
		  .services = 65536,
		  .syn_timeout_s = 5,
		  .half_open_timeout_s = 30,
		  .grace_s = 10,
		  .threshold = 100,
		  .evidence_age_s = 3600,
		  .block_time_s = 600,
		  .flood_half_open = 256},
	.control = "/run/handshaked/control.sock",
	.queue_length = 16384,
};

/* None at its default, each number another. */
static const char every_key[] =
	"[daemon]\nmode = observe\ncontrol = /tmp/c\n"
	"[queue]\nnum = 7\nlength = 64\n"
	"[model]\nflows = 2000\nsources = 2001\nservices = 2002\n"
	"syn_timeout = 11\nhalf_open_timeout = 12\ngrace = 0\n"
	"[policy]\nthreshold = 21\nevidence_age = 61\nblock_time = 86400\n"
	"flood_half_open = 17\n"
	"[network]\ninside = 192.0.2.0/24\n";

static const struct config every_key_read = {
	.judge = {.mode = MODE_OBSERVE,
		  .flows = 2000,
		  .sources = 2001,
		  .services = 2002,
		  .syn_timeout_s = 11,
		  .half_open_timeout_s = 12,
		  .threshold = 21,
		  .evidence_age_s = 61,
		  .block_time_s = 86400,
		  .flood_half_open = 17},
	.control = "/tmp/c",
	.queue_num = 7,
	.queue_length = 64,
	.inside = {{.address = {{[10] = 0xff, 0xff, 192, 0, 2, 0}},
		    .bits = 120}},
	.num_inside = 1,
};

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

/* Reads `text` over the defaults, through a file. */
static int read_text(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	config_default(&config);
	error[0] = '\0';
	return config_read(&config, path, error, sizeof(error));
}

static void assert_taken(const char *text)
{
	int rc = read_text(text);

	assert_string_equal(error, "");
	assert_int_equal(rc, 0);
}

/* What config_print() makes of it, to be freed. */
static char *print(const struct config *c)
{
	size_t bytes;
	char *text;
	FILE *f = open_memstream(&text, &bytes);

	assert_non_null(f);
	config_print(c, f);
	fclose(f);
	return text;
}

/* Compared as text: it shows what differs. */
static void assert_config(const struct config *expected)
{
	char *ours = print(&config), *theirs = print(expected);

	assert_string_equal(ours, theirs);
	free(ours);
	free(theirs);
}

static void assert_inside(size_t i, const char *expected)
{
	char text[PREFIX_TEXT_BYTES];

	assert_true(i < config.num_inside);
	assert_string_equal(prefix_format(&config.inside[i], text), expected);
}

static void the_defaults_are_those_of_the_manual(void **state)
{
	(void)state;
	config_default(&config);
	assert_config(&defaults);
}

static void every_key_is_read_into_its_field(void **state)
{
	(void)state;
	assert_taken(every_key);
	assert_config(&every_key_read);
}

static void an_empty_file_leaves_the_defaults(void **state)
{
	(void)state;
	assert_taken("");
	assert_config(&defaults);
}

static const struct number {
	const char *section, *key, *what;
	uint32_t min, max;
} numbers[] = {
	{"queue", "num", "whole number", 0, 65535},
	{"queue", "length", "whole number", 64, 1048576},
	{"model", "flows", "whole number", 1024, 16777216},
	{"model", "sources", "whole number", 1024, 16777216},
	{"model", "services", "whole number", 256, 1048576},
	{"model", "syn_timeout", "number of seconds", 1, 120},
	{"model", "half_open_timeout", "number of seconds", 5, 300},
	{"model", "grace", "number of seconds", 0, 3600},
	{"policy", "threshold", "whole number", 20, 10000},
	{"policy", "evidence_age", "number of seconds", 60, 86400},
	{"policy", "block_time", "number of seconds", 10, 2592000},
	{"policy", "flood_half_open", "whole number", 16, 1000000},
};

/* A key with this value, and what is said when it is refused. */
static void set_number(const struct number *n, const char *value, bool legal)
{
	char text[128], message[256];
	int rc;

	snprintf(text, sizeof(text), "[%s]\n%s = %s\n", n->section, n->key,
		 value);
	snprintf(message, sizeof(message),
		 ":2: [%s] %s = \"%s\": must be a %s from %u to %u", n->section,
		 n->key, value, n->what, n->min, n->max);
	rc = read_text(text);
	assert_int_equal(rc, legal ? 0 : -1);
	if (!legal)
		assert_non_null(strstr(error, message));
}

static void every_number_has_its_range(void **state)
{
	char value[24];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct number *n = &numbers[i];
		const int64_t edges[] = {(int64_t)n->min - 1, n->min, n->max,
					 (int64_t)n->max + 1};

		for (size_t j = 0; j < ARRAY_SIZE(edges); j++) {
			snprintf(value, sizeof(value), "%jd",
				 (intmax_t)edges[j]);
			set_number(n, value, j == 1 || j == 2);
		}
	}
}

static void a_number_is_digits_and_nothing_else(void **state)
{
	static const char *const wrong[] = {
		"",    "+5",  "-0", "0x10",     "0b1",       "1e3",  "5s",
		"5 5", "5.0", "5,", "5 #5",     "\"5\"",     "five", "~",
		"'5'", "5_5", "5%", "\xd9\xa5", "4294967296"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		set_number(&numbers[0], wrong[i], false);
	set_number(&numbers[0], "18446744073709551621", false); /* 2^64 + 5 */
}

static void blanks_comments_and_line_ends_do_not_matter(void **state)
{
	(void)state;
	assert_taken("\xef\xbb\xbf# 1\r\n\r\n; 2\r\n [queue] # 3\r\n"
		     "\tnum = 5 ; 4\r\n  # 5\n \n"
		     "    length=64");
	assert_int_equal(config.queue_num, 5);
	assert_int_equal(config.queue_length, 64);
}

static void prefixes_stand_between_commas_or_blanks(void **state)
{
	(void)state;
	assert_taken("[network]\ninside = 192.0.2.0/24,198.51.100.7 ,\t::/0\n");
	assert_int_equal(config.num_inside, 3);
	assert_inside(0, "192.0.2.0/24");
	assert_inside(1, "198.51.100.7");
	assert_inside(2, "::/0");
}

/* It is longer than any that is printed. */
static void a_prefix_written_out_in_full_is_not_cut(void **state)
{
	(void)state;
	assert_taken("[network]\ninside = "
		     "0000:0000:0000:0000:0000:ffff:255.255.255.255/128\n");
	assert_inside(0, "255.255.255.255");
}

static void inside_may_be_repeated(void **state)
{
	(void)state;
	assert_taken("[network]\ninside = 192.0.2.0/24\ninside = ::/0\n");
	assert_inside(0, "192.0.2.0/24");
	assert_inside(1, "::/0");
	/* Another reading starts over. */
	assert_int_equal(config_read(&config, path, error, sizeof(error)), 0);
	assert_int_equal(config.num_inside, 2);
}

/* `count` lines of the longest prefixes there are; to be freed. */
static char *many_prefixes(int count)
{
	size_t bytes;
	char *text;
	FILE *f = open_memstream(&text, &bytes);

	assert_non_null(f);
	fprintf(f, "[network]\n");
	for (int i = 0; i < count; i++)
		fprintf(f,
			"inside = 1111:2222:3333:4444:5555:6666:7777:%x/127\n",
			0x1000 + 2 * i);
	fclose(f);
	return text;
}

static void there_is_room_for_64_prefixes_and_no_more(void **state)
{
	char *fits = many_prefixes(64), *too_many = many_prefixes(65);

	(void)state;
	assert_taken(fits);
	assert_int_equal(config.num_inside, 64);
	assert_int_equal(read_text(too_many), -1);
	assert_non_null(
		strstr(error, ":66: [network] inside: more than 64 prefixes"));
	free(fits);
	free(too_many);
}

static void what_is_printed_reads_back_the_same(void **state)
{
	char *prefixes = many_prefixes(64);
	const char *const files[] = {"", every_key, prefixes};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct config before;
		char *text;

		assert_taken(files[i]);
		before = config;
		text = print(&before);
		assert_taken(text);
		assert_config(&before);
		free(text);
	}
	free(prefixes);
}

static void the_print_tells_what_is_legal(void **state)
{
	static const char start[] = "[daemon]\n"
				    "# enforce or observe\n"
				    "mode = enforce\n"
				    "# an absolute path of at most 107 bytes\n"
				    "control = /run/handshaked/control.sock\n"
				    "\n"
				    "[queue]\n"
				    "# a whole number from 0 to 65535\n"
				    "num = 0\n";
	char *text = print(&defaults);

	(void)state;
	text[strlen(start)] = '\0';
	assert_string_equal(text, start);
	free(text);
}

/*
 * Its lines that are sections or keys, to be freed. "# text" is a comment,
 * "#key = value" a key.
 */
static char *bare_lines(FILE *in)
{
	char *text, line[256];
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	while (fgets(line, sizeof(line), in)) {
		const char *start = line;

		if (line[0] == '#' && !strchr(" \n", line[1]))
			start++;
		if (!strchr("#\n", *start))
			fputs(start, out);
	}
	fclose(out);
	fclose(in);
	return text;
}

static void the_sample_file_shows_every_key_at_its_default(void **state)
{
	char *text = print(&defaults);
	char *printed = bare_lines(fmemopen(text, strlen(text), "r"));
	char *sample = bare_lines(fopen(SAMPLE, "r"));

	(void)state;
	assert_string_equal(sample, printed);
	assert_taken(sample);
	free(text);
	free(printed);
	free(sample);
}

static void the_sample_file_as_it_is_changes_nothing(void **state)
{
	(void)state;
	config_default(&config);
	assert_int_equal(config_read(&config, SAMPLE, error, sizeof(error)), 0);
	assert_config(&defaults);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_are_those_of_the_manual),
		cmocka_unit_test(every_key_is_read_into_its_field),
		cmocka_unit_test(an_empty_file_leaves_the_defaults),
		cmocka_unit_test(every_number_has_its_range),
		cmocka_unit_test(a_number_is_digits_and_nothing_else),
		cmocka_unit_test(blanks_comments_and_line_ends_do_not_matter),
		cmocka_unit_test(prefixes_stand_between_commas_or_blanks),
		cmocka_unit_test(a_prefix_written_out_in_full_is_not_cut),
		cmocka_unit_test(inside_may_be_repeated),
		cmocka_unit_test(there_is_room_for_64_prefixes_and_no_more),
		cmocka_unit_test(what_is_printed_reads_back_the_same),
		cmocka_unit_test(the_print_tells_what_is_legal),
		cmocka_unit_test(
			the_sample_file_shows_every_key_at_its_default),
		cmocka_unit_test(the_sample_file_as_it_is_changes_nothing),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
