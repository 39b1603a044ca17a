/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Durations: the forms that are read, and the texts that are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base.h"
#include "duration.h"

static void assert_seconds(const char *text, uint64_t expected)
{
	uint64_t seconds = 4711;

	if (!duration_parse(text, &seconds))
		fail_msg("\"%s\" was refused", text);
	if (seconds != expected)
		fail_msg("\"%s\" is %llu", text, (unsigned long long)seconds);
}

static void assert_refused(const char *text)
{
	uint64_t seconds = 4711;

	if (duration_parse(text, &seconds))
		fail_msg("\"%s\" was read as %llu", text,
			 (unsigned long long)seconds);
	assert_int_equal(seconds, 4711);
}

static void test_one_number(void **state)
{
	(void)state;
	assert_seconds("0", 0);
	assert_seconds("90", 90);
	assert_seconds("007", 7);
	assert_seconds("90s", 90);
	assert_seconds("10m", 600);
	assert_seconds("2h", 7200);
	assert_seconds("1d", 86400);
	assert_seconds("1w", 604800);
}

static void test_several_groups(void **state)
{
	(void)state;
	assert_seconds("1h30m", 5400);
	assert_seconds("2d12h", 216000);
	assert_seconds("1m30s", 90);
	assert_seconds("1w2d3h4m5s", 788645);
	assert_seconds("1h90m", 9000);
	assert_seconds("1d5s", 86405);
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"",       "m",     "s10",  "10x",       "10M",  "10min",
		"1h30",   "30m1h", "1h1h", "1h30mm",    " 10m", "10m ",
		"1h 30m", "-1",    "+1",   "1.5h",      "0x10", "1,5",
		"h1m",    "10ms",  "1e3",  "\xc2\xb2h",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_refused(texts[i]);
}

static void test_overflow(void **state)
{
	(void)state;
	assert_seconds("18446744073709551615", UINT64_MAX);
	assert_seconds("18446744073709551615s", UINT64_MAX);
	assert_seconds("30500568904943w", UINT64_C(30500568904943) * 604800);
	assert_refused("18446744073709551616");
	assert_refused("99999999999999999999999999");
	assert_refused("30500568904944w");
	assert_refused("307445734561825861m");
	assert_refused("1m18446744073709551615s");
}

/* Every text of four of these characters is read or refused cleanly. */
static void test_every_short_text(void **state)
{
	static const char letters[] = "019wdhms -";
	const size_t n = sizeof(letters) - 1;
	uint64_t seconds;
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < n * n * n * n; i++) {
		const char text[] = {letters[i % n], letters[i / n % n],
				     letters[i / n / n % n],
				     letters[i / n / n / n], '\0'};

		if (!duration_parse(text, &seconds))
			continue;
		read++;
		assert_null(strpbrk(text, " -"));
		assert_true(seconds <= UINT64_C(999) * 604800);
	}
	/*
	 * 81 of digits, 27 * 5 of three digits and a unit, and 9 * 10 of
	 * two groups, of which the ten pairs of units in falling order.
	 */
	assert_int_equal(read, 81 + 27 * 5 + 9 * 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_number),
		cmocka_unit_test(test_several_groups),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_every_short_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
