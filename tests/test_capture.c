/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture files as they ought to be, in either format, byte order and time
 * resolution, and what is said of files that are none. Link layers are in
 * test_capture_link.c, damaged files in test_capture_damage.c.
 */
#include "capture_files.h"

#include <fcntl.h>

#define SYN ipv4_syn, sizeof(ipv4_syn)

static void assert_pcap_is_read(uint32_t magic, bool big_endian, uint64_t ns)
{
	struct image i = pcap(magic, LINK_RAW, big_endian);
	struct capture_packet p;
	struct capture *c;

	pcap_packet(&i, 1700000000, 123456, SYN);
	pcap_packet(&i, 1700000001, 0, "\x50 is no IP version", 4);
	c = open_good(&i);
	p = next(c);
	assert_syn(&p);
	assert_int_equal(p.number, 1);
	assert_int_equal(p.time_ns, 1700000000 * NS_PER_S + ns);
	p = next(c);
	assert_false(p.is_ip);
	assert_null(p.ip);
	assert_int_equal(p.len, 0);
	assert_int_equal(p.number, 2);
	assert_end(c);
}

static void pcap_is_read_in_both_byte_orders_and_resolutions(void **state)
{
	(void)state;
	assert_pcap_is_read(MAGIC_USEC, false, 123456000);
	assert_pcap_is_read(MAGIC_USEC, true, 123456000);
	assert_pcap_is_read(MAGIC_NSEC, false, 123456);
	assert_pcap_is_read(MAGIC_NSEC, true, 123456);
}

static void pcap_times_may_go_backwards_and_end_in_2106(void **state)
{
	struct capture_packet p;
	struct capture *c;

	(void)state;
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		image = pcap(MAGIC_USEC, LINK_RAW, big_endian);
		pcap_packet(&image, UINT32_MAX, 999999, SYN);
		pcap_packet(&image, 0, 0, SYN);
		c = open_good(&image);
		p = next(c);
		assert_int_equal(p.time_ns, UINT32_MAX * NS_PER_S + 999999000);
		p = next(c);
		assert_int_equal(p.time_ns, 0);
		assert_end(c);
	}
}

static void pcapng_is_read_in_both_byte_orders(void **state)
{
	struct capture_packet p;
	struct capture *c;

	(void)state;
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		image = pcapng(big_endian);
		interface(&image, LINK_RAW);
		packet(&image, 0, 1700000000123456, SYN);
		packet(&image, 0, 1600000000000000, "\x50", 1);
		c = open_good(&image);
		p = next(c);
		assert_syn(&p);
		assert_int_equal(p.number, 1);
		assert_int_equal(p.time_ns, 1700000000 * NS_PER_S + 123456000);
		p = next(c);
		assert_false(p.is_ip);
		assert_int_equal(p.number, 2);
		assert_int_equal(p.time_ns, 1600000000 * NS_PER_S);
		assert_end(c);
	}
}

