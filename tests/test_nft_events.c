/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nft_events.c against the running kernel: nft changes the table. Also how
 * blocklist_read.c recognises a table.
 */
#include "blocklist_fixture.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "blocklist_read.h"
#include "nft_events.h"

static struct {
	struct nft_events *events;
	unsigned int table, rules, deleted, overruns;
	unsigned int bits; /* of the deleted sources, summed up */
	struct prefix last;
	char process[16];
	uint32_t pid;
} seen;

static void note(void *arg, const struct nft_event *e)
{
	(void)arg;
	switch (e->kind) {
	case NFT_EVENT_TABLE:
		seen.table++;
		snprintf(seen.process, sizeof(seen.process), "%s", e->process);
		seen.pid = e->pid;
		break;
	case NFT_EVENT_RULES:
		seen.rules++;
		break;
	case NFT_EVENT_DELETED:
		seen.deleted++;
		seen.last = e->source;
		seen.bits += e->source.bits;
		break;
	case NFT_EVENT_OVERRUN:
		seen.overruns++;
		break;
	}
}

static int setup(void **state)
{
	memset(&seen, 0, sizeof(seen));
	if (setup_with_room_for(state, 65536) < 0)
		return -1;
	seen.events = nft_events_open(blocklist_portid(*state), note, NULL);
	return seen.events ? 0 : -1;
}

static int teardown_events(void **state)
{
	nft_events_close(seen.events);
	return teardown(state);
}

/* Everything that has been told until now. */
static void take(void)
{
	struct pollfd fd = {nft_events_fd(seen.events), POLLIN, 0};

	while (poll(&fd, 1, 50) > 0)
		nft_events_read(seen.events);
}

static void add_three(struct blocklist *b)
{
	add(b, "192.0.2.1", 600, "one");
	add(b, "2001:db8::1", 600, "two");
	add(b, "2001:db8:1:2::/64", 600, "three");
	assert_int_equal(blocklist_flush(b), 0);
}

static struct blocklist_identity identity(void)
{
	struct blocklist_identity i;

	assert_int_equal(blocklist_identify(&i), 0);
	return i;
}

/* ---- events ---- */

static void what_we_do_ourselves_is_not_told(void **state)
{
	add_three(*state);
	add_three(*state);
	assert_int_equal(del(*state, "192.0.2.1"), 0);
	assert_int_equal(del(*state, "2001:db8:1:2::/64"), 0);
	take();
	assert_int_equal(seen.deleted, 0);
	assert_int_equal(seen.table, 0);
}

static void an_element_that_nft_deletes_is_told(void **state)
{
	static const char *const sources[][2] = {
		{"blocklist4", "192.0.2.1"},
		{"blocklist6", "2001:db8::1"},
		{"blocklist6_nets", "2001:db8:1:2::/64"},
		{"blocklist6_nets", "2001:db8:7::/48"},
		{"blocklist4_nets", "198.51.100.0/25"},
		{"blocklist4_nets", "198.51.100.128/26"},
		{"blocklist4_nets", "255.255.255.0/24"},
	};
	char text[PREFIX_TEXT_BYTES];

	add_three(*state);
	for (unsigned int i = 3; i < ARRAY_SIZE(sources); i++)
		add(*state, sources[i][1], 600, "net");
	assert_int_equal(blocklist_flush(*state), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(sources); i++) {
		run("nft 'delete element inet handshaked %s { %s }'",
		    sources[i][0], sources[i][1]);
		take();
		assert_int_equal(seen.deleted, i + 1);
		assert_string_equal(prefix_format(&seen.last, text),
				    sources[i][1]);
	}
	assert_int_equal(seen.table, 0);
}

static void a_flushed_set_is_told_element_by_element(void **state)
{
	for (unsigned int i = 0; i < 1000; i++) {
		struct prefix p = nth_address(i);

		assert_int_equal(blocklist_add(*state, &p, 600, "flood"), 0);
	}
	assert_int_equal(blocklist_flush(*state), 0);
	run("nft flush set inet handshaked blocklist4");
	take();
	assert_int_equal(seen.deleted, 1000);
	assert_int_equal(seen.overruns, 0);
	assert_int_equal(seen.table, 0);
}

/* In whichever order the kernel names their bounds. */
static void flushed_networks_are_told_whole(void **state)
{
	static const char *const nets[] = {"198.51.100.0/24", "198.51.101.0/25",
					   "203.0.113.0/26", "255.255.0.0/16"};
	unsigned int bits = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(nets); i++) {
		add(*state, nets[i], 600, "net");
		bits += prefix(nets[i]).bits;
	}
	assert_int_equal(blocklist_flush(*state), 0);
	run("nft flush set inet handshaked blocklist4_nets");
	take();
	assert_int_equal(seen.deleted, ARRAY_SIZE(nets));
	assert_int_equal(seen.bits, bits);
}

static void an_element_that_expires_is_not_told(void **state)
{
	add(*state, "192.0.2.1", 1, "short");
	assert_int_equal(blocklist_flush(*state), 0);
	usleep(1300000);
	add(*state, "192.0.2.2", 600, "next");
	assert_int_equal(blocklist_flush(*state), 0);
	take();
	assert_int_equal(seen.deleted, 0);
}

