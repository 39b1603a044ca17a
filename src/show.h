/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What handshakectl makes of the daemon's answers for a person to read. An
 * answer that lacks something is shown as far as it goes.
 */
#ifndef HANDSHAKED_SHOW_H
#define HANDSHAKED_SHOW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

typedef void (*show_fn)(const json_t *answer, FILE *out);

/* show_status.c: to "status". */
void show_status(const json_t *answer, FILE *out);

/* show_explain.c: to "explain SOURCE". */
void show_explanation(const json_t *x, FILE *out);

/* show_lists.c: to "sources", "blocklist" and "allow". */
void show_sources(const json_t *answer, FILE *out);
void show_blocklist(const json_t *answer, FILE *out);
void show_allowed(const json_t *answer, FILE *out);

/* show_sort.c: the orders of the two tables of "top". */
enum top_list {
	TOP_SOURCES,
	TOP_BLOCKLIST
};
struct top_order {
	char key; /* to press */
	enum top_list list;
	const char *member; /* of the entries; NULL: as the daemon sorts them */
	bool descending;
	const char *title, *help;
};

/* Of each list the one without a member is first; the last key is 0. */
extern const struct top_order top_orders[];

/* NULL for another key. */
const struct top_order *top_order_of(char key);

/*
 * Sorts the table in an answer to "sources" or "blocklist" and keeps its first
 * entries. Does nothing in the daemon's own order.
 */
void top_sort(json_t *answer, const struct top_order *order, size_t keep);

/* show_top.c: the screen of "top", of answers `seconds` apart. */
struct top {
	const json_t *before, *now; /* to "status"; before may be NULL */
	double seconds;
	const json_t *sources, *blocklist;
	const struct top_order *order[2]; /* of enum top_list; NULL: first */
};
void show_top(const struct top *top, FILE *out);

/* The screen that explains the keys, and the line that names them. */
void show_top_keys(FILE *out);
void show_top_line(const struct top_order *const order[2], FILE *out);

/*
 * show_cut.c: writes the first `rows` lines of `text`, each cut to so many
 * `columns` and with a newline behind it. A UTF-8 character is a column; escape
 * sequences take no room and are kept. Returns the number of lines.
 */
int show_cut(const char *text, int columns, int rows, FILE *out);

/* ---- show_text.c: what they share ---- */

/*
 * Makes all text of an answer printable: what is not becomes '?', so that
 * nothing in it is a command to the terminal. Newlines stay if two blanks
 * follow.
 */
void show_clean(json_t *answer);

/* Members: "-", 0 and false for one that is missing or of another type. */
const char *show_word(const json_t *o, const char *name);
long long show_number(const json_t *o, const char *name);
double show_real(const json_t *o, const char *name);
bool show_is(const json_t *o, const char *name);

/* "2d3h", "9m41s", "20m": at most so many units, the greatest first. */
#define SHOW_DURATION_BYTES 48
const char *show_duration(long long s, int units,
			  char text[static SHOW_DURATION_BYTES]);

/* What is left, and how long ago: "3m ago", "now"; of a member in seconds. */
const char *show_left(const json_t *o, const char *name,
		      char text[static SHOW_DURATION_BYTES]);
const char *show_ago(const json_t *o, const char *name,
		     char text[static SHOW_DURATION_BYTES]);

/* "s" for all but one. */
const char *show_plural(long long n);

/* How wide a column of these members has to be, its title being there too. */
int show_width(const json_t *list, const char *name, const char *title);

enum show_colour {
	SHOW_PLAIN,
	SHOW_BOLD,
	SHOW_RED,
	SHOW_YELLOW,
	SHOW_GREEN
};

/*
 * What has to be printed to go on in that colour: nothing, unless `out` is a
 * terminal, or a stream in memory after show_to_terminal(), NO_COLOR is unset
 * or empty, and TERM is neither unset nor "dumb".
 */
const char *show_colour(FILE *out, enum show_colour colour);

/* What is written in memory goes to a terminal. */
void show_to_terminal(void);

#endif
