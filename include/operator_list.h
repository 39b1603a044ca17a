/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources that the operator blocked by hand, addresses and networks. The
 * judge does not know them; they are kept here so that they can be put back
 * and written down. Fixed size, times on the judge's clock.
 */
#ifndef HANDSHAKED_OPERATOR_LIST_H
#define HANDSHAKED_OPERATOR_LIST_H

#include "core/address.h"

#define OPERATOR_LIST_SIZE 16384

/* Of them networks at most: each is compared with each source in turn. */
#define OPERATOR_LIST_NETS 1024

/* A block without an end, as until_ns. */
#define OPERATOR_FOR_GOOD UINT64_MAX

/* The user is not known: written by an earlier version. */
#define OPERATOR_UID_UNKNOWN UINT32_MAX

/* The longest comment that nft takes, with the NUL. */
#define OPERATOR_REASON_BYTES 129

struct operator_block {
	struct prefix source;
	uint64_t listed_ns, until_ns;
	uint32_t uid;                       /* of the operator */
	bool covered;                       /* see operator_list_cover() */
	char reason[OPERATOR_REASON_BYTES]; /* empty: none was given */
};

struct operator_list;

/* NULL without memory. operator_list_free(NULL) is fine. */
struct operator_list *operator_list_new(void);
void operator_list_free(struct operator_list *l);

/* Makes `to` equal to `from`. */
void operator_list_copy(struct operator_list *to,
			const struct operator_list *from);

/*
 * Adds a block in place of an earlier one of the same source, or of one that
 * is over. False when there is no room.
 */
bool operator_list_add(struct operator_list *l, const struct operator_block *b,
		       uint64_t now_ns);

/* Is there room for another network? */
bool operator_list_has_room_for_net(const struct operator_list *l);

/* Takes a source off; false when it was not there. */
bool operator_list_del(struct operator_list *l, const struct prefix *source);
void operator_list_clear(struct operator_list *l);

/* The block of exactly this source, over or not. NULL: there is none. */
const struct operator_block *operator_list_find(const struct operator_list *l,
						const struct prefix *source);

/*
 * The smallest blocked network that holds all of `source` and more; NULL when
 * there is none. One that is over counts until operator_list_take_over().
 */
const struct operator_block *
operator_list_holding(const struct operator_list *l,
		      const struct prefix *source);

/*
 * The largest blocked network that holds all of `source` and more and is not
 * over: the one that the kernel's set has. NULL when there is none.
 */
const struct operator_block *operator_list_in_set(const struct operator_list *l,
						  const struct prefix *source,
						  uint64_t now_ns);

/*
 * The kernel's set has either a network or those in it. Marks the networks in
 * `net`, but not `net` itself, as covered. Puts at most `max` that were not
 * into `out`, if that is not NULL, and returns how many those are.
 */
size_t operator_list_cover(struct operator_list *l, const struct prefix *net,
			   struct prefix *out, size_t max);

/*
 * Walks over the networks that are marked as covered. `*cursor` is 0 at the
 * start of a walk. NULL at its end. The mark may be changed.
 */
struct operator_block *operator_list_next_covered(struct operator_list *l,
						  uint32_t *cursor);

/*
 * Takes off a network that ended at least a second ago, when the kernel has
 * let it expire, too. False when there is none.
 */
bool operator_list_take_over(struct operator_list *l, uint64_t now_ns,
			     struct prefix *out);

/*
 * The time in ns for which the operator still blocks a source; 0 if not at
 * all, and more than any listing has for a block without an end.
 */
uint64_t operator_list_left_ns(const struct operator_list *l,
			       const struct prefix *source, uint64_t now_ns);

/*
 * Walks over all that are not over: *cursor is 0 at the start of a walk. NULL
 * at its end. Valid until the list is changed.
 */
const struct operator_block *operator_list_next(const struct operator_list *l,
						uint32_t *cursor,
						uint64_t now_ns);

#endif
