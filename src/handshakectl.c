/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operator's tool. A table of subcommands; each checks its own arguments
 * before anything is sent, asks the daemon over the control socket and prints
 * the answer.
 */
#include <ctype.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blocklist.h"
#include "check_config.h"
#include "config.h"
#include "control.h"
#include "core/address.h"
#include "ctl.h"
#include "metrics.h"
#include "replay.h"
#include "report_command.h"
#include "show.h"
#include "version.h"

#define MAX_ENTRIES 1000

static const char *socket_path = CONFIG_DEFAULT_SOCKET;
bool ctl_as_json;

int ctl_usage_error(const struct command *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "handshakectl %s: ", command->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nusage: handshakectl %s%s%s\n", command->name,
		*command->arguments ? " " : "", command->arguments);
	return EXIT_USAGE;
}

void ctl_print(json_t *answer, show_fn print)
{
	if (ctl_as_json) {
		json_dumpf(answer, stdout, CONTROL_JSON_FLAGS);
		putchar('\n');
	} else {
		show_clean(answer);
		print(answer, stdout);
	}
	json_decref(answer);
}

static void print_refusal(const json_t *answer, FILE *out)
{
	(void)out;
	fprintf(stderr, "handshakectl: %s\n", show_word(answer, "error"));
}

json_t *ctl_request(int argc, char **argv)
{
	char error[256];
	json_t *answer;

	answer = control_ask(socket_path, argc, argv, error, sizeof(error));
	if (!answer) {
		fprintf(stderr, "handshakectl: %s\n", error);
		return NULL;
	}
	if (json_is_true(json_object_get(answer, "ok")))
		return answer;
	ctl_print(answer, print_refusal);
	return NULL;
}

int ctl_ask(int argc, char **argv, show_fn print)
{
	json_t *answer = ctl_request(argc, argv);

	if (!answer)
		return EXIT_FAILURE;
	ctl_print(answer, print);
	return EXIT_SUCCESS;
}

void ctl_print_message(const json_t *answer, FILE *out)
{
	const json_t *message = json_object_get(answer, "message");

	fprintf(out, "%s\n",
		json_is_string(message) ? json_string_value(message) : "done");
}

static int status_main(const struct command *command, int argc, char **argv)
{
	(void)command;
	return ctl_ask(argc, argv, show_status);
}

/* The status by other names. */
static int metrics_main(const struct command *command, int argc, char **argv)
{
	char status[] = "status", *words[] = {status};

	(void)command;
	(void)argv;
	return ctl_ask(argc, words, metrics_print);
}

/* The first argument, a source, as its usual text; false when it is none. */
static bool read_source(const struct command *command, int argc, char **argv,
			char text[static PREFIX_TEXT_BYTES])
{
	struct prefix source;

	if (argc < 2) {
		ctl_usage_error(command, "which address?");
		return false;
	}
	if (!prefix_parse(argv[1], &source)) {
		ctl_usage_error(
			command,
			"\"%s\" is neither an IP address nor a network such"
			" as 2001:db8::/64",
			argv[1]);
		return false;
	}
	prefix_format(&source, text);
	return true;
}

/* "sources [N]" and "blocklist [N]". */
static int list_main(const struct command *command, int argc, char **argv)
{
	char *end = NULL;
	unsigned long n = 1;

	if (argc > 1 && isdigit((unsigned char)argv[1][0]))
		n = strtoul(argv[1], &end, 10);
	if (argc > 1 && (!end || *end || n < 1 || n > MAX_ENTRIES))
		return ctl_usage_error(command,
				       "\"%s\" is not a number from 1 to %d",
				       argv[1], MAX_ENTRIES);
	return ctl_ask(argc, argv,
		       strcmp(argv[0], "sources") == 0 ? show_sources
						       : show_blocklist);
}

static int explain_main(const struct command *command, int argc, char **argv)
{
	char source_text[PREFIX_TEXT_BYTES];
	char *words[] = {argv[0], source_text};

	if (!read_source(command, argc, argv, source_text))
		return EXIT_USAGE;
	return ctl_ask(argc, words, show_explanation);
}

static int mode_main(const struct command *command, int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "enforce") != 0 &&
	    strcmp(argv[1], "observe") != 0)
		return ctl_usage_error(command, "\"%s\" is not a mode",
				       argv[1]);
	return ctl_ask(argc, argv, ctl_print_message);
}

static int reload_main(const struct command *command, int argc, char **argv)
{
	(void)command;
	return ctl_ask(argc, argv, ctl_print_message);
}

static int check_config_main(const struct command *command, int argc,
			     char **argv)
{
	(void)command;
	return check_config(argc > 1 ? argv[1] : NULL);
}

