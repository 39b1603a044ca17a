/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other ears of the daemon, when netlink goes wrong: the walk over the
 * kernel's connections, their ends, what others do to our table. Promised: an
 * error is returned or counted, nothing is believed that came cut short, and
 * what comes next is heard.
 */
#include "fake_netlink.h"

#include "conntrack.h"
#include "conntrack_events.h"
#include "nft_events.h"
#include "unjudged.h"

static int setup(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	return 0;
}

static void cut_short(void)
{
	answers(kernel.seq, 0)->len = 10;
}

static void no_answer(void)
{
	says_error(ENOBUFS);
}

/* ---- the walk at start ---- */

static void no_service(void *arg, const struct address *address, uint16_t port)
{
	(void)arg, (void)address, (void)port;
	fail();
}

static int walk(void)
{
	struct conntrack_counters counters;
	int error = conntrack_settle_established(no_service, NULL, &counters);

	assert_int_equal(counters.seen, 0);
	return error;
}

static void a_walk_that_cannot_be_asked_for_is_an_error(void **state)
{
	(void)state;
	refuse_sends(1, ENOBUFS);
	assert_int_equal(walk(), -ENOBUFS);
}

static void a_walk_that_is_not_answered_is_an_error(void **state)
{
	(void)state;
	kernel.on_send = no_answer;
	assert_int_equal(walk(), -ENOBUFS);
}

static void a_walk_cut_short_is_an_error(void **state)
{
	(void)state;
	kernel.on_send = cut_short;
	assert_int_equal(walk(), -EBADMSG);
}

static void interrupt(void)
{
	struct said *s = answers(0, 0);
	struct nlmsghdr *nlh = (struct nlmsghdr *)s->bytes;

	nlh->nlmsg_type = NLMSG_DONE;
	nlh->nlmsg_flags = NLM_F_DUMP_INTR;
}

static void a_walk_that_is_always_interrupted_is_given_up(void **state)
{
	(void)state;
	kernel.on_send = interrupt;
	assert_int_equal(walk(), -EINTR);
	assert_int_equal(kernel.sends, 5);
}

/* ---- the ends of connections ---- */

static void no_end(void *arg, const struct settled_end *e)
{
	(void)arg, (void)e;
	fail();
}

static void lost_ends_are_counted_and_the_next_are_read(void **state)
{
	struct conntrack_events *e = conntrack_events_open(no_end, NULL);
	const struct conntrack_events_counters *c;

	(void)state;
	assert_non_null(e);
	c = conntrack_events_counters(e);
	says_error(ENOBUFS);
	cut_short();
	says_error(ENOBUFS);
	cut_short();
	cut_short();
	conntrack_events_read(e);
	assert_int_equal(kernel.next, kernel.num_said);
	assert_int_equal(c->overruns, 2);
	assert_int_equal(c->malformed, 3);
	assert_int_equal(c->ended, 0);
	conntrack_events_close(e);
}

/* ---- what others do to the table ---- */

static unsigned int overruns;

static void note_overrun(void *arg, const struct nft_event *e)
{
	(void)arg;
	assert_int_equal(e->kind, NFT_EVENT_OVERRUN);
	overruns++;
}

static void lost_changes_are_an_overrun_each(void **state)
{
	struct nft_events *e = nft_events_open(1, note_overrun, NULL);

	(void)state;
	assert_non_null(e);
	overruns = 0;
	says_error(ENOBUFS);
	cut_short();
	answers(0, 0);
	nft_events_read(e);
	assert_int_equal(kernel.next, kernel.num_said);
	assert_int_equal(overruns, 2);
	nft_events_close(e);
}

/* ---- the counter of what was queued ---- */

static void a_counter_that_is_not_told_counts_nothing(void **state)
{
	struct unjudged u;

	(void)state;
	kernel.on_send = no_answer;
	assert_int_equal(unjudged_open(&u, 0), -ENOBUFS);
	unjudged_turn(&u, 1000, 0);
	assert_int_equal(u.passed, 0);
	unjudged_close(&u);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
		TEST(a_walk_that_cannot_be_asked_for_is_an_error),
		TEST(a_walk_that_is_not_answered_is_an_error),
		TEST(a_walk_cut_short_is_an_error),
		TEST(a_walk_that_is_always_interrupted_is_given_up),
		TEST(lost_ends_are_counted_and_the_next_are_read),
		TEST(lost_changes_are_an_overrun_each),
		TEST(a_counter_that_is_not_told_counts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
