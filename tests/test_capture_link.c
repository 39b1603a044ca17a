/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way through each link layer to the IP packet, and the frames in which
 * there is none. Frames are given to capture_link_strip() in memory of just
 * their size, so that a sanitizer sees it read past the end.
 */
#include "random.h"

#include <string.h>

#include "core/base.h"
#include "../src/capture_link.h"

#define MACS "\2\0\0\0\0\1\2\0\0\0\0\2"
#define VIA(type, head)                      \
	{                                    \
		type, head, sizeof(head) - 1 \
	}

struct way {
	uint32_t link_type;
	const char *head;
	size_t len;
};

static const char ipv4[] = "\x45 and what follows";
static const char ipv6[] = "\x60 and what follows";

#define QOS_DATA "\x88\1\0\0" MACS "\2\0\0\0\0\3\0\0"

/* What may stand before an IPv4 packet. */
static const struct way to_ipv4[] = {
	VIA(1, MACS "\x08\0"),
	VIA(1, MACS "\x81\0\0\x05\x08\0"),
	VIA(1, MACS "\x88\xa8\0\x05\x81\0\0\x06\x08\0"),
	VIA(1, MACS "\x91\0\0\1\x91\0\0\2\x88\xa8\0\3\x81\0\0\4\x08\0"),
	VIA(1, MACS "\x88\x47\0\0\x11\x40"),
	VIA(1, MACS "\x88\x48\0\0\x10\x40\0\0\x21\x40"),
	VIA(1, MACS "\x88\x64\x11\0\0\1\0\x16\0\x21"),
	VIA(1, MACS "\x81\0\0\5\x88\x64\x11\0\0\1\0\x16\0\x21"),
	VIA(1, MACS "\x88\x64\x11\0\0\1\0\x16\2\x81\0\0\x11\x40"),
	VIA(1, MACS "\0\x1c\xaa\xaa\3\0\0\0\x08\0"),
	VIA(0, "\2\0\0\0"),
	VIA(0, "\0\0\0\2"),
	VIA(108, "\0\0\0\2"),
	VIA(9, "\xff\3\0\x21"),
	VIA(9, "\0\x21"),
	VIA(9, "\x21"),
	VIA(50, "\xff\3\0\x21"),
	VIA(12, ""),
	VIA(14, ""),
	VIA(101, ""),
	VIA(228, ""),
	VIA(113, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x81\0\0\5\x08\0"),
	VIA(113, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0"),
	VIA(276, "\x08\0\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0"),
	VIA(105, "\x08\1\0\0" MACS "\2\0\0\0\0\3\0\0\xaa\xaa\3\0\0\0\x08\0"),
	VIA(105, "\x08\3\0\0" MACS "\2\0\0\0\0\3\0\0\2\0\0\0\0\4"
		 "\xaa\xaa\3\0\0\0\x08\0"),
	VIA(105, QOS_DATA "\0\0\xaa\xaa\3\0\0\0\x08\0"),
	VIA(105, "\x88\x81\0\0" MACS "\2\0\0\0\0\3\0\0\0\0\0\0\0\0"
		 "\xaa\xaa\3\0\0\0\x08\0"),
	VIA(127,
	    "\0\0\x0a\0\0\0\0\0\0\0" QOS_DATA "\0\0\xaa\xaa\3\0\0\0\x08\0"),
};

static const struct way to_ipv6[] = {
	VIA(1, MACS "\x86\xdd"),
	VIA(1, MACS "\x81\0\0\x05\x86\xdd"),
	VIA(1, MACS "\x88\x47\0\0\x11\x40"),
	VIA(1, MACS "\x88\x64\x11\0\0\1\0\x16\0\x57"),
	VIA(0, "\x0a\0\0\0"),
	VIA(0, "\0\0\0\x17"),
	VIA(0, "\x18\0\0\0"),
	VIA(0, "\x1c\0\0\0"),
	VIA(108, "\0\0\0\x1e"),
	VIA(9, "\xff\3\x57"),
	VIA(101, ""),
	VIA(229, ""),
	VIA(113, "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x86\xdd"),
	VIA(276, "\x86\xdd\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0"),
};

static const struct way elsewhere[] = {
	VIA(1, MACS "\x08\x06 ARP"),
	VIA(1, MACS "\0\0 a length of 0"),
	VIA(1, MACS "\0\x26\x42\x42\3 spanning tree"),
	VIA(1, MACS "\0\x26\xaa\xaa\3\0\0\x0c\x20\0 of another organisation"),
	VIA(1, MACS "\x88\x63\x11\x09\0\0 PPPoE discovery"),
	VIA(1, MACS "\x88\x64\x11\0\0\1\0\x16\xc0\x21 LCP"),
	VIA(1, MACS "\x88\x47\0\0\x11\x40\0\0\0\0 pseudowire"),
	VIA(0, "\7\0\0\0\x45"),
	VIA(0, "\2\2\0\0\x45"),
	VIA(9, "\xff\3\xc0\x21"),
	VIA(9, "\0\0\0\x21"),
	VIA(101, "\x50"),
	VIA(105, "\x80\0 a beacon of an access point, not data"),
	VIA(105, "\x48\1 data frames without data.........."),
	VIA(105, "\x08\x41 data that is encrypted..........."),
	VIA(105, QOS_DATA "\x80\0\xaa\xaa\3\0\0\0\x08\0 aggregated"),
	VIA(127, "\0\0\xff\xff a header longer than the frame"),
	VIA(239, "\2\0\0\0 attributes of an absurd length"),
	VIA(239, "\2\0\0\0\0\0\0\0\0\0\0\0 attributes without end"),
};

/* The first `len` bytes of a frame; where the packet begins, if IP. */
static enum link_content strip(uint32_t link_type, const void *frame,
			       size_t len, size_t *offset)
{
	uint8_t *copy = malloc(len ? len : 1);
	const uint8_t *at = copy;
	size_t left = len;
	enum link_content content;

	assert_non_null(copy);
	memcpy(copy, frame, len);
	content = capture_link_strip(link_type, &at, &left);
	*offset = (size_t)(at - copy);
	assert_true(*offset + left <= len);
	if (content != LINK_IP)
		assert_int_equal(left, len);
	free(copy);
	return content;
}

static void assert_leads(const struct way *w, const char *ip, size_t ip_len)
{
	uint8_t frame[128];
	size_t offset;

	memcpy(frame, w->head, w->len);
	memcpy(frame + w->len, ip, ip_len);
	assert_int_equal(strip(w->link_type, frame, w->len + ip_len, &offset),
			 LINK_IP);
	assert_int_equal(offset, w->len);
	for (size_t cut = 0; cut < w->len; cut++)
		assert_int_equal(strip(w->link_type, frame, cut, &offset),
				 LINK_OTHER);
}

static void every_layer_leads_to_ip_and_none_does_when_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(to_ipv4); i++)
		assert_leads(&to_ipv4[i], ipv4, sizeof(ipv4));
	for (size_t i = 0; i < ARRAY_SIZE(to_ipv6); i++)
		assert_leads(&to_ipv6[i], ipv6, sizeof(ipv6));
}

