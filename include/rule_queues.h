/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads which queue numbers the loaded rules of our table send packets to.
 * Rules of other tables are not looked at: their queues may have programs of
 * their own.
 */
#ifndef HANDSHAKED_RULE_QUEUES_H
#define HANDSHAKED_RULE_QUEUES_H

#include <stdbool.h>
#include <stdint.h>

struct nlmsghdr;

/* A bit for each queue number there can be. */
struct queue_numbers {
	uint64_t bits[65536 / 64];
};

struct rule_queues {
	struct queue_numbers sent; /* a rule sends packets to these */
	/* Of `sent`, by a rule without `bypass`: nothing passes unserved. */
	struct queue_numbers strict;
	/* A rule computes its number in a way that is not followed: a map. */
	bool has_unknown;
};

static inline bool queue_numbers_has(const struct queue_numbers *n,
				     unsigned int num)
{
	return n->bits[num / 64] >> (num % 64) & 1;
}

static inline void queue_numbers_add(struct queue_numbers *n, unsigned int num)
{
	n->bits[num / 64] |= (uint64_t)1 << (num % 64);
}

/*
 * Asks nf_tables for all rules of the table, by a socket of its own. Returns 0
 * or -errno; a table that is missing has no rules and is no error.
 */
int rule_queues_read(struct rule_queues *out);

/* Adds the queues of the one rule in an NFT_MSG_NEWRULE. */
void rule_queues_note(struct rule_queues *out, const struct nlmsghdr *nlh);

#endif
