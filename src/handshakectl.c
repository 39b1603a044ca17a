/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operator's tool. Finds the command in the table (ctl_commands.c), which
 * checks its arguments before anything is sent, asks the daemon over the
 * control socket and prints the answer.
 */
#include <ctype.h>
#include <jansson.h>
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
#include "options.h"
#include "replay.h"
#include "report_command.h"
#include "show.h"
#include "version.h"

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

int status_main(const struct command *command, int argc, char **argv)
{
	(void)command;
	return ctl_ask(argc, argv, show_status);
}

/* The status by other names. */
int metrics_main(const struct command *command, int argc, char **argv)
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
int list_main(const struct command *command, int argc, char **argv)
{
	char *end = NULL;
	unsigned long n = 1;

	if (argc > 1 && isdigit((unsigned char)argv[1][0]))
		n = strtoul(argv[1], &end, 10);
	if (argc > 1 && (!end || *end || n < 1 || n > CTL_MAX_ENTRIES))
		return ctl_usage_error(command,
				       "\"%s\" is not a number from 1 to %d",
				       argv[1], CTL_MAX_ENTRIES);
	return ctl_ask(argc, argv,
		       strcmp(argv[0], "sources") == 0 ? show_sources
						       : show_blocklist);
}

int explain_main(const struct command *command, int argc, char **argv)
{
	char source_text[PREFIX_TEXT_BYTES];
	char *words[] = {argv[0], source_text};

	if (!read_source(command, argc, argv, source_text))
		return EXIT_USAGE;
	return ctl_ask(argc, words, show_explanation);
}

int mode_main(const struct command *command, int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "enforce") != 0 &&
	    strcmp(argv[1], "observe") != 0)
		return ctl_usage_error(command, "\"%s\" is not a mode",
				       argv[1]);
	return ctl_ask(argc, argv, ctl_print_message);
}

int reload_main(const struct command *command, int argc, char **argv)
{
	(void)command;
	return ctl_ask(argc, argv, ctl_print_message);
}

int check_config_main(const struct command *command, int argc, char **argv)
{
	(void)command;
	return check_config(argc > 1 ? argv[1] : NULL, ctl_as_json);
}

/* Its arguments are its own business, options among them. */
int replay_command(const struct command *command, int argc, char **argv)
{
	(void)command;
	return replay_main(argc, argv, ctl_as_json);
}

int report_command(const struct command *command, int argc, char **argv)
{
	(void)command;
	report_socket = socket_path;
	return report_main(argc, argv, ctl_as_json);
}

static int run_command(const struct command *c, int argc, char **argv)
{
	if (ctl_as_json && (c->flags & CTL_NO_JSON)) {
		fprintf(stderr,
			"handshakectl %s: does not answer with --json; for a"
			" program there are status, sources and blocklist\n",
			c->name);
		return EXIT_USAGE;
	}
	if (argc - 1 > c->max_arguments)
		return ctl_usage_error(c, "too many arguments from \"%s\"",
				       argv[c->max_arguments + 1]);
	return c->run(c, argc, argv);
}

static int print_version(void)
{
	puts("handshakectl " HANDSHAKED_VERSION);
	return EXIT_SUCCESS;
}

/* Prints the help of a command, or for NULL the usage. */
static int print_help(const struct command *c)
{
	if (c)
		ctl_print_help(c, stdout);
	else
		ctl_print_usage(stdout);
	return EXIT_SUCCESS;
}

int ctl_option(const struct command *c, int option, char *argument)
{
	switch (option) {
	case 's':
		socket_path = argument;
		return -1;
	case 'j':
		ctl_as_json = true;
		return -1;
	case 'h':
		return print_help(c);
	case 'V':
		return print_version();
	default: /* options_next() has said what is wrong */
		return EXIT_USAGE;
	}
}

/*
 * Returns -1 to go on, else the exit status. `c` is the command that stands
 * before the options, or NULL.
 */
static int parse_options(const struct command *c, int argc, char **argv)
{
	static const struct option options[] = {
		CTL_OPTIONS,
		{NULL, 0, NULL, 0},
	};
	char program[64] = "handshakectl";
	int option;

	if (c)
		snprintf(program, sizeof(program), "handshakectl %s", c->name);
	optind = 0; /* glibc: begin anew */
	while ((option = options_next(argc, argv, program, c ? ":s:h" : "+:s:h",
				      options)) >= 0) {
		option = ctl_option(c, option, optarg);
		if (option >= 0)
			return option;
	}
	return -1;
}

/* The same, where the command parses the other options itself. */
static int find_help(const struct command *c, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return print_help(c);
		if (strcmp(argv[i], "--version") == 0)
			return print_version();
	}
	return -1;
}

/* argv[0] is the command's name. */
static int do_command(int argc, char **argv)
{
	const struct command *c = ctl_find_command(argv[0]);
	char *name = argv[0];
	int rc;

	if (!c)
		return EXIT_USAGE;
	if (c->flags & CTL_OWN_OPTIONS) {
		rc = find_help(c, argc, argv);
	} else {
		rc = parse_options(c, argc, argv);
		argc -= optind - 1;
		argv += optind - 1;
		argv[0] = name;
	}
	return rc < 0 ? run_command(c, argc, argv) : rc;
}

int main(int argc, char **argv)
{
	/* Up to the command first: some have options of their own. */
	int rc = parse_options(NULL, argc, argv);

	if (rc < 0 && optind == argc) {
		fprintf(stderr, "handshakectl: no command\n");
		ctl_print_usage(stderr);
		return EXIT_USAGE;
	}
	if (rc < 0)
		rc = do_command(argc - optind, argv + optind);
	if (fflush(stdout) == EOF) {
		perror("handshakectl: standard output");
		return EXIT_FAILURE;
	}
	return rc;
}
