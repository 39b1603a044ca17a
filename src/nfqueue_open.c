/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Coming by a queue and parting from it: binding, taking over the socket that
 * a daemon before us had, retiring, closing.
 */
#include "nfqueue_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include "netlink.h"

/* Bytes of socket buffer per packet the queue may hold, as the kernel counts
 * them: the message and the overhead of its sk_buff. */
#define RECEIVE_BYTES_PER_PACKET 1536u

/* ---- binding ---- */

/* How a queue is to be, and whether it is ours by now. */
struct wanted {
	uint32_t length;
	uint32_t flags;
	bool is_bound;
	uint64_t now_ns;
};

/*
 * One message for all of it: between a BIND and a later copy mode the kernel
 * would drop what comes.
 */
static struct nlmsghdr *put_config(char *buffer, uint16_t num,
				   const struct wanted *w)
{
	struct nlmsghdr *nlh = nfq_nlmsg_put(buffer, NFQNL_MSG_CONFIG, num);

	nlh->nlmsg_flags |= NLM_F_ACK;
	if (!w->is_bound)
		nfq_nlmsg_cfg_put_cmd(nlh, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
	nfq_nlmsg_cfg_put_params(nlh, NFQNL_COPY_PACKET, NFQUEUE_COPY_BYTES);
	nfq_nlmsg_cfg_put_qmaxlen(nlh, w->length);
	mnl_attr_put_u32(nlh, NFQA_CFG_FLAGS, htonl(w->flags));
	mnl_attr_put_u32(nlh, NFQA_CFG_MASK, htonl(w->flags));
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
		if (nlh->nlmsg_type == NLMSG_ERROR &&
		    !verdict_was_left_over(nlh))
			return answer->error;
		nfqueue_take(q, q->bytes[0], (size_t)len, now_ns);
	}
}

