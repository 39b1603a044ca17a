/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the judge told of whom it must never list and of which networks it
 * protects: own addresses, gateways, routers (local.h), resolvers and what is
 * configured, read again when something changed. Part of the daemon.
 */
#ifndef HANDSHAKED_NETWORKS_H
#define HANDSHAKED_NETWORKS_H

#include "config.h"
#include "loop.h"

struct networks;

/*
 * Opens what is listened to, reads everything and tells `judge`. What cannot
 * be read is logged, and tried again later. `config` and `judge` are to
 * outlive it. Returns NULL with errno set; networks_close(NULL) is fine.
 */
struct networks *networks_open(const struct config *config,
			       struct judge *judge);
void networks_close(struct networks *n);

/* Registers its descriptors with the loop. Returns 0 or -errno. */
int networks_attach(struct networks *n, struct loop *l);

/* To be called a few times a second: begins what is due. */
void networks_turn(struct networks *n, uint64_t now_ns);

/*
 * One of those that are never listed which has an address in common with `p`,
 * or NULL. Valid until the next turn.
 */
const struct prefix *networks_never_in(const struct networks *n,
				       const struct prefix *p);

/*
 * Tells the judge at once what may be configured anew, and makes a reading due,
 * whatever the time.
 */
void networks_refresh(struct networks *n);

#endif
