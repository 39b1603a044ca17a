/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges that share what they know: what a source does before several of them
 * adds up to what it would have before one, in turn and all at once in threads
 * of their own. Each conversation comes to one judge, as from a queue.
 */
#include "transcript.h"

#include <pthread.h>

#include "core/explain.h"

#define JUDGES 4

struct bench {
	struct judge *judge[JUDGES];
	struct judge *idle; /* sees no segments */
	unsigned int done;  /* threads */
	uint64_t now_ns;
};

static const uint8_t key[16] = {7, 7, 7};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct judge_config config;

	judge_config_default(&config);
	config.judges = JUDGES + 1;
	config.grace_s = 0;
	config.flows = 65536;
	b->now_ns = 1000 * NS_PER_S;
	b->judge[0] = judge_new(&config, key);
	assert_non_null(b->judge[0]);
	for (int i = 1; i < JUDGES; i++) {
		b->judge[i] = judge_new_beside(b->judge[0], config.flows, key);
		assert_non_null(b->judge[i]);
	}
	b->idle = judge_new_beside(b->judge[0], 1, key);
	assert_non_null(b->idle);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < JUDGES; i++)
		judge_free(b->judge[i]);
	judge_free(b->idle);
	free(b);
	return 0;
}

static struct address client(uint32_t n)
{
	return address_from_ipv4((const uint8_t[4]){
		203, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n});
}

static struct address server(uint32_t n)
{
	return address_from_ipv4((const uint8_t[4]){
		10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n});
}

static struct segment segment(struct address src, struct address dst,
			      uint16_t src_port, uint16_t dst_port,
			      uint16_t flags, uint32_t seq, uint32_t ack)
{
	return (struct segment){
		.src = src,
		.dst = dst,
		.src_port = src_port,
		.dst_port = dst_port,
		.flags = flags,
		.seq = seq,
		.ack = ack,
		.ttl = 64,
		.window = 1024,
	};
}

/* A SYN, and the RST it is refused with. */
static struct decision refused(struct judge *j, struct address source,
			       struct address host, uint16_t port,
			       uint64_t now_ns)
{
	struct segment syn = segment(source, host, 4000, port, TCP_SYN, 1, 0);
	struct segment rst =
		segment(host, source, port, 4000, TCP_RST | TCP_ACK, 0, 2);
	struct decision d = judge_segment(j, &syn, now_ns);

	if (d.verdict == VERDICT_ACCEPT)
		d = judge_segment(j, &rst, now_ns);
	return d;
}

static unsigned int tell_listings(struct judge *j, struct notice *last)
{
	struct notice n;
	unsigned int listings = 0;

	while (judge_next_notice(j, &n)) {
		if (n.kind != NOTICE_LISTED)
			continue;
		listings++;
		*last = n;
	}
	return listings;
}

/* ---- in turn ---- */

/* One port of many hosts, whose answers come to one judge after the other. */
static void what_a_scanner_does_before_all_adds_up(void **state)
{
	struct bench *b = *state;
	struct notice n;

	for (uint32_t i = 0; i < 7; i++) {
		struct decision d = refused(b->judge[i % JUDGES], client(9),
					    server(i), 23, b->now_ns);

		assert_int_equal(d.listed, i == 6);
		b->now_ns += NS_PER_S;
	}
	assert_int_equal(tell_listings(b->judge[6 % JUDGES], &n), 1);
	assert_int_equal(n.offender.hosts, 7);
	for (int i = 0; i < JUDGES; i++)
		assert_int_equal(judge_num_listed(b->judge[i]), 1);
}

static void who_was_listed_by_one_is_dropped_by_all(void **state)
{
	struct bench *b = *state;
	struct segment syn =
		segment(client(9), server(99), 5000, 80, TCP_SYN, 1, 0);

	for (uint32_t i = 0; i < 7; i++)
		refused(b->judge[0], client(9), server(i), 23, b->now_ns);
	for (int i = 0; i < JUDGES; i++)
		assert_int_equal(
			judge_segment(b->judge[i], &syn, b->now_ns).verdict,
			VERDICT_DROP);
}

