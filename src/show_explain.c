/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The screen of "handshakectl explain": what a source's evidence comes to, the
 * evidence itself, and what will happen next.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/base.h"
#include "show.h"

#define HOW_LONG_BYTES (SHOW_DURATION_BYTES + 16)

/* ---- the source ---- */

static void print_score(const json_t *x, FILE *out)
{
	fprintf(out, "  score       %.2f of %.2f", show_real(x, "score"),
		show_real(x, "threshold"));
	if (show_real(x, "proved") > 0)
		fprintf(out, ", %.2f by proved evidence",
			show_real(x, "proved"));
	fputc('\n', out);
}

/* By the operator: by itself, or with a network. */
static bool is_blocked(const json_t *x)
{
	return show_number(x, "blocked_left_s") > 0 ||
	       json_is_object(json_object_get(x, "block"));
}

/* "permanently", or "for another 9m". */
static const char *how_long(const json_t *x, char text[static HOW_LONG_BYTES])
{
	char left[SHOW_DURATION_BYTES];

	if (show_is(json_object_get(x, "block"), "permanent"))
		return "permanently";
	snprintf(text, HOW_LONG_BYTES, "for another %s",
		 show_left(x, "blocked_left_s", left));
	return text;
}

static void print_blocked(const json_t *x, FILE *out)
{
	const json_t *block = json_object_get(x, "block");
	char text[HOW_LONG_BYTES];

	if (!is_blocked(x))
		return;
	fprintf(out, "  blocked     by operator, %s", how_long(x, text));
	if (!json_is_object(block)) {
		fputc('\n', out);
		return;
	}
	if (strcmp(show_word(block, "source"), show_word(x, "source")) != 0)
		fprintf(out, ", with %s", show_word(block, "source"));
	fprintf(out, ":\n              %s\n", show_word(block, "reason"));
}

static void print_listed(const json_t *x, FILE *out)
{
	const json_t *offence = json_object_get(x, "offence");
	char text[SHOW_DURATION_BYTES];

	if (show_is(x, "listed"))
		fprintf(out, "  listed      %sfor another %s%s\n",
			show_colour(out, SHOW_RED),
			show_left(x, "listed_left_s", text),
			show_colour(out, SHOW_PLAIN));
	else
		fputs("  listed      no\n", out);
	print_blocked(x, out);
	if (!json_is_object(offence))
		return;
	fprintf(out, "  offences    %lld, the last %s, for",
		show_number(x, "offences"), show_ago(offence, "age_s", text));
	fprintf(out, " %s, %s:\n", show_left(offence, "timeout_s", text),
		show_word(offence, "grade"));
	fprintf(out, "              %s\n", show_word(offence, "reason"));
}

static void print_standing(const json_t *x, FILE *out)
{
	char text[SHOW_DURATION_BYTES];

	if (show_is(x, "good"))
		fprintf(out, "  standing    good, by a connection %s\n",
			show_ago(x, "good_age_s", text));
	else
		fputs("  standing    none\n", out);
	if (show_is(x, "restricted"))
		fprintf(out, "  restricted  for another %s%s\n",
			show_left(x, "restricted_left_s", text),
			show_is(x, "in_step") ? ", in step with others" : "");
	else
		fputs("  restricted  no\n", out);
}

/* ---- the evidence ---- */

static const char *finding(const json_t *e)
{
	const char *name = show_word(e, "finding");

	return strcmp(name, "none") == 0 ? "good connection" : name;
}

static void print_evidence(const json_t *x, FILE *out)
{
	const json_t *evidence = json_object_get(x, "evidence"), *e;
	const int width = show_width(evidence, "destination", "destination");
	char text[SHOW_DURATION_BYTES];
	size_t i;

	if (json_array_size(evidence) == 0)
		return;
	fprintf(out, "\n%8s  %-*s %5s  %-19s %-14s %6s\n", "when", width,
		"destination", "port", "finding", "grade", "weight");
	json_array_foreach(evidence, i, e)
	{
		fprintf(out, "%8s  %-*s %5lld  %-19s %-14s ",
			show_ago(e, "age_s", text), width,
			show_word(e, "destination"), show_number(e, "port"),
			finding(e), show_word(e, "grade"));
		if (show_real(e, "weight") != 0)
			fprintf(out, "%6.2f\n", show_real(e, "weight"));
		else
			fprintf(out, "%6s\n", "-");
	}
}

/* ---- what would happen next ---- */

static void print_sweep(const json_t *x, FILE *out)
{
	const json_t *sweep = json_object_get(x, "sweep");
	const long long failed = show_number(sweep, "failed");

	fprintf(out, "protected side: %lld of %lld hosts failed", failed,
		show_number(sweep, "limit"));
	if (failed > 0)
		fprintf(out, " at port %lld, %lld answered",
			show_number(sweep, "port"),
			show_number(sweep, "answered"));
	fputc('\n', out);
}

