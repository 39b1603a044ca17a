/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The numbers of the configuration: the range of each, how whole and real
 * ones are written, and which do not go together.
 */
#include "config_fixture.h"

static const struct number {
	const char *section, *key, *what;
	uint32_t min, max;
} numbers[] = {
	{"queue", "num", "whole number", 0, 65535},
	{"queue", "count", "whole number", 1, 16},
	{"queue", "length", "whole number", 64, 1048576},
	{"model", "flows", "whole number", 1024, 16777216},
	{"model", "sources", "whole number", 1024, 16777216},
	{"model", "services", "whole number", 256, 1048576},
	{"model", "syn_timeout", "number of seconds", 1, 120},
	{"model", "half_open_timeout", "number of seconds", 5, 300},
	{"model", "grace", "number of seconds", 0, 3600},
	{"policy", "evidence_age", "number of seconds", 60, 604800},
	{"policy", "block_time_max", "number of seconds", 10, 2592000},
	{"policy", "listings_per_minute", "whole number", 1, 100000},
	{"policy", "blocklist_size", "whole number", 16, 1048576},
	{"policy", "inside_failures", "whole number", 20, 1000},
	{"policy", "pending", "whole number", 1, 1000},
	{"policy", "net_addresses", "whole number", 2, 16},
	{"policy", "flood_half_open", "whole number", 16, 1000000},
};

/* Not to be contradicted by the times that it bounds. */
#define SHORT_TIMES "[policy]\nblock_time = 10\nblock_time_proved = 10\n"

/* A key with this value, and what is said when it is refused. */
static void set_number(const struct number *n, const char *value, bool legal)
{
	char text[160], message[256];
	int rc;

	snprintf(text, sizeof(text), "%s[%s]\n%s = %s\n",
		 strcmp(n->key, "block_time_max") ? "\n\n\n" : SHORT_TIMES,
		 n->section, n->key, value);
	snprintf(message, sizeof(message),
		 ":5: [%s] %s = \"%s\": must be a %s from %u to %u", n->section,
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
		"",     "+5",  "-0",  "0x10", "0b1", "1e3",
		"5s",   "5 5", "5.0", "5,",   "5#5", "\"5\"",
		"five", "~",   "'5'", "5_5",  "5%",  "4294967296"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		set_number(&numbers[0], wrong[i], false);
	set_number(&numbers[0], "18446744073709551621", false); /* 2^64 + 5 */
}

static uint32_t evidence_age(const char *value)
{
	char text[64];

	snprintf(text, sizeof(text), "[policy]\nevidence_age = %s\n", value);
	assert_taken(text);
	return config.judge.evidence_age_s;
}

static void a_time_may_have_units(void **state)
{
	static const char *const wrong[] = {"59s",  "30m1h", "1y",  "m", "-1m",
					    "1.5h", "1w1s",  "1 h", "1M"};
	char text[64], *printed;

	(void)state;
	assert_int_equal(evidence_age("90"), 90);
	assert_int_equal(evidence_age("90s"), 90);
	assert_int_equal(evidence_age("10m"), 600);
	assert_int_equal(evidence_age("1h30m ; an hour"), 5400);
	assert_int_equal(evidence_age("1d # a day"), 86400);
	assert_int_equal(evidence_age("1w"), 604800);
	/* What is printed is read back. */
	printed = print(&config);
	assert_taken(printed);
	assert_int_equal(config.judge.evidence_age_s, 604800);
	free(printed);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		snprintf(text, sizeof(text), "[policy]\nevidence_age = %s\n",
			 wrong[i]);
		assert_int_equal(read_text(text), -1);
		assert_non_null(strstr(error, ": must be a number of seconds"
					      " from 60 to 604800, or a time"
					      " like 10m or 1h30m"));
	}
	/* Only a time: a queue is no number of minutes. */
	set_number(&numbers[0], "10m", false);
}