static void interfaces_may_differ_in_link_type_and_snap_length(void **state)
{
	struct image ethernet = {0}, cooked = {0};
	struct capture_packet p;

	(void)state;
	put(&ethernet, "\0\0\0\0\0\0\0\0\0\0\0\0\x08", 14);
	put(&ethernet, SYN);
	put(&cooked, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x08", 16);
	put(&cooked, SYN);
	image = pcapng(false);
	interface_with(&image, LINK_ETHERNET, 65535, 0, 0, 0);
	interface_with(&image, LINK_SLL, 262144, 0, 0, 0);
	packet(&image, 1, 1, cooked.byte, cooked.len);
	interface_with(&image, LINK_RAW, 0, 0, 0, 0);
	packet(&image, 0, 2, ethernet.byte, ethernet.len);
	packet(&image, 2, 3, SYN);

	struct capture *c = open_good(&image);

	for (int n = 0; n < 3; n++) {
		p = next(c);
		assert_syn(&p);
	}
	assert_end(c);
}

static void a_new_section_has_its_own_byte_order_and_interfaces(void **state)
{
	struct capture_packet p;
	struct capture *c;

	(void)state;
	image = pcapng(true);
	interface(&image, LINK_ETHERNET);
	image.big_endian = false;
	section(&image);
	interface(&image, LINK_RAW);
	packet(&image, 0, 1, SYN);
	image.big_endian = true;
	section(&image);
	packet(&image, 0, 1, SYN);
	c = open_good(&image);
	p = next(c);
	assert_syn(&p);
	assert_broken(c, ": packet 2: of an interface 0 that is not there");
}

static const struct clock_case {
	uint16_t option, len;
	uint64_t value, ticks, ns;
} clocks[] = {
	{9, 1, 9, 1700000000123456789, 1700000000123456789},
	{9, 1, 0, 17, 17 * NS_PER_S},
	{9, 1, 3, 1700000000123, 1700000000123 * NS_PER_MS},
	{9, 1, 12, 1700000123456789012, 1700000123456789},
	{9, 1, 19, UINT64_MAX, 1844674407},
	{9, 1, 0x80 | 1, 3, 3 * NS_PER_S / 2},
	{9, 1, 0x80 | 32, 0x1180000000, 17 * NS_PER_S + NS_PER_S / 2},
	{9, 1, 0x80 | 63, UINT64_MAX, 2 * NS_PER_S - 1},
	{14, 8, 1700000000, 5, 1700000000 * NS_PER_S + 5000},
	{14, 8, (uint64_t)-7, 9000001, 2 * NS_PER_S + 1000},
	/* Absurd ones stay at the ends of what can be told. */
	{14, 8, (uint64_t)-10, 9000000, 0},
	{14, 8, INT64_MAX, UINT64_MAX, UINT64_MAX},
	{14, 8, (uint64_t)INT64_MIN, UINT64_MAX, 0},
	{9, 1, 0, UINT64_MAX, UINT64_MAX},
};

static void an_interface_has_a_clock_of_its_own(void **state)
{
	struct capture_packet p;
	struct capture *c;

	(void)state;
	for (size_t n = 0; n < ARRAY_SIZE(clocks); n++) {
		const struct clock_case *k = &clocks[n];

		image = pcapng(n % 2);
		interface_with(&image, LINK_RAW, 0, k->option, k->len,
			       k->value);
		packet(&image, 0, k->ticks, SYN);
		c = open_good(&image);
		p = next(c);
		assert_int_equal(p.time_ns, k->ns);
		assert_end(c);
	}
}

static void a_simple_packet_is_cut_at_the_snap_length(void **state)
{
	struct capture_packet p;
	struct capture *c;
	size_t start;

	(void)state;
	image = pcapng(false);
	interface_with(&image, LINK_RAW, 24, 0, 0, 0);
	packet(&image, 0, 5, SYN);
	start = begin_block(&image, 3);
	put32(&image, sizeof(ipv4_syn));
	put(&image, ipv4_syn, 24);
	end_block(&image, start);
	c = open_good(&image);
	next(c);
	p = next(c);
	assert_int_equal(p.len, 24);
	assert_memory_equal(p.ip, ipv4_syn, 24);
	assert_int_equal(p.time_ns, 5000); /* of the one before it */
	assert_end(c);
}

static void the_obsolete_packet_block_is_read(void **state)
{
	struct capture_packet p;
	struct capture *c;
	size_t start;

	(void)state;
	image = pcapng(true);
	interface(&image, LINK_RAW);
	start = begin_block(&image, 2);
	put16(&image, 0);
	put16(&image, 65535); /* packets lost */
	put32(&image, 0);
	put32(&image, 7);
	put32(&image, sizeof(ipv4_syn));
	put32(&image, 1500);
	put(&image, SYN);
	end_block(&image, start);
	c = open_good(&image);
	p = next(c);
	assert_syn(&p);
	assert_int_equal(p.time_ns, 7000);
	assert_end(c);
}

/* Name resolution, statistics, secrets, and one bigger than any packet. */
static void other_blocks_are_skipped(void **state)
{
	static const uint32_t types[] = {4, 5, 10, 0xbad, 0x80000001};
	enum {
		HUGE_BLOCK = 1 << 20
	};
	static uint8_t file[sizeof(image.byte) + HUGE_BLOCK];
	struct image tail = {0};
	struct capture *c;

	(void)state;
	image = pcapng(false);
	interface(&image, LINK_RAW);
	for (size_t n = 0; n < ARRAY_SIZE(types); n++)
		end_block(&image, begin_block(&image, types[n]));
	put32(&image, 0xbad);
	put32(&image, HUGE_BLOCK + 12);
	put32(&tail, HUGE_BLOCK + 12);
	packet(&tail, 0, 1, SYN);
	memcpy(file, image.byte, image.len);
	memcpy(file + image.len + HUGE_BLOCK, tail.byte, tail.len);
	write_file(file, image.len + HUGE_BLOCK + tail.len);
	c = capture_open(path, error, sizeof(error));
	assert_non_null(c);
	next(c);
	assert_end(c);
}

static void an_unknown_link_type_is_named_with_each_packet(void **state)
{
	struct capture_packet p;
	struct capture *c;

	(void)state;
	image = pcapng(false);
	interface(&image, 220); /* USB */
	interface(&image, LINK_RAW);
	packet(&image, 0, 1, SYN);
	packet(&image, 1, 2, SYN);
	c = open_good(&image);
	p = next(c);
	assert_false(p.is_ip);
	assert_int_equal(p.unknown_link, 220);
	p = next(c);
	assert_syn(&p);
	assert_end(c);
}

static void progress_is_told_in_bytes(void **state)
{
	struct capture *c;

	(void)state;
	image = pcap(MAGIC_USEC, LINK_RAW, false);
	pcap_packet(&image, 1, 0, SYN);
	pcap_packet(&image, 2, 0, SYN);
	c = open_good(&image);
	assert_int_equal(capture_bytes_total(c), image.len);
	next(c);
	assert_int_equal(capture_bytes_read(c), image.len - 56);
	next(c);
	assert_int_equal(capture_bytes_read(c), image.len);
	assert_end(c);
}

/* Once only: what stdin has buffered is nobody's business afterwards. */
static void a_dash_is_standard_input(void **state)
{
	int ends[2];
	struct capture *c;
	struct capture_packet p;

	(void)state;
	image = pcapng(false);
	interface(&image, LINK_RAW);
	packet(&image, 0, 1, SYN);
	put(&image, "cut", 3);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], image.byte, image.len), image.len);
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	c = capture_open("-", error, sizeof(error));
	assert_non_null(c);
	assert_int_equal(capture_bytes_total(c), 0);
	p = next(c);
	assert_syn(&p);
	assert_int_equal(capture_bytes_read(c), 0);
	assert_int_equal(capture_next(c, &p), -1);
	assert_string_equal(capture_error(c),
			    "standard input: packet 2: truncated: the file "
			    "ends within a block");
	capture_close(c);
}

