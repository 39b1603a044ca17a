/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * segment_checksum_ok() against packets whose checksum tcpdump(8) calls
 * correct, and against a second computation of it, made the way RFC 1071
 * section 2 describes for 32-bit words.
 */
#include "packets.h"

/* fenced() so that nothing past the end is summed up. */
static bool checksum_ok(struct packet p)
{
	struct segment seg;
	const uint8_t *bytes = fenced(p.byte, p.len);

	assert_int_equal(segment_parse(bytes, p.len, &seg), SEG_OK);
	return segment_checksum_ok(bytes, p.len, &seg);
}

static void the_checksums_of_valid_packets_are_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(valid_packets); i++)
		assert_true(checksum_ok(*valid_packets[i]));
}

static void an_odd_number_of_bytes_is_summed_up_right(void **state)
{
	(void)state;
	assert_int_equal(ipv4_data.len % 2, 1);
	assert_true(checksum_ok(ipv4_data));
	assert_false(checksum_ok(with_byte(ipv4_data, 56, 'p')));
}

static void one_wrong_bit_in_the_addresses_is_noticed(void **state)
{
	(void)state;
	for (size_t at = 12; at < 20; at++)
		for (unsigned int bit = 1; bit < 256; bit *= 2)
			assert_false(checksum_ok(with_byte(
				ipv4_data, at, ipv4_data.byte[at] ^ bit)));
	for (size_t at = 8; at < 40; at++)
		for (unsigned int bit = 1; bit < 256; bit *= 2)
			assert_false(checksum_ok(
				with_byte(ipv6_syn_ack, at,
					  ipv6_syn_ack.byte[at] ^ bit)));
}

/* But for data offset and options, which may make the packet unreadable. */
static void one_wrong_bit_in_header_or_payload_is_noticed(void **state)
{
	(void)state;
	for (size_t at = IP4_TCP; at < ipv4_data.len; at++) {
		if (at == IP4_TCP + TCP_OFFSET_FLAGS ||
		    (at >= IP4_TCP + TCP_OPTIONS && at < 52))
			continue;
		for (unsigned int bit = 1; bit < 256; bit *= 2)
			assert_false(checksum_ok(with_byte(
				ipv4_data, at, ipv4_data.byte[at] ^ bit)));
	}
}

static void a_wrong_length_is_noticed(void **state)
{
	struct packet longer = padded(ipv4_syn, 2);

	(void)state;
	longer.byte[60] = longer.byte[61] = 0; /* add nothing themselves */
	assert_true(checksum_ok(longer));
	assert_false(checksum_ok(with_be16(longer, IP4_LENGTH, 62)));
}

/* TTL, identification and options are no part of it. */
static void the_rest_of_the_ip_header_does_not_matter(void **state)
{
	(void)state;
	assert_true(checksum_ok(with_byte(ipv4_syn, 8, 3)));
	assert_true(checksum_ok(with_be16(ipv4_syn, 4, 0xabcd)));
	assert_true(checksum_ok(with_be16(ipv4_syn, 10, 0xabcd)));
	assert_true(checksum_ok(with_be16(ipv4_router_alert, 22, 0xabcd)));
	assert_true(checksum_ok(with_byte(ipv6_syn_ack, 7, 3)));
}

static void ethernet_padding_is_not_summed_up(void **state)
{
	(void)state;
	assert_true(checksum_ok(padded(ipv4_data, 3)));
	assert_true(checksum_ok(padded(ipv6_syn_ack, 6)));
}

static void a_wrong_checksum_of_a_cut_payload_passes(void **state)
{
	struct packet wrong =
		with_be16(ipv4_data, IP4_TCP + TCP_CHECKSUM, 0x1234);

	(void)state;
	assert_false(checksum_ok(wrong));
	for (size_t len = 52; len < 57; len++)
		assert_true(checksum_ok(cut(wrong, len)));
	assert_true(checksum_ok(with_be16(ipv6_syn_ack, IP6_LENGTH, 29)));
}

static void a_wrong_checksum_under_way_through_routers_passes(void **state)
{
	struct packet wrong =
		with_byte(ipv6_all_headers, ALL_TCP + TCP_CHECKSUM, 0);

	(void)state;
	assert_false(checksum_ok(wrong));
	assert_true(checksum_ok(with_byte(wrong, ALL_ROUTING + 3, 1)));
}

