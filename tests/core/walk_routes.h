/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The routes of the walks: a short conversation of two ends, honest as far as
 * we see, into each state, and more than one where how it got there matters.
 * And the numbers a segment can then have.
 */
#ifndef HANDSHAKED_TESTS_WALK_ROUTES_H
#define HANDSHAKED_TESTS_WALK_ROUTES_H

#include "walk.h"

enum route_flags {
	ROUTE_LOST = 1, /* the segment went another way */
	ROUTE_NEW = 2,  /* with another ISN than before */
};

/* A segment in order: its numbers follow from those before it. */
struct route_step {
	uint8_t side; /* enum handshake_side */
	uint8_t tcp;
	uint8_t data_len;
	uint8_t how; /* enum route_flags */
};

struct route {
	const char *name;
	enum handshake_state state;
	bool settled;
	struct route_step step[8]; /* as far as there are flags */
};

#define O_SYN                          \
	{                              \
		HS_ORIG, TCP_SYN, 0, 0 \
	}
#define O_SYN_DATA                      \
	{                               \
		HS_ORIG, TCP_SYN, 10, 0 \
	}
#define O_SYN_NEW                              \
	{                                      \
		HS_ORIG, TCP_SYN, 0, ROUTE_NEW \
	}
#define O_SYN_ACK                                \
	{                                        \
		HS_ORIG, TCP_SYN | TCP_ACK, 0, 0 \
	}
#define O_ACK                          \
	{                              \
		HS_ORIG, TCP_ACK, 0, 0 \
	}
#define O_DATA                                    \
	{                                         \
		HS_ORIG, TCP_ACK | TCP_PSH, 10, 0 \
	}
#define O_FIN                                    \
	{                                        \
		HS_ORIG, TCP_FIN | TCP_ACK, 0, 0 \
	}
#define O_RST                          \
	{                              \
		HS_ORIG, TCP_RST, 0, 0 \
	}
#define R_SYN                          \
	{                              \
		HS_RESP, TCP_SYN, 0, 0 \
	}
#define R_SYN_ACK                                \
	{                                        \
		HS_RESP, TCP_SYN | TCP_ACK, 0, 0 \
	}
#define R_SYN_ACK_X                                       \
	{                                                 \
		HS_RESP, TCP_SYN | TCP_ACK, 0, ROUTE_LOST \
	}
#define R_ACK                          \
	{                              \
		HS_RESP, TCP_ACK, 0, 0 \
	}
#define R_DATA                                    \
	{                                         \
		HS_RESP, TCP_ACK | TCP_PSH, 10, 0 \
	}
#define R_FIN                                    \
	{                                        \
		HS_RESP, TCP_FIN | TCP_ACK, 0, 0 \
	}
#define R_RST                                    \
	{                                        \
		HS_RESP, TCP_RST | TCP_ACK, 0, 0 \
	}
#define OPENING O_SYN, R_SYN_ACK, O_ACK

static const struct route routes[] = {
	{"none", HS_NONE, false, {{0}}},
	{"syn", HS_SYN_SENT, false, {O_SYN}},
	{"fast open", HS_SYN_SENT, false, {O_SYN_DATA}},
	{"both", HS_SYN_SENT_BOTH, false, {O_SYN, R_SYN}},
	{"half-open", HS_SYN_RECEIVED, false, {O_SYN, R_SYN_ACK}},
	{"fast half-open", HS_SYN_RECEIVED, false, {O_SYN_DATA, R_SYN_ACK}},
	{"early data", HS_SYN_RECEIVED, false, {O_SYN_DATA, R_SYN_ACK, R_DATA}},
	{"both answered", HS_SYN_RECEIVED, false, {O_SYN, R_SYN, R_SYN_ACK}},
	{"open", HS_ESTABLISHED, false, {OPENING}},
	{"spoken to", HS_ESTABLISHED, false, {OPENING, R_DATA}},
	{"in use", HS_ESTABLISHED, true, {OPENING, O_DATA}},
	{"picked up", HS_ESTABLISHED, true, {O_DATA, R_ACK}},
	{"closed first", HS_FIN_WAIT_1, false, {OPENING, O_FIN}},
	{"closed at once", HS_FIN_WAIT_1, false, {O_SYN, R_SYN_ACK, O_FIN}},
	{"closed on", HS_CLOSE_WAIT, false, {OPENING, R_FIN}},
	{"closed on us", HS_CLOSE_WAIT, true, {O_DATA, R_FIN}},
	{"closed after", HS_CLOSING, false, {OPENING, O_FIN, R_FIN}},
	{"closed last", HS_LAST_ACK, false, {OPENING, R_FIN, O_FIN}},
	{"over", HS_TIME_WAIT, false, {OPENING, O_FIN, R_FIN, O_ACK}},
	{"used and over",
	 HS_TIME_WAIT,
	 true,
	 {OPENING, O_DATA, O_FIN, R_FIN, O_ACK}},
	{"refused", HS_CLOSED, false, {O_SYN, R_RST}},
	{"given up", HS_CLOSED, false, {O_SYN, O_RST}},
	{"stealthy", HS_CLOSED, false, {O_SYN, R_SYN_ACK, O_RST}},
	{"reset", HS_CLOSED, false, {OPENING, R_RST}},
	{"stray", HS_MIDSTREAM, false, {O_ACK}},
	{"answer only", HS_MIDSTREAM, false, {O_SYN_ACK}},
	{"unanswered", HS_HALF_SEEN, false, {O_SYN, R_SYN_ACK_X, O_ACK}},
	{"changed mind", HS_HALF_SEEN, false, {O_SYN, R_SYN_ACK, O_SYN_NEW}},
};

