/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments as text: what is written is read back as it was, what is read is
 * written as it stood, and a text that is no segment is refused with the place
 * and the value. A seed that failed is repeated with SEED=N in the
 * environment.
 */
#include "../random.h"

#include <stdio.h>
#include <string.h>

#include "core/segment_text.h"

/* ---- both ways ---- */

/* Texts as segment_text_format() writes them. */
static const char *const canonical[] = {
	"203.0.113.9.40000 > 192.0.2.1.22: S 1:1(0) win 1024",
	"192.0.2.1.22 > 203.0.113.9.40000: S. 500:500(0) ack 2 win 65535 "
	"<mss,wscale,sackOK,TS>",
	"203.0.113.9.40000 > 192.0.2.1.22: P. 2:102(100) ack 501 win 501 <TS>",
	"203.0.113.9.1 > 192.0.2.1.22: - 0:0(0) win 0",
	"203.0.113.9.0 > 192.0.2.1.65535: FSRP.UEWN 1:1(0) ack 0 win 1",
	"2001:db8::9.40000 > 2001:db8::1.443: SEWN 7:7(0) win 64800",
	"::.1 > ::1.2: FPU 0:0(0) win 1 ttl 255",
	/* Over the end of the numbers, and bigger than a packet. */
	"10.0.0.1.1 > 10.0.0.2.2: . 4294967290:4(10) ack 4294967295 win 1",
	"10.0.0.1.1 > 10.0.0.2.2: . 1:200001(200000) ack 1 win 1",
	/* An ACK number that means nothing is told all the same. */
	"10.0.0.1.1 > 10.0.0.2.2: S 1:1(0) ack 5 win 1 ttl 0",
	"10.0.0.1.1 > 10.0.0.2.2: R 1:1(0) win 1 "
	"<sack,FO,other,malformed> local routed",
	"10.0.0.1.1 > 10.0.0.2.2: R 1:1(0) win 1 routed",
};

static struct segment parse(const char *text)
{
	char error[SEGMENT_TEXT_ERROR_BYTES];
	struct segment seg;

	if (!segment_text_parse(text, &seg, error))
		fail_msg("%s: %s", text, error);
	return seg;
}

static void canonical_texts_stay_as_they_are(void **state)
{
	char text[SEGMENT_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(canonical); i++) {
		struct segment seg = parse(canonical[i]);

		assert_string_equal(segment_text_format(&seg, text),
				    canonical[i]);
	}
}

static void each_part_goes_to_its_field(void **state)
{
	struct segment seg = parse("203.0.113.9.40000 > 2001:db8::1.22: F.N "
				   "7:12(5) ack 8 win 9 ttl 3 <mss,TS> local "
				   "routed");
	struct address src, dst;

	(void)state;
	assert_true(address_parse("203.0.113.9", &src));
	assert_true(address_parse("2001:db8::1", &dst));
	assert_true(address_equal(&seg.src, &src));
	assert_true(address_equal(&seg.dst, &dst));
	assert_int_equal(seg.src_port, 40000);
	assert_int_equal(seg.dst_port, 22);
	assert_int_equal(seg.flags, TCP_FIN | TCP_ACK | TCP_AE);
	assert_int_equal(seg.seq, 7);
	assert_int_equal(seg.data_len, 5);
	assert_int_equal(seg.ack, 8);
	assert_int_equal(seg.window, 9);
	assert_int_equal(seg.ttl, 3);
	assert_int_equal(seg.options, SEG_OPT_MSS | SEG_OPT_TIMESTAMPS);
	assert_true(seg.local && seg.source_routed);
	assert_int_equal(seg.tcp_offset, 0);
}

static void order_and_spaces_do_not_matter(void **state)
{
	struct segment seg = parse("10.0.0.1.1  >  ::ffff:10.0.0.2.2:  .P  "
				   "1:1(0)  ack 1  win 1  <TS,mss> ");
	char text[SEGMENT_TEXT_BYTES];

	(void)state;
	assert_string_equal(segment_text_format(&seg, text),
			    "10.0.0.1.1 > 10.0.0.2.2: P. 1:1(0) ack 1 win 1 "
			    "<mss,TS>");
}

/* Small numbers, and the ends of their ranges, are as likely as others. */
static uint32_t random_number(uint32_t max)
{
	switch (random_below(4)) {
	case 0:
		return random_below(3);
	case 1:
		return max - random_below(3);
	default:
		return (uint32_t)random_bits() & max;
	}
}

static struct address random_address(void)
{
	uint8_t bytes[16];

	random_fill(bytes, sizeof(bytes));
	if (random_once_in(2))
		return address_from_ipv4(bytes);
	if (random_once_in(2))
		memset(bytes + random_below(8), 0, random_below(9));
	return address_from_ipv6(bytes);
}

