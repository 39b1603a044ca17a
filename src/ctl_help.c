/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "handshakectl help" and --help, written from the table of commands. */
#include <stdlib.h>

#include "config.h"
#include "ctl.h"

void ctl_print_usage(FILE *out)
{
	fputs("usage: handshakectl [-s SOCKET] [--json] COMMAND\n"
	      "       handshakectl COMMAND --help\n"
	      "       handshakectl --version\n\n",
	      out);
	for (const struct command *c = ctl_commands; c->name; c++)
		fprintf(out, "  %-13s%-20s %s\n", c->name, c->arguments,
			c->summary);
}

void ctl_print_help(const struct command *c, FILE *out)
{
	const bool has_json = !(c->flags & CTL_NO_JSON);
	const bool has_socket = !(c->flags & CTL_OFFLINE);

	fprintf(out, "usage: handshakectl%s%s %s%s%s\n\n%s\n\noptions:\n%s",
		has_socket ? " [-s SOCKET]" : "", has_json ? " [--json]" : "",
		c->name, *c->arguments ? " " : "", c->arguments, c->about,
		c->options ? c->options : "");
	if (has_socket)
		fputs("  -s, --socket SOCKET    the daemon's control socket\n"
		      "                         "
		      "(default: " CONFIG_DEFAULT_SOCKET ")\n",
		      out);
	if (has_json)
		fputs("      --json             print JSON\n", out);
	fputs("  -h, --help             print this text\n"
	      "      --version          print the version\n",
	      out);
	fprintf(out,
		"\nexample:\n  %s\n\n"
		"exit status: 0 done; 1 refused or failed; 2 wrong usage\n",
		c->example);
}

/* ---- as JSON ---- */

/* What a function prints, as a string of JSON. */
static json_t *help_of(const struct command *c)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	json_t *string = NULL;

	if (!out)
		return NULL;
	ctl_print_help(c, out);
	if (fclose(out) == 0)
		string = json_string(text);
	free(text);
	return string;
}

static json_t *entry_of(const struct command *c)
{
	return json_pack("{s:s, s:s, s:s, s:o*}", "name", c->name, "arguments",
			 c->arguments, "summary", c->summary, "help",
			 help_of(c));
}

/* All commands, or one. */
static json_t *as_json(const struct command *only)
{
	json_t *list = json_array();

	for (const struct command *c = ctl_commands; c->name; c++)
		if (!only || c == only)
			json_array_append_new(list, entry_of(c));
	return json_pack("{s:b, s:o}", "ok", 1, "commands", list);
}

int help_main(const struct command *command, int argc, char **argv)
{
	const struct command *c = NULL;

	(void)command;
	if (argc > 1) {
		c = ctl_find_command(argv[1]);
		if (!c)
			return EXIT_USAGE;
	}
	if (ctl_as_json)
		ctl_print(as_json(c), NULL);
	else if (c)
		ctl_print_help(c, stdout);
	else
		ctl_print_usage(stdout);
	return EXIT_SUCCESS;
}
