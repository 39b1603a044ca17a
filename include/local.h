/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which addresses are ours: the machine's own, its gateways, the routers on
 * its links, and the networks on the protected side. Read from rtnetlink
 * (libmnl) when asked. A router of the internet has a million routes, which
 * take the kernel most of a second to tell, so that a reading can be done in
 * pieces, with packets judged in between. That something changed is told by
 * local_events.h.
 */
#ifndef HANDSHAKED_LOCAL_H
#define HANDSHAKED_LOCAL_H

#include "core/address.h"

/* Of each list; more prefixes than this are left out and the caller is told. */
#define LOCAL_MAX_PREFIXES 256

struct local_networks {
	/*
	 * Own addresses, and after them the next hops of all routes of all
	 * tables; all bits set.
	 */
	struct prefix exempt[LOCAL_MAX_PREFIXES];
	size_t num_exempt;
	/*
	 * IPv6 neighbours that said they are routers (RFC 4861 section 4.4),
	 * all bits set.
	 */
	struct prefix routers[LOCAL_MAX_PREFIXES];
	size_t num_routers;
	/*
	 * Connected networks that are not on an interface holding a default
	 * route of their family (main table): the protected side. Empty for a
	 * family that has no default route at all, for then nobody can tell.
	 * Link-local IPv6, multicast and the loopback networks are not in it.
	 */
	struct prefix inside[LOCAL_MAX_PREFIXES];
	size_t num_inside;
	bool truncated;
};

struct local;

/*
 * Opens the socket that all readings go through. Returns NULL with errno set.
 * local_close(NULL) is fine.
 */
struct local *local_open(void);
void local_close(struct local *l);

/*
 * Begins a reading; one under way is left as it is. Returns 0 or -errno. The
 * answers are taken by local_step(), to be called once for each time local_fd()
 * is readable (it waits when it is not): 1 when there is more to come, 0 when
 * all is read, or -errno, which ends the reading.
 */
int local_begin(struct local *l);
int local_fd(const struct local *l);
int local_step(struct local *l);

/* Is a reading under way? */
bool local_is_reading(const struct local *l);

/* A whole reading, without anything in between. Returns 0 or -errno. */
int local_read(struct local *l);

/* What the last complete reading found; valid until the next one ends. */
const struct local_networks *local_found(const struct local *l);

#endif
