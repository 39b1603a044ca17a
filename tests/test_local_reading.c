/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * local.c with more than it has room for, and in readings that are repeated,
 * done in pieces, or overtaken by what they are to tell.
 */
#include "local_fixture.h"

static void too_many_addresses_are_left_out_and_told(void **state)
{
	const struct local_networks *n = networks_with(
		state, "seq 1 250 | sed 's/.*/addr add 10.0.&.1\\/24 dev in\\n"
		       "addr add 10.1.&.1\\/24 dev in/' | ip -batch -");

	assert_true(n->truncated);
	assert_int_equal(n->num_exempt, LOCAL_MAX_PREFIXES);
}

static void own_addresses_come_before_gateways(void **state)
{
	const struct local_networks *n = networks_with(
		state, "(echo addr add 192.0.2.5/24 dev out;"
		       " seq 1 200 | sed 's/.*/route add 10.9.&.0\\/24 via"
		       " 192.0.2.&\\n addr add 10.0.&.1\\/24 dev in/')"
		       "| ip -batch -");

	assert_true(n->truncated);
	assert_int_equal(n->num_exempt, LOCAL_MAX_PREFIXES);
	assert_true(is_exempt(n, "10.0.1.1"));
	assert_true(is_exempt(n, "10.0.200.1"));
}

static void a_second_reading_forgets_the_first(void **state)
{
	const struct local_networks *n;

	networks_with(state, GATEWAY "ip route add default via 192.0.2.1");
	n = networks_with(state, "ip route del default; ip addr flush dev in");
	assert_false(is_exempt(n, "10.1.2.1"));
	assert_false(is_exempt(n, "192.0.2.1"));
	assert_int_equal(n->num_inside, 0);
}

#define MANY_ROUTES                                               \
	"ip addr add 192.0.2.5/24 dev out;"                       \
	"for i in `seq 1 20`; do seq 1 250 |"                     \
	" sed \"s/.*/route add 10.$i.&.0\\/24 via 192.0.2.$i/\";" \
	" done | ip -batch -"

/* Takes a reading to its end and returns the number of steps. */
static int finish(struct local *l)
{
	int more, steps = 0;

	do {
		more = local_step(l);
		assert_true(more >= 0);
		assert_int_equal(local_is_reading(l), more);
		steps++;
	} while (more);
	return steps;
}

static void a_reading_holds_once_it_is_complete(void **state)
{
	struct local *l = *state;
	const struct local_networks *n =
		networks_with(state, "ip addr add 192.0.2.9/24 dev in");

	run("%s", MANY_ROUTES);
	assert_int_equal(local_begin(l), 0);
	assert_int_equal(local_step(l), 1);
	assert_false(is_exempt(n, "192.0.2.1"));
	assert_true(is_exempt(n, "192.0.2.9"));
	assert_int_equal(local_begin(l), 0); /* goes on with the one begun */
	assert_true(finish(l) > 10);
	assert_true(is_exempt(n, "192.0.2.1"));
	assert_true(is_exempt(n, "192.0.2.20"));
}

static void what_changes_meanwhile_does_no_harm(void **state)
{
	struct local *l = *state;
	const struct local_networks *n = networks_with(state, MANY_ROUTES);

	assert_int_equal(local_begin(l), 0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(local_step(l), 1);
		run("ip route del 10.1.%d.0/24; ip -6 addr add 2001:db8::%d/64"
		    " dev out",
		    i + 1, i + 1);
	}
	finish(l);
	for (int i = 2; i <= 20; i++) {
		char text[ADDRESS_TEXT_BYTES];

		snprintf(text, sizeof(text), "192.0.2.%d", i);
		assert_true(is_exempt(n, text));
	}
	assert_int_equal(local_read(l), 0);
	assert_true(is_exempt(n, "2001:db8::5"));
}

int main(void)
{
	struct CMUnitTest tests[] = {
		local_test(too_many_addresses_are_left_out_and_told),
		local_test(own_addresses_come_before_gateways),
		local_test(a_second_reading_forgets_the_first),
		local_test(a_reading_holds_once_it_is_complete),
		local_test(what_changes_meanwhile_does_no_harm),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
