/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Of whom evidence is held: the worst come first, none is missed wherever it
 * lies, and the numbers are those of judge_explain().
 */
#include "transcript_net.h"

#include "core/explain.h"
#include "core/worst.h"

#define ROOM 20

struct worst {
	struct held_source held[ROOM];
	unsigned int count;
	uint32_t total;
};

static struct worst worst(struct transcript *t, unsigned int max)
{
	struct worst w;

	w.count =
		judge_worst_sources(t->judge, t->now_ns, w.held, max, &w.total);
	return w;
}

static void assert_source(const struct held_source *h, char host)
{
	struct address a = host_address(host);

	assert_int_equal(h->source.bits, 128);
	assert_true(address_equal(&h->source.address, &a));
}

/* So many ports, each worth 2. */
static void xmas(struct transcript *t, char host, unsigned int ports)
{
	for (unsigned int port = 1; port <= ports; port++)
		say(t, "%c:4000 > S:%u FPU 7", host, port);
}

static void use(struct transcript *t, char host, unsigned int port)
{
	shake_hands(t, host, 3000, 'T', port);
	say(t, "%c:3000 > T:%u PA 101 501 9", host, port);
}

static void of_nobody_there_is_none(void **state)
{
	struct worst w = worst(*state, ROOM);

	assert_int_equal(w.count, 0);
	assert_int_equal(w.total, 0);
}

static void the_worst_come_first(void **state)
{
	struct transcript *t = *state;
	struct worst w;

	xmas(t, 'b', 2);
	xmas(t, 'c', 4);
	xmas(t, 'a', 1);
	xmas(t, 'd', 3);
	w = worst(t, ROOM);
	assert_int_equal(w.count, 4);
	assert_source(&w.held[0], 'c');
	assert_source(&w.held[1], 'd');
	assert_source(&w.held[2], 'b');
	assert_source(&w.held[3], 'a');
	w = worst(t, 2);
	assert_int_equal(w.count, 2);
	assert_int_equal(w.total, 4);
	assert_source(&w.held[0], 'c');
	assert_source(&w.held[1], 'd');
}

static void of_the_same_score_the_last_seen_comes_first(void **state)
{
	struct transcript *t = *state;
	struct worst w;

	for (char host = 'a'; host <= 'e'; host++) {
		xmas(t, host, 1);
		wait_s(t, 10);
	}
	w = worst(t, 3);
	assert_source(&w.held[0], 'e');
	assert_source(&w.held[1], 'd');
	assert_source(&w.held[2], 'c');
	assert_int_equal(w.held[0].seen_age_ns / NS_PER_S, 10);
	assert_int_equal(w.held[2].seen_age_ns / NS_PER_S, 30);
}

static void the_numbers_are_those_of_explain(void **state)
{
	struct transcript *t = *state;
	struct prefix p = {host_address('c'), 128};
	struct explanation e;
	struct worst w;

	use(t, 'c', 80);
	xmas(t, 'c', 3);
	judge_explain(t->judge, &p, t->now_ns, &e);
	w = worst(t, ROOM);
	assert_int_equal(w.held[0].score, e.score);
	assert_int_equal(w.held[0].finding, FINDING_XMAS_SCAN);
	assert_int_equal(w.held[0].ports, 3);
	assert_int_equal(w.held[0].hosts, 1);
	assert_true(w.held[0].good);
	assert_false(w.held[0].listed);
	assert_false(w.held[0].restricted);
}

static void good_connections_alone_are_none(void **state)
{
	struct transcript *t = *state;

	use(t, 'c', 80);
	assert_int_equal(judge_num_sources(t->judge), 1);
	assert_int_equal(worst(t, ROOM).total, 0);
}

static void evidence_that_is_too_old_is_none(void **state)
{
	struct transcript *t = *state;

	xmas(t, 'c', 3);
	wait_s(t, 86390);
	assert_int_equal(worst(t, ROOM).total, 1);
	wait_s(t, 20);
	assert_int_equal(worst(t, ROOM).total, 0);
}

static void who_is_listed_is_told_with_what_listed_it(void **state)
{
	struct transcript *t = *state;
	struct worst w;

	xmas(t, 'c', 5);
	assert_true(t->last.listed);
	wait_s(t, 60);
	w = worst(t, ROOM);
	assert_int_equal(w.count, 1);
	assert_true(w.held[0].listed);
	assert_int_equal(w.held[0].score, 10000);
	assert_int_equal(w.held[0].ports, 5);
	assert_int_equal(w.held[0].offences, 1);
	assert_int_equal(w.held[0].listed_left_ns / NS_PER_S, 540);
	wait_s(t, 541);
	assert_int_equal(worst(t, ROOM).total, 0);
}