/* Its arguments are its own business, options among them. */
static int replay_command(const struct command *command, int argc, char **argv)
{
	(void)command;
	return replay_main(argc, argv, ctl_as_json);
}

static int report_command(const struct command *command, int argc, char **argv)
{
	(void)command;
	return report_main(argc, argv);
}

static int help_main(const struct command *command, int argc, char **argv);

static const struct command commands[] = {
	{"status", status_main, 0, "", "what the daemon sees and does"},
	{"top", top_main, 0, "", "rates, the worst and the newest, live"},
	{"sources", list_main, 1, "[N]", "against whom there is evidence"},
	{"explain", explain_main, 1, "ADDRESS", "what is known of it"},
	{"blocklist", list_main, 1, "[N]", "who is listed, and why"},
	{"block", block_main, INT_MAX - 1, BLOCK_ARGUMENTS,
	 "drop all from them; for 2h, 1h30m, permanent"},
	{"unblock", unblock_main, INT_MAX - 1, UNBLOCK_ARGUMENTS,
	 "take them off the list, forget them"},
	{"allow", allow_main, 1, "[ADDRESS|PREFIX]",
	 "never judge it; or show who is allowed"},
	{"disallow", allow_main, 1, "ADDRESS|PREFIX", "judge it again"},
	{"mode", mode_main, 1, "[enforce|observe]",
	 "show the mode, or change it"},
	{"reload", reload_main, 0, "", "read the configuration again"},
	{"metrics", metrics_main, 0, "", "the status, for Prometheus"},
	{"check-config", check_config_main, 1, "[FILE]",
	 "is that file right? needs no daemon"},
	{"replay", replay_command, INT_MAX - 1, "[OPTION]... FILE...",
	 "judge a capture"},
	{"report", report_command, INT_MAX - 1, "[OPTION]... [FILE]",
	 "a capture or events at a glance"},
	{"help", help_main, 0, "", "this text"},
};

static void print_usage(FILE *out)
{
	fprintf(out, "usage: handshakectl [-s SOCKET] [--json] COMMAND\n"
		     "       handshakectl --version\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *c = &commands[i];

		fprintf(out, "  %-13s%-20s %s\n", c->name, c->arguments,
			c->summary);
	}
}

static int help_main(const struct command *command, int argc, char **argv)
{
	(void)command;
	(void)argc;
	(void)argv;
	print_usage(stdout);
	return EXIT_SUCCESS;
}

static int run_command(int argc, char **argv)
{
	const struct command *c;

	for (c = commands; c < commands + ARRAY_SIZE(commands); c++) {
		if (strcmp(argv[0], c->name) != 0)
			continue;
		if (argc - 1 > c->max_arguments)
			return ctl_usage_error(c,
					       "too many arguments from \"%s\"",
					       argv[c->max_arguments + 1]);
		return c->run(c, argc, argv);
	}
	fprintf(stderr, "handshakectl: unknown command \"%s\"\n", argv[0]);
	print_usage(stderr);
	return EXIT_USAGE;
}

int ctl_option(int option, char *argument)
{
	switch (option) {
	case 's':
		socket_path = argument;
		return -1;
	case 'j':
		ctl_as_json = true;
		return -1;
	case 'h':
		print_usage(stdout);
		return EXIT_SUCCESS;
	case 'V':
		puts("handshakectl " HANDSHAKED_VERSION);
		return EXIT_SUCCESS;
	default: /* getopt_long() has said what is wrong */
		print_usage(stderr);
		return EXIT_USAGE;
	}
}

/* Returns -1 to go on, else the exit status. `short_options` for getopt. */
static int parse_options(int argc, char **argv, const char *short_options)
{
	static const struct option options[] = {
		CTL_OPTIONS,
		{NULL, 0, NULL, 0},
	};
	int option;

	optind = 0; /* glibc: begin anew */
	while ((option = getopt_long(argc, argv, short_options, options,
				     NULL)) >= 0) {
		option = ctl_option(option, optarg);
		if (option >= 0)
			return option;
	}
	return -1;
}

static bool has_own_options(const char *name)
{
	static const char *const names[] = {"replay", "report", "block",
					    "unblock"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	/* Up to the command first: some have options of their own. */
	int rc = parse_options(argc, argv, "+s:h");

	if (rc < 0 && optind < argc && !has_own_options(argv[optind]))
		rc = parse_options(argc, argv, "s:h");
	if (rc >= 0)
		return rc;
	if (optind == argc) {
		fprintf(stderr, "handshakectl: no command\n");
		print_usage(stderr);
		return EXIT_USAGE;
	}
	rc = run_command(argc - optind, argv + optind);
	if (fflush(stdout) == EOF) {
		perror("handshakectl: standard output");
		return EXIT_FAILURE;
	}
	return rc;
}