static void assert_refused(const char *bytes, size_t len, const char *message)
{
	write_file(bytes, len);
	assert_null(capture_open(path, error, sizeof(error)));
	assert_memory_equal(error, path, strlen(path));
	assert_memory_equal(error + strlen(path), message, strlen(message));
}

static void what_is_no_capture_is_refused_with_its_name(void **state)
{
	(void)state;
	assert_refused("", 0, ": empty file");
	assert_refused("GET / HTTP/1.1\r\n\r\n        ", 26,
		       ": unknown file format");
	assert_refused("\xd4\xc3\xb2\xa1", 4, ": truncated dump file");
	assert_refused("\n", 1, ": truncated: the file ends within a block");
	assert_refused("\n\n\n\n\x0c\0\0\0\x0c\0\0\0", 12,
		       ": not a capture file");
	assert_refused("\n\r\r\n\x1c\0\0\0sixteen bytes...", 24,
		       ": a section without byte order");
}

static void what_cannot_be_read_is_refused_with_its_name(void **state)
{
	(void)state;
	assert_null(capture_open("/nowhere/at all", error, sizeof(error)));
	assert_string_equal(error,
			    "/nowhere/at all: No such file or directory");
	assert_null(capture_open(directory, error, sizeof(error)));
	assert_memory_equal(error, directory, strlen(directory));
	assert_string_equal(error + strlen(directory), ": Is a directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			pcap_is_read_in_both_byte_orders_and_resolutions),
		cmocka_unit_test(pcap_times_may_go_backwards_and_end_in_2106),
		cmocka_unit_test(pcapng_is_read_in_both_byte_orders),
		cmocka_unit_test(
			interfaces_may_differ_in_link_type_and_snap_length),
		cmocka_unit_test(
			a_new_section_has_its_own_byte_order_and_interfaces),
		cmocka_unit_test(an_interface_has_a_clock_of_its_own),
		cmocka_unit_test(a_simple_packet_is_cut_at_the_snap_length),
		cmocka_unit_test(the_obsolete_packet_block_is_read),
		cmocka_unit_test(other_blocks_are_skipped),
		cmocka_unit_test(
			an_unknown_link_type_is_named_with_each_packet),
		cmocka_unit_test(progress_is_told_in_bytes),
		cmocka_unit_test(a_dash_is_standard_input),
		cmocka_unit_test(what_is_no_capture_is_refused_with_its_name),
		cmocka_unit_test(what_cannot_be_read_is_refused_with_its_name),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
