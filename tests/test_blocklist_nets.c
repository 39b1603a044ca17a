/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blocklist.c with networks, in the sets of intervals. */
#include "blocklist_fixture.h"

#include <unistd.h>

static int setup(void **state)
{
	return setup_with_room_for(state, 65536);
}

static int setup_with_little_room(void **state)
{
	return setup_with_room_for(state, 4);
}

static void flush(struct blocklist *b)
{
	assert_int_equal(blocklist_flush(b), 0);
}

static void put_back(struct blocklist *b, const char *source,
		     uint32_t timeout_s, uint64_t left_ms, const char *comment)
{
	struct prefix p = prefix(source);

	assert_int_equal(blocklist_put_back(b, &p, timeout_s, left_ms, comment),
			 0);
}

/* --- networks --- */

static void a_network_shows_as_a_prefix_with_timeout_and_comment(void **state)
{
	const char *list;

	add(*state, "2001:db8:1:2::/64", 600, "syn-scan: 7 ports of 1 host");
	flush(*state);
	list = output_of(NETS6);
	assert_contains(list, "2001:db8:1:2::/64 counter packets 0 bytes 0"
			      " timeout 10m expires ");
	assert_contains(list, "comment \"syn-scan: 7 ports of 1 host\"");
	assert_lacks(output_of(LIST6), "2001:db8");
	assert_int_equal(blocklist_counters(*state)->added, 1);
}

static void an_address_in_a_network_stands_for_its_network(void **state)
{
	struct prefix p = prefix("2001:db8:1:2::5");

	p.bits = 64;
	assert_int_equal(blocklist_add(*state, &p, 600, ""), 0);
	flush(*state);
	assert_contains(output_of(NETS6), "2001:db8:1:2::/64");
	assert_int_equal(blocklist_del(*state, &p), 0);
}

static void neighbours_and_the_ends_of_the_space_are_taken(void **state)
{
	static const char *const nets[] = {"::/64", "2001:db8:0:ffff::/64",
					   "2001:db8:1::/64",
					   "ffff:ffff:ffff:ffff::/64"};

	for (size_t i = 0; i < ARRAY_SIZE(nets); i++)
		add(*state, nets[i], 600, nets[i]);
	flush(*state);
	for (size_t i = 0; i < ARRAY_SIZE(nets); i++)
		assert_contains(output_of(NETS6), nets[i]);
	run("nft get element inet handshaked blocklist6_nets"
	    " '{ 2001:db8:1::5 }' >/dev/null");
	for (size_t i = 0; i < ARRAY_SIZE(nets); i++)
		assert_int_equal(del(*state, nets[i]), 0);
	assert_lacks(output_of(NETS6), "elements");
}

static void renewal_of_a_network_replaces_timeout_and_comment(void **state)
{
	const char *list;

	add(*state, "2001:db8:1:2::/64", 600, "first");
	add(*state, "2001:db8:1:3::/64", 600, "neighbour");
	flush(*state);
	for (int i = 0; i < 3; i++) {
		add(*state, "2001:db8:1:2::/64", 3600, "second");
		flush(*state);
	}
	list = output_of(NETS6);
	assert_contains(list, "2001:db8:1:2::/64 counter packets 0 bytes 0"
			      " timeout 1h");
	assert_contains(list, "\"second\"");
	assert_lacks(list, "\"first\"");
	assert_contains(list, "\"neighbour\"");
}

static void a_network_leaves_when_its_time_is_up(void **state)
{
	add(*state, "2001:db8:1:2::/64", 1, "short");
	add(*state, "2001:db8:1:3::/64", 600, "long");
	flush(*state);
	usleep(1300000);
	assert_lacks(output_of(NETS6), "short");
	add(*state, "2001:db8:1:2::/64", 600, "again");
	flush(*state);
	assert_contains(output_of(NETS6), "\"again\"");
	assert_contains(output_of(NETS6), "\"long\"");
}

static void deleting_a_network_leaves_its_neighbour(void **state)
{
	add(*state, "2001:db8:1:2::/64", 600, "one");
	add(*state, "2001:db8:1:3::/64", 600, "other");
	flush(*state);
	assert_int_equal(del(*state, "2001:db8:1:2::/64"), 0);
	assert_int_equal(del(*state, "2001:db8:1:2::/64"), -ENOENT);
	assert_lacks(output_of(NETS6), "\"one\"");
	assert_contains(output_of(NETS6), "\"other\"");
}

