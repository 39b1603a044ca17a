/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text, numbers and times into a page. */
#include <string.h>

#include "report_feed.h"

void report_put_escaped(const char *text, FILE *out)
{
	static const char special[] = "&<>\"'";

	for (; *text; text++) {
		if (strchr(special, *text))
			fprintf(out, "&#%d;", *text);
		else
			fputc(*text, out);
	}
}

void report_put_number(uint64_t n, FILE *out)
{
	char text[REPORT_NUMBER_BYTES];

	fputs(report_number(n, text), out);
}

void report_put_count(uint64_t n, bool at_least, const char *what, FILE *out)
{
	if (at_least)
		fputs("more than ", out);
	report_put_number(n, out);
	fprintf(out, " %s%s", what, n == 1 && !at_least ? "" : "s");
}

void report_put_time(int64_t time_us, FILE *out)
{
	char text[REPORT_TIME_BYTES];

	fputs(report_time(time_us, text), out);
}

void report_put_time_of_day(int64_t time_us, int64_t other_us, FILE *out)
{
	char text[REPORT_TIME_BYTES], other[REPORT_TIME_BYTES];
	const size_t date = strlen("2026-11-22 ");

	report_time(time_us, text);
	report_time(other_us, other);
	fputs(strncmp(text, other, date) == 0 ? text + date : text, out);
}

void report_put_duration(int64_t us, FILE *out)
{
	char text[REPORT_DURATION_BYTES];

	fputs(report_duration(us, text), out);
}
