/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The summary of any three segments, whatever their flags: one of the
 * thirteen states, a history of Zeek's letters that ends, and each state only
 * with the letters that its definition asks for.
 */
#include "../random.h"

#include <stdio.h>
#include <string.h>

#include "core/summary.h"

struct letter {
	enum handshake_side side;
	struct segment seg;
};

static struct letter alphabet[1024];
static unsigned int letters;
static unsigned long walked;

/*
 * The sixteen sets of what the summary asks for, URG and PSH among the rest;
 * `numbers` of them: in order, the same again, from far behind.
 */
static void make_alphabet(unsigned int numbers, unsigned int windows)
{
	static const uint16_t bits[] = {TCP_FIN, TCP_SYN, TCP_RST, TCP_ACK};
	static const uint32_t seqs[] = {100, 0xffffffff, 0x80000064};

	letters = 0;
	for (unsigned int i = 0; i < 16 * 2 * 2 * numbers * windows; i++) {
		struct letter *l = &alphabet[letters++];
		unsigned int rest = i / 64;

		*l = (struct letter){
			.side = i % 2,
			.seg = {.data_len = i / 2 % 2 * 10,
				.seq = seqs[rest % numbers],
				.window = rest / numbers ? 0 : 1024},
		};
		for (unsigned int k = 0; k < ARRAY_SIZE(bits); k++)
			if (i / 4 % 16 >> k & 1)
				l->seg.flags |= bits[k];
	}
	assert_true(letters <= ARRAY_SIZE(alphabet));
}

static void refuse(const struct summary *s, const char *why)
{
	fail_msg("%s: conn_state %d, history \"%.*s\"", why,
		 summary_conn_state(s), HISTORY_BYTES, s->history);
}

static bool has_any(const char *history, const char *of)
{
	return strpbrk(history, of) != NULL;
}

/* What has to be in the history of each, and what must not be. */
static const struct definition {
	const char *one_of, *other_one_of, *none_of;
} definitions[NUM_CONN_STATES] = {
	/* No reply: at most an ACK, or a window, that opens nothing. */
	[CONN_S0] = {"SH", "SH", "hsfrFRdiqIQ"},
	[CONN_S1] = {"SHsh", "SHADshad", "FfRr"},
	[CONN_SF] = {"FIQ", "fiq", NULL},
	[CONN_REJ] = {"riq", "SHRIQ", NULL},
	[CONN_S2] = {"FQI", "FQI", "fr"},
	[CONN_S3] = {"fqi", "fqi", "FR"},
	[CONN_RSTO] = {"RIQ", "RIQ", NULL},
	[CONN_RSTR] = {"riq", "riq", NULL},
	[CONN_RSTOS0] = {"S", "R", NULL},
	[CONN_RSTRH] = {"riq", "riq", NULL},
	[CONN_SH] = {"FQI", "FQI", NULL},
	[CONN_SHR] = {"fqi", "fqi", NULL},
};

static void is_sound(const struct summary *s)
{
	const char *history = s->history + (s->flipped ? 1 : 0);
	enum conn_state c = summary_conn_state(s);
	const struct definition *d = &definitions[c];
	size_t len = strnlen(s->history, HISTORY_BYTES);

	walked++;
	if (c >= NUM_CONN_STATES || !conn_state_name[c])
		refuse(s, "no such state");
	if (len >= HISTORY_BYTES)
		refuse(s, "no end");
	if (s->flipped != (s->history[0] == '^'))
		refuse(s, "not marked as flipped");
	if (strspn(history, "shadfrwtiqSHADFRWTIQ") != strlen(history))
		refuse(s, "unknown letter");
	/* A history that is full has left out the rest. */
	if (!d->one_of || len == HISTORY_BYTES - 1)
		return;
	if (!has_any(history, d->one_of) || !has_any(history, d->other_one_of))
		refuse(s, "nothing in it says so");
	if (d->none_of && has_any(history, d->none_of))
		refuse(s, "something in it says otherwise");
}

static void spell(const unsigned int *word, unsigned int length, bool flipped)
{
	struct summary s;

	/* What was there before must not shine through. */
	memset(&s, 0xa5, sizeof(s));
	summary_begin(&s, 1);
	if (flipped)
		summary_flip(&s);
	is_sound(&s);
	for (unsigned int i = 0; i < length; i++) {
		const struct letter *l = &alphabet[word[i]];

		summary_segment(&s, l->side, &l->seg);
		is_sound(&s);
	}
}

static void two_segments_have_a_state_and_a_history(void **state)
{
	unsigned int word[2];

	(void)state;
	walked = 0;
	make_alphabet(3, 2);
	for (word[0] = 0; word[0] < letters; word[0]++)
		for (word[1] = 0; word[1] < letters; word[1]++)
			for (int flipped = 0; flipped < 2; flipped++)
				spell(word, 2, flipped);
	print_message("%lu summaries\n", walked);
}

static void three_segments_have_a_state_and_a_history(void **state)
{
	unsigned int word[3];

	(void)state;
	walked = 0;
	make_alphabet(2, 1);
	for (word[0] = 0; word[0] < letters; word[0]++)
		for (word[1] = 0; word[1] < letters; word[1]++)
			for (word[2] = 0; word[2] < letters; word[2]++)
				spell(word, 3, (word[0] ^ word[2]) & 1);
	print_message("%lu summaries\n", walked);
}

/* More than the history holds. */
static void many_segments_have_a_state_and_a_history(void **state)
{
	unsigned int word[300];

	(void)state;
	make_alphabet(3, 2);
	for (int i = 0; i < 2000; i++) {
		for (unsigned int k = 0; k < ARRAY_SIZE(word); k++)
			word[k] = random_below(letters);
		spell(word, ARRAY_SIZE(word), i & 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_segments_have_a_state_and_a_history),
		cmocka_unit_test(three_segments_have_a_state_and_a_history),
		random_test(many_segments_have_a_state_and_a_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
