/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of nfqueue_verdict.c: which messages a batch of verdicts becomes.
 * What the kernel makes of them is in test_nfqueue_verdict_kernel.c.
 */
#include "verdict_messages.h"

static void accept_id(uint32_t id)
{
	verdict_put(&buffer, id, VERDICT_ACCEPT, SETTLE_NOT, 0);
}

static void drop_id(uint32_t id)
{
	verdict_put(&buffer, id, VERDICT_DROP, SETTLE_NOT, 0);
}

static void assert_message(unsigned int i, int type, uint32_t id,
			   uint32_t verdict)
{
	assert_in_range(i, 0, num_messages - 1);
	assert_int_equal(messages[i].type, type);
	assert_int_equal(messages[i].id, id);
	assert_int_equal(messages[i].verdict, verdict);
}

static void an_empty_batch_is_no_bytes(void **state)
{
	(void)state;
	end();
	assert_int_equal(buffer.len, 0);
}

static void a_run_of_accepts_is_one_batch_up_to_the_last_id(void **state)
{
	(void)state;
	for (uint32_t id = 10; id < 20; id++)
		accept_id(id);
	end();
	assert_int_equal(num_messages, 1);
	assert_message(0, NFQNL_MSG_VERDICT_BATCH, 19, NF_ACCEPT);
}

static void an_accept_alone_reaches_no_other_packet(void **state)
{
	(void)state;
	accept_id(10);
	end();
	assert_int_equal(num_messages, 1);
	assert_message(0, NFQNL_MSG_VERDICT, 10, NF_ACCEPT);
}

static void a_drop_has_a_verdict_of_its_own(void **state)
{
	(void)state;
	drop_id(10);
	drop_id(11);
	end();
	assert_int_equal(num_messages, 2);
	assert_message(0, NFQNL_MSG_VERDICT, 10, NF_DROP);
	assert_message(1, NFQNL_MSG_VERDICT, 11, NF_DROP);
}

static void a_run_is_closed_before_the_drop_that_ends_it(void **state)
{
	(void)state;
	accept_id(1);
	accept_id(2);
	drop_id(3);
	accept_id(4);
	accept_id(5);
	end();
	assert_int_equal(num_messages, 3);
	assert_message(0, NFQNL_MSG_VERDICT_BATCH, 2, NF_ACCEPT);
	assert_message(1, NFQNL_MSG_VERDICT, 3, NF_DROP);
	assert_message(2, NFQNL_MSG_VERDICT_BATCH, 5, NF_ACCEPT);
}

static void what_is_owed_is_accepted_before_the_first_packet(void **state)
{
	(void)state;
	verdict_left_over(&buffer, 7);
	drop_id(7);
	accept_id(8);
	end();
	assert_int_equal(num_messages, 3);
	assert_message(0, NFQNL_MSG_VERDICT_BATCH, 6, NF_ACCEPT);
	assert_message(1, NFQNL_MSG_VERDICT, 7, NF_DROP);
	assert_message(2, NFQNL_MSG_VERDICT, 8, NF_ACCEPT);
}

/* The kernel's answer carries the header of what it answers. */
static void only_that_verdict_may_be_refused(void **state)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} answer = {.header.nlmsg_len = sizeof(answer)};

	(void)state;
	verdict_left_over(&buffer, 7);
	memcpy(&answer.error.msg, buffer.bytes, sizeof(answer.error.msg));
	assert_true(verdict_was_left_over(&answer.header));
	buffer.len = 0;
	drop_id(7);
	memcpy(&answer.error.msg, buffer.bytes, sizeof(answer.error.msg));
	assert_false(verdict_was_left_over(&answer.header));
	answer.header.nlmsg_len = sizeof(struct nlmsghdr);
	assert_false(verdict_was_left_over(&answer.header));
}

static void drops_and_plain_accepts_carry_no_mark(void **state)
{
	(void)state;
	verdict_put(&buffer, 1, VERDICT_ACCEPT, SETTLE_NOT, 0x77);
	verdict_put(&buffer, 2, VERDICT_ACCEPT, SETTLE_NOT, 0x77);
	verdict_put(&buffer, 3, VERDICT_DROP, SETTLE_NOT, 0x77);
	end();
	for (unsigned int i = 0; i < num_messages; i++)
		assert_false(messages[i].has_ct || messages[i].has_mark);
}

