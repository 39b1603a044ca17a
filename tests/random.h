/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Randomness for tests that can be repeated: each test starts at the seed of
 * the environment variable SEED, or at a new one, and prints it. Included by
 * test programs only, and first, for cmocka wants certain headers before its
 * own.
 */
#ifndef HANDSHAKED_TESTS_RANDOM_H
#define HANDSHAKED_TESTS_RANDOM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

#include <cmocka.h>

static uint64_t random_state;

/* SplitMix64 (Steele, Lea and Flood, 2014). */
static inline uint64_t random_bits(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* 0 to limit - 1. */
static inline uint32_t random_below(uint32_t limit)
{
	return (uint32_t)((random_bits() >> 32) * limit >> 32);
}

static inline bool random_once_in(uint32_t times)
{
	return random_below(times) == 0;
}

static inline void random_fill(void *bytes, size_t len)
{
	uint8_t *p = bytes;

	while (len-- > 0)
		*p++ = (uint8_t)random_bits();
}

/* The setup of every random test. */
static inline int random_seed(void **state)
{
	const char *seed = getenv("SEED");
	uint32_t fresh;

	(void)state;
	if (getrandom(&fresh, sizeof(fresh), 0) != (ssize_t)sizeof(fresh))
		return -1;
	random_state = seed ? strtoull(seed, NULL, 0) : fresh;
	print_message("SEED=%llu\n", (unsigned long long)random_state);
	return 0;
}

#define random_test(test) cmocka_unit_test_setup(test, random_seed)

#endif
