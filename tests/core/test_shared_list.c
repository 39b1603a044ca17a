/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two judges that share a list, and a third that only asks: what is listed and
 * what is not, whichever notice is fetched first.
 */
#include "transcript.h"

static struct judge *one, *two, *idle;

static int set_up(void **state)
{
	struct judge_config config = transcript_config();
	static const uint8_t key[16] = {7};

	(void)state;
	config.judges = 3;
	one = judge_new(&config, key);
	two = one ? judge_new_beside(one, config.flows, key) : NULL;
	idle = two ? judge_new_beside(one, 1, key) : NULL;
	return idle ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	judge_free(one);
	judge_free(two);
	judge_free(idle);
	return 0;
}

static void show(struct judge *j, const char *text)
{
	struct segment seg = parse_say(text);

	judge_segment(j, &seg, 1000 * NS_PER_S);
}

/* A client that gives up, at each of these ports, before both in turn. */
static void give_up(unsigned int first, unsigned int last)
{
	char text[64];

	for (unsigned int port = first; port <= last; port++) {
		struct judge *j = port % 2 ? one : two;

		snprintf(text, sizeof(text), "x:4000 > S:%u S 100", port);
		show(j, text);
		snprintf(text, sizeof(text), "x:4000 > S:%u R 101", port);
		show(j, text);
	}
}

static void what_one_takes_back_is_off_the_list_of_all(void **state)
{
	struct prefix x = {host_address('x'), 128};
	struct notice n;

	(void)state;
	give_up(1, 7);
	assert_true(judge_is_listed(idle, &x));
	show(two, "S:2 > x:4000 SA 500 101");
	assert_false(judge_is_listed(idle, &x));
	assert_true(judge_next_notice(two, &n));
	assert_int_equal(n.kind, NOTICE_UNLISTED);
	assert_true(judge_next_notice(one, &n));
	assert_int_equal(n.kind, NOTICE_LISTED);
}

static void what_the_set_did_not_take_is_not_listed(void **state)
{
	struct prefix x = {host_address('x'), 128};

	(void)state;
	give_up(1, 7);
	assert_true(judge_is_listed(idle, &x));
	assert_true(judge_unlist(idle, &x));
	assert_false(judge_is_listed(one, &x));
	assert_false(judge_unlist(idle, &x));
	assert_int_equal(judge_num_listed(one), 0);
	give_up(8, 14);
	assert_true(judge_is_listed(idle, &x));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_one_takes_back_is_off_the_list_of_all, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			what_the_set_did_not_take_is_not_listed, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
