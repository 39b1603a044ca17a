/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What segment_parse() reads from packets that it accepts. Refusals are in
 * test_segment_refusals.c, checksums in test_segment_checksum.c.
 */
#include "packets.h"

static void assert_address(const struct address *a, const char *text)
{
	char got[ADDRESS_TEXT_BYTES];

	assert_string_equal(address_format(a, got), text);
}

static void assert_ends(const struct segment *seg, const char *src,
			unsigned int src_port, const char *dst,
			unsigned int dst_port)
{
	assert_address(&seg->src, src);
	assert_address(&seg->dst, dst);
	assert_int_equal(seg->src_port, src_port);
	assert_int_equal(seg->dst_port, dst_port);
}

/* -------------------------------------------------------- whole packets --- */

static void every_field_of_an_ipv4_syn_is_read(void **state)
{
	struct segment seg = accepted(ipv4_syn);

	(void)state;
	assert_ends(&seg, "192.0.2.1", 40000, "198.51.100.2", 443);
	assert_int_equal(seg.seq, 1000);
	assert_int_equal(seg.ack, 0);
	assert_int_equal(seg.window, 64240);
	assert_int_equal(seg.flags, TCP_SYN);
	assert_int_equal(seg.options, SEG_OPT_MSS | SEG_OPT_SACK_PERMITTED |
					      SEG_OPT_TIMESTAMPS |
					      SEG_OPT_WSCALE);
	assert_int_equal(seg.ttl, 64);
	assert_int_equal(seg.tcp_offset, 20);
	assert_int_equal(seg.data_len, 0);
}

static void every_field_of_an_ipv4_segment_with_data_is_read(void **state)
{
	struct segment seg = accepted(ipv4_data);

	(void)state;
	assert_ends(&seg, "192.0.2.1", 40000, "198.51.100.2", 443);
	assert_int_equal(seg.seq, 1001);
	assert_int_equal(seg.ack, 5001);
	assert_int_equal(seg.window, 502);
	assert_int_equal(seg.flags, TCP_PSH | TCP_ACK);
	assert_int_equal(seg.options, SEG_OPT_TIMESTAMPS);
	assert_int_equal(seg.tcp_offset, 20);
	assert_int_equal(seg.data_len, 5);
}

static void every_field_of_an_ipv6_syn_ack_is_read(void **state)
{
	struct segment seg = accepted(ipv6_syn_ack);

	(void)state;
	assert_ends(&seg, "2001:db8:1::2", 443, "2001:db8::1", 40000);
	assert_int_equal(seg.seq, 5000);
	assert_int_equal(seg.ack, 1001);
	assert_int_equal(seg.window, 65535);
	assert_int_equal(seg.flags, TCP_SYN | TCP_ACK);
	assert_int_equal(seg.options, SEG_OPT_MSS | SEG_OPT_SACK_PERMITTED);
	assert_int_equal(seg.ttl, 64);
	assert_int_equal(seg.tcp_offset, 40);
	assert_int_equal(seg.data_len, 0);
}

static void ipv4_options_are_passed_over(void **state)
{
	struct segment seg = accepted(ipv4_router_alert);

	(void)state;
	assert_ends(&seg, "192.0.2.1", 40000, "198.51.100.2", 80);
	assert_int_equal(seg.seq, 7);
	assert_int_equal(seg.window, 1024);
	assert_int_equal(seg.ttl, 1);
	assert_int_equal(seg.options, 0);
	assert_int_equal(seg.tcp_offset, 24);
	assert_int_equal(seg.data_len, 0);
}

static void a_chain_of_ipv6_extension_headers_is_walked(void **state)
{
	struct segment seg = accepted(ipv6_all_headers);

	(void)state;
	assert_ends(&seg, "2001:db8::1", 40000, "2001:db8:1::2", 22);
	assert_int_equal(seg.seq, 0xfffffff0);
	assert_int_equal(seg.ack, 0x80000001);
	assert_int_equal(seg.flags, TCP_FIN | TCP_ACK);
	assert_int_equal(seg.window, 0);
	assert_int_equal(seg.ttl, 255);
	assert_int_equal(seg.tcp_offset, ALL_TCP);
	assert_int_equal(seg.data_len, 0);
}

