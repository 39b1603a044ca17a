/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What segment_parse() refuses and under which name, and that it never reads
 * past the end: of packets cut at every byte, changed at random, or made of
 * nothing but random bytes.
 */
#include "packets.h"

static void assert_refused(struct packet p, enum segment_error error)
{
	struct segment seg;
	enum segment_error got = parse(p, &seg);

	if (got != error)
		fail_msg("\"%s\" instead of \"%s\"", segment_error_name[got],
			 segment_error_name[error]);
}

/* ------------------------------------------------------------------- IP --- */

static void no_byte_at_all_is_not_ip(void **state)
{
	(void)state;
	assert_refused(cut(ipv4_syn, 0), SEG_NOT_IP);
}

static void a_version_other_than_4_and_6_is_not_ip(void **state)
{
	(void)state;
	for (unsigned int version = 0; version < 16; version++)
		if (version != 4 && version != 6)
			assert_refused(with_byte(ipv4_syn, 0, version << 4 | 5),
				       SEG_NOT_IP);
}

static void an_ip_header_that_is_not_all_there_is_truncated(void **state)
{
	(void)state;
	assert_refused(cut(ipv4_syn, 1), SEG_TRUNCATED_IP);
	assert_refused(cut(ipv4_syn, 19), SEG_TRUNCATED_IP);
	assert_refused(cut(ipv4_router_alert, 20), SEG_TRUNCATED_IP);
	assert_refused(cut(ipv4_router_alert, 23), SEG_TRUNCATED_IP);
	assert_refused(cut(ipv6_syn_ack, 1), SEG_TRUNCATED_IP);
	assert_refused(cut(ipv6_syn_ack, 39), SEG_TRUNCATED_IP);
}

static void an_ipv4_header_of_less_than_20_bytes_is_a_bad_ihl(void **state)
{
	(void)state;
	for (unsigned int words = 0; words < 5; words++)
		assert_refused(with_byte(ipv4_syn, 0, 0x40 | words),
			       SEG_BAD_IHL);
}

static void a_total_length_below_the_header_is_a_bad_length(void **state)
{
	(void)state;
	for (unsigned int len = 1; len < 20; len++)
		assert_refused(with_be16(ipv4_syn, IP4_LENGTH, len),
			       SEG_BAD_LENGTH);
	assert_refused(with_be16(ipv4_router_alert, IP4_LENGTH, 23),
		       SEG_BAD_LENGTH);
}

static void any_part_of_a_fragmented_ipv4_packet_is_a_fragment(void **state)
{
	(void)state;
	for (unsigned int bit = 0x2000; bit > 0; bit /= 2)
		assert_refused(with_be16(ipv4_syn, IP4_FRAGMENT, 0x4000 | bit),
			       SEG_FRAGMENT);
	assert_refused(with_be16(ipv4_syn, IP4_FRAGMENT, 0x3fff), SEG_FRAGMENT);
}

static void any_part_of_a_fragmented_ipv6_packet_is_a_fragment(void **state)
{
	size_t at = ALL_FRAGMENT + 2;

	(void)state;
	assert_refused(with_be16(ipv6_all_headers, at, 1), SEG_FRAGMENT);
	for (unsigned int bit = 0x8000; bit >= 8; bit /= 2)
		assert_refused(with_be16(ipv6_all_headers, at, bit),
			       SEG_FRAGMENT);
}

static void every_other_ipv4_protocol_is_not_tcp(void **state)
{
	(void)state;
	for (unsigned int protocol = 0; protocol < 256; protocol++)
		if (protocol != 6)
			assert_refused(
				with_byte(ipv4_syn, IP4_PROTOCOL, protocol),
				SEG_NOT_TCP);
}

/* UDP, ICMPv6, ESP, "no next header", and one that IANA has not given. */
static void another_ipv6_payload_is_not_tcp(void **state)
{
	static const uint8_t kind[] = {17, 58, 50, 59, 200};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kind); i++) {
		assert_refused(with_byte(ipv6_syn_ack, IP6_NEXT, kind[i]),
			       SEG_NOT_TCP);
		assert_refused(
			with_byte(ipv6_all_headers, ALL_FRAGMENT, kind[i]),
			SEG_NOT_TCP);
	}
}

static void an_extension_header_cut_short_is_truncated(void **state)
{
	(void)state;
	for (size_t len = IP6_TCP; len < ALL_TCP; len++)
		assert_refused(cut(ipv6_all_headers, len), SEG_TRUNCATED_EXT);
}

static void an_extension_header_past_the_ip_length_is_truncated(void **state)
{
	(void)state;
	for (unsigned int len = 1; len < ALL_TCP - IP6_TCP; len++)
		assert_refused(with_be16(ipv6_all_headers, IP6_LENGTH, len),
			       SEG_TRUNCATED_EXT);
	assert_refused(with_byte(ipv6_all_headers, ALL_ROUTING + 1, 255),
		       SEG_TRUNCATED_EXT);
}

static struct packet with_many_ext(unsigned int count)
{
	static const uint8_t pad_n[8] = {0, 0, 1, 4};
	struct packet p = ipv6_syn_ack;

