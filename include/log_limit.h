/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log lines of a kind of which an attacker decides how many there are: so many
 * in a second and no more, and what was left out is counted in a line of its
 * own.
 */
#ifndef HANDSHAKED_LOG_LIMIT_H
#define HANDSHAKED_LOG_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

/* Lines of a kind in one second. */
#define LOG_LIMIT_LINES 20

/* Zeroed at the start. */
struct log_limit {
	uint64_t second; /* that the others are of */
	unsigned int written;
	uint64_t suppressed; /* left out, and not told yet */
};

/*
 * To be called before lines are written and about once a second. When another
 * second has begun it logs how many lines, which begin with the word `kind`,
 * were left out in the last one.
 */
void log_limit_begin(struct log_limit *l, const char *kind, uint64_t now_ns);

/* May one more line be written? If not it counts as left out. */
bool log_limit_allows(struct log_limit *l);

#endif
