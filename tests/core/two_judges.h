/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two judges that are shown the same segments. One gives every conversation a
 * summary of its own when it begins, the other does as it does in the daemon:
 * whatever they are shown they must decide the same, and what they would tell
 * of each conversation must be the same at any time.
 */
#ifndef HANDSHAKED_TESTS_TWO_JUDGES_H
#define HANDSHAKED_TESTS_TWO_JUDGES_H

#include "../random.h"

#include <stdio.h>
#include <string.h>

/* What is not told yet shows only in the records. */
#include "../../src/core/judge_internal.h"

struct two_judges {
	struct judge *reference, *judge;
	uint64_t now_ns;
	unsigned long told; /* endings that were compared */
	/* The judge has no summaries left: it tells letters and findings. */
	bool is_short;
	uint32_t withheld; /* summaries that it never had */
	bool seen[NUM_STORIES];
};

static inline struct judge *new_judge(const struct judge_config *config,
				      uint64_t now_ns)
{
	struct judge *j = judge_new(config, (const uint8_t *)"not so secret..");

	assert_non_null(j);
	/* As many as there may be: what happens without comes later. */
	summary_pool_fini(&j->summaries);
	assert_true(
		summary_pool_init(&j->summaries, config->flows, config->flows));
	judge_tick(j, now_ns);
	return j;
}

static inline struct two_judges begin_two(const struct judge_config *config)
{
	struct two_judges t = {.now_ns = 1000 * NS_PER_S};

	t.reference = new_judge(config, t.now_ns);
	t.reference->summaries_at_once = true;
	t.judge = new_judge(config, t.now_ns);
	return t;
}

static inline void end_two(struct two_judges *t)
{
	judge_free(t->reference);
	judge_free(t->judge);
}

/* ---- comparing ---- */

/*
 * The letters that a short history has too, each once, in one order. Of a SYN
 * and a SYN/ACK with one number a history has only the first.
 */
static inline void letters_only(const char *history, char out[16])
{
	static const char *const kinds[] = {"SH", "sh", "A", "a", "D",
					    "d",  "F",  "f", "R", "r"};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strpbrk(history, kinds[i]))
			out[n++] = *kinds[i];
	out[n] = '\0';
}

static inline void same_history(const struct two_judges *t, const char *a,
				const char *b)
{
	char letters[2][16];

	if (!t->is_short) {
		assert_string_equal(a, b);
		return;
	}
	letters_only(a, letters[0]);
	letters_only(b, letters[1]);
	/* A history that is full has left out the rest. */
	if (strlen(a) < HISTORY_BYTES - 1)
		assert_string_equal(letters[0], letters[1]);
}

static inline void same_ending(const struct two_judges *t,
			       const struct ending *a, const struct ending *b)
{
	assert_true(address_equal(&a->orig, &b->orig));
	assert_true(address_equal(&a->resp, &b->resp));
	assert_int_equal(a->orig_port, b->orig_port);
	assert_int_equal(a->resp_port, b->resp_port);
	assert_int_equal(a->began_ns, b->began_ns);
	if (!t->is_short)
		assert_int_equal(a->conn_state, b->conn_state);
	same_history(t, a->history, b->history);
	assert_int_equal(a->findings, b->findings);
	assert_int_equal(a->dropped, b->dropped);
	assert_int_equal(a->complete, b->complete);
	assert_int_equal(a->served, b->served);
}

static inline void same_counters(const struct two_judges *t)
{
	struct judge_counters a = t->reference->counters;
	struct judge_counters b = t->judge->counters;

	assert_int_equal(a.summaries_short, 0);
	if (t->is_short) {
		b.summaries_short = 0;
		memcpy(b.outcomes, a.outcomes, sizeof(b.outcomes));
		/* With another conn_state there may be nothing to say. */
		b.endings_lost = a.endings_lost;
	}
	assert_memory_equal(&a, &b, sizeof(a));
}

static inline uint32_t word_of(const struct judge *j, const struct flow *f)
{
	return j->summaries.word[flow_number(j->flows, f)];
}

