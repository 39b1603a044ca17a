/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queue's socket: receiving, and for every packet id exactly one verdict,
 * whatever the packet is. What follows from a packet is for the judge to say;
 * what the verdict looks like on the wire is nfqueue_verdict.c, how we come by
 * the queue and part from it nfqueue_open.c.
 */
#include "nfqueue_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include "netlink.h"
#include "nfqueue_verdict.h"

/* ---- one packet ---- */

/* False when there is no packet id: then there is nothing to answer. */
static bool read_message(const struct nlmsghdr *nlh, struct queued_packet *p)
{
	struct nlattr *attr[NFQA_MAX + 1] = {NULL};
	const struct nfqnl_msg_packet_hdr *header;
	uint32_t info = 0;

	if (nfq_nlmsg_parse(nlh, attr) < 0 || !attr[NFQA_PACKET_HDR])
		return false;
	header = mnl_attr_get_payload(attr[NFQA_PACKET_HDR]);
	if (attr[NFQA_SKB_INFO])
		info = ntohl(mnl_attr_get_u32(attr[NFQA_SKB_INFO]));
	*p = (struct queued_packet){
		.id = ntohl(header->packet_id),
		.local = header->hook == NF_INET_LOCAL_OUT,
		.has_checksum = !(info & NFQA_SKB_CSUMNOTREADY),
		.has_conntrack = attr[NFQA_CT] != NULL,
	};
	if (attr[NFQA_IFINDEX_INDEV])
		p->in_ifindex =
			ntohl(mnl_attr_get_u32(attr[NFQA_IFINDEX_INDEV]));
	if (attr[NFQA_MARK])
		p->mark = ntohl(mnl_attr_get_u32(attr[NFQA_MARK]));
	if (attr[NFQA_PAYLOAD]) {
		p->bytes = mnl_attr_get_payload(attr[NFQA_PAYLOAD]);
		p->len = mnl_attr_get_payload_len(attr[NFQA_PAYLOAD]);
	}
	return true;
}

static void take_packet(struct nfqueue *q, const struct nlmsghdr *nlh)
{
	struct queued_packet *p = &q->packets[q->num_packets];
	struct segment *seg = &q->segments[q->num_segments];

	if (!read_message(nlh, p)) {
		q->counters.malformed++;
		return;
	}
	q->num_packets++;
	p->error = segment_parse(p->bytes, p->len, seg);
	if (!p->error && p->has_checksum && !p->local &&
	    !segment_checksum_ok(p->bytes, p->len, seg))
		p->error = SEG_BAD_CHECKSUM;
	if (p->error)
		return;
	seg->local = p->local;
	q->num_segments++;
}

static void answer_packet(struct nfqueue *q, const struct queued_packet *p,
			  const struct decision *d)
{
	enum settle_means settle = SETTLE_NOT;

	if (d->settled)
		settle = p->has_conntrack ? SETTLE_CONNTRACK : SETTLE_MARK;
	q->has_conntrack |= p->has_conntrack;
	if (q->has_left_over)
		verdict_left_over(&q->verdicts, p->id);
	q->has_left_over = false;
	verdict_put(&q->verdicts, p->id, d->verdict, settle, p->mark);
	q->counters.received++;
	if (d->verdict == VERDICT_ACCEPT)
		q->counters.accepted++;
	else
		q->counters.dropped++;
}

/* ---- one batch ---- */

static void note_finding(struct nfqueue *q, const struct queued_packet *p,
			 const struct segment *seg, const struct decision *d,
			 uint64_t now_ns)
{
	struct sighting *s = sighting_add(q->sightings);

	if (!s)
		return;
	sighting_of(s, seg, d, now_ns);
	s->in_ifindex = p->in_ifindex;
}

static struct decision judge_packet(struct nfqueue *q,
				    const struct queued_packet *p,
				    const struct segment *seg, uint64_t now_ns)
{
	struct decision d = judge_segment(q->judge, seg, now_ns);

	if (d.finding != FINDING_NONE)
		note_finding(q, p, seg, &d, now_ns);
	return d;
}

/* Those that were taken, in their order. */
static void judge_packets(struct nfqueue *q, uint64_t now_ns)
{
	const struct segment *seg = q->segments;

	judge_foresee(q->judge, q->segments, q->num_segments);
	for (size_t i = 0; i < q->num_packets; i++) {
		const struct queued_packet *p = &q->packets[i];
		struct decision d =
			p->error ? judge_refused(q->judge, p->error, p->local)
				 : judge_packet(q, p, seg++, now_ns);

		answer_packet(q, p, &d);
	}
	q->num_packets = q->num_segments = 0;
}

/* A full batch is answered before more is taken. */
static void make_room(struct nfqueue *q, uint64_t now_ns)
{
	if (q->num_packets < NFQUEUE_BATCH)
		return;
	judge_packets(q, now_ns);
	nfqueue_answer(q);
	verdict_begin(&q->verdicts, q->num);
}

/* A netlink datagram holds one packet, or the kernel's word on a verdict. */
static void take_datagram(struct nfqueue *q, const char *bytes,
			  size_t bytes_len, uint64_t now_ns)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)bytes;
	size_t whole = netlink_whole(bytes, bytes_len);
	int len = (int)whole;

	if (whole < bytes_len)
		q->counters.malformed++;
	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		make_room(q, now_ns);
		if (nlh->nlmsg_type ==
		    (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET))
			take_packet(q, nlh);
		else if (nlh->nlmsg_type == NLMSG_ERROR &&
			 !verdict_was_left_over(nlh))
			q->counters.verdict_errors++;
	}
}

void nfqueue_take(struct nfqueue *q, const char *bytes, size_t len,
		  uint64_t now_ns)
{
	verdict_begin(&q->verdicts, q->num);
	take_datagram(q, bytes, len, now_ns);
	judge_packets(q, now_ns);
	nfqueue_answer(q);
}

/*
 * Sending to the kernel runs its side at once and fails only for want of
 * memory; a second try is worth it, a third is not: fail-open and the queue's
 * end take care of the rest.
 */
void nfqueue_answer(struct nfqueue *q)
{
	struct verdict_buffer *b = &q->verdicts;

	verdict_end(b);
	if (b->len == 0)
		return;
	for (int tries = 0; tries < 2; tries++)
		if (mnl_socket_sendto(q->socket, b->bytes, b->len) >= 0)
			return;
	q->counters.verdict_errors++;
}

static int receive(struct nfqueue *q)
{
	int flags = q->waits ? MSG_WAITFORONE : MSG_DONTWAIT, n;

	do {
		n = recvmmsg(mnl_socket_get_fd(q->socket), q->messages,
			     NFQUEUE_BATCH, flags, NULL);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == ENOBUFS) {
		q->counters.overruns++;
		return 0;
	}
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	return n;
}

int nfqueue_receive(struct nfqueue *q)
{
	q->num_received = receive(q);
	return q->num_received;
}

void nfqueue_judge(struct nfqueue *q, uint64_t now_ns)
{
	verdict_begin(&q->verdicts, q->num);
	for (int i = 0; i < q->num_received; i++)
		take_datagram(q, q->bytes[i], q->messages[i].msg_len, now_ns);
	judge_packets(q, now_ns);
}

bool nfqueue_has_conntrack(const struct nfqueue *q)
{
	return q->has_conntrack;
}

const struct nfqueue_counters *nfqueue_counters(const struct nfqueue *q)
{
	return &q->counters;
}
