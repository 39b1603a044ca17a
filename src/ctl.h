/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands of handshakectl share; ctl_commands.c has the table. */
#ifndef HANDSHAKED_CTL_H
#define HANDSHAKED_CTL_H

#include <stdbool.h>

#include "show.h"

#define EXIT_USAGE 2

/* Most entries of a list that are asked for. */
#define CTL_MAX_ENTRIES 1000

enum command_flags {
	CTL_OWN_OPTIONS = 1, /* run() parses the options behind its name */
	CTL_OFFLINE = 2,     /* asks no daemon */
	CTL_NO_JSON = 4,     /* refuses --json */
};

/* One line of the table; argv[0] is the command's name. */
struct command {
	const char *name;
	int (*run)(const struct command *command, int argc, char **argv);
	int max_arguments;
	const char *arguments;
	const char *summary;
	unsigned int flags; /* of enum command_flags */
	/* For its help: sentences, a line for each own option, an example. */
	const char *about, *options, *example;
};

/* The table; the name after the last is NULL. */
extern const struct command ctl_commands[];

/* Returns NULL for an unknown command, after it said so in one line. */
const struct command *ctl_find_command(const char *name);

/* ctl_help.c: the usage, with all commands; and all about one of them. */
void ctl_print_usage(FILE *out);
void ctl_print_help(const struct command *command, FILE *out);

/* --json was given. */
extern bool ctl_as_json;

/* Says what is wrong with a command's arguments, and the right form. */
__attribute__((format(printf, 2, 3))) int
ctl_usage_error(const struct command *command, const char *format, ...);

/*
 * Sends the words. Returns the answer, its text made printable unless it goes
 * out as JSON, or NULL when there is none or it is a refusal, which is told.
 */
json_t *ctl_request(int argc, char **argv);

/* Prints an answer: as JSON, or by `print`. Takes the reference. */
void ctl_print(json_t *answer, show_fn print);

/* Both. Returns the exit status. */
int ctl_ask(int argc, char **argv, show_fn print);

/* handshakectl.c */
int status_main(const struct command *command, int argc, char **argv);
int metrics_main(const struct command *command, int argc, char **argv);
int list_main(const struct command *command, int argc, char **argv);
int explain_main(const struct command *command, int argc, char **argv);
int mode_main(const struct command *command, int argc, char **argv);
int reload_main(const struct command *command, int argc, char **argv);
int check_config_main(const struct command *command, int argc, char **argv);
int replay_command(const struct command *command, int argc, char **argv);
int report_command(const struct command *command, int argc, char **argv);

/* Prints the answer's "message". */
void ctl_print_message(const json_t *answer, FILE *out);

/*
 * The options that all commands have, for a command that reads its arguments
 * itself. ctl_option() takes one; returns -1, or the exit status to end with.
 */
#define CTL_OPTIONS                               \
	{"socket", required_argument, NULL, 's'}, \
		{"json", no_argument, NULL, 'j'}, \
		{"help", no_argument, NULL, 'h'}, \
	{                                         \
		"version", no_argument, NULL, 'V' \
	}
int ctl_option(const struct command *command, int option, char *argument);

/* ctl_block.c */
int block_main(const struct command *command, int argc, char **argv);
int unblock_main(const struct command *command, int argc, char **argv);

/* ctl_allow.c, ctl_help.c, ctl_top.c */
int allow_main(const struct command *command, int argc, char **argv);
int help_main(const struct command *command, int argc, char **argv);
int top_main(const struct command *command, int argc, char **argv);

#endif