/* A port that served one judge's client is no probe before another. */
static void what_serves_is_known_to_all(void **state)
{
	struct bench *b = *state;
	struct segment syn =
		segment(client(1), server(1), 4000, 80, TCP_SYN, 1, 0);
	struct segment answer = segment(server(1), client(1), 80, 4000,
					TCP_SYN | TCP_ACK, 7, 2);

	judge_segment(b->judge[0], &syn, b->now_ns);
	judge_segment(b->judge[0], &answer, b->now_ns);
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(refused(b->judge[i % JUDGES], client(2),
					 server(1), 80, b->now_ns)
					 .finding,
				 FINDING_NONE);
	assert_int_equal(judge_num_listed(b->judge[0]), 0);
}

static void the_mode_and_the_exempt_are_told_to_all(void **state)
{
	struct bench *b = *state;
	struct prefix exempt = {client(9), 128};

	judge_set_exempt(b->judge[1], &exempt, 1);
	judge_set_mode(b->judge[2], MODE_OBSERVE);
	for (uint32_t i = 0; i < 40; i++)
		assert_false(refused(b->judge[i % JUDGES], client(9), server(i),
				     23, b->now_ns)
				     .listed);
	for (int i = 0; i < JUDGES; i++)
		assert_int_equal(judge_mode(b->judge[i]), MODE_OBSERVE);
}

/* From its next segment on, whichever judge that comes to. */
static void new_limits_are_told_to_all(void **state)
{
	struct bench *b = *state;
	struct judge_config config;
	struct notice n;

	judge_config_default(&config);
	config.grace_s = 0;
	config.test.threshold = 6900; /* five times 1.386 is more */
	config.block_time_s = 77;
	for (uint32_t i = 0; i < 4; i++)
		refused(b->judge[i], client(9), server(i), 23, b->now_ns);
	judge_set_config(b->idle, &config);
	assert_true(refused(b->judge[3], client(9), server(4), 23, b->now_ns)
			    .listed);
	assert_int_equal(tell_listings(b->judge[3], &n), 1);
	assert_int_equal(n.timeout_s, 77);
}

/* Each thread reads the clock for itself. */
static void a_clock_behind_does_not_undo_what_is_known(void **state)
{
	struct bench *b = *state;

	for (uint32_t i = 0; i < 7; i++)
		refused(b->judge[i % JUDGES], client(9), server(i), 23,
			b->now_ns + (i % 2) * 50 * NS_PER_MS);
	assert_int_equal(judge_num_listed(b->judge[0]), 1);
}

/* A refusal is no silence, whoever's clock it comes by. */
static void a_sweep_from_inside_adds_up_too(void **state)
{
	struct bench *b = *state;
	struct prefix inside = {server(0), 104};
	unsigned int listed = 0;

	judge_set_inside(b->judge[0], &inside, 1);
	/* More than 250: hosts that share a bit count as one. */
	for (uint32_t i = 0; i < 400 && listed == 0; i++) {
		uint64_t ahead_ns = i % 2 ? 300 * NS_PER_MS : 0;

		listed += refused(b->judge[i % JUDGES], server(9), client(i),
				  445, b->now_ns + ahead_ns)
				  .listed;
		b->now_ns += 100 * NS_PER_MS;
	}
	assert_int_equal(listed, 1);
}

/* ---- at once ---- */

#define SCANNERS 60
#define PROBES   24 /* of each scanner, a quarter before each judge */
#define ENOUGH   7

struct worker {
	pthread_t thread;
	struct bench *bench;
	unsigned int number;
	unsigned int listings;
	unsigned int mixed; /* see judge_by() */
};

/*
 * One of two sets of limits. The second asks for more evidence and lists for
 * longer: whoever was listed for so long on so little as the first asks for,
 * was judged by half of each.
 */
static void judge_by(struct judge *idle, bool second)
{
	struct judge_config config;

	judge_config_default(&config);
	config.grace_s = 0;
	if (second) {
		config.test.threshold = 11000;
		config.block_time_s = 1200;
	}
	judge_set_config(idle, &config);
}

static bool is_mixed(const struct notice *n)
{
	return n->timeout_s == 1200 && n->offender.hosts <= ENOUGH;
}

