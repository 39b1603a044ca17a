/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the bytes of an IP packet to a struct segment, one function a header.
 * All reading goes through struct cursor, which knows how many bytes there
 * are; nothing else in the project looks at packet bytes.
 */
#include "core/segment.h"

#include <string.h>

const char *const segment_error_name[] = {
	[SEG_OK] = "none",
	[SEG_NOT_IP] = "not_IP",
	[SEG_TRUNCATED_IP] = "truncated_IP",
	[SEG_BAD_IHL] = "bad_IP_header_len",
	[SEG_BAD_LENGTH] = "bad_IP_len",
	[SEG_FRAGMENT] = "fragment",
	[SEG_NOT_TCP] = "not_TCP",
	[SEG_TRUNCATED_EXT] = "truncated_ext_header",
	[SEG_TOO_MANY_EXT] = "too_many_ext_headers",
	[SEG_TRUNCATED_TCP] = "truncated_TCP",
	[SEG_BAD_DOFF] = "bad_TCP_header_len",
	[SEG_BAD_CHECKSUM] = "bad_TCP_checksum",
};
_Static_assert(ARRAY_SIZE(segment_error_name) == SEG_NUM_ERRORS,
	       "every segment_error has a name");

/* IANA protocol numbers, as far as they matter here. */
enum {
	PROTO_HOPOPTS = 0,
	PROTO_TCP = 6,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_AH = 51,
	PROTO_DSTOPTS = 60,
	PROTO_MOBILITY = 135,
	PROTO_HIP = 139,
	PROTO_SHIM6 = 140,
};

enum {
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	TCP_HEADER = 20,
	/* RFC 8200 wants each header once, destination options twice. */
	MAX_EXT_HEADERS = 8,
};

/* What is left of the packet, and how much of it the IP header promised. */
struct cursor {
	const uint8_t *at;
	size_t there;    /* bytes we hold from `at` on */
	size_t promised; /* bytes the packet has from `at` on */
};

static void advance(struct cursor *c, size_t bytes)
{
	c->at += bytes;
	c->there -= bytes;
	c->promised -= bytes;
}

/*
 * The TCP header and its payload begin where the cursor stands and end where
 * the IP header says. Bytes past that (Ethernet padding) are not ours.
 */
static bool set_promised(struct cursor *c, size_t promised, size_t header)
{
	if (promised == 0) /* bigger than the field can tell */
		promised = c->there;
	if (promised < header)
		return false;
	c->promised = promised;
	if (c->there > promised)
		c->there = promised;
	return true;
}

/*
 * Which options there are. At one that makes no sense reading stops, as it
 * does in every stack: old ones write timestamps past the header, and are
 * understood all the same.
 */
static uint8_t parse_options(const uint8_t *p, size_t len)
{
	static const uint8_t bit[] = {
		[2] = SEG_OPT_MSS,
		[3] = SEG_OPT_WSCALE,
		[4] = SEG_OPT_SACK_PERMITTED,
		[5] = SEG_OPT_SACK,
		[8] = SEG_OPT_TIMESTAMPS,
		[34] = SEG_OPT_FAST_OPEN,
	};
	enum {
		END = 0,
		NOP = 1
	};

	uint8_t seen = 0;

	/* As everyone writes them behind a SYN (RFC 7323, appendix A). */
	if (len == 12 && get_be32(p) == (NOP << 24 | NOP << 16 | 8 << 8 | 10))
		return SEG_OPT_TIMESTAMPS;
	while (len > 0 && p[0] != END) {
		uint8_t kind = p[0], size = 1;

		if (kind != NOP) {
			if (len < 2 || p[1] < 2 || p[1] > len)
				return seen | SEG_OPT_MALFORMED;
			size = p[1];
			if (kind < ARRAY_SIZE(bit) && bit[kind])
				seen |= bit[kind];
			else
				seen |= SEG_OPT_OTHER;
		}
		p += size;
		len -= size;
	}
	return seen;
}

static enum segment_error parse_tcp(struct cursor *c, struct segment *out)
{
	const uint8_t *p = c->at;
	size_t header;

	if (c->there < TCP_HEADER)
		return SEG_TRUNCATED_TCP;
	header = (size_t)(p[12] >> 4) * 4;
	if (header < TCP_HEADER || header > c->promised)
		return SEG_BAD_DOFF;
	if (header > c->there)
		return SEG_TRUNCATED_TCP;
	out->src_port = get_be16(p);
	out->dst_port = get_be16(p + 2);
	out->seq = get_be32(p + 4);
	out->ack = get_be32(p + 8);
	out->flags = get_be16(p + 12) & 0x1ff;
	out->window = get_be16(p + 14);
	out->data_len = (uint32_t)(c->promised - header);
	out->options = parse_options(p + TCP_HEADER, header - TCP_HEADER);
	return SEG_OK;
}

static enum segment_error parse_ipv4(struct cursor *c, struct segment *out)
{
	const uint8_t *p = c->at;
	size_t header;

	if (c->there < IPV4_HEADER)
		return SEG_TRUNCATED_IP;
	header = (size_t)(p[0] & 0x0f) * 4;
	if (header < IPV4_HEADER)
		return SEG_BAD_IHL;
	if (c->there < header)
		return SEG_TRUNCATED_IP;
	if (!set_promised(c, get_be16(p + 2), header))
		return SEG_BAD_LENGTH;
	/* More fragments, or an offset: RFC 791 section 3.1. */
	if (get_be16(p + 6) & 0x3fff)
		return SEG_FRAGMENT;
	if (p[9] != PROTO_TCP)
		return SEG_NOT_TCP;
	out->ttl = p[8];
	out->src = address_from_ipv4(p + 12);
	out->dst = address_from_ipv4(p + 16);
	advance(c, header);
	return SEG_OK;
}