/* What the record says, written down, is all that the reference has. */
static inline void same_summary(struct two_judges *t, const struct flow *f,
				const struct flow *g)
{
	const struct handshake_numbers n = {.iss = g->iss, .irs = g->irs};
	uint32_t number = word_of(t->reference, f);
	struct summary expected, s;

	t->seen[g->story] = true;
	if (g->story == STORY_OTHER)
		return;
	assert_true(number > 0);
	expected = *summary_pool_at(&t->reference->summaries, number);
	summary_begin(&s, 0);
	if (story_is_flipped(g, *story_letters(g->story)))
		summary_flip(&s);
	story_tell(g, &n, &s);
	s.findings = expected.findings;
	s.dropped = expected.dropped;
	assert_memory_equal(&s, &expected, sizeof(s));
}

static inline void same_conversation(struct two_judges *t,
				     const struct segment *seg)
{
	struct flow *f = flow_find(t->reference->flows, seg);
	struct flow *g = flow_find(t->judge->flows, seg);
	struct ending a = {0}, b = {0};

	assert_int_equal(!f, !g);
	if (!f)
		return;
	assert_int_equal(f->state, g->state);
	assert_int_equal(f->flags, g->flags);
	assert_int_equal(f->queue, g->queue);
	if (f->flags & FLOW_SETTLED) {
		/* The kernel will tell: nothing is kept of it. */
		assert_int_equal(word_of(t->reference, f), 0);
		assert_int_equal(word_of(t->judge, g), 0);
		assert_int_equal(g->story, STORY_OTHER);
		return;
	}
	same_summary(t, f, g);
	assert_int_equal(summary_tell(t->reference, f, &a),
			 summary_tell(t->judge, g, &b));
	same_ending(t, &a, &b);
}

static inline void same_endings(struct two_judges *t)
{
	struct ending a, b;

	while (!t->is_short && judge_next_ending(t->reference, &a)) {
		assert_true(judge_next_ending(t->judge, &b));
		same_ending(t, &a, &b);
		t->told++;
	}
	while (t->is_short && judge_next_ending(t->reference, &a))
		;
	while (judge_next_ending(t->judge, &b))
		assert_true(t->is_short);
	same_counters(t);
}

/* ---- showing ---- */

static inline void show(struct two_judges *t, const struct segment *seg)
{
	struct decision a, b;

	t->now_ns += NS_PER_MS;
	a = judge_segment(t->reference, seg, t->now_ns);
	b = judge_segment(t->judge, seg, t->now_ns);
	assert_int_equal(a.verdict, b.verdict);
	assert_int_equal(a.finding, b.finding);
	assert_int_equal(a.from, b.from);
	assert_int_equal(a.to, b.to);
	assert_int_equal(a.settled, b.settled);
	assert_int_equal(a.listed, b.listed);
	same_conversation(t, seg);
	same_endings(t);
}

static inline void pass_time(struct two_judges *t, unsigned int seconds)
{
	t->now_ns += seconds * NS_PER_S;
	judge_tick(t->reference, t->now_ns);
	judge_tick(t->judge, t->now_ns);
	same_endings(t);
}

static inline uint32_t summaries_left(const struct summary_pool *p)
{
	uint32_t left = p->capacity - p->num_fresh;

	for (uint32_t i = p->free; i; i = p->records[i - 1].next_free)
		left++;
	return left;
}

/* Ends all of them; no summary may be left in use. */
static inline void end_all(struct two_judges *t)
{
	while (judge_finish(t->reference) | judge_finish(t->judge))
		same_endings(t);
	same_endings(t);
	for (uint32_t i = 1; i <= t->judge->summaries.flows; i++) {
		assert_int_equal(t->reference->summaries.word[i], 0);
		assert_int_equal(t->judge->summaries.word[i], 0);
	}
	assert_int_equal(summaries_left(&t->reference->summaries),
			 t->reference->summaries.capacity);
	assert_int_equal(summaries_left(&t->judge->summaries) + t->withheld,
			 t->judge->summaries.capacity);
}

#endif
