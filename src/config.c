/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Turns the configuration file into struct config and back. All keys stand in
 * one table (config_value.c), which reading, printing and the messages share;
 * inih splits the lines. inih is lenient where an operator wants to be told, so
 * its reader (read_line) is ours: it counts lines and refuses what inih would
 * cut short or skip in silence.
 */
#include "config_value.h"

#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

static const char blanks[] = " \t\r\n\v\f"; /* what inih takes for space */

/* One reading of one file, up to the first error. */
struct reading {
	struct config *config;
	const char *path;
	FILE *file;
	int line; /* the number of the line that inih has in hand */
	bool seen[CONFIG_MAX_KEYS];
	bool failed;
	char *error;
	size_t error_bytes;
};

char *config_escape(const char *text, char *out, size_t bytes)
{
	size_t len = 0;

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		bool plain = byte >= ' ' && byte <= '~';

		if (len + (plain ? 1 : strlen("\\xHH")) >= bytes)
			break;
		if (plain)
			out[len++] = *text;
		else
			len += (size_t)sprintf(out + len, "\\x%02x", byte);
	}
	out[len] = '\0';
	return out;
}

/*
 * Notes the error, with file and line before it. Returns 0, which is how an
 * inih handler says that it failed.
 */
__attribute__((format(printf, 2, 3))) static int
complain(struct reading *r, const char *format, ...)
{
	char text[512], line[16] = "", all[768];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (r->line > 0)
		snprintf(line, sizeof(line), ":%d", r->line);
	snprintf(all, sizeof(all), "%s%s: %s", r->path, line, text);
	config_escape(all, r->error, r->error_bytes);
	r->failed = true;
	return 0;
}

static int complain_malformed(struct reading *r)
{
	return complain(r, "neither \"[section]\" nor \"key = value\"");
}

static int complain_value(struct reading *r, const struct config_key *k,
			  const char *value)
{
	char legal[CONFIG_LEGAL_BYTES];

	return complain(r, "[%s] %s = \"%s\": must be %s", k->section, k->name,
			value, config_describe(k, legal));
}

/* Adds to what the key's earlier lines gave; no value, no prefixes. */
static int read_prefixes(struct reading *r, const struct config_key *k,
			 const char *value)
{
	static const char between[] = ", \t";
	struct prefix *prefix = config_prefixes(r->config, k);
	size_t *num = config_num_prefixes(r->config, k);
	char text[64]; /* no prefix is that long: one cut short is refused */
	int len;

	for (;; value += len) {
		value += strspn(value, between);
		if (!*value)
			return 1;
		len = (int)strcspn(value, between);
		snprintf(text, sizeof(text), "%.*s", len, value);
		if (*num == k->max)
			return complain(r, "[%s] %s: more than %u prefixes",
					k->section, k->name, k->max);
		if (!prefix_parse(text, &prefix[*num]))
			return complain_value(r, k, text);
		++*num;
	}
}

/* inih's handler: one key with its value, both without blanks around. */
static int take_pair(void *arg, const char *section, const char *name,
		     const char *value)
{
	struct reading *r = arg;
	const struct config_key *k = config_find_key(section, name);
	bool again;

	if (!*section)
		return complain(r, "%s = \"%s\": stands before any [section]",
				name, value);
	if (!k)
		return complain(r, "[%s] %s = \"%s\": unknown key", section,
				name, value);
	again = r->seen[k - config_keys];
	r->seen[k - config_keys] = true;
	if (again && k->type != CONFIG_PREFIXES)
		return complain(r, "[%s] %s = \"%s\": given twice", section,
				name, value);
	if (k->type == CONFIG_PREFIXES) {
		if (!again)
			*config_num_prefixes(r->config, k) = 0;
		return read_prefixes(r, k, value);
	}
	return config_read_value(r->config, k, value) ||
	       complain_value(r, k, value);
}

/* inih takes any section and ignores what follows the bracket. */
static void check_section(struct reading *r, const char *line)
{
	const char *name = line + 1;
	size_t len = strcspn(name, "]");
	const char *rest = name + len + 1;

	if (name[len] == '\0')
		return; /* inih does refuse that */
	rest += strspn(rest, blanks);
	if (*rest && !strchr(";#", *rest)) {
		complain_malformed(r);
		return;
	}
	for (const struct config_key *k = config_keys; k->name; k++)
		if (strlen(k->section) == len && !memcmp(k->section, name, len))
			return;
	complain(r, "[%.*s]: unknown section", (int)len, name);
}

/*
 * inih's reader, in the manner of fgets(). Takes off leading blanks: for inih
 * an indented line continues the value before, for an operator it is just
 * indented.
 */
static char *read_line(char *line, int bytes, void *arg)
{
	struct reading *r = arg;
	size_t len;
	char *start;

	if (r->failed)
		return NULL;
	memset(line, '\n', (size_t)bytes); /* a NUL is then of the file */
	if (!fgets(line, bytes, r->file)) {
		if (ferror(r->file))
			complain(r, "%s", strerror(errno));
		return NULL;
	}
	if (++r->line > CONFIG_MAX_LINES)
		complain(r, "more than %d lines", CONFIG_MAX_LINES);
	len = strlen(line);
	if (len == (size_t)bytes - 1 && line[len - 1] != '\n')
		complain(r, "longer than %d characters", bytes - 2);
	else if (memchr(line + len + 1, '\0', (size_t)bytes - len - 1))
		complain(r, "has a NUL byte in it");
	start = line + strspn(line, blanks);
	if (*start == '[' && !r->failed)
		check_section(r, start);
	memmove(line, start, strlen(start) + 1);
	return r->failed ? NULL : line;
}

