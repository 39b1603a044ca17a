/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv6: who has a /64 has 2^64 addresses to probe from. When the /64 is listed
 * for what several of its addresses did, and when it is not.
 */
#include "transcript_net.h"

static struct decision probe(struct transcript *t, unsigned int net, char host,
			     unsigned int port)
{
	return say_net(t, net, "%c:4000 > S:%u FPU 7", host, port);
}

static void assert_net_listed(struct transcript *t, unsigned int net,
			      const char *reason)
{
	struct prefix expected = net_prefix(net);
	struct notice n = next_listing(t);

	assert_int_equal(n.offender.source.bits, 64);
	assert_true(
		address_equal(&n.offender.source.address, &expected.address));
	assert_string_equal(n.text, reason);
}

static void what_one_address_does_is_not_its_neighbours(void **state)
{
	struct transcript *t = *state;
	struct address x = net_address(1, 'x');
	struct notice n;

	for (unsigned int port = 1; port <= 5; port++)
		probe(t, 1, 'x', port);
	n = next_listing(t);
	assert_int_equal(n.offender.source.bits, 128);
	assert_true(address_equal(&n.offender.source.address, &x));
	assert_false(judge_next_notice(t->judge, &n));
	assert_int_equal(say_net(t, 1, "c:4000 > S:22 So 100").verdict,
			 VERDICT_ACCEPT);
}

static void two_addresses_are_two_addresses(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 8; port++)
		assert_false(probe(t, 1, port % 2 ? 'x' : 'y', port).listed);
	assert_nobody_listed(t);
}

static void addresses_of_other_nets_are_not_counted(void **state)
{
	struct transcript *t = *state;

	for (unsigned int net = 1; net <= 20; net++)
		for (unsigned int port = 1; port <= 4; port++)
			probe(t, net, 'x', 10 * net + port);
	assert_nobody_listed(t);
}

static void one_exempt_address_saves_its_net(void **state)
{
	struct transcript *t = *state;
	struct prefix exempt = {net_address(1, 'e'), 128};

	judge_set_exempt(t->judge, &exempt, 1);
	for (unsigned int port = 1; port <= 20; port++)
		probe(t, 1, (char)('a' + (int)port), port);
	assert_nobody_listed(t);
}

/*
 * Innocent: a good customer next to others who connect and say nothing, which
 * proves something of them, but of nobody else.
 */
static void proof_is_not_of_the_neighbours(void **state)
{
	struct transcript *t = *state;
	unsigned int port;

	use_net(t, 1, 'c');
	for (port = 1; port <= 18; port++) {
		char host = (char)('x' + (int)(port % 3));

		say_net(t, 1, "%c:4000 > T:%u So 100", host, port);
		if (t->last.verdict == VERDICT_DROP)
			break;
		say_net(t, 1, "T:%u > %c:4000 SA 500 101", port, host);
		say_net(t, 1, "%c:4000 > T:%u A 101 501", host, port);
		say_net(t, 1, "%c:4000 > T:%u FA 101 501", host, port);
		assert_int_equal(t->last.finding, FINDING_CONNECT_SCAN);
	}
	/* They are restricted together, which costs the customer nothing. */
	assert_in_range(port, 8, 10);
	assert_nobody_listed(t);
	use_net(t, 1, 'c');
}

static void ipv4_has_no_nets(void **state)
{
	struct transcript *t = *state;

	for (unsigned int i = 0; i < 24; i++)
		say(t, "%c:4000 > S:%u FPU 7", (char)('a' + (int)i), 1 + i);
	assert_nobody_listed(t);
}

static void three_addresses_that_hop_are_listed_with_their_net(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 4; port++)
		assert_false(probe(t, 1, (char)('v' + (int)port), port).listed);
	assert_true(probe(t, 1, 'a', 5).listed);
	assert_net_listed(t, 1, "xmas-scan: 5 ports of 1 host, score 10.0");
	assert_int_equal(say_net(t, 1, "b:4000 > S:80 So 100").verdict,
			 VERDICT_DROP);
	assert_int_equal(say_net(t, 2, "b:4000 > S:80 So 100").verdict,
			 VERDICT_ACCEPT);
}

/* The third address to offend is enough, whenever it comes. */
static void two_may_become_three(void **state)
{
	struct transcript *t = *state;

	for (unsigned int port = 1; port <= 8; port++)
		probe(t, 1, port % 2 ? 'x' : 'y', port);
	assert_nobody_listed(t);
	assert_true(probe(t, 1, 'z', 9).listed);
	assert_net_listed(t, 1, "xmas-scan: 9 ports of 1 host, score 18.0");
}

static void so_many_addresses_as_are_configured(void **state)
{
	struct transcript *t = *state;
	struct judge_config config = transcript_config();

	config.net_addresses = 6;
	begin_with(t, &config);
	for (unsigned int port = 1; port <= 5; port++)
		assert_false(probe(t, 1, (char)('a' + (int)port), port).listed);
	assert_true(probe(t, 1, 'x', 6).listed);
	assert_net_listed(t, 1, "xmas-scan: 6 ports of 1 host, score 12.0");
}

static void a_net_that_comes_back_is_listed_for_longer(void **state)
{
	struct transcript *t = *state;

	for (uint32_t minutes = 10; minutes <= 40; minutes *= 2) {
		for (unsigned int port = 1; port <= 5; port++)
			probe(t, 1, (char)('a' + (int)port), port);
		assert_int_equal(next_listing(t).timeout_s, 60 * minutes);
		wait_s(t, 60 * minutes + 1);
	}
}

static void a_net_is_forgiven_as_a_whole(void **state)
{
	struct transcript *t = *state;
	struct prefix net = net_prefix(1);

	for (unsigned int port = 1; port <= 5; port++)
		probe(t, 1, (char)('a' + (int)port), port);
	assert_net_listed(t, 1, "xmas-scan: 5 ports of 1 host, score 10.0");
	judge_forgive(t->judge, &net);
	assert_int_equal(say_net(t, 1, "b:4000 > S:80 So 100").verdict,
			 VERDICT_ACCEPT);
	probe(t, 1, 'x', 10);
	assert_int_equal(judge_counters(t->judge)->listings, 1);
}

/* Else the next probe of anyone there would list it with all of them. */
static void forgiving_an_address_forgives_its_net(void **state)
{
	struct transcript *t = *state;
	struct prefix x = {net_address(1, 'x'), 128};

	for (unsigned int port = 1; port <= 5; port++)
		probe(t, 1, 'x', port);
	assert_int_equal(next_listing(t).offender.source.bits, 128);
	judge_forgive(t->judge, &x);
	probe(t, 1, 'y', 6);
	probe(t, 1, 'z', 7);
	assert_int_equal(judge_counters(t->judge)->listings, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(what_one_address_does_is_not_its_neighbours),
		transcript_test(two_addresses_are_two_addresses),
		transcript_test(addresses_of_other_nets_are_not_counted),
		transcript_test(one_exempt_address_saves_its_net),
		transcript_test(proof_is_not_of_the_neighbours),
		transcript_test(ipv4_has_no_nets),
		transcript_test(
			three_addresses_that_hop_are_listed_with_their_net),
		transcript_test(two_may_become_three),
		transcript_test(so_many_addresses_as_are_configured),
		transcript_test(a_net_that_comes_back_is_listed_for_longer),
		transcript_test(a_net_is_forgiven_as_a_whole),
		transcript_test(forgiving_an_address_forgives_its_net),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
