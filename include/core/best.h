/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first few of many, in some order, without keeping the many: a heap in
 * the caller's memory, whose root is the one to give way.
 */
#ifndef HANDSHAKED_CORE_BEST_H
#define HANDSHAKED_CORE_BEST_H

#include "core/base.h"

/* As for qsort(): below 0 when `a` comes first. */
typedef int (*best_fn)(const void *a, const void *b);

struct best {
	unsigned char *items; /* room for `max` of `bytes` each */
	size_t bytes;
	unsigned int max, count; /* max is 1 or more */
	best_fn compare;
};

/* Has this one its place among them? */
bool best_wants(const struct best *b, const void *item);

/* Copies it, if it has; the last of them gives way when there is no room. */
void best_add(struct best *b, const void *item);

/* The last of them, NULL without any. Not after best_sort(). */
const void *best_last(const struct best *b);

/* Puts them in order. After this nothing can be added. */
void best_sort(struct best *b);

#endif
