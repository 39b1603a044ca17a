/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damaged captures: what stands before the damage is read, the damage is
 * told once, and nothing a file may hold makes the reader crash or run on.
 */
#include "capture_files.h"

#define SYN ipv4_syn, sizeof(ipv4_syn)

static struct image good_pcap(bool big_endian)
{
	struct image i = pcap(MAGIC_USEC, LINK_RAW, big_endian);

	pcap_packet(&i, 1, 0, SYN);
	pcap_packet(&i, 2, 0, SYN);
	return i;
}

static struct image good_pcapng(bool big_endian)
{
	struct image i = pcapng(big_endian);
	size_t start;

	interface(&i, LINK_RAW);
	interface_with(&i, LINK_SLL, 64, 9, 1, 9);
	packet(&i, 0, 1, SYN);
	end_block(&i, begin_block(&i, 5));
	packet(&i, 1, 2, SYN);
	start = begin_block(&i, 3);
	put32(&i, sizeof(ipv4_syn));
	put(&i, SYN);
	end_block(&i, start);
	return i;
}

/* How many packets there are, and in *last what came after them. */
static unsigned int count_packets(struct capture *c, int *last)
{
	struct capture_packet p;
	unsigned int packets = 0;

	while ((*last = capture_next(c, &p)) == 1) {
		packets++;
		/* Reads all that is said to be there. */
		for (size_t i = 0; i < p.len; i++)
			assert_int_equal(p.ip[i], p.ip[i]);
	}
	return packets;
}

/* Cut anywhere: fewer packets, never more, and an error unless between two. */
static void cut_everywhere(const struct image *whole, unsigned int packets)
{
	unsigned int before = 0;
	int clean_ends = 0;

	for (size_t len = 0; len <= whole->len; len++) {
		struct image cut = *whole;
		struct capture *c;
		unsigned int now;
		int last;

		cut.len = len;
		c = open_image(&cut);
		if (!c) {
			assert_memory_equal(error, path, strlen(path));
			continue;
		}
		now = count_packets(c, &last);
		assert_true(now == before || now == before + 1);
		before = now;
		clean_ends += last == 0;
		if (last < 0)
			assert_non_null(strstr(capture_error(c), "truncated"));
		capture_close(c);
	}
	assert_int_equal(before, packets);
	assert_true(clean_ends > (int)packets);
	assert_true(clean_ends < 10);
}

static void a_file_cut_anywhere_gives_what_is_before_the_cut(void **state)
{
	(void)state;
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		image = good_pcap(big_endian);
		cut_everywhere(&image, 2);
		image = good_pcapng(big_endian);
		cut_everywhere(&image, 3);
	}
}

static void the_packet_that_is_cut_is_named(void **state)
{
	struct capture *c;

	(void)state;
	image = good_pcap(false);
	image.len--;
	c = open_good(&image);
	next(c);
	assert_broken(c, ": packet 2: truncated dump file; tried to read 40 "
			 "captured bytes, only got 39");
	image = good_pcapng(false);
	image.len--;
	c = open_good(&image);
	next(c);
	next(c);
	assert_broken(c, ": packet 3: truncated: the file ends within a "
			 "block");
}

static const struct damage {
	size_t at;
	uint32_t value;
	const char *message;
} damages[] = {
	/* The interface block, 20 bytes at 28. */
	{32, 22, "no block has a length of 22"},
	{32, 8, "no block has a length of 8"},
	{32, 0, "no block has a length of 0"},
	{32, 0xfffffffc, "truncated: the file ends within a block"},
	{44, 24, "a block has a length of 20 at one end, 24 at the other"},
	/* The packet block, 72 bytes at 48. */
	{56, 1, "of an interface 1 that is not there"},
	{68, 41, "41 bytes in a block that holds 40"},
	{68, 0xffffffff, "4294967295 bytes in a block that holds 40"},
	{116, 0, "a block has a length of 72 at one end, 0 at the other"},
};

static void pcapng_that_makes_no_sense_is_told_apart(void **state)
{
	char message[128];

	(void)state;
	for (size_t n = 0; n < ARRAY_SIZE(damages); n++) {
		const struct damage *d = &damages[n];
		size_t len;

		image = pcapng(n % 2);
		interface(&image, LINK_RAW);
		packet(&image, 0, 1, SYN);
		len = image.len;
		image.len = d->at;
		put32(&image, d->value);
		image.len = len;
		snprintf(message, sizeof(message), ": packet 1: %s",
			 d->message);
		assert_broken(open_good(&image), message);
	}
}

