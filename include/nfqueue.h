/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NFQUEUE: receives packets from the kernel in batches, has each judged, and
 * returns exactly one verdict for each, in order. Built on libmnl and
 * libnetfilter_queue. This adapter does not log and knows nothing of TCP.
 */
#ifndef HANDSHAKED_NFQUEUE_H
#define HANDSHAKED_NFQUEUE_H

#include "core/sighting.h"

/* Bytes of each packet the kernel copies: IPv6, a few extension headers and
 * the longest TCP header. */
#define NFQUEUE_COPY_BYTES 256

/* Packets received and answered at once. */
#define NFQUEUE_BATCH 64

struct nfqueue;

struct nfqueue_counters {
	uint64_t received; /* = accepted + dropped */
	uint64_t accepted;
	uint64_t dropped;
	uint64_t malformed; /* without a packet id, or cut short: no verdict */
	uint64_t overruns;  /* ENOBUFS on receiving */
	uint64_t
		verdict_errors; /* verdicts that could not be sent, in messages,
				    or that the kernel refused */
};

/* The kernel's own. */
struct nfqueue_kernel_counters {
	uint64_t kernel_dropped; /* the queue was full */
	uint64_t user_dropped;   /* our socket was full */
};

/*
 * Binds queue `queue_num` with room for `length` packets in the kernel, and
 * has `judge` (which stays the caller's and must outlive the queue) judge
 * what comes, from the first packet on, which may be now. Asks for GSO packets
 * as they are, for fail-open, and for conntrack data where the kernel has it.
 * What is found in packets is put into `sightings`, which is the caller's too.
 *
 * Returns NULL with errno set: EPERM without CAP_NET_ADMIN and, with it, when
 * another process has the queue; or the kernel's own error.
 */
struct nfqueue *nfqueue_open(uint16_t queue_num, uint32_t length,
			     struct judge *judge,
			     struct sighting_ring *sightings, uint64_t now_ns);

/*
 * The same with `fd`, the socket of a queue that another process had bound,
 * which is the queue's from now on, and closed by a failure. Packets that wait
 * in it are judged at once, and those for which the other one owes a verdict
 * are accepted.
 */
struct nfqueue *nfqueue_take_over(int fd, uint16_t queue_num, uint32_t length,
				  struct judge *judge,
				  struct sighting_ring *sightings,
				  uint64_t now_ns);

/* Of such a socket: accepts all that waits in its queue, and closes it. */
void nfqueue_let_go(int fd, uint16_t queue_num);

/* The socket, which stays the queue's: for somebody to keep it open. */
int nfqueue_fd(const struct nfqueue *q);

/* Packets still queued are dropped by the kernel, if nobody else has the
 * socket. Accepts NULL. */
void nfqueue_close(struct nfqueue *q);

/*
 * Waits for packets, NFQUEUE_WAIT_MS at most, and receives NFQUEUE_BATCH at
 * most. Returns how many there were, or -errno when the socket is beyond use.
 */
#define NFQUEUE_WAIT_MS 200
int nfqueue_receive(struct nfqueue *q);

/*
 * What comes from now on passes unjudged; what waits is received without
 * waiting for more. Before nfqueue_close(), which would drop it.
 */
void nfqueue_retire(struct nfqueue *q);

/*
 * Has the packets received last judged at `now_ns`, and sends their verdicts.
 * In between, sources that they got listed can be put into the set, so that
 * what they asked for is not let go first.
 */
void nfqueue_judge(struct nfqueue *q, uint64_t now_ns);
void nfqueue_answer(struct nfqueue *q);

/* Does the kernel attach conntrack data (known after the first packet)? */
bool nfqueue_has_conntrack(const struct nfqueue *q);

const struct nfqueue_counters *nfqueue_counters(const struct nfqueue *q);

/*
 * Adds up the kernel's counters of `count` queues from `first` on, of this
 * network namespace. False when they cannot be read: only root may.
 */
bool nfqueue_kernel_counters(uint16_t first, unsigned int count,
			     struct nfqueue_kernel_counters *out);

#endif
