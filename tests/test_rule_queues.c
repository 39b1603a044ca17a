/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rule_queues.c: rules of each form that queues, as libnftnl writes them, for
 * this kernel may have no nft_queue; and a dump of the running kernel.
 */
#include "netns.h"

#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_NFQUEUE.h>

#include "core/base.h"
#include "rule_queues.h"

static struct rule_queues found;
static struct nftnl_rule *rule;

static int setup(void **state)
{
	(void)state;
	memset(&found, 0, sizeof(found));
	rule = nftnl_rule_alloc();
	return rule ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	nftnl_rule_free(rule);
	return 0;
}

static struct nftnl_expr *expression(const char *name)
{
	struct nftnl_expr *e = nftnl_expr_alloc(name);

	assert_non_null(e);
	nftnl_rule_add_expr(rule, e);
	return e;
}

static struct nftnl_expr *queue(uint16_t flags)
{
	struct nftnl_expr *e = expression("queue");

	nftnl_expr_set_u16(e, NFTNL_EXPR_QUEUE_FLAGS, flags);
	return e;
}

static void queue_range(uint16_t num, uint16_t total, uint16_t flags)
{
	struct nftnl_expr *e = queue(flags);

	nftnl_expr_set_u16(e, NFTNL_EXPR_QUEUE_NUM, num);
	nftnl_expr_set_u16(e, NFTNL_EXPR_QUEUE_TOTAL, total);
}

static void queue_register(uint32_t reg)
{
	nftnl_expr_set_u32(queue(NFT_QUEUE_FLAG_BYPASS),
			   NFTNL_EXPR_QUEUE_SREG_QNUM, reg);
}

static void numgen(uint32_t reg, uint32_t modulus, uint32_t offset)
{
	struct nftnl_expr *e = expression("numgen");

	nftnl_expr_set_u32(e, NFTNL_EXPR_NG_DREG, reg);
	nftnl_expr_set_u32(e, NFTNL_EXPR_NG_MODULUS, modulus);
	nftnl_expr_set_u32(e, NFTNL_EXPR_NG_TYPE, NFT_NG_INCREMENTAL);
	nftnl_expr_set_u32(e, NFTNL_EXPR_NG_OFFSET, offset);
}

static void symhash(uint32_t reg, uint32_t modulus, uint32_t offset)
{
	struct nftnl_expr *e = expression("hash");

	nftnl_expr_set_u32(e, NFTNL_EXPR_HASH_DREG, reg);
	nftnl_expr_set_u32(e, NFTNL_EXPR_HASH_MODULUS, modulus);
	nftnl_expr_set_u32(e, NFTNL_EXPR_HASH_TYPE, NFT_HASH_SYM);
	nftnl_expr_set_u32(e, NFTNL_EXPR_HASH_OFFSET, offset);
}

static void target(const char *name, uint32_t revision, uint32_t bytes)
{
	struct nftnl_expr *e = expression("target");
	struct xt_NFQ_info_v3 *info = calloc(1, bytes); /* libnftnl frees it */

	assert_non_null(info);
	info->queuenum = 8;
	info->queues_total = 2;
	info->flags = NFQ_FLAG_BYPASS;
	nftnl_expr_set_str(e, NFTNL_EXPR_TG_NAME, name);
	nftnl_expr_set_u32(e, NFTNL_EXPR_TG_REV, revision);
	nftnl_expr_set(e, NFTNL_EXPR_TG_INFO, info, bytes);
}

/* As the kernel reports it. */
static void note_in(uint8_t family, const char *table)
{
	static char buffer[8192];
	struct nlmsghdr *nlh;

	memset(buffer, 0, sizeof(buffer));
	nlh = nftnl_nlmsg_build_hdr(buffer, NFT_MSG_NEWRULE, family, 0, 0);
	nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, table);
	nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, "divert");
	nftnl_rule_nlmsg_build_payload(nlh, rule);
	rule_queues_note(&found, nlh);
}

static void note(void)
{
	note_in(NFPROTO_INET, "handshaked");
}

static unsigned int count(const struct queue_numbers *n)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i <= UINT16_MAX; i++)
		sum += queue_numbers_has(n, i);
	return sum;
}

/* `strict`: of these, how many are of a rule without bypass. */
static void assert_sent(unsigned int first, unsigned int total,
			unsigned int strict)
{
	for (unsigned int i = first; i < first + total; i++)
		assert_true(queue_numbers_has(&found.sent, i));
	assert_int_equal(count(&found.sent), total);
	assert_int_equal(count(&found.strict), strict);
}

/* ---- rules ---- */

static void one_queue(void **state)
{
	(void)state;
	queue_range(5, 1, NFT_QUEUE_FLAG_BYPASS);
	note();
	assert_sent(5, 1, 0);
	assert_false(found.has_unknown);
}

static void a_range_up_to_the_last_number(void **state)
{
	(void)state;
	queue_range(65530, 6, NFT_QUEUE_FLAG_BYPASS);
	note();
	assert_sent(65530, 6, 0);
}

/* No kernel takes it, but nothing is written past the end for it. */
static void a_range_that_is_too_long(void **state)
{
	(void)state;
	queue_range(65530, 65535, NFT_QUEUE_FLAG_BYPASS);
	note();
	assert_sent(65530, 6, 0);
}

