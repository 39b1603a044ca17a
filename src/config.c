/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Turns the configuration file into struct config and back. All keys stand in
 * one table (config_value.c), which reading, printing and the messages share;
 * config_lines.c reads the lines, inih splits them. Reading continues behind an
 * error, so that one reading reports all of them.
 */
#include <errno.h>
#include <ini.h>
#include <math.h>
#include <string.h>

#include "config_reading.h"
#include "suggest.h"

static int complain_value(struct reading *r, const struct config_key *k,
			  const char *value)
{
	char legal[CONFIG_LEGAL_BYTES];

	r->wrong[k - config_keys] = true;
	return config_complain(r, "[%s] %s = \"%s\": must be %s", k->section,
			       k->name, value, config_describe(k, legal));
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
			return config_complain(r,
					       "[%s] %s: more than %u prefixes",
					       k->section, k->name, k->max);
		if (prefix_parse(text, &prefix[*num]))
			++*num;
		else
			complain_value(r, k, text);
	}
}

/* Of another section, if it is a key there; or with the one that is near. */
static int complain_unknown(struct reading *r, const char *section,
			    const char *name, const char *value)
{
	char text[SUGGEST_BYTES];
	const char *home = NULL;
	struct suggestion s;

	suggest_start(&s, name);
	for (const struct config_key *k = config_keys; k->name; k++) {
		if (strcmp(k->section, section) == 0)
			suggest_offer(&s, k->name);
		else if (strcmp(k->name, name) == 0)
			home = k->section;
	}
	if (home)
		return config_complain(r,
				       "[%s] %s = \"%s\": unknown key;"
				       " it belongs to [%s]",
				       section, name, value, home);
	return config_complain(r, "[%s] %s = \"%s\": unknown key%s", section,
			       name, value, suggest_text(&s, text));
}

/*
 * inih's handler: one key with its value, both without blanks around. What it
 * returns does not matter: errors are collected.
 */
static int take_pair(void *arg, const char *section, const char *name,
		     const char *value)
{
	struct reading *r = arg;
	const struct config_key *k = config_find_key(section, name);
	bool again;

	if (r->skips_section)
		return 1;
	if (!*section)
		return config_complain(
			r, "%s = \"%s\": stands before any [section]", name,
			value);
	if (!k)
		return complain_unknown(r, section, name, value);
	again = r->seen[k - config_keys];
	r->seen[k - config_keys] = true;
	if (again && k->type != CONFIG_PREFIXES)
		return config_complain(r, "[%s] %s = \"%s\": given twice",
				       section, name, value);
	if (k->type == CONFIG_PREFIXES) {
		if (!again)
			*config_num_prefixes(r->config, k) = 0;
		return read_prefixes(r, k, value);
	}
	return config_read_value(r->config, k, value) ||
	       complain_value(r, k, value);
}

static void read_file(struct reading *r)
{
	int bad = ini_parse_stream(config_read_line, r, take_pair, r);

	/* config_read_line() refuses all that inih would; should it not: */
	if (bad > 0 && r->errors.count == 0) {
		r->line = bad;
		config_complain_malformed(r);
	} else if (bad < 0) {
		config_complain(r, "%s", strerror(ENOMEM));
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
	/* A value that is wrong already was not taken over. */
	if (r->wrong[less - config_keys] || r->wrong[more - config_keys])
		return;
	config_complain(r, "[%s] %s = %s: must be %s %s, which is %s",
			o->section, o->less,
			config_format_number(c, less, a_text),
			o->may_be_equal ? "at most" : "less than", o->more,
			config_format_number(c, more, b_text));
}

/* Of the whole file; either line may be the wrong one, so none is named. */
static void check_orders(struct reading *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++)
		check_order(r, &orders[i]);
}

static void check_queues(struct reading *r)
{
	const struct config *c = r->config;

	if (c->queue_num + c->queue_count - 1 > UINT16_MAX)
		config_complain(r,
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

int config_read(struct config *c, const char *path, char *errors, size_t bytes)
{
	struct reading r = {.config = c,
			    .path = path,
			    .errors = {.text = errors, .bytes = bytes}};

	r.file = fopen(path, "re");
	if (!r.file) {
		config_complain(&r, "%s", strerror(errno));
		return -1;
	}
	read_file(&r);
	fclose(r.file);
	r.line = 0;
	if (!r.is_unreadable) {
		check_orders(&r);
		check_queues(&r);
	}
	config_errors_end(&r.errors);
	work_out_test(c);
	return r.errors.count > 0 ? -1 : 0;
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
