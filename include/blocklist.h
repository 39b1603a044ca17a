/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocklist sets of table inet handshaked, written through libnftnl.
 * Elements carry a timeout and a comment that says why. Changes are gathered
 * and sent as one transaction by blocklist_flush(), once a turn of the loop.
 * This adapter does not log and decides nothing: it translates.
 */
#ifndef HANDSHAKED_BLOCKLIST_H
#define HANDSHAKED_BLOCKLIST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/address.h"

/* The names that nft/handshaked.nft and every operator rely on. */
#define BLOCKLIST_TABLE "handshaked"
#define BLOCKLIST_SET4  "blocklist4"
#define BLOCKLIST_SET6  "blocklist6"
#define BLOCKLIST_NETS4 "blocklist4_nets"
#define BLOCKLIST_NETS6 "blocklist6_nets"

/* nft's own limit on a comment, with the closing NUL. */
#define BLOCKLIST_COMMENT_BYTES 129

#define BLOCKLIST_MAX_TIMEOUT_S 31536000 /* a year */

/* In place of a timeout: the element does not expire. */
#define BLOCKLIST_PERMANENT UINT32_MAX

struct blocklist;

/* Who calls it says what of the source it tells. */
typedef void (*blocklist_source_fn)(void *arg, const struct prefix *source);

/*
 * The kernel refused an element with -errno `error`, or it was not sent: it is
 * given up. Called during a flush; must not call this module.
 */
typedef void (*blocklist_refused_fn)(void *arg, const struct prefix *source,
				     int error);

/* What happened so far; every element asked for ends in one of the first
 * five. */
struct blocklist_counters {
	uint64_t added; /* new or renewed, and in the kernel's set */
	uint64_t deleted;
	uint64_t set_full;      /* refused: the set is at its size */
	uint64_t table_missing; /* refused: no such table or set */
	uint64_t failed;        /* refused or not sent for another reason */
	uint64_t transactions;  /* sent */
};

/*
 * Opens the netlink socket and asks the kernel for the sets. Returns NULL
 * with errno set: ENOENT when the table or a set is missing, EPERM without
 * CAP_NET_ADMIN, or the kernel's own error. The result is the caller's, to
 * be given to blocklist_close(), which accepts NULL.
 */
struct blocklist *blocklist_open(void);
void blocklist_close(struct blocklist *b);

/* At most one; NULL for none. */
void blocklist_on_refused(struct blocklist *b, blocklist_refused_fn fn,
			  void *arg);

/* Can it be an element: an address or a network, but not all addresses? */
static inline bool blocklist_takes(const struct prefix *source)
{
	return source->bits > (address_is_ipv4(&source->address) ? 96 : 0) &&
	       source->bits <= 128;
}

/*
 * Puts an element into the pending transaction: `source`, to leave the set
 * after `timeout_s` seconds (1 to BLOCKLIST_MAX_TIMEOUT_S, or
 * BLOCKLIST_PERMANENT), with `comment` (printable text, cut at
 * BLOCKLIST_COMMENT_BYTES - 1; other bytes become '?'). An element that is
 * there already is renewed: its timeout starts anew and the comment is
 * replaced, without a moment in which it is absent.
 * Flushes by itself when the pending transaction is full. Returns 0 or
 * -EINVAL (timeout out of range, or blocklist_takes() says no).
 */
int blocklist_add(struct blocklist *b, const struct prefix *source,
		  uint32_t timeout_s, const char *comment);

/*
 * The same for an element that has been there before: of its `timeout_s`
 * only `left_ms` are left (1 to all of it, or -EINVAL).
 */
int blocklist_put_back(struct blocklist *b, const struct prefix *source,
		       uint32_t timeout_s, uint64_t left_ms,
		       const char *comment);

/*
 * Takes an element out, at once (what is pending is flushed before). Returns
 * 0, -ENOENT when it was not in the set or the table is gone, -EINVAL when
 * blocklist_takes() says no, or another -errno.
 */
int blocklist_del(struct blocklist *b, const struct prefix *source);

/*
 * Sends what is pending as one transaction and reads the kernel's answer,
 * without blocking. The kernel refuses a transaction whole; so if one of
 * several elements is refused, they are sent again one by one and only the
 * bad one is lost. Returns 0, or the last error: -ENFILE set full, -ENOENT
 * table or set missing, or another -errno. Nothing pending: returns 0.
 */
int blocklist_flush(struct blocklist *b);

/*
 * Adds `net` as blocklist_add() does and takes out the `num` networks in it,
 * which are in the set, because the kernel refuses elements that overlap. All
 * at once if there are at most BLOCKLIST_COVER_AT_ONCE; more are taken out
 * before. What is pending is sent first. Returns 0, -EEXIST when another
 * element overlaps `net`, -ENOENT when one of those is not in the set, or an
 * error as blocklist_flush() does.
 */
#define BLOCKLIST_COVER_AT_ONCE 128
int blocklist_cover(struct blocklist *b, const struct prefix *net,
		    uint32_t timeout_s, const char *comment,
		    const struct prefix *in_it, size_t num);

/* Empties the sets, in one transaction. Returns 0 or -errno. */
int blocklist_clear(struct blocklist *b);

const struct blocklist_counters *blocklist_counters(const struct blocklist *b);

/* The netlink port by which the kernel names us to others. */
uint32_t blocklist_portid(const struct blocklist *b);

#endif