/* As the kernel of this machine writes it: numbers in its own order. */
static void nflog_holds_the_packet_in_one_of_its_attributes(void **state)
{
	static const uint16_t prefix[] = {4 + 3, 10}, payload[] = {4 + 20, 9};
	uint8_t frame[64] = {2}; /* AF_INET */
	const uint8_t *at = frame;
	size_t len = 4 + 8 + 4 + 20 + 5;

	(void)state;
	memcpy(frame + 4, prefix, 4);
	memcpy(frame + 12, payload, 4);
	frame[16] = 0x45;
	assert_int_equal(capture_link_strip(239, &at, &len), LINK_IP);
	assert_ptr_equal(at, frame + 16);
	assert_int_equal(len, 20);
}

static void any_number_of_vlan_tags_is_taken_off(void **state)
{
	uint8_t frame[1501] = {0};
	size_t offset;

	(void)state;
	for (size_t i = 12; i < 1496; i += 4)
		frame[i] = 0x81;
	frame[1496] = 0x08;
	frame[1498] = 0x45;
	assert_int_equal(strip(1, frame, sizeof(frame), &offset), LINK_IP);
	assert_int_equal(offset, 1498);
}

static void what_is_not_ip_is_left_alone(void **state)
{
	size_t offset;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(elsewhere); i++)
		assert_int_equal(strip(elsewhere[i].link_type,
				       elsewhere[i].head, elsewhere[i].len,
				       &offset),
				 LINK_OTHER);
}

static void a_link_type_nobody_knows_is_said_to_be_unknown(void **state)
{
	size_t offset;

	(void)state;
	assert_int_equal(strip(147, "\x45", 1, &offset), LINK_UNKNOWN);
	assert_int_equal(strip(UINT32_MAX, "\x45", 1, &offset), LINK_UNKNOWN);
}

/* Bytes that mean something somewhere are likelier than others. */
static void random_frames_are_never_read_past_their_end(void **state)
{
	static const uint16_t types[] = {0, 1, 9, 101, 105, 113, 127, 239, 276};
	static const char telling[] =
		"\x08\0\x81\x88\x47\x64\x21\x11\xaa\3\x45";
	uint8_t frame[64];
	size_t offset;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		size_t len = random_below(sizeof(frame) + 1);

		random_fill(frame, len);
		for (size_t n = 0; n < len; n++)
			if (random_once_in(2))
				frame[n] = (uint8_t)
					telling[random_below(sizeof(telling))];
		strip(types[random_below(ARRAY_SIZE(types))], frame, len,
		      &offset);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_layer_leads_to_ip_and_none_does_when_cut),
		cmocka_unit_test(
			nflog_holds_the_packet_in_one_of_its_attributes),
		cmocka_unit_test(any_number_of_vlan_tags_is_taken_off),
		cmocka_unit_test(what_is_not_ip_is_left_alone),
		cmocka_unit_test(
			a_link_type_nobody_knows_is_said_to_be_unknown),
		random_test(random_frames_are_never_read_past_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
