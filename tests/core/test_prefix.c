/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses as bytes, and prefixes: their text and what they hold, the latter
 * against a loop over single bits.
 */
#include "../random.h"

#include <stdio.h>
#include <string.h>

#include "core/address.h"

static struct address address_of(const char *text)
{
	struct address a;

	if (!address_parse(text, &a))
		fail_msg("\"%s\" is no address", text);
	return a;
}

/* In memory of its own, so that reading past the end is noticed. */
static bool parse_copy(const char *text, struct prefix *out)
{
	char *copy = strdup(text);
	bool ok = prefix_parse(copy, out);

	free(copy);
	return ok;
}

static void assert_prefix(const struct prefix *p, const struct address *a,
			  unsigned int bits)
{
	assert_memory_equal(p->address.byte, a->byte, sizeof(a->byte));
	assert_int_equal(p->bits, bits);
}

/* ---------------------------------------------------------------- bytes --- */

static void header_bytes_become_addresses(void **state)
{
	static const uint8_t v4[4] = {192, 0, 2, 1};
	static const uint8_t v6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
	struct address a = address_from_ipv4(v4), b = address_from_ipv6(v6);
	struct address want_a = address_of("::ffff:192.0.2.1");
	struct address want_b = address_of("2001:db8::1");

	(void)state;
	assert_memory_equal(&a, &want_a, sizeof(a));
	assert_memory_equal(&b, &want_b, sizeof(b));
}

static void only_v4_mapped_addresses_are_ipv4(void **state)
{
	struct address mapped_one = address_of("::ffff:0:0");
	struct address compatible = address_of("::192.0.2.1");
	struct address translated = address_of("::ffff:0:192.0.2.1");

	(void)state;
	assert_true(address_is_ipv4(&mapped_one));
	assert_false(address_is_ipv4(&compatible));
	assert_false(address_is_ipv4(&translated));
}

static void one_bit_makes_addresses_unequal(void **state)
{
	struct address a;

	(void)state;
	random_fill(&a, sizeof(a));
	for (unsigned int bit = 0; bit < 128; bit++) {
		struct address b = a;

		assert_true(address_equal(&a, &b));
		b.byte[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(address_equal(&a, &b));
	}
}

/* -------------------------------------------------------------- reading --- */

static void every_length_of_an_ipv4_prefix_is_read(void **state)
{
	struct address a = address_of("192.0.2.1");
	struct prefix p;
	char text[64];

	(void)state;
	for (unsigned int bits = 0; bits <= 32; bits++) {
		snprintf(text, sizeof(text), "192.0.2.1/%u", bits);
		assert_true(parse_copy(text, &p));
		assert_prefix(&p, &a, 96 + bits);
	}
}

static void every_length_of_an_ipv6_prefix_is_read(void **state)
{
	struct address a = address_of("2001:db8::1");
	struct prefix p;
	char text[64];

	(void)state;
	for (unsigned int bits = 0; bits <= 128; bits++) {
		snprintf(text, sizeof(text), "2001:db8::1/%u", bits);
		assert_true(parse_copy(text, &p));
		assert_prefix(&p, &a, bits);
	}
}

static void an_address_alone_is_a_prefix_of_all_its_bits(void **state)
{
	struct address v4 = address_of("192.0.2.1"), v6 = address_of("::1");
	struct prefix p;

	(void)state;
	assert_true(parse_copy("192.0.2.1", &p));
	assert_prefix(&p, &v4, 128);
	assert_true(parse_copy("::1", &p));
	assert_prefix(&p, &v6, 128);
}

static void a_v4_mapped_text_counts_bits_as_ipv6_does(void **state)
{
	struct address a = address_of("192.0.2.0");
	struct prefix p;

	(void)state;
	assert_true(parse_copy("::ffff:192.0.2.0/120", &p));
	assert_prefix(&p, &a, 120);
	assert_true(parse_copy("::ffff:192.0.2.0/90", &p));
	assert_prefix(&p, &a, 90);
}

static void texts_that_are_no_prefix_are_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"/",
		"/8",
		"1.2.3/8",
		"1.2.3.4/",
		"1.2.3.4/33",
		"1.2.3.4/128",
		"1.2.3.4/-1",
		"1.2.3.4/+8",
		"1.2.3.4/ 8",
		"1.2.3.4/8 ",
		"1.2.3.4/08",
		"1.2.3.4/00",
		"1.2.3.4//8",
		"1.2.3.4/8/8",
		"1.2.3.4/0x8",
		"1.2.3.4/4294967304",
		"1.2.3.4/18446744073709551624",
		"1.2.3.4/255.0.0.0",
		"1.2.3.4 /8",
		" 1.2.3.4/8",
		"::/129",
		"::/",
		"::/a",
		"::/1:",
		"::1%lo/64",
		"1.2.3.4x/8",
		"1.2.3.4/8:",
		"::g/64",
	};
	struct prefix p;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (parse_copy(texts[i], &p))
			fail_msg("\"%s\" is no prefix", texts[i]);
}

static void a_refused_text_leaves_the_output_alone(void **state)
{
	struct prefix p = {address_of("2001:db8::"), 32};
	struct address before = p.address;

	(void)state;
	assert_false(prefix_parse("192.0.2.0/33", &p));
	assert_false(prefix_parse("::1/64x", &p));
	assert_prefix(&p, &before, 32);
}

/* -------------------------------------------------------------- writing --- */

