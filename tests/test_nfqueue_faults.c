/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nfqueue.c, when netlink goes wrong. Promised: whatever receiving or sending
 * comes to, the queue goes on, each packet that came is counted as accepted or
 * dropped, and what went wrong has a counter of its own; only an error that no
 * other try would mend ends it.
 */
#include "queued_packets.h"

#include "core/judge.h"
#include "nfqueue.h"

#define NOW (1000 * NS_PER_S)

static struct judge *judge;
static struct sighting_ring sightings;
static struct nfqueue *queue;

static int setup(void **state)
{
	static const uint8_t key[16] = {1};
	struct judge_config config;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	judge_config_default(&config);
	config.flows = config.sources = 1024;
	judge = judge_new(&config, key);
	answers(0, 0); /* to the binding */
	queue = nfqueue_open(0, 64, judge, &sightings, NOW);
	memset(&kernel, 0, sizeof(kernel));
	return judge && queue ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	nfqueue_close(queue);
	judge_free(judge);
	return 0;
}

static int take_batch(void)
{
	int n = nfqueue_receive(queue);

	if (n > 0) {
		nfqueue_judge(queue, NOW);
		nfqueue_answer(queue);
	}
	return n;
}

static void assert_counted(uint64_t received, uint64_t malformed,
			   uint64_t overruns, uint64_t verdict_errors)
{
	const struct nfqueue_counters *c = nfqueue_counters(queue);

	assert_int_equal(c->received, received);
	assert_int_equal(c->accepted + c->dropped, received);
	assert_int_equal(c->malformed, malformed);
	assert_int_equal(c->overruns, overruns);
	assert_int_equal(c->verdict_errors, verdict_errors);
}

/* ---- receiving ---- */

static void enobufs_is_counted_and_what_follows_is_judged(void **state)
{
	(void)state;
	a_packet(1);
	says_error(ENOBUFS);
	a_packet(3);
	assert_int_equal(take_batch(), 1);
	assert_int_equal(take_batch(), 0);
	assert_int_equal(take_batch(), 1);
	assert_counted(2, 0, 1, 0);
}

static void a_signal_is_no_error(void **state)
{
	(void)state;
	says_error(EINTR);
	a_packet(1);
	assert_int_equal(take_batch(), 1);
	assert_counted(1, 0, 0, 0);
}

static void silence_is_no_error(void **state)
{
	(void)state;
	assert_int_equal(take_batch(), 0);
	assert_counted(0, 0, 0, 0);
}

static void a_socket_beyond_use_ends_it(void **state)
{
	(void)state;
	says_error(EBADF);
	assert_int_equal(take_batch(), -EBADF);
}

/* Wherever it was cut: that it came is known, the others are judged. */
static void a_message_cut_short_is_counted(void **state)
{
	size_t whole = a_packet(1)->len;

	(void)state;
	for (size_t len = 1; len < whole; len++) {
		uint64_t before = nfqueue_counters(queue)->malformed;

		kernel.num_said = kernel.next = 0;
		a_packet(2);
		a_packet(3)->len = len;
		a_packet(4);
		assert_int_equal(take_batch(), 3);
		assert_int_equal(nfqueue_counters(queue)->malformed,
				 before + 1);
	}
	assert_counted(2 * (whole - 1), whole - 1, 0, 0);
}

static void a_packet_without_an_id_is_counted(void **state)
{
	struct said *s = says();

	(void)state;
	*s = (struct said){.len = 0};
	s->len = nfq_nlmsg_put(s->bytes, NFQNL_MSG_PACKET, 0)->nlmsg_len;
	a_packet(2);
	assert_int_equal(take_batch(), 2);
	assert_counted(1, 1, 0, 0);
}

/* No kernel does that; the verdicts' room is for a batch at a time. */
static void packets_of_one_datagram_may_be_more_than_a_batch(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 40; i++) {
		struct said *s = says();

		*s = (struct said){.len = 0};
		for (uint32_t k = 0; k < 20; k++)
			s->len += put_packet(s->bytes + s->len, 20 * i + k + 1);
	}
	assert_int_equal(take_batch(), 40);
	assert_counted(800, 0, 0, 0);
	assert_in_range(kernel.sends, 800 / NFQUEUE_BATCH, 800);
}

/* As when its interface went away: the kernel has dropped it. */
static void a_verdict_that_the_kernel_refuses_is_counted(void **state)
{
	(void)state;
	a_packet(1);
	answers(0, ENOENT);
	assert_int_equal(take_batch(), 2);
	assert_counted(1, 0, 0, 1);
}

/* ---- sending ---- */

static void a_send_that_fails_once_is_made_again(void **state)
{
	(void)state;
	a_packet(1);
	refuse_sends(1, ENOBUFS);
	assert_int_equal(take_batch(), 1);
	assert_int_equal(kernel.sends, 2);
	assert_true(kernel.sent_len > 0);
	assert_counted(1, 0, 0, 0);
}

static void
a_send_that_fails_twice_is_counted_and_the_next_is_made(void **state)
{
	(void)state;
	a_packet(1);
	refuse_sends(2, ENOBUFS);
	assert_int_equal(take_batch(), 1);
	assert_int_equal(kernel.sent_len, 0);
	assert_counted(1, 0, 0, 1);
	a_packet(2);
	assert_int_equal(take_batch(), 1);
	assert_true(kernel.sent_len > 0);
	assert_counted(2, 0, 0, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(enobufs_is_counted_and_what_follows_is_judged),
		TEST(a_signal_is_no_error),
		TEST(silence_is_no_error),
		TEST(a_socket_beyond_use_ends_it),
		TEST(a_message_cut_short_is_counted),
		TEST(a_packet_without_an_id_is_counted),
		TEST(packets_of_one_datagram_may_be_more_than_a_batch),
		TEST(a_verdict_that_the_kernel_refuses_is_counted),
		TEST(a_send_that_fails_once_is_made_again),
		TEST(a_send_that_fails_twice_is_counted_and_the_next_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
