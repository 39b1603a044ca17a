/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Word from the kernel that links, addresses, routes or routers changed, so
 * that they are to be read again (local.h). What changed is not told: events
 * get lost when there are many, a reading is right whatever happened.
 */
#ifndef HANDSHAKED_LOCAL_EVENTS_H
#define HANDSHAKED_LOCAL_EVENTS_H

#include <stdbool.h>

struct local_events;

/*
 * Subscribes. Of neighbours it is told that one is a router or was removed
 * having been one; not that one ceased to be, nor anything of the others.
 * Returns NULL with errno set; local_events_close(NULL) is fine.
 */
struct local_events *local_events_open(void);
void local_events_close(struct local_events *e);
int local_events_fd(const struct local_events *e);

/*
 * Takes what there is, a bounded number, without waiting. Returns whether
 * something changed, which it also did when the kernel had more to tell than
 * there was room for.
 */
bool local_events_read(struct local_events *e);

#endif
