/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arithmetic with ranges of addresses; nothing is asked of the kernel here. */
#include "allowlist_range.h"

#include <stdio.h>
#include <stdlib.h>

int range_compare_bounds(const void *a, const void *b)
{
	const struct bound *x = a, *y = b;
	int order = memcmp(&x->at, &y->at, sizeof(x->at));

	return order ? order : (int)y->is_end - (int)x->is_end;
}

struct address range_before(struct address a)
{
	for (int i = 16; i-- > 0 && a.byte[i]-- == 0;)
		;
	return a;
}

struct address range_behind(struct address a)
{
	for (int i = 16; i-- > 0 && ++a.byte[i] == 0;)
		;
	return a;
}

struct address range_last(const struct prefix *p)
{
	struct address a = p->address;

	for (int bit = p->bits; bit < 128; bit++)
		a.byte[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return a;
}

struct address range_very_last(bool is_ipv4)
{
	const struct prefix all = {address_from_ipv4((uint8_t[4]){0}),
				   is_ipv4 ? 96 : 0};

	return range_last(&all);
}

struct allowed range_of(const struct prefix *p)
{
	return (struct allowed){p->address, range_last(p)};
}

bool range_is_prefix(const struct allowed *range, struct prefix *out)
{
	const uint8_t *first = range->first.byte, *last = range->last.byte;
	int bits = 0;

	while (bits < 128 &&
	       ((first[bits / 8] ^ last[bits / 8]) & (0x80 >> bits % 8)) == 0)
		bits++;
	*out = (struct prefix){range->first, (uint8_t)bits};
	for (; bits < 128; bits++)
		if (first[bits / 8] & (0x80 >> bits % 8) ||
		    !(last[bits / 8] & (0x80 >> bits % 8)))
			return false;
	return true;
}

char *range_format(const struct allowed *range,
		   char text[static RANGE_TEXT_BYTES])
{
	char first[ADDRESS_TEXT_BYTES], last[ADDRESS_TEXT_BYTES];
	struct prefix p;

	if (range_is_prefix(range, &p))
		return prefix_format(&p, text);
	snprintf(text, RANGE_TEXT_BYTES, "%s-%s",
		 address_format(&range->first, first),
		 address_format(&range->last, last));
	return text;
}

bool range_add_bound(struct bounds *b, const struct bound *bound)
{
	size_t room = b->room ? b->room * 2 : 64;
	struct bound *grown;

	if (b->count == b->room) {
		grown = realloc(b->bound, room * sizeof(*grown));
		if (!grown)
			return false;
		b->bound = grown;
		b->room = room;
	}
	b->bound[b->count++] = *bound;
	return true;
}

bool range_at(const struct bounds *b, size_t i, struct allowed *out)
{
	if (b->bound[i].is_end)
		return false;
	out->first = b->bound[i].at;
	out->last = i + 1 < b->count ? range_before(b->bound[i + 1].at)
				     : range_very_last(b->is_ipv4);
	return true;
}

bool range_touches(const struct allowed *a, const struct allowed *b)
{
	struct address next = range_behind(a->last);

	return !address_before(&a->last, &b->first) ||
	       address_equal(&next, &b->first);
}

bool range_holds(const struct allowed *outer, const struct allowed *inner)
{
	return !address_before(&inner->first, &outer->first) &&
	       !address_before(&outer->last, &inner->last);
}

bool range_overlaps(const struct allowed *a, const struct allowed *b)
{
	return !address_before(&a->last, &b->first) &&
	       !address_before(&b->last, &a->first);
}

bool range_is_covered(const struct bounds *b, const struct allowed *r)
{
	struct allowed missing = *r, there;

	for (size_t i = 0; i < b->count; i++) {
		if (!range_at(b, i, &there) ||
		    !range_touches(&there, &missing) ||
		    address_before(&missing.first, &there.first))
			continue;
		if (range_holds(&there, &missing))
			return true;
		missing.first = range_behind(there.last);
	}
	return false;
}
