/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of "handshakectl sources", "blocklist" and "allow". */
#include <string.h>

#include "show.h"

#define STATE_BYTES 80

/* "the newest 1000 of 7000": more than were asked for. */
static void print_total(const json_t *answer, size_t shown, const char *what,
			FILE *out)
{
	const long long total = show_number(answer, "total");

	if (total > (long long)shown)
		fprintf(out, "the %s %zu of %lld\n\n", what, shown, total);
}

/* ---- sources ---- */

static const char *state_of(const json_t *s, char text[static STATE_BYTES])
{
	char left[SHOW_DURATION_BYTES];

	if (show_is(s, "listed"))
		snprintf(text, STATE_BYTES, "listed, %s",
			 show_left(s, "listed_left_s", left));
	else if (show_is(s, "in_step"))
		return "in step";
	else if (show_is(s, "restricted"))
		return "restricted";
	else if (show_is(s, "good"))
		return "good standing";
	else
		return "-";
	return text;
}

static enum show_colour colour_of(const json_t *s)
{
	if (show_is(s, "listed"))
		return SHOW_RED;
	return show_is(s, "restricted") ? SHOW_YELLOW : SHOW_PLAIN;
}

static void print_source(const json_t *s, int width, FILE *out)
{
	const bool plain = colour_of(s) == SHOW_PLAIN;
	char text[SHOW_DURATION_BYTES], state[STATE_BYTES];

	fprintf(out, "%-*s  %6.2f  %-13s  %5lld  %5lld  %s%-14s%s  %s\n", width,
		show_word(s, "source"), show_real(s, "score"),
		strcmp(show_word(s, "finding"), "none")
			? show_word(s, "finding")
			: "-",
		show_number(s, "ports"), show_number(s, "hosts"),
		plain ? "" : show_colour(out, colour_of(s)), state_of(s, state),
		plain ? "" : show_colour(out, SHOW_PLAIN),
		show_ago(s, "seen_age_s", text));
}

void show_sources(const json_t *answer, FILE *out)
{
	const json_t *sources = json_object_get(answer, "sources"), *s;
	const int width = show_width(sources, "source", "source");
	size_t i;

	if (json_array_size(sources) == 0) {
		fputs("no evidence is held against anyone\n", out);
		return;
	}
	print_total(answer, json_array_size(sources), "worst", out);
	fprintf(out, "%s%-*s  %6s  %-13s  %5s  %5s  %-14s  %s%s\n",
		show_colour(out, SHOW_BOLD), width, "source", "score",
		"finding", "ports", "hosts", "state", "last seen",
		show_colour(out, SHOW_PLAIN));
	json_array_foreach(sources, i, s)
	{
		print_source(s, width, out);
	}
	fprintf(out, "\nlisted from %.2f on\n", show_real(answer, "threshold"));
}

/* ---- the sets ---- */

/* A reason that the operator gave says so. */
static const char *author_of(const json_t *e)
{
	return strcmp(show_word(e, "by"), "operator") == 0 &&
			       strcmp(show_word(e, "reason"),
				      "blocked by operator") != 0
		       ? " (by operator)"
		       : "";
}

void show_blocklist(const json_t *answer, FILE *out)
{
	const json_t *entries = json_object_get(answer, "entries"), *e;
	const int width = show_width(entries, "source", "source");
	char left[SHOW_DURATION_BYTES], whole[SHOW_DURATION_BYTES];
	size_t i;

	if (json_array_size(entries) == 0) {
		fputs("nobody is listed\n", out);
		return;
	}
	print_total(answer, json_array_size(entries), "newest", out);
	fprintf(out, "%s%-*s  %8s  %8s  %10s  %12s  %s%s\n",
		show_colour(out, SHOW_BOLD), width, "source", "expires", "of",
		"packets", "bytes", "reason", show_colour(out, SHOW_PLAIN));
	json_array_foreach(entries, i, e)
	{
		const bool expires = show_number(e, "timeout_s") > 0;

		fprintf(out, "%-*s  %8s  %8s  %10lld  %12lld  %s%s\n", width,
			show_word(e, "source"),
			expires ? show_left(e, "expires_s", left) : "never",
			expires ? show_left(e, "timeout_s", whole) : "-",
			show_number(e, "packets"), show_number(e, "bytes"),
			show_word(e, "reason"), author_of(e));
	}
}

void show_allowed(const json_t *answer, FILE *out)
{
	const json_t *allowed = json_object_get(answer, "allowed"), *range;
	const char *message = show_word(answer, "message");
	size_t i;

	if (!json_is_array(allowed))
		fprintf(out, "%s\n", message);
	else if (json_array_size(allowed) == 0)
		fputs("nobody is allowed past the judge\n", out);
	json_array_foreach(allowed, i, range)
	{
		const char *text = json_string_value(range);

		fprintf(out, "%s\n", text ? text : "-");
	}
}