static void settling_by_conntrack_sets_one_bit_of_the_ct_mark(void **state)
{
	(void)state;
	verdict_put(&buffer, 7, VERDICT_ACCEPT, SETTLE_CONNTRACK, 0x77);
	end();
	assert_int_equal(num_messages, 1);
	assert_message(0, NFQNL_MSG_VERDICT, 7, NF_ACCEPT);
	assert_true(messages[0].has_ct);
	assert_false(messages[0].has_mark);
	assert_int_equal(messages[0].ct_mark, SETTLED);
	assert_int_equal(messages[0].ct_mask, SETTLED);
}

static void settling_by_mark_keeps_the_other_bits(void **state)
{
	(void)state;
	verdict_put(&buffer, 7, VERDICT_ACCEPT, SETTLE_MARK, 0x80000077);
	end();
	assert_int_equal(num_messages, 1);
	assert_message(0, NFQNL_MSG_VERDICT, 7, NF_ACCEPT);
	assert_true(messages[0].has_mark);
	assert_false(messages[0].has_ct);
	assert_int_equal(messages[0].mark, 0x80000077 | SETTLED);
}

static void a_settled_connection_closes_the_run_before_it(void **state)
{
	(void)state;
	accept_id(1);
	accept_id(2);
	verdict_put(&buffer, 3, VERDICT_ACCEPT, SETTLE_CONNTRACK, 0);
	end();
	assert_int_equal(num_messages, 2);
	assert_message(0, NFQNL_MSG_VERDICT_BATCH, 2, NF_ACCEPT);
	assert_message(1, NFQNL_MSG_VERDICT, 3, NF_ACCEPT);
}

static void beginning_again_forgets_the_batch_before(void **state)
{
	(void)state;
	drop_id(1);
	accept_id(2);
	verdict_begin(&buffer, QUEUE);
	drop_id(3);
	end();
	assert_int_equal(num_messages, 1);
	assert_message(0, NFQNL_MSG_VERDICT, 3, NF_DROP);
}

/* Of one packet each, runs and settled connections take the most room. */
static void the_buffer_holds_the_worst_batch(void **state)
{
	(void)state;
	for (uint32_t id = 0; id < NFQUEUE_BATCH; id++) {
		assert_in_range(buffer.len + VERDICT_BYTES, 0,
				sizeof(buffer.bytes));
		verdict_put(&buffer, id, VERDICT_ACCEPT,
			    id % 2 ? SETTLE_CONNTRACK : SETTLE_NOT, ~0u);
	}
	end();
	assert_int_equal(num_messages, NFQUEUE_BATCH);
	begin(state);
	for (uint32_t id = 0; id < NFQUEUE_BATCH; id++)
		verdict_put(&buffer, id, VERDICT_ACCEPT, SETTLE_CONNTRACK, ~0u);
	end();
	assert_int_equal(num_messages, NFQUEUE_BATCH);
	assert_in_range(buffer.len, 0, sizeof(buffer.bytes));
}

#define buffer_test(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		buffer_test(an_empty_batch_is_no_bytes),
		buffer_test(a_run_of_accepts_is_one_batch_up_to_the_last_id),
		buffer_test(an_accept_alone_reaches_no_other_packet),
		buffer_test(a_drop_has_a_verdict_of_its_own),
		buffer_test(a_run_is_closed_before_the_drop_that_ends_it),
		buffer_test(what_is_owed_is_accepted_before_the_first_packet),
		buffer_test(only_that_verdict_may_be_refused),
		buffer_test(drops_and_plain_accepts_carry_no_mark),
		buffer_test(settling_by_conntrack_sets_one_bit_of_the_ct_mark),
		buffer_test(settling_by_mark_keeps_the_other_bits),
		buffer_test(a_settled_connection_closes_the_run_before_it),
		buffer_test(beginning_again_forgets_the_batch_before),
		buffer_test(the_buffer_holds_the_worst_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
