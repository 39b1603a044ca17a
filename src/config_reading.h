/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One reading of a configuration file: where it is, and the errors so far.
 * Private to config.c, config_lines.c and config_errors.c.
 */
#ifndef HANDSHAKED_CONFIG_READING_H
#define HANDSHAKED_CONFIG_READING_H

#include "config_value.h"

/* Lines of text for the caller of config_read(), as many as it has room for. */
struct config_errors {
	char *text;
	size_t bytes, used;
	unsigned int count, left_out;
};

struct reading {
	struct config *config;
	const char *path;
	FILE *file;
	int line;           /* of the file, from 1; 0: none in particular */
	bool skips_section; /* it is unknown, so its keys are too */
	bool is_unreadable; /* the rest of the file was not read */
	bool seen[CONFIG_MAX_KEYS];
	bool wrong[CONFIG_MAX_KEYS]; /* and so not taken over */
	struct config_errors errors;
};

/*
 * Adds an error, with file and line before it. Returns 0, which is how an inih
 * handler says that it failed.
 */
__attribute__((format(printf, 2, 3))) int
config_complain(struct reading *r, const char *format, ...);
int config_complain_malformed(struct reading *r);

/* Adds how many errors had no room, if any. */
void config_errors_end(struct config_errors *e);

/*
 * inih's reader, in the manner of fgets(); `arg` is the reading. A line that
 * is wrong is reported and comes back empty.
 */
char *config_read_line(char *line, int bytes, void *arg);

#endif
