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

#include "config.h"
#include "control.h"
#include "core/address.h"
#include "replay.h"

#define EXIT_USAGE 2

#define MIN_BLOCK_S 10U
#define MAX_BLOCK_S (30U * 24 * 60 * 60)

static const char *socket_path = CONFIG_DEFAULT_SOCKET;
static bool as_json;

/* One line of the table below; argv[0] is the command's name. */
struct command {
	const char *name;
	int (*run)(const struct command *command, int argc, char **argv);
	int max_arguments;
	const char *arguments;
	const char *summary;
};

/* Says what is wrong with a command's arguments, and the right form. */
__attribute__((format(printf, 2, 3))) static int
usage_error(const struct command *command, const char *format, ...)
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

/*
 * Sends the words and prints what comes back: an error, the JSON object, or
 * whatever `print` makes of it.
 */
static int ask(int argc, char **argv, void (*print)(const json_t *answer))
{
	char error[256];
	const char *text;
	json_t *answer;
	bool ok;

	answer = control_ask(socket_path, argc, argv, error, sizeof(error));
	if (!answer) {
		fprintf(stderr, "handshakectl: %s\n", error);
		return EXIT_FAILURE;
	}
	ok = json_is_true(json_object_get(answer, "ok"));
	text = json_string_value(json_object_get(answer, "error"));
	if (as_json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (ok) {
		print(answer);
	} else {
		fprintf(stderr, "handshakectl: %s\n", text ? text : "refused");
	}
	json_decref(answer);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void print_message(const json_t *answer)
{
	const json_t *message = json_object_get(answer, "message");

	puts(json_is_string(message) ? json_string_value(message) : "done");
}

/* Any member as a word; "-" for one that is missing or of no use here. */
static const char *format_value(const json_t *value, char text[static 24])
{
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_true(value))
		return "yes";
	if (json_is_false(value))
		return "no";
	if (!json_is_integer(value))
		return "-";
	snprintf(text, 24, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return text;
}

/* `group` is "" on all but the first row of a group. */
static void print_row(const char *group, const char *label, const json_t *value)
{
	char text[24];

	printf("%s%-11s%-24s %14s\n", *group ? "\n" : "", group, label,
	       format_value(value, text));
}

/* The status screen: an object of the answer, one of its members, its name. */
static const struct row {
	const char *object, *member, *label;
} rows[] = {
	{"queue", "num", "number"},
	{"queue", "length", "length"},
	{"queue", "received", "received"},
	{"queue", "accepted", "accepted"},
	{"queue", "dropped", "dropped"},
	{"queue", "refused", "refused by the parser"},
	{"queue", "malformed", "without packet id"},
	{"queue", "overruns", "receive overruns"},
	{"queue", "verdict_errors", "verdict errors"},
	{"queue", "kernel_dropped", "lost, queue full"},
	{"queue", "user_dropped", "lost, socket full"},
	{"queue", "conntrack_marks", "conntrack marks"},
	{"engine", "segments", "segments judged"},
	{"engine", "settled", "handshakes settled"},
	{"engine", "flows", "flows"},
	{"engine", "flows_max", "flows, at most"},
	{"engine", "flows_evicted", "flows evicted"},
	{"engine", "sources", "sources"},
	{"engine", "services", "services"},
	{"engine", "listings", "listings"},
	{"engine", "notices_lost", "notices lost"},
	{"blocklist", "added", "added"},
	{"blocklist", "deleted", "deleted"},
	{"blocklist", "set_full", "failed, set full"},
	{"blocklist", "not_tried", "not tried, set full"},
	{"blocklist", "table_missing", "failed, no table"},
	{"blocklist", "failed", "failed otherwise"},
	{"conntrack", "ended", "settled, now over"},
	{"conntrack", "overruns", "receive overruns"},
};

static void print_rows(const json_t *answer)
{
	const char *last = "";

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		const json_t *object = json_object_get(answer, row->object);
		bool is_first = strcmp(last, row->object) != 0;

		print_row(is_first ? row->object : "", row->label,
			  json_object_get(object, row->member));
		last = row->object;
	}
}

/* An object of names and counts; only what happened is in it. */
static void print_counts(const json_t *answer, const char *name)
{
	json_t *counts = json_object_get(answer, name);
	const char *group = name;
	void *i;

	if (json_object_size(counts) == 0)
		printf("\n%-11s%s\n", name,
		       json_is_object(counts) ? "none" : "-");
	for (i = json_object_iter(counts); i;
	     i = json_object_iter_next(counts, i)) {
		print_row(group, json_object_iter_key(i),
			  json_object_iter_value(i));
		group = "";
	}
}

static void print_uptime(const json_t *uptime_s)
{
	long long s = json_integer_value(uptime_s);

	if (json_is_integer(uptime_s))
		printf("up %lldd %02lld:%02lld:%02lld\n", s / 86400,
		       s / 3600 % 24, s / 60 % 60, s % 60);
	else
		puts("up -");
}

static void print_word(const char *before, const json_t *value)
{
	char text[24];

	printf("%s %s, ", before, format_value(value, text));
}

static void print_status(const json_t *answer)
{
	print_word("handshaked", json_object_get(answer, "version"));
	print_word("mode", json_object_get(answer, "mode"));
	print_word("pid", json_object_get(answer, "pid"));
	print_uptime(json_object_get(answer, "uptime_s"));
	print_rows(answer);
	print_counts(answer, "outcomes");
	print_counts(answer, "findings");
	print_counts(answer, "refused");
}

static int status_main(const struct command *command, int argc, char **argv)
{
	(void)command;
	return ask(argc, argv, print_status);
}

/*
 * Seconds of "90", "90s", "10m", "2h" or "1d"; 0, which is none, when it is
 * anything else or out of range.
 */
static uint32_t parse_duration(const char *text)
{
	static const struct {
		const char *suffix;
		uint32_t seconds;
	} units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return 0;
	n = strtoull(text, &end, 10);
	if (n > MAX_BLOCK_S)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(end, units[i].suffix) != 0)
			continue;
		n *= units[i].seconds;
		return n < MIN_BLOCK_S || n > MAX_BLOCK_S ? 0 : (uint32_t)n;
	}
	return 0;
}

