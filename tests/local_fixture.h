/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of local.c. Every test has a namespace of its own with two
 * pairs of interfaces, all up: "out" and "out2" for the way to the world, "in"
 * and "in2" for the protected side. Included first, for cmocka wants certain
 * headers before its own.
 */
#ifndef HANDSHAKED_TESTS_LOCAL_FIXTURE_H
#define HANDSHAKED_TESTS_LOCAL_FIXTURE_H

#include "netns.h"

#include "local.h"

static inline int setup(void **state)
{
	static struct local *local;

	netns_enter();
	local_close(local);
	local = local_open(); /* in the new namespace */
	assert_non_null(local);
	run("ip link set lo up;"
	    " ip link add out type veth peer name out2;"
	    " ip link add in type veth peer name in2;"
	    " for i in out out2 in in2; do"
	    "  sysctl -q net.ipv6.conf.$i.accept_dad=0 &&"
	    "  ip link set $i up || exit 1;"
	    " done");
	*state = local;
	return 0;
}

static inline bool lists(const struct prefix *list, size_t num,
			 const char *text)
{
	char shown[PREFIX_TEXT_BYTES];
	size_t i, found = 0;

	for (i = 0; i < num; i++)
		if (!strcmp(prefix_format(&list[i], shown), text))
			found++;
	assert_true(found <= 1);
	return found;
}

static inline bool is_exempt(const struct local_networks *n, const char *text)
{
	return lists(n->exempt, n->num_exempt, text);
}

static inline bool is_inside(const struct local_networks *n, const char *text)
{
	return lists(n->inside, n->num_inside, text);
}

static inline const struct local_networks *networks_with(void **state,
							 const char *commands)
{
	run("set -e; %s", commands);
	assert_int_equal(local_read(*state), 0);
	return local_found(*state);
}

/* Addresses on all four; the way to the world is up to the test. */
#define GATEWAY                                   \
	"ip addr add 192.0.2.5/24 dev out;"       \
	"ip addr add 2001:db8:0:1::5/64 dev out;" \
	"ip addr add 10.1.2.1/16 dev in;"         \
	"ip addr add 172.16.0.1/12 dev in2;"      \
	"ip addr add 2001:db8:0:2::1/64 dev in;"

#define local_test(test) cmocka_unit_test_setup(test, setup)

#endif
