/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets for the tests of segment.c, each with the line tcpdump(8) prints of
 * it, and what makes others out of them: single fields changed, options or
 * extension headers put in, the end cut off. All parsing goes through parse(),
 * which puts the packet's end against a page that may not be read, so that
 * reading past `len` by one byte stops the test.
 */
#ifndef HANDSHAKED_TESTS_PACKETS_H
#define HANDSHAKED_TESTS_PACKETS_H

#include "../random.h"

#include <string.h>
#include <sys/mman.h>

#include "core/segment.h"

struct packet {
	size_t len;
	uint8_t byte[256];
};

/* Where things are in these packets. */
enum {
	IP4_LENGTH = 2,
	IP4_FRAGMENT = 6,
	IP4_PROTOCOL = 9,
	IP4_TCP = 20, /* without options */
	IP6_LENGTH = 4,
	IP6_NEXT = 6,
	IP6_TCP = 40, /* without extension headers */
	TCP_OFFSET_FLAGS = 12,
	TCP_CHECKSUM = 16,
	TCP_OPTIONS = 20,
};

/*
 * IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)
 * 192.0.2.1.40000 > 198.51.100.2.443: Flags [S], cksum 0xbeed (correct),
 * seq 1000, win 64240, options [mss 1460,sackOK,TS val 7 ecr 0,nop,wscale 7],
 * length 0
 */
static const struct packet ipv4_syn = {
	.len = 60,
	.byte = {0x45, 0x00, 0x00, 0x3c, 0x00, 0x01, 0x40, 0x00, 0x40, 0x06,
		 0x4e, 0x84, 0xc0, 0x00, 0x02, 0x01, 0xc6, 0x33, 0x64, 0x02,
		 0x9c, 0x40, 0x01, 0xbb, 0x00, 0x00, 0x03, 0xe8, 0x00, 0x00,
		 0x00, 0x00, 0xa0, 0x02, 0xfa, 0xf0, 0xbe, 0xed, 0x00, 0x00,
		 0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a, 0x00, 0x00,
		 0x00, 0x07, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07},
};

/*
 * IP (tos 0x0, ttl 64, id 2, offset 0, flags [DF], proto TCP (6), length 57)
 * 192.0.2.1.40000 > 198.51.100.2.443: Flags [P.], cksum 0x8f32 (correct),
 * seq 1001:1006, ack 5001, win 502, options [nop,nop,TS val 9 ecr 8], length 5
 */
static const struct packet ipv4_data = {
	.len = 57,
	.byte = {0x45, 0x00, 0x00, 0x39, 0x00, 0x02, 0x40, 0x00, 0x40, 0x06,
		 0x4e, 0x86, 0xc0, 0x00, 0x02, 0x01, 0xc6, 0x33, 0x64, 0x02,
		 0x9c, 0x40, 0x01, 0xbb, 0x00, 0x00, 0x03, 0xe9, 0x00, 0x00,
		 0x13, 0x89, 0x80, 0x18, 0x01, 0xf6, 0x8f, 0x32, 0x00, 0x00,
		 0x01, 0x01, 0x08, 0x0a, 0x00, 0x00, 0x00, 0x09, 0x00, 0x00,
		 0x00, 0x08, 0x68, 0x65, 0x6c, 0x6c, 0x6f},
};

/*
 * IP (tos 0x0, ttl 1, id 3, offset 0, flags [DF], proto TCP (6), length 44,
 * options (RA)) 192.0.2.1.40000 > 198.51.100.2.80: Flags [SEWe], cksum 0x2154
 * (correct), seq 7, win 1024, length 0
 */
static const struct packet ipv4_router_alert = {
	.len = 44,
	.byte = {0x46, 0x00, 0x00, 0x2c, 0x00, 0x03, 0x40, 0x00, 0x01,
		 0x06, 0xf8, 0x8d, 0xc0, 0x00, 0x02, 0x01, 0xc6, 0x33,
		 0x64, 0x02, 0x94, 0x04, 0x00, 0x00, 0x9c, 0x40, 0x00,
		 0x50, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x00,
		 0x51, 0xc2, 0x04, 0x00, 0x21, 0x54, 0x00, 0x00},
};

/*
 * IP6 (hlim 64, next-header TCP (6) payload length: 28) 2001:db8:1::2.443 >
 * 2001:db8::1.40000: Flags [S.], cksum 0x7241 (correct), seq 5000, ack 1001,
 * win 65535, options [mss 1440,nop,nop,sackOK], length 0
 */
static const struct packet ipv6_syn_ack = {
	.len = 68,
	.byte = {0x60, 0x00, 0x00, 0x00, 0x00, 0x1c, 0x06, 0x40, 0x20, 0x01,
		 0x0d, 0xb8, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		 0x00, 0x00, 0x00, 0x02, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00,
		 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
		 0x01, 0xbb, 0x9c, 0x40, 0x00, 0x00, 0x13, 0x88, 0x00, 0x00,
		 0x03, 0xe9, 0x70, 0x12, 0xff, 0xff, 0x72, 0x41, 0x00, 0x00,
		 0x02, 0x04, 0x05, 0xa0, 0x01, 0x01, 0x04, 0x02},
};

