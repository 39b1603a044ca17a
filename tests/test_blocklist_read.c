/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blocklist_read.c reads what the running kernel's sets hold. */
#include "blocklist_fixture.h"

#include "../src/allowlist_range.h"
#include "blocklist_read.h"

static struct prefix last;

static int setup(void **state)
{
	return setup_with_room_for(state, 65536);
}

static void add_three(struct blocklist *b)
{
	add(b, "192.0.2.1", 600, "one");
	add(b, "2001:db8::1", 600, "two");
	add(b, "2001:db8:1:2::/64", 600, "three");
	assert_int_equal(blocklist_flush(b), 0);
}

static void note_source(void *arg, const struct prefix *source)
{
	(*(unsigned int *)arg)++;
	last = *source;
}

static void everyone_in_the_sets_is_read(void **state)
{
	unsigned int count = 0;

	assert_int_equal(blocklist_read(note_source, &count), 0);
	assert_int_equal(count, 0);
	add_three(*state);
	assert_int_equal(blocklist_read(note_source, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(last.bits, 64);
	for (unsigned int i = 0; i < 5000; i++) {
		struct prefix p = nth_address(i);

		assert_int_equal(blocklist_add(*state, &p, 600, "flood"), 0);
	}
	assert_int_equal(blocklist_flush(*state), 0);
	count = 0;
	assert_int_equal(blocklist_read(note_source, &count), 0);
	assert_int_equal(count, 5003);
	run("nft flush ruleset");
	assert_int_equal(blocklist_read(note_source, &count), -ENOENT);
}

static void networks_are_read_with_their_length(void **state)
{
	static const char *const nets[] = {"198.51.100.0/25",
					   "198.51.100.128/26", "240.0.0.0/4",
					   "2001:db8::/33", "fe00::/7"};
	char text[PREFIX_TEXT_BYTES];
	unsigned int count = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(nets); i++) {
		add(*state, nets[i], 600, "net");
		assert_int_equal(blocklist_flush(*state), 0);
		if (i > 2)
			run("nft flush set inet handshaked blocklist4_nets");
		if (i > 3)
			run("nft delete element inet handshaked"
			    " blocklist6_nets { 2001:db8::/33 }");
		count = 0;
		assert_int_equal(blocklist_read(note_source, &count), 0);
		assert_int_equal(count, i < 3 ? i + 1 : 1);
		assert_string_equal(prefix_format(&last, text), nets[i]);
	}
	run("nft 'flush set inet handshaked blocklist6_nets; add element inet"
	    " handshaked blocklist4_nets { 192.0.2.1-192.0.2.9 }'");
	count = 0;
	assert_int_equal(blocklist_read(note_source, &count), 0);
	assert_int_equal(count, 0); /* a range that is no network */
}

static void note_entry(void *arg, const struct blocklist_entry *e)
{
	char text[RANGE_TEXT_BYTES];

	strcat(arg, range_format(&e->source, text));
	strcat(arg, " ");
	strcat(arg, e->comment);
	strcat(arg, "\n");
}

static void entries_have_their_range_and_comment(void **state)
{
	char text[512] = "";

	add(*state, "198.51.100.0/25", 600, "one");
	add(*state, "198.51.100.128/25", BLOCKLIST_PERMANENT, "two");
	add(*state, "2001:db8::/48", 600, "three");
	assert_int_equal(blocklist_flush(*state), 0);
	run("nft 'add element inet handshaked blocklist4_nets"
	    " { 192.0.2.1-192.0.2.9 comment \"four\" }'");
	assert_int_equal(blocklist_read_entries(note_entry, text), 0);
	assert_contains(text, "198.51.100.0/25 one\n");
	assert_contains(text, "198.51.100.128/25 two\n");
	assert_contains(text, "2001:db8::/48 three\n");
	assert_contains(text, "192.0.2.1-192.0.2.9 four\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(everyone_in_the_sets_is_read),
		TEST(networks_are_read_with_their_length),
		TEST(entries_have_their_range_and_comment),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
