/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The physical reference: a queue loop that accepts everything and does
 * nothing else, so that what the daemon adds can be told from what the kernel
 * costs. Binds and tunes its socket as src/nfqueue.c does, and has two forms:
 *
 *     reference single QUEUE LENGTH   one recv and one verdict a packet, as in
 *                                     libnetfilter_queue's nf-queue.c
 *     reference batch QUEUE LENGTH    recvmmsg and one verdict for 64 packets
 *
 * Prints "ready" when bound, and on SIGUSR1 and at the end by SIGTERM how many
 * packets there were.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include "bench.h"

/* These four as in src/nfqueue.c and include/nfqueue.h. */
#define COPY_BYTES               256
#define BATCH                    64
#define MESSAGE_BYTES            2048
#define RECEIVE_BYTES_PER_PACKET 1536

static struct mnl_socket *nl;
static uint16_t queue_num;
static uint64_t packets;
static volatile sig_atomic_t told, stopped;

static void on_signal(int number)
{
	if (number == SIGTERM)
		stopped = true;
	told = true;
}

static void tell(void)
{
	told = false;
	printf("packets %llu\n", (unsigned long long)packets);
	fflush(stdout);
}

/* An interrupted receive ends with EINTR: SA_RESTART is not asked for. */
static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
}

static void put_config(struct nlmsghdr *nlh, uint32_t length, uint32_t flags)
{
	nlh->nlmsg_flags |= NLM_F_ACK;
	nfq_nlmsg_cfg_put_cmd(nlh, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
	nfq_nlmsg_cfg_put_params(nlh, NFQNL_COPY_PACKET, COPY_BYTES);
	nfq_nlmsg_cfg_put_qmaxlen(nlh, length);
	mnl_attr_put_u32(nlh, NFQA_CFG_FLAGS, htonl(flags));
	mnl_attr_put_u32(nlh, NFQA_CFG_MASK, htonl(flags));
}

/* Returns 0 or the kernel's -errno. No rule queues to us yet. */
static int bind_queue(uint32_t length, uint32_t flags)
{
	char buffer[MESSAGE_BYTES];
	struct nlmsghdr *nlh =
		nfq_nlmsg_put(buffer, NFQNL_MSG_CONFIG, queue_num);
	const struct nlmsgerr *answer;

	put_config(nlh, length, flags);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0 ||
	    mnl_socket_recvfrom(nl, buffer, sizeof(buffer)) < 0)
		err(1, "queue %u", queue_num);
	nlh = (struct nlmsghdr *)buffer;
	if (nlh->nlmsg_type != NLMSG_ERROR)
		errx(1, "queue %u: a packet before the answer", queue_num);
	answer = mnl_nlmsg_get_payload(nlh);
	return answer->error;
}

static void open_queue(uint32_t length)
{
	uint32_t flags = NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN;
	int bytes = (int)(length * RECEIVE_BYTES_PER_PACKET), on = 1, error;

	nl = mnl_socket_open(NETLINK_NETFILTER);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(nl, NETLINK_NO_ENOBUFS, &on, sizeof(on)) ||
	    setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVBUFFORCE,
		       &bytes, sizeof(bytes)))
		err(1, "netlink");
	error = bind_queue(length, flags | NFQA_CFG_F_CONNTRACK);
	if (error == -EOPNOTSUPP)
		error = bind_queue(length, flags);
	if (error)
		errx(1, "queue %u: %s", queue_num, strerror(-error));
}

static void send_verdict(int type, uint32_t id)
{
	char buffer[MESSAGE_BYTES];
	struct nlmsghdr *nlh = nfq_nlmsg_put(buffer, type, queue_num);

	nfq_nlmsg_verdict_put(nlh, (int)id, NF_ACCEPT);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		err(1, "verdict");
}

/* False for what is no packet. */
static bool packet_id(const struct nlmsghdr *nlh, uint32_t *id)
{
	struct nlattr *attr[NFQA_MAX + 1] = {NULL};
	const struct nfqnl_msg_packet_hdr *header;

	if (nlh->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET) ||
	    nfq_nlmsg_parse(nlh, attr) < 0 || !attr[NFQA_PACKET_HDR])
		return false;
	header = mnl_attr_get_payload(attr[NFQA_PACKET_HDR]);
	*id = ntohl(header->packet_id);
	return true;
}

static void run_single(void)
{
	static _Alignas(struct nlmsghdr) char bytes[MESSAGE_BYTES];
	uint32_t id;

	while (!stopped) {
		if (told)
			tell();
		if (mnl_socket_recvfrom(nl, bytes, sizeof(bytes)) < 0) {
			if (errno != EINTR && errno != ENOBUFS)
				err(1, "receive");
			continue;
		}
		if (!packet_id((const struct nlmsghdr *)bytes, &id))
			continue;
		packets++;
		send_verdict(NFQNL_MSG_VERDICT, id);
	}
}

static void take_batch(struct mmsghdr *messages, char bytes[][MESSAGE_BYTES])
{
	uint32_t id, last = 0;
	int count = 0;
	int n = recvmmsg(mnl_socket_get_fd(nl), messages, BATCH, MSG_WAITFORONE,
			 NULL);

	if (n < 0 && errno != EINTR && errno != ENOBUFS)
		err(1, "receive");
	for (int i = 0; i < n; i++) {
		if (!packet_id((const struct nlmsghdr *)bytes[i], &id))
			continue;
		last = id;
		count++;
	}
	if (count == 0)
		return;
	packets += (uint64_t)count;
	send_verdict(NFQNL_MSG_VERDICT_BATCH, last);
}

static void run_batch(void)
{
	static _Alignas(struct nlmsghdr) char bytes[BATCH][MESSAGE_BYTES];
	static struct mmsghdr messages[BATCH];
	static struct iovec vectors[BATCH];

	for (int i = 0; i < BATCH; i++) {
		vectors[i] = (struct iovec){bytes[i], MESSAGE_BYTES};
		messages[i].msg_hdr.msg_iov = &vectors[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	while (!stopped) {
		if (told)
			tell();
		take_batch(messages, bytes);
	}
}

int main(int argc, char **argv)
{
	bool single = argc == 4 && strcmp(argv[1], "single") == 0;

	if (argc != 4 || (!single && strcmp(argv[1], "batch") != 0))
		errx(2, "usage: %s single|batch QUEUE LENGTH", argv[0]);
	queue_num = (uint16_t)bench_number(argv[2], 0, 65535);
	catch_signals();
	open_queue((uint32_t)bench_number(argv[3], 64, 1048576));
	puts("ready");
	fflush(stdout);
	if (single)
		run_single();
	else
		run_batch();
	tell();
	return 0;
}
