/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the lines of a configuration file for inih, which silently accepts some
 * errors and cuts long lines. This reader counts lines, takes comments and
 * indentation off, and reports each line that is none.
 */
#include <errno.h>
#include <string.h>

#include "config_reading.h"
#include "suggest.h"

static const char blanks[] = " \t\r\n\v\f"; /* what inih takes for space */

/* Of a line longer than this the rest of the file is not read. */
#define MAX_SKIPPED_BYTES 65536

static void skip_rest_of_line(struct reading *r)
{
	int c, skipped = 0;

	while ((c = getc(r->file)) != EOF && c != '\n')
		if (++skipped > MAX_SKIPPED_BYTES) {
			r->is_unreadable = true;
			return;
		}
}

/* inih takes any section and ignores what follows the bracket. */
static void check_section(struct reading *r, const char *line)
{
	const size_t len = strcspn(line + 1, "]");
	char name[200], text[SUGGEST_BYTES];
	const char *rest = line + 1 + len;
	struct suggestion s;

	r->skips_section = true;
	if (*rest++ == '\0') {
		config_complain_malformed(r);
		return;
	}
	rest += strspn(rest, blanks);
	if (*rest && !strchr(";#", *rest)) {
		config_complain_malformed(r);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)len, line + 1);
	suggest_start(&s, name);
	for (const struct config_key *k = config_keys; k->name; k++) {
		if (strcmp(k->section, name) == 0) {
			r->skips_section = false;
			return;
		}
		suggest_offer(&s, k->section);
	}
	config_complain(r, "[%s]: unknown section%s", name,
			suggest_text(&s, text));
}

/* Is all of the line there, and nothing in it that hides the rest? */
static bool is_whole(struct reading *r, const char *line, size_t bytes)
{
	/* Only fgets() wrote NULs; the last one ends what it read. */
	const char *end = memrchr(line, '\0', bytes);
	const size_t len = (size_t)(end - line);

	if (len == bytes - 1 && line[len - 1] != '\n') {
		config_complain(r, "longer than %zu characters", bytes - 2);
		skip_rest_of_line(r);
		return false;
	}
	if (memchr(line, '\0', len)) {
		config_complain(r, "has a NUL byte in it");
		return false;
	}
	return true;
}

/* A comment begins the line or stands behind a blank. */
static void cut_comment(char *line)
{
	for (char *c = line; *c; c++)
		if (strchr(";#", *c) && (c == line || strchr(blanks, c[-1]))) {
			*c = '\0';
			return;
		}
}

/*
 * Takes off leading blanks too: for inih an indented line continues the value
 * before, for an operator it is just indented.
 */
static void prepare(struct reading *r, char *line)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	char *start = line;

	if (r->line == 1 && strncmp(line, byte_order_mark, 3) == 0)
		start += 3;
	start += strspn(start, blanks);
	memmove(line, start, strlen(start) + 1);
	cut_comment(line);
	if (*line == '[') {
		check_section(r, line);
		if (r->skips_section)
			*line = '\0';
	} else if (*line && !strpbrk(line, "=:")) {
		config_complain_malformed(r);
		*line = '\0';
	}
}

char *config_read_line(char *line, int bytes, void *arg)
{
	struct reading *r = arg;

	if (r->is_unreadable)
		return NULL;
	memset(line, '\n', (size_t)bytes); /* a NUL is then of the file */
	if (!fgets(line, bytes, r->file)) {
		if (ferror(r->file)) {
			r->is_unreadable = true;
			config_complain(r, "%s", strerror(errno));
		}
		return NULL;
	}
	if (++r->line > CONFIG_MAX_LINES) {
		r->is_unreadable = true;
		config_complain(r, "more than %d lines", CONFIG_MAX_LINES);
		return NULL;
	}
	if (is_whole(r, line, (size_t)bytes))
		prepare(r, line);
	else
		*line = '\0';
	return line;
}
