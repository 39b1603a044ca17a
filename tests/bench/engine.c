/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine takes for a packet: parsing and judging, as nfqueue.c and
 * daemon.c call them, with a million conversations in its table and the
 * traffic of engine_traffic.h; and what a conversation takes of memory. For
 * tests/bench/engine, which also runs it under callgrind.
 *
 * usage: engine [ROUNDS]	(default 7; prints "key median min max" last)
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/flow.h"
#include "core/judge.h"
#include "core/siphash.h"
#include "engine_traffic.h"

/* Callgrind's recording begins when the tables are filled. */
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION
#endif

enum {
	BATCH = 64,
	ROUND = 4096 * BATCH, /* packets */
	MAX_ROUNDS = 99,
};

#define NUM_FLOWS (1u << 21)
#define TICK_NS   (200 * NS_PER_MS)

/*
 * At this pace what ends of a million conversations is made good for by what
 * begins, most of the kinds below: they wait for 10 s, 127 s, 30 s and longer.
 */
#define PACKETS_PER_S 130000
#define BATCH_NS      (BATCH * NS_PER_S / PACKETS_PER_S)

static const struct {
	const char *letters;
	uint32_t number, seconds; /* so many, begun in so many seconds */
} prefill[] = {
	{"ShAD", 300000, 10},
	{"S", 250000, 127},
	{"Sh", 50000, 30},
	{"ShA", 400000, 127},
};

static struct traffic traffic;
static struct packet round_of_packets[ROUND];
static uint64_t dropped, notices, endings;

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- as in nfqueue.c and daemon.c ---- */

static void judge_packets(struct judge *j, const struct packet *p, size_t n,
			  uint64_t now_ns)
{
	struct segment segs[BATCH], *seg = segs;
	enum segment_error error[BATCH];
	struct decision d;

	for (size_t i = 0; i < n; i++) {
		error[i] = segment_parse(p[i].byte, p[i].len, seg);
		if (!error[i] && !segment_checksum_ok(p[i].byte, p[i].len, seg))
			error[i] = SEG_BAD_CHECKSUM;
		seg += !error[i];
	}
	judge_foresee(j, segs, (size_t)(seg - segs));
	seg = segs;
	for (size_t i = 0; i < n; i++) {
		if (error[i])
			d = judge_refused(j, error[i], false);
		else
			d = judge_segment(j, seg++, now_ns);
		dropped += d.verdict == VERDICT_DROP;
	}
}

static void take_news(struct judge *j)
{
	struct notice n;
	struct ending e;

	while (judge_next_notice(j, &n))
		notices++;
	while (judge_next_ending(j, &e))
		endings++;
}

/* The two that are measured, as they are: callgrind knows them by name. */
__attribute__((noipa)) static void
engine_batch(struct judge *j, const struct packet *p, size_t n, uint64_t now_ns)
{
	judge_packets(j, p, n, now_ns);
	take_news(j);
}

__attribute__((noipa)) static void engine_tick(struct judge *j, uint64_t now_ns)
{
	judge_tick(j, now_ns);
	take_news(j);
}

/* ---- the table filled ---- */

static unsigned int script_of(const char *letters)
{
	unsigned int i = 0;

	while (strcmp(scripts[i].letters, letters) != 0)
		i++;
	return i;
}

/* A conversation from its first packet to its last. */
static void play(struct judge *j, unsigned int script, uint64_t now_ns)
{
	struct talk k = new_talk(&traffic, script);
	struct packet p;
	bool more;

	do {
		more = next_packet(&traffic, &k, &p);
		judge_packets(j, &p, 1, now_ns);
	} while (more);
	keep_talk(&traffic, &k);
}

static uint64_t fill(struct judge *j)
{
	const unsigned int ticks = 127 * (NS_PER_S / TICK_NS);
	uint64_t now_ns = NS_PER_S;

	engine_tick(j, now_ns);
	now_ns += 60 * NS_PER_S; /* the grace period is over */
	for (unsigned int left = ticks; left > 0; left--) {
		for (size_t i = 0; i < ARRAY_SIZE(prefill); i++) {
			uint32_t turns = (uint32_t)(prefill[i].seconds *
						    NS_PER_S / TICK_NS);
			uint32_t n = prefill[i].number / turns;

			for (; left <= turns && n > 0; n--)
				play(j, script_of(prefill[i].letters), now_ns);
		}
		now_ns += TICK_NS;
		engine_tick(j, now_ns);
	}
	memset(traffic.sent, 0, sizeof(traffic.sent));
	return now_ns;
}

