/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What "block" and "unblock" answer, with the kernel's sets behind it. */
#include "blocklist_fixture.h"

#include "../src/daemon.h"

static struct daemon daemon_;
static json_t *answer;

static int start(void **state)
{
	static const uint8_t key[16] = {1, 2, 3};
	void *blocklist;

	(void)state;
	memset(&daemon_, 0, sizeof(daemon_));
	judge_config_default(&daemon_.config.judge);
	daemon_.config.judge.flows = daemon_.config.judge.sources = 1024;
	daemon_.config.judge.services = 256;
	daemon_.config.judge.grace_s = 0;
	pthread_mutex_init(&daemon_.lock, NULL);
	pthread_mutex_lock(&daemon_.lock);
	if (setup_with_room_for(&blocklist, 65536) < 0)
		return -1;
	daemon_.blocklist = blocklist;
	daemon_.judge = judge_new(&daemon_.config.judge, key);
	daemon_.events = events_open("/dev/null", 100);
	daemon_.lists.by_operator = operator_list_new();
	return daemon_.judge && daemon_.events && daemon_.lists.by_operator
		       ? 0
		       : -1;
}

static int stop(void **state)
{
	(void)state;
	json_decref(answer);
	answer = NULL;
	blocklist_close(daemon_.blocklist);
	judge_free(daemon_.judge);
	events_close(daemon_.events);
	operator_list_free(daemon_.lists.by_operator);
	return 0;
}

/* The answer's message, or its error. */
static const char *ask(const char *request, const char *source)
{
	char words[2][80], *argv[] = {words[0], words[1], NULL};
	const json_t *text;

	snprintf(words[0], sizeof(words[0]), "%s", request);
	snprintf(words[1], sizeof(words[1]), "%s", source);
	json_decref(answer);
	answer = daemon_request(&daemon_, 0, 2, argv);
	assert_non_null(answer);
	text = json_object_get(answer, "message");
	if (!text)
		text = json_object_get(answer, "error");
	assert_int_equal(json_is_true(json_object_get(answer, "ok")),
			 json_object_get(answer, "error") == NULL);
	return json_string_value(text);
}

