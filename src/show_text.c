/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words, numbers, durations and colours, as all screens have them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base.h"
#include "show.h"

/* ---- text that is safe to print ---- */

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* A message may have more lines, which cannot be taken for one by itself. */
static bool is_indented_line(const char *text)
{
	return strncmp(text, "\n  ", 3) == 0;
}

static json_t *printable(const char *text)
{
	char *copy = strdup(text);
	json_t *clean;

	for (char *c = copy; c && *c; c++)
		if ((*c < ' ' || *c > '~') && !is_indented_line(c))
			*c = '?';
	clean = json_string(copy ? copy : "?");
	free(copy);
	return clean;
}

/* As deep as jansson reads, 2048. NOLINTNEXTLINE(misc-no-recursion) */
static void clean_object(json_t *object)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(object, next, key, value)
	{
		if (!is_printable(key))
			json_object_del(object, key);
		else if (json_is_string(value))
			json_object_set_new(
				object, key,
				printable(json_string_value(value)));
		else
			show_clean(value);
	}
}

/* NOLINTNEXTLINE(misc-no-recursion): the same. */
void show_clean(json_t *answer)
{
	json_t *value;
	size_t i;

	if (json_is_object(answer))
		clean_object(answer);
	json_array_foreach(answer, i, value)
	{
		if (json_is_string(value))
			json_array_set_new(answer, i,
					   printable(json_string_value(value)));
		else
			show_clean(value);
	}
}

/* ---- members of the answer ---- */

const char *show_word(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text ? text : "-";
}

long long show_number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

double show_real(const json_t *o, const char *name)
{
	return json_number_value(json_object_get(o, name));
}

bool show_is(const json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}

const char *show_plural(long long n)
{
	return n == 1 ? "" : "s";
}

const char *show_duration(long long s, int units,
			  char text[static SHOW_DURATION_BYTES])
{
	static const struct {
		char name;
		int seconds;
	} unit[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(unit) && units > 0; i++) {
		if (s >= unit[i].seconds)
			len += (size_t)snprintf(
				text + len, SHOW_DURATION_BYTES - len, "%lld%c",
				s / unit[i].seconds, unit[i].name);
		units -= len > 0;
		s %= unit[i].seconds;
	}
	return len > 0 ? text : "0s";
}

const char *show_left(const json_t *o, const char *name,
		      char text[static SHOW_DURATION_BYTES])
{
	return show_duration(show_number(o, name), 2, text);
}

const char *show_ago(const json_t *o, const char *name,
		     char text[static SHOW_DURATION_BYTES])
{
	show_duration(show_number(o, name), 1, text);
	return show_number(o, name) > 0 ? strcat(text, " ago") : "now";
}

int show_width(const json_t *list, const char *name, const char *title)
{
	size_t width = strlen(title), i;
	const json_t *o;

	json_array_foreach(list, i, o)
	{
		if (strlen(show_word(o, name)) > width)
			width = strlen(show_word(o, name));
	}
	return (int)width;
}

/* ---- colours ---- */

static bool memory_is_screen;

void show_to_terminal(void)
{
	memory_is_screen = true;
}

static bool has_colours(FILE *out)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	const int fd = fileno(out); /* a stream in memory has none */

	return (fd < 0 ? memory_is_screen : isatty(fd)) &&
	       !(no_color && *no_color) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

const char *show_colour(FILE *out, enum show_colour colour)
{
	static const char *const escape[] = {
		[SHOW_PLAIN] = "\033[0m",  [SHOW_BOLD] = "\033[1m",
		[SHOW_RED] = "\033[31m",   [SHOW_YELLOW] = "\033[33m",
		[SHOW_GREEN] = "\033[32m",
	};

	return has_colours(out) ? escape[colour] : "";
}
