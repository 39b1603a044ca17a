/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SipHash-1-3 of bytes; see the header for why. Loads are little-endian. */
#include "core/siphash.h"

/* Fewer than 8 bytes, as the low end of a word. */
static uint64_t load_rest(const uint8_t *p, size_t len)
{
	uint64_t x = 0;

	for (size_t i = 0; i < len; i++)
		x |= (uint64_t)p[i] << 8 * i;
	return x;
}

struct siphash siphash_begin(const uint8_t key[16])
{
	uint64_t k0 = get_le64(key), k1 = get_le64(key + 8);

	return (struct siphash){
		k0 ^ 0x736f6d6570736575,
		k1 ^ 0x646f72616e646f6d,
		k0 ^ 0x6c7967656e657261,
		k1 ^ 0x7465646279746573,
	};
}

uint64_t siphash13(const uint8_t key[16], const void *bytes, size_t len)
{
	struct siphash s = siphash_begin(key);
	const uint8_t *p = bytes;
	size_t left = len;

	for (; left >= 8; p += 8, left -= 8)
		siphash_absorb(&s, get_le64(p));
	return siphash_end(s, load_rest(p, left), len);
}
