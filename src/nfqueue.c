/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The queue's socket: binding, receiving, and for every packet id exactly one
 * verdict, whatever the packet is. What follows from a packet is for the
 * judge to say; what the verdict looks like on the wire is nfqueue_verdict.c.
 */
#include "nfqueue.h"

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

/* A message: the copied bytes, the attributes, the conntrack entry. */
#define MESSAGE_BYTES 2048

/* Bytes of socket buffer per packet the queue may hold, as the kernel counts
 * them: the message and the overhead of its sk_buff. */
#define RECEIVE_BYTES_PER_PACKET 1536u

/* ---- one packet ---- */

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
	int num_received; /* of the messages below */
	bool is_retired;
	struct mmsghdr messages[NFQUEUE_BATCH];
	struct iovec vectors[NFQUEUE_BATCH];
	_Alignas(struct nlmsghdr) char bytes[NFQUEUE_BATCH][MESSAGE_BYTES];
};

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

/* A netlink datagram holds one packet, or the kernel's word on a verdict. */
static void take_datagram(struct nfqueue *q, const char *bytes,
			  size_t bytes_len, uint64_t now_ns)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)bytes;
	int len = (int)netlink_whole(bytes, bytes_len);

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_type ==
		    (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET))
			take_packet(q, nlh);
		else if (nlh->nlmsg_type == NLMSG_ERROR)
			q->counters.verdict_errors++;
		if (q->num_packets == NFQUEUE_BATCH)
			judge_packets(q, now_ns);
	}
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
	int flags = q->is_retired ? MSG_DONTWAIT : MSG_WAITFORONE, n;

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

/* ---- binding ---- */

/*
 * One message for all of it: between a BIND and a later copy mode the kernel
 * would drop what comes.
 */
static struct nlmsghdr *put_config(char *buffer, uint16_t num, uint32_t length,
				   uint32_t flags)
{
	struct nlmsghdr *nlh = nfq_nlmsg_put(buffer, NFQNL_MSG_CONFIG, num);

	nlh->nlmsg_flags |= NLM_F_ACK;
	nfq_nlmsg_cfg_put_cmd(nlh, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
	nfq_nlmsg_cfg_put_params(nlh, NFQNL_COPY_PACKET, NFQUEUE_COPY_BYTES);
	nfq_nlmsg_cfg_put_qmaxlen(nlh, length);
	mnl_attr_put_u32(nlh, NFQA_CFG_FLAGS, htonl(flags));
	mnl_attr_put_u32(nlh, NFQA_CFG_MASK, htonl(flags));
	return nlh;
}

/* Waits for the kernel's answer; packets that overtake it are judged. */
static int await_answer(struct nfqueue *q, uint64_t now_ns)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)q->bytes[0];
	const struct nlmsgerr *answer = mnl_nlmsg_get_payload(nlh);
	ssize_t len;

	for (;;) {
		len = netlink_receive(q->socket, q->bytes[0], MESSAGE_BYTES);
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return -errno;
		if (nlh->nlmsg_type == NLMSG_ERROR)
			return answer->error;
		verdict_begin(&q->verdicts, q->num);
		take_datagram(q, q->bytes[0], (size_t)len, now_ns);
		judge_packets(q, now_ns);
		nfqueue_answer(q);
	}
}

static int bind_queue(struct nfqueue *q, uint32_t length, uint32_t flags,
		      uint64_t now_ns)
{
	char buffer[256];
	struct nlmsghdr *nlh = put_config(buffer, q->num, length, flags);

	if (mnl_socket_sendto(q->socket, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	return await_answer(q, now_ns);
}

static int set_socket_options(struct nfqueue *q, uint32_t length)
{
	int fd = mnl_socket_get_fd(q->socket), on = 1;
	uint64_t want = (uint64_t)length * RECEIVE_BYTES_PER_PACKET;
	int bytes = want > INT32_MAX / 2 ? INT32_MAX / 2 : (int)want;

	/* An overrun is counted by the kernel; it need not end a receive. */
	if (mnl_socket_setsockopt(q->socket, NETLINK_NO_ENOBUFS, &on,
				  sizeof(on)) < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		return -errno;
	return 0;
}

/* From now on receiving comes to an end though nothing comes. */
static int set_wait(struct nfqueue *q)
{
	struct timeval wait = {.tv_usec = NFQUEUE_WAIT_MS * 1000};

	if (setsockopt(mnl_socket_get_fd(q->socket), SOL_SOCKET, SO_RCVTIMEO,
		       &wait, sizeof(wait)))
		return -errno;
	return 0;
}

static int set_up(struct nfqueue *q, uint32_t length, uint64_t now_ns)
{
	uint32_t flags = NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN;
	int error = set_socket_options(q, length);

	if (error)
		return error;
	error = bind_queue(q, length, flags | NFQA_CFG_F_CONNTRACK, now_ns);
	/* Kernels without the glue refuse before they bind. */
	if (error == -EOPNOTSUPP)
		error = bind_queue(q, length, flags, now_ns);
	return error ? error : set_wait(q);
}

struct nfqueue *nfqueue_open(uint16_t queue_num, uint32_t length,
			     struct judge *judge,
			     struct sighting_ring *sightings, uint64_t now_ns)
{
	struct nfqueue *q = calloc(1, sizeof(*q));
	int error;

	if (!q)
		return NULL;
	q->num = queue_num;
	q->judge = judge;
	q->sightings = sightings;
	q->socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!q->socket ||
	    mnl_socket_bind(q->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		error = -errno;
		goto fail;
	}
	error = set_up(q, length, now_ns);
	if (error)
		goto fail;
	for (int i = 0; i < NFQUEUE_BATCH; i++) {
		q->vectors[i] = (struct iovec){q->bytes[i], MESSAGE_BYTES};
		q->messages[i].msg_hdr.msg_iov = &q->vectors[i];
		q->messages[i].msg_hdr.msg_iovlen = 1;
	}
	return q;
fail:
	nfqueue_close(q);
	errno = -error;
	return NULL;
}

/* A queue that holds nothing is always full: it fails open. */
void nfqueue_retire(struct nfqueue *q)
{
	char buffer[64];
	struct nlmsghdr *nlh = nfq_nlmsg_put(buffer, NFQNL_MSG_CONFIG, q->num);

	nfq_nlmsg_cfg_put_qmaxlen(nlh, 0);
	/* The kernel acts at once; refused, we only lose what it is for. */
	if (mnl_socket_sendto(q->socket, nlh, nlh->nlmsg_len) < 0)
		q->counters.verdict_errors++;
	q->is_retired = true;
}

void nfqueue_close(struct nfqueue *q)
{
	if (!q)
		return;
	if (q->socket)
		mnl_socket_close(q->socket);
	free(q);
}

bool nfqueue_has_conntrack(const struct nfqueue *q)
{
	return q->has_conntrack;
}

const struct nfqueue_counters *nfqueue_counters(const struct nfqueue *q)
{
	return &q->counters;
}
