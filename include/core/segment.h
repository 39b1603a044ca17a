/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine knows of one TCP segment, and how it gets there from the
 * bytes of an IP packet. The parser never reads past `len`, never allocates
 * and refuses by name what it cannot judge.
 */
#ifndef HANDSHAKED_CORE_SEGMENT_H
#define HANDSHAKED_CORE_SEGMENT_H

#include "core/address.h"

/* Control bits, RFC 9293 section 3.1; AE is bit 8 of the word (RFC 9768). */
enum tcp_flag {
	TCP_FIN = 0x001,
	TCP_SYN = 0x002,
	TCP_RST = 0x004,
	TCP_PSH = 0x008,
	TCP_ACK = 0x010,
	TCP_URG = 0x020,
	TCP_ECE = 0x040,
	TCP_CWR = 0x080,
	TCP_AE = 0x100,
};

/* Options seen in the header; which ones, not their values. */
enum segment_option {
	SEG_OPT_MSS = 1 << 0,
	SEG_OPT_WSCALE = 1 << 1,
	SEG_OPT_SACK_PERMITTED = 1 << 2,
	SEG_OPT_SACK = 1 << 3,
	SEG_OPT_TIMESTAMPS = 1 << 4,
	SEG_OPT_FAST_OPEN = 1 << 5,
	SEG_OPT_OTHER = 1 << 6,
	SEG_OPT_MALFORMED = 1 << 7, /* length 0, 1 or past the header */
};

/* Every number is in host byte order. */
struct segment {
	struct address src, dst;
	uint16_t src_port, dst_port;
	uint32_t seq;        /* SEG.SEQ */
	uint32_t ack;        /* SEG.ACK; meaningless without TCP_ACK */
	uint16_t window;     /* as on the wire, not scaled */
	uint16_t flags;      /* enum tcp_flag, reserved bits left out */
	uint8_t options;     /* enum segment_option */
	uint8_t ttl;         /* TTL or hop limit */
	uint16_t tcp_offset; /* where the TCP header starts, bytes */
	uint32_t data_len;   /* payload as the IP header tells it, bytes */
	/*
	 * Set by who received the packet, false otherwise: this machine sent
	 * it itself. Such a segment moves the model but is never dropped, and
	 * its source never charged.
	 */
	bool local;
	/*
	 * An IPv6 routing header has segments left: dst is not yet the final
	 * destination, over which the checksum was computed.
	 */
	bool source_routed;
	uint32_t flow_hash; /* see flow_foresee(); 0 elsewhere */
};

/*
 * Why a packet was refused. A refused packet says nothing about its source:
 * it is counted under this name and never charged.
 */
enum segment_error {
	SEG_OK,
	SEG_NOT_IP,        /* version neither 4 nor 6, or no byte at all */
	SEG_TRUNCATED_IP,  /* the IP header is not all there */
	SEG_BAD_IHL,       /* IPv4 header length below 20 bytes */
	SEG_BAD_LENGTH,    /* IP length smaller than the headers it holds */
	SEG_FRAGMENT,      /* part of a fragmented packet */
	SEG_NOT_TCP,       /* another protocol, or no next header */
	SEG_TRUNCATED_EXT, /* an IPv6 extension header is not all there */
	SEG_TOO_MANY_EXT,  /* more extension headers than anyone sends */
	SEG_TRUNCATED_TCP, /* the TCP header is not all there */
	SEG_BAD_DOFF,      /* data offset below 20 bytes or past the end */
	SEG_BAD_CHECKSUM,  /* given by callers of segment_checksum_ok() */
	SEG_NUM_ERRORS
};

/* Name of each, in Zeek's manner: "truncated_IP", "bad_TCP_header_len". */
extern const char *const segment_error_name[SEG_NUM_ERRORS];

/*
 * Reads one IPv4 or IPv6 packet, from its first byte, of which `len` bytes
 * are there. The payload may be cut short (a capture or a queue copies only
 * the head of a packet): data_len comes from the IP header. An IPv4 total or
 * IPv6 payload length of 0 (a segment bigger than 64 KiB, RFC 2675 and the
 * kernel's "BIG TCP") is taken as `len`.
 *
 * Fills *out and returns SEG_OK, or returns the reason and leaves *out in an
 * unspecified state. IPv6 hop-by-hop, routing, destination options and
 * authentication headers are walked (RFC 8200 section 4), an atomic fragment
 * (RFC 6946) counts as no fragment.
 */
enum segment_error segment_parse(const uint8_t *packet, size_t len,
				 struct segment *out);

/*
 * Verifies the TCP checksum (RFC 9293 section 3.1) of a packet that
 * segment_parse() accepted into *seg. True when it is right, and when it
 * cannot be told because the payload is not all there or source_routed is
 * set. Not to be asked of packets whose checksum is not computed yet
 * (offload).
 */
bool segment_checksum_ok(const uint8_t *packet, size_t len,
			 const struct segment *seg);

#endif
