/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The few things every file of the engine needs: array size, big-endian
 * loads, time units and TCP sequence arithmetic. No state, no I/O.
 */
#ifndef HANDSHAKED_CORE_BASE_H
#define HANDSHAKED_CORE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Durations are nanoseconds in 64 bits wherever a name ends in _ns. */
#define NS_PER_MS 1000000ULL
#define NS_PER_S  1000000000ULL

/* Big-endian loads from packet bytes; the caller has checked the length. */
static inline uint16_t get_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get_be32(const uint8_t *p)
{
	/*
	 * clang's analyser takes a byte that memset() made 0xff for -1.
	 * NOLINTBEGIN(clang-analyzer-core.UndefinedBinaryOperatorResult)
	 */
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
	/* NOLINTEND(clang-analyzer-core.UndefinedBinaryOperatorResult) */
}

static inline uint64_t get_be64(const uint8_t *p)
{
	return (uint64_t)get_be32(p) << 32 | get_be32(p + 4);
}

/*
 * Sequence numbers live on a circle of 2^32 (RFC 9293, section 3.4): "a is
 * before b" means the shorter way from a to b goes forward.
 */
static inline bool seq_before(uint32_t a, uint32_t b)
{
	return (a - b) >> 31;
}

/* low <= seq <= high on the circle, for high at most 2^31 ahead of low. */
static inline bool seq_between(uint32_t seq, uint32_t low, uint32_t high)
{
	return high - low >= seq - low;
}

#endif
