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

#define DURATION_BYTES 48

/* ---- members of the answer ---- */

static const char *word(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text ? text : "-";
}

static long long number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

static double real(const json_t *o, const char *name)
{
	return json_number_value(json_object_get(o, name));
}

static bool is(const json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}

static const char *plural(long long n)
{
	return n == 1 ? "" : "s";
}

/* "2d3h", "9m41s", "20m": at most so many units, the greatest first. */
static const char *duration(long long s, int units,
			    char text[static DURATION_BYTES])
{
	static const struct {
		char name;
		int seconds;
	} unit[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(unit) && units > 0; i++) {
		if (s >= unit[i].seconds)
			len += (size_t)snprintf(
				text + len, DURATION_BYTES - len, "%lld%c",
				s / unit[i].seconds, unit[i].name);
		units -= len > 0;
		s %= unit[i].seconds;
	}
	return len > 0 ? text : "0s";
}

static const char *left(const json_t *o, const char *name,
			char text[static DURATION_BYTES])
{
	return duration(number(o, name), 2, text);
}

static const char *ago(const json_t *o, const char *name,
		       char text[static DURATION_BYTES])
{
	duration(number(o, name), 1, text);
	return number(o, name) > 0 ? strcat(text, " ago") : "now";
}

/* ---- the source ---- */

static void print_score(const json_t *x, FILE *out)
{
	fprintf(out, "  score       %.2f of %.2f", real(x, "score"),
		real(x, "threshold"));
	if (real(x, "proved") > 0)
		fprintf(out, ", %.2f by proved evidence", real(x, "proved"));
	fputc('\n', out);
}

static void print_listed(const json_t *x, FILE *out)
{
	const json_t *offence = json_object_get(x, "offence");
	char text[DURATION_BYTES];

	if (is(x, "listed"))
		fprintf(out, "  listed      for another %s\n",
			left(x, "listed_left_s", text));
	else
		fputs("  listed      no\n", out);
	if (number(x, "blocked_left_s") > 0)
		fprintf(out, "  blocked     by operator, for another %s\n",
			left(x, "blocked_left_s", text));
	if (!json_is_object(offence))
		return;
	fprintf(out, "  offences    %lld, the last %s, for",
		number(x, "offences"), ago(offence, "age_s", text));
	fprintf(out, " %s, %s:\n", left(offence, "timeout_s", text),
		word(offence, "grade"));
	fprintf(out, "              %s\n", word(offence, "reason"));
}

static void print_standing(const json_t *x, FILE *out)
{
	char text[DURATION_BYTES];

	if (is(x, "good"))
		fprintf(out, "  standing    good, by a connection %s\n",
			ago(x, "good_age_s", text));
	else
		fputs("  standing    none\n", out);
	if (is(x, "restricted"))
		fprintf(out, "  restricted  for another %s%s\n",
			left(x, "restricted_left_s", text),
			is(x, "in_step") ? ", in step with others" : "");
	else
		fputs("  restricted  no\n", out);
}

/* ---- the evidence ---- */

static const char *finding(const json_t *e)
{
	const char *name = word(e, "finding");

	return strcmp(name, "none") == 0 ? "good connection" : name;
}

static int destination_width(const json_t *evidence)
{
	size_t width = strlen("destination"), i;
	const json_t *e;

	json_array_foreach(evidence, i,
			   e) if (strlen(word(e, "destination")) > width)
		width = strlen(word(e, "destination"));
	return (int)width;
}

static void print_evidence(const json_t *x, FILE *out)
{
	const json_t *evidence = json_object_get(x, "evidence"), *e;
	const int width = destination_width(evidence);
	char text[DURATION_BYTES];
	size_t i;

	if (json_array_size(evidence) == 0)
		return;
	fprintf(out, "\n%8s  %-*s %5s  %-19s %-14s %6s\n", "when", width,
		"destination", "port", "finding", "grade", "weight");
	json_array_foreach(evidence, i, e)
	{
		fprintf(out, "%8s  %-*s %5lld  %-19s %-14s ",
			ago(e, "age_s", text), width, word(e, "destination"),
			number(e, "port"), finding(e), word(e, "grade"));
		if (real(e, "weight") != 0)
			fprintf(out, "%6.2f\n", real(e, "weight"));
		else
			fprintf(out, "%6s\n", "-");
	}
}

/* ---- what would happen next ---- */

