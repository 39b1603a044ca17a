/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blocklist_request.c by the bytes it makes: order, numbers and sizes. What
 * the kernel makes of them is tested in test_blocklist.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libmnl/libmnl.h>

#include "blocklist_request.h"

static struct blocklist_request request;

/* The element whose messages are longest. */
static struct blocklist_element long_element(void)
{
	struct blocklist_element e = {.timeout_ms = 31536000000,
				      .left_ms = 31535999999};

	assert_true(prefix_parse("2001:db8::/64", &e.source));
	memset(e.comment, 'x', sizeof(e.comment) - 1);
	return e;
}

static void start_transaction_of(size_t num_elements)
{
	struct blocklist_element e = long_element();
	size_t i;

	blocklist_request_start(&request);
	blocklist_request_begin(&request);
	for (i = 0; i < num_elements; i++)
		assert_int_equal(blocklist_request_renew(&request, &e), 0);
	blocklist_request_end(&request);
}

/* The n-th message of the request, or NULL if it has not so many. */
static const struct nlmsghdr *message(size_t n)
{
	const struct nlmsghdr *nlh = (const void *)request.data;
	int left = (int)request.bytes;

	while (mnl_nlmsg_ok(nlh, left)) {
		if (n-- == 0)
			return nlh;
		nlh = mnl_nlmsg_next(nlh, &left);
	}
	return NULL;
}

static unsigned int type_of(size_t n)
{
	assert_non_null(message(n));
	return message(n)->nlmsg_type;
}

static unsigned int nft(unsigned int type)
{
	return NFNL_SUBSYS_NFTABLES << 8 | type;
}

static void a_renewal_is_add_delete_add_in_one_batch(void **state)
{
	(void)state;
	start_transaction_of(1);
	assert_int_equal(type_of(0), NFNL_MSG_BATCH_BEGIN);
	assert_int_equal(type_of(1), nft(NFT_MSG_NEWSETELEM));
	assert_int_equal(type_of(2), nft(NFT_MSG_DELSETELEM));
	assert_int_equal(type_of(3), nft(NFT_MSG_NEWSETELEM));
	assert_int_equal(type_of(4), NFNL_MSG_BATCH_END);
	assert_null(message(5));
}

static void no_add_insists_on_being_the_first(void **state)
{
	(void)state;
	start_transaction_of(1);
	assert_false(message(1)->nlmsg_flags & NLM_F_EXCL);
	assert_false(message(3)->nlmsg_flags & NLM_F_EXCL);
}

static void messages_are_numbered_on_across_requests(void **state)
{
	uint32_t first;

	(void)state;
	start_transaction_of(2);
	first = request.first_seq;
	assert_int_equal(message(0)->nlmsg_seq, first);
	assert_int_equal(message(7)->nlmsg_seq, first + 7);
	start_transaction_of(1);
	assert_int_equal(message(0)->nlmsg_seq, first + 8);
}

static void a_full_transaction_of_long_messages_fits(void **state)
{
	(void)state;
	start_transaction_of(BLOCKLIST_REQUEST_MAX_ELEMENTS);
	assert_int_equal(request.num_messages, BLOCKLIST_REQUEST_MAX_MESSAGES);
	assert_true(request.bytes <= sizeof(request.data));
	assert_int_equal(message(3)->nlmsg_len, 284);
	assert_int_equal(type_of(BLOCKLIST_REQUEST_MAX_MESSAGES - 1),
			 NFNL_MSG_BATCH_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_renewal_is_add_delete_add_in_one_batch),
		cmocka_unit_test(no_add_insists_on_being_the_first),
		cmocka_unit_test(messages_are_numbered_on_across_requests),
		cmocka_unit_test(a_full_transaction_of_long_messages_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