/* The length of one extension header, 0 when it is not all there. */
static size_t ext_header_bytes(const struct cursor *c, uint8_t kind)
{
	size_t bytes;

	if (c->there < 8)
		return 0;
	if (kind == PROTO_FRAGMENT)
		return 8;
	if (kind == PROTO_AH) /* RFC 4302: words of 4, less 2 */
		bytes = ((size_t)c->at[1] + 2) * 4;
	else /* RFC 8200: words of 8, the first not counted */
		bytes = ((size_t)c->at[1] + 1) * 8;
	return bytes <= c->there ? bytes : 0;
}

static bool is_ext_header(uint8_t kind)
{
	switch (kind) {
	case PROTO_HOPOPTS:
	case PROTO_ROUTING:
	case PROTO_FRAGMENT:
	case PROTO_AH:
	case PROTO_DSTOPTS:
	case PROTO_MOBILITY:
	case PROTO_HIP:
	case PROTO_SHIM6:
		return true;
	default:
		return false;
	}
}

static enum segment_error skip_ext_headers(struct cursor *c, uint8_t kind,
					   struct segment *out)
{
	for (int i = 0; is_ext_header(kind); i++) {
		size_t bytes = ext_header_bytes(c, kind);

		if (i == MAX_EXT_HEADERS)
			return SEG_TOO_MANY_EXT;
		if (bytes == 0)
			return SEG_TRUNCATED_EXT;
		/* Offset and more-flag both zero: atomic, RFC 6946. */
		if (kind == PROTO_FRAGMENT && get_be16(c->at + 2) & 0xfff9)
			return SEG_FRAGMENT;
		if (kind == PROTO_ROUTING && c->at[3] > 0)
			out->source_routed = true;
		kind = c->at[0];
		advance(c, bytes);
	}
	return kind == PROTO_TCP ? SEG_OK : SEG_NOT_TCP;
}

static enum segment_error parse_ipv6(struct cursor *c, struct segment *out)
{
	const uint8_t *p = c->at;
	size_t payload;

	if (c->there < IPV6_HEADER)
		return SEG_TRUNCATED_IP;
	payload = get_be16(p + 4);
	if (!set_promised(c, payload ? payload + IPV6_HEADER : 0, IPV6_HEADER))
		return SEG_BAD_LENGTH;
	out->ttl = p[7];
	out->src = address_from_ipv6(p + 8);
	out->dst = address_from_ipv6(p + 24);
	advance(c, IPV6_HEADER);
	return skip_ext_headers(c, p[6], out);
}

enum segment_error segment_parse(const uint8_t *packet, size_t len,
				 struct segment *out)
{
	struct cursor c = {packet, len, len};
	enum segment_error error = SEG_NOT_IP;

	out->local = false;
	out->source_routed = false;
	out->flow_hash = 0;
	if (len > 0 && packet[0] >> 4 == 4)
		error = parse_ipv4(&c, out);
	else if (len > 0 && packet[0] >> 4 == 6)
		error = parse_ipv6(&c, out);
	if (error)
		return error;
	out->tcp_offset = (uint16_t)(c.at - packet);
	return parse_tcp(&c, out);
}

/*
 * Ones' complement sum over bytes, RFC 1071: in words of 8, in whatever order
 * this machine has their bytes (section 2, B and C), carries added again.
 */
static inline uint64_t add_word(uint64_t sum, uint64_t word)
{
	sum += word;
	return sum + (sum < word);
}

static inline uint64_t sum_bytes(const uint8_t *p, size_t len, uint64_t sum)
{
	uint64_t word;
	uint32_t half;
	uint8_t rest[4] = {0};

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		sum = add_word(sum, word);
	}
	if (len & 4) {
		memcpy(&half, p, 4);
		sum = add_word(sum, half);
		p += 4;
	}
	for (size_t i = 0; i < (len & 3); i++)
		rest[i] = p[i];
	memcpy(&half, rest, 4);
	return add_word(sum, half);
}

/* To 16 bits, the carries added again. */
static inline uint16_t fold(uint64_t sum)
{
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff); /* 18 bits */
	sum = (sum >> 16) + (sum & 0xffff); /* 17 */
	return (uint16_t)((sum >> 16) + sum);
}

bool segment_checksum_ok(const uint8_t *packet, size_t len,
			 const struct segment *seg)
{
	const uint8_t *tcp = packet + seg->tcp_offset;
	size_t tcp_len = (size_t)(tcp[12] >> 4) * 4 + seg->data_len;
	uint64_t sum;
	uint16_t folded;

	if (seg->source_routed || tcp_len > len - seg->tcp_offset)
		return true;
	/* The pseudo-header: addresses, length, protocol. */
	if (packet[0] >> 4 == 4)
		sum = sum_bytes(packet + 12, 8, 0);
	else
		sum = sum_bytes(packet + 8, 32, 0);
	folded = fold(sum_bytes(tcp, tcp_len, sum));
	return fold(get_be16((const uint8_t *)&folded) + tcp_len + PROTO_TCP) ==
	       0xffff;
}
