/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets out of a capture file, for replay: pcap (read by libpcap) and
 * pcapng (pcapng.c), with the link layer already stripped (capture_link.c).
 * One packet is held at a time, however long the file is.
 */
#ifndef HANDSHAKED_CAPTURE_H
#define HANDSHAKED_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct capture;

struct capture_packet {
	/*
	 * The IP packet from its first byte, as much of it as was captured;
	 * link layer padding may follow it. For segment_parse(), valid until
	 * the next call. NULL and 0 unless is_ip.
	 */
	const uint8_t *ip;
	size_t len;
	/* Since 1970, as the file tells it: may go backwards or be absurd. */
	uint64_t time_ns;
	uint64_t number; /* in the file, from 1 */
	bool is_ip;      /* by what the link layer says is inside */
	/*
	 * The link type, as tcpdump.org numbers it, if it is one we cannot
	 * look into; 0 otherwise.
	 */
	uint32_t unknown_link;
};

/*
 * Opens a file of either format, "-" for standard input. Returns NULL, with
 * one line (no newline) in `error` that names the file, if it cannot be read
 * or is no capture.
 */
struct capture *capture_open(const char *path, char *error, size_t error_bytes);

/*
 * Returns 1 with the next packet in *out, IP or not, 0 at the end of the
 * file, and -1 where the file is cut short or makes no sense; nothing can be
 * read after that, and later calls return the same.
 */
int capture_next(struct capture *c, struct capture_packet *out);

/* After -1: one line, "FILE: packet 17: truncated ...". */
const char *capture_error(const struct capture *c);

/* How far reading has come; 0 if that cannot be told (a pipe). */
uint64_t capture_bytes_read(const struct capture *c);

/* How long the file is; 0 if unknown (a pipe). */
uint64_t capture_bytes_total(const struct capture *c);

/* NULL is allowed. */
void capture_close(struct capture *c);

#endif
