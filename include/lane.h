/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A queue and the thread that judges what comes of it. The kernel brings both
 * halves of a connection to the same queue, so that each lane's conversations
 * are its own; what is known of sources its judge shares with the others.
 */
#ifndef HANDSHAKED_LANE_H
#define HANDSHAKED_LANE_H

#include "core/judge.h"
#include "nfqueue.h"

struct lane;

/*
 * Called by the lane's thread, before the packets are answered, when its judge
 * has a notice: whom they got listed is to be in the set first. `lane` may be
 * entered.
 */
typedef void (*lane_notices_fn)(void *arg, struct lane *lane);

/* Where a lane's packets come from. */
struct lane_queue {
	int fd; /* of a process before us that had it, or -1 */
	uint16_t num;
	uint32_t length; /* packets it may hold */
};

/*
 * Binds the queue, or takes it over, see nfqueue.h, for `judge`, which is the
 * lane's from now on, and freed by lane_close(); by a failure too, when the
 * descriptor is closed. NULL with errno set.
 */
struct lane *lane_open(const struct lane_queue *from, struct judge *judge,
		       uint64_t now_ns);

/* Starts the thread. Returns 0 or -errno. */
int lane_start(struct lane *l, lane_notices_fn fn, void *arg);

/*
 * Asks the thread to give what waits in the queue its verdicts, within bounds,
 * or, if it hands the queue over, to let it wait for whoever has lane_fd() too;
 * and to end; waits until it has, if it was started. The caller must hold
 * nothing that a lane_notices_fn waits for.
 */
void lane_stop(struct lane *l, bool hands_over);
void lane_wait(struct lane *l);

/* Packets still queued are dropped by the kernel. Accepts NULL. */
void lane_close(struct lane *l);

/*
 * The lane's judge, for any thread, until lane_leave(); packets wait meanwhile,
 * so not for long.
 */
struct judge *lane_enter(struct lane *l);
void lane_leave(struct lane *l);

/* What was found in its packets, to be fetched; between the two above. */
struct sighting_ring *lane_sightings(struct lane *l);

/* The lane's counters; the same. */
const struct nfqueue_counters *lane_counters(const struct lane *l);
bool lane_has_conntrack(const struct lane *l);

/* The queue's socket, until lane_stop(); it stays the lane's. */
int lane_fd(const struct lane *l);

/* Has its thread done anything since this was asked last? */
bool lane_lives(struct lane *l);

/*
 * Has all that was queued when lane_mark() was called last been judged? It may
 * be said a moment late. Both for one thread.
 */
void lane_mark(struct lane *l);
bool lane_caught_up(const struct lane *l);

/* 0, or the -errno for which its queue is beyond use, and the thread over. */
int lane_error(const struct lane *l);

#endif
