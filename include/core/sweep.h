/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The measure for sources on the protected side, seen from which the whole
 * world is outside: peer-to-peer clients, mail servers and browsers fail a
 * lot, at many hosts. What sweeps for victims does so at one port, and hardly
 * ever succeeds. So: how many distinct hosts failed at the port of most
 * failures, and how many answered there.
 *
 * Hosts are counted in bitmaps by their hash (linear counting, Whang et al.
 * 1990, without its correction): too few are counted where many share a bit,
 * never too many.
 */
#ifndef HANDSHAKED_CORE_SWEEP_H
#define HANDSHAKED_CORE_SWEEP_H

#include "core/source.h"

/* An attempt at (host, port) failed, or came to a good connection. */
void sweep_failed(struct sweep *w, uint32_t host, uint16_t port,
		  uint64_t now_ns, uint32_t age_ms);
void sweep_good(struct sweep *w, uint32_t host, uint16_t port);

/* Distinct hosts at w->port. */
unsigned int sweep_num_failed(const struct sweep *w);
unsigned int sweep_num_good(const struct sweep *w);

/*
 * Are `failures` distinct hosts and more enough, with less than one good one
 * in four failed?
 */
bool sweep_is_one(const struct sweep *w, unsigned int failures);

/* Nearest to full a bitmap can be asked to get: `failures` above is less. */
#define SWEEP_MOST_FAILURES 1000

#endif
