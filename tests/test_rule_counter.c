/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule_counter.c against the running kernel: the counters are set by nft. */
#include "netns.h"

#include <sys/socket.h>
#include <libmnl/libmnl.h>

#include "core/base.h"
#include "rule_counter.h"

static struct rule_counter c;

static int setup(void **state)
{
	(void)state;
	netns_enter();
	c = (struct rule_counter){7, 8};
	return 0;
}

static void make_counters(void)
{
	run("nft 'add table inet handshaked;"
	    " add counter inet handshaked blocked"
	    " { packets 5000000000 bytes 300000000000 };"
	    " add counter inet handshaked overrate { packets 3 bytes 180 }'");
}

static void each_is_read_by_its_name(void **state)
{
	(void)state;
	make_counters();
	assert_int_equal(rule_counter_read(NULL, RULE_COUNTER_BLOCKED, &c), 0);
	assert_int_equal(c.packets, 5000000000u);
	assert_int_equal(c.bytes, 300000000000u);
	assert_int_equal(rule_counter_read(NULL, RULE_COUNTER_OVERRATE, &c), 0);
	assert_int_equal(c.packets, 3);
	assert_int_equal(c.bytes, 180);
}

static void one_socket_does_for_all(void **state)
{
	struct mnl_socket *s =
		mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);

	(void)state;
	assert_non_null(s);
	assert_int_equal(mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID), 0);
	make_counters();
	for (int i = 0; i < 10; i++) {
		assert_int_equal(rule_counter_read(s, "missing", &c), -ENOENT);
		assert_int_equal(rule_counter_read(s, RULE_COUNTER_BLOCKED, &c),
				 0);
		assert_int_equal(c.packets, 5000000000u);
		assert_int_equal(
			rule_counter_read(s, RULE_COUNTER_OVERRATE, &c), 0);
		assert_int_equal(c.packets, 3);
	}
	mnl_socket_close(s);
}

static void what_is_missing_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(rule_counter_read(NULL, RULE_COUNTER_BLOCKED, &c),
			 -ENOENT);
	make_counters();
	assert_int_equal(rule_counter_read(NULL, RULE_COUNTER_QUEUED, &c),
			 -ENOENT);
	assert_int_equal(c.packets, 7);
	assert_int_equal(c.bytes, 8);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(each_is_read_by_its_name),
		TEST(one_socket_does_for_all),
		TEST(what_is_missing_changes_nothing),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
