/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Turns the configuration file into struct config and back. All keys stand in
 * one table, which reading, printing and the messages share; inih splits the
 * lines. inih is lenient where an operator wants to be told, so its reader
 * (read_line) is ours: it counts lines and refuses what inih would cut short
 * or skip in silence.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum key_type {
	KEY_NUMBER,
	KEY_SECONDS, /* a number too */
	KEY_MODE,
	KEY_PATH,
	KEY_INSIDE, /* the only key that may be repeated */
};

struct key {
	const char *section, *name;
	enum key_type type;
	size_t offset; /* in struct config, of numbers */
	uint32_t min, max;
};

#define NUMBER(field)  KEY_NUMBER, offsetof(struct config, field)
#define SECONDS(field) KEY_SECONDS, offsetof(struct config, field)
#define OTHER(type)    type, 0, 0, 0

/* In the order in which they are printed; a section's keys stand together. */
static const struct key keys[] = {
	{"daemon", "mode", OTHER(KEY_MODE)},
	{"daemon", "control", OTHER(KEY_PATH)},

	{"queue", "num", NUMBER(queue_num), 0, 65535},
	{"queue", "length", NUMBER(queue_length), 64, 1048576},

	{"model", "flows", NUMBER(judge.flows), 1024, 16777216},
	{"model", "sources", NUMBER(judge.sources), 1024, 16777216},
	{"model", "services", NUMBER(judge.services), 256, 1048576},
	{"model", "syn_timeout", SECONDS(judge.syn_timeout_s), 1, 120},
	{"model", "half_open_timeout", SECONDS(judge.half_open_timeout_s), 5,
	 300},
	{"model", "grace", SECONDS(judge.grace_s), 0, 3600},

	{"policy", "threshold", NUMBER(judge.threshold), 20, 10000},
	{"policy", "evidence_age", SECONDS(judge.evidence_age_s), 60, 86400},
	{"policy", "block_time", SECONDS(judge.block_time_s), 10, 2592000},
	{"policy", "flood_half_open", NUMBER(judge.flood_half_open), 16,
	 1000000},

	{"network", "inside", OTHER(KEY_INSIDE)},
};

static const char *const mode_name[] = {
	[MODE_ENFORCE] = "enforce",
	[MODE_OBSERVE] = "observe",
};

static const char blanks[] = " \t\r\n\v\f"; /* what inih takes for space */

/* One reading of one file, up to the first error. */
struct reading {
	struct config *config;
	const char *path;
	FILE *file;
	int line; /* the number of the line that inih has in hand */
	bool seen[ARRAY_SIZE(keys)];
	bool failed;
	char *error;
	size_t error_bytes;
};

/*
 * Notes the error, with file and line before it. Returns 0, which is how an
 * inih handler says that it failed.
 */
__attribute__((format(printf, 2, 3))) static int
complain(struct reading *r, const char *format, ...)
{
	char text[512], line[16] = "";
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (r->line > 0)
		snprintf(line, sizeof(line), ":%d", r->line);
	snprintf(r->error, r->error_bytes, "%s%s: %s", r->path, line, text);
	r->failed = true;
	return 0;
}

static int complain_malformed(struct reading *r)
{
	return complain(r, "neither \"[section]\" nor \"key = value\"");
}

/* What a value must be: for messages and for the comments of the print. */
static void describe(const struct key *k, char *text, size_t bytes)
{
	switch (k->type) {
	case KEY_NUMBER:
		snprintf(text, bytes, "a whole number from %u to %u", k->min,
			 k->max);
		break;
	case KEY_SECONDS:
		snprintf(text, bytes, "a number of seconds from %u to %u",
			 k->min, k->max);
		break;
	case KEY_MODE:
		snprintf(text, bytes, "enforce or observe");
		break;
	case KEY_PATH:
		snprintf(text, bytes, "an absolute path of at most %zu bytes",
			 sizeof(((struct config *)0)->control) - 1);
		break;
	case KEY_INSIDE:
		snprintf(text, bytes,
			 "prefixes like 192.0.2.0/24 or 2001:db8::/32");
		break;
	}
}

static int complain_value(struct reading *r, const struct key *k,
			  const char *value)
{
	char legal[80];

	describe(k, legal, sizeof(legal));
	return complain(r, "[%s] %s = \"%s\": must be %s", k->section, k->name,
			value, legal);
}

