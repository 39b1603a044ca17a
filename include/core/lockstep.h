/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources that probe the same places at the same moments: a scanner that hides
 * among forged addresses (nmap -D), or one that works from several. Nobody can
 * tell which of them is real, so none is listed on what they all did.
 *
 * Keeps for each place, by its hash, the last few sources that were charged
 * there. Places share slots; who is pushed out of one is only not recognised.
 */
#ifndef HANDSHAKED_CORE_LOCKSTEP_H
#define HANDSHAKED_CORE_LOCKSTEP_H

#include "core/source.h"

struct lockstep;

/* Most sources that are named. */
#define LOCKSTEP_MATES 3

/* Who else was where a source was, when it was. */
struct lockstep_batch {
	uint16_t others; /* how many other sources, as far as they are known */
	uint16_t named;
	struct address mate[LOCKSTEP_MATES];
};

/* NULL without memory. lockstep_free(NULL) is fine. */
struct lockstep *lockstep_new(void);
void lockstep_free(struct lockstep *l);

/* A source was charged at (host, port). */
void lockstep_note(struct lockstep *l, const struct address *source,
		   uint32_t host, uint16_t port, uint64_t now_ns);

/*
 * Is a source, with this evidence, in step: has one other source been
 * at three fifths of its places, and at three of them at least, within a
 * second of it?
 */
bool lockstep_has(const struct lockstep *l, const struct source *s,
		  struct lockstep_batch *batch);

#endif
