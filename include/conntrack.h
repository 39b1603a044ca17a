/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the kernel's connection table over ctnetlink (libnetfilter_conntrack)
 * and marks connections as settled, so that their packets no longer leave the
 * kernel. The only file that speaks the kernel's names of TCP states.
 */
#ifndef HANDSHAKED_CONNTRACK_H
#define HANDSHAKED_CONNTRACK_H

#include <stdint.h>

#include "core/address.h"

/*
 * The bit of the ct mark that says "settled: do not queue". The same bit is
 * used in the packet mark for the moment between a verdict and the rule that
 * saves it. nft/handshaked.nft defines the same value as `settled`.
 */
#define CONNTRACK_MARK_SETTLED 0x10000000u

struct conntrack_counters {
	uint32_t seen;    /* TCP entries in the table */
	uint32_t settled; /* of these established and marked now or before */
};

/* A served endpoint: something that has answered, host order port. */
typedef void (*conntrack_service_fn)(void *arg, const struct address *address,
				     uint16_t port);

/*
 * At start: walks the TCP entries of the table, both families. Each in which
 * both ends have spoken (status SEEN_REPLY) and whose handshake is behind it
 * (ESTABLISHED and all the closing states, not SYN_SENT, SYN_RECV, CLOSE or
 * NONE), and that is ASSURED or past ESTABLISHED, gets the settled bit or'ed
 * into its mark (CTA_MARK with CTA_MARK_MASK: other bits stay). `service` is
 * called for the responder of each of them (the source of the reply tuple,
 * and, if NAT made it another, the destination of the original tuple too).
 * Blocks until done.
 *
 * Returns 0, or -errno (-EPERM without CAP_NET_ADMIN; -EAGAIN or -EINTR when
 * the table changed so much during the walk that it gave up after a few
 * tries: what was marked stays marked). An entry that vanished before it was
 * marked is no error.
 */
int conntrack_settle_established(conntrack_service_fn service, void *arg,
				 struct conntrack_counters *counters);

#endif
