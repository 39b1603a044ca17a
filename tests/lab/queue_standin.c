/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test only: appends a rule that queues, in the stead of nft's own `queue
 * num N bypass`, on a kernel that lacks nft_queue but has xt_NFQUEUE and
 * nft_compat. nft itself cannot write such a rule. It goes into the chain of
 * the shipped ruleset, so that hook, priority and the way a packet takes
 * there are the shipped ones; see lab_rules in lab.sh.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/xt_NFQUEUE.h>

/* The payload of an xtables target is padded to this (XT_ALIGN). */
#define TARGET_ALIGN 8

static struct nftnl_rule *rule_new(const char *table, const char *chain,
				   uint16_t first_queue, uint16_t queues)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();
	struct nftnl_expr *target = nftnl_expr_alloc("target");
	/* libnftnl takes the memory over and frees it. */
	size_t bytes = (sizeof(struct xt_NFQ_info_v3) + TARGET_ALIGN - 1) /
		       TARGET_ALIGN * TARGET_ALIGN;
	struct xt_NFQ_info_v3 *info = calloc(1, bytes);

	if (!rule || !target || !info)
		return NULL;
	info->queuenum = first_queue;
	info->queues_total = queues;
	info->flags = NFQ_FLAG_BYPASS;
	nftnl_expr_set_str(target, NFTNL_EXPR_TG_NAME, "NFQUEUE");
	nftnl_expr_set_u32(target, NFTNL_EXPR_TG_REV, 3);
	nftnl_expr_set(target, NFTNL_EXPR_TG_INFO, info, (uint32_t)bytes);
	nftnl_rule_set_u32(rule, NFTNL_RULE_FAMILY, NFPROTO_INET);
	nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, table);
	nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, chain);
	nftnl_rule_add_expr(rule, target);
	return rule;
}

/* Between the batch's begin and end there is this one message. */
static size_t batch_write(char *buffer, uint32_t seq, struct nftnl_rule *rule)
{
	struct mnl_nlmsg_batch *batch =
		mnl_nlmsg_batch_start(buffer, MNL_SOCKET_BUFFER_SIZE);
	struct nlmsghdr *message;
	size_t bytes;

	nftnl_batch_begin(mnl_nlmsg_batch_current(batch), seq);
	mnl_nlmsg_batch_next(batch);
	message = nftnl_nlmsg_build_hdr(mnl_nlmsg_batch_current(batch),
					NFT_MSG_NEWRULE, NFPROTO_INET,
					NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK,
					seq + 1);
	nftnl_rule_nlmsg_build_payload(message, rule);
	mnl_nlmsg_batch_next(batch);
	nftnl_batch_end(mnl_nlmsg_batch_current(batch), seq + 2);
	mnl_nlmsg_batch_next(batch);
	bytes = mnl_nlmsg_batch_size(batch);
	mnl_nlmsg_batch_stop(batch);
	return bytes;
}

/* Returns 0, or -1 with errno set by the kernel's answer. */
static int send_rule(struct nftnl_rule *rule)
{
	static char buffer[32768];
	uint32_t seq = (uint32_t)time(NULL);
	struct mnl_socket *nl = mnl_socket_open(NETLINK_NETFILTER);
	size_t bytes = batch_write(buffer, seq, rule);
	int result = -1;
	ssize_t received;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return -1;
	if (mnl_socket_sendto(nl, buffer, bytes) < 0)
		return -1;
	do {
		received = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
		if (received < 0)
			return -1;
		result = mnl_cb_run(buffer, (size_t)received, 0,
				    mnl_socket_get_portid(nl), NULL, NULL);
	} while (result > 0);
	mnl_socket_close(nl);
	return result;
}

int main(int argc, char **argv)
{
	struct nftnl_rule *rule;
	unsigned int first, last;

	if (argc != 4) {
		fprintf(stderr, "usage: %s TABLE CHAIN QUEUE[-LAST]\n",
			argv[0]);
		return 2;
	}
	if (sscanf(argv[3], "%u-%u", &first, &last) != 2)
		last = first = (unsigned int)strtoul(argv[3], NULL, 10);
	rule = rule_new(argv[1], argv[2], (uint16_t)first,
			(uint16_t)(last - first + 1));
	if (!rule || send_rule(rule)) {
		fprintf(stderr, "queue_standin: %s %s: %s\n", argv[1], argv[2],
			strerror(errno));
		return 1;
	}
	nftnl_rule_free(rule);
	return 0;
}
