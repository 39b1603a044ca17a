/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handshakectl report, the subcommand: a capture or a file of events as a page
 * to look at, as a few lines of text, or as JSON.
 */
#ifndef HANDSHAKED_REPORT_COMMAND_H
#define HANDSHAKED_REPORT_COMMAND_H

#include <stdbool.h>

/* Where the daemon is asked for what its events do not say; NULL: nowhere. */
extern const char *report_socket;

/*
 * argv[0] is its name. Returns the exit status: 0 done, 1 when what was to be
 * read could not be read to its end or has lines that are no events, or the
 * page could not be written, 2 for wrong usage.
 */
int report_main(int argc, char **argv, bool as_json);

#endif
