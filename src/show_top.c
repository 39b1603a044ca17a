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

/* Of the table; `first` is the key of the daemon's own order. */
static void print_title(const struct top *top, enum top_list list, char first,
			FILE *out)
{
	const struct top_order *order = top->order[list];

	if (!order)
		order = top_order_of(first);
	fprintf(out, "\n%s%s%s\n", show_colour(out, SHOW_BOLD), order->title,
		show_colour(out, SHOW_PLAIN));
}

void show_top(const struct top *top, FILE *out)
{
	char text[SHOW_DURATION_BYTES];

	fprintf(out, "handshaked %s, mode %s, up %s\n",
		show_word(top->now, "version"), show_word(top->now, "mode"),
		show_left(top->now, "uptime_s", text));
	print_rates(top, out);
	print_title(top, TOP_SOURCES, 's', out);
	show_sources(top->sources, out);
	print_title(top, TOP_BLOCKLIST, 'n', out);
	show_blocklist(top->blocklist, out);
}

void show_top_keys(FILE *out)
{
	fputs("handshakectl top: keys\n\n", out);
	for (const struct top_order *o = top_orders; o->key; o++)
		fprintf(out, "  %c     %s\n", o->key, o->help);
	fputs("  h, ?  this help\n"
	      "  q     quit\n\n"
	      "Sorted are the 1000 worst sources and the 1000 newest on the"
	      " list.\n",
	      out);
}

void show_top_line(const struct top_order *const order[2], FILE *out)
{
	fputs("h help  q quit  sort sources", out);
	for (const struct top_order *o = top_orders; o->key; o++) {
		if (o > top_orders && o->list != o[-1].list)
			fputs("  list", out);
		fprintf(out, o == order[o->list] ? " [%c]" : " %c", o->key);
	}
	fputc('\n', out);
}
