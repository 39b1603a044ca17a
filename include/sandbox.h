/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving privileges away (libcap-ng, libseccomp). CAP_NET_ADMIN is what
 * NFQUEUE, nftables and ctnetlink need, for as long as the daemon runs; nothing
 * else is kept, and of the system calls only those that the running daemon
 * makes.
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

/*
 * From now on any system call but those of src/sandbox_calls.h ends the
 * process, by SIGSYS; for all its threads. To be called when everything is
 * opened; takes no memory. Returns 0 or -errno (-EBUSY: a thread has a filter
 * of its own), and then nothing has changed. In a build with a sanitizer it
 * does nothing.
 */
int sandbox_seal(void);

#endif
