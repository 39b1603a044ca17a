/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a million sources cost, and that a flood of forged ones pushes out
 * nothing that is more than they are; what a million half-open connections
 * cost, and that no flood makes it more: all through the judge, as packets.
 */
#include "../random.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/explain.h"
#include "core/source.h"

#include "../scale.h"

#define CAPACITY (1u << 20)
#define SOURCES  1000000u
#define FLOOD    3000000u

/* Of each kind of source that must stay. */
#define EACH 12000

static size_t resident_bytes(void)
{
	unsigned long total, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lu %lu", &total, &resident), 2);
	fclose(f);
	return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static struct address numbered(uint8_t kind, uint32_t number)
{
	uint8_t bytes[4] = {kind, (uint8_t)(number >> 16),
			    (uint8_t)(number >> 8), (uint8_t)number};

	return address_from_ipv4(bytes);
}

/* ---- what they cost ---- */

/* With AddressSanitizer a byte of shadow is resident for each eight. */
static size_t with_shadow(size_t bytes)
{
#ifdef __SANITIZE_ADDRESS__
	bytes += bytes / 8;
#endif
	return bytes;
}

static void a_million_sources(void **state)
{
	static const uint8_t key[16] = "not so secret";
	const struct address there = numbered(192, 1);
	size_t before = resident_bytes(), after, stated;
	struct source_table *t = source_table_new(CAPACITY, key);

	(void)state;
	assert_non_null(t);
	for (uint32_t i = 0; i < SOURCES; i++) {
		struct address a = numbered(10, i);
		struct source *s = source_learn(t, &a);

		source_record(s, source_hash(t, &there), (uint16_t)i,
			      FINDING_SYN_SCAN, 0, 0, i);
	}
	assert_int_equal(source_count(t), SOURCES);
	after = resident_bytes();
	stated = source_table_bytes(t);
	print_message("  %u sources: %zu bytes each by the table's word for "
		      "%u, %zu measured\n",
		      SOURCES, stated / CAPACITY, CAPACITY,
		      (after - before) / SOURCES);
	source_table_free(t);
	/* Its word is not exceeded, but for a page or two here and there. */
	assert_true(after - before <= with_shadow(stated + (1u << 20)));
#ifndef __SANITIZE_ADDRESS__
	assert_true(after - before >= stated / 10 * 9);
#endif
}

/* ---- who stays ---- */

struct guard {
	struct judge *judge;
	uint64_t now_ns;
	uint32_t listings;
};

static void send(struct guard *g, const struct address *source,
		 const struct address *target, uint16_t port, uint16_t flags,
		 uint32_t numbers)
{
	struct segment seg = {
		.src = *source,
		.dst = *target,
		.src_port = 4000,
		.dst_port = port,
		.flags = flags,
		.seq = 100 + numbers / 1000,
		.ack = flags & TCP_ACK ? 501 : 0,
		.data_len = numbers % 1000,
		.ttl = 64,
	};
	struct notice n;

	g->now_ns += 1000;
	judge_segment(g->judge, &seg, g->now_ns);
	while (judge_next_notice(g->judge, &n))
		g->listings += n.kind == NOTICE_LISTED;
}

static void answer(struct guard *g, const struct address *source,
		   const struct address *target, uint16_t port)
{
	struct segment seg = {
		.src = *target,
		.dst = *source,
		.src_port = port,
		.dst_port = 4000,
		.flags = TCP_SYN | TCP_ACK,
		.seq = 500,
		.ack = 101,
		.ttl = 64,
	};

	g->now_ns += 1000;
	judge_segment(g->judge, &seg, g->now_ns);
}

/* A handshake; then payload, or the end without any. */
static void connects(struct guard *g, const struct address *source,
		     uint16_t port, bool says_something)
{
	const struct address target = numbered(192, 1);

	send(g, source, &target, port, TCP_SYN, 0);
	answer(g, source, &target, port);
	send(g, source, &target, port, TCP_ACK, 1000);
	if (says_something)
		send(g, source, &target, port, TCP_ACK, 1010);
	else
		send(g, source, &target, port, TCP_ACK | TCP_FIN, 1000);
}

enum kind {
	GOOD = 20, /* in good standing */
	PROVED,    /* five empty connections: short of a listing */
	OFFENDED,  /* listed on proved evidence once, long ago */
	LISTED,    /* the same, just now */
	SEVERAL,   /* four closed ports: no more than could be forged */
};

static void learn(struct guard *g, enum kind kind)
{
	const struct address target = numbered(192, 1);
	static const unsigned int empty[] = {0, 5, 10, 10, 0};

	for (uint32_t i = 0; i < EACH; i++) {
		struct address source = numbered((uint8_t)kind, i);

		if (kind == GOOD)
			connects(g, &source, 80, true);
		for (unsigned int k = 0; k < empty[kind - GOOD]; k++)
			connects(g, &source, (uint16_t)(80 + k), false);
		for (uint16_t k = 0; kind == SEVERAL && k < 4; k++)
			send(g, &source, &target, k, 0, 0);
	}
}

static void pass_time(struct guard *g, unsigned int seconds)
{
	while (seconds-- > 0) {
		g->now_ns += NS_PER_S;
		judge_tick(g->judge, g->now_ns);
	}
}

static void expect_all(struct guard *g, enum kind kind, const char *name)
{
	unsigned int known = 0;

	for (uint32_t i = 0; i < EACH; i++) {
		struct prefix source = {numbered((uint8_t)kind, i), 128};
		struct explanation e;

		judge_explain(g->judge, &source, g->now_ns, &e);
		known += (kind == GOOD && e.good) ||
			 (kind == PROVED && e.proved > 0) ||
			 (kind == OFFENDED && e.offender.offences == 1) ||
			 (kind == LISTED && e.listed_left_ns > 0) ||
			 (kind == SEVERAL && e.num_evidence == 4);
	}
	print_message("  %s: %u of %u\n", name, known, EACH);
	assert_int_equal(known, EACH);
}

static void flood(struct guard *g, unsigned int packets_each)
{
	const struct address target = numbered(192, 2);
	uint32_t packets = scaled(FLOOD, "forged packets");

	for (uint32_t i = 0; i < packets / packets_each; i++) {
		struct address source =
			numbered(packets_each == 1 ? 30 : 31, i);

		for (unsigned int k = 0; k < packets_each; k++)
			send(g, &source, &target, (uint16_t)(1000 + k), 0, 0);
	}
}

static struct guard guard_begin(void)
{
	static const uint8_t key[16] = "not so secret";
	struct guard g = {.now_ns = 1000 * NS_PER_S};
	struct judge_config config;

	judge_config_default(&config);
	config.grace_s = 0;
	g.judge = judge_new(&config, key);
	assert_non_null(g.judge);
	judge_tick(g.judge, g.now_ns);
	return g;
}

/*
 * The default table, nearly full; then three million packets of forged sources,
 * one each, and as many with three each.
 */
static void a_flood_pushes_out_only_its_own_kind(void **state)
{
	struct guard g = guard_begin();
	clock_t began = clock();

	(void)state;
	learn(&g, OFFENDED);
	pass_time(&g, 3 * 3600);
	learn(&g, LISTED);
	learn(&g, GOOD);
	learn(&g, PROVED);
	assert_int_equal(g.listings, 2 * EACH);
	learn(&g, SEVERAL);
	for (unsigned int each = 1; each <= 3; each += 2) {
		flood(&g, each);
		if (each == 1)
			expect_all(&g, SEVERAL, "with several pieces");
		expect_all(&g, GOOD, "in good standing");
		expect_all(&g, PROVED, "with proved evidence");
		expect_all(&g, OFFENDED, "offenders of old");
		expect_all(&g, LISTED, "listed");
	}
	print_message("  %u sources, %.1f s\n", judge_num_sources(g.judge),
		      (double)(clock() - began) / CLOCKS_PER_SEC);
	judge_free(g.judge);
}

/* ---- what conversations cost ---- */

#define FLOWS          1000000u
#define BYTES_A_FLOW   96u
#define FLOOD_OF_FLOWS 5000000u

static struct judge *judge_of_flows(uint32_t flows)
{
	static const uint8_t key[16] = "not so secret";
	struct judge_config config;
	struct judge *j;

	judge_config_default(&config);
	config.flows = flows;
	config.sources = config.services = 64;
	config.grace_s = 0;
	config.half_open_timeout_s = 3600;
	j = judge_new(&config, key);
	assert_non_null(j);
	return j;
}

/* Whatever part the hash heads have, whose number is a power of two. */
static void a_conversation_costs_what_is_stated(void **state)
{
	static const uint32_t flows[] = {4096, 262144, 524289, FLOWS, 1048577};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(flows); i++) {
		struct judge *j = judge_of_flows(flows[i]);
		size_t bytes = judge_flow_bytes(j);

		print_message("  %7u: %zu bytes, %.1f each\n", flows[i], bytes,
			      (double)bytes / flows[i]);
		assert_true(bytes <= (size_t)BYTES_A_FLOW * flows[i]);
		judge_free(j);
	}
}

