/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nfqueue_open.c: what the kernel is told when a queue is bound, taken over
 * and let go, and what its refusals come to. Promised: a packet that came
 * meanwhile has its verdict; what a process before us owes is accepted, and
 * comes first.
 */
#include "queued_packets.h"

#include <unistd.h>

#include "core/judge.h"
#include "nfqueue.h"

#define NOW (1000 * NS_PER_S)

static struct judge *judge;
static struct sighting_ring sightings;
static struct nfqueue *queue;

/* Every message that was sent. */
static struct {
	int type;
	uint32_t id, flags;
	bool binds, sets_length;
	uint32_t length;
} sent[64];
static unsigned int num_sent;

static void note_config(unsigned int n, const struct nlattr *a)
{
	switch (mnl_attr_get_type(a)) {
	case NFQA_CFG_CMD:
		sent[n].binds = true;
		break;
	case NFQA_CFG_QUEUE_MAXLEN:
		sent[n].sets_length = true;
		sent[n].length = ntohl(mnl_attr_get_u32(a));
		break;
	case NFQA_CFG_FLAGS:
		sent[n].flags = ntohl(mnl_attr_get_u32(a));
		break;
	default:
		break;
	}
}

static void note_verdict(unsigned int n, const struct nlattr *a)
{
	const struct nfqnl_msg_verdict_hdr *v = mnl_attr_get_payload(a);

	if (mnl_attr_get_type(a) != NFQA_VERDICT_HDR)
		return;
	assert_int_equal(ntohl(v->verdict), NF_ACCEPT);
	sent[n].id = ntohl(v->id);
}

static void note_sent(const struct nlmsghdr *nlh)
{
	unsigned int n = num_sent++;
	const struct nlattr *a;

	assert_in_range(n, 0, ARRAY_SIZE(sent) - 1);
	memset(&sent[n], 0, sizeof(sent[n]));
	sent[n].type = nlh->nlmsg_type & 0xff;
	mnl_attr_for_each(a, nlh, sizeof(struct nfgenmsg))
	{
		if (sent[n].type == NFQNL_MSG_CONFIG)
			note_config(n, a);
		else
			note_verdict(n, a);
	}
}

static void note_all_sent(void)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)kernel.sent;
	int len = (int)kernel.sent_len;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
		note_sent(nlh);
}

static int setup(void **state)
{
	static const uint8_t key[16] = {1};
	struct judge_config config;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.on_send = note_all_sent;
	num_sent = 0;
	queue = NULL;
	judge_config_default(&config);
	config.flows = config.sources = 1024;
	judge = judge_new(&config, key);
	return judge ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	nfqueue_close(queue);
	judge_free(judge);
	return 0;
}

static bool open_queue(void)
{
	queue = nfqueue_open(7, 64, judge, &sightings, NOW);
	return queue;
}

static bool take_over(void)
{
	queue = nfqueue_take_over(-1, 7, 64, judge, &sightings, NOW);
	return queue;
}

static void assert_verdict(unsigned int n, int type, uint32_t id)
{
	assert_in_range(n, 0, num_sent - 1);
	assert_int_equal(sent[n].type, type);
	assert_int_equal(sent[n].id, id);
}

static void assert_configured(unsigned int n, bool binds, uint32_t flags)
{
	assert_in_range(n, 0, num_sent - 1);
	assert_int_equal(sent[n].type, NFQNL_MSG_CONFIG);
	assert_int_equal(sent[n].binds, binds);
	assert_int_equal(sent[n].length, 64);
	assert_int_equal(sent[n].flags, flags);
}

#define FLAGS (NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN)

/* ---- binding ---- */

static void one_message_binds_and_sets_it_up(void **state)
{
	(void)state;
	answers(0, 0);
	assert_true(open_queue());
	assert_int_equal(num_sent, 1);
	assert_configured(0, true, FLAGS | NFQA_CFG_F_CONNTRACK);
}

static void a_kernel_without_conntrack_is_asked_without(void **state)
{
	(void)state;
	answers(0, EOPNOTSUPP);
	answers(0, 0);
	assert_true(open_queue());
	assert_int_equal(num_sent, 2);
	assert_configured(1, true, FLAGS);
}

static void a_refusal_is_told(void **state)
{
	(void)state;
	answers(0, EPERM);
	assert_false(open_queue());
	assert_int_equal(errno, EPERM);
}

static void that_it_cannot_be_said_is_told(void **state)
{
	(void)state;
	refuse_sends(1, ENOBUFS);
	assert_false(open_queue());
	assert_int_equal(errno, ENOBUFS);
}