static struct segment random_segment(void)
{
	return (struct segment){
		.src = random_address(),
		.dst = random_address(),
		.src_port = (uint16_t)random_number(UINT16_MAX),
		.dst_port = (uint16_t)random_number(UINT16_MAX),
		.seq = random_number(UINT32_MAX),
		.ack = random_number(UINT32_MAX),
		.window = (uint16_t)random_number(UINT16_MAX),
		.flags = (uint16_t)random_number(0x1ff),
		.options = (uint8_t)random_number(UINT8_MAX),
		.ttl = random_once_in(2) ? 64 : (uint8_t)random_bits(),
		.data_len = random_number(UINT32_MAX),
		.local = random_once_in(2),
		.source_routed = random_once_in(2),
	};
}

static bool is_same(const struct segment *x, const struct segment *y)
{
	return address_equal(&x->src, &y->src) &&
	       address_equal(&x->dst, &y->dst) && x->src_port == y->src_port &&
	       x->dst_port == y->dst_port && x->seq == y->seq &&
	       x->ack == y->ack && x->window == y->window &&
	       x->flags == y->flags && x->options == y->options &&
	       x->ttl == y->ttl && x->data_len == y->data_len &&
	       x->local == y->local && x->source_routed == y->source_routed;
}

static void random_segments_come_back(void **state)
{
	char text[SEGMENT_TEXT_BYTES], again[SEGMENT_TEXT_BYTES];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		struct segment seg = random_segment(), read;

		read = parse(segment_text_format(&seg, text));
		if (!is_same(&seg, &read))
			fail_msg("read otherwise: %s", text);
		assert_string_equal(segment_text_format(&read, again), text);
	}
}

static void the_longest_text_fits(void **state)
{
	struct segment seg = {
		.src_port = 65535,
		.dst_port = 65535,
		.seq = UINT32_MAX - 1,
		.ack = UINT32_MAX,
		.window = UINT16_MAX,
		.flags = 0x1ff,
		.options = UINT8_MAX,
		.ttl = 255,
		.data_len = UINT32_MAX,
		.local = true,
		.source_routed = true,
	};
	char text[SEGMENT_TEXT_BYTES];

	(void)state;
	memset(&seg.src, 0xee, sizeof(seg.src));
	memset(&seg.dst, 0xee, sizeof(seg.dst));
	segment_text_format(&seg, text);
	assert_in_range(strlen(text), 1, SEGMENT_TEXT_BYTES - 10);
	assert_non_null(strstr(text, " local routed"));
}

/* ---- what is no segment ---- */

#define ENDS "10.0.0.1.1 > 10.0.0.2.2: "

static const struct refusal {
	const char *text, *error;
} refusals[] = {
	{"", "column 1: expected ADDRESS.PORT, not the end"},
	{"nonsense", "column 1: expected ADDRESS.PORT, not \"nonsense\""},
	{"10.0.0.1 > 10.0.0.2.2: . 1:1(0) ack 1 win 1",
	 "column 1: expected ADDRESS.PORT, not \"10.0.0.1\""},
	{"10.0.0.256.1 > 10.0.0.2.2: S 1:1(0) win 1",
	 "column 1: expected ADDRESS.PORT, not \"10.0.0.256.1\""},
	{"10.0.0.1.70000 > 10.0.0.2.2: S 1:1(0) win 1",
	 "column 10: expected a port (0 to 65535), not \"70000\""},
	{"10.0.0.1. > 10.0.0.2.2: S 1:1(0) win 1",
	 "column 10: expected a port (0 to 65535), not a space"},
	{"10.0.0.1.01 > 10.0.0.2.2: S 1:1(0) win 1",
	 "column 10: expected a port (0 to 65535), not \"01\""},
	{"10.0.0.1.1x > 10.0.0.2.2: S 1:1(0) win 1",
	 "column 10: expected a port (0 to 65535), not \"1x\""},
	{"10.0.0.1.1 10.0.0.2.2: S 1:1(0) win 1",
	 "column 12: expected \"> \" after the first end, not "
	 "\"10.0.0.2.2:\""},
	{"10.0.0.1.1 > 10.0.0.2.2 S 1:1(0) win 1",
	 "column 14: expected ADDRESS.PORT and a colon, not \"10.0.0.2.2\""},
	{"10.0.0.1.1 > ", "column 14: expected ADDRESS.PORT and a colon, not "
			  "the end"},
	{ENDS, "column 26: expected flags (each of FSRP.UEWN once, or -), not "
	       "the end"},
	{ENDS "SX 1:1(0) win 1", "column 26: expected flags (each of FSRP.UEWN "
				 "once, or -), not \"SX\""},
	{ENDS "SS 1:1(0) win 1", "column 26: expected flags (each of FSRP.UEWN "
				 "once, or -), not \"SS\""},
	{ENDS "-S 1:1(0) win 1", "column 27: expected flags (each of FSRP.UEWN "
				 "once, or -), not \"S\""},
	{ENDS "S 1 win 1",
	 "column 29: expected a colon between START and END, not a space"},
	{ENDS "S x:1(0) win 1",
	 "column 28: expected START:END(LEN) of 32 bits each, not "
	 "\"x:1(0)\""},
	{ENDS "S 4294967296:1(0) win 1",
	 "column 28: expected START:END(LEN) of 32 bits each, not "
	 "\"4294967296:1(0)\""},
	{ENDS "S -1:1(0) win 1",
	 "column 28: expected START:END(LEN) of 32 bits each, not "
	 "\"-1:1(0)\""},
	{ENDS "S 1:2(0) win 1",
	 "column 28: expected END to be START + LEN, not \"1:2(0)\""},
	{ENDS "S 1:1 win 1",
	 "column 31: expected (LEN) after END, not a space"},
	{ENDS "S 1:1(0 win 1",
	 "column 33: expected a closing parenthesis, not a space"},
	{ENDS "S 1:1(0)x win 1",
	 "column 34: expected a space after START:END(LEN), not \"x\""},
	{ENDS "S. 1:1(0) win 1",
	 "column 36: expected \"ack N\", for ACK is set, not \"win\""},
	{ENDS "S. 1:1(0) ack 4294967296 win 1",
	 "column 40: expected a number of 32 bits, not \"4294967296\""},
	{ENDS "S. 1:1(0) ack 1,2 win 1",
	 "column 41: expected a number of 32 bits, not \",2\""},
	{ENDS "S 1:1(0)", "column 34: expected \"win N\", not the end"},
	{ENDS "S 1:1(0) win 65536",
	 "column 39: expected a window (0 to 65535), not \"65536\""},
	{ENDS "S 1:1(0) win 1 ttl 256",
	 "column 45: expected a TTL (0 to 255), not \"256\""},
	{ENDS "S 1:1(0) win 1 <mss",
	 "column 45: expected a comma or > after an option, not the end"},
	{ENDS "S 1:1(0) win 1 <mss 1460>",
	 "column 45: expected a comma or > after an option, not a space"},
	{ENDS "S 1:1(0) win 1 <sackX>",
	 "column 42: expected an option (mss wscale sackOK sack TS FO other "
	 "malformed), not \"sackX>\""},
	{ENDS "S 1:1(0) win 1 <>",
	 "column 42: expected an option (mss wscale sackOK sack TS FO other "
	 "malformed), not \">\""},
	{ENDS "S 1:1(0) win 1 locally",
	 "column 46: expected a space after \"local\", not \"ly\""},
	{ENDS "S 1:1(0) win 1 routed local",
	 "column 48: expected the end of the segment, not \"local\""},
};