/* Number `i` of those that come from everywhere and mean one server. */
static struct segment from_number(uint32_t i, uint16_t flags)
{
	return (struct segment){
		.src = numbered((uint8_t)(10 + (i >> 24)), i),
		.dst = numbered(192, 1),
		.src_port = 4000,
		.dst_port = 80,
		.flags = flags,
		.seq = i,
		.ack = flags & TCP_ACK ? 1 : 0,
		.window = 1024,
		.ttl = 64,
	};
}

static void half_open(struct judge *j, uint32_t i, uint64_t now_ns)
{
	struct segment syn = from_number(i, TCP_SYN), answer = syn;

	answer.src = syn.dst;
	answer.dst = syn.src;
	answer.src_port = syn.dst_port;
	answer.dst_port = syn.src_port;
	answer.flags = TCP_SYN | TCP_ACK;
	answer.seq = ~i;
	answer.ack = i + 1;
	judge_segment(j, &syn, now_ns);
	judge_segment(j, &answer, now_ns);
}

/* Most of them with more to tell than a record can. */
static void flood_of_kinds(struct judge *j, uint32_t packets, uint64_t now_ns)
{
	for (uint32_t i = 0; i < packets; i++) {
		static const uint16_t flags[] = {TCP_SYN, TCP_SYN, TCP_ACK,
						 TCP_SYN | TCP_ACK, TCP_SYN};
		struct segment seg =
			from_number(FLOWS + i, flags[i % ARRAY_SIZE(flags)]);

		seg.window = i % ARRAY_SIZE(flags) == 1 ? 0 : 1024;
		seg.data_len = i % ARRAY_SIZE(flags) == 4 ? 10 : 0;
		judge_segment(j, &seg, now_ns + i);
	}
}