	while (count-- > 0)
		p = with_ext(p, 60, pad_n, sizeof(pad_n));
	return p;
}

/* RFC 8200 section 4.1: each at most once, destination options twice: 7. */
static void every_extension_header_once_is_not_too_many(void **state)
{
	(void)state;
	accepted(with_many_ext(7));
}

static void a_long_chain_of_extension_headers_is_too_many(void **state)
{
	(void)state;
	assert_refused(with_many_ext(16), SEG_TOO_MANY_EXT);
}

/* ------------------------------------------------------------------ TCP --- */

static void a_tcp_header_that_is_not_all_there_is_truncated(void **state)
{
	(void)state;
	for (size_t len = IP4_TCP; len < ipv4_syn.len; len++)
		assert_refused(cut(ipv4_syn, len), SEG_TRUNCATED_TCP);
	for (size_t len = IP6_TCP; len < ipv6_syn_ack.len; len++)
		assert_refused(cut(ipv6_syn_ack, len), SEG_TRUNCATED_TCP);
}

static void padding_does_not_make_up_for_a_tcp_header(void **state)
{
	(void)state;
	assert_refused(with_be16(ipv4_syn, IP4_LENGTH, IP4_TCP),
		       SEG_TRUNCATED_TCP);
	assert_refused(with_be16(ipv4_syn, IP4_LENGTH, IP4_TCP + 19),
		       SEG_TRUNCATED_TCP);
	assert_refused(with_be16(ipv6_syn_ack, IP6_LENGTH, 19),
		       SEG_TRUNCATED_TCP);
}

static void a_data_offset_below_20_bytes_is_bad(void **state)
{
	(void)state;
	for (unsigned int words = 0; words < 5; words++)
		assert_refused(with_byte(ipv4_syn, IP4_TCP + TCP_OFFSET_FLAGS,
					 words << 4),
			       SEG_BAD_DOFF);
}

static void a_data_offset_past_the_ip_length_is_bad(void **state)
{
	(void)state;
	for (unsigned int words = 11; words < 16; words++)
		assert_refused(
			padded(with_byte(ipv4_syn, IP4_TCP + TCP_OFFSET_FLAGS,
					 words << 4),
			       40),
			SEG_BAD_DOFF);
	assert_refused(
		with_byte(ipv6_syn_ack, IP6_TCP + TCP_OFFSET_FLAGS, 8 << 4),
		SEG_BAD_DOFF);
	assert_refused(with_be16(ipv4_syn, IP4_LENGTH, 59), SEG_BAD_DOFF);
}

static void assert_options(struct packet p, uint8_t options)
{
	struct segment seg;

	assert_int_equal(segment_parse(p.byte, p.len, &seg), SEG_OK);
	assert_int_equal(seg.options, options);
}

/* All kinds but end of options and NOP, RFC 9293 section 3.1. */
static void an_option_length_of_0_or_1_ends_the_options(void **state)
{
	(void)state;
	for (unsigned int kind = 2; kind < 256; kind++)
		for (uint8_t len = 0; len < 2; len++)
			assert_options(OPTIONS((uint8_t)kind, len, 1, 1),
				       SEG_OPT_MALFORMED);
}

static void an_option_past_the_header_ends_them_too(void **state)
{
	(void)state;
	assert_options(OPTIONS(2, 5, 5, 0xb4), SEG_OPT_MALFORMED);
	assert_options(OPTIONS(254, 255, 0, 0), SEG_OPT_MALFORMED);
	assert_options(OPTIONS(1, 8, 10, 0), SEG_OPT_MALFORMED);
	assert_options(padded(OPTIONS(1, 1, 3, 3), 8), SEG_OPT_MALFORMED);
}

static void so_does_a_kind_without_room_for_its_length(void **state)
{
	(void)state;
	assert_options(OPTIONS(1, 1, 1, 2), SEG_OPT_MALFORMED);
	assert_options(padded(OPTIONS(3, 3, 7, 4), 8),
		       SEG_OPT_WSCALE | SEG_OPT_MALFORMED);
}

static void the_options_before_a_malformed_one_count(void **state)
{
	(void)state;
	assert_options(OPTIONS(2, 4, 5, 0xb4, 4, 2, 3, 1),
		       SEG_OPT_MSS | SEG_OPT_SACK_PERMITTED |
			       SEG_OPT_MALFORMED);
}

static void every_error_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < SEG_NUM_ERRORS; i++) {
		assert_non_null(segment_error_name[i]);
		assert_true(segment_error_name[i][0]);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(segment_error_name[i],
						segment_error_name[j]);
	}
}

/* --------------------------------------------------- nothing past `len` --- */

static void check_sound(const uint8_t *bytes, size_t len,
			const struct segment *seg)
{
	const uint8_t *tcp = bytes + seg->tcp_offset;
	size_t header;

	assert_in_range(seg->tcp_offset, 20, len - 20);
	header = (size_t)(tcp[TCP_OFFSET_FLAGS] >> 4) * 4;
	assert_in_range(header, 20, len - seg->tcp_offset);
	assert_int_equal(seg->src_port, tcp[0] << 8 | tcp[1]);
	assert_int_equal(seg->dst_port, tcp[2] << 8 | tcp[3]);
	assert_int_equal(seg->flags, (tcp[12] << 8 | tcp[13]) & 0x1ff);
	assert_in_range(seg->data_len, 0, 65535);
}

