/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file, read by inih: sections and keys in one table
 * (config_value.c), each with a default and a range. An unknown section or key,
 * a value out of range or a line that is no line is an error that names file,
 * line, key, value and range; two values that contradict each other are one
 * that names both. All errors of a file are reported.
 */
#ifndef HANDSHAKED_CONFIG_H
#define HANDSHAKED_CONFIG_H

#include <stdio.h>

#include "core/judge.h"

#define CONFIG_DEFAULT_FILE   "/etc/handshaked/handshaked.conf"
#define CONFIG_DEFAULT_SOCKET "/run/handshaked/control.sock"
#define CONFIG_DEFAULT_STATE  "/var/lib/handshaked/state"
#define CONFIG_DEFAULT_EVENTS "/var/log/handshaked/events.json"
#define CONFIG_MAX_PREFIXES   64

/* Of the file: so many are read in a moment, whatever is in them. */
#define CONFIG_MAX_LINES 10000

/* Most queues, each with a thread. */
#define CONFIG_MAX_QUEUES 16

struct config {
	struct judge_config judge;
	/*
	 * How often the attempts of an honest host and of a scanner succeed
	 * (theta0 and theta1 of Jung et al., see core/policy.h), which part of
	 * the scanners is to be found (beta) and of the honest hosts may be
	 * listed (alpha). judge.test is worked out from these four.
	 */
	uint32_t success_benign_milli, success_scanner_milli, detection_milli;
	uint32_t false_positive_micro;
	char control[108];          /* path of the control socket (sun_path) */
	char state[108];            /* path of the state file; empty: none */
	char events[108];           /* path of the events' file; empty: none */
	uint32_t events_per_second; /* lines of a kind */
	uint32_t queue_num;         /* the first, 0 to 65535 */
	uint32_t queue_count;  /* with a thread each, 1 to CONFIG_MAX_QUEUES */
	uint32_t queue_length; /* packets the kernel holds for us */
	/* `inside`: the protected side; none given: found by rtnetlink. */
	struct prefix inside[CONFIG_MAX_PREFIXES];
	size_t num_inside;
	/* `never`: whoever is in these is never listed. */
	struct prefix never[CONFIG_MAX_PREFIXES];
	size_t num_never;
};

/* Fills in the defaults. */
void config_default(struct config *c);

/*
 * Reads `path` over what *c holds. Returns 0. Returns -1 with a line of text
 * for each error in `errors`, *c then being partly read and not to be used.
 * There is a newline between two lines and none at the end. The first error is
 * cut to fit; where others do not fit, the last line says how many.
 */
int config_read(struct config *c, const char *path, char *errors, size_t bytes);

/* Room for the errors of a file, and then for most. */
#define CONFIG_ERRORS_BYTES 4096

/*
 * Text from a file in a form that is safe on a terminal and in JSON: printable
 * ASCII as it is, any other byte as \xHH. Cut short to fit `bytes`, the closing
 * NUL included, which is always there. Returns `out`.
 */
char *config_escape(const char *text, char *out, size_t bytes);

/* A key with another value; texts are as the file has them, and printable. */
struct config_change {
	const char *section, *key;
	const char *was, *now; /* empty: none, or no path */
	bool live;             /* can be applied without a restart */
};
typedef void (*config_change_fn)(void *arg, const struct config_change *c);

/* Calls `fn` for each key whose value in *next is another than in *c. */
void config_changes(const struct config *c, const struct config *next,
		    config_change_fn fn, void *arg);

/* Takes over from *next the values that can be applied without a restart. */
void config_take_live(struct config *c, const struct config *next);

/*
 * Prints every key with its value in a form that config_read() reads back, and
 * its default in a comment where that is another.
 */
void config_print(const struct config *c, FILE *out);

#endif
