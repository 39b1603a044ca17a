/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources that the operator blocked by hand. The judge knows nothing of them;
 * they are kept here so that they can be put back and written down. Fixed
 * size, times on the judge's clock.
 */
#ifndef HANDSHAKED_OPERATOR_LIST_H
#define HANDSHAKED_OPERATOR_LIST_H

#include "core/address.h"

#define OPERATOR_LIST_SIZE 16384

struct operator_block {
	struct prefix source;
	uint64_t listed_ns, until_ns;
};

struct operator_list;

/* NULL without memory. operator_list_free(NULL) is fine. */
struct operator_list *operator_list_new(void);
void operator_list_free(struct operator_list *l);

/*
 * Adds a block in place of an earlier one of the same source, or of one that
 * is over. False when there is no room.
 */
bool operator_list_add(struct operator_list *l, const struct operator_block *b,
		       uint64_t now_ns);

/* Takes a source off; false when it was not there. */
bool operator_list_del(struct operator_list *l, const struct prefix *source);

/* How long the operator wants a source blocked still; 0 when not at all. */
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