/* Every judge gets its part of the probes of every scanner. */
static void *work(void *arg)
{
	struct worker *w = arg;
	struct judge *j = w->bench->judge[w->number];
	uint64_t now_ns = w->bench->now_ns;
	struct notice n;

	for (uint32_t i = w->number; i < PROBES; i += JUDGES) {
		for (uint32_t s = 0; s < SCANNERS; s++) {
			refused(j, client(s), server(s * 100 + i), 23, now_ns);
			now_ns += NS_PER_MS;
		}
		judge_tick(j, now_ns);
		while (judge_next_notice(j, &n)) {
			w->listings += n.kind == NOTICE_LISTED;
			w->mixed += n.kind == NOTICE_LISTED && is_mixed(&n);
		}
	}
	__atomic_add_fetch(&w->bench->done, 1, __ATOMIC_RELAXED);
	return NULL;
}

/*
 * Whoever is listed was so at the seventh piece of evidence, whichever threads
 * the seven came from; the others had as many, but a minute allows only twenty.
 * They are restricted: what each thread had under way may still have come.
 */
static void expect_evidence(struct bench *b, unsigned int listed)
{
	unsigned int restricted = 0;

	for (uint32_t s = 0; s < SCANNERS; s++) {
		struct prefix source = {client(s), 128};
		struct explanation e;

		judge_explain(b->judge[0], &source, b->now_ns, &e);
		assert_true(e.known);
		assert_in_range(e.num_evidence, ENOUGH, ENOUGH + JUDGES - 1);
		if (e.offender.offences > 0)
			assert_int_equal(e.offender.hosts, ENOUGH);
		else
			restricted += e.restricted;
	}
	assert_int_equal(restricted, SCANNERS - listed);
}

/* Begins them all; how many listings there were, with end_work(). */
static void begin_work(struct bench *b, struct worker w[JUDGES])
{
	for (unsigned int i = 0; i < JUDGES; i++) {
		w[i] = (struct worker){.bench = b, .number = i};
		assert_int_equal(
			pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
	}
}

static unsigned int end_work(struct worker w[JUDGES])
{
	unsigned int listings = 0;

	for (unsigned int i = 0; i < JUDGES; i++) {
		pthread_join(w[i].thread, NULL);
		listings += w[i].listings;
	}
	return listings;
}

static void threads_lose_nothing(void **state)
{
	struct bench *b = *state;
	struct worker w[JUDGES];
	unsigned int listings;

	begin_work(b, w);
	listings = end_work(w);
	assert_int_equal(listings, 20);
	assert_int_equal(judge_num_listed(b->judge[0]), 20);
	assert_int_equal(judge_num_sources(b->judge[0]), SCANNERS);
	expect_evidence(b, listings);
}

/* As an operator does who reloads again and again. */
static void limits_change_as_a_whole_while_threads_work(void **state)
{
	struct bench *b = *state;
	struct worker w[JUDGES];
	unsigned int changes = 0;

	begin_work(b, w);
	while (__atomic_load_n(&b->done, __ATOMIC_RELAXED) < JUDGES)
		judge_by(b->idle, changes++ % 2);
	assert_int_equal(end_work(w), 20);
	assert_int_equal(judge_num_listed(b->judge[0]), 20);
	assert_int_equal(judge_num_sources(b->judge[0]), SCANNERS);
	for (unsigned int i = 0; i < JUDGES; i++)
		assert_int_equal(w[i].mixed, 0);
	assert_true(changes > 2);
}

#define shared_test(name) \
	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		shared_test(what_a_scanner_does_before_all_adds_up),
		shared_test(who_was_listed_by_one_is_dropped_by_all),
		shared_test(what_serves_is_known_to_all),
		shared_test(the_mode_and_the_exempt_are_told_to_all),
		shared_test(new_limits_are_told_to_all),
		shared_test(a_clock_behind_does_not_undo_what_is_known),
		shared_test(a_sweep_from_inside_adds_up_too),
		shared_test(threads_lose_nothing),
		shared_test(limits_change_as_a_whole_while_threads_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