static void what_only_the_receiver_of_a_packet_knows_is_cleared(void **state)
{
	struct segment seg;

	(void)state;
	seg.local = seg.source_routed = true;
	assert_int_equal(parse(ipv4_syn, &seg), SEG_OK);
	assert_false(seg.local);
	assert_false(seg.source_routed);
}

/* ---------------------------------------------------- extension headers --- */

static void each_kind_of_extension_header_is_walked_alone(void **state)
{
	static const struct {
		unsigned int kind;
		uint8_t bytes[24], len;
	} ext[] = {
		{0, {0, 0, 1, 4}, 8},       /* hop-by-hop: PadN */
		{43, {0, 2, 4, 0}, 24},     /* routing: SRH, none left */
		{44, {0}, 8},               /* fragment: atomic */
		{51, {0, 1, 0, 0}, 12},     /* AH without ICV, not 8n */
		{51, {0, 4, 0, 0}, 24},     /* AH with 96 bits of ICV */
		{60, {0, 1, 1, 12}, 16},    /* destination options: PadN */
		{135, {0, 1, 5, 0}, 16},    /* mobility */
		{139, {0, 2, 1, 0x11}, 24}, /* HIP */
		{140, {0, 0, 0x80, 0}, 8},  /* shim6 */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ext); i++) {
		struct segment seg = accepted(with_ext(
			ipv6_syn_ack, ext[i].kind, ext[i].bytes, ext[i].len));

		assert_int_equal(seg.tcp_offset, IP6_TCP + ext[i].len);
		assert_int_equal(seg.seq, 5000);
		assert_int_equal(seg.data_len, 0);
		assert_false(seg.source_routed);
	}
}

static void the_longest_extension_header_is_walked(void **state)
{
	static uint8_t bytes[IP6_TCP + 256 * 8 + 28];
	struct packet head = with_byte(ipv6_syn_ack, IP6_NEXT, 60);
	struct segment seg;

	(void)state;
	head = with_be16(head, IP6_LENGTH, sizeof(bytes) - IP6_TCP);
	memcpy(bytes, head.byte, IP6_TCP);
	bytes[IP6_TCP] = 6;
	bytes[IP6_TCP + 1] = 255;
	memcpy(bytes + sizeof(bytes) - 28, head.byte + IP6_TCP, 28);
	assert_int_equal(parse_bytes(bytes, sizeof(bytes), &seg), SEG_OK);
	assert_int_equal(seg.tcp_offset, IP6_TCP + 256 * 8);
	assert_int_equal(seg.seq, 5000);
}

static void a_routing_header_with_segments_left_is_told(void **state)
{
	struct segment seg =
		accepted(with_byte(ipv6_all_headers, ALL_ROUTING + 3, 1));

	(void)state;
	assert_true(seg.source_routed);
	assert_int_equal(seg.dst_port, 22);
}

static void an_atomic_fragment_may_have_its_reserved_bits_set(void **state)
{
	struct segment seg =
		accepted(with_be16(ipv6_all_headers, ALL_FRAGMENT + 2, 0x0006));

	(void)state;
	assert_int_equal(seg.tcp_offset, ALL_TCP);
}

static void dont_fragment_and_the_reserved_bit_make_no_fragment(void **state)
{
	(void)state;
	accepted(with_be16(ipv4_syn, IP4_FRAGMENT, 0x0000));
	accepted(with_be16(ipv4_syn, IP4_FRAGMENT, 0xc000));
}

/* -------------------------------------------------------------- lengths --- */

static void ethernet_padding_is_no_payload(void **state)
{
	struct segment a = accepted(padded(ipv4_router_alert, 2));
	struct segment b = accepted(padded(ipv6_syn_ack, 6));
	struct segment c = accepted(padded(ipv4_data, 3));

	(void)state;
	assert_int_equal(a.data_len, 0);
	assert_int_equal(b.data_len, 0);
	assert_int_equal(c.data_len, 5);
}