static int configure(struct nfqueue *q, const struct wanted *w)
{
	char buffer[256] = {0}; /* libmnl does not clear its padding */
	struct nlmsghdr *nlh = put_config(buffer, q->num, w);

	if (mnl_socket_sendto(q->socket, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	return await_answer(q, w->now_ns);
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

static int set_up(struct nfqueue *q, struct wanted w)
{
	int error;

	w.flags = NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN | NFQA_CFG_F_CONNTRACK;
	error = configure(q, &w);
	/* Kernels without the glue refuse before they bind. */
	if (error == -EOPNOTSUPP) {
		w.flags &= ~(uint32_t)NFQA_CFG_F_CONNTRACK;
		error = configure(q, &w);
	}
	q->waits = true;
	return error ? error : set_wait(q);
}

/* Without a socket. */
static struct nfqueue *new_queue(uint16_t queue_num, struct judge *judge,
				 struct sighting_ring *sightings)
{
	struct nfqueue *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	q->num = queue_num;
	q->judge = judge;
	q->sightings = sightings;
	for (int i = 0; i < NFQUEUE_BATCH; i++) {
		q->vectors[i] = (struct iovec){q->bytes[i], MESSAGE_BYTES};
		q->messages[i].msg_hdr.msg_iov = &q->vectors[i];
		q->messages[i].msg_hdr.msg_iovlen = 1;
	}
	return q;
}

/* The queue, or NULL and errno, if there is an error. */
static struct nfqueue *opened(struct nfqueue *q, int error)
{
	if (!error)
		return q;
	nfqueue_close(q);
	errno = -error;
	return NULL;
}

struct nfqueue *nfqueue_open(uint16_t queue_num, uint32_t length,
			     struct judge *judge,
			     struct sighting_ring *sightings, uint64_t now_ns)
{
	const struct wanted wanted = {.length = length, .now_ns = now_ns};
	struct nfqueue *q = new_queue(queue_num, judge, sightings);
	int error;

	if (!q)
		return NULL;
	q->socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!q->socket || mnl_socket_bind(q->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return opened(q, -errno);
	error = set_socket_options(q, length);
	return opened(q, error ? error : set_up(q, wanted));
}

/* ---- taking over ---- */

/* And when stopping: the queue's default length many times over. */
#define BATCHES_TO_DRAIN 1024

/* What waits in the socket: first, or there is no room for an answer. */
static int drain(struct nfqueue *q, uint64_t now_ns)
{
	int n = 1;

	for (int i = 0; i < BATCHES_TO_DRAIN && n > 0; i++) {
		n = nfqueue_receive(q);
		if (n <= 0)
			break;
		nfqueue_judge(q, now_ns);
		nfqueue_answer(q);
	}
	return n < 0 ? n : 0;
}

/*
 * Nothing waited, so there is no packet whose id would tell up to which one a
 * verdict may be owed. Then to all: this id comes after those of the first two
 * thousand million packets, and later than that the next packet tells.
 */
#define LATE_ID 0x80000000u

static void accept_left_over(struct nfqueue *q)
{
	if (!q->has_left_over)
		return;
	verdict_begin(&q->verdicts, q->num);
	verdict_left_over(&q->verdicts, LATE_ID);
	nfqueue_answer(q);
}

struct nfqueue *nfqueue_take_over(int fd, uint16_t queue_num, uint32_t length,
				  struct judge *judge,
				  struct sighting_ring *sightings,
				  uint64_t now_ns)
{
	const struct wanted wanted = {
		.length = length, .is_bound = true, .now_ns = now_ns};
	struct nfqueue *q = new_queue(queue_num, judge, sightings);
	int error;

	if (!q) {
		close(fd);
		return NULL;
	}
	q->socket = mnl_socket_fdopen(fd);
	if (!q->socket) {
		error = -errno;
		close(fd);
		return opened(q, error);
	}
	q->has_left_over = true;
	error = set_socket_options(q, length);
	if (!error)
		error = drain(q, now_ns);
	if (!error)
		accept_left_over(q);
	return opened(q, error ? error : set_up(q, wanted));
}

/* ---- parting ---- */

/* A queue that holds nothing is always full: it fails open. */
static bool hold_nothing(const struct mnl_socket *socket, uint16_t num)
{
	char buffer[64] = {0};
	struct nlmsghdr *nlh = nfq_nlmsg_put(buffer, NFQNL_MSG_CONFIG, num);

	nfq_nlmsg_cfg_put_qmaxlen(nlh, 0);
	return mnl_socket_sendto(socket, nlh, nlh->nlmsg_len) >= 0;
}

void nfqueue_retire(struct nfqueue *q)
{
	/* The kernel acts at once; refused, we only lose what it is for. */
	if (!hold_nothing(q->socket, q->num))
		q->counters.verdict_errors++;
	q->waits = false;
}

static void note_id(const char *bytes, size_t len, uint32_t *id)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)bytes;
	struct nlattr *attr[NFQA_MAX + 1] = {NULL};
	const struct nfqnl_msg_packet_hdr *header;

	if (netlink_whole(bytes, len) == 0 ||
	    nlh->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET) ||
	    nfq_nlmsg_parse(nlh, attr) < 0 || !attr[NFQA_PACKET_HDR])
		return;
	header = mnl_attr_get_payload(attr[NFQA_PACKET_HDR]);
	*id = ntohl(header->packet_id);
}

void nfqueue_let_go(int fd, uint16_t queue_num)
{
	struct verdict_buffer verdict = {.len = 0};
	char bytes[MESSAGE_BYTES] __attribute__((aligned(4)));
	struct mnl_socket *socket = mnl_socket_fdopen(fd);
	uint32_t last = 0;
	ssize_t len;

	if (!socket) {
		close(fd);
		return;
	}
	hold_nothing(socket, queue_num);
	while ((len = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		note_id(bytes, (size_t)len, &last);
	verdict_begin(&verdict, queue_num);
	verdict_left_over(&verdict, last ? last + 1 : LATE_ID);
	mnl_socket_sendto(socket, verdict.bytes, verdict.len);
	mnl_socket_close(socket);
}

void nfqueue_close(struct nfqueue *q)
{
	if (!q)
		return;
	if (q->socket)
		mnl_socket_close(q->socket);
	free(q);
}

int nfqueue_fd(const struct nfqueue *q)
{
	return mnl_socket_get_fd(q->socket);
}
