/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon answers to "explain": a judge is told of a few segments, and
 * the JSON has to say so. What handshakectl makes of it is in
 * test_show_explain.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../src/daemon.h"

static const char scanner[] = "203.0.113.9";
static const char scanner6[] = "2001:db8::9";
static const char server[] = "192.0.2.1";
static const char server6[] = "2001:db8:2::1";

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

/* A segment without any flag, to ports 1 to `last`. */
static void probe(const char *from, const char *to, uint16_t last)
{
	struct segment seg = {.src_port = 40000, .ttl = 64};

	assert_true(address_parse(from, &seg.src));
	assert_true(address_parse(to, &seg.dst));
	for (uint16_t port = 1; port <= last; port++) {
		seg.dst_port = port;
		judge_segment(daemon_.judge, &seg, loop_now_ns());
	}
}

static void explain(const char *source)
{
	char words[2][80] = {"explain"};
	char *argv[] = {words[0], words[1], NULL};

	snprintf(words[1], sizeof(words[1]), "%s", source);
	json_decref(answer);
	answer = daemon_request(&daemon_, 65534, 2, argv);
	assert_non_null(answer);
}

static const json_t *member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	if (!value)
		fail_msg("no member \"%s\"", name);
	return value;
}

static bool is(const char *name)
{
	assert_true(json_is_boolean(member(answer, name)));
	return json_is_true(member(answer, name));
}

static json_int_t number(const json_t *object, const char *name)
{
	assert_true(json_is_integer(member(object, name)));
	return json_integer_value(member(object, name));
}

static void assert_real(const json_t *object, const char *name, double value)
{
	assert_true(json_is_real(member(object, name)));
	assert_float_equal(json_real_value(member(object, name)), value, 1e-9);
}

static void assert_word(const json_t *object, const char *name,
			const char *value)
{
	assert_string_equal(json_string_value(member(object, name)), value);
}

static void of_nobody_all_members_are_there(void **state)
{
	(void)state;
	explain(scanner);
	assert_true(is("ok"));
	assert_word(answer, "mode", "enforce");
	assert_word(answer, "source", scanner);
	assert_false(is("known"));
	assert_false(is("exempt"));
	assert_false(is("inside"));
	assert_false(is("good"));
	assert_false(is("restricted"));
	assert_false(is("in_step"));
	assert_false(is("listed"));
	assert_real(answer, "score", 0);
	assert_real(answer, "proved", 0);
	assert_real(answer, "threshold", 9.2);
	assert_int_equal(number(answer, "good_age_s"), 0);
	assert_int_equal(number(answer, "restricted_left_s"), 0);
	assert_int_equal(number(answer, "listed_left_s"), 0);
	assert_int_equal(number(answer, "blocked_left_s"), 0);
	assert_int_equal(number(answer, "offences"), 0);
	assert_int_equal(number(answer, "failures_left"), 0);
	assert_int_equal(number(answer, "addresses_needed"), 1);
	assert_int_equal(number(answer, "next_timeout_s"), 0);
	assert_true(json_is_null(member(answer, "offence")));
	assert_true(json_is_null(member(answer, "sweep")));
	assert_int_equal(json_array_size(member(answer, "evidence")), 0);
	assert_null(json_object_get(answer, "net"));
}

static void each_piece_of_evidence_is_told(void **state)
{
	const json_t *piece;

	(void)state;
	probe(scanner, server, 2);
	explain(scanner);
	assert_true(is("known"));
	assert_false(is("listed"));
	assert_real(answer, "score", 4);
	assert_int_equal(number(answer, "failures_left"), 4);
	assert_int_equal(number(answer, "next_timeout_s"), 600);
	assert_int_equal(json_array_size(member(answer, "evidence")), 2);
	piece = json_array_get(member(answer, "evidence"), 1);
	assert_word(piece, "destination", server);
	assert_int_equal(number(piece, "port"), 2);
	assert_word(piece, "finding", "null-scan");
	assert_word(piece, "grade", "plausible");
	assert_real(piece, "weight", 2);
	assert_in_range(number(piece, "age_s"), 0, 5);
}

static void a_listing_is_told_with_its_reason(void **state)
{
	const json_t *offence;

	(void)state;
	probe(scanner, server, 5);
	explain(scanner);
	assert_true(is("listed"));
	assert_in_range(number(answer, "listed_left_s"), 590, 600);
	assert_int_equal(number(answer, "offences"), 1);
	assert_int_equal(number(answer, "next_timeout_s"), 1200);
	offence = member(answer, "offence");
	assert_word(offence, "reason",
		    "null-scan: 5 ports of 1 host, score 10.0");
	assert_word(offence, "finding", "null-scan");
	assert_word(offence, "grade", "plausible");
	assert_int_equal(number(offence, "ports"), 5);
	assert_int_equal(number(offence, "hosts"), 1);
	assert_int_equal(number(offence, "timeout_s"), 600);
	assert_in_range(number(offence, "age_s"), 0, 5);
	assert_real(offence, "score", 10);
}

static void an_ipv6_address_is_told_with_its_net(void **state)
{
	const json_t *net;

	(void)state;
	probe(scanner6, server6, 2);
	explain(scanner6);
	assert_word(answer, "source", scanner6);
	net = member(answer, "net");
	assert_word(net, "source", "2001:db8::/64");
	assert_real(net, "score", 4);
	assert_int_equal(number(net, "addresses_needed"), 3);
	assert_int_equal(json_array_size(member(net, "evidence")), 2);
	explain("2001:db8::1:2/64");
	assert_word(answer, "source", "2001:db8::/64");
	assert_true(is("known"));
	assert_null(json_object_get(answer, "net"));
}