static const struct real {
	const char *key;
	size_t offset;
	const char *legal;
	struct {
		const char *text;
		uint32_t kept; /* 0: refused */
	} values[6];
} reals[] = {
	{"success_benign",
	 offsetof(struct config, success_benign_milli),
	 "must be a number from 0.5 to 0.99, at most three decimals",
	 {{"0.5", 500},
	  {"0.990", 990},
	  {"0.75", 750},
	  {"0.499", 0},
	  {"0.991", 0}}},
	{"success_scanner",
	 offsetof(struct config, success_scanner_milli),
	 "must be a number from 0.01 to 0.5, at most three decimals",
	 {{"0.01", 10},
	  {"0.5", 500},
	  {"00.123", 123},
	  {"0.009", 0},
	  {"0.501", 0}}},
	{"detection",
	 offsetof(struct config, detection_milli),
	 "must be a number from 0.5 to 0.999, at most three decimals",
	 {{"0.5", 500},
	  {"0.999", 999},
	  {"0.499", 0},
	  {"1", 0},
	  {"1.0", 0},
	  {"999", 0}}},
	{"false_positive",
	 offsetof(struct config, false_positive_micro),
	 "must be a number from 0.000001 to 0.1, at most six decimals",
	 {{"0.000001", 1},
	  {"0.1", 100000},
	  {"0.012345", 12345},
	  {"0.100001", 0},
	  {"0", 0},
	  {"0.0000001", 0}}},
};

static void set_real(const struct real *r, const char *value, uint32_t kept)
{
	char text[128], message[256];

	snprintf(text, sizeof(text), "[policy]\n%s = %s\n", r->key, value);
	if (kept) {
		if (read_text(text) < 0)
			fail_msg("%s", error);
		assert_int_equal(*(uint32_t *)((char *)&config + r->offset),
				 kept);
		return;
	}
	snprintf(message, sizeof(message), "2: [policy] %s = \"%s\": %s",
		 r->key, value, r->legal);
	assert_refused(text, message);
}

static void every_real_number_has_its_range(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(reals); i++) {
		const struct real *r = &reals[i];

		for (size_t j = 0; j < ARRAY_SIZE(r->values); j++)
			if (r->values[j].text)
				set_real(r, r->values[j].text,
					 r->values[j].kept);
	}
}

