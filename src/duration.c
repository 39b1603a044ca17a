/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads durations. Not with strtoull(), which accepts signs and blanks. */
#include "duration.h"

#include <stddef.h>

#include "core/base.h"

/* The longest first. */
static const struct unit {
	char letter;
	uint64_t seconds;
} units[] = {
	{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1},
};

/* Reads digits; moves *text behind them. False when there are none. */
static bool read_number(const char **text, uint64_t *n)
{
	const char *c = *text;

	*n = 0;
	for (; *c >= '0' && *c <= '9'; c++)
		if (__builtin_mul_overflow(*n, 10, n) ||
		    __builtin_add_overflow(*n, (uint64_t)(*c - '0'), n))
			return false;
	if (c == *text)
		return false;
	*text = c;
	return true;
}

/* Returns the unit's place in the table, or its size when it is none. */
static size_t unit_of(char letter)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(units) && units[i].letter != letter)
		i++;
	return i;
}

bool duration_parse(const char *text, uint64_t *seconds)
{
	uint64_t n, sum = 0;
	size_t unit, next = 0; /* the longest unit that may still follow */

	if (!read_number(&text, &n))
		return false;
	if (*text == '\0') {
		*seconds = n;
		return true;
	}
	for (;;) {
		unit = unit_of(*text++);
		if (unit < next || unit == ARRAY_SIZE(units) ||
		    __builtin_mul_overflow(n, units[unit].seconds, &n) ||
		    __builtin_add_overflow(sum, n, &sum))
			return false;
		if (*text == '\0')
			break;
		next = unit + 1;
		if (!read_number(&text, &n))
			return false;
	}
	*seconds = sum;
	return true;
}
