/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command line options: getopt_long(), with one line on standard error for a
 * wrong option. All programs here use it.
 */
#ifndef HANDSHAKED_OPTIONS_H
#define HANDSHAKED_OPTIONS_H

#include <getopt.h>

/*
 * As getopt_long(): the option's character, or -1 behind the last. Returns '?'
 * for any wrong option, after it said so: `handshaked: unknown option
 * "--verbsoe"; did you mean "--verbose"?`. `program` stands before the message
 * and names the help; `short_options` begins with ':' (or "+:").
 */
int options_next(int argc, char **argv, const char *program,
		 const char *short_options, const struct option *options);

#endif
