/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader of pcapng (draft-ietf-opsawg-pcapng) of our own, because libpcap
 * gives up on a file whose interfaces differ in link type or snap length, as
 * those of "any interface" captures and of merged files do. It wants packets
 * and what their time and link type need; every other block is skipped.
 *
 * A block is read whole into one buffer before anything in it is looked at,
 * except that what comes after the buffer's end (options behind the biggest
 * packet there can be) is not kept.
 */
#include "pcapng.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base.h"

enum {
	/* What libpcap takes as the biggest packet, too. */
	MAX_PACKET = 262144,
	MAX_INTERFACES = 4096,
	BLOCK_HEAD = 8,   /* type, length */
	BLOCK_FRAME = 12, /* and the length once more, at the end */
	PACKET_HEAD = 20,
	MAX_BODY = PACKET_HEAD + MAX_PACKET,
};

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a, /* the same in either byte order */
};

struct interface {
	uint16_t link_type;
	uint32_t snap_length; /* 0: none */
	uint64_t ticks_per_s; /* a power of the base, 2 or 10 */
	unsigned int base;
	int64_t offset_s;
};

struct pcapng {
	FILE *file;
	/* Of the section we are in. */
	bool big_endian;
	uint32_t num_interfaces;
	struct interface interfaces[MAX_INTERFACES];
	uint64_t last_ns;
	/* The block we are at, without its frame. */
	uint32_t type;
	size_t len;
	uint8_t body[MAX_BODY];
	char error[128];
};

/* Returns -1, for the caller to return. */
__attribute__((format(printf, 2, 3))) static int fail(struct pcapng *r,
						      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->error, sizeof(r->error), format, args);
	va_end(args);
	return -1;
}

static uint16_t get16(const struct pcapng *r, const uint8_t *p)
{
	uint16_t value = get_be16(p);

	return r->big_endian ? value : __builtin_bswap16(value);
}

static uint32_t get32(const struct pcapng *r, const uint8_t *p)
{
	uint32_t value = get_be32(p);

	return r->big_endian ? value : __builtin_bswap32(value);
}

static uint64_t get64(const struct pcapng *r, const uint8_t *p)
{
	uint64_t first = get32(r, p), second = get32(r, p + 4);

	return r->big_endian ? first << 32 | second : second << 32 | first;
}

/* ---- blocks ---- */

static int read_bytes(struct pcapng *r, void *to, size_t bytes)
{
	if (fread(to, 1, bytes, r->file) == bytes)
		return 0;
	if (ferror(r->file))
		return fail(r, "%s", strerror(errno));
	return fail(r, "truncated: the file ends within a block");
}

static int skip_bytes(struct pcapng *r, size_t bytes)
{
	uint8_t unused[4096];
	int err = 0;

	while (!err && bytes > 0) {
		size_t n = bytes < sizeof(unused) ? bytes : sizeof(unused);

		err = read_bytes(r, unused, n);
		bytes -= n;
	}
	return err;
}

/*
 * A section head opens with a number that tells the byte order, which even
 * its own length is in.
 */
static int read_byte_order(struct pcapng *r)
{
	if (read_bytes(r, r->body, 4))
		return -1;
	r->big_endian = true;
	if (get32(r, r->body) == 0x1a2b3c4d)
		return 0;
	r->big_endian = false;
	if (get32(r, r->body) == 0x1a2b3c4d)
		return 0;
	return fail(r, "a section without byte order");
}

/* The rest of a block of `length`, of whose body there are `have` bytes. */
static int read_rest(struct pcapng *r, uint32_t length, size_t have)
{
	uint8_t trailer[4];
	size_t body;

	if (length % 4 || length < BLOCK_FRAME + have)
		return fail(r, "no block has a length of %u", length);
	body = length - BLOCK_FRAME;
	r->len = body < MAX_BODY ? body : MAX_BODY;
	if (read_bytes(r, r->body + have, r->len - have) ||
	    skip_bytes(r, body - r->len) ||
	    read_bytes(r, trailer, sizeof(trailer)))
		return -1;
	if (get32(r, trailer) != length)
		return fail(r,
			    "a block has a length of %u at one end, %u at "
			    "the other",
			    length, get32(r, trailer));
	return 0;
}

/* As pcapng_next() returns. */
static int read_block(struct pcapng *r)
{
	uint8_t head[BLOCK_HEAD];
	size_t have = 0;
	int c = getc(r->file);

	if (c == EOF && !ferror(r->file))
		return 0;
	ungetc(c, r->file);
	if (read_bytes(r, head, sizeof(head)))
		return -1;
	r->type = get32(r, head);
	if (r->type == BLOCK_SECTION) {
		if (read_byte_order(r))
			return -1;
		have = 4;
	}
	return read_rest(r, get32(r, head + 4), have) ? -1 : 1;
}

/* ---- sections and interfaces ---- */

static int begin_section(struct pcapng *r)
{
	if (r->len < 16)
		return fail(r, "a section head of %zu bytes", r->len);
	if (get16(r, r->body + 4) != 1)
		return fail(r, "version %u of pcapng is none we know",
			    get16(r, r->body + 4));
	r->num_interfaces = 0;
	return 0;
}

/* A power of ten, or of two if the highest bit is set. */
static int set_resolution(struct pcapng *r, struct interface *i, uint8_t value)
{
	bool is_binary = value & 0x80;
	unsigned int power = value & 0x7f;

	i->base = is_binary ? 2 : 10;
	if (power > (is_binary ? 63u : 19u))
		return fail(r, "a time resolution of %u^-%u s", i->base, power);
	for (i->ticks_per_s = 1; power > 0; power--)
		i->ticks_per_s *= i->base;
	return 0;
}

