/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for queue numbers on which rules and daemon do not agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "queue_match.h"

static struct rule_queues rules;
static struct queue_match m;

static int setup(void **state)
{
	(void)state;
	memset(&rules, 0, sizeof(rules));
	memset(&m, 0xff, sizeof(m));
	return 0;
}

static void send_to(unsigned int first, unsigned int last)
{
	for (unsigned int i = first; i <= last; i++)
		queue_numbers_add(&rules.sent, i);
}

static void without_bypass(unsigned int num)
{
	queue_numbers_add(&rules.strict, num);
}

static void assert_match(unsigned int num, unsigned int queues,
			 const char *unserved, const char *unfed)
{
	queue_match(&m, &rules, num, queues);
	assert_true(m.is_known);
	assert_string_equal(m.unserved_text, unserved);
	assert_string_equal(m.unfed_text, unfed);
	assert_int_equal(m.unserved > 0, *unserved != '\0');
	assert_int_equal(m.unfed > 0, *unfed != '\0');
}

static void what_agrees_is_not_mentioned(void **state)
{
	(void)state;
	send_to(0, 0);
	assert_match(0, 1, "", "");
	send_to(1, 3);
	assert_match(0, 4, "", "");
}

static void a_range_of_which_one_is_served(void **state)
{
	(void)state;
	send_to(0, 3);
	assert_match(0, 1,
		     "rules send packets to queues 0-3, but this daemon serves"
		     " queue 0 only: packets of queues 1-3 are accepted"
		     " unjudged",
		     "");
	assert_int_equal(m.unserved, 3);
}

static void a_number_without_a_rule(void **state)
{
	(void)state;
	send_to(0, 0);
	assert_match(5, 1,
		     "rules send packets to queue 0, but this daemon serves"
		     " queue 5 only: packets of queue 0 are accepted unjudged",
		     "[queue] num = 5: no rule sends packets to queue 5,"
		     " nothing is judged");
}

static void no_rule_at_all(void **state)
{
	(void)state;
	assert_match(65535, 1, "",
		     "[queue] num = 65535: no rule sends packets to queue"
		     " 65535, nothing is judged");
}

static void threads_without_work(void **state)
{
	(void)state;
	send_to(0, 1);
	assert_match(0, 4, "",
		     "[queue] num = 0, count = 4: no rule sends packets to"
		     " queues 2-3, the others judge all");
	assert_int_equal(m.unfed, 2);
}

static void a_rule_without_bypass_drops(void **state)
{
	(void)state;
	send_to(0, 2);
	without_bypass(0);
	without_bypass(2);
	assert_match(0, 1,
		     "rules send packets to queues 0-2, but this daemon serves"
		     " queue 0 only: packets of queue 1 are accepted unjudged,"
		     " packets of queue 2 are dropped, their rule having no"
		     " bypass",
		     "");
	memset(&rules, 0, sizeof(rules));
	send_to(7, 7);
	without_bypass(7);
	assert_match(0, 1,
		     "rules send packets to queue 7, but this daemon serves"
		     " queue 0 only: packets of queue 7 are dropped, their"
		     " rule having no bypass",
		     "[queue] num = 0: no rule sends packets to queue 0,"
		     " nothing is judged");
}

/* It may send to any queue, but those that are known are known. */
static void a_number_that_is_not_known(void **state)
{
	(void)state;
	rules.has_unknown = true;
	assert_match(0, 4, "", "");
	send_to(9, 9);
	assert_match(0, 1,
		     "rules send packets to queue 9, but this daemon serves"
		     " queue 0 only: packets of queue 9 are accepted unjudged",
		     "");
}

static void many_ranges_are_cut_short(void **state)
{
	(void)state;
	for (unsigned int i = 65535; i > 10000; i -= 2)
		send_to(i, i);
	queue_match(&m, &rules, 0, 16);
	assert_int_equal(m.unserved, 27768);
	assert_non_null(strstr(m.unserved_text,
			       "to queues 10001, 10003, 10005, 10007, 10009,"
			       " 10011, ..., but"));
	assert_non_null(strstr(m.unserved_text, ", ... are accepted unjudged"));
	assert_int_equal(m.unfed, 16);
	memset(&rules, 0, sizeof(rules));
	send_to(1, 65535);
	assert_match(0, 1,
		     "rules send packets to queues 1-65535, but this daemon"
		     " serves queue 0 only: packets of queues 1-65535 are"
		     " accepted unjudged",
		     "[queue] num = 0: no rule sends packets to queue 0,"
		     " nothing is judged");
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_agrees_is_not_mentioned),
		TEST(a_range_of_which_one_is_served),
		TEST(a_number_without_a_rule),
		TEST(no_rule_at_all),
		TEST(threads_without_work),
		TEST(a_rule_without_bypass_drops),
		TEST(a_number_that_is_not_known),
		TEST(many_ranges_are_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
