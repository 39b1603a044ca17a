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

static inline void make_table(size_t size)
{
	run("nft 'add table inet handshaked;"
	    " add set inet handshaked blocklist4"
	    " { type ipv4_addr; flags timeout; counter; size %zu; };"
	    " add set inet handshaked blocklist6"
	    " { type ipv6_addr; flags timeout; counter; size %zu; }'",
	    size, size);
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

static inline struct address address(const char *text)
{
	struct address a;

	assert_true(address_parse(text, &a));
	return a;
}

static inline struct address nth_address(unsigned int n)
{
	const uint8_t bytes[4] = {10, (uint8_t)(n >> 16), (uint8_t)(n >> 8),
				  (uint8_t)n};

	return address_from_ipv4(bytes);
}

static inline void add(struct blocklist *b, const char *source,
		       uint32_t timeout_s, const char *comment)
{
	struct address a = address(source);

	assert_int_equal(blocklist_add(b, &a, timeout_s, comment), 0);
}

static inline int del(struct blocklist *b, const char *source)
{
	struct address a = address(source);

	return blocklist_del(b, &a);
}

#endif
