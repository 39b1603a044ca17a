/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is told of a conversation from its record, or from a summary that it
 * got late, is to the letter what it would have been from a summary of its
 * own: after any two segments, any four of those that handshakes are made of,
 * and long random ones that go on at the same time. And what is told when no
 * summary is left.
 */
#include "two_judges.h"

#include "../scale.h"

struct letter {
	unsigned int wait_s; /* instead of a segment */
	enum handshake_side side;
	uint16_t flags;
	uint8_t seq, ack; /* which of their numbers */
	uint8_t len;
	bool closed; /* the window */
};

/* Two ends of one conversation, and how they begin to count. */
struct pair {
	struct address end[HS_NUM_SIDES];
	uint16_t port[HS_NUM_SIDES];
	uint32_t isn[HS_NUM_SIDES];
	bool local[HS_NUM_SIDES];
};

#define NUM_SEQS 4
#define NUM_ACKS 3

static uint32_t seq_of(const struct pair *p, const struct letter *l)
{
	const uint32_t isn = p->isn[l->side];

	return (const uint32_t[NUM_SEQS]){isn, isn + 1, isn + 8, 0}[l->seq];
}

static uint32_t ack_of(const struct pair *p, const struct letter *l)
{
	const uint32_t isn = p->isn[!l->side];

	if (!(l->flags & TCP_ACK))
		return 0;
	return (const uint32_t[NUM_ACKS]){isn + 1, isn + 9, 70000}[l->ack];
}

static void say(struct two_judges *t, const struct pair *p,
		const struct letter *l)
{
	const struct segment seg = {
		.src = p->end[l->side],
		.dst = p->end[!l->side],
		.src_port = p->port[l->side],
		.dst_port = p->port[!l->side],
		.flags = l->flags,
		.seq = seq_of(p, l),
		.ack = ack_of(p, l),
		.data_len = l->len,
		.window = l->closed ? 0 : 1024,
		.ttl = 64,
		.local = p->local[l->side],
	};

	if (l->wait_s)
		pass_time(t, l->wait_s);
	else
		show(t, &seg);
}

/* ---- alphabets ---- */

/* What handshakes are made of, and what may come between. */
static const struct letter common[] = {
	{.side = HS_ORIG, .flags = TCP_SYN},
	{.side = HS_ORIG, .flags = TCP_SYN, .seq = 2},
	{.side = HS_RESP, .flags = TCP_SYN | TCP_ACK},
	{.side = HS_RESP, .flags = TCP_SYN | TCP_ACK, .seq = 2},
	{.side = HS_RESP, .flags = TCP_SYN | TCP_ACK, .seq = 3, .ack = 2},
	{.side = HS_ORIG, .flags = TCP_ACK, .seq = 1},
	{.side = HS_ORIG, .flags = TCP_ACK, .seq = 1, .ack = 2},
	{.side = HS_ORIG, .flags = TCP_ACK, .seq = 1, .len = 5},
	{.side = HS_RESP, .flags = TCP_ACK, .seq = 1},
	{.side = HS_RESP, .flags = TCP_ACK, .seq = 1, .len = 5},
	{.side = HS_ORIG, .flags = TCP_RST, .seq = 1},
	{.side = HS_RESP, .flags = TCP_RST | TCP_ACK, .seq = 3},
	{.side = HS_RESP, .flags = TCP_RST, .seq = 1},
	{.side = HS_ORIG, .flags = TCP_FIN | TCP_ACK, .seq = 1},
	{.side = HS_RESP, .flags = TCP_FIN | TCP_ACK, .seq = 1},
	{.side = HS_RESP, .flags = TCP_SYN},
	{.side = HS_ORIG, .flags = TCP_SYN | TCP_ACK},
	{.side = HS_ORIG, .flags = TCP_SYN, .closed = true},
	{.side = HS_ORIG, .flags = TCP_SYN | TCP_FIN, .seq = 1},
	{.wait_s = 6},
};
#define NUM_COMMON ARRAY_SIZE(common)

static const uint16_t flag_sets[] = {
	TCP_SYN,
	TCP_SYN | TCP_ACK,
	TCP_ACK,
	TCP_FIN | TCP_ACK,
	TCP_RST,
	TCP_RST | TCP_ACK,
	TCP_SYN | TCP_ECE | TCP_CWR | TCP_URG,
	TCP_ACK | TCP_PSH | TCP_URG,
	TCP_SYN | TCP_ACK | TCP_URG,
	TCP_RST | TCP_URG,
	TCP_FIN,
	TCP_FIN | TCP_RST | TCP_ACK,
	0,
};