/* Ones' complement sum of 32-bit words with end-around carry. */
static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t len)
{
	uint8_t word[4];

	for (; len > 0; bytes += 4) {
		size_t part = len < 4 ? len : 4;
		uint32_t before = sum;

		memset(word, 0, sizeof(word));
		memcpy(word, bytes, part);
		sum += get_be32(word);
		sum += sum < before;
		len -= part;
	}
	return sum;
}

static uint16_t reference_checksum(const uint8_t *addresses, size_t len,
				   const uint8_t *tcp, uint32_t tcp_len)
{
	const uint8_t tail[8] = {
		(uint8_t)(tcp_len >> 24),
		(uint8_t)(tcp_len >> 16),
		(uint8_t)(tcp_len >> 8),
		(uint8_t)tcp_len,
		0,
		0,
		0,
		6,
	};
	uint32_t sum = add_words(add_words(0, addresses, len), tail, 8);

	sum = add_words(sum, tcp, tcp_len);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~sum;
}

/* Random bytes as addresses, TCP segment and payload of a valid packet. */
static struct packet random_packet(bool is_ipv4)
{
	size_t tcp = is_ipv4 ? IP4_TCP : IP6_TCP, at = is_ipv4 ? 12 : 8;
	struct packet p = cut(is_ipv4 ? ipv4_syn : ipv6_syn_ack,
			      tcp + 20 + random_below(100));
	unsigned int sum;

	random_fill(p.byte + at, p.len - at);
	if (random_once_in(8)) /* many carries */
		memset(p.byte + at, 0xff, p.len - at);
	p = with_byte(p, tcp + TCP_OFFSET_FLAGS, 5 << 4);
	p = is_ipv4 ? with_be16(p, IP4_LENGTH, (unsigned int)p.len)
		    : with_be16(p, IP6_LENGTH, (unsigned int)(p.len - tcp));
	p = with_be16(p, tcp + TCP_CHECKSUM, 0);
	sum = reference_checksum(p.byte + at, tcp - at, p.byte + tcp,
				 (uint32_t)(p.len - tcp));
	return with_be16(p, tcp + TCP_CHECKSUM, sum);
}

static void random_packets_agree_with_rfc_1071(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		bool is_ipv4 = i % 2;
		size_t at = (is_ipv4 ? IP4_TCP : IP6_TCP) + TCP_CHECKSUM;
		struct packet p = random_packet(is_ipv4);
		unsigned int other = random_below(0x10000);

		assert_true(checksum_ok(p));
		/* Of 0 and 0xffff either is right. */
		if (other % 0xffff == get_be16(p.byte + at) % 0xffff)
			continue;
		assert_false(checksum_ok(with_be16(p, at, other)));
	}
}

/* RFC 8200 section 8.1: the pseudo-header's length has 32 bits. */
static void a_segment_bigger_than_64_kib_is_summed_up(void **state)
{
	static uint8_t bytes[FENCE_BYTES];
	size_t at = IP6_TCP + TCP_CHECKSUM;
	struct packet p =
		with_be16(with_be16(ipv6_syn_ack, IP6_LENGTH, 0), at, 0);
	struct segment seg;
	uint16_t sum;

	(void)state;
	random_fill(bytes, sizeof(bytes));
	memcpy(bytes, p.byte, p.len);
	sum = reference_checksum(bytes + 8, 32, bytes + IP6_TCP,
				 sizeof(bytes) - IP6_TCP);
	bytes[at] = (uint8_t)(sum >> 8);
	bytes[at + 1] = (uint8_t)sum;
	assert_int_equal(segment_parse(bytes, sizeof(bytes), &seg), SEG_OK);
	assert_true(segment_checksum_ok(bytes, sizeof(bytes), &seg));
	bytes[FENCE_BYTES - 1] ^= 1;
	assert_false(segment_checksum_ok(bytes, sizeof(bytes), &seg));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_checksums_of_valid_packets_are_right),
		cmocka_unit_test(an_odd_number_of_bytes_is_summed_up_right),
		cmocka_unit_test(one_wrong_bit_in_the_addresses_is_noticed),
		cmocka_unit_test(one_wrong_bit_in_header_or_payload_is_noticed),
		cmocka_unit_test(a_wrong_length_is_noticed),
		cmocka_unit_test(the_rest_of_the_ip_header_does_not_matter),
		cmocka_unit_test(ethernet_padding_is_not_summed_up),
		cmocka_unit_test(a_wrong_checksum_of_a_cut_payload_passes),
		cmocka_unit_test(
			a_wrong_checksum_under_way_through_routers_passes),
		random_test(random_packets_agree_with_rfc_1071),
		random_test(a_segment_bigger_than_64_kib_is_summed_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