/* The evidence is enough, and still it is not listed. */
static void print_spared(const json_t *x, FILE *out)
{
	if (strcmp(show_word(x, "mode"), "observe") == 0)
		fputs("mode observe: would be listed\n", out);
	else if (show_is(x, "good"))
		fputs("in good standing: restricted, not listed\n", out);
	else if (show_is(x, "in_step"))
		fputs("in step with others, perhaps forged: restricted, not"
		      " listed\n",
		      out);
	else if (show_is(x, "restricted"))
		fputs("restricted, not listed: too many were listed in a"
		      " minute, or the list is full\n",
		      out);
	else if (show_number(x, "addresses_needed") > 1)
		fprintf(out,
			"listed when %lld of its addresses have taken part\n",
			show_number(x, "addresses_needed"));
	else
		fputs("the next failed attempt lists it\n", out);
}

static void print_how_far(const json_t *x, FILE *out)
{
	const bool observes = strcmp(show_word(x, "mode"), "observe") == 0;
	const long long failures = show_number(x, "failures_left");
	const long long addresses = show_number(x, "addresses_needed");
	char text[SHOW_DURATION_BYTES];

	if (show_is(x, "good")) {
		fprintf(out,
			"in good standing: %lld more failed attempt%s would"
			" restrict it, not list it\n",
			failures, show_plural(failures));
		return;
	}
	fprintf(out, "%s%lld more failed attempt%s",
		observes ? "mode observe: " : "", failures,
		show_plural(failures));
	if (addresses > 1)
		fprintf(out, ", with %lld of its addresses taking part,",
			addresses);
	fprintf(out, " %s it for %s\n",
		observes        ? "would list"
		: failures == 1 ? "lists"
				: "list",
		show_left(x, "next_timeout_s", text));
}

static void print_next(const json_t *x, FILE *out)
{
	const json_t *net = json_object_get(x, "net");
	char text[SHOW_DURATION_BYTES];

	if (show_is(json_object_get(x, "block"), "permanent"))
		fputs("blocked by operator: permanently\n", out);
	else if (is_blocked(x))
		fprintf(out, "blocked by operator: another %s\n",
			show_left(x, "blocked_left_s", text));
	else if (show_is(x, "exempt"))
		fputs("on the never list\n", out);
	else if (show_is(x, "listed"))
		fprintf(out, "listed: another %s\n",
			show_left(x, "listed_left_s", text));
	else if (show_is(net, "listed"))
		fprintf(out, "listed with its /64: another %s\n",
			show_left(net, "listed_left_s", text));
	else if (show_is(x, "inside"))
		print_sweep(x, out);
	else if (show_number(x, "failures_left") == 0)
		print_spared(x, out);
	else
		print_how_far(x, out);
}

/* An address can be listed with its neighbours. */
static void print_net(const json_t *net, FILE *out)
{
	char text[SHOW_DURATION_BYTES], blocked[HOW_LONG_BYTES];

	if (!show_is(net, "known") && !is_blocked(net))
		return;
	fprintf(out, "  its /64     score %.2f", show_real(net, "score"));
	if (show_is(net, "listed"))
		fprintf(out, ", listed for another %s",
			show_left(net, "listed_left_s", text));
	else if (show_is(net, "restricted"))
		fprintf(out, ", restricted for another %s",
			show_left(net, "restricted_left_s", text));
	if (is_blocked(net))
		fprintf(out, ", blocked by operator %s",
			how_long(net, blocked));
	fprintf(out, ": explain %s\n", show_word(net, "source"));
}

static void print_known(const json_t *x, FILE *out)
{
	fprintf(out, "%s%s\n", show_word(x, "source"),
		show_is(x, "inside") ? ", on the protected side" : "");
	if (!show_is(x, "inside"))
		print_score(x, out);
	print_listed(x, out);
	if (!show_is(x, "inside"))
		print_standing(x, out);
}

void show_explanation(const json_t *x, FILE *out)
{
	const json_t *net = json_object_get(x, "net");

	if (show_is(x, "known"))
		print_known(x, out);
	else
		fprintf(out, "nothing is known of %s\n",
			show_word(x, "source"));
	if (!show_is(x, "known") && json_is_object(json_object_get(x, "block")))
		print_blocked(x, out);
	print_net(net, out);
	print_evidence(x, out);
	if (show_is(x, "known"))
		fputc('\n', out);
	if (show_is(x, "known") || show_is(x, "exempt") ||
	    show_is(x, "inside") || is_blocked(x))
		print_next(x, out);
}
