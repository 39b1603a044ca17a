/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The screen of "handshakectl status": what matters, in less than 40 rows. All
 * that the daemon counts is in the JSON.
 */
#include <stdio.h>
#include <string.h>

#include "core/base.h"
#include "show.h"

#define VALUE_BYTES 64

/* A number of the answer; "-" for what the daemon does not know. */
static const char *value(const json_t *answer, const char *object,
			 const char *member, char text[static VALUE_BYTES])
{
	const json_t *n =
		json_object_get(json_object_get(answer, object), member);

	if (!json_is_integer(n))
		return "-";
	snprintf(text, VALUE_BYTES, "%" JSON_INTEGER_FORMAT,
		 json_integer_value(n));
	return text;
}

/* ---- the head ---- */

/* "2026-11-22 17:47:00" of a timestamp. */
static const char *local_time(const char *timestamp,
			      char text[static VALUE_BYTES])
{
	snprintf(text, VALUE_BYTES, "%.19s", timestamp);
	if (strlen(text) == 19)
		text[10] = ' ';
	return text;
}

static void print_mode(const json_t *answer, FILE *out)
{
	const char *mode = show_word(answer, "mode");
	const bool observes = strcmp(mode, "observe") == 0;
	char time[VALUE_BYTES], text[SHOW_DURATION_BYTES];

	fprintf(out, "mode       %s%s%s, since %s, for %s\n",
		show_colour(out, observes ? SHOW_YELLOW : SHOW_GREEN), mode,
		show_colour(out, SHOW_PLAIN),
		local_time(show_word(answer, "mode_since"), time),
		show_left(answer, "mode_for_s", text));
}

static void print_head(const json_t *answer, FILE *out)
{
	char time[VALUE_BYTES], text[SHOW_DURATION_BYTES];

	fprintf(out, "handshaked %s, pid %lld\n", show_word(answer, "version"),
		show_number(answer, "pid"));
	print_mode(answer, out);
	fprintf(out, "started    %s, %s\n",
		local_time(show_word(answer, "started"), time),
		show_ago(answer, "uptime_s", text));
}

/* ---- two columns of numbers ---- */

static const struct cell {
	const char *label, *object, *member;
} cells[][2] = {
	{{"received", "queue", "received"}, {"flows", "engine", "flows"}},
	{{"accepted", "queue", "accepted"}, {"settled", "engine", "settled"}},
	{{"dropped", "queue", "dropped"}, {"sources", "engine", "sources"}},
	{{"refused", "queue", "refused"}, {"services", "engine", "services"}},
	{{"held back", "engine", "held_back"},
	 {"listed now", "engine", "listed"}},
	{{"malformed", "queue", "malformed"},
	 {"listings", "engine", "listings"}},
};

static void print_queues(const json_t *answer, FILE *out)
{
	const json_t *queue = json_object_get(answer, "queue");
	const long long num = show_number(queue, "num");
	const long long count = show_number(queue, "count");

	if (count > 1)
		fprintf(out,
			"\nqueues     %lld to %lld, each of %lld packets\n",
			num, num + count - 1, show_number(queue, "length"));
	else
		fprintf(out, "\nqueue      %lld, of %lld packets\n", num,
			show_number(queue, "length"));
}

static void print_cells(const json_t *answer, FILE *out)
{
	char left[VALUE_BYTES], right[VALUE_BYTES];

	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		const struct cell *l = &cells[i][0], *r = &cells[i][1];

		fprintf(out, "%-10s %12s     %-10s %12s\n", l->label,
			value(answer, l->object, l->member, left), r->label,
			value(answer, r->object, r->member, right));
	}
}

/* What the rules dropped before the queue, since the table was made. */
static void print_kernel_drops(const json_t *answer, FILE *out)
{
	char packets[VALUE_BYTES], bytes[VALUE_BYTES];
	char over_packets[VALUE_BYTES], over_bytes[VALUE_BYTES];

	fprintf(out,
		"in kernel  %s packets, %s bytes blocked; %s, %s over rate\n",
		value(answer, "rules", "blocked_packets", packets),
		value(answer, "rules", "blocked_bytes", bytes),
		value(answer, "rules", "overrate_packets", over_packets),
		value(answer, "rules", "overrate_bytes", over_bytes));
}

/* ---- what should not happen ---- */

#define LINE_WIDTH 78

