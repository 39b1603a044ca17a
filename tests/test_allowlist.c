/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The allowlist in a real kernel: whatever is allowed and disallowed, by us and
 * by nft, the sets hold what an array of flags says. And what the blocklist's
 * elements say of themselves.
 */
#include "random.h"

#include "blocklist_fixture.h"

#include "allowlist.h"
#include "../src/allowlist_range.h"
#include "blocklist_read.h"

/* Of 10.0.0.0/24, or 2001:db8::/120, who is allowed. */
static bool model[256];

static void make_sets(void)
{
	run("nft 'add set inet handshaked allowlist4"
	    " { type ipv4_addr; flags interval; auto-merge; };"
	    " add set inet handshaked allowlist6"
	    " { type ipv6_addr; flags interval; auto-merge; }'");
}

static int setup(void **state)
{
	int rc = setup_with_room_for(state, 65536);

	if (rc == 0)
		make_sets();
	memset(model, 0, sizeof(model));
	return rc;
}

static int setup_random(void **state)
{
	return setup(state) || random_seed(state) ? -1 : 0;
}

/* ---- ranges ---- */

static bool seen[256];
static struct allowed last_range;
static unsigned int num_ranges;

static void note_range(void *arg, const struct allowed *r)
{
	(void)arg;
	/* They are in order, and between two there is a gap. */
	if (num_ranges++)
		assert_true(last_range.last.byte[15] + 1 < r->first.byte[15]);
	for (int i = r->first.byte[15]; i <= r->last.byte[15]; i++)
		seen[i] = true;
	last_range = *r;
}

static void assert_as_model(void)
{
	memset(seen, 0, sizeof(seen));
	num_ranges = 0;
	assert_int_equal(allowlist_read(note_range, NULL), 0);
	assert_memory_equal(seen, model, sizeof(model));
}

static bool all_are(const struct prefix *p, bool allowed)
{
	for (int i = 0; i < 1 << (128 - p->bits); i++)
		if (model[p->address.byte[15] + i] != allowed)
			return false;
	return true;
}

static void set_all(const struct prefix *p, bool allowed)
{
	for (int i = 0; i < 1 << (128 - p->bits); i++)
		model[p->address.byte[15] + i] = allowed;
}

static struct prefix random_prefix(const char *base)
{
	struct prefix p = prefix(base);
	unsigned int host_bits = random_below(7);

	p.bits = (uint8_t)(128 - host_bits);
	p.address.byte[15] =
		(uint8_t)(random_below(256) >> host_bits << host_bits);
	return p;
}

static void change(const char *base)
{
	struct prefix p = random_prefix(base);
	char text[PREFIX_TEXT_BYTES];

	switch (random_below(5)) {
	case 0:
	case 1:
		assert_int_equal(allowlist_add(&p),
				 all_are(&p, true) ? -EEXIST : 0);
		set_all(&p, true);
		break;
	case 2:
	case 3:
		if (all_are(&p, true)) {
			assert_int_equal(allowlist_del(&p), 0);
			set_all(&p, false);
		} else {
			assert_int_equal(allowlist_del(&p), -ENODATA);
		}
		break;
	case 4: /* nft merges what it adds with what is there */
		run("nft add element inet handshaked %s '{ %s }'",
		    address_is_ipv4(&p.address) ? "allowlist4" : "allowlist6",
		    prefix_format(&p, text));
		set_all(&p, true);
		break;
	}
}

static void the_sets_hold_what_was_allowed(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		change("10.0.0.0");
		assert_as_model();
	}
}

static void those_of_ipv6_too(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		change("2001:db8::");
		assert_as_model();
	}
}

