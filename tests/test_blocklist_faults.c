/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blocklist.c and its reading, when netlink goes wrong. Promised: no element
 * is sent for ever, each is counted as added or as refused, an answer to
 * something else is nobody's, and the next transaction is made as if nothing
 * had been.
 */
#include "fake_netlink.h"

#include "blocklist.h"
#include "blocklist_read.h"

static struct blocklist *list;

static int setup(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	list = blocklist_open();
	memset(&kernel, 0, sizeof(kernel));
	return list ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	blocklist_close(list);
	return 0;
}

static void add(const char *source)
{
	struct prefix p;

	assert_true(prefix_parse(source, &p));
	assert_int_equal(blocklist_add(list, &p, 600, "because"), 0);
}

static void assert_counted(uint64_t added, uint64_t set_full, uint64_t failed)
{
	const struct blocklist_counters *c = blocklist_counters(list);

	assert_int_equal(c->added, added);
	assert_int_equal(c->set_full, set_full);
	assert_int_equal(c->failed, failed);
}

/* The first message is the batch's begin; each element has three. */
enum {
	FIRST_ELEMENT = 1,
	SECOND_ELEMENT = 4
};

static void a_send_that_fails_costs_what_is_pending_and_no_more(void **state)
{
	(void)state;
	add("192.0.2.1");
	add("192.0.2.2");
	refuse_sends(1, ENOBUFS);
	assert_int_equal(blocklist_flush(list), -ENOBUFS);
	assert_int_equal(kernel.sends, 1);
	assert_counted(0, 0, 2);
	add("192.0.2.3");
	assert_int_equal(blocklist_flush(list), 0);
	assert_counted(1, 0, 2);
}

static void answers_that_do_not_fit_the_socket_end_it(void **state)
{
	(void)state;
	add("192.0.2.1");
	says_error(ENOBUFS);
	assert_int_equal(blocklist_flush(list), -ENOBUFS);
	assert_counted(0, 0, 1);
	add("192.0.2.2");
	assert_int_equal(blocklist_flush(list), 0);
	assert_counted(1, 0, 1);
}

/* The first send is refused because of one, the second one is taken. */
static void refuse_second(void)
{
	if (kernel.sends == 1)
		answers(kernel.seq + SECOND_ELEMENT, ENFILE);
}

static void one_that_is_refused_is_left_out_of_the_next_try(void **state)
{
	(void)state;
	add("192.0.2.1");
	add("192.0.2.2");
	add("192.0.2.3");
	kernel.on_send = refuse_second;
	assert_int_equal(blocklist_flush(list), -ENFILE);
	assert_int_equal(kernel.sends, 2);
	assert_counted(2, 1, 0);
}

/* Left over of an earlier transaction, or of none of ours. */
static void answer_others(void)
{
	answers(kernel.seq - 1, ENFILE);
	answers(kernel.seq - 1000, ENOENT);
	answers(kernel.seq + 100000, EPERM);
}

static void an_answer_out_of_sequence_blames_nobody(void **state)
{
	(void)state;
	add("192.0.2.1");
	kernel.on_send = answer_others;
	assert_int_equal(blocklist_flush(list), 0);
	assert_counted(1, 0, 0);
	assert_int_equal(kernel.next, 3);
}

static size_t cut_to;

static void answer_cut_short(void)
{
	if (kernel.sends == 1)
		answers(kernel.seq + FIRST_ELEMENT, ENFILE)->len = cut_to;
}

static void an_answer_cut_short_is_an_error(void **state)
{
	const size_t whole = NLMSG_HDRLEN + sizeof(struct nlmsgerr);

	(void)state;
	for (cut_to = 0; cut_to < whole; cut_to++) {
		teardown(NULL);
		setup(NULL);
		add("192.0.2.1");
		kernel.on_send = answer_cut_short;
		assert_int_equal(blocklist_flush(list), -EBADMSG);
		assert_counted(0, 0, 1);
	}
}

/* Refused for ever: each try drops one of them at least. */
static void refuse_all(void)
{
	kernel.num_said = kernel.next = 0;
	answers(kernel.seq + FIRST_ELEMENT, ENFILE);
}

static void what_is_always_refused_ends(void **state)
{
	(void)state;
	for (int i = 1; i <= 100; i++) {
		char source[32];

		snprintf(source, sizeof(source), "192.0.2.%d", i);
		add(source);
	}
	kernel.on_send = refuse_all;
	assert_int_equal(blocklist_flush(list), -ENFILE);
	assert_in_range(kernel.sends, 1, 100);
	assert_counted(0, 100, 0);
}

/* ---- reading ---- */

static void never(void *arg, const struct prefix *source)
{
	(void)arg, (void)source;
	fail();
}

static void say_out_of_sequence(void)
{
	answers(kernel.seq + 7, 0);
}

static void say_nothing(void)
{
	says_error(ENOBUFS);
}

static void reading_out_of_sequence_is_an_error(void **state)
{
	struct blocklist_identity identity;

	(void)state;
	kernel.on_send = say_out_of_sequence;
	assert_int_equal(blocklist_identify(&identity), -EPROTO);
	assert_int_equal(blocklist_read(never, NULL), -EPROTO);
}

static void reading_without_an_answer_is_an_error(void **state)
{
	struct blocklist_identity identity;

	(void)state;
	kernel.on_send = say_nothing;
	assert_int_equal(blocklist_identify(&identity), -ENOBUFS);
	assert_int_equal(blocklist_read(never, NULL), -ENOBUFS);
}

static void interrupt(void)
{
	struct said *s = answers(kernel.seq, 0);
	struct nlmsghdr *nlh = (struct nlmsghdr *)s->bytes;

	nlh->nlmsg_type = NLMSG_DONE;
	nlh->nlmsg_flags = NLM_F_DUMP_INTR;
}

static void a_dump_that_is_always_interrupted_is_given_up(void **state)
{
	(void)state;
	kernel.on_send = interrupt;
	assert_int_equal(blocklist_read(never, NULL), -EINTR);
	assert_int_equal(kernel.sends, 8);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_send_that_fails_costs_what_is_pending_and_no_more),
		TEST(answers_that_do_not_fit_the_socket_end_it),
		TEST(one_that_is_refused_is_left_out_of_the_next_try),
		TEST(an_answer_out_of_sequence_blames_nobody),
		TEST(an_answer_cut_short_is_an_error),
		TEST(what_is_always_refused_ends),
		TEST(reading_out_of_sequence_is_an_error),
		TEST(reading_without_an_answer_is_an_error),
		TEST(a_dump_that_is_always_interrupted_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
