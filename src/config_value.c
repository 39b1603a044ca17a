/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of the configuration's keys: a new key is a line here, one in
 * config_default() or judge_config_default(), and its place in the sample and
 * the manual. Below it what the types of value have in common with nothing
 * else: how each is read and printed.
 */
#include "config_value.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/sweep.h"
#include "duration.h"

#define AT(field)      offsetof(struct config, field), 0
#define NUMBER(field)  CONFIG_NUMBER, AT(field)
#define SECONDS(field) CONFIG_SECONDS, AT(field)
#define MILLI(field)   CONFIG_MILLI, AT(field)
#define MICRO(field)   CONFIG_MICRO, AT(field)
#define MODE(field)    CONFIG_MODE, AT(field), 0, 0
#define PATH(field)    CONFIG_PATH, AT(field), 1, sizeof_field(field) - 1
#define NO_PATH(field) CONFIG_PATH, AT(field), 0, sizeof_field(field) - 1
#define PREFIXES(field)                                  \
	CONFIG_PREFIXES, offsetof(struct config, field), \
		offsetof(struct config, num_##field), 0, \
		sizeof_field(field) / sizeof(struct prefix)
#define sizeof_field(field) sizeof(((struct config *)0)->field)

#define LISTING_MIN 10
#define LISTING_MAX JUDGE_MOST_BLOCK_TIME_S

/* Must it wait for the next start? Column `live` of the table. */
#define LIVE    true
#define RESTART false

const struct config_key config_keys[] = {
	{"daemon", "mode", MODE(judge.mode), LIVE},
	{"daemon", "control", PATH(control), RESTART},
	{"daemon", "state", NO_PATH(state), RESTART},

	{"queue", "num", NUMBER(queue_num), 0, 65535, RESTART},
	{"queue", "count", NUMBER(queue_count), 1, CONFIG_MAX_QUEUES, RESTART},
	{"queue", "length", NUMBER(queue_length), 64, 1048576, RESTART},

	{"model", "flows", NUMBER(judge.flows), 1024, 16777216, RESTART},
	{"model", "sources", NUMBER(judge.sources), 1024, 16777216, RESTART},
	{"model", "services", NUMBER(judge.services), 256, 1048576, RESTART},
	{"model", "syn_timeout", SECONDS(judge.syn_timeout_s), 1, 120, LIVE},
	{"model", "half_open_timeout", SECONDS(judge.half_open_timeout_s), 5,
	 300, LIVE},
	{"model", "grace", SECONDS(judge.grace_s), 0, 3600, RESTART},

	{"policy", "success_benign", MILLI(success_benign_milli), 500, 990,
	 LIVE},
	{"policy", "success_scanner", MILLI(success_scanner_milli), 10, 500,
	 LIVE},
	{"policy", "detection", MILLI(detection_milli), 500, 999, LIVE},
	{"policy", "false_positive", MICRO(false_positive_micro), 1, 100000,
	 LIVE},
	{"policy", "evidence_age", SECONDS(judge.evidence_age_s), 60, 604800,
	 LIVE},
	{"policy", "block_time", SECONDS(judge.block_time_s), LISTING_MIN,
	 LISTING_MAX, LIVE},
	{"policy", "block_time_proved", SECONDS(judge.block_time_proved_s),
	 LISTING_MIN, LISTING_MAX, LIVE},
	{"policy", "block_time_max", SECONDS(judge.block_time_max_s),
	 LISTING_MIN, LISTING_MAX, LIVE},
	{"policy", "listings_per_minute", NUMBER(judge.listings_per_minute), 1,
	 100000, LIVE},
	{"policy", "blocklist_size", NUMBER(judge.blocklist_size), 16, 1048576,
	 LIVE},
	{"policy", "inside_failures", NUMBER(judge.inside_failures), 20,
	 SWEEP_MOST_FAILURES, LIVE},
	{"policy", "pending", NUMBER(judge.pending), 1, 1000, LIVE},
	{"policy", "net_addresses", NUMBER(judge.net_addresses), 2, 16, LIVE},
	{"policy", "flood_half_open", NUMBER(judge.flood_half_open), 16,
	 1000000, LIVE},

	{"events", "file", NO_PATH(events), RESTART},
	{"events", "per_second", NUMBER(events_per_second), 1, 100000, RESTART},

	{"network", "inside", PREFIXES(inside), LIVE},
	{"network", "never", PREFIXES(never), LIVE},
	{0},
};

static_assert(ARRAY_SIZE(config_keys) <= CONFIG_MAX_KEYS,
	      "CONFIG_MAX_KEYS is too small");

static const char *const mode_name[] = {
	[MODE_ENFORCE] = "enforce",
	[MODE_OBSERVE] = "observe",
};

const struct config_key *config_find_key(const char *section, const char *name)
{
	for (const struct config_key *k = config_keys; k->name; k++)
		if (!strcmp(k->section, section) && !strcmp(k->name, name))
			return k;
	return NULL;
}

static void *place(struct config *c, size_t offset)
{
	return (char *)c + offset;
}

static const void *value_of(const struct config *c, const struct config_key *k)
{
	return (const char *)c + k->offset;
}

/* How many digits may stand behind the point. */
static int decimals(enum config_type type)
{
	return type == CONFIG_MICRO ? 6 : type == CONFIG_MILLI ? 3 : 0;
}

static uint32_t power_of_ten(int exponent)
{
	uint32_t power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

static bool read_number(const struct config_key *k, const char *value,
			uint32_t *number)
{
	int places = decimals(k->type);
	unsigned long long n;
	char *end;

	/* strtoull() would take a sign and leading blanks. */
	if (!isdigit((unsigned char)value[0]))
		return false;
	n = strtoull(value, &end, 10);
	if (n > UINT32_MAX) /* ULLONG_MAX on overflow */
		return false;
	n *= power_of_ten(places);
	if (*end == '.' && isdigit((unsigned char)end[1]))
		for (end++; places > 0 && isdigit((unsigned char)*end); end++)
			n += (unsigned int)(*end - '0') *
			     power_of_ten(--places);
	if (*end || n < k->min || n > k->max)
		return false;
	*number = (uint32_t)n;
	return true;
}

/* "90" or "1h30m". */
static bool read_seconds(const struct config_key *k, const char *value,
			 uint32_t *number)
{
	uint64_t seconds;

	if (!duration_parse(value, &seconds) || seconds < k->min ||
	    seconds > k->max)
		return false;
	*number = (uint32_t)seconds;
	return true;
}

static bool read_mode(const char *value, enum judge_mode *mode)
{
	for (size_t i = 0; i < ARRAY_SIZE(mode_name); i++) {
		if (strcmp(value, mode_name[i]) == 0) {
			*mode = (enum judge_mode)i;
			return true;
		}
	}
	return false;
}

/* Empty, where that is allowed: none. */
static bool read_path(const char *value, char *path, size_t min, size_t max)
{
	size_t len = strlen(value);

	if (len < min || len > max || (len > 0 && value[0] != '/'))
		return false;
	for (size_t i = 0; i < len; i++)
		if (iscntrl((unsigned char)value[i]))
			return false;
	strcpy(path, value);
	return true;
}

bool config_read_value(struct config *c, const struct config_key *k,
		       const char *value)
{
	switch (k->type) {
	case CONFIG_SECONDS:
		return read_seconds(k, value, place(c, k->offset));
	case CONFIG_NUMBER:
	case CONFIG_MILLI:
	case CONFIG_MICRO:
		return read_number(k, value, place(c, k->offset));
	case CONFIG_MODE:
		return read_mode(value, place(c, k->offset));
	case CONFIG_PATH:
		return read_path(value, place(c, k->offset), k->min, k->max);
	case CONFIG_PREFIXES:
		break;
	}
	return false;
}

struct prefix *config_prefixes(struct config *c, const struct config_key *k)
{
	return place(c, k->offset);
}

size_t *config_num_prefixes(struct config *c, const struct config_key *k)
{
	return place(c, k->num_offset);
}

uint32_t config_number(const struct config *c, const struct config_key *k)
{
	return *(const uint32_t *)value_of(c, k);
}

/* With as many decimals as it has: thousandths are 0.8, 0.25 or 0.999. */
static void format_number(const struct config_key *k, uint32_t number,
			  char text[static CONFIG_NUMBER_BYTES])
{
	uint32_t unit = power_of_ten(decimals(k->type));
	uint32_t fraction = number % unit;
	size_t len;

	snprintf(text, CONFIG_NUMBER_BYTES, "%u", number / unit);
	if (fraction == 0)
		return;
	len = strlen(text);
	text[len++] = '.';
	for (; fraction > 0; fraction %= unit) {
		unit /= 10;
		text[len++] = (char)('0' + fraction / unit);
	}
	text[len] = '\0';
}

char *config_format_number(const struct config *c, const struct config_key *k,
			   char text[static CONFIG_NUMBER_BYTES])
{
	format_number(k, config_number(c, k), text);
	return text;
}

static size_t num_prefixes(const struct config *c, const struct config_key *k)
{
	return *(const size_t *)((const char *)c + k->num_offset);
}

bool config_is_empty(const struct config *c, const struct config_key *k)
{
	if (k->type == CONFIG_PATH)
		return *(const char *)value_of(c, k) == '\0';
	return k->type == CONFIG_PREFIXES && num_prefixes(c, k) == 0;
}

static void print_prefixes(const struct config *c, const struct config_key *k,
			   FILE *out)
{
	const struct prefix *prefix = value_of(c, k);
	char text[PREFIX_TEXT_BYTES];

	for (size_t i = 0; i < num_prefixes(c, k); i++)
		fprintf(out, "%s%s", i > 0 ? ", " : "",
			prefix_format(&prefix[i], text));
}

void config_print_value(const struct config *c, const struct config_key *k,
			FILE *out)
{
	char text[CONFIG_NUMBER_BYTES];

	switch (k->type) {
	case CONFIG_NUMBER:
	case CONFIG_SECONDS:
	case CONFIG_MILLI:
	case CONFIG_MICRO:
		fputs(config_format_number(c, k, text), out);
		break;
	case CONFIG_MODE:
		fputs(mode_name[*(const enum judge_mode *)value_of(c, k)], out);
		break;
	case CONFIG_PATH:
		fputs(value_of(c, k), out);
		break;
	case CONFIG_PREFIXES:
		print_prefixes(c, k, out);
		break;
	}
}

/* A line for each prefix: any number of them then fits inih's lines. */
static void print_prefix_lines(const struct config *c,
			       const struct config_key *k, FILE *out)
{
	const struct prefix *prefix = value_of(c, k);
	char text[PREFIX_TEXT_BYTES];

	for (size_t i = 0; i < num_prefixes(c, k); i++)
		fprintf(out, "%s = %s\n", k->name,
			prefix_format(&prefix[i], text));
	if (num_prefixes(c, k) == 0)
		fprintf(out, "%s =\n", k->name);
}

void config_print_key(const struct config *c, const struct config_key *k,
		      FILE *out)
{
	if (k->type == CONFIG_PREFIXES) {
		print_prefix_lines(c, k, out);
		return;
	}
	fprintf(out, "%s = ", k->name);
	config_print_value(c, k, out);
	fputc('\n', out);
}

char *config_describe(const struct config_key *k,
		      char text[static CONFIG_LEGAL_BYTES])
{
	char min[CONFIG_NUMBER_BYTES], max[CONFIG_NUMBER_BYTES];
	const char *what = "a whole number", *more = "";

	format_number(k, k->min, min);
	format_number(k, k->max, max);
	switch (k->type) {
	case CONFIG_MODE:
		return strcpy(text, "enforce or observe");
	case CONFIG_PATH:
		snprintf(text, CONFIG_LEGAL_BYTES,
			 "an absolute path of at most %s bytes%s", max,
			 k->min ? "" : ", or nothing");
		return text;
	case CONFIG_PREFIXES:
		return strcpy(text,
			      "prefixes like 192.0.2.0/24 or 2001:db8::/32");
	case CONFIG_NUMBER:
		break;
	case CONFIG_SECONDS:
		what = "a number of seconds";
		more = ", or a time like 10m or 1h30m";
		break;
	case CONFIG_MILLI:
		what = "a number";
		more = ", at most three decimals";
		break;
	case CONFIG_MICRO:
		what = "a number";
		more = ", at most six decimals";
		break;
	}
	snprintf(text, CONFIG_LEGAL_BYTES, "%s from %s to %s%s", what, min, max,
		 more);
	return text;
}