/* Nothing is known of it any more but that. */
static void who_was_put_back_on_the_list_is_told(void **state)
{
	struct transcript *t = *state;
	struct offender o = {
		.source = {host_address('c'), 128},
		.offences = 2,
		.finding = FINDING_SYN_SCAN,
		.grade = GRADE_PLAUSIBLE,
		.ports = 7,
		.hosts = 1,
		.score = 9700,
	};
	struct worst w;

	o.listed_ns = t->now_ns;
	o.until_ns = t->now_ns + 600 * NS_PER_S;
	assert_true(judge_restore_offender(t->judge, &o, t->now_ns));
	wait_s(t, 5);
	w = worst(t, ROOM);
	assert_int_equal(w.count, 1);
	assert_int_equal(w.held[0].score, 9700);
	assert_int_equal(w.held[0].seen_age_ns / NS_PER_S, 5);
}

static void a_net_is_told_beside_its_addresses(void **state)
{
	struct transcript *t = *state;
	struct prefix net = net_prefix(1);
	struct worst w;

	for (unsigned int port = 1; port <= 4; port++)
		say_net(t, 1, "%c:4000 > S:%u FPU 7", (char)('a' + (int)port),
			port);
	w = worst(t, ROOM);
	assert_int_equal(w.total, 5);
	assert_memory_equal(&w.held[0].source, &net, sizeof(net));
	assert_int_equal(w.held[0].score, 8000);
}

/* ---- of several judges ---- */

#define SOURCES 5000

static struct segment null_probe(uint32_t from, uint16_t port)
{
	struct segment seg = {.src_port = 4000, .dst_port = port, .ttl = 64};

	seg.src = address_from_ipv4(
		(const uint8_t[4]){203, (uint8_t)(from >> 16),
				   (uint8_t)(from >> 8), (uint8_t)from});
	seg.dst = host_address('S');
	return seg;
}

/* In every part there are more than are looked at in one go. */
static void none_is_missed_in_any_part(void **state)
{
	static const uint8_t key[16] = {9};
	static struct held_source held[SOURCES];
	struct judge_config config;
	struct judge *first, *second;
	uint32_t total;

	(void)state;
	judge_config_default(&config);
	config.judges = 2;
	config.grace_s = 0;
	first = judge_new(&config, key);
	second = judge_new_beside(first, 1024, key);
	for (uint32_t i = 0; i < SOURCES; i++)
		for (uint16_t port = 1; port <= 1 + i % 4; port++) {
			struct segment seg = null_probe(i, port);

			judge_segment(second, &seg, NS_PER_S);
		}
	assert_int_equal(
		judge_worst_sources(first, NS_PER_S, held, SOURCES, &total),
		SOURCES);
	assert_int_equal(total, SOURCES);
	for (unsigned int i = 0; i < SOURCES; i++)
		assert_int_equal(held[i].ports, 4 - i / (SOURCES / 4));
	/* A few of them are the same few. */
	assert_int_equal(judge_worst_sources(first, NS_PER_S, held, 7, &total),
			 7);
	for (unsigned int i = 0; i < 7; i++)
		assert_int_equal(held[i].score, 8000);
	judge_free(first);
	judge_free(second);
}

/* ---- forgiving ---- */

static void a_network_is_forgiven_and_nobody_else(void **state)
{
	struct transcript *t = *state;
	struct prefix some = {host_address('a'), 128 - 2}; /* 96 to 99 */
	struct worst w;

	xmas(t, 'a', 5);
	xmas(t, 'c', 3);
	xmas(t, 'd', 4);
	assert_int_equal(judge_num_listed(t->judge), 1);
	judge_forgive_all(t->judge, &some);
	assert_int_equal(judge_num_listed(t->judge), 0);
	w = worst(t, ROOM);
	assert_int_equal(w.count, 1);
	assert_source(&w.held[0], 'd');
}

static void a_wide_network_of_ipv6_is_forgiven_with_its_nets(void **state)
{
	struct transcript *t = *state;
	struct prefix wide = {net_address(1, 'a'), 32};
	struct prefix narrow = {net_address(1, 'a'), 120};

	for (unsigned int port = 1; port <= 4; port++)
		say_net(t, 1, "%c:4000 > S:%u FPU 7", (char)('a' + (int)port),
			port);
	judge_forgive_all(t->judge, &narrow);
	assert_int_equal(worst(t, ROOM).total, 1); /* the /64 itself */
	judge_forgive_all(t->judge, &wide);
	assert_int_equal(worst(t, ROOM).total, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(of_nobody_there_is_none),
		transcript_test(the_worst_come_first),
		transcript_test(of_the_same_score_the_last_seen_comes_first),
		transcript_test(the_numbers_are_those_of_explain),
		transcript_test(good_connections_alone_are_none),
		transcript_test(evidence_that_is_too_old_is_none),
		transcript_test(who_is_listed_is_told_with_what_listed_it),
		transcript_test(who_was_put_back_on_the_list_is_told),
		transcript_test(a_net_is_told_beside_its_addresses),
		cmocka_unit_test(none_is_missed_in_any_part),
		transcript_test(a_network_is_forgiven_and_nobody_else),
		transcript_test(
			a_wide_network_of_ipv6_is_forgiven_with_its_nets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
