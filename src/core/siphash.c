/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SipHash-1-3; see the header for why. Loads are little-endian. */
#include "core/siphash.h"

#include <string.h>

struct state {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

/* Written out, for compilers make one load of it. */
static inline uint32_t load_le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[1] << 8 | p[0];
}

static inline uint64_t load_le64(const uint8_t *p)
{
	return (uint64_t)p[7] << 56 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[5] << 40 | (uint64_t)p[4] << 32 |
	       (uint64_t)p[3] << 24 | (uint64_t)p[2] << 16 |
	       (uint64_t)p[1] << 8 | p[0];
}

/* The last bytes, fewer than 8, as the low end of a word. */
static inline uint64_t load_rest(const uint8_t *p, size_t len)
{
	uint64_t x = 0;
	unsigned int shift = 0;

	if (len & 4) {
		x = load_le32(p);
		p += 4;
		shift = 32;
	}
	for (size_t i = 0; i < (len & 3); i++, shift += 8)
		x |= (uint64_t)p[i] << shift;
	return x;
}

static inline void round_once(struct state *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static inline void absorb(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	round_once(s);
	s->v0 ^= word;
}

uint64_t siphash13(const uint8_t key[16], const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t k0 = load_le64(key), k1 = load_le64(key + 8);
	struct state s = {
		k0 ^ 0x736f6d6570736575,
		k1 ^ 0x646f72616e646f6d,
		k0 ^ 0x6c7967656e657261,
		k1 ^ 0x7465646279746573,
	};
	size_t left = len;

	for (; left >= 8; p += 8, left -= 8)
		absorb(&s, load_le64(p));
	absorb(&s, load_rest(p, left) | (uint64_t)len << 56);
	s.v2 ^= 0xff;
	round_once(&s);
	round_once(&s);
	round_once(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
