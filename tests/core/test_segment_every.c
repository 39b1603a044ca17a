/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parser reads nothing outside of the packet, whatever the packet is. Shown
 * by trying everything that what it reads can depend on, each time with the
 * packet's last byte before a page that must not be read.
 *
 * A header's walk depends on nothing but the bytes that are left and those of
 * the one header or option it stands at. So every single step is taken here, of
 * every number of bytes left, and each must leave fewer, with the same end;
 * from which it follows, step by step, for all walks. The fixed headers are
 * tried in all combinations of the lengths they tell, as far as these can make
 * a difference: what lies past the longest header is never read.
 *
 * The sanitized build looks for undefined arithmetic at the same time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The steps are static: the file as it is, under names of its own. */
#define segment_error_name  every_error_name
#define segment_parse       every_parse
#define segment_checksum_ok every_checksum_ok
#include "../../src/core/segment.c"

enum {
	LONGEST_OPTIONS = 40,
	LONGEST_EXT = 256 * 8,
	LONGEST_IPV4 = 60 + 60,
	LONGEST_IPV6 = IPV6_HEADER + 60,
};

static uint8_t *end;        /* the page from here on must not be read */
static volatile int result; /* or the compiler need not do anything */

static int set_up(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	if (pages == MAP_FAILED || page < LONGEST_EXT + 16)
		return -1;
	end = pages + page;
	return mprotect(end, page, PROT_NONE);
}

/* So many bytes, all 0, before the end. */
static uint8_t *room(size_t bytes)
{
	memset(end - bytes, 0, bytes);
	return end - bytes;
}

/*
 * Behind the option there is an end of options, which is as far as a walk gets
 * that is one step long. One that got nowhere would not end.
 */
static void each_step_over_an_option(void **state)
{
	(void)state;
	for (size_t len = 0; len <= LONGEST_OPTIONS; len++) {
		uint8_t *p = room(len);

		for (unsigned int i = 0; i < (len > 0 ? 256 : 1); i++) {
			for (unsigned int k = 0; k < (len > 1 ? 256 : 1); k++) {
				if (len > 0)
					p[0] = (uint8_t)i;
				if (len > 1)
					p[1] = (uint8_t)k;
				result = parse_options(p, len);
			}
		}
	}
}

/* As no step of it, the one reading of four bytes at once. */
static void timestamps_at_once(void **state)
{
	static const uint8_t as_ever[] = {1, 1, 8, 10};

	(void)state;
	for (size_t len = 0; len <= LONGEST_OPTIONS; len++) {
		uint8_t *p = room(len);

		memcpy(p, as_ever, len < 4 ? len : 4);
		result = parse_options(p, len);
	}
}

/* RFC 8200 and, for the authentication header, RFC 4302. */
static size_t wanted_bytes(uint8_t kind, uint8_t length)
{
	switch (kind) {
	case PROTO_FRAGMENT:
		return 8;
	case PROTO_AH:
		return (length + 2u) * 4;
	default:
		return (length + 1u) * 8;
	}
}

/* The next header is none that the walk goes on at. */
static void step_over_ext(uint8_t kind, size_t there, uint8_t length)
{
	enum {
		NO_NEXT = 59
	};
	const uint8_t header[4] = {NO_NEXT, length, 0, 0};
	uint8_t *p = end - there;
	struct cursor c = {p, there, there + 1};
	struct segment seg = {.tcp_offset = 0};
	size_t bytes = is_ext_header(kind) ? wanted_bytes(kind, length) : 0;
	enum segment_error error, expected = SEG_NOT_TCP;

	if (kind == PROTO_TCP)
		expected = SEG_OK;
	if (is_ext_header(kind) && (there < 8 || bytes > there)) {
		expected = SEG_TRUNCATED_EXT;
		bytes = 0;
	}
	memcpy(p, header, there < 4 ? there : 4);
	error = skip_ext_headers(&c, kind, &seg);
	if (error != expected || c.at != p + bytes || c.at + c.there != end ||
	    c.promised != c.there + 1)
		fail_msg("kind %u, %zu bytes, length %u: %s, and a step of %td",
			 kind, there, length, every_error_name[error],
			 c.at - p);
}

static void each_step_over_an_extension_header(void **state)
{
	(void)state;
	room(LONGEST_EXT + 16);
	for (unsigned int kind = 0; kind < 256; kind++)
		for (size_t there = 0; there <= LONGEST_EXT + 16; there++)
			for (unsigned int length = 0; length < 256;
			     length += is_ext_header((uint8_t)kind) ? 1 : 256)
				step_over_ext((uint8_t)kind, there,
					      (uint8_t)length);
}

/*
 * Every length that makes a difference, told in two bytes at `offset`, with
 * every length of the TCP header, told at `doff`.
 */
static void each_length(uint8_t *p, size_t len, size_t offset, size_t doff)
{
	struct segment seg;

	for (unsigned int told = 0; told <= 0xffff;
	     told += told < LONGEST_IPV4 + 8 ? 1 : 0xfff) {
		if (len > offset)
			p[offset] = (uint8_t)(told >> 8);
		if (len > offset + 1)
			p[offset + 1] = (uint8_t)told;
		for (unsigned int words = 0; words < 16; words++) {
			if (len > doff)
				p[doff] = (uint8_t)(words << 4);
			result = segment_parse(p, len, &seg);
			if (result == SEG_OK)
				result = segment_checksum_ok(p, len, &seg);
		}
		if (len > doff)
			p[doff] = 0;
	}
}

static void each_ipv4_header(void **state)
{
	(void)state;
	for (size_t len = 0; len <= LONGEST_IPV4 + 4; len++) {
		for (unsigned int words = 0; words < 16; words++) {
			uint8_t *p = room(len);

			if (len > 0)
				p[0] = (uint8_t)(4 << 4 | words);
			if (len > 9)
				p[9] = PROTO_TCP;
			each_length(p, len, 2, words * 4 + 12);
		}
	}
}

static void each_ipv6_header(void **state)
{
	(void)state;
	for (size_t len = 0; len <= LONGEST_IPV6 + 4; len++) {
		uint8_t *p = room(len);

		if (len > 0)
			p[0] = 6 << 4;
		if (len > 6)
			p[6] = PROTO_TCP;
		each_length(p, len, 4, IPV6_HEADER + 12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_over_an_option),
		cmocka_unit_test(timestamps_at_once),
		cmocka_unit_test(each_step_over_an_extension_header),
		cmocka_unit_test(each_ipv4_header),
		cmocka_unit_test(each_ipv6_header),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
