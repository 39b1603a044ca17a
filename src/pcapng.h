/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packets of a pcapng file, each with the link type of its interface.
 * For capture.c.
 */
#ifndef HANDSHAKED_PCAPNG_H
#define HANDSHAKED_PCAPNG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct pcapng;

struct pcapng_packet {
	const uint8_t *bytes; /* of the frame, valid until the next call */
	size_t len;
	uint32_t link_type; /* a LINKTYPE_ number of tcpdump.org */
	uint64_t time_ns;   /* since 1970, clamped to what fits */
};

/*
 * Reads the head of the first section. Returns NULL, with one line (no
 * newline, no file name) in `error`, if there is none. The file stays the
 * caller's and must outlive the reader.
 */
struct pcapng *pcapng_open(FILE *file, char *error, size_t error_bytes);

/*
 * Returns 1 with the next packet in *out, 0 at the end of the file, -1 where
 * it is cut short or makes no sense: pcapng_error() says how. Not to be
 * called again after 0 or -1.
 */
int pcapng_next(struct pcapng *r, struct pcapng_packet *out);

const char *pcapng_error(const struct pcapng *r);

/* NULL is allowed. */
void pcapng_close(struct pcapng *r);

#endif