#define NUM_LETTERS \
	(2 * 2 * 2 * NUM_SEQS * NUM_ACKS * (unsigned)ARRAY_SIZE(flag_sets))

/* Each of them has a number. */
static struct letter any_letter(unsigned int i)
{
	struct letter l = {.side = i % 2, .closed = i / 2 % 2};

	l.len = i / 4 % 2 * 5;
	i /= 8;
	l.seq = (uint8_t)(i % NUM_SEQS);
	i /= NUM_SEQS;
	l.ack = (uint8_t)(i % NUM_ACKS);
	l.flags = flag_sets[i / NUM_ACKS];
	return l;
}

/* ---- pairs ---- */

/* Of their numbers, ports and whether one is this machine. */
#define VARIANTS 36

static uint32_t num_pairs;

/* Never heard of before, so that nobody's past tells in their present. */
static struct pair new_pair(unsigned int variant)
{
	static const uint32_t isns[][2] = {
		{100, 500}, {0xffffffff, 7}, {7, 0xffffffff}, {0, 0}};
	static const uint16_t ports[][2] = {
		{4000, 80}, {80, 4000}, {4000, 4001}};
	uint32_t n = ++num_pairs;
	uint8_t client[4] = {10, (uint8_t)(n >> 16), (uint8_t)(n >> 8),
			     (uint8_t)n};
	uint8_t server[4] = {11, client[1], client[2], client[3]};

	return (struct pair){
		.end = {address_from_ipv4(client), address_from_ipv4(server)},
		.port = {ports[variant % 3][0], ports[variant % 3][1]},
		.isn = {isns[variant / 3 % 4][0], isns[variant / 3 % 4][1]},
		.local = {variant / 12 % 3 == 1, variant / 12 % 3 == 2},
	};
}

static struct judge_config small_config(uint32_t flows)
{
	struct judge_config config;

	judge_config_default(&config);
	config.flows = flows;
	config.sources = config.services = 64;
	config.grace_s = 0;
	/* A flood from the second on. */
	config.flood_half_open = 2;
	return config;
}

/* ---- one conversation after the other ---- */

static void spell(struct two_judges *t, const struct letter *const *word,
		  unsigned int length)
{
	struct pair p = new_pair(num_pairs);

	for (unsigned int i = 0; i < length; i++)
		say(t, &p, word[i]);
	end_all(t);
}

static void any_two_segments(void **state)
{
	struct judge_config config = small_config(4);
	struct two_judges t = begin_two(&config);

	(void)state;
	for (unsigned int i = 0; i < NUM_LETTERS; i++) {
		struct letter first = any_letter(i);

		for (unsigned int k = 0; k < NUM_LETTERS; k++) {
			struct letter second = any_letter(k);

			spell(&t, (const struct letter *[]){&first, &second},
			      2);
		}
	}
	print_message("%u letters, %lu endings told\n", NUM_LETTERS, t.told);
	end_two(&t);
}

/* Behind each beginning of a handshake. */
static void any_segment_behind_a_beginning(void **state)
{
	static const unsigned int beginnings[][3] = {
		{0, 2, 5}, {0, 2, 10}, {0, 2, 12}, {0, 2, 19},  {0, 11, 19},
		{0, 0, 2}, {0, 2, 2},  {5, 12, 5}, {16, 12, 2}, {13, 12, 13},
	};
	struct judge_config config = small_config(4);
	struct two_judges t = begin_two(&config);

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(beginnings); i++)
		for (unsigned int k = 0; k < VARIANTS * NUM_LETTERS; k++) {
			const unsigned int *b = beginnings[i];
			struct letter last = any_letter(k % NUM_LETTERS);

			spell(&t,
			      (const struct letter *[]){
				      &common[b[0]], &common[b[1]],
				      &common[b[2]], &last, &common[b[0]]},
			      5);
			/* Another variant of each letter in each round. */
			num_pairs += k % NUM_LETTERS == 0;
		}
	print_message("%lu endings told\n", t.told);
	end_two(&t);
}

static void any_four_common_segments(void **state)
{
	struct judge_config config = small_config(4);
	struct two_judges t = begin_two(&config);
	const struct letter *word[4];

	(void)state;
	for (unsigned int i = 0; i < NUM_COMMON * NUM_COMMON; i++)
		for (unsigned int k = 0; k < NUM_COMMON * NUM_COMMON; k++) {
			word[0] = &common[i / NUM_COMMON];
			word[1] = &common[i % NUM_COMMON];
			word[2] = &common[k / NUM_COMMON];
			word[3] = &common[k % NUM_COMMON];
			spell(&t, word, 4);
		}
	print_message("%lu endings told\n", t.told);
	for (unsigned int i = STORY_SYN; i < STORY_OTHER; i++)
		if (!t.seen[i])
			fail_msg("story %u was not seen", i);
	end_two(&t);
}