/* Lines of words, the first behind the title, all from the same column on. */
static void print_wrapped(FILE *out, const char *title, const char *text)
{
	int at = fprintf(out, "%-10s", title);

	while (*text) {
		const int len = (int)strcspn(text, " ");

		if (at > 10 && at + 1 + len > LINE_WIDTH)
			at = fprintf(out, "\n%10s", "") - 1;
		at += fprintf(out, " %.*s", len, text);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

/* Queue numbers on which the rules and the daemon do not agree. */
static void print_mismatch(const json_t *answer, FILE *out)
{
	const json_t *queue = json_object_get(answer, "queue"), *line;
	size_t i;

	json_array_foreach(json_object_get(queue, "mismatch"), i, line)
	{
		if (!json_is_string(line))
			continue;
		fputs(show_colour(out, SHOW_RED), out);
		print_wrapped(out, "mismatch", json_string_value(line));
		fputs(show_colour(out, SHOW_PLAIN), out);
	}
}

/* Packets that passed unseen, or that were lost: alarming if there are any. */
static void print_fail_open(const json_t *answer, FILE *out)
{
	const json_t *queue = json_object_get(answer, "queue");
	const bool any = show_number(queue, "unjudged") > 0 ||
			 show_number(queue, "kernel_dropped") > 0 ||
			 show_number(queue, "user_dropped") > 0;
	char passed[VALUE_BYTES], full[VALUE_BYTES], deaf[VALUE_BYTES];

	fprintf(out,
		"fail-open  %s%s passed unjudged; lost: %s queue full, %s"
		" socket full%s\n",
		any ? show_colour(out, SHOW_RED) : "",
		value(answer, "queue", "unjudged", passed),
		value(answer, "queue", "kernel_dropped", full),
		value(answer, "queue", "user_dropped", deaf),
		any ? show_colour(out, SHOW_PLAIN) : "");
}

/* A line of numbers, each with its name behind it. */
static void print_line(const json_t *answer, FILE *out, const char *title,
		       const char *object, const char *const *names)
{
	char text[VALUE_BYTES];

	fprintf(out, "%-10s", title);
	for (const char *before = " "; *names; names += 2, before = ", ")
		fprintf(out, "%s%s %s", before,
			value(answer, object, names[0], text), names[1]);
	fputc('\n', out);
}

static void print_lines(const json_t *answer, FILE *out)
{
	static const char *const errors[] = {"overruns", "overruns",
					     "verdict_errors",
					     "verdicts not taken", NULL};
	static const char *const elements[] = {
		"added",   "added",   "put_back", "put back",
		"deleted", "deleted", NULL};
	static const char *const troubles[] = {
		"set_full",  "set full",      "not_tried",
		"not tried", "table_missing", "no table",
		"failed",    "otherwise",     NULL};
	static const char *const withheld[] = {"withheld_standing",
					       "good standing",
					       "withheld_in_step",
					       "in step",
					       "withheld_rate",
					       "rate or room",
					       NULL};

	print_line(answer, out, "errors", "queue", errors);
	print_line(answer, out, "blocklist", "blocklist", elements);
	print_line(answer, out, "not listed", "blocklist", troubles);
	print_line(answer, out, "withheld", "engine", withheld);
}

/* ---- what happened ---- */

/* An object of names and counts; only what happened is in it. */
static void print_counts(FILE *out, const json_t *answer, const char *name)
{
	json_t *counts = json_object_get(answer, name);
	int at = fprintf(out, "%-10s", name);
	const char *before = " ";
	void *i;

	if (json_object_size(counts) == 0)
		fputs(json_is_object(counts) ? " none" : " -", out);
	for (i = json_object_iter(counts); i;
	     i = json_object_iter_next(counts, i)) {
		char text[96];
		int len = snprintf(
			text, sizeof(text), "%.64s %" JSON_INTEGER_FORMAT,
			json_object_iter_key(i),
			json_integer_value(json_object_iter_value(i)));

		if (at + len + 2 > LINE_WIDTH) {
			before = ",\n           ";
			at = 9;
		}
		fprintf(out, "%s%s", before, text);
		at += len + 2;
		before = ", ";
	}
	fputc('\n', out);
}

static void print_events(const json_t *answer, FILE *out)
{
	const json_t *events = json_object_get(answer, "last_events"), *e;
	char time[VALUE_BYTES];
	size_t i;

	if (json_array_size(events) == 0)
		return;
	fputs("\nlast events\n", out);
	json_array_foreach(events, i, e)
	{
		fprintf(out, "  %s  %s\n",
			local_time(show_word(e, "timestamp"), time),
			show_word(e, "message"));
	}
}

void show_status(const json_t *answer, FILE *out)
{
	print_head(answer, out);
	print_queues(answer, out);
	print_cells(answer, out);
	print_kernel_drops(answer, out);
	fputc('\n', out);
	print_mismatch(answer, out);
	print_fail_open(answer, out);
	print_lines(answer, out);
	fputc('\n', out);
	print_counts(out, answer, "findings");
	print_counts(out, answer, "outcomes");
	print_counts(out, answer, "refused");
	print_events(answer, out);
}
