/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the queue numbers that rules send packets to with those that the
 * daemon serves, and says in words how they differ.
 */
#ifndef HANDSHAKED_QUEUE_MATCH_H
#define HANDSHAKED_QUEUE_MATCH_H

#include "rule_queues.h"

#define QUEUE_MATCH_TEXT_BYTES 512

/* Zeroed: nothing is known of the rules. */
struct queue_match {
	bool is_known;
	uint32_t unserved; /* rules send to so many queues without a thread */
	uint32_t unfed;    /* so many queues of the daemon have no rule */
	/* A sentence for each of the two; "" when it is 0. */
	char unserved_text[QUEUE_MATCH_TEXT_BYTES];
	char unfed_text[QUEUE_MATCH_TEXT_BYTES];
};

/* The daemon serves so many `queues`, at least 1, numbered from `num`. */
void queue_match(struct queue_match *m, const struct rule_queues *rules,
		 unsigned int num, unsigned int queues);

#endif
