/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the expressions that queue packets in the rules of our table. */
#include "rule_queues.h"

#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_NFQUEUE.h>

#include "nft_message.h"

/* Of a dump that was interrupted by a change. */
#define MAX_TRIES 8

/* The numbers that a rule's expression may send a packet to. */
struct range {
	uint32_t first, total;
	bool bypass;
};

struct reading {
	struct rule_queues *out;
	/*
	 * A number that the expression just before put into a register:
	 * `numgen inc mod 4`, `symhash mod 4 offset 2`.
	 */
	uint32_t computed_in;
	struct range computed;
};

static void add(struct rule_queues *out, struct range r)
{
	for (uint32_t i = 0; i < r.total && r.first + i <= UINT16_MAX; i++) {
		queue_numbers_add(&out->sent, r.first + i);
		if (!r.bypass)
			queue_numbers_add(&out->strict, r.first + i);
	}
}

/* ---- expressions ---- */

static void note_queue(struct reading *r, const struct nftnl_expr *e)
{
	const uint16_t flags = nftnl_expr_get_u16(e, NFTNL_EXPR_QUEUE_FLAGS);
	const bool bypass = flags & NFT_QUEUE_FLAG_BYPASS;
	struct range range = {.bypass = bypass};

	if (!nftnl_expr_is_set(e, NFTNL_EXPR_QUEUE_SREG_QNUM)) {
		range.first = nftnl_expr_get_u16(e, NFTNL_EXPR_QUEUE_NUM);
		range.total = nftnl_expr_get_u16(e, NFTNL_EXPR_QUEUE_TOTAL);
		if (range.total == 0)
			range.total = 1;
	} else if (r->computed.total &&
		   nftnl_expr_get_u32(e, NFTNL_EXPR_QUEUE_SREG_QNUM) ==
			   r->computed_in) {
		range = r->computed;
		range.bypass = bypass;
	} else {
		r->out->has_unknown = true;
	}
	add(r->out, range);
}

/*
 * xtables' NFQUEUE, by way of nft_compat: kernels without nft_queue have no
 * other rule that queues, and the tests on such a kernel depend on it.
 */
static void note_target(struct reading *r, const struct nftnl_expr *e)
{
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_TG_NAME);
	const uint32_t revision = nftnl_expr_get_u32(e, NFTNL_EXPR_TG_REV);
	struct xt_NFQ_info_v3 info;
	struct range range;
	const void *bytes;
	uint32_t len;

	if (!name || strcmp(name, "NFQUEUE") != 0)
		return;
	bytes = nftnl_expr_get(e, NFTNL_EXPR_TG_INFO, &len);
	/* Each revision begins as the one before, and is padded. */
	if (!bytes || len < sizeof(info)) {
		r->out->has_unknown = true;
		return;
	}
	memcpy(&info, bytes, sizeof(info));
	range.first = info.queuenum;
	range.total = revision ? info.queues_total : 1;
	range.bypass = revision >= 2 && info.flags & NFQ_FLAG_BYPASS;
	add(r->out, range);
}

static void note_computed(struct reading *r, const struct nftnl_expr *e,
			  bool is_hash)
{
	r->computed_in = nftnl_expr_get_u32(e, is_hash ? NFTNL_EXPR_HASH_DREG
						       : NFTNL_EXPR_NG_DREG);
	r->computed.total = nftnl_expr_get_u32(
		e, is_hash ? NFTNL_EXPR_HASH_MODULUS : NFTNL_EXPR_NG_MODULUS);
	r->computed.first = nftnl_expr_get_u32(
		e, is_hash ? NFTNL_EXPR_HASH_OFFSET : NFTNL_EXPR_NG_OFFSET);
}

static int note_expression(struct nftnl_expr *e, void *arg)
{
	struct reading *r = arg;
	const char *name = nftnl_expr_get_str(e, NFTNL_EXPR_NAME);

	if (strcmp(name, "queue") == 0)
		note_queue(r, e);
	else if (strcmp(name, "target") == 0)
		note_target(r, e);
	r->computed.total = 0;
	if (strcmp(name, "numgen") == 0 || strcmp(name, "hash") == 0)
		note_computed(r, e, *name == 'h');
	return MNL_CB_OK;
}

/* ---- rules ---- */

void rule_queues_note(struct rule_queues *out, const struct nlmsghdr *nlh)
{
	struct reading r = {.out = out};
	struct nftnl_rule *rule;

	if (nft_message_type(nlh) != NFT_MSG_NEWRULE ||
	    !nft_message_is_ours(nlh))
		return;
	rule = nftnl_rule_alloc();
	/* A rule that libnftnl does not know may send to any queue. */
	if (!rule || nftnl_rule_nlmsg_parse(nlh, rule) < 0)
		out->has_unknown = true;
	else
		nftnl_expr_foreach(rule, note_expression, &r);
	if (rule)
		nftnl_rule_free(rule);
}

static int note_rule(const struct nlmsghdr *nlh, void *arg)
{
	rule_queues_note(arg, nlh);
	return MNL_CB_OK;
}

int rule_queues_read(struct rule_queues *out)
{
	int error, tries = 0;

	do {
		memset(out, 0, sizeof(*out));
		error = nft_dump_rules(note_rule, out);
	} while (error == -EINTR && ++tries < MAX_TRIES);
	return error;
}
