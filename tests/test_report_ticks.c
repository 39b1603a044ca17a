/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ticks of a time axis, over spans from milliseconds to centuries: round,
 * rising, inside, few enough, and with texts that tell them apart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../src/report_ticks.h"

#define SECOND INT64_C(1000000)
#define DAY    (86400 * SECOND)

static int64_t time_of(const char *text)
{
	struct tm utc = {0};
	const char *end = strptime(text, "%Y-%m-%d %H:%M:%S", &utc);
	int64_t us = 0, weight = SECOND / 10;

	assert_non_null(end);
	if (*end == '.')
		for (end++; *end; end++, weight /= 10)
			us += weight * (*end - '0');
	return timegm(&utc) * SECOND + us;
}

/* "context|label, label, context|label". */
static void join(const struct report_tick *ticks, unsigned int num, char *out,
		 size_t bytes)
{
	size_t len = 0;

	out[0] = '\0';
	for (unsigned int i = 0; i < num; i++)
		len += (size_t)snprintf(out + len, bytes - len, "%s%s%s%s",
					i ? ", " : "", ticks[i].context,
					*ticks[i].context ? "|" : "",
					ticks[i].label);
}

static void expect(const char *first, const char *last, unsigned int most,
		   const char *wanted)
{
	struct report_tick ticks[REPORT_TICKS];
	char found[512];

	join(ticks, report_ticks(time_of(first), time_of(last), most, ticks),
	     found, sizeof(found));
	assert_string_equal(found, wanted);
}

static void each_span_has_its_step(void **state)
{
	(void)state;
	/* 5 ms */
	expect("2026-11-22 17:47:59.9975", "2026-11-22 17:48:00.0025", 8,
	       "2026-11-22 17:47|59.998 s, 59.999 s, "
	       "2026-11-22 17:48|00.000 s, 00.001 s, 00.002 s");
	/* 1 s */
	expect("2026-11-22 17:47:00.1", "2026-11-22 17:47:01.1", 8,
	       "2026-11-22 17:47|00.2 s, 00.4 s, 00.6 s, 00.8 s, 01.0 s");
	expect("2026-11-22 17:47:00", "2026-11-22 17:47:00.15", 8,
	       "2026-11-22 17:47|00.00 s, 00.02 s, 00.04 s, 00.06 s, 00.08 s, "
	       "00.10 s, 00.12 s, 00.14 s");
	/* 90 s */
	expect("2026-11-22 17:47:05", "2026-11-22 17:48:35", 8,
	       "2026-11-22|17:47:15, 17:47:30, 17:47:45, 17:48:00, 17:48:15, "
	       "17:48:30");
	/* 1 h */
	expect("2026-11-22 23:25:00", "2026-11-23 00:25:00", 8,
	       "2026-11-22|23:30, 23:40, 23:50, 2026-11-23|00:00, 00:10, "
	       "00:20");
	/* 1 day */
	expect("2026-11-22 17:47:00", "2026-11-23 17:47:00", 8,
	       "2026-11-22|18:00, 21:00, 2026-11-23|00:00, 03:00, 06:00, "
	       "09:00, 12:00, 15:00");
	/* 10 days, over a new year */
	expect("2026-12-25 12:00:00", "2027-01-04 12:00:00", 8,
	       "2026|27 Dec, 29 Dec, 31 Dec, 2027|2 Jan, 4 Jan");
	/* 8 months */
	expect("2026-03-15 00:00:00", "2026-11-15 00:00:00", 8,
	       "2026|Apr, May, Jun, Jul, Aug, Sep, Oct, Nov");
	/* 3 years */
	expect("2024-02-29 00:00:00", "2027-02-28 00:00:00", 8,
	       "2024|Jul, 2025|Jan, Jul, 2026|Jan, Jul, 2027|Jan");
	/* 100 years, and weeks, which begin on Monday */
	expect("1999-12-31 00:00:00", "2099-12-31 00:00:00", 8,
	       "2000, 2020, 2040, 2060, 2080");
	expect("2026-11-01 00:00:00", "2026-12-07 00:00:00", 8,
	       "2026|2 Nov, 9 Nov, 16 Nov, 23 Nov, 30 Nov, 7 Dec");
}