static void block(const char *source)
{
	ask("block", source);
	assert_true(json_is_true(json_object_get(answer, "ok")));
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

/* ---- what was not blocked ---- */

static void what_a_source_did_is_forgotten_once(void **state)
{
	(void)state;
	probe("203.0.113.9", "192.0.2.1", 2);
	assert_string_equal(ask("unblock", "203.0.113.9"),
			    "203.0.113.9 was not blocked; what it did is"
			    " forgotten");
	assert_int_equal(
		json_integer_value(json_object_get(answer, "unblocked")), 0);
	assert_string_equal(ask("unblock", "203.0.113.9"),
			    "203.0.113.9 is not blocked");
}

static void what_its_64_did_is_forgotten_too(void **state)
{
	(void)state;
	probe("2001:db8::9", "2001:db8:2::1", 2);
	assert_string_equal(ask("unblock", "2001:db8::9"),
			    "2001:db8::9 was not blocked; what it did is"
			    " forgotten");
	assert_string_equal(ask("unblock", "2001:db8::/64"),
			    "2001:db8::/64 is not blocked");
}

static void an_unknown_source_is_not_blocked(void **state)
{
	(void)state;
	assert_string_equal(ask("unblock", "203.0.113.9"),
			    "203.0.113.9 is not blocked");
	assert_string_equal(ask("unblock", "203.0.113.0/24"),
			    "203.0.113.0/24 is not blocked");
	block("203.0.113.9");
	assert_string_equal(ask("unblock", "203.0.113.9"),
			    "203.0.113.9 unblocked");
	assert_int_equal(
		json_integer_value(json_object_get(answer, "unblocked")), 1);
}

/* ---- networks in networks ---- */

static void the_network_in_the_set_is_named(void **state)
{
	(void)state;
	block("198.51.100.0/24");
	block("198.51.0.0/16");
	assert_string_equal(ask("unblock", "198.51.100.9"),
			    "198.51.100.9 is not blocked by itself, but with"
			    " 198.51.0.0/16: unblock that, or handshakectl"
			    " allow 198.51.100.9");
	assert_string_equal(ask("block", "198.51.100.64/26"),
			    "198.51.100.64/26 is in 198.51.0.0/16, which is"
			    " blocked already");
}

static void what_stays_blocked_is_said(void **state)
{
	(void)state;
	block("198.51.100.0/24");
	block("198.51.7.0/24");
	block("198.51.0.0/16");
	assert_string_equal(ask("unblock", "198.51.7.0/24"),
			    "198.51.7.0/24 unblocked; it is still blocked with"
			    " 198.51.0.0/16");
	assert_lacks(output_of(NETS4), "198.51.7.0");
	assert_string_equal(ask("unblock", "198.51.0.0/16"),
			    "198.51.0.0/16 unblocked; 1 network in it is"
			    " blocked again");
	assert_contains(output_of(NETS4), "198.51.100.0/24");
	assert_string_equal(ask("unblock", "198.51.100.0/24"),
			    "198.51.100.0/24 unblocked");
	assert_lacks(output_of(NETS4), "198.51");
}

static void several_are_blocked_again(void **state)
{
	(void)state;
	block("2001:db8:1::/64");
	block("2001:db8:2::/48");
	block("2001:db8::/32");
	assert_string_equal(ask("unblock", "2001:db8::/32"),
			    "2001:db8::/32 unblocked; 2 networks in it are"
			    " blocked again");
	block("2001:db8:3:0:9::/80");
	block("2001:db8:3::/64");
	assert_string_equal(ask("unblock", "2001:db8:3::9"),
			    "2001:db8:3::9 unblocked; 1 network in its /64 is"
			    " blocked again");
}

static void an_address_may_still_be_blocked_with_a_network(void **state)
{
	(void)state;
	block("198.51.100.9");
	block("198.51.100.0/24");
	assert_string_equal(ask("unblock", "198.51.100.9"),
			    "198.51.100.9 unblocked; it is still blocked with"
			    " 198.51.100.0/24");
}

/* ---- the allowlist ---- */

static void what_is_allowed_is_to_be_disallowed_first(void **state)
{
	(void)state;
	run("nft 'add set inet handshaked allowlist4"
	    " { type ipv4_addr; flags interval; auto-merge; };"
	    " add set inet handshaked allowlist6"
	    " { type ipv6_addr; flags interval; auto-merge; };"
	    " add element inet handshaked allowlist4"
	    " { 203.0.113.67, 203.0.113.68, 198.51.100.0/24 }'");
	assert_string_equal(ask("block", "198.51.100.7"),
			    "198.51.100.7 is allowed, so a block has no effect:"
			    " handshakectl disallow 198.51.100.0/24");
	ask("disallow", "198.51.100.0/24");
	block("198.51.100.7");
	assert_string_equal(ask("block", "203.0.113.67"),
			    "203.0.113.67 is allowed with"
			    " 203.0.113.67-203.0.113.68, so a block has no"
			    " effect: handshakectl disallow 203.0.113.67, and"
			    " edit /etc/handshaked/allowlist.nft if that names"
			    " a line of it");
	assert_string_equal(ask("disallow", "203.0.113.67"),
			    "203.0.113.67 disallowed");
	block("203.0.113.67");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(what_a_source_did_is_forgotten_once),
		TEST(what_its_64_did_is_forgotten_too),
		TEST(an_unknown_source_is_not_blocked),
		TEST(the_network_in_the_set_is_named),
		TEST(what_is_allowed_is_to_be_disallowed_first),
		TEST(what_stays_blocked_is_said),
		TEST(several_are_blocked_again),
		TEST(an_address_may_still_be_blocked_with_a_network),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