static inline void route_step(struct walk *w, const struct route_step *s)
{
	uint32_t *next = &w->next[s->side];
	uint32_t seq = *next;
	uint32_t ack = s->tcp & TCP_ACK ? w->next[!s->side] : 0;

	if (s->how & ROUTE_NEW)
		w->isn[s->side] = seq = seq + 12345;
	else if (s->tcp & TCP_SYN)
		seq = w->isn[s->side];
	if (!(s->how & ROUTE_LOST))
		walk_say(w, s->side, s->tcp, seq, ack, s->data_len);
	if (!(s->tcp & TCP_RST))
		*next = seq + s->data_len +
			((s->tcp & (TCP_SYN | TCP_FIN)) != 0);
}

/* Ends that picked one another up are past their ISNs. */
static inline void route_take(struct walk *w, const struct route *r,
			      uint32_t isn, uint32_t peer_isn)
{
	const struct route_step *first = &r->step[0];
	const struct flow *f;

	walk_begin(w, isn, peer_isn);
	w->route = r->name;
	if (first->tcp & TCP_ACK) {
		w->next[HS_ORIG] += !(first->tcp & TCP_SYN);
		w->next[HS_RESP]++;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(r->step); i++)
		if (r->step[i].tcp)
			route_step(w, &r->step[i]);
	f = walk_flow(w);
	walk_assert(w, (f ? f->state : HS_NONE) == r->state);
	walk_assert(w, !r->settled || (f && f->flags & FLOW_SETTLED));
}

/* ---- numbers ---- */

enum anchor {
	AT_ISN,
	AT_NEXT, /* what is expected next */
	AT_ZERO
};

/* Where a number stands to those of the conversation. */
struct relation {
	enum anchor from;
	int32_t more;
};

/* The edges of every guard there could be, each from both sides. */
static const struct relation relations[] = {
	{AT_NEXT, 0},
	{AT_NEXT, -1},
	{AT_NEXT, 1},
	{AT_ISN, 0},
	{AT_ISN, 1},
	{AT_ISN, UNSCALED_WINDOW},
	{AT_ISN, UNSCALED_WINDOW + 1},
	{AT_ISN, UNSCALED_WINDOW + 2},
	{AT_ISN, -UNSCALED_WINDOW},
	{AT_ISN, HALF_WINDOW},
	{AT_ISN, HALF_WINDOW + 1},
	{AT_ISN, -HALF_WINDOW},
	{AT_ISN, -HALF_WINDOW - 1},
	{AT_ISN, INT32_MIN},
	{AT_ISN, INT32_MAX},
	{AT_ISN, INT32_MIN + 1},
	{AT_NEXT, HALF_WINDOW + 987654321},
	{AT_ZERO, 0},
};
#define NUM_RELATIONS ARRAY_SIZE(relations)

static inline uint32_t number_at(const struct walk *w, enum handshake_side side,
				 const struct relation *r)
{
	uint32_t from = r->from == AT_ISN    ? w->isn[side]
			: r->from == AT_NEXT ? w->next[side]
					     : 0;

	return from + (uint32_t)r->more;
}

/* Is it the same number as an earlier relation's? Then that was walked. */
static inline bool number_is_known(const struct walk *w,
				   enum handshake_side side, size_t relation)
{
	uint32_t number = number_at(w, side, &relations[relation]);

	for (size_t i = 0; i < relation; i++)
		if (number_at(w, side, &relations[i]) == number)
			return true;
	return false;
}

#endif
