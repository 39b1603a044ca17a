/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long the chains of a full table get when addresses and ports are as
 * regular as somebody who wants long ones can choose them: no longer than by
 * chance. And collisions that he has found under one key are none under
 * another: each start has its own.
 */
#include "../random.h"

#include <endian.h>
#include <string.h>

#include "core/flow.h"

#define BITS 20
#define KEYS (1u << BITS)

/*
 * As many keys as buckets. At random 8 or 9 is the longest there is; that one
 * of 16 comes about has a chance of one in fifty million.
 */
#define LONGEST 16

static uint8_t chain[KEYS];

static void begin(void)
{
	memset(chain, 0, sizeof(chain));
}

static void note(uint64_t hash)
{
	uint8_t *n = &chain[hash & (KEYS - 1)];

	*n += *n < UINT8_MAX;
}

static unsigned int longest(const char *what)
{
	unsigned int most = 0;

	for (uint32_t i = 0; i < KEYS; i++)
		if (chain[i] > most)
			most = chain[i];
	if (what)
		print_message("  %s: %u\n", what, most);
	return most;
}

/* ---- addresses, as sources and hosts are looked up ---- */

static struct address ipv4(uint32_t number)
{
	uint32_t be = htobe32(number);

	return address_from_ipv4((const uint8_t *)&be);
}

/* `number` is shifted up from the last bit. */
static struct address ipv6(uint64_t number, unsigned int shift)
{
	struct address a = {{0x20, 0x01, 0x0d, 0xb8}};

	for (unsigned int i = 0; i < 64; i++)
		if (number >> i & 1)
			a.byte[15 - (i + shift) / 8] |=
				(uint8_t)(1 << (i + shift) % 8);
	return a;
}

static struct address in_a_row(uint32_t i)
{
	return ipv4(0x0a000000 + i);
}

static struct address every_4096th(uint32_t i)
{
	return ipv4(i << (32 - BITS));
}

static struct address in_one_net(uint32_t i)
{
	return ipv6(i, 0);
}

static struct address a_net_each(uint32_t i)
{
	return ipv6(i, 64);
}

static struct address in_both_halves(uint32_t i)
{
	struct address net = ipv6(i & 1023, 64), host = ipv6(i >> 10, 0);

	memcpy(net.byte + 8, host.byte + 8, 8);
	return net;
}

/* As the tables do it, all of which are like this one. */
static unsigned int longest_of_addresses(const uint8_t key[16],
					 struct address (*address)(uint32_t),
					 const char *what)
{
	struct table t;

	assert_true(table_init(&t, 1, 64, key));
	begin();
	for (uint32_t i = 0; i < KEYS; i++) {
		struct address a = address(i);

		note(table_hash(&t, a.byte, sizeof(a.byte)));
	}
	table_fini(&t);
	return longest(what);
}

static void addresses_chosen_make_no_long_chain(void **state)
{
	static const struct {
		struct address (*address)(uint32_t);
		const char *name;
	} kinds[] = {
		{in_a_row, "IPv4 in a row"},
		{every_4096th, "every 4096th of IPv4"},
		{in_one_net, "IPv6 in a row"},
		{a_net_each, "IPv6, a /64 each"},
		{in_both_halves, "IPv6, both halves"},
	};
	uint8_t key[16];

	(void)state;
	random_fill(key, sizeof(key));
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		assert_in_range(longest_of_addresses(key, kinds[i].address,
						     kinds[i].name),
				1, LONGEST);
}

/* ---- conversations ---- */

/* Of one source, by ports alone. */
static struct segment by_ports(uint32_t i)
{
	return (struct segment){
		.src = ipv4(0xcb007142),
		.dst = ipv4(0xc0000202),
		.src_port = (uint16_t)i,
		.dst_port = (uint16_t)(i >> 16),
	};
}

/* From everywhere to one port, always from the same. */
static struct segment by_sources(uint32_t i)
{
	return (struct segment){
		.src = ipv4(0x0a000000 + i),
		.dst = ipv4(0xc0000202),
		.src_port = 80,
		.dst_port = 80,
	};
}

/* What one adds the other takes away: sums and differences stay the same. */
static struct segment against_each_other(uint32_t i)
{
	return (struct segment){
		.src = ipv6(i, 0),
		.dst = ipv6(KEYS - i, 16),
		.src_port = (uint16_t)i,
		.dst_port = (uint16_t)-i,
	};
}

static unsigned int longest_of_flows(const uint8_t key[16],
				     struct segment (*segment)(uint32_t),
				     const char *what)
{
	static const struct flow_timeouts timeouts;
	struct flow_table *t = flow_table_new(1, key, &timeouts);

	assert_non_null(t);
	begin();
	for (uint32_t i = 0; i < KEYS; i++) {
		struct segment seg = segment(i);

		flow_foresee(t, &seg);
		note(seg.flow_hash);
	}
	flow_table_free(t);
	return longest(what);
}

static void conversations_chosen_make_no_long_chain(void **state)
{
	uint8_t key[16];

	(void)state;
	random_fill(key, sizeof(key));
	assert_in_range(longest_of_flows(key, by_ports, "by ports"), 1,
			LONGEST);
	assert_in_range(longest_of_flows(key, by_sources, "by sources"), 1,
			LONGEST);
	assert_in_range(
		longest_of_flows(key, against_each_other, "against each other"),
		1, LONGEST);
}

/* ---- whoever knows one key ---- */

#define FOUND 256

/* Sources that share one bucket of 4096 under this key. */
static void find_collisions(const uint8_t key[16], struct address out[FOUND])
{
	struct table t;
	unsigned int n = 0;

	assert_true(table_init(&t, 1, 64, key));
	for (uint32_t i = 0; n < FOUND; i++) {
		struct address a = in_a_row(i);

		if ((table_hash(&t, a.byte, sizeof(a.byte)) & 4095) == 7)
			out[n++] = a;
	}
	table_fini(&t);
}

static unsigned int longest_of(const uint8_t key[16],
			       const struct address *addresses)
{
	struct table t;

	assert_true(table_init(&t, 1, 64, key));
	begin();
	for (unsigned int i = 0; i < FOUND; i++)
		note(table_hash(&t, addresses[i].byte, 16) & 4095);
	table_fini(&t);
	return longest(NULL);
}

/* Of 256 in 4096 buckets, 8 in one have a chance of one in 10^10. */
static void collisions_found_under_one_key_are_none_under_another(void **state)
{
	struct address addresses[FOUND];
	uint8_t known[16], other[16];

	(void)state;
	random_fill(known, sizeof(known));
	find_collisions(known, addresses);
	assert_int_equal(longest_of(known, addresses), UINT8_MAX);
	memcpy(other, known, sizeof(other));
	for (unsigned int bit = 0; bit < 128; bit++) {
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_in_range(longest_of(other, addresses), 1, 7);
		other[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		random_test(addresses_chosen_make_no_long_chain),
		random_test(conversations_chosen_make_no_long_chain),
		random_test(
			collisions_found_under_one_key_are_none_under_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
