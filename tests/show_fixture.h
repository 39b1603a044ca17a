/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Screens of handshakectl, of answers written out in a test. */
#ifndef HANDSHAKED_TESTS_SHOW_FIXTURE_H
#define HANDSHAKED_TESTS_SHOW_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../src/show.h"

/* JSON with ' for ". */
static inline json_t *answer_of(const char *text)
{
	char *json = strdup(text);
	json_error_t error;
	json_t *answer;

	for (char *p = json; *p; p++)
		if (*p == '\'')
			*p = '"';
	answer = json_loads(json, 0, &error);
	if (!answer)
		fail_msg("column %d: %s", error.column, error.text);
	free(json);
	return answer;
}

/* Made printable and shown, as handshakectl does. To be freed. */
static inline char *screen_of(show_fn show, const char *text)
{
	json_t *answer = answer_of(text);
	char *screen = NULL;
	size_t bytes;
	FILE *out = open_memstream(&screen, &bytes);

	show_clean(answer);
	show(answer, out);
	fclose(out);
	json_decref(answer);
	return screen;
}

static inline void assert_shows(show_fn show, const char *answer,
				const char *expected)
{
	char *screen = screen_of(show, answer);

	assert_string_equal(screen, expected);
	free(screen);
}

#endif
