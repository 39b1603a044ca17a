/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen of "handshakectl top": rates, who is worst, who was listed. */
#include "show.h"

static long long member(const json_t *status, const char *object,
			const char *name)
{
	return show_number(json_object_get(status, object), name);
}

static long long total(const json_t *status, const char *object)
{
	json_t *counts = json_object_get(status, object);
	long long sum = 0;
	void *i;

	for (i = json_object_iter(counts); i;
	     i = json_object_iter_next(counts, i))
		sum += json_integer_value(json_object_iter_value(i));
	return sum;
}

/* A daemon that was restarted meanwhile counts from 0. */
static double rate(const struct top *top, long long now, long long before)
{
	if (!top->before || top->seconds <= 0 || now < before)
		return 0;
	return (double)(now - before) / top->seconds;
}

static double member_rate(const struct top *top, const char *object,
			  const char *name)
{
	return rate(top, member(top->now, object, name),
		    member(top->before, object, name));
}

static void print_rates(const struct top *top, FILE *out)
{
	fprintf(out,
		"packets %.0f/s, dropped %.0f/s, settled %.0f/s, findings"
		" %.0f/s\n",
		member_rate(top, "queue", "received"),
		member_rate(top, "queue", "dropped"),
		member_rate(top, "engine", "settled"),
		rate(top, total(top->now, "findings"),
		     total(top->before, "findings")));
	fprintf(out,
		"flows %lld, sources %lld, listed %lld, dropped by the"
		" kernel %.0f/s\n",
		member(top->now, "engine", "flows"),
		member(top->now, "engine", "sources"),
		member(top->now, "engine", "listed"),
		member_rate(top, "rules", "blocked_packets") +
			member_rate(top, "rules", "overrate_packets"));
}

void show_top(const struct top *top, FILE *out)
{
	char text[SHOW_DURATION_BYTES];

	fprintf(out, "handshaked %s, mode %s, up %s\n",
		show_word(top->now, "version"), show_word(top->now, "mode"),
		show_left(top->now, "uptime_s", text));
	print_rates(top, out);
	fprintf(out, "\n%sworst sources%s\n", show_colour(out, SHOW_BOLD),
		show_colour(out, SHOW_PLAIN));
	show_sources(top->sources, out);
	fprintf(out, "\n%snewest on the list%s\n", show_colour(out, SHOW_BOLD),
		show_colour(out, SHOW_PLAIN));
	show_blocklist(top->blocklist, out);
}
