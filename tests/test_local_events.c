/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * local_events.c against what ip(8) changes: each kind is told, and the coming
 * and going of neighbours is not. A namespace for each test, with a pair of
 * interfaces, both up.
 */
#include "netns.h"

#include <unistd.h>

#include "core/base.h"
#include "local_events.h"

/* Long enough for events that are on their way: links work on by themselves. */
static void let_pass(struct local_events *e)
{
	do {
		usleep(200000);
	} while (local_events_read(e));
}

static int setup(void **state)
{
	static struct local_events *events;

	netns_enter();
	run("ip link set lo up;"
	    " ip link add out type veth peer name out2;"
	    " for i in out out2; do"
	    "  sysctl -q net.ipv6.conf.$i.accept_dad=0"
	    "   net.ipv6.conf.$i.router_solicitations=0 &&"
	    "  ip link set $i up || exit 1;"
	    " done;"
	    " ip addr add 192.0.2.5/24 dev out");
	local_events_close(events);
	events = local_events_open();
	assert_non_null(events);
	let_pass(events);
	*state = events;
	return 0;
}

static void assert_told(struct local_events *e, const char *command)
{
	run("%s", command);
	if (!local_events_read(e))
		fail_msg("not told: %s", command);
	let_pass(e);
}

static void what_changes_is_told(void **state)
{
	static const char *const commands[] = {
		"ip addr add 192.0.2.6/24 dev out",
		"ip addr del 192.0.2.6/24 dev out",
		"ip -6 addr add 2001:db8::5/64 dev out",
		"ip -6 addr del 2001:db8::5/64 dev out",
		"ip route add default via 192.0.2.1",
		"ip route replace default via 192.0.2.2",
		"ip route del default",
		"ip route add 10.0.0.0/8 via 192.0.2.1 table 100",
		"ip -6 route add 2001:db8:1::/48 via fe80::1 dev out",
		"ip link set out2 down",
		"ip link add in type veth peer name in2",
		"ip link del in",
	};

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		assert_told(*state, commands[i]);
}

#define NEIGHBOUR "ip -6 neigh replace fe80::9 lladdr 02:00:00:00:00:09 dev out"

static void a_router_is_told(void **state)
{
	assert_told(*state, NEIGHBOUR " router");
	assert_told(*state, "ip -6 neigh del fe80::9 dev out");
	run(NEIGHBOUR);
	assert_false(local_events_read(*state));
	assert_told(*state, NEIGHBOUR " router");
}

static void other_neighbours_are_not(void **state)
{
	run("seq 1 200 | sed 's/.*/neigh add 192.0.2.& lladdr"
	    " 02:00:00:00:00:09 dev out nud reachable/' | ip -batch - &&"
	    " ip neigh flush dev out nud all && " NEIGHBOUR
	    " && ip neigh del fe80::9 dev out");
	assert_false(local_events_read(*state));
}

static void nothing_is_told_when_nothing_changes(void **state)
{
	run("ip addr; ip route; ip -6 neigh; ip link");
	assert_false(local_events_read(*state));
}

static void more_than_there_is_room_for_is_told_and_survived(void **state)
{
	run("for i in `seq 1 20`; do seq 1 250 |"
	    " sed \"s/.*/route add 10.$i.&.0\\/24 via 192.0.2.1/\";"
	    " done | ip -batch -");
	assert_true(local_events_read(*state));
	let_pass(*state);
	assert_told(*state, "ip addr add 192.0.2.6/24 dev out");
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(what_changes_is_told),
		TEST(a_router_is_told),
		TEST(other_neighbours_are_not),
		TEST(nothing_is_told_when_nothing_changes),
		TEST(more_than_there_is_room_for_is_told_and_survived),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