static int set_option(struct pcapng *r, struct interface *i, uint16_t code,
		      const uint8_t *value, uint16_t len)
{
	enum {
		TSRESOL = 9,
		TSOFFSET = 14
	};

	if (code == TSRESOL && len == 1)
		return set_resolution(r, i, value[0]);
	if (code == TSOFFSET && len == 8)
		i->offset_s = (int64_t)get64(r, value);
	else if (code == TSRESOL || code == TSOFFSET)
		return fail(r, "an option %u of %u bytes", code, len);
	return 0;
}

static int read_options(struct pcapng *r, struct interface *i, size_t at)
{
	while (r->len - at >= 4) {
		uint16_t code = get16(r, r->body + at);
		uint16_t len = get16(r, r->body + at + 2);

		at += 4;
		if (code == 0)
			return 0;
		if (((size_t)len + 3) / 4 * 4 > r->len - at)
			return fail(r, "an option longer than its block");
		if (set_option(r, i, code, r->body + at, len))
			return -1;
		at += ((size_t)len + 3) / 4 * 4;
	}
	return 0;
}

static int add_interface(struct pcapng *r)
{
	struct interface *i = &r->interfaces[r->num_interfaces];

	if (r->num_interfaces == MAX_INTERFACES)
		return fail(r, "more than %u interfaces", MAX_INTERFACES);
	if (r->len < 8)
		return fail(r, "an interface of %zu bytes", r->len);
	*i = (struct interface){.link_type = get16(r, r->body),
				.snap_length = get32(r, r->body + 4),
				.ticks_per_s = 1000000,
				.base = 10};
	r->num_interfaces++;
	return read_options(r, i, 8);
}

/* ---- packets ---- */

static uint64_t to_ns(const struct interface *i, uint64_t ticks)
{
	const int64_t max_s = (int64_t)(UINT64_MAX / NS_PER_S) - 1;
	uint64_t per_s = i->ticks_per_s;
	uint64_t s = ticks / per_s, rest = ticks % per_s;
	int64_t whole = s < (uint64_t)max_s ? (int64_t)s : max_s;

	if (__builtin_add_overflow(whole, i->offset_s, &whole))
		whole = max_s; /* upwards: it was not negative */
	if (whole < 0)
		return 0;
	if (whole >= max_s)
		return UINT64_MAX;
	/* Finer than we tell: fewer digits, for the product to fit. */
	for (; per_s > UINT32_MAX; per_s /= i->base)
		rest /= i->base;
	return (uint64_t)whole * NS_PER_S + rest * NS_PER_S / per_s;
}

static int give(struct pcapng *r, struct pcapng_packet *out, uint32_t number,
		size_t head, size_t len)
{
	if (number >= r->num_interfaces)
		return fail(r, "of an interface %u that is not there", number);
	if (len > r->len - head)
		return fail(r, "%zu bytes in a block that holds %zu", len,
			    r->len - head);
	out->bytes = r->body + head;
	out->len = len;
	out->link_type = r->interfaces[number].link_type;
	out->time_ns = r->last_ns;
	return 1;
}

static int give_packet(struct pcapng *r, struct pcapng_packet *out)
{
	const uint8_t *p = r->body;
	uint32_t number;
	uint64_t ticks;

	if (r->len < PACKET_HEAD)
		return fail(r, "a packet block of %zu bytes", r->len);
	number = r->type == BLOCK_PACKET ? get32(r, p) : get16(r, p);
	ticks = (uint64_t)get32(r, p + 4) << 32 | get32(r, p + 8);
	if (number < r->num_interfaces)
		r->last_ns = to_ns(&r->interfaces[number], ticks);
	return give(r, out, number, PACKET_HEAD, get32(r, p + 12));
}

/*
 * No interface, no time, and the captured length is what the snap length
 * left of the packet's. It gets the time of the packet before it.
 */
static int give_simple_packet(struct pcapng *r, struct pcapng_packet *out)
{
	uint32_t len, snap_length = r->interfaces[0].snap_length;

	if (r->len < 4)
		return fail(r, "a packet block of %zu bytes", r->len);
	len = get32(r, r->body);
	if (snap_length > 0 && len > snap_length)
		len = snap_length;
	return give(r, out, 0, 4, len);
}

struct pcapng *pcapng_open(FILE *file, char *error, size_t error_bytes)
{
	struct pcapng *r = calloc(1, sizeof(*r));
	int ret;

	if (!r) {
		snprintf(error, error_bytes, "%s", strerror(ENOMEM));
		return NULL;
	}
	r->file = file;
	ret = read_block(r);
	if (ret == 1 && r->type != BLOCK_SECTION)
		ret = fail(r, "not a capture file");
	if (ret == 1 && begin_section(r) == 0)
		return r;
	snprintf(error, error_bytes, "%s", ret ? r->error : "empty file");
	pcapng_close(r);
	return NULL;
}

int pcapng_next(struct pcapng *r, struct pcapng_packet *out)
{
	int ret;

	while ((ret = read_block(r)) > 0) {
		int err = 0;

		switch ((enum block_type)r->type) {
		case BLOCK_PACKET:
		case BLOCK_OLD_PACKET:
			return give_packet(r, out);
		case BLOCK_SIMPLE_PACKET:
			return give_simple_packet(r, out);
		case BLOCK_SECTION:
			err = begin_section(r);
			break;
		case BLOCK_INTERFACE:
			err = add_interface(r);
			break;
		}
		if (err)
			return err;
	}
	return ret;
}

const char *pcapng_error(const struct pcapng *r)
{
	return r->error;
}

void pcapng_close(struct pcapng *r)
{
	free(r);
}
