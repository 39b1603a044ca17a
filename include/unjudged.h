/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many packets passed without being judged while the daemon ran: because
 * the queue was full, or our socket. It fails open then, and the kernel counts
 * none of them; but the rules count what they send to the queue (counter
 * `queued`), and what of that never came has passed.
 */
#ifndef HANDSHAKED_UNJUDGED_H
#define HANDSHAKED_UNJUDGED_H

#include <stdbool.h>
#include <stdint.h>

struct mnl_socket;

/* Zeroed but for what unjudged_open() fills in. */
struct unjudged {
	struct mnl_socket *socket; /* NULL: nothing is known */
	bool has_counter;          /* of what follows */
	uint64_t queued;           /* the rules' counter, as last read */
	uint64_t marked;           /* and when waiting was last 0 */
	uint64_t behind; /* of it, what was counted before the start, or for
			    an earlier table, less what that had counted */
	uint64_t passed;
};

/*
 * Reads the counter for the first time; to be called right before the queues
 * are bound, or, when they were taken over with packets in them, right after,
 * with the number `received` of these. Returns 0 or -errno, and then
 * unjudged_turn() does nothing.
 */
int unjudged_open(struct unjudged *u, uint64_t received);
void unjudged_close(struct unjudged *u);

/*
 * To be called a few times a second with the number of packets received since
 * the start, and how many may still wait in the queues: 0 when what was queued
 * at the last call with 0 is known to have been received, else all they have
 * room for. What was counted, has not come and does not wait has passed: so the
 * number only grows and is never too large, lags behind while there is traffic,
 * and is exact after a moment without.
 */
void unjudged_turn(struct unjudged *u, uint64_t received, uint64_t waiting);

#endif
