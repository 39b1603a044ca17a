/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A queue, as nfqueue.c and nfqueue_open.c know it. */
#ifndef HANDSHAKED_NFQUEUE_INTERNAL_H
#define HANDSHAKED_NFQUEUE_INTERNAL_H

#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "nfqueue.h"
#include "nfqueue_verdict.h"

/* A message: the copied bytes, the attributes, the conntrack entry. */
#define MESSAGE_BYTES 2048

/* What the kernel tells of a packet. */
struct queued_packet {
	uint32_t id;
	uint32_t mark;
	uint32_t in_ifindex; /* 0: it came in by none */
	bool local;          /* on its way out of this machine */
	bool has_checksum;   /* computed already, so it can be verified */
	bool has_conntrack;
	const uint8_t *bytes;
	size_t len;
	enum segment_error error; /* why it is refused, if it is */
};

struct nfqueue {
	struct mnl_socket *socket;
	struct judge *judge;
	struct sighting_ring *sightings;
	uint16_t num;
	bool has_conntrack;
	struct nfqueue_counters counters;
	struct verdict_buffer verdicts;
	struct queued_packet packets[NFQUEUE_BATCH];
	struct segment segments[NFQUEUE_BATCH]; /* of those not refused */
	size_t num_packets, num_segments;
	int num_received;   /* of the messages below */
	bool waits;         /* for packets, when there are none */
	bool has_left_over; /* maybe: of who had the queue before */
	struct mmsghdr messages[NFQUEUE_BATCH];
	struct iovec vectors[NFQUEUE_BATCH];
	_Alignas(struct nlmsghdr) char bytes[NFQUEUE_BATCH][MESSAGE_BYTES];
};

/* Judges and answers what is in a datagram from the kernel. */
void nfqueue_take(struct nfqueue *q, const char *bytes, size_t len,
		  uint64_t now_ns);

#endif
