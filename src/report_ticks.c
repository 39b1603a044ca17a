/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ticks of a time axis. Steps up to a fortnight are lengths of time; longer
 * ones are months of the calendar, which differ in length.
 */
#include "report_ticks.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MS     INT64_C(1000)
#define SECOND (1000 * MS)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define WEEK   (7 * DAY)
#define YEAR   12 /* months */

/* 1970-01-05 was a Monday: weeks begin there. */
#define MONDAY (4 * DAY)

/* For strftime(). A fraction of a second is put behind the label. */
struct format {
	const char *label, *context;
};

static const struct format fractions = {"%S", "%Y-%m-%d %H:%M"};
static const struct format seconds = {"%H:%M:%S", "%Y-%m-%d"};
static const struct format minutes = {"%H:%M", "%Y-%m-%d"};
static const struct format days = {"%e %b", "%Y"};
static const struct format months = {"%b", "%Y"};
static const struct format years = {"%Y", ""};

/* One of both lengths is 0. */
struct step {
	int64_t us;
	int months;
	const struct format *format;
};

static const struct step steps[] = {
	{1 * MS, 0, &fractions},
	{2 * MS, 0, &fractions},
	{5 * MS, 0, &fractions},
	{10 * MS, 0, &fractions},
	{20 * MS, 0, &fractions},
	{50 * MS, 0, &fractions},
	{100 * MS, 0, &fractions},
	{200 * MS, 0, &fractions},
	{500 * MS, 0, &fractions},
	{1 * SECOND, 0, &seconds},
	{2 * SECOND, 0, &seconds},
	{5 * SECOND, 0, &seconds},
	{10 * SECOND, 0, &seconds},
	{15 * SECOND, 0, &seconds},
	{30 * SECOND, 0, &seconds},
	{1 * MINUTE, 0, &minutes},
	{2 * MINUTE, 0, &minutes},
	{5 * MINUTE, 0, &minutes},
	{10 * MINUTE, 0, &minutes},
	{15 * MINUTE, 0, &minutes},
	{30 * MINUTE, 0, &minutes},
	{1 * HOUR, 0, &minutes},
	{2 * HOUR, 0, &minutes},
	{3 * HOUR, 0, &minutes},
	{6 * HOUR, 0, &minutes},
	{12 * HOUR, 0, &minutes},
	{1 * DAY, 0, &days},
	{2 * DAY, 0, &days},
	{1 * WEEK, 0, &days},
	{2 * WEEK, 0, &days},
	{0, 1, &months},
	{0, 2, &months},
	{0, 3, &months},
	{0, 6, &months},
	{0, 1 * YEAR, &years},
	{0, 2 * YEAR, &years},
	{0, 5 * YEAR, &years},
	{0, 10 * YEAR, &years},
	{0, 20 * YEAR, &years},
	{0, 50 * YEAR, &years},
	{0, 100 * YEAR, &years},
	{0, 200 * YEAR, &years},
	{0, 1000 * YEAR, &years},
	{0, 10000 * YEAR, &years},
};
#define NUM_STEPS (sizeof(steps) / sizeof(*steps))

/* ---- rounding ---- */

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static void utc_of(int64_t time_us, struct tm *utc)
{
	time_t s = (time_t)floor_divide(time_us, SECOND);

	if (!gmtime_r(&s, utc))
		memset(utc, 0, sizeof(*utc));
}

/* The number of whole steps from a fixed time to this one. */
static int64_t steps_until(const struct step *step, int64_t time_us)
{
	struct tm utc;

	if (step->us)
		return floor_divide(time_us - (step->us % WEEK ? 0 : MONDAY),
				    step->us);
	utc_of(time_us, &utc);
	return floor_divide((utc.tm_year + INT64_C(1900)) * YEAR + utc.tm_mon,
			    step->months);
}

/* The time after so many steps. */
static int64_t time_after(const struct step *step, int64_t n)
{
	struct tm utc = {.tm_mday = 1};

	if (step->us)
		return n * step->us + (step->us % WEEK ? 0 : MONDAY);
	n *= step->months;
	utc.tm_year = (int)(floor_divide(n, YEAR) - 1900);
	utc.tm_mon = (int)(n - floor_divide(n, YEAR) * YEAR);
	return timegm(&utc) * SECOND;
}

/* Of the first tick that is not before `time_us`. */
static int64_t first_step(const struct step *step, int64_t time_us)
{
	int64_t n = steps_until(step, time_us);

	return n + (time_after(step, n) < time_us);
}

/* ---- texts ---- */

/* As many digits as tell two ticks apart. */
static void add_fraction(char *text, int64_t time_us, int64_t step_us)
{
	int ms = (int)(time_us - floor_divide(time_us, SECOND) * SECOND) / MS;
	size_t len = strlen(text);

	if (step_us < 10 * MS)
		snprintf(text + len, REPORT_TICK_BYTES - len, ".%03d s", ms);
	else if (step_us < 100 * MS)
		snprintf(text + len, REPORT_TICK_BYTES - len, ".%02d s",
			 ms / 10);
	else
		snprintf(text + len, REPORT_TICK_BYTES - len, ".%d s",
			 ms / 100);
}

/* "" where it does not fit. */
static void write_text(char text[static REPORT_TICK_BYTES], const char *format,
		       const struct tm *utc)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* of our own, above */
	if (strftime(text, REPORT_TICK_BYTES, format, utc) == 0)
		text[0] = '\0';
#pragma GCC diagnostic pop
	if (text[0] == ' ') /* of a day below 10 */
		memmove(text, text + 1, strlen(text));
}

static void write_texts(struct report_tick *tick, const struct step *step)
{
	struct tm utc;

	utc_of(tick->time_us, &utc);
	write_text(tick->label, step->format->label, &utc);
	write_text(tick->context, step->format->context, &utc);
	if (step->us && step->us < SECOND)
		add_fraction(tick->label, tick->time_us, step->us);
}

/* A context that a tick before has already is left out. */
static void leave_out_contexts(struct report_tick *ticks, unsigned int num)
{
	const char *context = "";

	for (unsigned int i = 0; i < num; i++) {
		if (strcmp(ticks[i].context, context) == 0)
			ticks[i].context[0] = '\0';
		else
			context = ticks[i].context;
	}
}

unsigned int report_ticks(int64_t first_us, int64_t last_us, unsigned int most,
			  struct report_tick ticks[static REPORT_TICKS])
{
	const struct step *step = steps;
	unsigned int num = 0;
	int64_t n;

	if (most > REPORT_TICKS)
		most = REPORT_TICKS;
	if (last_us <= first_us || most == 0)
		return 0;
	while (step < &steps[NUM_STEPS - 1] &&
	       steps_until(step, last_us) - first_step(step, first_us) >= most)
		step++;
	n = first_step(step, first_us);
	for (; num < most && time_after(step, n) <= last_us; n++, num++) {
		struct report_tick *tick = &ticks[num];

		tick->time_us = time_after(step, n);
		tick->at = (double)(tick->time_us - first_us) /
			   (double)(last_us - first_us);
		write_texts(tick, step);
	}
	leave_out_contexts(ticks, num);
	return num;
}

bool report_room_take(struct report_room *room, double at, size_t letters)
{
	double half = (double)letters * room->letter / 2;
	double begin = at * room->width - half, end = at * room->width + half;

	if (begin < room->end || begin < -room->margin ||
	    end > room->width + room->margin)
		return false;
	room->end = end + room->letter; /* a space */
	return true;
}