static void a_narrow_axis_has_longer_steps(void **state)
{
	(void)state;
	expect("2026-11-22 17:47:59.9975", "2026-11-22 17:48:00.0025", 4,
	       "2026-11-22 17:47|59.998 s, 2026-11-22 17:48|00.000 s, "
	       "00.002 s");
	expect("2026-03-15 00:00:00", "2026-11-15 00:00:00", 4,
	       "2026|May, Jul, Sep, Nov");
	expect("2026-03-15 00:00:00", "2026-11-15 00:00:00", 1, "2026|Jul");
}

/* Nothing to divide, nothing to write. */
static void no_span_has_no_tick(void **state)
{
	struct report_tick ticks[REPORT_TICKS];

	(void)state;
	assert_int_equal(report_ticks(5, 5, 8, ticks), 0);
	assert_int_equal(report_ticks(5, 4, 8, ticks), 0);
	assert_int_equal(report_ticks(1, DAY, 0, ticks), 0);
	assert_int_equal(report_ticks(1, 999, 8, ticks), 0);
}

static void check_ticks(int64_t first, int64_t span, unsigned int most)
{
	struct report_tick ticks[REPORT_TICKS];
	unsigned int num = report_ticks(first, first + span, most, ticks);

	/* Steps differ by 2.5 at most, but for days and weeks by 3.5. */
	assert_in_range(num, most < 4 ? 0 : most / 4, most);
	for (unsigned int i = 0; i < num; i++) {
		assert_in_range(ticks[i].time_us - first, 0, span);
		assert_true(ticks[i].at >= 0 && ticks[i].at <= 1);
		assert_in_range(strlen(ticks[i].label), 1, 8);
		assert_true(strlen(ticks[i].context) <= 16);
		if (i == 0)
			continue;
		assert_true(ticks[i].time_us > ticks[i - 1].time_us);
		assert_true(*ticks[i].context ||
			    strcmp(ticks[i].label, ticks[i - 1].label) != 0);
	}
}

/* From 8 ms to 400 years, from any time since shortly before 1970. */
static void every_span_has_a_few(void **state)
{
	(void)state;
	for (int64_t span = 8000; span < 400 * 366 * DAY; span += span / 7)
		for (int64_t first = -span / 3; first < 140 * 365 * DAY;
		     first += 3 * 365 * DAY + 12345678901)
			for (unsigned int most = 1; most <= 9; most++)
				check_ticks(first, span,
					    most > REPORT_TICKS ? REPORT_TICKS
								: most);
}

/* A capture may claim any time; what does not fit is left out. */
static void ends_of_time_end(void **state)
{
	struct report_tick ticks[REPORT_TICKS];
	const int64_t last = (int64_t)(UINT64_MAX / 1000);

	(void)state;
	assert_in_range(report_ticks(0, last, 8, ticks), 1, 8);
	assert_in_range(report_ticks(last - DAY, last, 8, ticks), 1, 8);
}

static void texts_do_not_touch(void **state)
{
	struct report_room room = {100, 10, 5, -11};

	(void)state;
	assert_false(report_room_take(&room, 0, 5)); /* -12.5 to 12.5 */
	assert_true(report_room_take(&room, 0, 4));  /* -10 to 10 */
	assert_false(report_room_take(&room, .24, 4));
	assert_true(report_room_take(&room, .25, 4)); /* 15 to 35 */
	assert_true(report_room_take(&room, .5, 4));  /* 40 to 60 */
	assert_false(report_room_take(&room, 1, 5));
	assert_true(report_room_take(&room, 1, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_span_has_its_step),
		cmocka_unit_test(a_narrow_axis_has_longer_steps),
		cmocka_unit_test(no_span_has_no_tick),
		cmocka_unit_test(every_span_has_a_few),
		cmocka_unit_test(ends_of_time_end),
		cmocka_unit_test(texts_do_not_touch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
