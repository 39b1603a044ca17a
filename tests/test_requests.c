/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may ask what: whoever reaches the socket may look, to change something
 * is for root and the daemon's own user. And the answers that need no kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../src/daemon.h"

#define STRANGER 12345

static struct daemon daemon_;
static json_t *answer;

static int start(void **state)
{
	static const uint8_t key[16] = {1, 2, 3};

	(void)state;
	memset(&daemon_, 0, sizeof(daemon_));
	judge_config_default(&daemon_.config.judge);
	daemon_.config.judge.flows = daemon_.config.judge.sources = 1024;
	daemon_.config.judge.services = 256;
	daemon_.config.judge.grace_s = 0;
	pthread_mutex_init(&daemon_.lock, NULL);
	pthread_mutex_lock(&daemon_.lock);
	daemon_.judge = judge_new(&daemon_.config.judge, key);
	daemon_.lists.by_operator = operator_list_new();
	return daemon_.judge && daemon_.lists.by_operator ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	json_decref(answer);
	answer = NULL;
	judge_free(daemon_.judge);
	operator_list_free(daemon_.lists.by_operator);
	return 0;
}

/* Words with one blank between them. */
static bool ask(uid_t peer, const char *request)
{
	char line[256], *argv[CONTROL_MAX_WORDS + 1];
	int argc = 0;

	snprintf(line, sizeof(line), "%s", request);
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	json_decref(answer);
	answer = daemon_request(&daemon_, peer, argc, argv);
	assert_non_null(answer);
	return json_is_true(json_object_get(answer, "ok"));
}

static const char *error(void)
{
	return json_string_value(json_object_get(answer, "error"));
}

static void assert_error(uid_t peer, const char *request, const char *part)
{
	assert_false(ask(peer, request));
	if (!strstr(error(), part))
		fail_msg("%s: %s", request, error());
}