static void a_payload_cut_short_keeps_the_length_the_header_tells(void **state)
{
	struct segment a = accepted(with_be16(ipv4_data, IP4_LENGTH, 1500));
	struct segment b = accepted(cut(ipv4_data, 52));
	struct segment c = accepted(with_be16(ipv6_syn_ack, IP6_LENGTH, 65535));
	struct segment d =
		accepted(with_be16(ipv6_all_headers, IP6_LENGTH, 1440));

	(void)state;
	assert_int_equal(a.data_len, 1500 - 52);
	assert_int_equal(b.data_len, 5);
	assert_int_equal(c.data_len, 65535 - 28);
	assert_int_equal(d.data_len, 1440 - 92);
}

static void a_length_of_zero_means_the_bytes_that_are_there(void **state)
{
	struct segment a = accepted(with_be16(ipv4_data, IP4_LENGTH, 0));
	struct segment b =
		accepted(padded(with_be16(ipv6_syn_ack, IP6_LENGTH, 0), 9));

	(void)state;
	assert_int_equal(a.data_len, 5);
	assert_int_equal(b.data_len, 9);
}

static void a_segment_bigger_than_64_kib_is_read(void **state)
{
	static uint8_t bytes[FENCE_BYTES];
	struct packet v4 = with_be16(ipv4_data, IP4_LENGTH, 0);
	struct packet v6 = with_be16(ipv6_syn_ack, IP6_LENGTH, 0);
	struct segment seg;

	(void)state;
	memcpy(bytes, v4.byte, v4.len);
	assert_int_equal(parse_bytes(bytes, sizeof(bytes), &seg), SEG_OK);
	assert_int_equal(seg.data_len, FENCE_BYTES - 52);
	memcpy(bytes, v6.byte, v6.len);
	assert_int_equal(parse_bytes(bytes, sizeof(bytes), &seg), SEG_OK);
	assert_int_equal(seg.data_len, FENCE_BYTES - 68);
}

/* RFC 2675: payload length 0, and a hop-by-hop option with the real one. */
static void a_jumbogram_is_read(void **state)
{
	static const uint8_t hop_by_hop[8] = {0, 0, 0xc2, 4, 0, 1, 0xff, 0xb0};
	static uint8_t bytes[40 + 0x1ffb0];
	struct packet p = with_ext(ipv6_syn_ack, 0, hop_by_hop, 8);
	struct segment seg;

	(void)state;
	p = with_be16(p, IP6_LENGTH, 0);
	memcpy(bytes, p.byte, p.len);
	assert_int_equal(parse_bytes(bytes, sizeof(bytes), &seg), SEG_OK);
	assert_int_equal(seg.data_len, 0x1ffb0 - 8 - 28);
}

static void the_longest_tcp_header_is_read(void **state)
{
	uint8_t options[40];
	struct segment seg;

	(void)state;
	memset(options, 1, sizeof(options)); /* NOPs */
	memcpy(options + 37, (const uint8_t[]){3, 3, 7}, 3);
	seg = accepted(padded(with_options(options, sizeof(options)), 1));
	assert_int_equal(seg.options, SEG_OPT_WSCALE);
	assert_int_equal(seg.data_len, 0);
}

/* ---------------------------------------------------- flags and options --- */

static void every_set_of_flags_is_read_and_reserved_bits_left_out(void **state)
{
	(void)state;
	for (unsigned int flags = 0; flags < 0x1000; flags++) {
		struct segment seg = accepted(with_be16(
			ipv4_syn, IP4_TCP + TCP_OFFSET_FLAGS, 0xa000 | flags));

		assert_int_equal(seg.flags, flags & 0x1ff);
	}
}

static void accurate_ecn_is_read_from_bit_eight(void **state)
{
	struct segment seg = accepted(ipv4_router_alert);

	(void)state;
	assert_int_equal(seg.flags, TCP_SYN | TCP_ECE | TCP_CWR | TCP_AE);
}

