/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A binary heap, the children of item i being 2i + 1 and 2i + 2. */
#include "core/best.h"

#include <string.h>

static void *at(const struct best *b, unsigned int i)
{
	return b->items + i * b->bytes;
}

/* Does item i come behind item k? */
static bool behind(const struct best *b, unsigned int i, unsigned int k)
{
	return b->compare(at(b, i), at(b, k)) > 0;
}

static void swap(const struct best *b, unsigned int i, unsigned int k)
{
	unsigned char *x = at(b, i), *y = at(b, k), kept;

	for (size_t n = 0; n < b->bytes; n++) {
		kept = x[n];
		x[n] = y[n];
		y[n] = kept;
	}
}

static void rise(struct best *b, unsigned int i)
{
	for (; i > 0 && behind(b, i, (i - 1) / 2); i = (i - 1) / 2)
		swap(b, i, (i - 1) / 2);
}

/* The root, among the first `count`. */
static void sink(struct best *b, unsigned int count)
{
	unsigned int i = 0, child;

	while ((child = 2 * i + 1) < count) {
		if (child + 1 < count && behind(b, child + 1, child))
			child++;
		if (!behind(b, child, i))
			return;
		swap(b, i, child);
		i = child;
	}
}

const void *best_last(const struct best *b)
{
	return b->count ? b->items : NULL;
}

bool best_wants(const struct best *b, const void *item)
{
	return b->count < b->max || b->compare(item, b->items) < 0;
}

void best_add(struct best *b, const void *item)
{
	if (!best_wants(b, item))
		return;
	if (b->count < b->max) {
		memcpy(at(b, b->count), item, b->bytes);
		rise(b, b->count++);
	} else {
		memcpy(at(b, 0), item, b->bytes);
		sink(b, b->count);
	}
}

/* The last goes to the end, then the last of the others. */
void best_sort(struct best *b)
{
	for (unsigned int n = b->count; n > 1; n--) {
		swap(b, 0, n - 1);
		sink(b, n - 1);
	}
}
