/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is in the kernel now: whether our table and its sets are there, which
 * ones they are, and who is in the sets. Each call has a socket of its own and
 * waits for the kernel's answer.
 */
#ifndef HANDSHAKED_BLOCKLIST_READ_H
#define HANDSHAKED_BLOCKLIST_READ_H

#include "allowlist.h"
#include "blocklist.h"

/*
 * The numbers of the table and its sets; a table or set that is deleted and
 * made again has another.
 */
struct blocklist_identity {
	uint64_t handle[5];
};

/* Returns 0, -ENOENT when the table or a set is missing, or another -errno. */
int blocklist_identify(struct blocklist_identity *out);

/*
 * Calls fn() for each element of the sets, for some twice if they change
 * meanwhile. A range that is no network is left out. Returns 0 or -errno,
 * -ENOENT as above.
 */
int blocklist_read(blocklist_source_fn fn, void *arg);

/* Calls fn() for each network or range in the set of a family, in order. */
int blocklist_read_nets(bool is_ipv4, allowlist_fn fn, void *arg);

/* An element with all that the kernel says of it. */
struct blocklist_entry {
	struct allowed source;
	uint64_t timeout_ms, expires_ms; /* 0: it does not expire */
	uint64_t packets, bytes;         /* dropped since it was added */
	char comment[BLOCKLIST_COMMENT_BYTES];
};
typedef void (*blocklist_entry_fn)(void *arg, const struct blocklist_entry *e);

/*
 * Calls fn() for each element, one after the other. Returns 0 or -errno, and
 * -EINTR when the sets changed meanwhile: what was told is then not all, and
 * it has to begin anew.
 */
int blocklist_read_entries(blocklist_entry_fn fn, void *arg);

#endif
