/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries for Frama-C's EVA (tests/proof/run), which follows all values at
 * once: no alarm means that no run of them has an undefined behaviour of C -
 * a read outside of an object or of what was not written, a shift or a signed
 * sum that C does not define, a conversion it leaves open.
 *
 * sequence_main: the sequence arithmetic of core/base.h, for every seq, low and
 * high of 32 bits each. Sums of unsigned numbers that wrap are defined, and
 * wanted.
 *
 * sum_main: the sum of segment.c under the checksum, over every content of
 * every length up to LONGEST, of an object that ends with the last byte: the
 * first byte too many would be an alarm. What is longer goes round the same
 * loop.
 *
 * load_main: the loads of core/base.h from objects of exactly their size.
 *
 * Assumed: that EVA and its C library are right, and gcc's x86-64. Not proved
 * here: the header walk of segment_parse() and that over TCP options, of which
 * EVA's domains lose track where the bytes that are left depend on those read;
 * tests/core/test_segment_every.c tries all their steps instead.
 */
#include <__fc_builtin.h>

/* This parser of C knows them not outside of a function. */
#define _Static_assert(holds, text) extern int asserted
#include "../../src/core/segment.c"

enum {
	LONGEST = 100
};

static volatile uint64_t result;

void sequence_main(void)
{
	uint32_t seq = Frama_C_unsigned_int_interval(0, UINT32_MAX);
	uint32_t low = Frama_C_unsigned_int_interval(0, UINT32_MAX);
	uint32_t high = Frama_C_unsigned_int_interval(0, UINT32_MAX);

	result = seq_before(seq, low);
	result = seq_between(seq, low, high);
}

void sum_main(void)
{
	uint8_t bytes[LONGEST];
	int len = Frama_C_interval(0, LONGEST);
	uint64_t sum = Frama_C_unsigned_long_long_interval(0, UINT64_MAX);

	Frama_C_make_unknown((char *)bytes, sizeof(bytes));
	/*@ split len; */
	result = fold(sum_bytes(bytes + LONGEST - len, (size_t)len, sum));
}

void load_main(void)
{
	uint8_t bytes[8];

	Frama_C_make_unknown((char *)bytes, sizeof(bytes));
	result = get_be16(bytes + 6);
	result = get_be32(bytes + 4);
	result = get_be64(bytes);
}