static void the_ends_of_the_space_are_taken(void **state)
{
	static const char *const nets[] = {
		"0.0.0.0/1",
		"128.0.0.0/1",
		"::/1",
		"8000::/1",
		"255.255.255.255",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
	struct prefix p;

	(void)state;
	for (int i = 0; i < 4; i++) {
		p = prefix(nets[i]);
		assert_int_equal(allowlist_add(&p), 0);
	}
	for (int i = 4; i < 6; i++) {
		p = prefix(nets[i]);
		assert_int_equal(allowlist_add(&p), -EEXIST);
		assert_int_equal(allowlist_del(&p), 0);
		assert_int_equal(allowlist_del(&p), -ENODATA);
		assert_int_equal(allowlist_add(&p), 0);
	}
	for (int i = 0; i < 4; i++) {
		p = prefix(nets[i]);
		assert_int_equal(allowlist_del(&p), 0);
	}
	num_ranges = 0;
	assert_int_equal(allowlist_read(note_range, NULL), 0);
	assert_int_equal(num_ranges, 0);
}

static void many_become_one(void **state)
{
	struct prefix all = prefix("10.0.0.0/24"), one;

	(void)state;
	for (int i = 0; i < 256; i += 2) {
		one = nth_address((unsigned int)i);
		assert_int_equal(allowlist_add(&one), 0);
	}
	assert_int_equal(allowlist_add(&all), 0);
	assert_non_null(strstr(output_of("nft list set inet handshaked"
					 " allowlist4"),
			       "elements = { 10.0.0.0/24 }"));
}

static void without_the_table_it_is_said(void **state)
{
	struct prefix p = prefix("10.0.0.0/24");

	(void)state;
	run("nft delete table inet handshaked");
	assert_int_equal(allowlist_read(note_range, NULL), -ENOENT);
	assert_int_equal(allowlist_add(&p), -ENOENT);
	assert_int_equal(allowlist_del(&p), -ENOENT);
}

/* ---- the blocklist ---- */

static struct blocklist_entry entries[8];
static size_t num_entries;

static void note_entry(void *arg, const struct blocklist_entry *e)
{
	(void)arg;
	assert_true(num_entries < ARRAY_SIZE(entries));
	entries[num_entries++] = *e;
}

static const struct blocklist_entry *entry_of(const char *source)
{
	struct prefix p = prefix(source);
	struct allowed range = range_of(&p);

	for (size_t i = 0; i < num_entries; i++)
		if (memcmp(&entries[i].source, &range, sizeof(range)) == 0)
			return &entries[i];
	fail_msg("%s is not there", source);
	return NULL;
}

static void read_entries(void)
{
	num_entries = 0;
	assert_int_equal(blocklist_read_entries(note_entry, NULL), 0);
}

static void an_element_is_told_with_all_that_is_known_of_it(void **state)
{
	const struct blocklist_entry *e;

	add(*state, "203.0.113.66", 600, "syn-scan: 7 ports of 1 host");
	add(*state, "2001:db8::66", 3600, "");
	add(*state, "2001:db8:1:2::/64", 86400, "a net");
	assert_int_equal(blocklist_flush(*state), 0);
	read_entries();
	assert_int_equal(num_entries, 3);
	e = entry_of("203.0.113.66");
	assert_string_equal(e->comment, "syn-scan: 7 ports of 1 host");
	assert_int_equal(e->timeout_ms, 600000);
	assert_in_range(e->expires_ms, 590000, 600000);
	assert_int_equal(e->packets, 0);
	e = entry_of("2001:db8::66");
	assert_string_equal(e->comment, "");
	assert_int_equal(e->timeout_ms, 3600000);
	e = entry_of("2001:db8:1:2::/64");
	assert_string_equal(e->comment, "a net");
	assert_int_equal(e->timeout_ms, 86400000);
}

static void what_somebody_else_put_there_is_told_as_far_as_it_goes(void **state)
{
	const struct blocklist_entry *e;
	char comment[BLOCKLIST_COMMENT_BYTES];

	(void)state;
	memset(comment, 'c', sizeof(comment) - 1);
	comment[sizeof(comment) - 1] = '\0';
	run("nft 'add element inet handshaked blocklist4 { 192.0.2.1 counter"
	    " packets 7 bytes 300 comment \"%s\" }'",
	    comment);
	read_entries();
	e = entry_of("192.0.2.1");
	assert_int_equal(e->timeout_ms, 0);
	assert_int_equal(e->expires_ms, 0);
	assert_int_equal(e->packets, 7);
	assert_int_equal(e->bytes, 300);
	assert_string_equal(e->comment, comment);
	run("nft delete table inet handshaked");
	assert_int_equal(blocklist_read_entries(note_entry, NULL), -ENOENT);
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_sets_hold_what_was_allowed,
						setup_random, teardown),
		cmocka_unit_test_setup_teardown(those_of_ipv6_too, setup_random,
						teardown),
		cmocka_unit_test_setup_teardown(the_ends_of_the_space_are_taken,
						setup, teardown),
		cmocka_unit_test_setup_teardown(many_become_one, setup,
						teardown),
		cmocka_unit_test_setup_teardown(without_the_table_it_is_said,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_element_is_told_with_all_that_is_known_of_it, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			what_somebody_else_put_there_is_told_as_far_as_it_goes,
			setup, teardown),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
