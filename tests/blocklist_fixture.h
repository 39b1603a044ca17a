/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the test programs of blocklist.c share: a table in a namespace of its
 * own, an open blocklist as the test's state, and shorter calls.
 */
#ifndef HANDSHAKED_TESTS_BLOCKLIST_FIXTURE_H
#define HANDSHAKED_TESTS_BLOCKLIST_FIXTURE_H

#include "netns.h"

#include "blocklist.h"

#define LIST4 "nft list set inet handshaked blocklist4"
#define LIST6 "nft list set inet handshaked blocklist6"
#define NETS4 "nft list set inet handshaked blocklist4_nets"
#define NETS6 "nft list set inet handshaked blocklist6_nets"

static inline void make_table(size_t size)
{
	run("nft 'add table inet handshaked;"
	    " add set inet handshaked blocklist4"
	    " { type ipv4_addr; flags timeout; counter; size %zu; };"
	    " add set inet handshaked blocklist6"
	    " { type ipv6_addr; flags timeout; counter; size %zu; };"
	    " add set inet handshaked blocklist4_nets"
	    " { type ipv4_addr; flags interval,timeout; counter; size %zu; };"
	    " add set inet handshaked blocklist6_nets"
	    " { type ipv6_addr; flags interval,timeout; counter; size %zu; }'",
	    size, size, size, size);
}

static inline int setup_with_room_for(void **state, size_t size)
{
	netns_enter();
	make_table(size);
	*state = blocklist_open();
	return *state ? 0 : -1;
}

static inline int teardown(void **state)
{
	blocklist_close(*state);
	return 0;
}

static inline struct prefix prefix(const char *text)
{
	struct prefix p;

	assert_true(prefix_parse(text, &p));
	return p;
}

static inline struct prefix nth_address(unsigned int n)
{
	const uint8_t bytes[4] = {10, (uint8_t)(n >> 16), (uint8_t)(n >> 8),
				  (uint8_t)n};

	return (struct prefix){address_from_ipv4(bytes), 128};
}

static inline void add(struct blocklist *b, const char *source,
		       uint32_t timeout_s, const char *comment)
{
	struct prefix p = prefix(source);

	assert_int_equal(blocklist_add(b, &p, timeout_s, comment), 0);
}

static inline int del(struct blocklist *b, const char *source)
{
	struct prefix p = prefix(source);

	return blocklist_del(b, &p);
}

#endif
