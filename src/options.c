/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explains in one line why getopt_long() refused an option. */
#include "options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "suggest.h"

/* The option's name without its dashes and its value. */
struct typed {
	const char *name;
	size_t len;
};

static struct typed typed_in(const char *argument)
{
	struct typed t = {argument + strspn(argument, "-"), 0};

	t.len = strcspn(t.name, "=");
	return t;
}

/* More than one option begins so: all of them are listed. */
static int count_meant(const struct option *options, const struct typed *t)
{
	int count = 0;

	for (; options->name; options++)
		count += strncmp(options->name, t->name, t->len) == 0;
	return count;
}

static void say_ambiguous(const struct option *options, const struct typed *t)
{
	const char *between = ": ";

	fprintf(stderr, "option \"--%.*s\" is ambiguous", (int)t->len, t->name);
	for (; options->name; options++) {
		if (strncmp(options->name, t->name, t->len) != 0)
			continue;
		fprintf(stderr, "%s--%s", between, options->name);
		between = ", ";
	}
	fputc('\n', stderr);
}

static void say_unknown(const char *program, const struct option *options,
			const char *argument)
{
	char name[64], dashed[64], text[SUGGEST_BYTES];
	const struct typed t = typed_in(argument);
	struct suggestion s;

	snprintf(name, sizeof(name), "%.*s", (int)t.len, t.name);
	suggest_start(&s, name);
	for (; options->name; options++)
		suggest_offer(&s, options->name);
	if (s.nearest) {
		snprintf(dashed, sizeof(dashed), "--%s", s.nearest);
		s.nearest = dashed;
	}
	suggest_text(&s, text);
	fprintf(stderr, "unknown option \"%.*s\"",
		(int)(t.name - argument + (ptrdiff_t)t.len), argument);
	if (*text)
		fprintf(stderr, "%s\n", text);
	else
		fprintf(stderr, "; try \"%s --help\"\n", program);
}

/* Was it an option without a value that got one, as "--json=yes"? */
static bool has_needless_value(const struct option *options,
			       const char *argument)
{
	const struct typed t = typed_in(argument);

	if (strncmp(argument, "--", 2) != 0 || t.name[t.len] != '=')
		return false;
	for (; options->name; options++)
		if (options->val == optopt && options->has_arg == no_argument &&
		    strncmp(options->name, t.name, t.len) == 0)
			return true;
	return false;
}

static void explain(const char *program, const struct option *options,
		    const char *argument)
{
	const struct typed t = typed_in(argument);

	fprintf(stderr, "%s: ", program);
	if (optopt == 0 && count_meant(options, &t) > 1)
		say_ambiguous(options, &t);
	else if (optopt == 0)
		say_unknown(program, options, argument);
	else if (has_needless_value(options, argument))
		fprintf(stderr, "option \"--%.*s\" takes no value\n",
			(int)t.len, t.name);
	else
		fprintf(stderr, "unknown option \"-%c\"; try \"%s --help\"\n",
			optopt, program);
}

/* The name of an option whose value is missing: long if it was typed so. */
static void say_value_missing(const char *program, const char *argument)
{
	fprintf(stderr, "%s: ", program);
	if (strncmp(argument, "--", 2) == 0)
		fprintf(stderr, "option \"%s\" needs a value\n", argument);
	else
		fprintf(stderr, "option \"-%c\" needs a value\n", optopt);
}

/*
 * The argument of the long option that getopt_long() just took, if it is only
 * the beginning of that option's name; else NULL.
 */
static const char *abbreviated(char **argv, const struct option *option)
{
	const bool has_word = optarg && optarg == argv[optind - 1];
	const char *argument = argv[optind - (has_word ? 2 : 1)];

	return typed_in(argument).len < strlen(option->name) ? argument : NULL;
}

int options_next(int argc, char **argv, const char *program,
		 const char *short_options, const struct option *options)
{
	const char *part = NULL;
	int c, index = -1;

	opterr = 0;
	c = getopt_long(argc, argv, short_options, options, &index);
	if (c != '?' && c != ':' && index >= 0)
		part = abbreviated(argv, &options[index]);
	if (part) { /* "--al" must not empty the list */
		fprintf(stderr, "%s: ", program);
		say_unknown(program, options, part);
		return '?';
	}
	if (c == '?')
		explain(program, options, argv[optind - 1]);
	else if (c == ':')
		say_value_missing(program, argv[optind - 1]);
	return c == ':' ? '?' : c;
}
