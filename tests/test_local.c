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
