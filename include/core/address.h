/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An IP address of either family in 16 bytes: IPv4 is held as a v4-mapped
 * IPv6 address (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2), so that tables
 * and comparisons need one path. Bytes are in network order.
 */
#ifndef HANDSHAKED_CORE_ADDRESS_H
#define HANDSHAKED_CORE_ADDRESS_H

#include <string.h>

#include "core/base.h"

struct address {
	uint8_t byte[16];
};

/* A network: the first `bits` (0 to 128, v4-mapped counting) of `address`. */
struct prefix {
	struct address address;
	uint8_t bits;
};

/* Longest text of an address or a prefix, with the closing NUL. */
#define ADDRESS_TEXT_BYTES 40
#define PREFIX_TEXT_BYTES  44

/* From the 4 or 16 bytes of a packet header, network order. */
static inline struct address address_from_ipv4(const uint8_t bytes[static 4])
{
	struct address a = {{[10] = 0xff, 0xff}};

	memcpy(a.byte + 12, bytes, 4);
	return a;
}

static inline struct address address_from_ipv6(const uint8_t bytes[static 16])
{
	struct address a;

	memcpy(a.byte, bytes, 16);
	return a;
}

static inline bool address_is_ipv4(const struct address *a)
{
	return get_be64(a->byte) == 0 && get_be32(a->byte + 8) == 0xffff;
}

static inline bool address_equal(const struct address *a,
				 const struct address *b)
{
	return memcmp(a->byte, b->byte, sizeof(a->byte)) == 0;
}

/* The order of the bytes, as memcmp() tells it. */
static inline bool address_before(const struct address *a,
				  const struct address *b)
{
	uint64_t a_high = get_be64(a->byte), b_high = get_be64(b->byte);

	if (a_high != b_high)
		return a_high < b_high;
	return get_be64(a->byte + 8) < get_be64(b->byte + 8);
}

/* Is the address inside the prefix? */
static inline bool prefix_holds(const struct prefix *p, const struct address *a)
{
	uint64_t high = get_be64(p->address.byte) ^ get_be64(a->byte);
	uint64_t low = get_be64(p->address.byte + 8) ^ get_be64(a->byte + 8);

	if (p->bits <= 64)
		return p->bits == 0 || high >> (64 - p->bits) == 0;
	return high == 0 && low >> (128 - p->bits) == 0;
}

/* The prefix with all bits behind it cleared. */
static inline struct prefix prefix_network(const struct prefix *p)
{
	struct prefix net = *p;

	for (int bit = p->bits; bit < 128; bit++)
		net.address.byte[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	return net;
}

/*
 * Is all of `inner` in `outer`? A network of IPv6 that numerically holds the
 * v4-mapped addresses, as ::/64 does, holds nothing of IPv4.
 */
static inline bool prefix_within(const struct prefix *inner,
				 const struct prefix *outer)
{
	return inner->bits >= outer->bits &&
	       address_is_ipv4(&inner->address) ==
		       address_is_ipv4(&outer->address) &&
	       prefix_holds(outer, &inner->address);
}

/* Do two networks have an address in common? */
static inline bool prefix_overlaps(const struct prefix *a,
				   const struct prefix *b)
{
	return prefix_within(a, b) || prefix_within(b, a);
}

/*
 * Text in the usual forms ("192.0.2.1", "2001:db8::1"), no host names, no
 * zone, no surrounding space. Returns false and leaves *out alone when the
 * text is anything else.
 */
bool address_parse(const char *text, struct address *out);

/* "192.0.2.0/24", "2001:db8::/32", or an address alone (all its bits). */
bool prefix_parse(const char *text, struct prefix *out);

/*
 * Text of an address: dotted quad, or IPv6 as RFC 5952 wants it (longest run
 * of zeros shortened, lower case). Writes at most ADDRESS_TEXT_BYTES with the
 * NUL and returns text.
 */
char *address_format(const struct address *a,
		     char text[static ADDRESS_TEXT_BYTES]);
char *prefix_format(const struct prefix *p,
		    char text[static PREFIX_TEXT_BYTES]);

#endif
