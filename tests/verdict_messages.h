/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of nfqueue_verdict.c: reads its buffer back with libmnl, as
 * strictly as one who knows what may be in it can. Included first, for cmocka
 * wants certain headers before its own.
 */
#ifndef HANDSHAKED_TESTS_VERDICT_MESSAGES_H
#define HANDSHAKED_TESTS_VERDICT_MESSAGES_H

#include "random.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <string.h>

#include "conntrack.h"
#include "../src/nfqueue_verdict.h"

#define QUEUE   0x1234
#define SETTLED CONNTRACK_MARK_SETTLED

/* A message as the kernel reads it. */
struct message {
	int type;
	uint32_t id, verdict;
	bool has_ct, has_mark;
	uint32_t ct_mark, ct_mask; /* host order */
	uint32_t mark;
};

static struct verdict_buffer buffer;
static struct message messages[2 * NFQUEUE_BATCH + 1];
static unsigned int num_messages;

/* --------------------------------------------------------- reading back --- */

static inline uint32_t get_be32_attr(const struct nlattr *attr)
{
	assert_int_equal(mnl_attr_get_payload_len(attr), 4);
	return ntohl(mnl_attr_get_u32(attr));
}

static inline void read_conntrack(const struct nlattr *nest, struct message *m)
{
	bool has_mark = false, has_mask = false;
	const struct nlattr *attr;

	assert_true(nest->nla_type & NLA_F_NESTED);
	m->has_ct = true;
	mnl_attr_for_each_nested(attr, nest)
	{
		switch (mnl_attr_get_type(attr)) {
		case CTA_MARK:
			m->ct_mark = get_be32_attr(attr);
			has_mark = true;
			break;
		case CTA_MARK_MASK:
			m->ct_mask = get_be32_attr(attr);
			has_mask = true;
			break;
		default:
			fail_msg("CTA %d", mnl_attr_get_type(attr));
		}
	}
	assert_true(has_mark && has_mask);
}

static inline void read_verdict(const struct nlattr *attr, struct message *m)
{
	struct nfqnl_msg_verdict_hdr header;

	assert_int_equal(mnl_attr_get_payload_len(attr), sizeof(header));
	memcpy(&header, mnl_attr_get_payload(attr), sizeof(header));
	m->id = ntohl(header.id);
	m->verdict = ntohl(header.verdict);
}

static inline void read_header(const struct nlmsghdr *nlh, struct message *m)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);

	assert_in_range(nlh->nlmsg_len, 0, VERDICT_BYTES);
	assert_int_equal(nlh->nlmsg_len % MNL_ALIGNTO, 0);
	assert_int_equal(nlh->nlmsg_type >> 8, NFNL_SUBSYS_QUEUE);
	assert_true(nlh->nlmsg_flags & NLM_F_REQUEST);
	assert_int_equal(nfg->version, NFNETLINK_V0);
	assert_int_equal(ntohs(nfg->res_id), QUEUE);
	m->type = nlh->nlmsg_type & 0xff;
}

static inline void read_message(const struct nlmsghdr *nlh, struct message *m)
{
	bool has_verdict = false;
	const struct nlattr *attr;

	read_header(nlh, m);
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
	{
		switch (mnl_attr_get_type(attr)) {
		case NFQA_VERDICT_HDR:
			read_verdict(attr, m);
			has_verdict = true;
			break;
		case NFQA_CT:
			read_conntrack(attr, m);
			break;
		case NFQA_MARK:
			m->mark = get_be32_attr(attr);
			m->has_mark = true;
			break;
		default:
			fail_msg("NFQA %d", mnl_attr_get_type(attr));
		}
	}
	assert_true(has_verdict);
}

/* All of the buffer, which must be messages to its last byte. */
static inline void read_buffer(void)
{
	const struct nlmsghdr *nlh = (void *)buffer.bytes;
	int left = (int)buffer.len;

	assert_in_range(buffer.len, 0, sizeof(buffer.bytes));
	num_messages = 0;
	memset(messages, 0, sizeof(messages));
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		assert_in_range(num_messages, 0, ARRAY_SIZE(messages) - 1);
		read_message(nlh, &messages[num_messages++]);
	}
	assert_int_equal(left, 0);
}

static inline int begin(void **state)
{
	(void)state;
	memset(&buffer, 0xa5, sizeof(buffer));
	verdict_begin(&buffer, QUEUE);
	return 0;
}

static inline void end(void)
{
	verdict_end(&buffer);
	read_buffer();
}

#endif
