/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the named counters of our table: what its rules queued and dropped. */
#ifndef HANDSHAKED_RULE_COUNTER_H
#define HANDSHAKED_RULE_COUNTER_H

#include <stdint.h>

struct mnl_socket;

/* The rules count in these since the table was made. */
#define RULE_COUNTER_QUEUED   "queued"   /* sent to the queue */
#define RULE_COUNTER_BLOCKED  "blocked"  /* dropped: the source is listed */
#define RULE_COUNTER_OVERRATE "overrate" /* dropped: above a source's rate */

struct rule_counter {
	uint64_t packets, bytes;
};

/*
 * Asks by `socket`, which is bound, or by one of its own if that is NULL, and
 * waits for the answer. Returns 0 or -errno, -ENOENT when there is no such
 * counter; *out is then as it was.
 */
int rule_counter_read(struct mnl_socket *socket, const char *name,
		      struct rule_counter *out);

#endif