static void assert_interface_refused(uint16_t option, uint16_t len,
				     uint64_t value, const char *message)
{
	image = pcapng(false);
	interface_with(&image, LINK_RAW, 0, option, len, value);
	assert_broken(open_good(&image), message);
}

static void clocks_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	assert_interface_refused(9, 1, 20,
				 ": packet 1: a time resolution of 10^-20 s");
	assert_interface_refused(9, 1, 0xc0,
				 ": packet 1: a time resolution of 2^-64 s");
	assert_interface_refused(9, 2, 6, ": packet 1: an option 9 of 2 bytes");
	assert_interface_refused(14, 4, 6,
				 ": packet 1: an option 14 of 4 bytes");
}

static void blocks_too_short_for_what_they_are_are_refused(void **state)
{
	static const char *const message[] = {
		[1] = ": packet 1: an interface of 0 bytes",
		[2] = ": packet 1: a packet block of 0 bytes",
		[3] = ": packet 1: a packet block of 0 bytes",
		[6] = ": packet 1: a packet block of 0 bytes",
	};
	struct capture *c;

	(void)state;
	for (uint32_t type = 0; type < ARRAY_SIZE(message); type++) {
		image = pcapng(false);
		interface(&image, LINK_RAW);
		end_block(&image, begin_block(&image, type));
		c = open_good(&image);
		if (message[type])
			assert_broken(c, message[type]);
		else
			assert_end(c);
	}
}

/* An option that claims more than its block holds. */
static void an_option_ends_before_its_block_does(void **state)
{
	size_t start;

	(void)state;
	image = pcapng(false);
	start = begin_block(&image, 1);
	put_number(&image, LINK_RAW, 8);
	put16(&image, 9);
	put16(&image, 5);
	put32(&image, 6);
	end_block(&image, start);
	assert_broken(open_good(&image),
		      ": packet 1: an option longer than its block");
}

static void the_number_of_interfaces_is_bounded(void **state)
{
	FILE *f = fopen(path, "w");
	struct capture_packet p;
	struct image block = {0};
	struct capture *c;

	(void)state;
	assert_non_null(f);
	image = pcapng(false);
	fwrite(image.byte, 1, image.len, f);
	interface(&block, LINK_RAW);
	for (int i = 0; i < 5000; i++)
		fwrite(block.byte, 1, block.len, f);
	fclose(f);
	c = capture_open(path, error, sizeof(error));
	assert_non_null(c);
	assert_int_equal(capture_next(c, &p), -1);
	assert_non_null(strstr(capture_error(c), "more than 4096 interfaces"));
	capture_close(c);
}

/* Where lengths and types are, small and extreme values do the harm. */
static void damage_at_random(struct image *i)
{
	static const uint8_t harmful[] = {0, 1, 4, 0x0a, 0x7f, 0x80, 0xff};
	uint32_t times = 1 + random_below(4);

	while (times-- > 0) {
		uint8_t *at = &i->byte[random_below((uint32_t)i->len)];

		if (random_once_in(2))
			*at = (uint8_t)random_bits();
		else
			*at = harmful[random_below(ARRAY_SIZE(harmful))];
	}
	if (random_once_in(8))
		i->len = random_below((uint32_t)i->len);
}

static void random_damage_is_survived(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct capture *c;
		int last;

		if (random_once_in(4))
			image = good_pcap(random_once_in(2));
		else
			image = good_pcapng(random_once_in(2));
		damage_at_random(&image);
		c = open_image(&image);
		if (!c) {
			assert_string_not_equal(error, "");
			continue;
		}
		/* No packet is shorter than a block without a body. */
		assert_true(count_packets(c, &last) <= image.len / 12);
		if (last < 0)
			assert_non_null(strstr(capture_error(c), ": packet "));
		capture_close(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_file_cut_anywhere_gives_what_is_before_the_cut),
		cmocka_unit_test(the_packet_that_is_cut_is_named),
		cmocka_unit_test(pcapng_that_makes_no_sense_is_told_apart),
		cmocka_unit_test(clocks_that_make_no_sense_are_refused),
		cmocka_unit_test(
			blocks_too_short_for_what_they_are_are_refused),
		cmocka_unit_test(an_option_ends_before_its_block_does),
		cmocka_unit_test(the_number_of_interfaces_is_bounded),
		random_test(random_damage_is_survived),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
