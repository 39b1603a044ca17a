/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model of a TCP conversation as someone in the middle sees it: a table
 * indexed by side, event and state. States carry the names of RFC 9293
 * section 3.3.2: of the responder while the connection opens, of the
 * originator once it is open.
 */
#ifndef HANDSHAKED_CORE_HANDSHAKE_H
#define HANDSHAKED_CORE_HANDSHAKE_H

#include "core/finding.h"
#include "core/segment.h"

enum handshake_side {
	HS_ORIG, /* sent the SYN, or the first segment we saw */
	HS_RESP,
	HS_NUM_SIDES
};

enum handshake_state {
	HS_NONE,          /* nothing known: new to us, or forgotten */
	HS_SYN_SENT,      /* SYN from the originator */
	HS_SYN_SENT_BOTH, /* SYN from both ends, RFC 9293 figure 7 */
	HS_SYN_RECEIVED,  /* SYN/ACK from the responder: half-open */
	HS_ESTABLISHED,
	HS_FIN_WAIT_1, /* the originator closed first */
	HS_CLOSE_WAIT, /* the responder closed first */
	HS_CLOSING,    /* then the responder too */
	HS_LAST_ACK,   /* then the originator too */
	HS_TIME_WAIT,  /* the last FIN is acknowledged */
	HS_CLOSED,     /* ended by a RST */
	/* Ours, for an observer that came late or sees one half only. */
	HS_MIDSTREAM, /* picked up after its start, one end heard so far */
	HS_HALF_SEEN, /* opened, but its SYN/ACK escaped us or is in doubt */
	HS_NUM_STATES
};

/*
 * What a segment is to this conversation: flags and, where the state makes
 * them meaningful, its numbers.
 */
enum handshake_event {
	HS_EV_SYN,         /* SYN; when repeated, with the same ISN */
	HS_EV_SYN_NEW,     /* SYN with another ISN than before */
	HS_EV_SYN_ACK,     /* SYN/ACK of the SYN that we saw */
	HS_EV_SYN_ACK_NEW, /* the same again with another ISN */
	HS_EV_SYN_ACK_BAD, /* SYN/ACK of something else */
	HS_EV_ACK,         /* ACK; of the SYN/ACK while that is awaited */
	HS_EV_ACK_BAD,     /* ACK of something else than is awaited */
	HS_EV_FIN,         /* FIN+ACK, where an ACK would be HS_EV_ACK */
	HS_EV_RST,         /* RST that the other end would take */
	HS_EV_RST_BAD,     /* RST with numbers it would not take */
	HS_NUM_EVENTS
};

/* "SYN_SENT", "SYN_NEW": for logs and tests. */
extern const char *const handshake_state_name[HS_NUM_STATES];
extern const char *const handshake_event_name[HS_NUM_EVENTS];

/*
 * A cell of the table. MOVE goes to `next` (which may be where we are).
 * IGNORE passes the segment and stays: we may be the one who is out of step.
 * FINDING names what is wrong, and `next` is where the conversation is if the
 * segment passes all the same.
 */
enum handshake_action {
	HS_UNWRITTEN,
	HS_MOVE,
	HS_IGNORE,
	HS_FINDING
};

struct handshake_cell {
	uint8_t action;  /* enum handshake_action */
	uint8_t next;    /* enum handshake_state */
	uint8_t finding; /* enum finding, with HS_FINDING */
};

/*
 * The numbers of a conversation that the guards need, host byte order. Where
 * we came late (HS_MIDSTREAM, HS_HALF_SEEN) they are worked out from the last
 * segment of the originator: one less than its SEG.SEQ and SEG.ACK.
 */
struct handshake_numbers {
	uint32_t iss; /* initial sequence number of the originator */
	uint32_t irs; /* and of the responder, once its SYN/ACK is seen */
	/*
	 * The other end sent data before the handshake was complete: the
	 * originator in its SYN (RFC 7413), or the responder behind its
	 * SYN/ACK. So a segment may acknowledge more than the ISN.
	 */
	bool early_data;
	/*
	 * Where we came late: the originator has acknowledged something since,
	 * so that irs is what it has heard. In a simultaneous open: it has
	 * acknowledged irs.
	 */
	bool acknowledged;
	/* Where we came late: not later than its SYN or SYN/ACK. */
	bool is_young;
};

/*
 * Classifies a segment sent by `side` of a conversation in `state`. Total:
 * every segment whose flags are valid (finding_of_flags() is FINDING_NONE) is
 * one of the events.
 */
enum handshake_event handshake_event(enum handshake_side side,
				     enum handshake_state state,
				     const struct handshake_numbers *numbers,
				     const struct segment *seg);

/* The table. */
extern const struct handshake_cell handshake_table[HS_NUM_SIDES][HS_NUM_EVENTS]
						  [HS_NUM_STATES];

/* Its cell for an event. */
static inline struct handshake_cell handshake_cell(enum handshake_side side,
						   enum handshake_event event,
						   enum handshake_state state)
{
	return handshake_table[side][event][state];
}

#endif
