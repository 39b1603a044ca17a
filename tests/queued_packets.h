/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel of fake_netlink.h says when packets are queued. */
#ifndef HANDSHAKED_TESTS_QUEUED_PACKETS_H
#define HANDSHAKED_TESTS_QUEUED_PACKETS_H

#include "fake_netlink.h"

#include <arpa/inet.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>

/* A message at `to`, of a packet that is no TCP segment. Returns its length. */
static inline size_t put_packet(char *to, uint32_t id)
{
	static const char payload[40] = {0x45};
	const struct nfqnl_msg_packet_hdr header = {
		.packet_id = htonl(id),
		.hook = NF_INET_PRE_ROUTING,
	};
	struct nlmsghdr *nlh = nfq_nlmsg_put(to, NFQNL_MSG_PACKET, 0);

	mnl_attr_put(nlh, NFQA_PACKET_HDR, sizeof(header), &header);
	mnl_attr_put(nlh, NFQA_PAYLOAD, sizeof(payload), payload);
	return nlh->nlmsg_len;
}

/* The kernel says it next. */
static inline struct said *a_packet(uint32_t id)
{
	struct said *s = says();

	*s = (struct said){.len = 0};
	s->len = put_packet(s->bytes, id);
	return s;
}

#endif
