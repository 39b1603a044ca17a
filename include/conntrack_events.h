/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of connections that left the queue: the kernel's connection
 * tracking tells when it forgets one (a DESTROY event of ctnetlink), in which
 * state it was and how much it carried.
 */
#ifndef HANDSHAKED_CONNTRACK_EVENTS_H
#define HANDSHAKED_CONNTRACK_EVENTS_H

#include "core/judge.h"

struct conntrack_events;

struct conntrack_events_counters {
	uint64_t ended;     /* connections told */
	uint64_t malformed; /* events without addresses or ports */
	uint64_t overruns;  /* times the kernel had to leave some out */
};

/* `e` is valid during the call. */
typedef void (*conntrack_ended_fn)(void *arg, const struct settled_end *e);

/*
 * Subscribes to the ends of TCP connections that carry the settled bit
 * (CONNTRACK_MARK_SETTLED); the kernel filters out all others. Returns NULL
 * with errno set (EPERM without CAP_NET_ADMIN).
 * conntrack_events_close(NULL) is fine.
 */
struct conntrack_events *conntrack_events_open(conntrack_ended_fn ended,
					       void *arg);
void conntrack_events_close(struct conntrack_events *e);

/* Readable when something has ended. Belongs to the events. */
int conntrack_events_fd(const struct conntrack_events *e);

/*
 * Reports what is there, a bounded piece of it, without waiting. What the
 * kernel had to leave out is counted as one overrun, however much it was.
 *
 * The conn_state is as near as the kernel's state comes: TIME_WAIT and
 * LAST_ACK are SF, ESTABLISHED is S1. Which end sent the only FIN or the RST
 * is not kept: these are told as S2 and RSTO. OTH where only one end was
 * heard, and where the kernel does not tell the state (before Linux 5.13).
 *
 * `no_payload` needs the kernel's accounting, which handshaked.nft turns on;
 * without it nothing is said of the payload.
 *
 * With net.netfilter.nf_conntrack_events = 2, the default since Linux 5.19,
 * the kernel tells nothing of connections that began before somebody listened.
 */
void conntrack_events_read(struct conntrack_events *e);

const struct conntrack_events_counters *
conntrack_events_counters(const struct conntrack_events *e);

#endif
