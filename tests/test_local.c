/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * local.c against addresses and routes made with ip(8). Every test has a
 * namespace of its own with two pairs of interfaces, all up: "out" and "out2"
 * for the way to the world, "in" and "in2" for the protected side.
 */
#include "netns.h"

#include "local.h"

static int setup(void **state)
{
	static struct local_networks networks;

	netns_enter();
	run("ip link set lo up;"
	    " ip link add out type veth peer name out2;"
	    " ip link add in type veth peer name in2;"
	    " for i in out out2 in in2; do"
	    "  sysctl -q net.ipv6.conf.$i.accept_dad=0 &&"
	    "  ip link set $i up || exit 1;"
	    " done");
	*state = &networks;
	return 0;
}

static bool lists(const struct prefix *list, size_t num, const char *text)
{
	char shown[PREFIX_TEXT_BYTES];
	size_t i, found = 0;

	for (i = 0; i < num; i++)
		if (!strcmp(prefix_format(&list[i], shown), text))
			found++;
	assert_true(found <= 1);
	return found;
}

static bool is_exempt(const struct local_networks *n, const char *text)
{
	return lists(n->exempt, n->num_exempt, text);
}

static bool is_inside(const struct local_networks *n, const char *text)
{
	return lists(n->inside, n->num_inside, text);
}

static const struct local_networks *networks_with(void **state,
						  const char *commands)
{
	run("set -e; %s", commands);
	assert_int_equal(local_networks_read(*state), 0);
	return *state;
}

/* --- exempt --- */

static void own_addresses_of_both_families_are_exempt(void **state)
{
	const struct local_networks *n =
		networks_with(state, "ip addr add 192.0.2.5/24 dev out;"
				     "ip addr add 192.0.2.6/24 dev out;"
				     "ip addr add 2001:db8::5/64 dev in");

	assert_true(is_exempt(n, "192.0.2.5"));
	assert_true(is_exempt(n, "192.0.2.6"));
	assert_true(is_exempt(n, "2001:db8::5"));
	assert_true(is_exempt(n, "127.0.0.1"));
	assert_true(is_exempt(n, "::1"));
	assert_false(is_exempt(n, "192.0.2.0/24"));
	assert_false(n->truncated);
}

static void of_a_point_to_point_link_our_end_is_exempt(void **state)
{
	const struct local_networks *n = networks_with(
		state, "ip addr add 192.0.2.5 peer 192.0.2.9/32 dev out;"
		       "ip addr add 2001:db8::5 peer 2001:db8::9/128 dev out");

	assert_true(is_exempt(n, "192.0.2.5"));
	assert_true(is_exempt(n, "2001:db8::5"));
	assert_false(is_exempt(n, "192.0.2.9"));
	assert_false(is_exempt(n, "2001:db8::9"));
}

static void next_hops_of_default_routes_are_exempt(void **state)
{
	const struct local_networks *n = networks_with(
		state, "ip addr add 192.0.2.5/24 dev out;"
		       "ip addr add 198.51.100.5/24 dev out2;"
		       "ip route add default via 192.0.2.1;"
		       "ip route add default via 198.51.100.1 metric 100;"
		       "ip addr add 2001:db8::5/64 dev out;"
		       "ip route add default via 2001:db8::1 dev out");

	assert_true(is_exempt(n, "192.0.2.1"));
	assert_true(is_exempt(n, "198.51.100.1"));
	assert_true(is_exempt(n, "2001:db8::1"));
}

static void a_link_local_next_hop_is_exempt(void **state)
{
	const struct local_networks *n = networks_with(
		state, "ip -6 route add default via fe80::1 dev out");

	assert_true(is_exempt(n, "fe80::1"));
}

static void all_next_hops_of_a_multipath_route_are_exempt(void **state)
{
	const struct local_networks *n = networks_with(
		state, "ip addr add 192.0.2.5/24 dev out;"
		       "ip addr add 198.51.100.5/24 dev out2;"
		       "ip route add default nexthop via 192.0.2.1"
		       " nexthop via 192.0.2.2 nexthop via 198.51.100.1;"
		       "ip -6 route add default nexthop via fe80::1 dev out"
		       " nexthop via fe80::2 dev out2");

	assert_true(is_exempt(n, "192.0.2.1"));
	assert_true(is_exempt(n, "192.0.2.2"));
	assert_true(is_exempt(n, "198.51.100.1"));
	assert_true(is_exempt(n, "fe80::1"));
	assert_true(is_exempt(n, "fe80::2"));
}

static void an_ipv6_next_hop_of_an_ipv4_route_is_exempt(void **state)
{
	const struct local_networks *n = networks_with(
		state, "ip addr add 192.0.2.5/32 dev out;"
		       "ip route add default via inet6 fe80::7 dev out");

	assert_true(is_exempt(n, "fe80::7"));
}

static void next_hops_given_as_objects_are_exempt(void **state)
{
	const struct local_networks *n = networks_with(
		state, "ip addr add 192.0.2.5/24 dev out;"
		       "ip nexthop add id 1 via 192.0.2.1 dev out;"
		       "ip nexthop add id 2 via 192.0.2.2 dev out;"
		       "ip nexthop add id 3 group 1/2;"
		       "ip route add default nhid 3");

	assert_true(is_exempt(n, "192.0.2.1"));
	assert_true(is_exempt(n, "192.0.2.2"));
}

