/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection in Zeek's words: conn_state (S0, SF, REJ, ...) and history
 * ("ShADadFf"), as documented for Zeek's conn.log. Kept by whoever sees a
 * connection to its end; the verdicts do not depend on it.
 */
#ifndef HANDSHAKED_CORE_SUMMARY_H
#define HANDSHAKED_CORE_SUMMARY_H

#include "core/handshake.h"

enum conn_state {
	CONN_S0,     /* attempt seen, no reply */
	CONN_S1,     /* established, not terminated */
	CONN_SF,     /* established and terminated by both */
	CONN_REJ,    /* attempt rejected */
	CONN_S2,     /* established, closed by the originator only */
	CONN_S3,     /* established, closed by the responder only */
	CONN_RSTO,   /* established, reset by the originator */
	CONN_RSTR,   /* reset by the responder */
	CONN_RSTOS0, /* SYN, then RST, no SYN/ACK */
	CONN_RSTRH,  /* SYN/ACK, then RST from the responder, no SYN */
	CONN_SH,     /* SYN, then FIN, no SYN/ACK */
	CONN_SHR,    /* SYN/ACK, then FIN from the responder, no SYN */
	CONN_OTH,    /* midstream traffic */
	NUM_CONN_STATES
};

extern const char *const conn_state_name[NUM_CONN_STATES];

/* What one end has done so far; the names are Zeek's. */
enum end_state {
	END_INACTIVE,
	END_SYN_SENT,
	END_SYN_ACK_SENT,
	END_PARTIAL, /* spoke without having opened */
	END_ESTABLISHED,
	END_CLOSED,
	END_RESET,
};

/* Letters kept, with the closing NUL; later ones are left out. */
#define HISTORY_BYTES 28

struct summary_end {
	uint32_t next_seq;                  /* one past the highest sent */
	uint32_t syn_seq, fin_seq, rst_seq; /* of the last such segment */
	uint16_t seen;                      /* letters, each once */
	uint16_t resent, zero_windows;      /* how often */
	uint8_t state, before;              /* enum end_state, and the last */
	bool has_data;
};

struct summary {
	struct summary_end end[HS_NUM_SIDES];
	char history[HISTORY_BYTES];
	uint16_t findings; /* a bit for each enum finding */
	bool dropped;      /* some segment of it was */
	bool flipped;      /* see summary_flip() */
	uint64_t began_ns;
};
_Static_assert(sizeof(struct summary) == 96, "as judge_flow_bytes() says");

/* A new connection; its first segment still to be told. */
void summary_begin(struct summary *s, uint64_t now_ns);

/*
 * The first segment seen was the responder's: the sides given to
 * summary_segment() are exchanged from here on, and history says so with '^',
 * as Zeek's does. Before the first summary_segment().
 */
void summary_flip(struct summary *s);

/* The next segment, from `side`; any flags. */
void summary_segment(struct summary *s, enum handshake_side side,
		     const struct segment *seg);

enum conn_state summary_conn_state(const struct summary *s);

#endif
