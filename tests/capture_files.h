/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of capture.c: builds captures byte by byte, in either byte
 * order, and reads them through a file in a directory of its own. Included
 * first, for cmocka wants certain headers before its own.
 */
#ifndef HANDSHAKED_TESTS_CAPTURE_FILES_H
#define HANDSHAKED_TESTS_CAPTURE_FILES_H

#include "random.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "core/base.h"

enum {
	MAGIC_USEC = 0xa1b2c3d4,
	MAGIC_NSEC = 0xa1b23c4d,
	LINK_ETHERNET = 1,
	LINK_RAW = 101,
	LINK_SLL = 113,
};

struct image {
	bool big_endian;
	size_t len;
	uint8_t byte[4096];
};

/* 192.0.2.1.40000 > 198.51.100.2.443: Flags [S], seq 1000, win 64240 */
static const uint8_t ipv4_syn[] = {
	0x45, 0x00, 0x00, 0x28, 0x00, 0x01, 0x40, 0x00, 0x40, 0x06,
	0x00, 0x00, 0xc0, 0x00, 0x02, 0x01, 0xc6, 0x33, 0x64, 0x02,
	0x9c, 0x40, 0x01, 0xbb, 0x00, 0x00, 0x03, 0xe8, 0x00, 0x00,
	0x00, 0x00, 0x50, 0x02, 0xfa, 0xf0, 0x00, 0x00, 0x00, 0x00};

static char directory[] = "/tmp/handshaked-capture.XXXXXX";
static char path[64];
static char error[512];
static struct image image;

static inline int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/capture", directory);
	return 0;
}

static inline int remove_directory(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

/* ---- bytes ---- */

static inline void put(struct image *i, const void *bytes, size_t len)
{
	assert_true(len <= sizeof(i->byte) - i->len);
	memcpy(i->byte + i->len, bytes, len);
	i->len += len;
}

/* A number of `bytes` bytes, in the byte order of the file. */
static inline void put_number(struct image *i, uint64_t value, int bytes)
{
	for (int n = 0; n < bytes; n++) {
		int shift = 8 * (i->big_endian ? bytes - 1 - n : n);
		uint8_t byte = (uint8_t)(value >> shift);

		put(i, &byte, 1);
	}
}

static inline void put16(struct image *i, uint16_t value)
{
	put_number(i, value, 2);
}

static inline void put32(struct image *i, uint32_t value)
{
	put_number(i, value, 4);
}

/* ---- pcap ---- */

static inline struct image pcap(uint32_t magic, uint32_t link, bool big_endian)
{
	struct image i = {.big_endian = big_endian};

	put32(&i, magic);
	put16(&i, 2);
	put16(&i, 4);
	put_number(&i, 0, 8);
	put32(&i, 65535);
	put32(&i, link);
	return i;
}

static inline void pcap_packet(struct image *i, uint32_t s, uint32_t fraction,
			       const void *bytes, size_t len)
{
	put32(i, s);
	put32(i, fraction);
	put32(i, (uint32_t)len);
	put32(i, (uint32_t)len);
	put(i, bytes, len);
}

/* ---- pcapng ---- */

/* Returns where the block begins, for end_block(). */
static inline size_t begin_block(struct image *i, uint32_t type)
{
	put32(i, type);
	put32(i, 0);
	return i->len - 8;
}

static inline void end_block(struct image *i, size_t start)
{
	size_t end;

	while ((i->len - start) % 4)
		put(i, "", 1);
	end = i->len;
	i->len = start + 4;
	put32(i, (uint32_t)(end + 4 - start));
	i->len = end;
	put32(i, (uint32_t)(end + 4 - start));
}

static inline void section(struct image *i)
{
	size_t start = begin_block(i, 0x0a0d0d0a);

	put32(i, 0x1a2b3c4d);
	put16(i, 1);
	put16(i, 0);
	put_number(i, UINT64_MAX, 8); /* length not told */
	end_block(i, start);
}

/* With one option of `len` bytes that is a number; 0: without. */
static inline void interface_with(struct image *i, uint16_t link,
				  uint32_t snap_length, uint16_t option,
				  uint16_t len, uint64_t value)
{
	size_t start = begin_block(i, 1);

	put16(i, link);
	put16(i, 0);
	put32(i, snap_length);
	if (option > 0) {
		put16(i, option);
		put16(i, len);
		put_number(i, value, len);
		put(i, "\0\0\0", (4 - len % 4) % 4);
		put32(i, 0);
	}
	end_block(i, start);
}

static inline void interface(struct image *i, uint16_t link)
{
	interface_with(i, link, 65535, 0, 0, 0);
}

static inline void packet(struct image *i, uint32_t number, uint64_t ticks,
			  const void *bytes, size_t len)
{
	size_t start = begin_block(i, 6);

	put32(i, number);
	put32(i, (uint32_t)(ticks >> 32));
	put32(i, (uint32_t)ticks);
	put32(i, (uint32_t)len);
	put32(i, (uint32_t)len);
	put(i, bytes, len);
	end_block(i, start);
}

static inline struct image pcapng(bool big_endian)
{
	struct image i = {.big_endian = big_endian};

	section(&i);
	return i;
}

/* ---- reading ---- */

static inline void write_file(const void *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* NULL, and `error`, if the image is refused at once. */
static inline struct capture *open_image(const struct image *i)
{
	write_file(i->byte, i->len);
	error[0] = '\0';
	return capture_open(path, error, sizeof(error));
}

static inline struct capture *open_good(const struct image *i)
{
	struct capture *c = open_image(i);

	assert_string_equal(error, "");
	assert_non_null(c);
	return c;
}

static inline struct capture_packet next(struct capture *c)
{
	struct capture_packet p;
	int ret = capture_next(c, &p);

	if (ret < 0)
		fail_msg("%s", capture_error(c));
	assert_int_equal(ret, 1);
	return p;
}

/* No more packets; the file ends as it should. */
static inline void assert_end(struct capture *c)
{
	struct capture_packet p;

	assert_int_equal(capture_next(c, &p), 0);
	assert_int_equal(capture_next(c, &p), 0);
	capture_close(c);
}

/* No more packets; `message` is what is said after the file's name. */
static inline void assert_broken(struct capture *c, const char *message)
{
	struct capture_packet p;

	assert_int_equal(capture_next(c, &p), -1);
	assert_int_equal(capture_next(c, &p), -1);
	assert_memory_equal(capture_error(c), path, strlen(path));
	assert_string_equal(capture_error(c) + strlen(path), message);
	capture_close(c);
}

static inline void assert_syn(const struct capture_packet *p)
{
	assert_true(p->is_ip);
	assert_int_equal(p->unknown_link, 0);
	assert_int_equal(p->len, sizeof(ipv4_syn));
	assert_memory_equal(p->ip, ipv4_syn, sizeof(ipv4_syn));
}

#endif
