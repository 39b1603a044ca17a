/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving privileges away (libcap-ng). CAP_NET_ADMIN is what NFQUEUE, nftables
 * and ctnetlink need, for as long as the daemon runs; nothing else is kept.
 */
#ifndef HANDSHAKED_SANDBOX_H
#define HANDSHAKED_SANDBOX_H

#include <stdbool.h>

/* Is CAP_NET_ADMIN in effect? */
bool sandbox_may_administer(void);

/*
 * Drops every capability but CAP_NET_ADMIN and rules out getting any back
 * (no_new_privs). Returns 0 or -errno.
 */
int sandbox_enter(void);

#endif