static void read_file(struct reading *r)
{
	int bad = ini_parse_stream(read_line, r, take_pair, r);

	/*
	 * The first line that inih refused: one that take_pair() or nobody
	 * has complained of yet. In the latter case reading went on, and what
	 * was found wrong further down comes second.
	 */
	if (bad > 0 && !(r->failed && r->line == bad)) {
		r->line = bad;
		complain_malformed(r);
	} else if (bad < 0) {
		complain(r, "%s", strerror(ENOMEM));
	}
}

/*
 * Pairs of numbers of one kind, of which the first may not be the greater; the
 * keys' ranges alone do not see to it.
 */
static const struct order {
	const char *section, *less, *more;
	bool may_be_equal;
} orders[] = {
	{"policy", "success_scanner", "success_benign", false},
	{"policy", "block_time", "block_time_max", true},
	{"policy", "block_time_proved", "block_time_max", true},
};

static void check_order(struct reading *r, const struct order *o)
{
	const struct config *c = r->config;
	const struct config_key *less = config_find_key(o->section, o->less);
	const struct config_key *more = config_find_key(o->section, o->more);
	uint32_t a = config_number(c, less), b = config_number(c, more);
	char a_text[CONFIG_NUMBER_BYTES], b_text[CONFIG_NUMBER_BYTES];

	if (a < b || (a == b && o->may_be_equal))
		return;
	complain(r, "[%s] %s = %s: must be %s %s, which is %s", o->section,
		 o->less, config_format_number(c, less, a_text),
		 o->may_be_equal ? "at most" : "less than", o->more,
		 config_format_number(c, more, b_text));
}

/* Of the whole file; either line may be the wrong one, so none is named. */
static void check_orders(struct reading *r)
{
	r->line = 0;
	for (size_t i = 0; i < ARRAY_SIZE(orders) && !r->failed; i++)
		check_order(r, &orders[i]);
}

static void check_queues(struct reading *r)
{
	const struct config *c = r->config;

	if (c->queue_num + c->queue_count - 1 > UINT16_MAX)
		complain(r,
			 "[queue] num = %u: %u queues from there on end"
			 " behind %u",
			 c->queue_num, c->queue_count, UINT16_MAX);
}

static int32_t thousandths_of_log(double x)
{
	return (int32_t)lround(1000 * log(x));
}

/* By how much likelier what is seen is for a scanner; the paper's equations. */
static void work_out_test(struct config *c)
{
	double theta0 = c->success_benign_milli / 1e3;
	double theta1 = c->success_scanner_milli / 1e3;
	double beta = c->detection_milli / 1e3;
	double alpha = c->false_positive_micro / 1e6;

	c->judge.test = (struct policy_test){
		.failure = thousandths_of_log((1 - theta1) / (1 - theta0)),
		.success = thousandths_of_log(theta1 / theta0),
		.threshold = thousandths_of_log(beta / alpha),
		.floor = thousandths_of_log((1 - beta) / (1 - alpha)),
	};
}

int config_read(struct config *c, const char *path, char *error,
		size_t error_bytes)
{
	struct reading r = {.config = c,
			    .path = path,
			    .error = error,
			    .error_bytes = error_bytes};

	r.file = fopen(path, "re");
	if (!r.file) {
		complain(&r, "%s", strerror(errno));
		return -1;
	}
	read_file(&r);
	fclose(r.file);
	if (!r.failed)
		check_orders(&r);
	if (!r.failed)
		check_queues(&r);
	work_out_test(c);
	return r.failed ? -1 : 0;
}

void config_default(struct config *c)
{
	memset(c, 0, sizeof(*c));
	judge_config_default(&c->judge);
	strcpy(c->control, CONFIG_DEFAULT_SOCKET);
	strcpy(c->state, CONFIG_DEFAULT_STATE);
	strcpy(c->events, CONFIG_DEFAULT_EVENTS);
	c->events_per_second = 100;
	c->queue_count = 1;
	c->queue_length = 2048;
	c->success_benign_milli = 800;
	c->success_scanner_milli = 200;
	c->detection_milli = 990;
	c->false_positive_micro = 100;
	work_out_test(c);
}

void config_print(const struct config *c, FILE *out)
{
	struct config defaults;
	char legal[CONFIG_LEGAL_BYTES];

	config_default(&defaults);
	for (const struct config_key *k = config_keys; k->name; k++) {
		if (k == config_keys)
			fprintf(out, "[%s]\n", k->section);
		else if (strcmp(k[-1].section, k->section) != 0)
			fprintf(out, "\n[%s]\n", k->section);
		fprintf(out, "# %s", config_describe(k, legal));
		if (!config_same(c, &defaults, k)) {
			fprintf(out, "; default: ");
			config_print_value(&defaults, k, out);
			if (config_is_empty(&defaults, k))
				fputs("none", out);
		}
		fputc('\n', out);
		config_print_key(c, k, out);
	}
}
