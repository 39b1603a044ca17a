/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log lines of the daemon: one line each on standard error, with the
 * priority prefix that journald reads ("<4>...") when standard error is
 * connected to the journal, without it on a terminal. Nothing on the packet
 * path logs.
 *
 * Every function keeps errno as it was.
 */
#ifndef HANDSHAKED_LOG_H
#define HANDSHAKED_LOG_H

#include <stdbool.h>

/* `name` is the program's; `debug` lets log_debug() through. */
void log_open(const char *name, bool debug);

/* A fault with errno's text appended, and one without. */
__attribute__((format(printf, 1, 2))) void log_warn(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_warnx(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_info(const char *format, ...);
__attribute__((format(printf, 1, 2))) void log_debug(const char *format, ...);

#endif