static void next_hops_of_other_routes_are_not_exempt(void **state)
{
	const struct local_networks *n = networks_with(
		state, "ip addr add 192.0.2.5/24 dev out;"
		       "ip route add 10.0.0.0/8 via 192.0.2.1;"
		       "ip route add default via 192.0.2.2 table 100;"
		       "ip route add unreachable default metric 4000");

	assert_false(is_exempt(n, "192.0.2.1"));
	assert_false(is_exempt(n, "192.0.2.2"));
	assert_int_equal(n->num_inside, 0);
}

/* --- inside --- */

#define GATEWAY                                   \
	"ip addr add 192.0.2.5/24 dev out;"       \
	"ip addr add 2001:db8:0:1::5/64 dev out;" \
	"ip addr add 10.1.2.1/16 dev in;"         \
	"ip addr add 172.16.0.1/12 dev in2;"      \
	"ip addr add 2001:db8:0:2::1/64 dev in;"

static void networks_off_the_default_route_are_inside(void **state)
{
	const struct local_networks *n = networks_with(
		state, GATEWAY "ip route add default via 192.0.2.1;"
			       "ip route add default via 2001:db8:0:1::1");

	assert_true(is_inside(n, "10.1.0.0/16"));
	assert_true(is_inside(n, "172.16.0.0/12"));
	assert_true(is_inside(n, "2001:db8:0:2::/64"));
	assert_int_equal(n->num_inside, 3);
}

static void without_a_default_route_nothing_is_inside(void **state)
{
	const struct local_networks *n = networks_with(state, GATEWAY);

	assert_int_equal(n->num_inside, 0);
	assert_true(is_exempt(n, "10.1.2.1"));
}

static void each_family_goes_by_its_own_default_route(void **state)
{
	const struct local_networks *n = networks_with(
		state, GATEWAY "ip -6 route add default via fe80::1 dev in");

	assert_true(is_inside(n, "2001:db8:0:1::/64"));
	assert_int_equal(n->num_inside, 1);
}

static void every_interface_of_a_multipath_route_is_outside(void **state)
{
	const struct local_networks *n = networks_with(
		state, GATEWAY "ip addr add 198.51.100.5/24 dev out2;"
			       "ip route add default nexthop via 192.0.2.1"
			       " nexthop via 198.51.100.1");

	assert_true(is_inside(n, "10.1.0.0/16"));
	assert_true(is_inside(n, "172.16.0.0/12"));
	assert_int_equal(n->num_inside, 2);
}

static void a_default_route_without_next_hop_counts(void **state)
{
	const struct local_networks *n =
		networks_with(state, GATEWAY "ip route add default dev out");

	assert_true(is_inside(n, "10.1.0.0/16"));
	assert_false(is_inside(n, "192.0.2.0/24"));
}

static void loopback_and_link_local_networks_are_not_inside(void **state)
{
	const struct local_networks *n = networks_with(
		state, "ip -6 route add default via fe80::1 dev out;"
		       "ip addr add 192.0.2.5/24 dev out;"
		       "ip route add default via 192.0.2.1");

	assert_int_equal(n->num_inside, 0);
}

static void a_network_with_two_addresses_is_listed_once(void **state)
{
	const struct local_networks *n = networks_with(
		state, GATEWAY "ip addr add 10.1.2.2/16 dev in;"
			       "ip route add default via 192.0.2.1");

	assert_true(is_inside(n, "10.1.0.0/16"));
	assert_int_equal(n->num_inside, 2);
}

static void inside_a_point_to_point_link_is_the_peer(void **state)
{
	const struct local_networks *n = networks_with(
		state, "ip addr add 192.0.2.5/24 dev out;"
		       "ip route add default via 192.0.2.1;"
		       "ip addr add 10.0.0.1 peer 10.0.0.2/32 dev in");

	assert_true(is_inside(n, "10.0.0.2"));
	assert_int_equal(n->num_inside, 1);
}

/* --- limits --- */

static void too_many_addresses_are_left_out_and_told(void **state)
{
	const struct local_networks *n = networks_with(
		state, "seq 1 250 | sed 's/.*/addr add 10.0.&.1\\/24 dev in\\n"
		       "addr add 10.1.&.1\\/24 dev in/' | ip -batch -");

	assert_true(n->truncated);
	assert_int_equal(n->num_exempt, LOCAL_MAX_PREFIXES);
}

static void a_second_reading_forgets_the_first(void **state)
{
	const struct local_networks *n;

	networks_with(state, GATEWAY "ip route add default via 192.0.2.1");
	n = networks_with(state, "ip route del default; ip addr flush dev in");
	assert_false(is_exempt(n, "10.1.2.1"));
	assert_int_equal(n->num_inside, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(own_addresses_of_both_families_are_exempt),
		TEST(of_a_point_to_point_link_our_end_is_exempt),
		TEST(next_hops_of_default_routes_are_exempt),
		TEST(a_link_local_next_hop_is_exempt),
		TEST(all_next_hops_of_a_multipath_route_are_exempt),
		TEST(an_ipv6_next_hop_of_an_ipv4_route_is_exempt),
		TEST(next_hops_given_as_objects_are_exempt),
		TEST(next_hops_of_other_routes_are_not_exempt),
		TEST(networks_off_the_default_route_are_inside),
		TEST(without_a_default_route_nothing_is_inside),
		TEST(each_family_goes_by_its_own_default_route),
		TEST(every_interface_of_a_multipath_route_is_outside),
		TEST(a_default_route_without_next_hop_counts),
		TEST(loopback_and_link_local_networks_are_not_inside),
		TEST(a_network_with_two_addresses_is_listed_once),
		TEST(inside_a_point_to_point_link_is_the_peer),
		TEST(too_many_addresses_are_left_out_and_told),
		TEST(a_second_reading_forgets_the_first),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
