/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operating point of the paper (Jung, Paxson, Berger, Balakrishnan: Fast
 * Portscan Detection Using Sequential Hypothesis Testing, 2004): with its
 * parameters the implementation needs as many attempts as theory says, and
 * takes no more honest hosts for scanners.
 *
 * Theory is the Markov chain of the walk, with our clamp at the floor where
 * the paper would decide for an honest host. A source is flagged when its
 * score reaches the threshold; one with successes is in good standing by then,
 * and would be restricted rather than listed. Each source tries distinct ports
 * of one host, no two sources the same. Failures weigh from three ports on,
 * but then the first two do as well; and four are needed in any case. So the
 * rule of breadth does not bind.
 */
#include "../random.h"

#include <stdio.h>

#include "core/explain.h"

/* theta0 0.8, theta1 0.2, P_D 0.99, P_F 0.01; thousandths. */
#define STEP      1386    /* ln 4 */
#define THRESHOLD 4595    /* ln(0.99 / 0.01) */
#define FLOOR     (-4595) /* ln(0.01 / 0.99) */

#define SCANNERS 9000
#define HONEST   45000
#define ATTEMPTS 20 /* of an honest host */
#define MOST     400

/* ---- theory ---- */

/* Where the walk is: steps above the floor; the clamp makes them uneven. */
struct chain {
	int32_t at[64];
	double probability[64];
	unsigned int states;
};

static void chain_add(struct chain *c, int32_t at, double probability)
{
	unsigned int i = 0;

	while (i < c->states && c->at[i] != at)
		i++;
	if (i == c->states) {
		assert_true(c->states < ARRAY_SIZE(c->at));
		c->at[c->states++] = at;
		c->probability[i] = 0;
	}
	c->probability[i] += probability;
}

/* One attempt on; returns how likely it is that this one is flagged. */
static double chain_step(struct chain *c, double success)
{
	struct chain next = {.states = 0};
	double flagged = 0;

	for (unsigned int i = 0; i < c->states; i++) {
		int32_t down = c->at[i] - STEP, up = c->at[i] + STEP;

		chain_add(&next, down < FLOOR ? FLOOR : down,
			  c->probability[i] * success);
		if (up >= THRESHOLD)
			flagged += c->probability[i] * (1 - success);
		else
			chain_add(&next, up, c->probability[i] * (1 - success));
	}
	*c = next;
	return flagged;
}

static double expected_attempts(double success)
{
	struct chain c = {{0}, {1}, 1};
	double sum = 0;

	for (int n = 1; n < 10000; n++)
		sum += n * chain_step(&c, success);
	return sum;
}

static double expected_flagged(double success, int attempts)
{
	struct chain c = {{0}, {1}, 1};
	double sum = 0;

	for (int n = 0; n < attempts; n++)
		sum += chain_step(&c, success);
	return sum;
}

/* ---- the implementation ---- */

struct scan {
	struct judge *judge;
	uint64_t now_ns;
	struct segment probe;
};

static struct scan scan_begin(void)
{
	static const uint8_t key[16] = "not so secret";
	struct judge_config config;
	struct scan s = {.now_ns = 1000 * NS_PER_S};

	judge_config_default(&config);
	config.test = (struct policy_test){STEP, -STEP, THRESHOLD, FLOOR};
	config.flows = 4096;
	config.sources = 65536;
	config.services = 65536;
	config.grace_s = 0;
	s.judge = judge_new(&config, key);
	assert_non_null(s.judge);
	judge_tick(s.judge, s.now_ns);
	return s;
}

static void say(struct scan *s, bool from_source, uint16_t flags, uint32_t seq,
		uint32_t ack, uint32_t data_len)
{
	struct segment seg = s->probe;

	if (!from_source) {
		seg.src = s->probe.dst;
		seg.dst = s->probe.src;
		seg.src_port = s->probe.dst_port;
		seg.dst_port = s->probe.src_port;
	}
	seg.flags = flags;
	seg.seq = seq;
	seg.ack = ack;
	seg.data_len = data_len;
	s->now_ns += NS_PER_MS;
	judge_segment(s->judge, &seg, s->now_ns);
}

static void fails(struct scan *s)
{
	say(s, true, TCP_SYN, 100, 0, 0);
	say(s, false, TCP_RST | TCP_ACK, 0, 101, 0);
}

