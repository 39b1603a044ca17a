/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hash under the tables, against values computed by another implementation
 * and against the paper's algorithm written anew; and what the table makes of
 * it.
 */
#include "../random.h"

#include <endian.h>
#include <string.h>

#include "core/table.h"

/*
 * Of the bytes 0, 1, 2, ... (modulo 256) of each length: hash() of CPython
 * 3.11, whose sys.hash_info.algorithm is siphash13, with PYTHONHASHSEED=0
 * (a key of zeros) and PYTHONHASHSEED=1.
 */
static const struct {
	size_t len;
	uint64_t zero_key, seed_1;
} vectors[] = {
	{1, 0x68a914128e01e473, 0xecd3e5afcecda4b9},
	{2, 0x010bac45c41e3669, 0xbf360f1ea1745965},
	{3, 0x4d4c9a4a8ef6e0ad, 0x8d5b20ab227ba858},
	{4, 0x7cc43f98813e4dbd, 0x968a3280faeeb716},
	{5, 0x5abe2169dff36275, 0xbbda3b5f513c3d69},
	{6, 0xe3c25f87624f1cdb, 0xa77f099d6ffed90e},
	{7, 0x2f098ab0c751325a, 0xfd15e78052a69ddf},
	{8, 0xead411e67ebe2eea, 0xc0b5739e7e28dd01},
	{9, 0x75927f9d95124362, 0x208a1a5a0cbbf778},
	{15, 0xf30eb725bb91c9ea, 0xfa87985f39e97a53},
	{16, 0x8972188433a5c5b7, 0x12e9d283f9f37002},
	{17, 0x4883c49a2c009c1d, 0x9f5bb4237f61907f},
	{36, 0xac77921fcc642bd3, 0x93fbdf55374406c1},
	{63, 0x385d3e39e5f37359, 0x542052345bc68274},
	{255, 0x5dc1f93ea135eb43, 0x523ab5ebe2e15f94},
	{256, 0x31ae646afba70308, 0x29b2ed382b263024},
	{300, 0x4a3ee92cf03a1ab4, 0xf63247f1cb51d9d6},
};

static void the_hash_is_that_of_another_implementation(void **state)
{
	static const uint8_t zero_key[16];
	static const uint8_t seed_1[16] = {
		0x29, 0x23, 0xbe, 0x84, 0xe1, 0x6c, 0xd6, 0xae,
		0x52, 0x90, 0x49, 0xf1, 0xf1, 0xbb, 0xe9, 0xeb,
	};
	uint8_t bytes[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		assert_true(siphash13(zero_key, bytes, vectors[i].len) ==
			    vectors[i].zero_key);
		assert_true(siphash13(seed_1, bytes, vectors[i].len) ==
			    vectors[i].seed_1);
	}
}

/* The paper's SipRound, its two halves one after the other. */
static void sip_round(uint64_t v[4])
{
	static const int left[2] = {13, 17}, right[2] = {16, 21};

	for (int half = 0; half < 2; half++) {
		int a = half ? 2 : 0, c = half ? 0 : 2;

		v[a] += v[1];
		v[c] += v[3];
		v[1] = v[1] << left[half] | v[1] >> (64 - left[half]);
		v[3] = v[3] << right[half] | v[3] >> (64 - right[half]);
		v[1] ^= v[a];
		v[3] ^= v[c];
		v[a] = v[a] << 32 | v[a] >> 32;
	}
}

/* Padded to whole words, of which the last byte is the length. */
static uint64_t reference_hash(const uint8_t key[16], const uint8_t *bytes,
			       size_t len)
{
	uint64_t words[40] = {0}, k[2], v[4];

	memcpy(k, key, sizeof(k));
	memcpy(words, bytes, len);
	((uint8_t *)words)[len / 8 * 8 + 7] = (uint8_t)len;
	memcpy(v, "uespemosmodnarodarenegylsetybdet", sizeof(v));
	for (int i = 0; i < 4; i++)
		v[i] = le64toh(v[i]) ^ le64toh(k[i % 2]);
	for (size_t i = 0; i <= len / 8; i++) {
		v[3] ^= le64toh(words[i]);
		sip_round(v);
		v[0] ^= le64toh(words[i]);
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void the_hash_is_that_of_the_paper_at_every_length(void **state)
{
	uint8_t key[16], bytes[300];

	(void)state;
	for (int round = 0; round < 50; round++) {
		random_fill(key, sizeof(key));
		random_fill(bytes, sizeof(bytes));
		for (size_t len = 0; len < sizeof(bytes); len++)
			assert_true(siphash13(key, bytes, len) ==
				    reference_hash(key, bytes, len));
	}
}

static void the_table_hashes_with_its_key(void **state)
{
	static const uint8_t key[16] = "sixteen of these";
	struct table t;

	(void)state;
	assert_true(table_init(&t, 1, 64, key));
	assert_true(table_hash(&t, "abc", 3) == siphash13(key, "abc", 3));
	table_fini(&t);
}

static void ipv4_is_hashed_without_what_all_of_it_has(void **state)
{
	struct table t;
	uint8_t key[16], bytes[36] = {[10] = 0xff, 0xff};

	(void)state;
	random_fill(key, sizeof(key));
	random_fill(bytes + 12, sizeof(bytes) - 12);
	assert_true(table_init(&t, 1, 64, key));
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		size_t skip = len < 16 ? 0 : 12;

		assert_true(table_hash(&t, bytes, len) ==
			    siphash13(key, bytes + skip, len - skip));
	}
	for (size_t i = 0; i < 12; i++) {
		bytes[i] ^= 1;
		assert_true(table_hash(&t, bytes, 17) ==
			    siphash13(key, bytes, 17));
		bytes[i] ^= 1;
	}
	table_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_is_that_of_another_implementation),
		random_test(the_hash_is_that_of_the_paper_at_every_length),
		cmocka_unit_test(the_table_hashes_with_its_key),
		random_test(ipv4_is_hashed_without_what_all_of_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