static int block_main(const struct command *command, int argc, char **argv)
{
	char address_text[ADDRESS_TEXT_BYTES], seconds_text[16];
	char *words[] = {argv[0], address_text, seconds_text};
	struct address address;
	uint32_t seconds = 0;

	if (argc < 2)
		return usage_error(command, "which address?");
	if (!address_parse(argv[1], &address))
		return usage_error(command, "\"%s\" is not an IP address",
				   argv[1]);
	if (argc > 2) {
		seconds = parse_duration(argv[2]);
		if (seconds == 0)
			return usage_error(command,
					   "\"%s\" is not a duration from 10s "
					   "to 30d (90, 90s, 10m, 2h, 1d)",
					   argv[2]);
	}
	address_format(&address, address_text);
	snprintf(seconds_text, sizeof(seconds_text), "%" PRIu32, seconds);
	return ask(argc, words, print_message);
}

static int mode_main(const struct command *command, int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "enforce") != 0 &&
	    strcmp(argv[1], "observe") != 0)
		return usage_error(command, "\"%s\" is not a mode", argv[1]);
	return ask(argc, argv, print_message);
}

/* Its arguments are its own business, options among them. */
static int replay_command(const struct command *command, int argc, char **argv)
{
	(void)command;
	return replay_main(argc, argv, as_json);
}

static int help_main(const struct command *command, int argc, char **argv);

static const struct command commands[] = {
	{"status", status_main, 0, "", "what the daemon sees and does"},
	{"block", block_main, 2, "ADDRESS [DURATION]",
	 "drop all from it; for 90, 90s, 10m, 2h or 1d"},
	{"unblock", block_main, 1, "ADDRESS",
	 "take it off the list and forget what it did"},
	{"mode", mode_main, 1, "[enforce|observe]",
	 "show the mode, or change it until the daemon stops"},
	{"replay", replay_command, INT_MAX - 1, "[OPTION]... CAPTURE...",
	 "judge a capture file"},
	{"help", help_main, 0, "", "this text"},
};

static void print_usage(FILE *out)
{
	fprintf(out, "usage: handshakectl [-s SOCKET] [--json] COMMAND\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *c = &commands[i];

		fprintf(out, "  %-8s%-19s %s\n", c->name, c->arguments,
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
			return usage_error(c, "too many arguments from \"%s\"",
					   argv[c->max_arguments + 1]);
		return c->run(c, argc, argv);
	}
	fprintf(stderr, "handshakectl: unknown command \"%s\"\n", argv[0]);
	print_usage(stderr);
	return EXIT_USAGE;
}

/* Returns -1 to go on, else the exit status. `short_options` for getopt. */
static int parse_options(int argc, char **argv, const char *short_options)
{
	static const struct option options[] = {
		{"socket", required_argument, NULL, 's'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	optind = 0; /* glibc: begin anew */
	while ((option = getopt_long(argc, argv, short_options, options,
				     NULL)) >= 0) {
		switch (option) {
		case 's':
			socket_path = optarg;
			break;
		case 'j':
			as_json = true;
			break;
		case 'h':
			print_usage(stdout);
			return EXIT_SUCCESS;
		default: /* getopt_long() has said what is wrong */
			print_usage(stderr);
			return EXIT_USAGE;
		}
	}
	return -1;
}

int main(int argc, char **argv)
{
	/* Up to the command first: replay has options of its own. */
	int rc = parse_options(argc, argv, "+s:h");

	if (rc < 0 && optind < argc && strcmp(argv[optind], "replay") != 0)
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