/* Parses, checks what was accepted, and counts the outcome. */
static void try_bytes(const uint8_t *bytes, size_t len,
		      unsigned int outcomes[static SEG_NUM_ERRORS])
{
	struct segment seg;
	enum segment_error error = parse_bytes(bytes, len, &seg);

	assert_in_range(error, 0, SEG_NUM_ERRORS - 1);
	outcomes[error]++;
	if (error == SEG_OK)
		check_sound(bytes, len, &seg);
}

static void packets_cut_at_every_byte_are_not_read_past_their_end(void **state)
{
	unsigned int outcomes[SEG_NUM_ERRORS] = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(valid_packets); i++)
		for (size_t len = 0; len <= valid_packets[i]->len; len++)
			try_bytes(valid_packets[i]->byte, len, outcomes);
	/* Whole packets, and ipv4_data with 0 to 4 of 5 bytes of payload. */
	assert_int_equal(outcomes[SEG_OK], ARRAY_SIZE(valid_packets) + 5);
}

/* Bytes that mean something in some field. */
static uint8_t random_value(void)
{
	static const uint8_t telling[] = {
		0,    1,    2,    6,    8,    20,   43,  44,   51,   60,
		0x44, 0x45, 0x4f, 0x60, 0x7f, 0x80, 135, 0xf0, 0xfe, 0xff,
	};

	if (random_once_in(2))
		return (uint8_t)random_bits();
	return telling[random_below(ARRAY_SIZE(telling))];
}

static struct packet random_packet(void)
{
	struct packet p;

	if (random_once_in(4)) {
		random_fill(p.byte, sizeof(p.byte));
		if (!random_once_in(8))
			p.byte[0] = random_once_in(2) ? 0x45 : 0x60;
		p.len = random_below(sizeof(p.byte));
		return p;
	}
	p = random_once_in(6)
		    ? with_many_ext(7 + random_below(4))
		    : *valid_packets[random_below(ARRAY_SIZE(valid_packets))];
	for (uint32_t n = random_below(6); n > 0; n--)
		p.byte[random_below((uint32_t)p.len)] = random_value();
	if (random_once_in(3))
		p.len = random_below((uint32_t)p.len + 1);
	return p;
}

/* SEG_BAD_CHECKSUM is the caller's to give. */
static void random_packets_are_not_read_past_their_end(void **state)
{
	unsigned int outcomes[SEG_NUM_ERRORS] = {0};

	(void)state;
	for (int i = 0; i < 1000000; i++) {
		struct packet p = random_packet();

		try_bytes(p.byte, p.len, outcomes);
	}
	for (int error = 0; error < SEG_BAD_CHECKSUM; error++)
		if (outcomes[error] < 100)
			fail_msg("only %u \"%s\" tried", outcomes[error],
				 segment_error_name[error]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_byte_at_all_is_not_ip),
		cmocka_unit_test(a_version_other_than_4_and_6_is_not_ip),
		cmocka_unit_test(
			an_ip_header_that_is_not_all_there_is_truncated),
		cmocka_unit_test(
			an_ipv4_header_of_less_than_20_bytes_is_a_bad_ihl),
		cmocka_unit_test(
			a_total_length_below_the_header_is_a_bad_length),
		cmocka_unit_test(
			any_part_of_a_fragmented_ipv4_packet_is_a_fragment),
		cmocka_unit_test(
			any_part_of_a_fragmented_ipv6_packet_is_a_fragment),
		cmocka_unit_test(every_other_ipv4_protocol_is_not_tcp),
		cmocka_unit_test(another_ipv6_payload_is_not_tcp),
		cmocka_unit_test(an_extension_header_cut_short_is_truncated),
		cmocka_unit_test(
			an_extension_header_past_the_ip_length_is_truncated),
		cmocka_unit_test(every_extension_header_once_is_not_too_many),
		cmocka_unit_test(a_long_chain_of_extension_headers_is_too_many),
		cmocka_unit_test(
			a_tcp_header_that_is_not_all_there_is_truncated),
		cmocka_unit_test(padding_does_not_make_up_for_a_tcp_header),
		cmocka_unit_test(a_data_offset_below_20_bytes_is_bad),
		cmocka_unit_test(a_data_offset_past_the_ip_length_is_bad),
		cmocka_unit_test(an_option_length_of_0_or_1_ends_the_options),
		cmocka_unit_test(an_option_past_the_header_ends_them_too),
		cmocka_unit_test(
			so_does_a_kind_without_room_for_its_length),
		cmocka_unit_test(the_options_before_a_malformed_one_count),
		cmocka_unit_test(every_error_has_a_name_of_its_own),
		cmocka_unit_test(
			packets_cut_at_every_byte_are_not_read_past_their_end),
		random_test(random_packets_are_not_read_past_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