static void a_stranger_changes_nothing(void **state)
{
	static const char *const changes[] = {
		"block 203.0.113.9",     "block 203.0.113.9 600",
		"unblock 203.0.113.9",   "allow 192.0.2.0/24",
		"disallow 192.0.2.0/24", "mode observe",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
		assert_error(STRANGER, changes[i],
			     "only root may: try it with sudo");
	assert_int_equal(judge_mode(daemon_.judge), MODE_ENFORCE);
}

static void a_stranger_looks(void **state)
{
	(void)state;
	assert_true(ask(STRANGER, "mode"));
	assert_true(ask(STRANGER, "sources"));
	assert_true(ask(STRANGER, "sources 5"));
	assert_true(ask(STRANGER, "explain 203.0.113.9"));
}

/* They get further than a stranger: to what is wrong with the request. */
static void root_and_the_daemons_user_may_change_something(void **state)
{
	static const char *const changes[] = {
		"block 203.0.113", "block 203.0.113.9 9", "unblock x",
		"allow x",         "disallow x",          "mode x"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		assert_false(ask(0, changes[i]));
		assert_null(strstr(error(), "only root may"));
		assert_false(ask(geteuid(), changes[i]));
		assert_null(strstr(error(), "only root may"));
		assert_error(STRANGER, changes[i], "only root may");
	}
}

static void a_new_mode_is_dated_and_the_same_is_not(void **state)
{
	uint64_t since_ns;

	(void)state;
	daemon_set_mode(&daemon_, MODE_ENFORCE);
	assert_int_equal(daemon_.mode_since_ns, 0);
	daemon_set_mode(&daemon_, MODE_OBSERVE);
	assert_int_equal(judge_mode(daemon_.judge), MODE_OBSERVE);
	since_ns = daemon_.mode_since_ns;
	assert_true(since_ns > 0 && since_ns <= loop_now_ns());
	daemon_set_mode(&daemon_, MODE_OBSERVE);
	assert_int_equal(daemon_.mode_since_ns, since_ns);
}

static void a_number_of_entries_is_one_from_1_to_1000(void **state)
{
	static const char *const bad[] = {"0", "1001", "-1",         "1x",
					  "x", "+1",   "99999999999"};
	char request[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(request, sizeof(request), "sources %s", bad[i]);
		assert_error(0, request, bad[i]);
		snprintf(request, sizeof(request), "blocklist %s", bad[i]);
		assert_error(0, request, "is not a number from 1 to 1000");
	}
	assert_true(ask(0, "sources 1000"));
}

static void a_slip_of_the_pen_is_not_allowed(void **state)
{
	(void)state;
	assert_error(0, "allow 192.0.2.7/24",
		     "the network is 192.0.2.0/24, the address 192.0.2.7");
	assert_error(0, "allow 2001:db8::1/32", "2001:db8::/32");
	assert_error(0, "disallow 192.0.2.7/24", "192.0.2.0/24");
	assert_error(0, "allow 192.0.2", "\"192.0.2\" is neither");
}

static void what_is_no_request_is_said(void **state)
{
	(void)state;
	assert_error(0, "destroy", "unknown request \"destroy\"");
	assert_error(0, "disallow", "disallow: wrong number of words");
	assert_error(0, "sources 1 2", "sources: wrong number of words");
	assert_error(STRANGER, "block", "block: wrong number of words");
}

static void a_block_is_checked_before_it_is_made(void **state)
{
	struct operator_block b = {.until_ns = OPERATOR_FOR_GOOD};

	(void)state;
	assert_error(0, "block 198.51.100.7/24",
		     "the network is 198.51.100.0/24, the address"
		     " 198.51.100.7");
	assert_error(0, "block 2001:db8::1/48", "the network is 2001:db8::/48");
	assert_error(0, "unblock 198.51.100.7/24", "198.51.100.0/24");
	assert_error(0, "block 0.0.0.0/0", "0.0.0.0/0 is every address");
	assert_error(0, "block ::/0", "::/0 is every address");
	assert_error(0, "block 198.51.100.0/24 30m1h", "duration \"30m1h\"");
	assert_error(0, "block 198.51.100.0/24 9s", "duration \"9s\"");
	assert_error(0, "block 198.51.100.0/24 31d", "duration \"31d\"");
	assert_error(0, "block 198.51.100.0/24 - a\"b", "double quotes");
	assert_error(0,
		     "block 198.51.100.0/24 -"
		     " 0123456789012345678901234567890123456789012345678901"
		     "0123456789012345678901234567890123456789012345678901"
		     "0123456789012345678901234",
		     "reason of 129 bytes: must be 128 or less");
	assert_true(prefix_parse("198.51.100.0/24", &b.source));
	assert_true(operator_list_add(daemon_.lists.by_operator, &b, 0));
	assert_error(0, "block 198.51.100.64/26",
		     "198.51.100.64/26 is in 198.51.100.0/24");
}

static void a_refusal_names_its_source(void **state)
{
	static const char *const refused[] = {
		"block 203.0.113", "block 203.0.113 9", "unblock 203.0.113"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		for (int root = 0; root < 2; root++) {
			const char *source;

			assert_false(ask(root ? 0 : STRANGER, refused[i]));
			source = json_string_value(
				json_object_get(answer, "source"));
			assert_non_null(source);
			assert_string_equal(source, "203.0.113");
		}
	assert_false(ask(STRANGER, "unblock all"));
	assert_null(json_object_get(answer, "source"));
	assert_false(ask(0, "mode x"));
	assert_null(json_object_get(answer, "source"));
}

static void the_mode_is_a_member_too(void **state)
{
	(void)state;
	assert_true(ask(STRANGER, "mode"));
	assert_string_equal(json_string_value(json_object_get(answer, "mode")),
			    "enforce");
	assert_true(json_is_string(json_object_get(answer, "since")));
}

/* As EVE writes it, in local time. */
static void a_timestamp_has_microseconds_and_zone(void **state)
{
	json_t *text = request_timestamp(loop_now_ns());
	const char *t = json_string_value(text);
	struct tm tm = {0};
	unsigned int us;
	const char *rest;
	time_t then;

	(void)state;
	assert_int_equal(strlen(t), 31);
	rest = strptime(t, "%Y-%m-%dT%H:%M:%S", &tm);
	assert_non_null(rest);
	assert_int_equal(sscanf(rest, ".%6u", &us), 1);
	assert_non_null(strptime(rest + 7, "%z", &tm));
	then = timegm(&tm) - tm.tm_gmtoff;
	assert_in_range(then, time(NULL) - 2, time(NULL));
	json_decref(text);
	text = request_timestamp(loop_now_ns() + 86400 * NS_PER_S);
	assert_non_null(
		strptime(json_string_value(text), "%Y-%m-%dT%H:%M:%S", &tm));
	then = timegm(&tm) - tm.tm_gmtoff;
	assert_in_range(then, time(NULL) + 86398, time(NULL) + 86400);
	json_decref(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_stranger_changes_nothing,
						start, stop),
		cmocka_unit_test_setup_teardown(a_stranger_looks, start, stop),
		cmocka_unit_test_setup_teardown(
			root_and_the_daemons_user_may_change_something, start,
			stop),
		cmocka_unit_test_setup_teardown(
			a_new_mode_is_dated_and_the_same_is_not, start, stop),
		cmocka_unit_test_setup_teardown(
			a_number_of_entries_is_one_from_1_to_1000, start, stop),
		cmocka_unit_test_setup_teardown(
			a_slip_of_the_pen_is_not_allowed, start, stop),
		cmocka_unit_test_setup_teardown(
			a_block_is_checked_before_it_is_made, start, stop),
		cmocka_unit_test_setup_teardown(a_refusal_names_its_source,
						start, stop),
		cmocka_unit_test_setup_teardown(the_mode_is_a_member_too, start,
						stop),
		cmocka_unit_test_setup_teardown(what_is_no_request_is_said,
						start, stop),
		cmocka_unit_test(a_timestamp_has_microseconds_and_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
