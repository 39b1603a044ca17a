/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An array, searched from end to end: operators are slow. */
#include "operator_list.h"

#include <stdlib.h>

struct operator_list {
	uint32_t count;
	struct operator_block blocks[OPERATOR_LIST_SIZE];
};

struct operator_list *operator_list_new(void)
{
	return calloc(1, sizeof(struct operator_list));
}

void operator_list_free(struct operator_list *l)
{
	free(l);
}

static struct operator_block *find(struct operator_list *l,
				   const struct prefix *source)
{
	struct operator_block *b;

	for (b = l->blocks; b < l->blocks + l->count; b++)
		if (b->source.bits == source->bits &&
		    address_equal(&b->source.address, &source->address))
			return b;
	return NULL;
}

static void drop_over(struct operator_list *l, uint64_t now_ns)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < l->count; i++)
		if (l->blocks[i].until_ns > now_ns)
			l->blocks[kept++] = l->blocks[i];
	l->count = kept;
}

bool operator_list_add(struct operator_list *l, const struct operator_block *b,
		       uint64_t now_ns)
{
	struct operator_block *place = find(l, &b->source);

	if (!place && l->count == OPERATOR_LIST_SIZE)
		drop_over(l, now_ns);
	if (!place && l->count < OPERATOR_LIST_SIZE)
		place = &l->blocks[l->count++];
	if (place)
		*place = *b;
	return place;
}

bool operator_list_del(struct operator_list *l, const struct prefix *source)
{
	struct operator_block *b = find(l, source);

	if (b)
		*b = l->blocks[--l->count];
	return b;
}

const struct operator_block *operator_list_next(const struct operator_list *l,
						uint32_t *cursor,
						uint64_t now_ns)
{
	while (*cursor < l->count) {
		const struct operator_block *b = &l->blocks[(*cursor)++];

		if (b->until_ns > now_ns)
			return b;
	}
	return NULL;
}

uint64_t operator_list_left_ns(const struct operator_list *l,
			       const struct prefix *source, uint64_t now_ns)
{
	const struct operator_block *b;
	uint32_t cursor = 0;

	while ((b = operator_list_next(l, &cursor, now_ns)))
		if (b->source.bits == source->bits &&
		    address_equal(&b->source.address, &source->address))
			return b->until_ns - now_ns;
	return 0;
}
