/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An array, searched from end to end: operators are slow. Its networks stand
 * first, so that a search for a network looks at no address.
 */
#include "operator_list.h"

#include <stdlib.h>
#include <string.h>

/* By then the kernel's timer has run, too. */
#define EXPIRED_NS (1 * NS_PER_S)

struct operator_list {
	uint32_t count;
	uint32_t nets; /* of them, the first ones */
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

void operator_list_copy(struct operator_list *to,
			const struct operator_list *from)
{
	to->count = from->count;
	to->nets = from->nets;
	memcpy(to->blocks, from->blocks, from->count * sizeof(*from->blocks));
}

static bool is_net(const struct prefix *source)
{
	return source->bits < 128;
}

const struct operator_block *operator_list_find(const struct operator_list *l,
						const struct prefix *source)
{
	uint32_t i = is_net(source) ? 0 : l->nets;
	const uint32_t end = is_net(source) ? l->nets : l->count;

	for (; i < end; i++) {
		const struct operator_block *b = &l->blocks[i];

		if (b->source.bits == source->bits &&
		    address_equal(&b->source.address, &source->address))
			return b;
	}
	return NULL;
}

static uint32_t find(const struct operator_list *l, const struct prefix *source)
{
	const struct operator_block *b = operator_list_find(l, source);

	return b ? (uint32_t)(b - l->blocks) : l->count;
}

/* The last network fills its place, and the last of all that one's. */
static void drop(struct operator_list *l, uint32_t i)
{
	if (i < l->nets) {
		l->blocks[i] = l->blocks[--l->nets];
		i = l->nets;
	}
	l->blocks[i] = l->blocks[--l->count];
}

static void drop_addresses_over(struct operator_list *l, uint64_t now_ns)
{
	uint32_t i = l->nets;

	while (i < l->count)
		if (l->blocks[i].until_ns > now_ns)
			i++;
		else
			drop(l, i);
}

bool operator_list_has_room_for_net(const struct operator_list *l)
{
	return l->nets < OPERATOR_LIST_NETS;
}

bool operator_list_add(struct operator_list *l, const struct operator_block *b,
		       uint64_t now_ns)
{
	uint32_t i = find(l, &b->source);

	if (i < l->count) {
		l->blocks[i] = *b;
		return true;
	}
	if (l->count == OPERATOR_LIST_SIZE)
		drop_addresses_over(l, now_ns);
	if (l->count == OPERATOR_LIST_SIZE ||
	    (is_net(&b->source) && !operator_list_has_room_for_net(l)))
		return false;
	i = l->count++;
	if (is_net(&b->source)) {
		l->blocks[i] = l->blocks[l->nets];
		i = l->nets++;
	}
	l->blocks[i] = *b;
	return true;
}

bool operator_list_del(struct operator_list *l, const struct prefix *source)
{
	uint32_t i = find(l, source);
	bool found = i < l->count;

	if (found)
		drop(l, i);
	return found;
}

void operator_list_clear(struct operator_list *l)
{
	l->count = l->nets = 0;
}

const struct operator_block *
operator_list_holding(const struct operator_list *l,
		      const struct prefix *source)
{
	const struct operator_block *smallest = NULL, *b;

	for (b = l->blocks; b < l->blocks + l->nets; b++)
		if (b->source.bits < source->bits &&
		    prefix_within(source, &b->source) &&
		    (!smallest || b->source.bits > smallest->source.bits))
			smallest = b;
	return smallest;
}

const struct operator_block *operator_list_in_set(const struct operator_list *l,
						  const struct prefix *source,
						  uint64_t now_ns)
{
	const struct operator_block *largest = NULL, *b;

	for (b = l->blocks; b < l->blocks + l->nets; b++)
		if (b->until_ns > now_ns && b->source.bits < source->bits &&
		    prefix_within(source, &b->source) &&
		    (!largest || b->source.bits < largest->source.bits))
			largest = b;
	return largest;
}

size_t operator_list_cover(struct operator_list *l, const struct prefix *net,
			   struct prefix *out, size_t max)
{
	struct operator_block *b;
	size_t count = 0;

	for (b = l->blocks; b < l->blocks + l->nets; b++) {
		if (b->source.bits <= net->bits ||
		    !prefix_within(&b->source, net))
			continue;
		if (b->covered)
			continue;
		b->covered = true;
		if (out && count < max)
			out[count] = b->source;
		count++;
	}
	return count;
}

struct operator_block *operator_list_next_covered(struct operator_list *l,
						  uint32_t *cursor)
{
	while (*cursor < l->nets) {
		struct operator_block *b = &l->blocks[(*cursor)++];

		if (b->covered)
			return b;
	}
	return NULL;
}

bool operator_list_take_over(struct operator_list *l, uint64_t now_ns,
			     struct prefix *out)
{
	for (uint32_t i = 0; i < l->nets; i++) {
		const struct operator_block *b = &l->blocks[i];

		if (b->until_ns == OPERATOR_FOR_GOOD ||
		    b->until_ns + EXPIRED_NS > now_ns)
			continue;
		*out = b->source;
		drop(l, i);
		return true;
	}
	return false;
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
	const struct operator_block *b = operator_list_find(l, source);

	return b && b->until_ns > now_ns ? b->until_ns - now_ns : 0;
}
