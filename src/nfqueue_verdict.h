/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verdicts of one batch, as netlink messages in one buffer. Pure bytes:
 * testable without a queue.
 */
#ifndef HANDSHAKED_NFQUEUE_VERDICT_H
#define HANDSHAKED_NFQUEUE_VERDICT_H

#include <libmnl/libmnl.h>

#include "nfqueue.h"

/* Room for a verdict with all its attributes. */
#define VERDICT_BYTES 96

struct verdict_buffer {
	uint16_t queue_num;
	size_t len;
	/* Accepts not written yet: all of them up to this id. */
	uint32_t run_id;
	unsigned int run_packets;
	/* A run may be written between any two single verdicts. */
	char bytes[(2 * NFQUEUE_BATCH + 1) * VERDICT_BYTES];
};

/* How a connection is to be marked as settled. */
enum settle_means {
	SETTLE_NOT,
	SETTLE_CONNTRACK, /* NFQA_CT in the verdict */
	SETTLE_MARK,      /* packet mark, which a rule saves */
};

void verdict_begin(struct verdict_buffer *b, uint16_t queue_num);

/*
 * The next verdict, ids in the order the packets came. An accept joins the
 * run of accepts before it; anything else closes the run first, so that a
 * batch verdict never reaches past a drop. `mark` is the packet's mark now.
 */
void verdict_put(struct verdict_buffer *b, uint32_t id, enum verdict verdict,
		 enum settle_means settle, uint32_t mark);

/*
 * To be put before the first packet of a queue that somebody else had, who may
 * have ended between receiving and answering: accepts whatever came before the
 * packet `id` and has no verdict yet. That there is nothing such is no error,
 * though the kernel says so: in `answer`, an NLMSG_ERROR.
 */
void verdict_left_over(struct verdict_buffer *b, uint32_t id);
bool verdict_was_left_over(const struct nlmsghdr *answer);

/* Closes the run. The buffer is then ready to be sent. */
void verdict_end(struct verdict_buffer *b);

#endif
