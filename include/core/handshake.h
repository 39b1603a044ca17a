/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model of a TCP conversation as someone in the middle sees it: a table
 * indexed by side, event and state. States carry the names of RFC 9293
 * section 3.3.2; where the two ends are in different states the name is that
 * of the end that is further.
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
	HS_NONE,	  /* nothing known: new to us, or forgotten */
	HS_SYN_SENT,	  /* SYN from the originator */
	HS_SYN_SENT_BOTH, /* SYN from both ends, RFC 9293 figure 7 */
	HS_SYN_RECEIVED,  /* SYN/ACK from the responder: half-open */
	HS_ESTABLISHED,
	HS_FIN_WAIT_1, /* a FIN from one end */
	HS_LAST_ACK,   /* FINs from both ends */
	HS_TIME_WAIT,  /* both FINs acknowledged */
	HS_CLOSED,     /* ended by a RST */
	HS_MIDSTREAM,  /* picked up after its start, one end heard */
	HS_HALF_SEEN,  /* the originator's SYN and ACK seen, no SYN/ACK */
	HS_NUM_STATES
};

/*
 * What a segment is to this conversation: flags and, where the state makes
 * them meaningful, its numbers.
 */
enum handshake_event {
	HS_EV_SYN,	   /* SYN; when repeated, with the same ISN */
	HS_EV_SYN_NEW,	   /* SYN with another ISN than before */
	HS_EV_SYN_ACK,	   /* SYN/ACK of the SYN that we saw */
	HS_EV_SYN_ACK_BAD, /* SYN/ACK of something else */
	HS_EV_ACK,	   /* ACK; of the SYN/ACK while that is awaited */
	HS_EV_ACK_BAD,	   /* ACK of something else than the SYN/ACK */
	HS_EV_FIN,	   /* FIN+ACK */
	HS_EV_RST,	   /* RST that the other end would take */
	HS_EV_RST_BAD,	   /* RST with numbers it would not take */
	HS_NUM_EVENTS
};

/* "SYN_SENT", "SYN_NEW": for logs and tests. */
extern const char *const handshake_state_name[HS_NUM_STATES];
extern const char *const handshake_event_name[HS_NUM_EVENTS];

/*
 * A cell of the table. MOVE goes to `next` (which may be where we are).
 * IGNORE passes the segment and stays: we may be the one who is out of step.
 * FINDING stays and names what is wrong.
 */
enum handshake_action { HS_UNWRITTEN, HS_MOVE, HS_IGNORE, HS_FINDING };

struct handshake_cell {
	uint8_t action;	 /* enum handshake_action */
	uint8_t next;	 /* enum handshake_state, with HS_MOVE */
	uint8_t finding; /* enum finding, with HS_FINDING */
};

/* The numbers of a conversation that the guards need, host byte order. */
struct handshake_numbers {
	uint32_t iss;	/* initial sequence number of the originator */
	uint32_t irs;	/* and of the responder, once its SYN/ACK is seen */
	bool fast_open; /* the SYN carried data (RFC 7413) */
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

/* The cell for it. */
struct handshake_cell handshake_cell(enum handshake_side side,
				     enum handshake_event event,
				     enum handshake_state state);

#endif
