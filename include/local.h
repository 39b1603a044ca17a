/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which addresses are ours: the machine's own, the next hops of its default
 * routes, and the networks on the protected side. Read from rtnetlink
 * (libmnl) when asked, at start and on a timer.
 */
#ifndef HANDSHAKED_LOCAL_H
#define HANDSHAKED_LOCAL_H

#include "core/address.h"

/* More prefixes than this are left out and the caller is told. */
#define LOCAL_MAX_PREFIXES 256

struct local_networks {
	/* Own addresses and next hops of default routes, all bits set. */
	struct prefix exempt[LOCAL_MAX_PREFIXES];
	size_t num_exempt;
	/*
	 * Connected networks that are not on an interface holding a default
	 * route of their family: the protected side. Empty for a family that
	 * has no default route at all, for then nobody can tell. Link-local
	 * IPv6, multicast and the loopback networks are not in it.
	 */
	struct prefix inside[LOCAL_MAX_PREFIXES];
	size_t num_inside;
	bool truncated;
};

/*
 * Dumps addresses and routes of both families (main table) into *out.
 * Returns 0 or -errno; on an error *out is unspecified.
 */
int local_networks_read(struct local_networks *out);

#endif