static void succeeds(struct scan *s)
{
	say(s, true, TCP_SYN, 100, 0, 0);
	say(s, false, TCP_SYN | TCP_ACK, 500, 101, 0);
	say(s, true, TCP_ACK, 101, 501, 0);
	say(s, true, TCP_ACK, 101, 501, 10);
	say(s, false, TCP_ACK, 501, 111, 10);
}

static int32_t score(struct scan *s)
{
	struct prefix source = {s->probe.src, 128};
	struct explanation e;
	struct notice n;

	while (judge_next_notice(s->judge, &n))
		if (n.kind == NOTICE_LISTED &&
		    address_equal(&n.offender.source.address, &source.address))
			return n.offender.score;
	judge_explain(s->judge, &source, s->now_ns, &e);
	return e.score;
}

/* With a host of its own to ask. */
static void next_source(struct scan *s, uint32_t number)
{
	uint8_t source[4] = {10, (uint8_t)(number >> 16),
			     (uint8_t)(number >> 8), (uint8_t)number};
	uint8_t host[4] = {11, source[1], source[2], source[3]};

	s->probe = (struct segment){
		.src = address_from_ipv4(source),
		.dst = address_from_ipv4(host),
		.src_port = 40000,
		.dst_port = 1000,
		.ttl = 64,
	};
}

/* Attempts until the score reaches the threshold; 0: not within `most`. */
static unsigned int attempts_to_flag(struct scan *s, double success,
				     unsigned int most)
{
	for (unsigned int n = 1; n <= most; n++) {
		bool hit = (double)random_below(1000000) < success * 1e6;

		s->probe.src_port++;
		s->probe.dst_port++;
		if (hit)
			succeeds(s);
		else
			fails(s);
		if (score(s) >= THRESHOLD)
			return n;
	}
	return 0;
}

/* Newton's; the tests are linked without libm. */
static double square_root(double x)
{
	double root = x > 1 ? x : 1;

	for (int i = 0; i < 100; i++)
		root = (root + x / root) / 2;
	return root;
}

/* Six standard errors: once in 500 million runs, whatever the seed. */
static void expect_near(double measured, double expected, double error)
{
	double off =
		measured < expected ? expected - measured : measured - expected;

	if (off > 6 * error + 1e-9)
		fail_msg("%.4f is not %.4f +- %.4f", measured, expected, error);
}

static void scanners_take(double success)
{
	struct scan s = scan_begin();
	double sum = 0, squares = 0, mean, error;
	double expected = expected_attempts(success);

	for (uint32_t i = 0; i < SCANNERS; i++) {
		double n;

		next_source(&s, i);
		n = attempts_to_flag(&s, success, MOST);
		assert_true(n > 0);
		sum += n;
		squares += n * n;
	}
	mean = sum / SCANNERS;
	error = square_root((squares / SCANNERS - mean * mean) / SCANNERS);
	print_message("  hit rate %.1f: %.3f attempts to flag expected, %.3f "
		      "measured (standard error %.3f)\n",
		      success, expected, mean, error);
	judge_free(s.judge);
	expect_near(mean, expected, error);
}

static void scanners_that_hit_nothing(void **state)
{
	(void)state;
	scanners_take(0);
}

static void scanners_that_hit_one_in_ten(void **state)
{
	(void)state;
	scanners_take(0.1);
}

static void scanners_that_hit_one_in_five(void **state)
{
	(void)state;
	scanners_take(0.2);
}

/*
 * The paper bounds the honest hosts that are taken for scanners by P_F before
 * a decision; our walk goes on, so it is held against the chain after as many
 * attempts as well.
 */
static void honest_hosts_are_not_flagged(void **state)
{
	struct scan s = scan_begin();
	double expected = expected_flagged(0.8, ATTEMPTS), measured, error;
	unsigned int flagged = 0;

	(void)state;
	for (uint32_t i = 0; i < HONEST; i++) {
		next_source(&s, i);
		flagged += attempts_to_flag(&s, 0.8, ATTEMPTS) > 0;
	}
	measured = (double)flagged / HONEST;
	error = square_root(expected * (1 - expected) / HONEST);
	print_message("  hit rate 0.8, %d attempts: %.5f flagged expected, "
		      "%.5f measured (standard error %.5f)\n",
		      ATTEMPTS, expected, measured, error);
	judge_free(s.judge);
	expect_near(measured, expected, error);
	assert_true(measured <= 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		random_test(scanners_that_hit_nothing),
		random_test(scanners_that_hit_one_in_ten),
		random_test(scanners_that_hit_one_in_five),
		random_test(honest_hosts_are_not_flagged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
