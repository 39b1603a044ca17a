/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a conversation went so far, in four bits of its record. As long as that
 * is no more than a plain beginning, each segment of it follows from the
 * record's numbers, and its summary can be written down when it is wanted: the
 * end of most floods and scans, and of every handshake that is under way,
 * needs no memory of its own.
 */
#ifndef HANDSHAKED_CORE_STORY_H
#define HANDSHAKED_CORE_STORY_H

#include "core/flow.h"
#include "core/summary.h"

/* The letters are those of history; capitals are the record's originator's. */
enum story {
	STORY_NEW,           /* no segment yet */
	STORY_SYN,           /* S */
	STORY_HALF_OPEN,     /* Sh */
	STORY_OPEN,          /* ShA */
	STORY_ABORTED,       /* SR */
	STORY_REFUSED,       /* Sr */
	STORY_HALF_ABORTED,  /* ShR */
	STORY_HALF_RESET,    /* Shr */
	STORY_OPEN_ABORTED,  /* ShAR */
	STORY_ACK,           /* A, picked up midstream like the rest */
	STORY_ACK_RESET,     /* Ar */
	STORY_SYN_ACK,       /* H */
	STORY_SYN_ACK_RESET, /* Hr */
	STORY_FIN,           /* F */
	STORY_FIN_RESET,     /* Fr */
	STORY_OTHER,         /* more than that, or nobody's business any more */
	NUM_STORIES
};

/*
 * The letter that this segment may have in a history, a capital of HS_ORIG's,
 * or '\0' for odd flags and where there is nothing to tell.
 */
char story_letter(enum handshake_side side, const struct segment *seg);

/*
 * How it goes on with a segment from `side` that has moved the record, whose
 * numbers were `before`: STORY_OTHER when the record does not tell it all, be
 * it for the segment's numbers, payload or window. What is told already (a
 * retransmission) changes nothing.
 */
enum story story_next(const struct flow *f,
		      const struct handshake_numbers *before,
		      enum handshake_side side, const struct segment *seg);

/*
 * Is the originator of a record, whose first segment has this letter, the
 * responder? Whoever answers is, and so is, where we came late, the end with a
 * service's port if only one has such.
 */
bool story_is_flipped(const struct flow *f, char first);

/* The letters of a story; "" for STORY_NEW and STORY_OTHER. A static string. */
const char *story_letters(enum story story);

/*
 * Writes into `s`, which was begun (and flipped, if it is), the segments of a
 * record's story, its numbers being `n`.
 */
void story_tell(const struct flow *f, const struct handshake_numbers *n,
		struct summary *s);

/* One segment: as the letter says, with this sequence number. */
void story_play(struct summary *s, enum handshake_side side, char letter,
		uint32_t seq);

#endif