static void the_protected_side_is_told_as_a_sweep(void **state)
{
	struct prefix inside;

	(void)state;
	assert_true(prefix_parse("192.0.2.0/24", &inside));
	judge_set_inside(daemon_.judge, &inside, 1);
	explain(server);
	assert_true(is("inside"));
	assert_int_equal(number(member(answer, "sweep"), "failed"), 0);
	assert_int_equal(number(member(answer, "sweep"), "answered"), 0);
	assert_int_equal(number(member(answer, "sweep"), "limit"), 250);
}

static void the_never_list_is_told(void **state)
{
	struct prefix exempt;

	(void)state;
	assert_true(prefix_parse(scanner, &exempt));
	judge_set_exempt(daemon_.judge, &exempt, 1);
	probe(scanner, server, 20);
	explain(scanner);
	assert_true(is("exempt"));
	assert_false(is("listed"));
}

static void a_block_by_the_operator_is_told(void **state)
{
	struct operator_block block = {.listed_ns = loop_now_ns()};

	(void)state;
	block.until_ns = block.listed_ns + 60 * NS_PER_S;
	assert_true(prefix_parse(scanner, &block.source));
	operator_list_add(daemon_.lists.by_operator, &block, block.listed_ns);
	explain(scanner);
	assert_in_range(number(answer, "blocked_left_s"), 50, 60);
	assert_false(is("listed"));
}

static void a_blocked_network_is_told_of_its_addresses(void **state)
{
	struct operator_block block = {.listed_ns = loop_now_ns(),
				       .until_ns = OPERATOR_FOR_GOOD,
				       .uid = 1000,
				       .reason = "ticket 7"};
	const json_t *of;

	(void)state;
	assert_true(prefix_parse("203.0.113.0/24", &block.source));
	operator_list_add(daemon_.lists.by_operator, &block, block.listed_ns);
	for (int i = 0; i < 2; i++) {
		explain(i ? "203.0.113.0/24" : "203.0.113.77");
		assert_true(is("ok"));
		of = member(answer, "block");
		assert_string_equal(
			json_string_value(json_object_get(of, "source")),
			"203.0.113.0/24");
		assert_string_equal(
			json_string_value(json_object_get(of, "reason")),
			"ticket 7");
		assert_int_equal(number(of, "uid"), 1000);
		assert_true(json_is_null(json_object_get(of, "until")));
		assert_int_equal(number(answer, "blocked_left_s"), 0);
	}
	explain("203.0.114.1");
	assert_true(json_is_null(member(answer, "block")));
}

static void of_nested_blocks_the_one_in_the_set_is_told(void **state)
{
	static const char *const nets[] = {"198.51.0.0/16", "198.51.100.0/24"};
	static const char *const in_it[] = {"198.51.100.9", "198.51.100.0/24",
					    "198.51.7.7"};
	struct operator_block block = {.listed_ns = loop_now_ns(),
				       .until_ns = OPERATOR_FOR_GOOD};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nets); i++) {
		assert_true(prefix_parse(nets[i], &block.source));
		block.covered = i == 1;
		operator_list_add(daemon_.lists.by_operator, &block,
				  block.listed_ns);
	}
	for (size_t i = 0; i < ARRAY_SIZE(in_it); i++) {
		explain(in_it[i]);
		assert_word(member(answer, "block"), "source", nets[0]);
	}
}

static void what_is_no_source_is_refused(void **state)
{
	static const char *const bad[] = {"203.0.113.256", "example",
					  "2001:db8::/129"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		explain(bad[i]);
		assert_false(is("ok"));
		assert_non_null(
			strstr(json_string_value(member(answer, "error")),
			       "is neither an IP address nor a network"));
	}
}

static void a_network_that_is_not_blocked_is_said(void **state)
{
	struct operator_block block = {.listed_ns = loop_now_ns(),
				       .until_ns = OPERATOR_FOR_GOOD};

	(void)state;
	explain("2001:db8::/48");
	assert_false(is("ok"));
	explain("::ffff:203.0.113.9/64");
	assert_false(is("ok"));
	explain("203.0.113.0/25");
	assert_false(is("ok"));
	assert_word(answer, "error",
		    "\"203.0.113.0/25\" is not blocked: of networks only"
		    " blocked ones and IPv6 /64s can be explained");
	/* One in a blocked network is blocked with that. */
	assert_true(prefix_parse("203.0.113.0/24", &block.source));
	operator_list_add(daemon_.lists.by_operator, &block, block.listed_ns);
	explain("203.0.113.0/25");
	assert_true(is("ok"));
	assert_word(member(answer, "block"), "source", "203.0.113.0/24");
}

#define WITH_JUDGE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_JUDGE(of_nobody_all_members_are_there),
		WITH_JUDGE(each_piece_of_evidence_is_told),
		WITH_JUDGE(a_listing_is_told_with_its_reason),
		WITH_JUDGE(an_ipv6_address_is_told_with_its_net),
		WITH_JUDGE(the_protected_side_is_told_as_a_sweep),
		WITH_JUDGE(the_never_list_is_told),
		WITH_JUDGE(a_block_by_the_operator_is_told),
		WITH_JUDGE(a_blocked_network_is_told_of_its_addresses),
		WITH_JUDGE(of_nested_blocks_the_one_in_the_set_is_told),
		WITH_JUDGE(a_network_that_is_not_blocked_is_said),
		WITH_JUDGE(what_is_no_source_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