static void text_shows_the_bits_of_the_family(void **state)
{
	static const char *const texts[] = {
		"0.0.0.0/0", "192.0.2.0/24",  "192.0.2.1/31",    "192.0.2.1",
		"::/0",      "2001:db8::/32", "2001:db8::1/127", "2001:db8::1",
	};
	char text[PREFIX_TEXT_BYTES];
	struct prefix p;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_true(prefix_parse(texts[i], &p));
		assert_string_equal(prefix_format(&p, text), texts[i]);
	}
}

static void the_longest_text_fits(void **state)
{
	static const char longest[] =
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127";
	char text[PREFIX_TEXT_BYTES];
	struct prefix p;

	(void)state;
	assert_true(prefix_parse(longest, &p));
	assert_string_equal(prefix_format(&p, text), longest);
}

static void assert_reads_back(const struct address *a, unsigned int bits)
{
	struct prefix p = {*a, (uint8_t)bits}, back;
	char text[PREFIX_TEXT_BYTES];

	if (!prefix_parse(prefix_format(&p, text), &back))
		fail_msg("%s of %u bits does not read back", text, bits);
	assert_prefix(&back, a, bits);
}

static void text_of_an_ipv6_prefix_reads_back(void **state)
{
	struct address a;

	(void)state;
	for (unsigned int i = 0; i < 129 * 100; i++) {
		random_fill(&a, sizeof(a));
		assert_reads_back(&a, i % 129);
	}
}

static void text_of_an_ipv4_prefix_reads_back(void **state)
{
	struct address a = address_of("0.0.0.0");

	(void)state;
	for (unsigned int i = 0; i < 33 * 100; i++) {
		random_fill(a.byte + 12, 4);
		assert_reads_back(&a, 96 + i % 33);
	}
}

/* Fewer than 96 bits: not a prefix of IPv4, whatever its address looks like. */
static void text_of_a_v4_mapped_ipv6_prefix_reads_back(void **state)
{
	struct address a = address_of("::ffff:192.0.2.0");

	(void)state;
	for (unsigned int bits = 0; bits < 96; bits++)
		assert_reads_back(&a, bits);
}

/* -------------------------------------------------------------- holding --- */

static bool bit_of(const struct address *a, unsigned int bit)
{
	return a->byte[bit / 8] >> (7 - bit % 8) & 1;
}

static bool reference_holds(const struct prefix *p, const struct address *a)
{
	for (unsigned int bit = 0; bit < p->bits; bit++)
		if (bit_of(&p->address, bit) != bit_of(a, bit))
			return false;
	return true;
}

static void a_prefix_holds_what_agrees_in_all_its_bits(void **state)
{
	unsigned int held = 0, rounds = 200000;

	(void)state;
	for (unsigned int i = 0; i < rounds; i++) {
		struct prefix p = {.bits = (uint8_t)random_below(129)};
		struct address a;
		unsigned int bit = random_below(128);

		random_fill(&p.address, sizeof(p.address));
		a = p.address;
		a.byte[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		assert_int_equal(prefix_holds(&p, &a), reference_holds(&p, &a));
		assert_int_equal(prefix_holds(&p, &a), bit >= p.bits);
		held += prefix_holds(&p, &a);
	}
	assert_in_range(held, rounds / 4, rounds - rounds / 4);
}

static void a_prefix_of_no_bits_holds_everything(void **state)
{
	struct prefix p = {address_of("::"), 0};
	struct address v4 = address_of("192.0.2.1"), v6 = address_of("ff::1");

	(void)state;
	assert_true(prefix_holds(&p, &v4));
	assert_true(prefix_holds(&p, &v6));
}

static void all_of_ipv4_holds_no_ipv6(void **state)
{
	struct prefix p = {address_of("0.0.0.0"), 96};
	struct address v4 = address_of("255.0.2.1"), v6 = address_of("::1");

	(void)state;
	assert_true(prefix_holds(&p, &v4));
	assert_false(prefix_holds(&p, &v6));
}

static void a_full_prefix_holds_its_address_alone(void **state)
{
	struct prefix p = {address_of("2001:db8::1"), 128};
	struct address other = address_of("2001:db8::");

	(void)state;
	assert_true(prefix_holds(&p, &p.address));
	assert_false(prefix_holds(&p, &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_bytes_become_addresses),
		cmocka_unit_test(only_v4_mapped_addresses_are_ipv4),
		random_test(one_bit_makes_addresses_unequal),
		cmocka_unit_test(every_length_of_an_ipv4_prefix_is_read),
		cmocka_unit_test(every_length_of_an_ipv6_prefix_is_read),
		cmocka_unit_test(an_address_alone_is_a_prefix_of_all_its_bits),
		cmocka_unit_test(a_v4_mapped_text_counts_bits_as_ipv6_does),
		cmocka_unit_test(texts_that_are_no_prefix_are_refused),
		cmocka_unit_test(a_refused_text_leaves_the_output_alone),
		cmocka_unit_test(text_shows_the_bits_of_the_family),
		cmocka_unit_test(the_longest_text_fits),
		random_test(text_of_an_ipv6_prefix_reads_back),
		random_test(text_of_an_ipv4_prefix_reads_back),
		cmocka_unit_test(text_of_a_v4_mapped_ipv6_prefix_reads_back),
		random_test(a_prefix_holds_what_agrees_in_all_its_bits),
		cmocka_unit_test(a_prefix_of_no_bits_holds_everything),
		cmocka_unit_test(all_of_ipv4_holds_no_ipv6),
		cmocka_unit_test(a_full_prefix_holds_its_address_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