/*
 * IP6 (hlim 255, next-header Options (0) payload length: 92) 2001:db8::1 >
 * 2001:db8:1::2: HBH (rtalert: 0x0000) (padn) RT6 (len=2, type=4, segleft=0,
 * last-entry=0, flags=0x0, tag=0, [0]2001:db8:1::2) frag (0x12345678:0|52)
 * AH(length=4(24-bytes),spi=0x00000100,seq=0x1,icv=0xa0a1a2a3a4a5a6a7a8a9aaab)
 * DSTOPT (padn) 40000 > 22: Flags [F.], cksum 0x3815 (correct),
 * seq 4294967280, ack 2147483649, win 0, length 0
 */
static const struct packet ipv6_all_headers = {
	.len = 132,
	.byte = {0x60, 0x00, 0x00, 0x00, 0x00, 0x5c, 0x00, 0xff, 0x20, 0x01,
		 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		 0x00, 0x00, 0x00, 0x01, 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x01,
		 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
		 0x2b, 0x00, 0x05, 0x02, 0x00, 0x00, 0x01, 0x00, 0x2c, 0x02,
		 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x20, 0x01, 0x0d, 0xb8,
		 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		 0x00, 0x02, 0x33, 0x00, 0x00, 0x00, 0x12, 0x34, 0x56, 0x78,
		 0x3c, 0x04, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
		 0x00, 0x01, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
		 0xa8, 0xa9, 0xaa, 0xab, 0x06, 0x00, 0x01, 0x04, 0x00, 0x00,
		 0x00, 0x00, 0x9c, 0x40, 0x00, 0x16, 0xff, 0xff, 0xff, 0xf0,
		 0x80, 0x00, 0x00, 0x01, 0x50, 0x11, 0x00, 0x00, 0x38, 0x15,
		 0x00, 0x00},
};
enum {
	ALL_ROUTING = 48, /* where they are in ipv6_all_headers */
	ALL_FRAGMENT = 72,
	ALL_TCP = 112,
};

static const struct packet *const valid_packets[] = {
	&ipv4_syn,     &ipv4_data,        &ipv4_router_alert,
	&ipv6_syn_ack, &ipv6_all_headers,
};

/* ------------------------------------------------------------- changing --- */

static inline struct packet with_byte(struct packet p, size_t at,
				      unsigned int value)
{
	p.byte[at] = (uint8_t)value;
	return p;
}

static inline struct packet with_be16(struct packet p, size_t at,
				      unsigned int value)
{
	p = with_byte(p, at, value >> 8);
	return with_byte(p, at + 1, value);
}

static inline struct packet cut(struct packet p, size_t len)
{
	p.len = len;
	return p;
}

static inline struct packet padded(struct packet p, size_t bytes)
{
	memset(p.byte + p.len, 0xee, bytes);
	p.len += bytes;
	return p;
}

/* ipv4_syn with other TCP options; `len` a multiple of 4. */
static inline struct packet with_options(const uint8_t *options, size_t len)
{
	struct packet p = cut(ipv4_syn, IP4_TCP + TCP_OPTIONS);

	memcpy(p.byte + p.len, options, len);
	p.len += len;
	p = with_be16(p, IP4_LENGTH, (unsigned int)p.len);
	return with_byte(p, IP4_TCP + TCP_OFFSET_FLAGS,
			 (unsigned int)(TCP_OPTIONS + len) / 4 << 4);
}
#define OPTIONS(...)                                 \
	with_options((const uint8_t[]){__VA_ARGS__}, \
		     sizeof((const uint8_t[]){__VA_ARGS__}))

/* An extension header of `kind` before those that an IPv6 packet has. */
static inline struct packet with_ext(struct packet p, unsigned int kind,
				     const uint8_t *ext, size_t len)
{
	uint8_t *at = p.byte + IP6_TCP;

	memmove(at + len, at, p.len - IP6_TCP);
	memcpy(at, ext, len);
	at[0] = p.byte[IP6_NEXT];
	p.len += len;
	p = with_be16(p, IP6_LENGTH, (unsigned int)(p.len - IP6_TCP));
	return with_byte(p, IP6_NEXT, kind);
}

/* -------------------------------------------------------------- parsing --- */

#define FENCE_BYTES (128u * 1024)

/* The bytes, so that the first one after them may not be read. */
static inline uint8_t *fenced(const uint8_t *bytes, size_t len)
{
	static uint8_t *fence;

	if (!fence) {
		size_t all = FENCE_BYTES + 4096;
		uint8_t *p = mmap(NULL, all, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		assert_ptr_not_equal(p, MAP_FAILED);
		fence = p + FENCE_BYTES;
		assert_int_equal(mprotect(fence, 4096, PROT_NONE), 0);
	}
	assert_in_range(len, 0, FENCE_BYTES);
	return memcpy(fence - len, bytes, len);
}

/* Parses, and sums up what was accepted, which reads the payload too. */
static inline enum segment_error parse_bytes(const uint8_t *bytes, size_t len,
					     struct segment *out)
{
	const uint8_t *p = fenced(bytes, len);
	enum segment_error error = segment_parse(p, len, out);

	if (error == SEG_OK)
		segment_checksum_ok(p, len, out);
	return error;
}

static inline enum segment_error parse(struct packet p, struct segment *out)
{
	return parse_bytes(p.byte, p.len, out);
}

static inline struct segment accepted(struct packet p)
{
	struct segment seg;
	enum segment_error error = parse(p, &seg);

	if (error != SEG_OK)
		fail_msg("refused: %s", segment_error_name[error]);
	return seg;
}

#endif
