/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file read again by a daemon that runs: what is applied,
 * what has to wait, and what is answered and logged. Files with an error are
 * in test_reload_refused.c.
 */
#include "reload_fixture.h"

#include <malloc.h>
#include <sched.h>

/* A segment without any flag. */
static void probe(const char *from)
{
	struct segment seg = {.src_port = 4000, .dst_port = 1, .ttl = 64};

	assert_true(address_parse(from, &seg.src));
	assert_true(address_parse("192.0.2.1", &seg.dst));
	judge_segment(daemon_.judge, &seg, loop_now_ns());
}

static void a_file_that_is_the_same_changes_nothing(void **state)
{
	(void)state;
	reload(START);
	assert_entries(0, 0);
	assert_told("message", ": 0 applied, 0 to wait for a restart");
	assert_holds(START);
}

static void what_can_be_applied_is_and_is_told(void **state)
{
	(void)state;
	reload(START "syn_timeout = 9\n"
		     "[policy]\nblock_time = 60\n"
		     "[network]\nnever = 198.51.100.7, 192.0.2.0/24\n");
	assert_entries(3, 0);
	assert_entry("applied", 0,
		     "{\"section\":\"model\",\"key\":\"syn_timeout\","
		     "\"value\":\"9\",\"was\":\"5\"}");
	assert_entry("applied", 2,
		     "{\"section\":\"network\",\"key\":\"never\",\"value\":"
		     "\"198.51.100.7, 192.0.2.0/24\",\"was\":\"\"}");
	assert_told("message",
		    ": 3 applied, 0 to wait for a restart\n"
		    "  [model] syn_timeout = 9, was 5\n"
		    "  [policy] block_time = 60, was 600\n"
		    "  [network] never = 198.51.100.7, 192.0.2.0/24, was none");
	assert_non_null(strstr(log_text,
			       "reload: [policy] block_time = 60, was 600\n"));
	assert_holds(START "syn_timeout = 9\n"
			   "[policy]\nblock_time = 60\n"
			   "[network]\nnever = 198.51.100.7, 192.0.2.0/24\n");
}

static void a_key_that_is_left_out_has_its_default_again(void **state)
{
	(void)state;
	reload(START "[policy]\npending = 9\n[network]\nnever = ::/0\n");
	reload(START);
	assert_entries(2, 0);
	assert_entry("applied", 0,
		     "{\"section\":\"policy\",\"key\":\"pending\","
		     "\"value\":\"7\",\"was\":\"9\"}");
	assert_holds(START);
}

static void the_judge_goes_by_it_at_once(void **state)
{
	(void)state;
	assert_int_equal(explain("203.0.113.9").threshold, 9200);
	assert_false(explain("203.0.113.9").exempt);
	assert_false(explain("192.0.2.9").inside);
	reload(START "[policy]\nfalse_positive = 0.001\nblock_time = 77\n"
		     "[network]\nnever = 203.0.113.0/24\n"
		     "inside = 192.0.2.0/24\n");
	assert_entries(4, 0);
	/* ln(0.99 / 0.001) */
	assert_int_equal(explain("203.0.113.9").threshold, 6898);
	probe("198.51.100.9");
	assert_int_equal(explain("198.51.100.9").next_timeout_s, 77);
	assert_true(explain("203.0.113.9").exempt);
	assert_true(explain("192.0.2.9").inside);
}

static void what_needs_a_restart_keeps_its_value_and_is_told(void **state)
{
	static const char next[] =
		"[daemon]\ncontrol = /tmp/c\nstate =\n[queue]\ncount = 4\n"
		"[model]\nflows = 2048\nsources = 1024\nservices = 256\n"
		"grace = 0\n[policy]\npending = 9\n";

	(void)state;
	reload(next);
	assert_entries(1, 5);
	assert_entry("needs_restart", 2,
		     "{\"section\":\"queue\",\"key\":\"count\","
		     "\"value\":\"4\",\"was\":\"1\"}");
	assert_told("message",
		    ": 1 applied, 5 to wait for a restart\n"
		    "  [daemon] control = /tmp/c needs a restart, till then it"
		    " is /run/handshaked/control.sock\n"
		    "  [daemon] state = none needs a restart, till then it is"
		    " /var/lib/handshaked/state\n"
		    "  [queue] count = 4 needs a restart, till then it is 1\n"
		    "  [model] flows = 2048 needs a restart, till then it is"
		    " 1024\n"
		    "  [model] grace = 0 needs a restart, till then it is 10\n"
		    "  [policy] pending = 9, was 7");
	assert_holds(START "[policy]\npending = 9\n");
	/* And again, for as long as it waits. */
	reload(next);
	assert_entries(0, 5);
	reload(START);
	assert_entries(1, 0);
}

