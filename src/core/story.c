/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which beginnings are plain, and what their segments were. A summary asks of
 * a segment its flags, its number, whether it has payload and whether its
 * window is closed: what is not told here must be as the record says, without
 * payload, the window open.
 */
#include "core/story.h"

#include <string.h>

/* Ports below this are where services listen. */
#define FIRST_EPHEMERAL_PORT 1024

/*
 * The letters of each, and the story that one more letter makes of it; 0 where
 * none does. Until it is reset, what was there before may come again.
 */
static const struct {
	const char *letters;
	uint8_t S, h, A, R, r, H, F;
} stories[] = {
	[STORY_NEW] = {"", .S = STORY_SYN, .A = STORY_ACK, .H = STORY_SYN_ACK,
		       .F = STORY_FIN},
	[STORY_SYN] = {"S", .S = STORY_SYN, .h = STORY_HALF_OPEN,
		       .R = STORY_ABORTED, .r = STORY_REFUSED},
	[STORY_HALF_OPEN] = {"Sh", .S = STORY_HALF_OPEN, .h = STORY_HALF_OPEN,
			     .A = STORY_OPEN, .R = STORY_HALF_ABORTED,
			     .r = STORY_HALF_RESET},
	[STORY_OPEN] = {"ShA", .S = STORY_OPEN, .h = STORY_OPEN,
			.A = STORY_OPEN, .R = STORY_OPEN_ABORTED},
	[STORY_ABORTED] = {.letters = "SR"},
	[STORY_REFUSED] = {.letters = "Sr"},
	[STORY_HALF_ABORTED] = {.letters = "ShR"},
	[STORY_HALF_RESET] = {.letters = "Shr"},
	[STORY_OPEN_ABORTED] = {.letters = "ShAR"},
	[STORY_ACK] = {"A", .r = STORY_ACK_RESET},
	[STORY_ACK_RESET] = {.letters = "Ar"},
	[STORY_SYN_ACK] = {"H", .r = STORY_SYN_ACK_RESET},
	[STORY_SYN_ACK_RESET] = {.letters = "Hr"},
	[STORY_FIN] = {"F", .r = STORY_FIN_RESET},
	[STORY_FIN_RESET] = {.letters = "Fr"},
	[STORY_OTHER] = {.letters = ""},
};
_Static_assert(ARRAY_SIZE(stories) == NUM_STORIES,
	       "every story has its letters");

const char *story_letters(enum story story)
{
	return stories[story].letters;
}

static char letter_of_orig(const struct segment *seg)
{
	switch (seg->flags & (TCP_SYN | TCP_FIN | TCP_RST)) {
	case 0:
		if (seg->data_len > 0)
			return 'D';
		return seg->flags & TCP_ACK ? 'A' : '\0';
	case TCP_SYN:
		return seg->flags & TCP_ACK ? 'H' : 'S';
	case TCP_FIN:
		return 'F';
	case TCP_RST:
		return 'R';
	default:
		return '\0';
	}
}

char story_letter(enum handshake_side side, const struct segment *seg)
{
	char letter = letter_of_orig(seg);

	return letter && side == HS_RESP ? (char)(letter - 'A' + 'a') : letter;
}

static enum story after(enum story story, char letter)
{
	switch (letter) {
	case 'S':
		return stories[story].S;
	case 'h':
		return stories[story].h;
	case 'A':
		return stories[story].A;
	case 'R':
		return stories[story].R;
	case 'r':
		return stories[story].r;
	case 'H':
		return stories[story].H;
	case 'F':
		return stories[story].F;
	default:
		return 0;
	}
}

/* Which sequence number that letter has behind these, if it is plain. */
static uint32_t number_of(const struct handshake_numbers *n,
			  const char *letters, char letter)
{
	bool is_unanswered = letters[0] == 'S' && letters[1] != 'h';

	switch (letter) {
	case 'S':
		return n->iss;
	case 'h':
		return n->irs;
	case 'r':
		/* RFC 9293, 3.10.7.1, to a segment without ACK. */
		return is_unanswered ? 0 : n->irs + 1;
	default:
		return n->iss + 1;
	}
}

/* Is its number what the story says that it is? */
static bool fits(const struct flow *f, const struct handshake_numbers *before,
		 char letter, uint32_t seq)
{
	if (f->story == STORY_NEW)
		return true;
	/* The one number that a record learns on the way, if it fits. */
	if (f->story == STORY_SYN && letter == 'h')
		return f->state == HS_SYN_RECEIVED && seq == f->irs;
	return seq == number_of(before, stories[f->story].letters, letter);
}

enum story story_next(const struct flow *f,
		      const struct handshake_numbers *before,
		      enum handshake_side side, const struct segment *seg)
{
	bool is_plain = seg->data_len == 0 &&
			(seg->window != 0 || seg->flags & TCP_RST);
	char letter = is_plain ? story_letter(side, seg) : '\0';
	enum story next = after(f->story, letter);

	if (next && fits(f, before, letter, seg->seq))
		return next;
	return STORY_OTHER;
}

bool story_is_flipped(const struct flow *f, char first)
{
	if (first == 'S' || first == 'H')
		return first == 'H';
	return flow_port(f, HS_ORIG) < FIRST_EPHEMERAL_PORT &&
	       flow_port(f, HS_RESP) >= FIRST_EPHEMERAL_PORT;
}

static uint16_t flags_of(char letter)
{
	switch (letter) {
	case 'S':
	case 's':
		return TCP_SYN;
	case 'H':
	case 'h':
		return TCP_SYN | TCP_ACK;
	case 'F':
	case 'f':
		return TCP_FIN | TCP_ACK;
	case 'R':
	case 'r':
		return TCP_RST | TCP_ACK;
	default:
		return TCP_ACK;
	}
}

void story_play(struct summary *s, enum handshake_side side, char letter,
		uint32_t seq)
{
	const struct segment seg = {
		.flags = flags_of(letter),
		.seq = seq,
		.window = 1,
		.data_len = letter == 'D' || letter == 'd',
	};

	summary_segment(s, side, &seg);
}

void story_tell(const struct flow *f, const struct handshake_numbers *n,
		struct summary *s)
{
	const char *letters = stories[f->story].letters;

	for (const char *l = letters; *l; l++)
		story_play(s, *l < 'a' ? HS_ORIG : HS_RESP, *l,
			   number_of(n, letters, *l));
}