static void other_tables_and_sets_are_not_told(void **state)
{
	(void)state;
	run("nft 'add table inet other; add set inet other blocklist4"
	    " { type ipv4_addr; }; add element inet other blocklist4"
	    " { 192.0.2.1 }; delete element inet other blocklist4"
	    " { 192.0.2.1 }; add table ip handshaked; add set ip handshaked"
	    " blocklist4 { type ipv4_addr; };"
	    " add set inet handshaked allowlist4 { type ipv4_addr; };"
	    " add element inet handshaked allowlist4 { 192.0.2.1 };"
	    " delete element inet handshaked allowlist4 { 192.0.2.1 }'");
	run("nft 'delete table inet other; delete table ip handshaked;"
	    " delete set inet handshaked allowlist4'");
	take();
	assert_int_equal(seen.deleted, 0);
	assert_int_equal(seen.table, 0);
}

static void a_flushed_ruleset_is_told_once_and_by_whom(void **state)
{
	add_three(*state);
	run("nft flush ruleset");
	take();
	assert_int_equal(seen.table, 1);
	assert_int_equal(seen.deleted, 0);
	assert_string_equal(seen.process, "nft");
	assert_int_not_equal(seen.pid, 0);
	make_table(10);
	take();
	assert_int_equal(seen.table, 2);
}

static void a_set_alone_is_told_too(void **state)
{
	(void)state;
	run("nft delete set inet handshaked blocklist6_nets");
	take();
	assert_int_equal(seen.table, 1);
	run("nft 'add set inet handshaked blocklist6_nets"
	    " { type ipv6_addr; flags interval,timeout; }'");
	take();
	assert_int_equal(seen.table, 2);
}

static void changed_rules_are_reported_once_a_transaction(void **state)
{
	(void)state;
	run("nft 'add chain inet handshaked c;"
	    " add rule inet handshaked c tcp dport 1 accept;"
	    " add rule inet handshaked c tcp dport 2 accept'");
	take();
	assert_int_equal(seen.rules, 1);
	run("nft flush chain inet handshaked c");
	take();
	assert_int_equal(seen.rules, 2);
	run("nft 'add table inet other; add chain inet other c;"
	    " add rule inet other c accept; add table ip handshaked;"
	    " add chain ip handshaked c; add rule ip handshaked c accept'");
	take();
	assert_int_equal(seen.rules, 2);
	assert_int_equal(seen.table, 0);
	/* Its rules are deleted with it. */
	run("nft 'add rule inet handshaked c accept'");
	run("nft delete table inet handshaked");
	take();
	assert_int_equal(seen.rules, 4);
	assert_int_equal(seen.table, 1);
}

/* The socket's room is taken away, so that the kernel cannot keep up. */
static void an_overrun_is_survived_and_told(void **state)
{
	int fd = nft_events_fd(seen.events), bytes = 1;

	assert_int_equal(
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)),
		0);
	for (unsigned int i = 0; i < 1000; i++) {
		struct prefix p = nth_address(i);

		assert_int_equal(blocklist_add(*state, &p, 600, "flood"), 0);
	}
	assert_int_equal(blocklist_flush(*state), 0);
	take();
	assert_true(seen.overruns > 0);
	bytes = 1 << 20;
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
				    sizeof(bytes)),
			 0);
	seen.deleted = 0;
	run("nft 'delete element inet handshaked blocklist4 { 10.0.0.1 }'");
	take();
	assert_int_equal(seen.deleted, 1);
}

/* ---- looking ---- */

static void a_table_made_again_is_another(void **state)
{
	struct blocklist_identity first = identity(), again = identity();

	(void)state;
	assert_memory_equal(&first, &again, sizeof(first));
	assert_int_not_equal(first.handle[0], 0);
	assert_int_not_equal(first.handle[1], first.handle[2]);
	run("nft flush ruleset");
	assert_int_equal(blocklist_identify(&again), -ENOENT);
	make_table(10);
	again = identity();
	assert_memory_not_equal(&first, &again, sizeof(first));
}

static void a_set_made_again_is_another(void **state)
{
	struct blocklist_identity first = identity(), again;

	(void)state;
	run("nft delete set inet handshaked blocklist6_nets");
	assert_int_equal(blocklist_identify(&again), -ENOENT);
	run("nft 'add set inet handshaked blocklist6_nets"
	    " { type ipv6_addr; flags interval,timeout; }'");
	again = identity();
	assert_memory_not_equal(&first, &again, sizeof(first));
	assert_int_equal(first.handle[0], again.handle[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown_events)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(what_we_do_ourselves_is_not_told),
		TEST(an_element_that_nft_deletes_is_told),
		TEST(a_flushed_set_is_told_element_by_element),
		TEST(flushed_networks_are_told_whole),
		TEST(an_element_that_expires_is_not_told),
		TEST(other_tables_and_sets_are_not_told),
		TEST(a_flushed_ruleset_is_told_once_and_by_whom),
		TEST(a_set_alone_is_told_too),
		TEST(changed_rules_are_reported_once_a_transaction),
		TEST(an_overrun_is_survived_and_told),
		TEST(a_table_made_again_is_another),
		TEST(a_set_made_again_is_another),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
