/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any two segments one after the other, in every state, and any three of a
 * few: what is settled after them is what the rule of settling allows, and
 * whatever one end says alone settles nothing.
 */
#include "walk_step.h"

struct letter {
	enum handshake_side side;
	uint16_t flags;
	uint8_t len;
	struct relation seq, ack;
};

/* A number that fits by its size alone, and one that fits nothing. */
#define SOMEWHERE_NEAR 123456789
#define FAR_AWAY       (INT32_MIN + 5)

static const struct relation numbers[] = {
	{AT_NEXT, 0},
	{AT_ISN, 0},
	{AT_ISN, SOMEWHERE_NEAR},
	{AT_ISN, FAR_AWAY},
};
#define NUM_NUMBERS ARRAY_SIZE(numbers)

static const struct {
	uint16_t flags;
	uint8_t len;
} kinds[] = {
	{TCP_SYN, 0},           {TCP_SYN, 10}, {TCP_SYN | TCP_ACK, 0},
	{TCP_ACK, 0},           {TCP_ACK, 10}, {TCP_FIN | TCP_ACK, 0},
	{TCP_RST | TCP_ACK, 0}, {TCP_RST, 0},
};

#define MOST_LETTERS (2 * ARRAY_SIZE(kinds) * NUM_NUMBERS * NUM_NUMBERS)

static struct letter alphabet[MOST_LETTERS];
static unsigned int letters;

static void make_alphabet(unsigned int first_numbers)
{
	letters = 0;
	for (unsigned int i = 0; i < MOST_LETTERS; i++) {
		unsigned int seq = i / 2 % NUM_NUMBERS;
		unsigned int ack = i / 2 / NUM_NUMBERS % NUM_NUMBERS;
		unsigned int kind = i / 2 / NUM_NUMBERS / NUM_NUMBERS;

		if (seq >= first_numbers || ack >= first_numbers)
			continue;
		if (!(kinds[kind].flags & TCP_ACK) && ack > 0)
			continue;
		alphabet[letters++] = (struct letter){
			.side = i % 2,
			.flags = kinds[kind].flags,
			.len = kinds[kind].len,
			.seq = numbers[seq],
			.ack = numbers[ack],
		};
	}
}

static struct decision spell(struct walk *w, const struct letter *l)
{
	return walk_say(w, l->side, l->flags, number_at(w, l->side, &l->seq),
			number_at(w, !l->side, &l->ack), l->len);
}

/* The rule itself is asserted at each segment, in walk_say(). */
static void settles_only_by_the_rule(struct walk *w, const struct route *r,
				     const unsigned int *word,
				     unsigned int length)
{
	route_take(w, r, 1000, 3000000000);
	for (unsigned int i = 0; i < length; i++)
		spell(w, &alphabet[word[i]]);
}

static void two_segments_settle_only_by_the_rule(void **state)
{
	unsigned int word[2];
	unsigned long n = 0;
	struct walk w;

	(void)state;
	make_alphabet(NUM_NUMBERS);
	walk_open(&w, MODE_ENFORCE);
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++)
		for (word[0] = 0; word[0] < letters; word[0]++)
			for (word[1] = 0; word[1] < letters; word[1]++, n++)
				settles_only_by_the_rule(&w, &routes[r], word,
							 2);
	print_message("%lu pairs of segments, %lu settled\n", n,
		      (unsigned long)judge_counters(w.judge)->settled);
	assert_true(judge_counters(w.judge)->settled > 1000);
	walk_close(&w);
}

static void a_proof_is_an_acknowledgment_of_the_responders_isn(void **state)
{
	unsigned int word[2];
	struct walk w;

	(void)state;
	make_alphabet(3);
	walk_open(&w, MODE_ENFORCE);
	w.checks_proof = true;
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++)
		for (word[0] = 0; word[0] < letters; word[0]++)
			for (word[1] = 0; word[1] < letters; word[1]++)
				settles_only_by_the_rule(&w, &routes[r], word,
							 2);
	walk_close(&w);
}

/* Where it is not open yet, or no longer. */
static bool is_shut(enum handshake_state state)
{
	return state < HS_ESTABLISHED || state > HS_LAST_ACK;
}

static void three_segments_settle_only_by_the_rule(void **state)
{
	unsigned int word[3];
	unsigned long n = 0;
	struct walk w;

	(void)state;
	make_alphabet(2);
	walk_open(&w, MODE_ENFORCE);
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		if (!is_shut(routes[r].state) || strchr(routes[r].name, ' '))
			continue;
		for (word[0] = 0; word[0] < letters; word[0]++)
			for (word[1] = 0; word[1] < letters; word[1]++)
				for (word[2] = 0; word[2] < letters;
				     word[2]++, n++)
					settles_only_by_the_rule(&w, &routes[r],
								 word, 3);
	}
	print_message("%lu threes of segments, %lu settled\n", n,
		      (unsigned long)judge_counters(w.judge)->settled);
	assert_true(judge_counters(w.judge)->settled > 1000);
	walk_close(&w);
}

/* ---- followed to their end ---- */

static bool is_between(const struct walk *w, const struct ending *e)
{
	return (address_equal(&e->orig, &w->end[HS_ORIG]) &&
		address_equal(&e->resp, &w->end[HS_RESP])) ||
	       (address_equal(&e->orig, &w->end[HS_RESP]) &&
		address_equal(&e->resp, &w->end[HS_ORIG]));
}

static unsigned int finish(struct walk *w)
{
	unsigned int n = 0;
	struct ending e;

	while (judge_finish(w->judge)) {
		while (judge_next_ending(w->judge, &e)) {
			walk_assert(w, is_between(w, &e));
			walk_assert(w, e.conn_state < NUM_CONN_STATES);
			walk_assert(w, strnlen(e.history, HISTORY_BYTES) <
					       HISTORY_BYTES);
			n++;
		}
	}
	walk_assert(w, judge_num_flows(w->judge) == 0);
	return n;
}

/* One for each that began: the first, and perhaps another after its end. */
static void what_is_followed_ends(void **state)
{
	unsigned long n = 0;
	struct walk w;

	(void)state;
	make_alphabet(NUM_NUMBERS);
	walk_open_with(&w, MODE_ENFORCE, true);
	for (size_t r = 0; r < ARRAY_SIZE(routes); r++) {
		for (unsigned int one = 0; one < letters; one++) {
			unsigned int ends;
			bool began;

			route_take(&w, &routes[r], 1000, 3000000000);
			spell(&w, &alphabet[one]);
			began = walk_flow(&w) != NULL;
			ends = finish(&w);
			walk_assert(&w, ends >= began);
			walk_assert(&w, ends <= 2);
			n += ends;
		}
	}
	walk_close(&w);
	print_message("%lu conversations ended\n", n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_segments_settle_only_by_the_rule),
		cmocka_unit_test(
			a_proof_is_an_acknowledgment_of_the_responders_isn),
		cmocka_unit_test(three_segments_settle_only_by_the_rule),
		cmocka_unit_test(what_is_followed_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