static bool read_number(const struct key *k, const char *value,
			uint32_t *number)
{
	unsigned long long n;
	char *end;

	/* strtoull() would take a sign and leading blanks. */
	if (!isdigit((unsigned char)value[0]))
		return false;
	n = strtoull(value, &end, 10);
	if (*end || n < k->min || n > k->max) /* ULLONG_MAX on overflow */
		return false;
	*number = (uint32_t)n;
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

static bool read_path(const char *value, char *path, size_t bytes)
{
	if (value[0] != '/' || strlen(value) >= bytes)
		return false;
	strcpy(path, value);
	return true;
}

/* Adds to what the key's earlier lines gave; no value, no prefixes. */
static int read_inside(struct reading *r, const struct key *k,
		       const char *value)
{
	static const char between[] = ", \t";
	struct config *c = r->config;
	char text[64]; /* no prefix is that long: one cut short is refused */
	int len;

	for (;; value += len) {
		value += strspn(value, between);
		if (!*value)
			return 1;
		len = (int)strcspn(value, between);
		snprintf(text, sizeof(text), "%.*s", len, value);
		if (c->num_inside == CONFIG_MAX_INSIDE)
			return complain(r, "[%s] %s: more than %d prefixes",
					k->section, k->name, CONFIG_MAX_INSIDE);
		if (!prefix_parse(text, &c->inside[c->num_inside]))
			return complain_value(r, k, text);
		c->num_inside++;
	}
}

static int read_value(struct reading *r, const struct key *k, const char *value)
{
	struct config *c = r->config;
	bool legal = false;

	switch (k->type) {
	case KEY_NUMBER:
	case KEY_SECONDS:
		legal = read_number(k, value,
				    (uint32_t *)((char *)c + k->offset));
		break;
	case KEY_MODE:
		legal = read_mode(value, &c->judge.mode);
		break;
	case KEY_PATH:
		legal = read_path(value, c->control, sizeof(c->control));
		break;
	case KEY_INSIDE:
		return read_inside(r, k, value);
	}
	return legal ? 1 : complain_value(r, k, value);
}

static const struct key *find_key(const char *section, const char *name)
{
	for (const struct key *k = keys; k < keys + ARRAY_SIZE(keys); k++)
		if (!strcmp(k->section, section) && !strcmp(k->name, name))
			return k;
	return NULL;
}

/* inih's handler: one key with its value, both without blanks around. */
static int take_pair(void *arg, const char *section, const char *name,
		     const char *value)
{
	struct reading *r = arg;
	const struct key *k = find_key(section, name);
	bool again;

	if (!*section)
		return complain(r, "%s = \"%s\": stands before any [section]",
				name, value);
	if (!k)
		return complain(r, "[%s] %s = \"%s\": unknown key", section,
				name, value);
	again = r->seen[k - keys];
	r->seen[k - keys] = true;
	if (again && k->type != KEY_INSIDE)
		return complain(r, "[%s] %s = \"%s\": given twice", section,
				name, value);
	if (!again && k->type == KEY_INSIDE)
		r->config->num_inside = 0;
	return read_value(r, k, value);
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
	for (const struct key *k = keys; k < keys + ARRAY_SIZE(keys); k++)
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
	r->line++;
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

int config_read(struct config *c, const char *path, char *error,
		size_t error_bytes)
{
	struct reading r = {
		.config = c,
		.path = path,
		.error = error,
		.error_bytes = error_bytes,
	};

	r.file = fopen(path, "re");
	if (!r.file) {
		complain(&r, "%s", strerror(errno));
		return -1;
	}
	read_file(&r);
	fclose(r.file);
	return r.failed ? -1 : 0;
}

void config_default(struct config *c)
{
	memset(c, 0, sizeof(*c));
	judge_config_default(&c->judge);
	strcpy(c->control, CONFIG_DEFAULT_SOCKET);
	c->queue_num = 0;
	c->queue_length = 16384;
}

/* A line for each: any number of them then fits inih's lines. */
static void print_inside(const struct config *c, const char *name, FILE *out)
{
	char text[PREFIX_TEXT_BYTES];

	for (size_t i = 0; i < c->num_inside; i++)
		fprintf(out, "%s = %s\n", name,
			prefix_format(&c->inside[i], text));
	if (c->num_inside == 0)
		fprintf(out, "%s =\n", name);
}

static void print_key(const struct config *c, const struct key *k, FILE *out)
{
	switch (k->type) {
	case KEY_NUMBER:
	case KEY_SECONDS:
		fprintf(out, "%s = %u\n", k->name,
			*(const uint32_t *)((const char *)c + k->offset));
		break;
	case KEY_MODE:
		fprintf(out, "%s = %s\n", k->name, mode_name[c->judge.mode]);
		break;
	case KEY_PATH:
		fprintf(out, "%s = %s\n", k->name, c->control);
		break;
	case KEY_INSIDE:
		print_inside(c, k->name, out);
		break;
	}
}

void config_print(const struct config *c, FILE *out)
{
	char legal[80];

	for (const struct key *k = keys; k < keys + ARRAY_SIZE(keys); k++) {
		if (k == keys)
			fprintf(out, "[%s]\n", k->section);
		else if (strcmp(k[-1].section, k->section) != 0)
			fprintf(out, "\n[%s]\n", k->section);
		describe(k, legal, sizeof(legal));
		fprintf(out, "# %s\n", legal);
		print_key(c, k, out);
	}
}