static void what_holds_every_address_is_refused(void **state)
{
	static const char *const nets[] = {"0.0.0.0/0", "::ffff:192.0.2.0/64",
					   "::/0"};
	struct prefix p;

	for (size_t i = 0; i < ARRAY_SIZE(nets); i++) {
		p = prefix(nets[i]);
		assert_int_equal(blocklist_add(*state, &p, 600, ""), -EINVAL);
		assert_int_equal(blocklist_del(*state, &p), -EINVAL);
	}
	add(*state, "192.0.2.1/32", 600, "");
	add(*state, "2001:db8::1/128", 600, "");
	flush(*state);
}

static void networks_of_any_length_are_taken(void **state)
{
	static const char *const nets4[] = {"0.0.0.0/8",      "10.0.0.0/9",
					    "192.0.2.0/25",   "192.0.2.128/26",
					    "192.0.2.254/31", "240.0.0.0/4"};
	static const char *const nets6[] = {"::/16", "2001:db8::/48",
					    "2001:db8:1::/127", "8000::/1"};

	for (size_t i = 0; i < ARRAY_SIZE(nets4); i++)
		add(*state, nets4[i], 600, nets4[i]);
	for (size_t i = 0; i < ARRAY_SIZE(nets6); i++)
		add(*state, nets6[i], 600, nets6[i]);
	flush(*state);
	for (size_t i = 0; i < ARRAY_SIZE(nets4); i++) {
		assert_contains(output_of(NETS4), nets4[i]);
		assert_int_equal(del(*state, nets4[i]), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(nets6); i++) {
		assert_contains(output_of(NETS6), nets6[i]);
		assert_int_equal(del(*state, nets6[i]), 0);
	}
	assert_lacks(output_of(NETS4), "elements");
	assert_lacks(output_of(NETS6), "elements");
}

static void without_a_timeout_an_element_stays(void **state)
{
	add(*state, "192.0.2.0/24", BLOCKLIST_PERMANENT, "net");
	add(*state, "192.0.2.1", BLOCKLIST_PERMANENT, "address");
	flush(*state);
	assert_contains(output_of(NETS4), "192.0.2.0/24 counter packets 0"
					  " bytes 0 comment \"net\"");
	assert_contains(output_of(LIST4), "192.0.2.1 counter packets 0"
					  " bytes 0 comment \"address\"");
	add(*state, "192.0.2.0/24", 600, "for a time");
	flush(*state);
	assert_contains(output_of(NETS4), "timeout 10m");
	put_back(*state, "192.0.2.0/24", BLOCKLIST_PERMANENT, 1, "again");
	flush(*state);
	assert_lacks(output_of(NETS4), "timeout 10m");
}

static int cover(struct blocklist *b, const char *net, const char *const *in_it,
		 size_t num)
{
	struct prefix p = prefix(net), inner[300];

	for (size_t i = 0; i < num; i++)
		inner[i] = prefix(in_it[i]);
	return blocklist_cover(b, &p, 600, "larger", inner, num);
}

static void a_network_takes_the_place_of_those_in_it(void **state)
{
	static const char *const in_it[] = {"192.0.2.64/26", "192.0.2.128/26"};
	static const char *const missing[] = {"198.51.100.64/26"};

	add(*state, in_it[0], 600, "first");
	add(*state, in_it[1], BLOCKLIST_PERMANENT, "second");
	add(*state, "192.0.3.0/24", 600, "neighbour");
	flush(*state);
	assert_int_equal(cover(*state, "192.0.2.0/24", in_it, 1), -EEXIST);
	assert_contains(output_of(NETS4), "\"first\"");
	assert_int_equal(cover(*state, "192.0.2.0/24", in_it, 2), 0);
	assert_contains(output_of(NETS4), "192.0.2.0/24 counter packets 0"
					  " bytes 0 timeout 10m expires ");
	assert_lacks(output_of(NETS4), "\"first\"");
	assert_lacks(output_of(NETS4), "\"second\"");
	assert_contains(output_of(NETS4), "\"neighbour\"");
	assert_int_equal(cover(*state, "192.0.2.0/24", in_it, 0), 0);
	assert_int_equal(cover(*state, "198.51.100.0/24", missing, 1), -ENOENT);
	assert_lacks(output_of(NETS4), "198.51.100");
	assert_contains(output_of(NETS4), "\"larger\"");
}

static void more_than_go_at_once_are_taken_out_before(void **state)
{
	static const size_t num = 2 * BLOCKLIST_COVER_AT_ONCE + 7;
	struct prefix all[2 * BLOCKLIST_COVER_AT_ONCE + 7];
	struct prefix net = prefix("2001:db8::/32");

	for (size_t i = 0; i < num; i++) {
		all[i] = prefix("2001:db8::/64");
		all[i].address.byte[6] = (uint8_t)(i >> 8);
		all[i].address.byte[7] = (uint8_t)i;
		assert_int_equal(blocklist_add(*state, &all[i], 600, "inner"),
				 0);
	}
	flush(*state);
	assert_int_equal(blocklist_cover(*state, &net, 600, "larger", all, num),
			 0);
	assert_lacks(output_of(NETS6), "inner");
	assert_contains(output_of(NETS6), "2001:db8::/32 ");
}

static void all_sets_are_emptied_at_once(void **state)
{
	add(*state, "192.0.2.0/24", 600, "");
	add(*state, "192.0.2.1", 600, "");
	add(*state, "2001:db8::/48", 600, "");
	add(*state, "2001:db8::1", 600, "");
	flush(*state);
	assert_int_equal(blocklist_clear(*state), 0);
	assert_int_equal(blocklist_clear(*state), 0);
	assert_lacks(output_of(NETS4), "elements");
	assert_lacks(output_of(LIST4), "elements");
	assert_lacks(output_of(NETS6), "elements");
	assert_lacks(output_of(LIST6), "elements");
}

static void a_thousand_networks_go_in_at_one_flush(void **state)
{
	struct prefix p = prefix("2001:db8::/64");

	for (unsigned int i = 0; i < 1000; i++) {
		p.address.byte[6] = (uint8_t)(i >> 8);
		p.address.byte[7] = (uint8_t)i;
		assert_int_equal(blocklist_add(*state, &p, 600, "flood"), 0);
	}
	flush(*state);
	assert_int_equal(blocklist_counters(*state)->added, 1000);
	assert_contains(output_of(NETS6), "2001:db8:0:3e7::/64 ");
}

/* An end may take a place in the set, too: that depends on the kernel. */
static void a_full_set_of_networks_refuses_the_newcomer_only(void **state)
{
	const struct blocklist_counters *counters = blocklist_counters(*state);
	char net[PREFIX_TEXT_BYTES];

	for (int i = 0; i < 5; i++) {
		snprintf(net, sizeof(net), "2001:db8:%d::/64", 2 * i);
		add(*state, net, 600, "net");
	}
	add(*state, "192.0.2.1", 600, "address");
	assert_int_equal(blocklist_flush(*state), -ENFILE);
	assert_in_range(counters->set_full, 1, 3);
	assert_int_equal(counters->added + counters->set_full, 6);
	assert_contains(output_of(NETS6), "2001:db8::/64");
	assert_contains(output_of(LIST4), "\"address\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TEST_FULL(name) \
	cmocka_unit_test_setup_teardown(name, setup_with_little_room, teardown)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(a_network_shows_as_a_prefix_with_timeout_and_comment),
		TEST(an_address_in_a_network_stands_for_its_network),
		TEST(neighbours_and_the_ends_of_the_space_are_taken),
		TEST(renewal_of_a_network_replaces_timeout_and_comment),
		TEST(a_network_leaves_when_its_time_is_up),
		TEST(deleting_a_network_leaves_its_neighbour),
		TEST(what_holds_every_address_is_refused),
		TEST(networks_of_any_length_are_taken),
		TEST(without_a_timeout_an_element_stays),
		TEST(a_network_takes_the_place_of_those_in_it),
		TEST(more_than_go_at_once_are_taken_out_before),
		TEST(all_sets_are_emptied_at_once),
		TEST(a_thousand_networks_go_in_at_one_flush),
		TEST_FULL(a_full_set_of_networks_refuses_the_newcomer_only),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