/*
 * The judge of a gateway: what it protects, and its own addresses. All
 * options but the size of the table are as they come.
 */
static struct judge *gateway_judge(uint32_t flows)
{
	static const uint8_t key[16] = "not so secret";
	static const char *const inside[] = {"198.51.100.0/24",
					     "2001:db8:1::/48"};
	static const char *const own[] = {"192.0.2.1",      "192.0.2.2",
					  "198.51.100.254", "2001:db8::1",
					  "2001:db8:1::fe", "fe80::1"};
	struct prefix prefixes[ARRAY_SIZE(own)];
	struct judge_config config;
	struct judge *j;

	judge_config_default(&config);
	config.flows = flows;
	j = judge_new(&config, key);
	if (!j)
		abort();
	for (size_t i = 0; i < ARRAY_SIZE(inside); i++)
		prefix_parse(inside[i], &prefixes[i]);
	judge_set_inside(j, prefixes, ARRAY_SIZE(inside));
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		prefix_parse(own[i], &prefixes[i]);
	judge_set_exempt(j, prefixes, ARRAY_SIZE(own));
	return j;
}

/* ---- rounds ---- */

static double one_round(struct judge *j, uint64_t *now_ns)
{
	/* Where the kernel would have put them just now. */
	static struct packet batch[BATCH];
	uint64_t tick_ns = *now_ns;
	double taken = 0, begin;

	traffic_new_scanners(&traffic);
	for (size_t i = 0; i < ROUND; i++)
		traffic_next(&traffic, &round_of_packets[i]);
	for (size_t i = 0; i < ROUND; i += BATCH) {
		memcpy(batch, &round_of_packets[i], sizeof(batch));
		*now_ns += BATCH_NS;
		begin = seconds_now();
		engine_batch(j, batch, BATCH, *now_ns);
		if (*now_ns - tick_ns >= TICK_NS) {
			engine_tick(j, *now_ns);
			tick_ns = *now_ns;
		}
		taken += seconds_now() - begin;
	}
	return taken / ROUND * 1e9;
}

/* Each read tells where the next is, in no order: nothing can be foreseen. */
static double ns_of_cache_miss(void)
{
	enum {
		PLACES = 8 << 20,
		READS = 2 << 20
	};
	uint64_t *next = malloc(PLACES * sizeof(*next)), at = 0;
	double begin;

	for (uint32_t i = 0; i < PLACES; i++)
		next[i] = i;
	for (uint32_t i = PLACES - 1; i > 0; i--) { /* Sattolo's: one cycle */
		uint32_t k = random_below(&traffic, i);
		uint64_t other = next[k];

		next[k] = next[i];
		next[i] = other;
	}
	begin = seconds_now();
	for (uint32_t i = 0; i < READS; i++)
		at = next[at];
	begin = seconds_now() - begin;
	free(next);
	return at == PLACES ? 0 : begin / READS * 1e9;
}

static double ns_of_siphash(void)
{
	enum {
		TIMES = 2 << 20
	};
	uint64_t bytes[2] = {1, 2};
	uint8_t key[16] = {1};
	double begin = seconds_now();

	for (uint32_t i = 0; i < TIMES; i++)
		bytes[0] = siphash13(key, bytes, 12);
	return (seconds_now() - begin) / TIMES * 1e9 + (bytes[0] == 0);
}