static void print_sweep(const json_t *x, FILE *out)
{
	const json_t *sweep = json_object_get(x, "sweep");
	const long long failed = number(sweep, "failed");

	fprintf(out, "protected side: %lld of %lld hosts failed", failed,
		number(sweep, "limit"));
	if (failed > 0)
		fprintf(out, " at port %lld, %lld answered",
			number(sweep, "port"), number(sweep, "answered"));
	fputc('\n', out);
}

/* The evidence is enough, and still it is not listed. */
static void print_spared(const json_t *x, FILE *out)
{
	if (strcmp(word(x, "mode"), "observe") == 0)
		fputs("mode observe: would be listed\n", out);
	else if (is(x, "good"))
		fputs("in good standing: restricted, not listed\n", out);
	else if (is(x, "in_step"))
		fputs("in step with others, perhaps forged: restricted, not"
		      " listed\n",
		      out);
	else if (is(x, "restricted"))
		fputs("restricted, not listed: too many were listed in a"
		      " minute, or the list is full\n",
		      out);
	else if (number(x, "addresses_needed") > 1)
		fprintf(out,
			"listed when %lld of its addresses have taken part\n",
			number(x, "addresses_needed"));
	else
		fputs("the next failed attempt lists it\n", out);
}

static void print_how_far(const json_t *x, FILE *out)
{
	const bool observes = strcmp(word(x, "mode"), "observe") == 0;
	const long long failures = number(x, "failures_left");
	const long long addresses = number(x, "addresses_needed");
	char text[DURATION_BYTES];

	if (is(x, "good")) {
		fprintf(out,
			"in good standing: %lld more failed attempt%s would"
			" restrict it, not list it\n",
			failures, plural(failures));
		return;
	}
	fprintf(out, "%s%lld more failed attempt%s",
		observes ? "mode observe: " : "", failures, plural(failures));
	if (addresses > 1)
		fprintf(out, ", with %lld of its addresses taking part,",
			addresses);
	fprintf(out, " %s it for %s\n",
		observes        ? "would list"
		: failures == 1 ? "lists"
				: "list",
		left(x, "next_timeout_s", text));
}

static void print_next(const json_t *x, FILE *out)
{
	const json_t *net = json_object_get(x, "net");
	char text[DURATION_BYTES];

	if (number(x, "blocked_left_s") > 0)
		fprintf(out, "blocked by operator: another %s\n",
			left(x, "blocked_left_s", text));
	else if (is(x, "exempt"))
		fputs("on the never list\n", out);
	else if (is(x, "listed"))
		fprintf(out, "listed: another %s\n",
			left(x, "listed_left_s", text));
	else if (is(net, "listed"))
		fprintf(out, "listed with its /64: another %s\n",
			left(net, "listed_left_s", text));
	else if (is(x, "inside"))
		print_sweep(x, out);
	else if (number(x, "failures_left") == 0)
		print_spared(x, out);
	else
		print_how_far(x, out);
}

/* An address can be listed with its neighbours. */
static void print_net(const json_t *net, FILE *out)
{
	char text[DURATION_BYTES];

	if (!is(net, "known") && number(net, "blocked_left_s") == 0)
		return;
	fprintf(out, "  its /64     score %.2f", real(net, "score"));
	if (is(net, "listed"))
		fprintf(out, ", listed for another %s",
			left(net, "listed_left_s", text));
	else if (is(net, "restricted"))
		fprintf(out, ", restricted for another %s",
			left(net, "restricted_left_s", text));
	if (number(net, "blocked_left_s") > 0)
		fprintf(out, ", blocked by operator for another %s",
			left(net, "blocked_left_s", text));
	fprintf(out, ": explain %s\n", word(net, "source"));
}

static void print_known(const json_t *x, FILE *out)
{
	fprintf(out, "%s%s\n", word(x, "source"),
		is(x, "inside") ? ", on the protected side" : "");
	if (!is(x, "inside"))
		print_score(x, out);
	print_listed(x, out);
	if (!is(x, "inside"))
		print_standing(x, out);
}

void show_explanation(const json_t *x, FILE *out)
{
	const json_t *net = json_object_get(x, "net");

	if (is(x, "known"))
		print_known(x, out);
	else
		fprintf(out, "nothing is known of %s\n", word(x, "source"));
	print_net(net, out);
	print_evidence(x, out);
	if (is(x, "known"))
		fputc('\n', out);
	if (is(x, "known") || is(x, "exempt") || is(x, "inside") ||
	    number(x, "blocked_left_s") > 0)
		print_next(x, out);
}
