/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "handshakectl block" and "unblock": read the arguments, send one request for
 * each source, and print one answer for each.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "ctl.h"
#include "duration.h"
#include "operator_list.h"
#include "options.h"

#define MIN_BLOCK_S 10
#define MAX_BLOCK_S 2592000

struct arguments {
	const char *reason; /* NULL: none */
	bool permanent, all;
	char **word; /* what is no option */
	int words;
};

/* Returns -1 to go on, else the exit status. */
static int read_options(const struct command *command, int argc, char **argv,
			const struct option *options, struct arguments *a)
{
	char program[32];
	int option, rc = -1;

	snprintf(program, sizeof(program), "handshakectl %s", command->name);
	optind = 0; /* glibc: begin anew */
	while (rc < 0 && (option = options_next(argc, argv, program, ":s:h",
						options)) >= 0) {
		if (option == 'r')
			a->reason = optarg;
		else if (option == 'p')
			a->permanent = true;
		else if (option == 'a')
			a->all = true;
		else
			rc = ctl_option(command, option, optarg);
	}
	a->word = argv + optind;
	a->words = argc - optind;
	return rc;
}

/* ---- what is right ---- */

static const char *fault_of_reason(const char *text)
{
	if (!*text)
		return "is empty";
	if (strlen(text) >= OPERATOR_REASON_BYTES)
		return "has more than 128 bytes";
	for (; *text; text++)
		if (*text < ' ' || *text > '~' || *text == '"')
			return "has a character that is not printable ASCII, or"
			       " a double quote";
	return NULL;
}

/* Seconds as a number, or "permanent"; false when it is neither. */
static bool read_duration(const char *text, char out[static 16])
{
	uint64_t seconds;

	if (strcmp(text, "permanent") == 0) {
		strcpy(out, text);
		return true;
	}
	if (!duration_parse(text, &seconds) || seconds < MIN_BLOCK_S ||
	    seconds > MAX_BLOCK_S)
		return false;
	snprintf(out, 16, "%" PRIu64, seconds);
	return true;
}

/* All are right before the first is sent. */
static int check_sources(const struct command *command, char **word, int words)
{
	struct prefix source, net;
	char text[PREFIX_TEXT_BYTES];

	for (int i = 0; i < words; i++) {
		if (!prefix_parse(word[i], &source))
			return ctl_usage_error(command,
					       "\"%s\" is neither an IP address"
					       " nor a network such as"
					       " 192.0.2.0/24",
					       word[i]);
		net = prefix_network(&source);
		if (!address_equal(&net.address, &source.address))
			return ctl_usage_error(command,
					       "\"%s\" has bits behind its"
					       " prefix: the network is %s",
					       word[i],
					       prefix_format(&net, text));
	}
	return -1;
}

/* Durations are no sources: where one stands among them, says so. */
static int check_durations(const struct command *command, char **word,
			   int words)
{
	uint64_t seconds;

	for (int i = 0; i < words; i++)
		if (strcmp(word[i], "permanent") == 0 ||
		    duration_parse(word[i], &seconds))
			return ctl_usage_error(command,
					       "\"%s\" is a duration: only"
					       " one, behind the sources",
					       word[i]);
	return -1;
}

/* ---- what is sent ---- */

/* One request for each source. `rest` follows the source. */
static int ask_for_each(char *name, const struct arguments *a, char **rest,
			int num_rest)
{
	char *words[5] = {name}, text[PREFIX_TEXT_BYTES];
	int rc = EXIT_SUCCESS;
	struct prefix source;

	for (int i = 0; i < num_rest; i++)
		words[2 + i] = rest[i];
	for (int i = 0; i < a->words; i++) {
		words[1] = text;
		if (prefix_parse(a->word[i], &source))
			prefix_format(&source, text);
		if (ctl_ask(2 + num_rest, words, ctl_print_message) !=
		    EXIT_SUCCESS)
			rc = EXIT_FAILURE;
	}
	return rc;
}

int block_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		CTL_OPTIONS,
		{"reason", required_argument, NULL, 'r'},
		{"permanent", no_argument, NULL, 'p'},
		{NULL, 0, NULL, 0},
	};
	char duration[16] = "-", reason[OPERATOR_REASON_BYTES];
	char *rest[] = {duration, reason};
	struct arguments a = {.reason = NULL};
	struct prefix source;
	int rc = read_options(command, argc, argv, options, &a);

	if (rc >= 0)
		return rc;
	/* The last word is a duration, unless it is a source. */
	if (a.words > 1 && !prefix_parse(a.word[a.words - 1], &source)) {
		if (!read_duration(a.word[--a.words], duration))
			return ctl_usage_error(
				command,
				"\"%s\" is not a duration from 10s to 30d"
				" (90, 10m, 1h30m, 2d12h, permanent)",
				a.word[a.words]);
		if (a.permanent && strcmp(duration, "permanent") != 0)
			return ctl_usage_error(command,
					       "\"%s\" and --permanent exclude"
					       " each other",
					       a.word[a.words]);
	}
	if (a.permanent)
		strcpy(duration, "permanent");
	if (a.words < 1)
		return ctl_usage_error(command, "which address?");
	if (a.reason && fault_of_reason(a.reason))
		return ctl_usage_error(command, "reason \"%s\" %s", a.reason,
				       fault_of_reason(a.reason));
	if (a.reason)
		strcpy(reason, a.reason);
	rc = check_durations(command, a.word, a.words);
	if (rc < 0)
		rc = check_sources(command, a.word, a.words);
	return rc >= 0 ? rc : ask_for_each(argv[0], &a, rest, a.reason ? 2 : 1);
}

int unblock_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		CTL_OPTIONS,
		{"all", no_argument, NULL, 'a'},
		{NULL, 0, NULL, 0},
	};
	char all[] = "all", *words[] = {argv[0], all};
	struct arguments a = {.reason = NULL};
	int rc = read_options(command, argc, argv, options, &a);

	if (rc >= 0)
		return rc;
	if (a.all && a.words > 0)
		return ctl_usage_error(command,
				       "\"%s\" and --all exclude each other",
				       a.word[0]);
	if (a.all)
		return ctl_ask(ARRAY_SIZE(words), words, ctl_print_message);
	if (a.words < 1)
		return ctl_usage_error(command, "which address?");
	rc = check_sources(command, a.word, a.words);
	return rc >= 0 ? rc : ask_for_each(argv[0], &a, NULL, 0);
}
