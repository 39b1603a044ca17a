/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was found in a packet, kept until somebody tells it: a ring of a fixed
 * size, so that whoever judges never waits for whoever writes. When it is full
 * what comes is left out and counted.
 */
#ifndef HANDSHAKED_CORE_SIGHTING_H
#define HANDSHAKED_CORE_SIGHTING_H

#include "core/judge.h"

#define SIGHTINGS 256

/*
 * A segment with a finding. `src` is the source that the finding is of, `dst`
 * what it probed. Numbers in host byte order.
 */
struct sighting {
	uint64_t time_ns; /* on the clock of judge_segment() */
	struct address src, dst;
	uint16_t src_port, dst_port;
	bool is_reply;       /* `dst` sent the segment, to `src` */
	uint16_t flags;      /* enum tcp_flag */
	uint32_t in_ifindex; /* where it came in; 0: not known, or nowhere */
	enum finding finding;
	bool dropped;
};

/* Zeroed at the start. */
struct sighting_ring {
	struct sighting sighting[SIGHTINGS];
	unsigned int first, num;
	uint64_t lost; /* for want of room, since the start */
};

/* Fills *out from a segment and what was decided of it. */
void sighting_of(struct sighting *out, const struct segment *seg,
		 const struct decision *d, uint64_t time_ns);

/* Room for one more, to be filled in; NULL, and counted, when there is none. */
struct sighting *sighting_add(struct sighting_ring *r);

/* Takes the oldest one out; false when there is none. */
bool sighting_next(struct sighting_ring *r, struct sighting *out);

#endif
