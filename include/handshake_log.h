/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log lines for handshakes that were not completed, or in which something was
 * found: what no server's own log tells. An attacker decides how many there
 * are, so they are limited, and what was left out is counted.
 */
#ifndef HANDSHAKED_HANDSHAKE_LOG_H
#define HANDSHAKED_HANDSHAKE_LOG_H

#include "core/judge.h"

/* Lines in one second. */
#define HANDSHAKE_LOG_LINES 20

/* Zeroed at the start. */
struct handshake_log {
	uint64_t second; /* that `written` and `suppressed` are of */
	unsigned int written;
	uint64_t suppressed; /* left out, and not told yet */
	uint64_t lost;       /* judge_counters.endings_lost so far */
};

/*
 * Logs all endings that the judge has, as far as the limit lets it, and once a
 * second how many were left out. `now_ns` is the judge's time.
 */
void handshake_log_take(struct handshake_log *log, struct judge *judge,
			uint64_t now_ns);

#endif