static int compare(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static void print_mix(void)
{
	uint64_t all = 0;

	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
		all += traffic.sent[i];
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
		printf("  %5.2f %% %-6s %s\n",
		       100.0 * (double)traffic.sent[i] / (double)all,
		       scripts[i].letters, scripts[i].what);
}

static void measure_time(int rounds)
{
	struct judge *j = gateway_judge(NUM_FLOWS);
	double ns[MAX_ROUNDS], miss[2];
	uint64_t now_ns;

	traffic_begin(&traffic);
	now_ns = fill(j);
	one_round(j, &now_ns); /* what runs side by side has begun */
	printf("%u conversations, %u sources, %u services to begin with\n",
	       judge_num_flows(j), judge_num_sources(j), judge_num_services(j));
	miss[0] = ns_of_cache_miss();
	memset(traffic.sent, 0, sizeof(traffic.sent));
	dropped = notices = endings = 0;
	CALLGRIND_START_INSTRUMENTATION;
	for (int i = 0; i < rounds; i++) {
		ns[i] = one_round(j, &now_ns);
		printf("round %d: %.0f ns\n", i + 1, ns[i]);
	}
	miss[1] = ns_of_cache_miss();
	printf("%d packets, one in %d IPv6, of which\n", rounds * ROUND,
	       ONE_IN_IPV6);
	print_mix();
	printf("%u conversations, %u sources at the end; %llu dropped, %llu"
	       " notices, %llu endings told\n",
	       judge_num_flows(j), judge_num_sources(j),
	       (unsigned long long)dropped, (unsigned long long)notices,
	       (unsigned long long)endings);
	printf("for comparison: a read that misses every cache %.0f ns before"
	       " and %.0f ns after, siphash13 of 12 bytes %.1f ns\n",
	       miss[0], miss[1], ns_of_siphash());
	qsort(ns, (size_t)rounds, sizeof(*ns), compare);
	printf("packets %d\n", rounds * ROUND);
	printf("engine_ns_per_packet %.1f %.1f %.1f\n", ns[rounds / 2], ns[0],
	       ns[rounds - 1]);
	judge_free(j);
}

/* ---- memory ---- */

/* Without what is mapped from files: the program itself. */
static size_t resident_bytes(void)
{
	unsigned long total, resident = 0, shared = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f || fscanf(f, "%lu %lu %lu", &total, &resident, &shared) != 3)
		abort();
	fclose(f);
	return (resident - shared) * (size_t)sysconf(_SC_PAGESIZE);
}

/* From a few clients, so that no other table grows. */
static void half_open(struct judge *j, uint32_t from, uint32_t to)
{
	struct talk k = {.server = 1, .server_port = 443};
	struct packet p;

	for (uint32_t i = from; i < to; i++) {
		k.script = (uint8_t)script_of("Sh");
		k.step = 0;
		k.client = i >> 16;
		k.client_port = (uint16_t)i;
		while (next_packet(&traffic, &k, &p))
			judge_packets(j, &p, 1, NS_PER_S);
		judge_packets(j, &p, 1, NS_PER_S);
		take_news(j);
	}
}

static size_t bytes_stated(uint32_t flows)
{
	static const uint8_t key[16];
	struct flow_timeouts timeouts = {{0}};
	struct flow_table *t = flow_table_new(flows, key, &timeouts);
	size_t bytes = flows * sizeof(struct summary) + flow_table_bytes(t);

	flow_table_free(t);
	return bytes;
}

static void measure_memory(void)
{
	const uint32_t million = 1000000;
	struct judge *j = gateway_judge(million);
	size_t before, full, flooded;

	half_open(j, 0, 1); /* what the first one takes beside itself */
	before = resident_bytes();
	half_open(j, 1, million);
	full = resident_bytes();
	half_open(j, million, 3 * million);
	flooded = resident_bytes();
	printf("%u conversations half-open: %zu bytes resident, %zu in the"
	       " table and the summaries by their sizes; %llu more on top of"
	       " them: %+zd bytes\n",
	       judge_num_flows(j), full - before, bytes_stated(million),
	       (unsigned long long)judge_counters(j)->flows_evicted,
	       (ssize_t)(flooded - full));
	printf("bytes_per_flow %.1f\n", (double)(full - before) / million);
	judge_free(j);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 7;

	if (rounds < 1 || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: %s [ROUNDS]\n", argv[0]);
		return 2;
	}
	measure_memory();
	measure_time(rounds);
	return 0;
}