static void a_real_number_is_digits_around_one_point(void **state)
{
	static const char *const wrong[] = {"",
					    ".8",
					    "0.",
					    "0,8",
					    "0.8000",
					    "+0.8",
					    "0.8.0",
					    "0x0.8",
					    "8e-1",
					    "0.8 0",
					    "0. 8",
					    "0.-8",
					    "80%",
					    "0.8f",
					    "-0.8",
					    "nan",
					    "inf",
					    "0.0x8",
					    "~",
					    "4294967296.8",
					    "18446744073709551616.8",
					    "18446744073709552.416"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		set_real(&reals[0], wrong[i], 0);
}

static void a_real_number_is_printed_as_short_as_it_is(void **state)
{
	char *text;

	(void)state;
	assert_taken("[policy]\nsuccess_benign = 0.900\n"
		     "success_scanner = 0.05\ndetection = 0.999\n"
		     "false_positive = 0.000020\n");
	text = print(&config);
	assert_non_null(strstr(text, "\nsuccess_benign = 0.9\n"));
	assert_non_null(strstr(text, "\nsuccess_scanner = 0.05\n"));
	assert_non_null(strstr(text, "\ndetection = 0.999\n"));
	assert_non_null(strstr(text, "\nfalse_positive = 0.00002\n"));
	free(text);
}

static void a_scanner_succeeds_less_often_than_others(void **state)
{
	(void)state;
	assert_refused("[policy]\nsuccess_scanner = 0.5\n"
		       "success_benign = 0.5\n",
		       " [policy] success_scanner = 0.5: must be less than"
		       " success_benign, which is 0.5");
	assert_taken("[policy]\nsuccess_scanner = 0.499\n"
		     "success_benign = 0.5\n");
}

static void assert_test(int failure, int success, int threshold, int floor)
{
	const struct policy_test *test = &config.judge.test;

	assert_int_equal(test->failure, failure);
	assert_int_equal(test->success, success);
	assert_int_equal(test->threshold, threshold);
	assert_int_equal(test->floor, floor);
}

/* Thousandths of ln(4), -ln(4), ln(9900), ln(0.01 / 0.9999), and so on. */
static void the_test_is_worked_out_from_them(void **state)
{
	struct policy_test defaults;
	struct judge_config judge;

	(void)state;
	assert_taken("");
	assert_test(1386, -1386, 9200, -4605);
	defaults = config.judge.test;
	judge_config_default(&judge);
	assert_memory_equal(&judge.test, &defaults, sizeof(defaults));
	assert_taken("[policy]\nsuccess_benign = 0.9\nsuccess_scanner = 0.1\n"
		     "detection = 0.5\nfalse_positive = 0.1\n");
	assert_test(2197, -2197, 1609, -588);
	/* The most and the least that can be set. */
	assert_taken("[policy]\nsuccess_benign = 0.99\n"
		     "success_scanner = 0.01\ndetection = 0.999\n"
		     "false_positive = 0.000001\n");
	assert_test(4595, -4595, 13815, -6908);
	assert_taken("[policy]\nsuccess_benign = 0.5\n"
		     "success_scanner = 0.499\n");
	assert_test(2, -2, 9200, -4605);
}

static void no_time_is_longer_than_the_longest(void **state)
{
	(void)state;
	assert_refused("[policy]\nblock_time = 86401\n",
		       " [policy] block_time = 86401: must be at most"
		       " block_time_max, which is 86400");
	assert_refused("[policy]\nblock_time_max = 3599\n",
		       " [policy] block_time_proved = 3600: must be at most"
		       " block_time_max, which is 3599");
	assert_taken("[policy]\nblock_time = 86400\n"
		     "block_time_proved = 86400\n");
}

static void there_are_no_queues_behind_the_last(void **state)
{
	(void)state;
	assert_taken("[queue]\nnum = 65530\ncount = 6\n");
	assert_refused("[queue]\nnum = 65530\ncount = 7\n",
		       " [queue] num = 65530: 7 queues from there on end"
		       " behind 65535");
}

/* Either order of lines will do: it is the file that is judged. */
static void what_goes_together_is_judged_at_the_end(void **state)
{
	(void)state;
	assert_taken(
		"[policy]\nblock_time = 100000\nblock_time_max = 100000\n");
	assert_taken("[policy]\nblock_time_max = 60\nblock_time = 60\n"
		     "block_time_proved = 60\n");
}

static void a_wrong_line_hides_no_contradiction(void **state)
{
	char message[512];

	(void)state;
	snprintf(message, sizeof(message),
		 "3: [policy] pending = \"0\": must be a whole number from 1 to"
		 " 1000\n%s: [policy] block_time = 600: must be at most"
		 " block_time_max, which is 60\n%s: [policy]"
		 " block_time_proved = 3600: must be at most block_time_max,"
		 " which is 60",
		 path, path);
	assert_refused("[policy]\nblock_time_max = 60\npending = 0\n", message);
	/* A value that is wrong by itself is not compared. */
	assert_refused("[policy]\nblock_time_max = 60\nblock_time = 9\n"
		       "block_time_proved = 20\n",
		       "3: [policy] block_time = \"9\": must be a number of"
		       " seconds from 10 to 2592000, or a time like 10m or"
		       " 1h30m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_has_its_range),
		cmocka_unit_test(a_number_is_digits_and_nothing_else),
		cmocka_unit_test(a_time_may_have_units),
		cmocka_unit_test(every_real_number_has_its_range),
		cmocka_unit_test(a_real_number_is_digits_around_one_point),
		cmocka_unit_test(a_real_number_is_printed_as_short_as_it_is),
		cmocka_unit_test(a_scanner_succeeds_less_often_than_others),
		cmocka_unit_test(the_test_is_worked_out_from_them),
		cmocka_unit_test(no_time_is_longer_than_the_longest),
		cmocka_unit_test(there_are_no_queues_behind_the_last),
		cmocka_unit_test(what_goes_together_is_judged_at_the_end),
		cmocka_unit_test(a_wrong_line_hides_no_contradiction),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
