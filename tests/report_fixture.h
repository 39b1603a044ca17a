/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report fed by hand: lines of events, and what is written of them. */
#ifndef HANDSHAKED_TEST_REPORT_FIXTURE_H
#define HANDSHAKED_TEST_REPORT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../src/report_feed.h"

static struct report *report;

static inline int new_report(void **state)
{
	(void)state;
	report = report_new("events.json");
	return report ? 0 : -1;
}

static inline int free_report(void **state)
{
	(void)state;
	report_free(report);
	return 0;
}

__attribute__((format(printf, 1, 2))) static inline void
take(const char *format, ...)
{
	char line[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	report_take_line(report, line, strlen(line));
}

/* What a writer writes, to be freed. */
__attribute__((noinline, unused)) static char *
written(void (*write)(const struct report *r, FILE *out))
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	write(report, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static inline size_t occurrences(const char *text, const char *part)
{
	size_t n = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		n++;
	}
	return n;
}

#define EVENT(type, rest)                                     \
	"{\"timestamp\":\"2026-11-22T17:47:00.123456+0000\"," \
	"\"event_type\":\"" type "\"" rest "}"
#define ENDS                                                                   \
	",\"src_ip\":\"203.0.113.9\",\"dest_ip\":\"192.0.2.1\",\"dest_port\":" \
	"22"

#endif
