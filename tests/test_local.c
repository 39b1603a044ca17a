/* SPDX-License-Identifier: GPL-2.0-or-later */
/* local.c against addresses, routes and neighbours made with ip(8). */
#include "local_fixture.h"

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

static void next_hops_of_all_routes_are_exempt(void **state)
{
	const struct local_networks *n = networks_with(
		state, "ip addr add 192.0.2.5/24 dev out;"
		       "ip route add 10.0.0.0/8 via 192.0.2.1;"
		       "ip route add 10.1.0.0/16 nexthop via 192.0.2.3"
		       " nexthop via 192.0.2.4;"
		       "ip route add default via 192.0.2.2 table 100;"
		       "ip -6 route add 2001:db8:9::/48 via fe80::9 dev out");

	assert_true(is_exempt(n, "192.0.2.1"));
	assert_true(is_exempt(n, "192.0.2.2"));
	assert_true(is_exempt(n, "192.0.2.3"));
	assert_true(is_exempt(n, "192.0.2.4"));
	assert_true(is_exempt(n, "fe80::9"));
	assert_false(is_exempt(n, "10.0.0.0/8"));
	assert_int_equal(n->num_routers, 0);
}

static void a_neighbour_that_is_a_router_is_told(void **state)
{
	const struct local_networks *n = networks_with(
		state, "neigh='ip -6 neigh add lladdr 02:00:00:00:00:09';"
		       "$neigh fe80::9 dev out router;"
		       "$neigh 2001:db8::9 dev in router nud reachable;"
		       "$neigh fe80::a dev out");

	assert_true(lists(n->routers, n->num_routers, "fe80::9"));
	assert_true(lists(n->routers, n->num_routers, "2001:db8::9"));
	assert_int_equal(n->num_routers, 2);
	assert_false(is_exempt(n, "fe80::9"));
}

/* --- inside --- */

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

static void only_the_main_table_tells_where_the_world_is(void **state)
{
	const struct local_networks *n = networks_with(
		state, GATEWAY "ip route add default via 192.0.2.1 table 100;"
			       "ip route add 10.9.0.0/16 via 192.0.2.1;"
			       "ip route add unreachable default metric 4000");

	assert_int_equal(n->num_inside, 0);
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

int main(void)
{
	struct CMUnitTest tests[] = {
		local_test(own_addresses_of_both_families_are_exempt),
		local_test(of_a_point_to_point_link_our_end_is_exempt),
		local_test(next_hops_of_default_routes_are_exempt),
		local_test(a_link_local_next_hop_is_exempt),
		local_test(all_next_hops_of_a_multipath_route_are_exempt),
		local_test(an_ipv6_next_hop_of_an_ipv4_route_is_exempt),
		local_test(next_hops_given_as_objects_are_exempt),
		local_test(next_hops_of_all_routes_are_exempt),
		local_test(a_neighbour_that_is_a_router_is_told),
		local_test(networks_off_the_default_route_are_inside),
		local_test(without_a_default_route_nothing_is_inside),
		local_test(only_the_main_table_tells_where_the_world_is),
		local_test(each_family_goes_by_its_own_default_route),
		local_test(every_interface_of_a_multipath_route_is_outside),
		local_test(a_default_route_without_next_hop_counts),
		local_test(loopback_and_link_local_networks_are_not_inside),
		local_test(a_network_with_two_addresses_is_listed_once),
		local_test(inside_a_point_to_point_link_is_the_peer),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
