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
	uint64_t lost; /* judge_counters.endings_lost so far */
};

/*
 * Logs all endings that the judge has, as far as the limit lets it, and once a
 * second how many were left out. `now_ns` is the judge's time.
 */
void handshake_log_take(struct handshake_log *log, struct judge *judge,
			uint64_t now_ns);

#endif