static void a_rule_without_bypass(void **state)
{
	(void)state;
	queue_range(2, 3, NFT_QUEUE_FLAG_CPU_FANOUT);
	note();
	assert_sent(2, 3, 3);
}

static void a_number_that_numgen_computes(void **state)
{
	(void)state;
	numgen(NFT_REG_1, 4, 10);
	queue_register(NFT_REG_1);
	note();
	assert_sent(10, 4, 0);
	assert_false(found.has_unknown);
}

static void a_number_that_a_hash_computes(void **state)
{
	(void)state;
	symhash(NFT_REG_2, 2, 6);
	queue_register(NFT_REG_2);
	note();
	assert_sent(6, 2, 0);
	assert_false(found.has_unknown);
}

static void a_number_out_of_a_map_is_not_known(void **state)
{
	struct nftnl_expr *map;

	(void)state;
	numgen(NFT_REG_1, 4, 10);
	map = expression("lookup");
	nftnl_expr_set_u32(map, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(map, NFTNL_EXPR_LOOKUP_DREG, NFT_REG_1);
	nftnl_expr_set_str(map, NFTNL_EXPR_LOOKUP_SET, "map");
	queue_register(NFT_REG_1);
	note();
	assert_sent(0, 0, 0);
	assert_true(found.has_unknown);
}

static void another_register_is_not_known(void **state)
{
	(void)state;
	numgen(NFT_REG_1, 4, 10);
	queue_register(NFT_REG_2);
	note();
	assert_sent(0, 0, 0);
	assert_true(found.has_unknown);
}

static void several_rules_add_up(void **state)
{
	(void)state;
	queue_range(0, 1, NFT_QUEUE_FLAG_BYPASS);
	note();
	nftnl_rule_free(rule);
	rule = nftnl_rule_alloc();
	queue_range(1, 2, 0);
	note();
	assert_sent(0, 3, 2);
}

/* ---- the stand-in of kernels without nft_queue ---- */

static void an_xtables_target(void **state)
{
	(void)state;
	target("NFQUEUE", 3, 8);
	note();
	assert_sent(8, 2, 0);
}

static void an_old_xtables_target(void **state)
{
	(void)state;
	target("NFQUEUE", 0, 8);
	note();
	assert_sent(8, 1, 1);
}

static void another_xtables_target(void **state)
{
	(void)state;
	target("NFLOG", 0, 80);
	note();
	assert_sent(0, 0, 0);
	assert_false(found.has_unknown);
}

/* ---- what is none of ours ---- */

static void rules_of_other_tables(void **state)
{
	(void)state;
	queue_range(5, 1, 0);
	note_in(NFPROTO_INET, "other");
	note_in(NFPROTO_IPV4, "handshaked");
	assert_sent(0, 0, 0);
}

static void a_rule_that_is_no_rule(void **state)
{
	static char buffer[256];
	struct nlmsghdr *nlh = nftnl_nlmsg_build_hdr(buffer, NFT_MSG_NEWRULE,
						     NFPROTO_INET, 0, 0);
	struct nlattr *list, *element;

	(void)state;
	mnl_attr_put_strz(nlh, NFTA_RULE_TABLE, "handshaked");
	list = mnl_attr_nest_start(nlh, NFTA_RULE_EXPRESSIONS);
	element = mnl_attr_nest_start(nlh, NFTA_LIST_ELEM);
	mnl_attr_put_strz(nlh, NFTA_EXPR_NAME, "of a later kernel");
	mnl_attr_nest_end(nlh, element);
	mnl_attr_nest_end(nlh, list);
	rule_queues_note(&found, nlh);
	assert_sent(0, 0, 0);
	assert_true(found.has_unknown);
}

/* ---- the running kernel ---- */

static void a_dump_of_many_rules(void **state)
{
	(void)state;
	netns_enter();
	memset(&found, 0xff, sizeof(found));
	assert_int_equal(rule_queues_read(&found), 0);
	assert_sent(0, 0, 0);
	run("(echo 'table inet handshaked { chain divert {';"
	    " for i in $(seq 500); do echo \"tcp dport $i accept\"; done;"
	    " echo '}; }') | nft -f -");
	run("build/tests/lab/queue_standin handshaked divert 3-4");
	run("nft add table inet other; nft add chain inet other c");
	run("build/tests/lab/queue_standin other c 9");
	assert_int_equal(rule_queues_read(&found), 0);
	assert_sent(3, 2, 0);
	assert_false(found.has_unknown);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(one_queue),
		TEST(a_range_up_to_the_last_number),
		TEST(a_range_that_is_too_long),
		TEST(a_rule_without_bypass),
		TEST(a_number_that_numgen_computes),
		TEST(a_number_that_a_hash_computes),
		TEST(a_number_out_of_a_map_is_not_known),
		TEST(another_register_is_not_known),
		TEST(several_rules_add_up),
		TEST(an_xtables_target),
		TEST(an_old_xtables_target),
		TEST(another_xtables_target),
		TEST(rules_of_other_tables),
		TEST(a_rule_that_is_no_rule),
		TEST(a_dump_of_many_rules),
	};

	netns_required(&tests[ARRAY_SIZE(tests) - 1], 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
