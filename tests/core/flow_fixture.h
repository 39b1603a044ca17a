/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of flow.c: a small table for each, and segments of
 * conversations between hosts 192.0.2.x.
 */
#ifndef HANDSHAKED_TESTS_FLOW_FIXTURE_H
#define HANDSHAKED_TESTS_FLOW_FIXTURE_H

#include "../random.h"

#include <string.h>

#include "core/flow.h"

static const uint8_t any_key[16] = "any will do here";

static const struct flow_timeouts timeouts = {{
	[FLOW_Q_LINGER] = 1000,
	[FLOW_Q_STRAY] = 2000,
	[FLOW_Q_HALF] = 3000,
	[FLOW_Q_SILENT] = 4000,
	[FLOW_Q_SYN] = 5000,
	[FLOW_Q_OPEN] = 6000,
}};

static inline struct address host(uint8_t last)
{
	return address_from_ipv4((const uint8_t[4]){192, 0, 2, last});
}

static inline struct segment segment(uint8_t src, uint16_t src_port,
				     uint8_t dst, uint16_t dst_port)
{
	return (struct segment){
		.src = host(src),
		.dst = host(dst),
		.src_port = src_port,
		.dst_port = dst_port,
		.flags = TCP_SYN,
	};
}

/* The same conversation from its other end. */
static inline struct segment reply(struct segment seg)
{
	struct segment back = seg;

	back.src = seg.dst;
	back.dst = seg.src;
	back.src_port = seg.dst_port;
	back.dst_port = seg.src_port;
	return back;
}

/* One conversation per number, up to 2^32 of them. */
static inline struct segment numbered(uint32_t n)
{
	struct segment seg = segment(1, (uint16_t)n, 2, 443);

	memcpy(seg.src.byte + 12, &n, sizeof(n));
	return seg;
}

static inline struct flow *add_to(struct flow_table *t, struct segment seg,
				  enum flow_queue queue, uint64_t now_ns)
{
	struct flow evicted, *f;
	bool was_evicted;

	f = flow_add(t, &seg, queue, now_ns, &evicted, &was_evicted);
	assert_non_null(f);
	assert_false(was_evicted);
	return f;
}

static inline struct flow *add(struct flow_table *t, struct segment seg)
{
	return add_to(t, seg, FLOW_Q_SYN, 0);
}

static inline int make_table(void **state)
{
	*state = flow_table_new(8, any_key, &timeouts);
	return *state ? 0 : -1;
}

static inline int free_table(void **state)
{
	flow_table_free(*state);
	return 0;
}

#define table_test(test) \
	cmocka_unit_test_setup_teardown(test, make_table, free_table)

#endif
