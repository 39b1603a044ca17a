/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports what others do to our table: that the table, a set or rules were
 * added or deleted, and which elements were deleted. What the daemon does
 * itself is left out.
 */
#ifndef HANDSHAKED_NFT_EVENTS_H
#define HANDSHAKED_NFT_EVENTS_H

#include "blocklist.h"

struct nft_events;

struct nft_event {
	enum nft_event_kind {
		/*
		 * Our table or one of its sets was deleted or made, and the
		 * transaction is through: look whether they are there
		 * (blocklist_identify()).
		 */
		NFT_EVENT_TABLE,
		/*
		 * Rules of our table were added or deleted, and the
		 * transaction is complete: see which queues they send to
		 * (rule_queues_read()).
		 */
		NFT_EVENT_RULES,
		/* Somebody took `source` out of its set. */
		NFT_EVENT_DELETED,
		/*
		 * The kernel could not keep up telling: anything may have
		 * happened. Look at the sets, too (blocklist_read()).
		 */
		NFT_EVENT_OVERRUN,
	} kind;
	struct prefix source; /* of NFT_EVENT_DELETED */
	/* Of NFT_EVENT_TABLE, who did it: "nft", 4711; or "" and 0. */
	char process[16];
	uint32_t pid;
};

typedef void (*nft_event_fn)(void *arg, const struct nft_event *e);

/*
 * Subscribes. `own_portid` is whose changes are not told: blocklist_portid().
 * Returns NULL with errno set; nft_events_close(NULL) is fine.
 */
struct nft_events *nft_events_open(uint32_t own_portid, nft_event_fn fn,
				   void *arg);
void nft_events_close(struct nft_events *e);

/* Readable when there is something. Belongs to the events. */
int nft_events_fd(const struct nft_events *e);

/* Tells what is there, a bounded piece of it, without waiting. */
void nft_events_read(struct nft_events *e);

#endif
