/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unjudged.c against the running kernel: the counter is set by nft. */
#include "netns.h"

#include <errno.h>

#include "unjudged.h"

static void count(unsigned int packets)
{
	run("nft 'add table inet handshaked; delete table inet handshaked;"
	    " add table inet handshaked; add counter inet handshaked queued"
	    " { packets %u bytes 0 }'",
	    packets);
}

/* A counter is only ever set when it is made: more is another one. */
static void count_on(struct unjudged *u, unsigned int packets)
{
	const uint64_t queued = u->queued;

	count(packets);
	assert_true(packets >= queued);
}

static int setup(void **state)
{
	static struct unjudged u;

	netns_enter();
	count(100);
	assert_int_equal(unjudged_open(&u, 0), 0);
	*state = &u;
	return 0;
}

static int teardown(void **state)
{
	unjudged_close(*state);
	return 0;
}

/* What was counted before the start is none of ours. */
static void test_nothing_has_passed_at_the_start(void **state)
{
	struct unjudged *u = *state;

	unjudged_turn(u, 0, 0);
	unjudged_turn(u, 0, 0);
	assert_int_equal(u->passed, 0);
}

static void test_what_does_not_come_has_passed(void **state)
{
	struct unjudged *u = *state;

	count_on(u, 150);
	unjudged_turn(u, 10, 0);
	assert_int_equal(u->passed, 0); /* it may still come */
	unjudged_turn(u, 45, 0);
	assert_int_equal(u->passed, 5);
}

/* What comes meanwhile was not counted yet: less, but never fewer. */
static void test_it_only_grows(void **state)
{
	struct unjudged *u = *state;

	count_on(u, 150);
	unjudged_turn(u, 40, 0);
	unjudged_turn(u, 40, 0);
	assert_int_equal(u->passed, 10);
	unjudged_turn(u, 50, 0);
	assert_int_equal(u->passed, 10);
	count_on(u, 170);
	unjudged_turn(u, 60, 0);
	unjudged_turn(u, 60, 0);
	assert_int_equal(u->passed, 10);
}

/* As long as they may wait, only what there is no room for has passed. */
static void test_what_waits_has_not_passed(void **state)
{
	struct unjudged *u = *state;

	count_on(u, 150);
	unjudged_turn(u, 10, 30);
	unjudged_turn(u, 10, 30);
	assert_int_equal(u->passed, 10);
	count_on(u, 170);
	unjudged_turn(u, 15, 30);
	unjudged_turn(u, 15, 30);
	assert_int_equal(u->passed, 25);
	/* Of these it is not known since when none waits. */
	unjudged_turn(u, 40, 0);
	assert_int_equal(u->passed, 25);
	unjudged_turn(u, 40, 0);
	assert_int_equal(u->passed, 30);
}

static void test_new_rules_count_anew(void **state)
{
	struct unjudged *u = *state;

	count_on(u, 150);
	unjudged_turn(u, 40, 0);
	unjudged_turn(u, 40, 0);
	assert_int_equal(u->passed, 10);
	run("nft delete table inet handshaked");
	unjudged_turn(u, 40, 0);
	count(3);
	unjudged_turn(u, 43, 0);
	unjudged_turn(u, 43, 0);
	assert_int_equal(u->passed, 10);
	count_on(u, 33);
	unjudged_turn(u, 43, 0);
	unjudged_turn(u, 43, 0);
	assert_int_equal(u->passed, 40);
}

static void test_without_rules(void **state)
{
	struct unjudged *u = *state;

	unjudged_close(u);
	run("nft delete table inet handshaked");
	assert_int_equal(unjudged_open(u, 0), -ENOENT);
	unjudged_turn(u, 7, 0);
	count(1000);
	unjudged_turn(u, 7, 0);
	unjudged_turn(u, 7, 0);
	assert_int_equal(u->passed, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_has_passed_at_the_start),
		TEST(test_what_does_not_come_has_passed),
		TEST(test_it_only_grows),
		TEST(test_what_waits_has_not_passed),
		TEST(test_new_rules_count_anew),
		TEST(test_without_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
