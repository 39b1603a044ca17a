/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is foreseen changes nothing: two judges of the same segments, of which
 * one is told of some before it judges them, come to the same.
 */
#include "../random.h"

#include <string.h>

#include "core/judge.h"

enum {
	BATCH = 150, /* more than judge_foresee() looks at in one go */
	BATCHES = 200,
};

static const uint8_t any_key[16] = "any will do here";

/* So few ends and numbers that conversations come about, and end. */
static struct segment any_segment(void)
{
	static const uint16_t flags[] = {
		TCP_SYN,           TCP_SYN,           TCP_SYN | TCP_ACK,
		TCP_SYN | TCP_ACK, TCP_ACK,           TCP_ACK,
		TCP_FIN | TCP_ACK, TCP_RST | TCP_ACK, 0,
	};
	struct segment seg = {
		.src_port = (uint16_t)(1000 + random_below(4)),
		.dst_port = (uint16_t)(1000 + random_below(4)),
		.seq = 100 + random_below(2),
		.ack = 100 + random_below(3),
		.flags = flags[random_below(ARRAY_SIZE(flags))],
		.data_len = random_below(2) * 10,
	};

	seg.src = seg.dst = address_from_ipv4((uint8_t[4]){192, 0, 2, 0});
	if (random_once_in(4))
		seg.src.byte[0] = seg.dst.byte[0] = 0x20;
	seg.src.byte[15] = (uint8_t)random_below(8);
	seg.dst.byte[15] = (uint8_t)random_below(8);
	return seg;
}

/* So small a table that conversations give way to others. */
static struct judge *any_judge(void)
{
	struct judge_config config;
	struct judge *j;

	judge_config_default(&config);
	config.flows = 300;
	j = judge_new(&config, any_key);
	assert_non_null(j);
	return j;
}

static void same_decision(const struct decision *x, const struct decision *y)
{
	assert_int_equal(x->verdict, y->verdict);
	assert_int_equal(x->finding, y->finding);
	assert_int_equal(x->from, y->from);
	assert_int_equal(x->to, y->to);
	assert_int_equal(x->settled, y->settled);
	assert_int_equal(x->listed, y->listed);
}

static void nothing_depends_on_what_was_foreseen(void **state)
{
	struct judge *plain = any_judge(), *told = any_judge();
	struct segment segs[BATCH];
	uint64_t now_ns = 0, settled = 0;

	(void)state;
	for (unsigned int batch = 0; batch < BATCHES; batch++) {
		for (size_t i = 0; i < BATCH; i++)
			segs[i] = any_segment();
		judge_foresee(told, segs, random_below(BATCH + 1));
		for (size_t i = 0; i < BATCH; i++) {
			struct segment seg = segs[i];
			struct decision x, y;

			now_ns += NS_PER_S / 1000;
			seg.flow_hash = 0;
			x = judge_segment(plain, &seg, now_ns);
			y = judge_segment(told, &segs[i], now_ns);
			same_decision(&x, &y);
			settled += y.settled;
		}
		judge_tick(plain, now_ns);
		judge_tick(told, now_ns);
	}
	assert_true(settled > 0);
	assert_true(judge_counters(told)->flows_evicted > 0);
	assert_memory_equal(judge_counters(plain), judge_counters(told),
			    sizeof(struct judge_counters));
	judge_free(plain);
	judge_free(told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		random_test(nothing_depends_on_what_was_foreseen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
