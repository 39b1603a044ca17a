/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen of "handshakectl status". */
#include <stdio.h>
#include <string.h>

#include "core/base.h"
#include "show.h"

/* Any member as a word; "-" for one that is missing or of no use here. */
static const char *format_value(const json_t *value, char text[static 24])
{
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_true(value))
		return "yes";
	if (json_is_false(value))
		return "no";
	if (!json_is_integer(value))
		return "-";
	snprintf(text, 24, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return text;
}

/* `group` is "" on all but the first row of a group. */
static void print_row(FILE *out, const char *group, const char *label,
		      const json_t *value)
{
	char text[24];

	fprintf(out, "%s%-11s%-24s %14s\n", *group ? "\n" : "", group, label,
		format_value(value, text));
}

/* The status screen: an object of the answer, one of its members, its name. */
static const struct row {
	const char *object, *member, *label;
} rows[] = {
	{"queue", "num", "number"},
	{"queue", "count", "queues from there on"},
	{"queue", "length", "length"},
	{"queue", "received", "received"},
	{"queue", "accepted", "accepted"},
	{"queue", "dropped", "dropped"},
	{"queue", "refused", "refused by the parser"},
	{"queue", "malformed", "without packet id"},
	{"queue", "overruns", "receive overruns"},
	{"queue", "verdict_errors", "verdict errors"},
	{"queue", "kernel_dropped", "lost, queue full"},
	{"queue", "user_dropped", "lost, socket full"},
	{"queue", "conntrack_marks", "conntrack marks"},
	{"engine", "segments", "segments judged"},
	{"engine", "settled", "handshakes settled"},
	{"engine", "flows", "flows"},
	{"engine", "flows_max", "flows, at most"},
	{"engine", "flows_evicted", "flows evicted"},
	{"engine", "summaries_short", "histories cut short"},
	{"engine", "sources", "sources"},
	{"engine", "services", "services"},
	{"engine", "listed", "sources listed now"},
	{"engine", "listings", "listings"},
	{"engine", "withheld_standing", "withheld, good standing"},
	{"engine", "withheld_in_step", "withheld, in step"},
	{"engine", "withheld_rate", "withheld, rate or room"},
	{"engine", "gave_way", "gave way, list full"},
	{"engine", "held_back", "attempts held back"},
	{"engine", "notices_lost", "notices lost"},
	{"blocklist", "added", "added"},
	{"blocklist", "put_back", "of these put back"},
	{"blocklist", "deleted", "deleted"},
	{"blocklist", "set_full", "failed, set full"},
	{"blocklist", "not_tried", "not tried, set full"},
	{"blocklist", "table_missing", "failed, no table"},
	{"blocklist", "failed", "failed otherwise"},
	{"conntrack", "ended", "settled, now over"},
	{"conntrack", "overruns", "receive overruns"},
};

static void print_rows(FILE *out, const json_t *answer)
{
	const char *last = "";

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		const json_t *object = json_object_get(answer, row->object);
		bool is_first = strcmp(last, row->object) != 0;

		print_row(out, is_first ? row->object : "", row->label,
			  json_object_get(object, row->member));
		last = row->object;
	}
}

/* An object of names and counts; only what happened is in it. */
static void print_counts(FILE *out, const json_t *answer, const char *name)
{
	json_t *counts = json_object_get(answer, name);
	const char *group = name;
	void *i;

	if (json_object_size(counts) == 0)
		fprintf(out, "\n%-11s%s\n", name,
			json_is_object(counts) ? "none" : "-");
	for (i = json_object_iter(counts); i;
	     i = json_object_iter_next(counts, i)) {
		print_row(out, group, json_object_iter_key(i),
			  json_object_iter_value(i));
		group = "";
	}
}

static void print_uptime(FILE *out, const json_t *uptime_s)
{
	long long s = json_integer_value(uptime_s);

	if (json_is_integer(uptime_s))
		fprintf(out, "up %lldd %02lld:%02lld:%02lld\n", s / 86400,
			s / 3600 % 24, s / 60 % 60, s % 60);
	else
		fputs("up -\n", out);
}

static void print_word(FILE *out, const char *before, const json_t *value)
{
	char text[24];

	fprintf(out, "%s %s, ", before, format_value(value, text));
}

void show_status(const json_t *answer, FILE *out)
{
	print_word(out, "handshaked", json_object_get(answer, "version"));
	print_word(out, "mode", json_object_get(answer, "mode"));
	print_word(out, "pid", json_object_get(answer, "pid"));
	print_uptime(out, json_object_get(answer, "uptime_s"));
	print_rows(out, answer);
	print_counts(out, answer, "outcomes");
	print_counts(out, answer, "findings");
	print_counts(out, answer, "refused");
}
