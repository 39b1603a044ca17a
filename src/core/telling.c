/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is kept of a conversation so that its end can be told. While its story
 * is in its record that is a word with its findings. What is more than that
 * has a summary of its own, and the word its number; where every conversation
 * is followed it has one from the start. When all are taken it goes on with
 * its word: which letters there were, neither in which order nor how often.
 */
#include <string.h>

#include "judge_internal.h"

/* In the low bits the findings, as in struct summary. */
#define FIRST_LETTER 16
#define NOTE_FLIPPED (1u << 29)
#define NOTE_DROPPED (1u << 30)
#define NOTE_SHORT   (1u << 31) /* no summary was left */

/* Bits from FIRST_LETTER on, and the order in which they are told. */
static const char short_letters[] = "SsHhAaDdFfRr";
_Static_assert(FIRST_LETTER + sizeof(short_letters) - 1 <= 29,
	       "the letters fit between the rest");

static uint32_t *word_of(struct judge *j, const struct flow *f)
{
	return &j->summaries.word[flow_number(j->flows, f)];
}

/* ---- without a summary ---- */

static void note_letter(uint32_t *word, char letter)
{
	const char *at = letter ? strchr(short_letters, letter) : NULL;
	size_t bit;

	if (!at)
		return;
	bit = (size_t)(at - short_letters);
	/* The other end's is the next, or the one before. */
	if (*word & NOTE_FLIPPED)
		bit ^= 1;
	*word |= 1u << (FIRST_LETTER + bit);
}

static void begin_short(struct judge *j, const struct flow *f, uint32_t *word,
			bool flipped)
{
	j->counters.summaries_short++;
	*word |= NOTE_SHORT | (flipped ? NOTE_FLIPPED : 0);
	for (const char *l = story_letters(f->story); *l; l++)
		note_letter(word, *l);
}

static void tell_short(uint32_t word, struct summary *s)
{
	bool flipped = word & NOTE_FLIPPED;

	summary_begin(s, 0);
	if (flipped)
		summary_flip(s);
	/* Numbers that grow: nothing is the same again, or resent. */
	for (unsigned int i = 0; short_letters[i]; i++)
		if (word & 1u << (FIRST_LETTER + i))
			story_play(s, (i & 1) != flipped ? HS_RESP : HS_ORIG,
				   short_letters[i], i);
}

/* ---- with one ---- */

static void write_story(const struct flow *f, const struct handshake_numbers *n,
			bool flipped, struct summary *s)
{
	summary_begin(s, 0);
	if (flipped)
		summary_flip(s);
	story_tell(f, n, s);
}

/* `first` is the letter that it began with. */
static void leave_record(struct judge *j, struct flow *f,
			 const struct handshake_numbers *n, char first)
{
	bool flipped = story_is_flipped(f, first);
	uint32_t *word = word_of(j, f);
	uint32_t number = summary_pool_take(&j->summaries);

	if (number) {
		struct summary *s = summary_pool_at(&j->summaries, number);

		write_story(f, n, flipped, s);
		s->findings = (uint16_t)*word;
		s->dropped = *word & NOTE_DROPPED;
		s->began_ns = j->config.follow ? j->now_ns : 0;
		*word = number;
	} else {
		begin_short(j, f, word, flipped);
	}
	f->story = STORY_OTHER;
}

static char first_letter(const struct flow *f, const struct segment *seg)
{
	if (f->story == STORY_NEW)
		return story_letter(flow_side(f, seg), seg);
	return *story_letters(f->story);
}

/* Of one whose story is not in its record. */
static void note_segment(struct judge *j, const struct flow *f,
			 enum handshake_side side, const struct segment *seg)
{
	uint32_t *word = word_of(j, f);

	if (*word & NOTE_SHORT)
		note_letter(word, story_letter(side, seg));
	else if (*word)
		summary_segment(summary_pool_at(&j->summaries, *word), side,
				seg);
}

void summary_of_segment(struct judge *j, struct flow *f,
			const struct handshake_numbers *before,
			const struct segment *seg)
{
	enum handshake_side side = flow_side(f, seg);

	if (f->story != STORY_OTHER) {
		enum story next = story_next(f, before, side, seg);

		if (next != STORY_OTHER && !j->summaries_at_once) {
			f->story = (uint8_t)next;
			return;
		}
		leave_record(j, f, before, first_letter(f, seg));
	}
	note_segment(j, f, side, seg);
}

void summary_of_finding(struct judge *j, const struct flow *f,
			enum finding finding, bool dropped)
{
	uint16_t bit = finding == FINDING_NONE ? 0 : (uint16_t)(1u << finding);
	uint32_t *word;

	if (!bit && !dropped)
		return;
	word = word_of(j, f);
	if (f->story != STORY_OTHER || *word & NOTE_SHORT) {
		*word |= bit | (dropped ? NOTE_DROPPED : 0);
	} else if (*word) {
		struct summary *s = summary_pool_at(&j->summaries, *word);

		s->findings |= bit;
		s->dropped |= dropped;
	}
}

void summary_goes_on(struct judge *j, struct flow *f, bool exchanged)
{
	uint32_t *word;

	if (f->story == STORY_NEW)
		return;
	if (f->story != STORY_OTHER) {
		struct handshake_numbers n = {.iss = f->iss, .irs = f->irs};

		leave_record(j, f, &n, *story_letters(f->story));
	}
	if (!exchanged)
		return;
	word = word_of(j, f);
	if (*word & NOTE_SHORT)
		*word ^= NOTE_FLIPPED;
	else if (*word)
		summary_pool_at(&j->summaries, *word)->flipped ^= true;
}

void summary_is_over(struct judge *j, struct flow *f, enum story story)
{
	uint32_t *word = word_of(j, f);

	if (f->story == STORY_OTHER && *word && !(*word & NOTE_SHORT))
		summary_pool_give(&j->summaries, *word);
	*word = 0;
	f->story = (uint8_t)story;
}

/* ---- telling ---- */

static void tell(const struct summary *s, struct ending *e)
{
	e->began_ns = s->began_ns;
	e->conn_state = summary_conn_state(s);
	memcpy(e->history, s->history, sizeof(e->history));
	e->findings = s->findings;
	e->dropped = s->dropped;
}

/* Whatever the numbers are, they make the same letters. */
void summary_learn_stories(struct judge *j)
{
	static const struct handshake_numbers n = {.iss = 0, .irs = 0};

	for (unsigned int i = 0; i < 2 * NUM_STORIES; i++) {
		struct flow f = {.story = i / 2};
		struct summary s;

		write_story(&f, &n, i % 2, &s);
		tell(&s, &j->stories[i / 2][i % 2]);
	}
}

enum handshake_side summary_tell(struct judge *j, const struct flow *f,
				 struct ending *e)
{
	uint32_t word = *word_of(j, f);
	bool flipped;

	if (f->story == STORY_OTHER && !(word & NOTE_SHORT)) {
		const struct summary *s = summary_pool_at(&j->summaries, word);

		tell(s, e);
		return s->flipped ? HS_RESP : HS_ORIG;
	}
	if (f->story == STORY_OTHER) {
		struct summary s;

		tell_short(word, &s);
		tell(&s, e);
		flipped = s.flipped;
	} else {
		const struct ending *told;

		flipped = story_is_flipped(f, *story_letters(f->story));
		told = &j->stories[f->story][flipped];
		e->conn_state = told->conn_state;
		memcpy(e->history, told->history, sizeof(e->history));
	}
	e->findings = (uint16_t)word;
	e->dropped = word & NOTE_DROPPED;
	return flipped ? HS_RESP : HS_ORIG;
}
