/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sets of those whose connections are neither judged nor dropped. They are
 * the operator's; this changes them for him as nft would with `auto-merge`,
 * which is nft's doing, not the kernel's: ranges never overlap, so one that
 * grows or shrinks is taken out and put in again, in one transaction. Each
 * call has a socket of its own and waits for the kernel's answer.
 */
#ifndef HANDSHAKED_ALLOWLIST_H
#define HANDSHAKED_ALLOWLIST_H

#include "core/address.h"

#define ALLOWLIST_SET4 "allowlist4"
#define ALLOWLIST_SET6 "allowlist6"

/* From the first address to the last, both of one family. */
struct allowed {
	struct address first, last;
};
typedef void (*allowlist_fn)(void *arg, const struct allowed *range);

/*
 * Calls fn() for each range, in order, IPv4 first; those that touch are one.
 * Returns 0 or -errno: -ENOENT when the table or a set is missing.
 */
int allowlist_read(allowlist_fn fn, void *arg);

/* Returns 0, -EEXIST when all of it is there already, or another -errno. */
int allowlist_add(const struct prefix *p);

/* Returns 0, -ENODATA when not all of it is there, or another -errno. */
int allowlist_del(const struct prefix *p);

#endif
