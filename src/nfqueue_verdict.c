/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the verdicts of a batch. Runs of accepts become one batch verdict;
 * drops and settled connections get their own, in order.
 */
#include "nfqueue_verdict.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include "conntrack.h"

void verdict_begin(struct verdict_buffer *b, uint16_t queue_num)
{
	b->queue_num = queue_num;
	b->len = 0;
	b->run_packets = 0;
}

static struct nlmsghdr *message(struct verdict_buffer *b, int type, uint32_t id,
				int verdict)
{
	struct nlmsghdr *nlh =
		nfq_nlmsg_put(b->bytes + b->len, type, b->queue_num);

	nfq_nlmsg_verdict_put(nlh, (int)id, verdict);
	return nlh;
}

static void close_run(struct verdict_buffer *b)
{
	struct nlmsghdr *nlh;

	if (b->run_packets == 0)
		return;
	nlh = message(b,
		      b->run_packets > 1 ? NFQNL_MSG_VERDICT_BATCH
					 : NFQNL_MSG_VERDICT,
		      b->run_id, NF_ACCEPT);
	b->len += nlh->nlmsg_len;
	b->run_packets = 0;
}

/* Sets our bit of the ct mark and leaves the others. */
static void put_conntrack_mark(struct nlmsghdr *nlh)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, NFQA_CT);

	mnl_attr_put_u32(nlh, CTA_MARK, htonl(CONNTRACK_MARK_SETTLED));
	mnl_attr_put_u32(nlh, CTA_MARK_MASK, htonl(CONNTRACK_MARK_SETTLED));
	mnl_attr_nest_end(nlh, nest);
}

void verdict_put(struct verdict_buffer *b, uint32_t id, enum verdict verdict,
		 enum settle_means settle, uint32_t mark)
{
	struct nlmsghdr *nlh;

	if (verdict == VERDICT_ACCEPT && settle == SETTLE_NOT) {
		b->run_id = id;
		b->run_packets++;
		return;
	}
	close_run(b);
	nlh = message(b, NFQNL_MSG_VERDICT, id,
		      verdict == VERDICT_DROP ? NF_DROP : NF_ACCEPT);
	if (settle == SETTLE_CONNTRACK)
		put_conntrack_mark(nlh);
	else if (settle == SETTLE_MARK)
		nfq_nlmsg_verdict_put_mark(nlh, mark | CONNTRACK_MARK_SETTLED);
	b->len += nlh->nlmsg_len;
}

/* By its sequence number, which no other verdict has, its answer is known. */
#define LEFT_OVER 1

void verdict_left_over(struct verdict_buffer *b, uint32_t id)
{
	struct nlmsghdr *nlh =
		message(b, NFQNL_MSG_VERDICT_BATCH, id - 1, NF_ACCEPT);

	nlh->nlmsg_seq = LEFT_OVER;
	b->len += nlh->nlmsg_len;
}

bool verdict_was_left_over(const struct nlmsghdr *answer)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(answer);

	return mnl_nlmsg_get_payload_len(answer) >= sizeof(*error) &&
	       error->msg.nlmsg_seq == LEFT_OVER;
}

void verdict_end(struct verdict_buffer *b)
{
	close_run(b);
}