static void each_known_option_is_told_apart(void **state)
{
	struct segment seg[] = {
		accepted(OPTIONS(2, 4, 5, 0xb4)),
		accepted(OPTIONS(3, 3, 7, 0)),
		accepted(OPTIONS(4, 2, 0, 0)),
		accepted(OPTIONS(1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2)),
		accepted(OPTIONS(8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0)),
		accepted(OPTIONS(34, 2, 0, 0)), /* asks for a cookie */
		accepted(OPTIONS(34, 6, 1, 2, 3, 4, 0, 0)),
	};
	static const uint8_t want[] = {
		SEG_OPT_MSS,       SEG_OPT_WSCALE,     SEG_OPT_SACK_PERMITTED,
		SEG_OPT_SACK,      SEG_OPT_TIMESTAMPS, SEG_OPT_FAST_OPEN,
		SEG_OPT_FAST_OPEN,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(seg); i++)
		assert_int_equal(seg[i].options, want[i]);
}

static void every_other_option_is_an_other(void **state)
{
	(void)state;
	for (unsigned int kind = 2; kind < 256; kind++) {
		struct segment seg;

		if (kind <= 5 || kind == 8 || kind == 34)
			continue;
		seg = accepted(OPTIONS((uint8_t)kind, 4, 0, 0));
		assert_int_equal(seg.options, SEG_OPT_OTHER);
	}
}

static void padding_options_are_not_reported(void **state)
{
	struct segment seg = accepted(OPTIONS(1, 1, 1, 0));

	(void)state;
	assert_int_equal(seg.options, 0);
}

static void nothing_after_the_end_of_options_is_read(void **state)
{
	struct segment a = accepted(OPTIONS(4, 2, 0, 3, 3, 7, 2, 0));
	struct segment b = accepted(OPTIONS(0, 2, 0xff, 0xff));

	(void)state;
	assert_int_equal(a.options, SEG_OPT_SACK_PERMITTED);
	assert_int_equal(b.options, 0);
}

static void an_option_may_end_where_the_header_ends(void **state)
{
	struct segment seg = accepted(OPTIONS(1, 3, 3, 7));

	(void)state;
	assert_int_equal(seg.options, SEG_OPT_WSCALE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_an_ipv4_syn_is_read),
		cmocka_unit_test(
			every_field_of_an_ipv4_segment_with_data_is_read),
		cmocka_unit_test(every_field_of_an_ipv6_syn_ack_is_read),
		cmocka_unit_test(ipv4_options_are_passed_over),
		cmocka_unit_test(a_chain_of_ipv6_extension_headers_is_walked),
		cmocka_unit_test(
			what_only_the_receiver_of_a_packet_knows_is_cleared),
		cmocka_unit_test(each_kind_of_extension_header_is_walked_alone),
		cmocka_unit_test(the_longest_extension_header_is_walked),
		cmocka_unit_test(a_routing_header_with_segments_left_is_told),
		cmocka_unit_test(
			an_atomic_fragment_may_have_its_reserved_bits_set),
		cmocka_unit_test(
			dont_fragment_and_the_reserved_bit_make_no_fragment),
		cmocka_unit_test(ethernet_padding_is_no_payload),
		cmocka_unit_test(
			a_payload_cut_short_keeps_the_length_the_header_tells),
		cmocka_unit_test(
			a_length_of_zero_means_the_bytes_that_are_there),
		cmocka_unit_test(a_segment_bigger_than_64_kib_is_read),
		cmocka_unit_test(a_jumbogram_is_read),
		cmocka_unit_test(the_longest_tcp_header_is_read),
		cmocka_unit_test(
			every_set_of_flags_is_read_and_reserved_bits_left_out),
		cmocka_unit_test(accurate_ecn_is_read_from_bit_eight),
		cmocka_unit_test(each_known_option_is_told_apart),
		cmocka_unit_test(every_other_option_is_an_other),
		cmocka_unit_test(padding_options_are_not_reported),
		cmocka_unit_test(nothing_after_the_end_of_options_is_read),
		cmocka_unit_test(an_option_may_end_where_the_header_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
