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

/*
 * A line of LOG_INFO or LOG_WARNING (syslog.h) about an event. In the journal
 * it has the fields besides, at most LOG_MAX_FIELDS, ended by one without a
 * name; names are made of A to Z, digits and '_'. `line` is the text, in which
 * controls are replaced as everywhere.
 */
struct log_field {
	const char *name, *value;
};
#define LOG_MAX_FIELDS 24
void log_event(int priority, const struct log_field *fields, const char *line);

#endif
