/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "handshakectl allow" and "disallow": the daemon changes the kernel's sets;
 * the file by which that outlives a reboot is written here, by whoever may.
 */
#include <stdlib.h>
#include <string.h>

#include "allowlist_file.h"
#include "ctl.h"

static void print_both(const json_t *answer, FILE *out)
{
	fprintf(out, "%s\n", show_word(answer, "message"));
	if (show_is(answer, "kept"))
		fprintf(out, "%s\n", show_word(answer, "note"));
	else
		fprintf(stderr, "handshakectl: %s\n",
			show_word(answer, "note"));
}

/* Also the file; adds to the answer what came of it. */
static bool keep(json_t *answer, const struct prefix *net, bool allow)
{
	char note[ALLOWLIST_FILE_NOTE_BYTES];
	bool kept = allow ? allowlist_file_add(ALLOWLIST_FILE, net, note)
			  : allowlist_file_del(ALLOWLIST_FILE, net, note);

	json_object_set_new(answer, "kept", json_boolean(kept));
	json_object_set_new(answer, "note", json_string(note));
	return kept;
}

int allow_main(const struct command *command, int argc, char **argv)
{
	const bool allow = strcmp(argv[0], "allow") == 0;
	struct prefix net;
	json_t *answer;
	bool kept;

	if (argc == 1 && allow)
		return ctl_ask(argc, argv, show_allowed);
	if (argc == 1)
		return ctl_usage_error(command, "which address?");
	if (!prefix_parse(argv[1], &net))
		return ctl_usage_error(command,
				       "\"%s\" is neither an IP address nor a"
				       " network such as 192.0.2.0/24",
				       argv[1]);
	answer = ctl_request(argc, argv);
	if (!answer)
		return EXIT_FAILURE;
	kept = keep(answer, &net, allow);
	ctl_print(answer, print_both);
	return kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