/*
 * SYN floods and scans, connections that open, what answers nobody: the pool
 * is left to those with more to tell. Numbers are those of `common`.
 */
static void what_floods_are_made_of_needs_no_summary(void **state)
{
	static const unsigned int words[][5] = {
		{0, 19, 0, 19, 19},   {0, 0, 11, 19, 19},   {0, 2, 19, 0, 2},
		{0, 2, 10, 19, 19},   {0, 2, 12, 19, 19},   {0, 2, 5, 5, 2},
		{0, 2, 5, 10, 19},    {0, 10, 19, 19, 19},  {5, 12, 19, 19, 19},
		{16, 19, 12, 19, 19}, {13, 12, 19, 19, 19},
	};
	struct judge_config config = small_config(4);
	struct two_judges t = begin_two(&config);

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++) {
		struct pair p = new_pair(0);

		for (unsigned int k = 0; k < 5; k++) {
			say(&t, &p, &common[words[i][k]]);
			if (t.seen[STORY_OTHER])
				fail_msg("word %u needs one at letter %u", i,
					 k);
		}
		end_all(&t);
	}
	end_two(&t);
}

/* ---- many at a time ---- */

#define PAIRS 24

static void chatter(struct two_judges *t, unsigned int segments)
{
	struct pair pairs[PAIRS];

	for (unsigned int i = 0; i < PAIRS; i++)
		pairs[i] = new_pair(random_below(VARIANTS));
	/* Some have one server, so that it is flooded. */
	for (unsigned int i = 0; i < PAIRS / 2; i++)
		pairs[i].end[HS_RESP] = pairs[0].end[HS_RESP];
	for (unsigned int i = 0; i < segments; i++) {
		struct pair *p = &pairs[random_below(PAIRS)];
		struct letter l =
			random_once_in(4)
				? any_letter(random_below(NUM_LETTERS))
				: common[random_below(NUM_COMMON)];

		if (l.wait_s)
			l.wait_s = random_once_in(16) ? 40 : random_below(3);
		if (random_once_in(64))
			*p = new_pair(random_below(VARIANTS));
		say(t, p, &l);
	}
	end_all(t);
}

/* A table that is full all the time, in either mode, with and without grace. */
static void many_at_a_time_in_a_small_table(void **state)
{
	unsigned int tables = scaled(400, "tables");
	unsigned long told = 0;

	(void)state;
	for (unsigned int i = 0; i < tables; i++) {
		struct judge_config config = small_config(i % 2 ? 16 : 64);
		struct two_judges t;

		config.mode = i / 2 % 2 ? MODE_OBSERVE : MODE_ENFORCE;
		config.grace_s = i / 4 % 8 == 0 ? 10 : 0;
		t = begin_two(&config);
		chatter(&t, 1000);
		told += t.told;
		end_two(&t);
	}
	print_message("%lu endings told\n", told);
	assert_true(told > 1000);
}

/*
 * No verdict depends on it, findings are not lost, nor which letters there
 * were; and each that goes without is counted.
 */
static void without_a_summary_left(void **state)
{
	unsigned int tables = scaled(400, "tables");
	unsigned long cut_short = 0;

	(void)state;
	for (unsigned int i = 0; i < tables; i++) {
		struct judge_config config = small_config(i % 2 ? 16 : 64);
		struct two_judges t;

		config.mode = i / 2 % 2 ? MODE_OBSERVE : MODE_ENFORCE;
		t = begin_two(&config);
		t.is_short = true;
		/* All but none, one, ... */
		for (uint32_t k = i % 5; k < config.flows; k++)
			assert_true(summary_pool_take(&t.judge->summaries));
		t.withheld = config.flows - i % 5;
		chatter(&t, 1000);
		cut_short += t.judge->counters.summaries_short;
		end_two(&t);
	}
	print_message("%lu cut short\n", cut_short);
	assert_true(cut_short > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_two_segments),
		cmocka_unit_test(any_segment_behind_a_beginning),
		cmocka_unit_test(any_four_common_segments),
		cmocka_unit_test(what_floods_are_made_of_needs_no_summary),
		random_test(many_at_a_time_in_a_small_table),
		random_test(without_a_summary_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
