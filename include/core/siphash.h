/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF",
 * 2012): the hash of our tables. Keyed with a secret, so that no sender can
 * choose addresses that collide; one and three rounds are what the Linux
 * kernel and several languages use for tables.
 *
 * Its steps are here, to be put together where a key is no more than a word
 * or two, as those of IPv4 are.
 */
#ifndef HANDSHAKED_CORE_SIPHASH_H
#define HANDSHAKED_CORE_SIPHASH_H

#include "core/base.h"

struct siphash {
	uint64_t v0, v1, v2, v3;
};

/* Of any bytes: siphash_begin(), their words, siphash_end(). */
uint64_t siphash13(const uint8_t key[16], const void *bytes, size_t len);

struct siphash siphash_begin(const uint8_t key[16]);

/* Written out, for compilers make one load of it. */
static inline uint64_t get_le64(const uint8_t *p)
{
	return (uint64_t)p[7] << 56 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[5] << 40 | (uint64_t)p[4] << 32 |
	       (uint64_t)p[3] << 24 | (uint64_t)p[2] << 16 |
	       (uint64_t)p[1] << 8 | p[0];
}

static inline uint64_t siphash_rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void siphash_round(struct siphash *s)
{
	s->v0 += s->v1;
	s->v1 = siphash_rotate(s->v1, 13) ^ s->v0;
	s->v0 = siphash_rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = siphash_rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = siphash_rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = siphash_rotate(s->v1, 17) ^ s->v2;
	s->v2 = siphash_rotate(s->v2, 32);
}

/* Eight bytes, the first the lowest. */
static inline void siphash_absorb(struct siphash *s, uint64_t word)
{
	s->v3 ^= word;
	siphash_round(s);
	s->v0 ^= word;
}

/* The last bytes, `len` % 8 of them, as the low end of a word. */
static inline uint64_t siphash_end(struct siphash s, uint64_t rest, size_t len)
{
	siphash_absorb(&s, rest | (uint64_t)len << 56);
	s.v2 ^= 0xff;
	siphash_round(&s);
	siphash_round(&s);
	siphash_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

#endif