static void a_million_half_open_and_a_flood(void **state)
{
	const uint64_t now_ns = 1000 * NS_PER_S;
	uint32_t packets = scaled(FLOOD_OF_FLOWS, "packets of a flood");
	size_t before, full, stated, allocated;
	struct judge *j;

	(void)state;
	/* What was freed before is not to be counted as this one's. */
	malloc_trim(0);
	before = resident_bytes();
	j = judge_of_flows(FLOWS);
	allocated = mallinfo2().uordblks + mallinfo2().hblkhd;
	stated = judge_flow_bytes(j);
	judge_tick(j, now_ns);
	for (uint32_t i = 0; i < FLOWS; i++)
		half_open(j, i, now_ns + i);
	full = resident_bytes() - before;
	assert_int_equal(judge_num_flows(j), FLOWS);
	assert_int_equal(judge_counters(j)->flows_evicted, 0);
	/* All of it is in the records. */
	assert_int_equal(judge_counters(j)->summaries_short, 0);
	print_message("  %u half-open: %zu bytes each measured", FLOWS,
		      full / FLOWS);
	flood_of_kinds(j, packets, now_ns + FLOWS);
	full = resident_bytes() - before;
	print_message(", %zu after a flood\n", full / FLOWS);
	assert_int_equal(judge_num_flows(j), FLOWS);
	assert_int_equal(judge_counters(j)->flows_evicted, packets);
	assert_true(judge_counters(j)->summaries_short > 0);
	assert_int_equal(judge_flow_bytes(j), stated);
	assert_int_equal(mallinfo2().uordblks + mallinfo2().hblkhd, allocated);
	judge_free(j);
	/* But for what the judge has besides: 1.4 MB are lock-step's. */
	assert_true(full <= with_shadow(stated + (2u << 20)));
	assert_true(full <= with_shadow((size_t)BYTES_A_FLOW * FLOWS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_million_sources),
		cmocka_unit_test(a_flood_pushes_out_only_its_own_kind),
		cmocka_unit_test(a_conversation_costs_what_is_stated),
		cmocka_unit_test(a_million_half_open_and_a_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