static void that_nothing_is_answered_is_told(void **state)
{
	(void)state;
	says_error(ECONNRESET);
	assert_false(open_queue());
	assert_int_equal(errno, ECONNRESET);
}

static void a_signal_is_no_answer(void **state)
{
	(void)state;
	says_error(EINTR);
	answers(0, 0);
	assert_true(open_queue());
}

static void a_packet_before_the_answer_has_its_verdict(void **state)
{
	(void)state;
	a_packet(1);
	answers(0, 0);
	assert_true(open_queue());
	assert_int_equal(num_sent, 2);
	assert_verdict(1, NFQNL_MSG_VERDICT, 1);
	assert_int_equal(nfqueue_counters(queue)->received, 1);
}

/* ---- taking over ---- */

/* Of packet 4 the other one may have known. */
static void what_is_owed_is_accepted_before_what_waited(void **state)
{
	(void)state;
	a_packet(5);
	a_packet(6);
	says_error(EAGAIN);
	answers(1, ENOENT); /* it owed nothing */
	answers(0, 0);
	assert_true(take_over());
	assert_int_equal(num_sent, 3);
	assert_verdict(0, NFQNL_MSG_VERDICT_BATCH, 4);
	assert_verdict(1, NFQNL_MSG_VERDICT_BATCH, 6);
	assert_configured(2, false, FLAGS | NFQA_CFG_F_CONNTRACK);
	assert_int_equal(nfqueue_counters(queue)->received, 2);
	assert_int_equal(nfqueue_counters(queue)->verdict_errors, 0);
}

static void all_is_accepted_when_nothing_waited(void **state)
{
	(void)state;
	says_error(EAGAIN);
	answers(1, ENOENT);
	answers(0, 0);
	assert_true(take_over());
	assert_int_equal(num_sent, 2);
	assert_verdict(0, NFQNL_MSG_VERDICT_BATCH, 0x7fffffff);
	assert_configured(1, false, FLAGS | NFQA_CFG_F_CONNTRACK);
	assert_int_equal(nfqueue_counters(queue)->verdict_errors, 0);
}

static void of_more_than_a_batch_that_waited_each_is_accepted(void **state)
{
	(void)state;
	for (uint32_t id = 1; id <= 100; id++)
		a_packet(id);
	says_error(EAGAIN);
	answers(0, 0);
	assert_true(take_over());
	assert_int_equal(num_sent, 4);
	assert_verdict(0, NFQNL_MSG_VERDICT_BATCH, 0);
	assert_verdict(1, NFQNL_MSG_VERDICT_BATCH, NFQUEUE_BATCH);
	assert_verdict(2, NFQNL_MSG_VERDICT_BATCH, 100);
	assert_int_equal(nfqueue_counters(queue)->received, 100);
}

static void a_socket_of_something_else_is_refused(void **state)
{
	(void)state;
	says_error(ENOTCONN);
	assert_false(take_over());
	assert_int_equal(errno, ENOTCONN);
}

/* ---- letting go ---- */

/* Over a socket of the test's own, in place of the queue's. */
static void let_go(unsigned int packets)
{
	char bytes[256];
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	for (uint32_t id = 1; id <= packets; id++) {
		size_t len = put_packet(bytes, id);

		assert_int_equal(write(pair[1], bytes, len), len);
	}
	nfqueue_let_go(pair[0], 7);
	assert_int_equal(num_sent, 2);
	assert_int_equal(sent[0].type, NFQNL_MSG_CONFIG);
	assert_true(sent[0].sets_length);
	assert_int_equal(sent[0].length, 0);
	close(pair[0]);
	close(pair[1]);
}

static void all_that_waited_is_accepted(void **state)
{
	(void)state;
	let_go(20);
	assert_verdict(1, NFQNL_MSG_VERDICT_BATCH, 20);
}

static void and_all_that_was_owed(void **state)
{
	(void)state;
	let_go(0);
	assert_verdict(1, NFQNL_MSG_VERDICT_BATCH, 0x7fffffff);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_message_binds_and_sets_it_up),
		TEST(a_kernel_without_conntrack_is_asked_without),
		TEST(a_refusal_is_told),
		TEST(that_it_cannot_be_said_is_told),
		TEST(that_nothing_is_answered_is_told),
		TEST(a_signal_is_no_answer),
		TEST(a_packet_before_the_answer_has_its_verdict),
		TEST(what_is_owed_is_accepted_before_what_waited),
		TEST(all_is_accepted_when_nothing_waited),
		TEST(of_more_than_a_batch_that_waited_each_is_accepted),
		TEST(a_socket_of_something_else_is_refused),
		TEST(all_that_waited_is_accepted),
		TEST(and_all_that_was_owed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