static void what_is_no_segment_is_refused_with_place_and_value(void **state)
{
	char error[SEGMENT_TEXT_ERROR_BYTES];
	struct segment seg, before;

	(void)state;
	memset(&before, 0x5a, sizeof(before));
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		seg = before;
		if (segment_text_parse(refusals[i].text, &seg, error))
			fail_msg("taken for a segment: %s", refusals[i].text);
		assert_string_equal(error, refusals[i].error);
		assert_memory_equal(&seg, &before, sizeof(seg));
	}
}

/* Cut short anywhere it is no segment, but where whole parts are left out. */
static void a_text_cut_short_is_never_read_past_its_end(void **state)
{
	const char *whole = canonical[10];
	size_t least = strlen(ENDS "R 1:1(0) win 1");
	char text[SEGMENT_TEXT_BYTES], error[SEGMENT_TEXT_ERROR_BYTES];
	struct segment seg;

	(void)state;
	for (size_t len = 0; len < strlen(whole); len++) {
		char *cut = text + sizeof(text) - len - 1;

		memcpy(cut, whole, len);
		cut[len] = '\0';
		if (segment_text_parse(cut, &seg, error))
			assert_true(len >= least);
	}
}

static void random_damage_is_survived(void **state)
{
	char text[SEGMENT_TEXT_BYTES], error[SEGMENT_TEXT_ERROR_BYTES];
	struct segment seg;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		size_t len;

		seg = random_segment();
		len = strlen(segment_text_format(&seg, text));
		for (uint32_t n = 1 + random_below(4); n > 0; n--)
			text[random_below((uint32_t)len)] =
				(char)(1 + random_below(127));
		if (!segment_text_parse(text, &seg, error))
			assert_non_null(memchr(error, '\0', sizeof(error)));
	}
}

static void an_end_alone_is_read(void **state)
{
	struct address address, expected;
	uint16_t port;

	(void)state;
	assert_true(address_parse("2001:db8::1", &expected));
	assert_true(segment_text_endpoint("2001:db8::1.443", &address, &port));
	assert_true(address_equal(&address, &expected));
	assert_int_equal(port, 443);
	assert_false(segment_text_endpoint("192.0.2.1", &address, &port));
	assert_false(segment_text_endpoint("192.0.2.1.80 ", &address, &port));
	assert_false(segment_text_endpoint("", &address, &port));
	assert_int_equal(port, 443);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_texts_stay_as_they_are),
		cmocka_unit_test(each_part_goes_to_its_field),
		cmocka_unit_test(order_and_spaces_do_not_matter),
		random_test(random_segments_come_back),
		cmocka_unit_test(the_longest_text_fits),
		cmocka_unit_test(
			what_is_no_segment_is_refused_with_place_and_value),
		cmocka_unit_test(a_text_cut_short_is_never_read_past_its_end),
		random_test(random_damage_is_survived),
		cmocka_unit_test(an_end_alone_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
