/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges as the kernel's sets of intervals have them: a range is two bounds,
 * its first address, and the address behind its last, marked as an end; one up
 * to the last address there is has no end.
 */
#ifndef HANDSHAKED_ALLOWLIST_RANGE_H
#define HANDSHAKED_ALLOWLIST_RANGE_H

#include "allowlist.h"

struct bound {
	struct address at;
	bool is_end;
};

struct bounds {
	bool is_ipv4;
	size_t count, room;
	struct bound *bound; /* to be freed */
};

/* For qsort(): the end of a range comes before the next one's beginning. */
int range_compare_bounds(const void *a, const void *b);

/* The address before it, and behind it. */
struct address range_before(struct address a);
struct address range_behind(struct address a);

/* The last address of a network, and the last of all. */
struct address range_last(const struct prefix *p);
struct address range_very_last(bool is_ipv4);

/* The range of a network; the network that a range is, false if it is none. */
struct allowed range_of(const struct prefix *p);
bool range_is_prefix(const struct allowed *range, struct prefix *out);

/* As nft writes it: an address, a network, or from one to another. */
#define RANGE_TEXT_BYTES (2 * ADDRESS_TEXT_BYTES)
char *range_format(const struct allowed *range,
		   char text[static RANGE_TEXT_BYTES]);

/* Adds a bound; false without memory. */
bool range_add_bound(struct bounds *b, const struct bound *bound);

/* The range from the i-th of sorted bounds on; false when that is an end. */
bool range_at(const struct bounds *b, size_t i, struct allowed *out);

/* Do they have an address in common? Is all of `inner` in `outer`? */
bool range_overlaps(const struct allowed *a, const struct allowed *b);
bool range_holds(const struct allowed *outer, const struct allowed *inner);

/* Does `b` begin before or right behind the end of `a`? */
bool range_touches(const struct allowed *a, const struct allowed *b);

/* Is all of `r` in ranges, be it in several that touch? */
bool range_is_covered(const struct bounds *b, const struct allowed *r);

#endif