static void a_list_of_prefixes_is_told_in_full(void **state)
{
	char text[8192] = START "[network]\n";
	json_t *entry;

	(void)state;
	for (int i = 0; i < 64; i++)
		snprintf(text + strlen(text), 80,
			 "never = 1111:2222:3333:4444:5555:6666:7777:%x/127\n",
			 0x1000 + 2 * i);
	reload(text);
	assert_entries(1, 0);
	entry = json_array_get(json_object_get(answer, "applied"), 0);
	assert_non_null(
		strstr(json_string_value(json_object_get(entry, "value")),
		       ":107e/127"));
}

/* ---- the mode ---- */

static void a_mode_of_the_file_is_set_when_it_changes(void **state)
{
	(void)state;
	reload(START "[daemon]\nmode = observe\n");
	assert_entries(1, 0);
	assert_int_equal(judge_mode(daemon_.judge), MODE_OBSERVE);
	reload(START);
	assert_int_equal(judge_mode(daemon_.judge), MODE_ENFORCE);
}

static void a_mode_of_the_operator_outlives_a_reload(void **state)
{
	(void)state;
	judge_set_mode(daemon_.judge, MODE_OBSERVE);
	reload(START "[policy]\npending = 9\n");
	assert_int_equal(judge_mode(daemon_.judge), MODE_OBSERVE);
	assert_told("message",
		    ": 1 applied, 0 to wait for a restart\n"
		    "  [policy] pending = 9, was 7\n"
		    "  the mode stays as handshakectl set it, which is not what"
		    " the file says");
}

static void a_later_mode_of_the_file_outdoes_the_operators(void **state)
{
	(void)state;
	reload(START "[daemon]\nmode = observe\n");
	judge_set_mode(daemon_.judge, MODE_ENFORCE);
	reload(START "[daemon]\nmode = observe\n");
	assert_int_equal(judge_mode(daemon_.judge), MODE_ENFORCE);
	reload(START);
	reload(START "[daemon]\nmode = observe\n");
	assert_int_equal(judge_mode(daemon_.judge), MODE_OBSERVE);
}

/* In a namespace of its own, where no rule sends to the daemon's queue. */
static void queues_that_do_not_agree_are_reported(void **state)
{
	static const char line[] = "[queue] num = 0: no rule sends packets to"
				   " queue 0, nothing is judged";

	(void)state;
	if (unshare(CLONE_NEWNET) < 0)
		skip();
	daemon_.num_lanes = 1;
	for (int i = 0; i < 2; i++) {
		reload(START);
		assert_entries(0, 0);
		assert_told("message",
			    ": 0 applied, 0 to wait for a restart\n"
			    "  [queue] num = 0: no rule sends packets to queue"
			    " 0, nothing is judged");
		assert_string_equal(
			json_string_value(json_array_get(
				json_object_get(answer, "warnings"), 0)),
			line);
		assert_non_null(strstr(log_text, line));
	}
	/* A file with an error is no reason to be silent. */
	reload(START "[policy]\npending = none\n");
	assert_non_null(strstr(log_text, line));
	/* Without a table that is what is reported. */
	daemon_.lists.gone_ns = 1;
	reload(START);
	assert_told("message", ": 0 applied, 0 to wait for a restart");
	assert_null(strstr(log_text, line));
}

/* What is allocated and not freed; sanitizers find leaks by themselves. */
static void ten_thousand_reloads_leave_nothing_behind(void **state)
{
	static const char *const text[] = {
		START "syn_timeout = 9\n[network]\nnever = 198.51.100.7\n",
		START "[policy]\npending = 9\n",
		START "[policy]\npending = none\n",
	};
	size_t before = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		if (i == 100)
			before = mallinfo2().uordblks;
		reload(text[i % 3]);
	}
	assert_true(mallinfo2().uordblks <= before + 4096);
	reload(START);
	assert_holds(START);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		reload_test(a_file_that_is_the_same_changes_nothing),
		reload_test(what_can_be_applied_is_and_is_told),
		reload_test(a_key_that_is_left_out_has_its_default_again),
		reload_test(the_judge_goes_by_it_at_once),
		reload_test(what_needs_a_restart_keeps_its_value_and_is_told),
		reload_test(a_mode_of_the_file_is_set_when_it_changes),
		reload_test(a_mode_of_the_operator_outlives_a_reload),
		reload_test(a_later_mode_of_the_file_outdoes_the_operators),
		reload_test(a_list_of_prefixes_is_told_in_full),
		reload_test(queues_that_do_not_agree_are_reported),
		reload_test(ten_thousand_reloads_leave_nothing_behind),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
