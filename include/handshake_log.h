/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log lines for handshakes that were not completed, or in which something was
 * found: what no server's own log tells. An attacker decides how many there
 * are, so they are limited, and what was left out is counted.
 */
#ifndef HANDSHAKED_HANDSHAKE_LOG_H
#define HANDSHAKED_HANDSHAKE_LOG_H

#include "core/judge.h"
#include "log_limit.h"

/* Zeroed at the start. */
struct handshake_log {
	struct log_limit limit;
	uint64_t lost; /* as it was told last */
};

/* Some may come now: once a second tells how many were left out. */
void handshake_log_begin(struct handshake_log *log, uint64_t now_ns);

/* Logs an ending, if the limit lets it. */
void handshake_log_add(struct handshake_log *log, const struct ending *e);

/* So many in all were lost before they could be logged: endings_lost. */
void handshake_log_lost(struct handshake_log *log, uint64_t lost);

#endif
