/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One segment at the end of a route, with a look at the judge's records
 * before and after: each kind of cell may do what it is for and no more.
 */
#ifndef HANDSHAKED_TESTS_WALK_STEP_H
#define HANDSHAKED_TESTS_WALK_STEP_H

#include "walk_routes.h"

/*
 * Which sets of flags a conforming host sends: one of SYN, FIN and RST at
 * most, ACK with all but SYN and RST, URG not where there is nothing urgent.
 */
static inline bool flags_are_valid(uint16_t flags)
{
	uint16_t control = flags & (TCP_SYN | TCP_FIN | TCP_RST);

	if (control & (control - 1))
		return false;
	if (control == TCP_RST)
		return !(flags & TCP_URG);
	if (control == TCP_SYN)
		return !(flags & TCP_ACK) || !(flags & TCP_URG);
	return flags & TCP_ACK;
}

/* The segment at the end of a route. */
struct last {
	enum handshake_side side;
	uint16_t flags;
	uint8_t seq, ack; /* which of relations[] */
	uint8_t len;
};

/* What it came to, without the numbers. */
struct result {
	struct decision d;
	unsigned int evidence[HS_NUM_SIDES];
	int score[HS_NUM_SIDES];
	enum handshake_state state;
	uint16_t flow_flags;
};

struct before {
	struct flow flow;
	bool is_known;
	unsigned int evidence[HS_NUM_SIDES];
	int score[HS_NUM_SIDES];
};

static inline struct before look(struct walk *w)
{
	const struct flow *f = walk_flow(w);
	struct before b = {.is_known = f != NULL};

	if (f)
		b.flow = *f;
	for (int side = 0; side < HS_NUM_SIDES; side++) {
		b.evidence[side] = walk_evidence(w, side);
		b.score[side] = walk_score(w, side).score;
	}
	return b;
}

/* But for the flags that `may_change`. */
static inline bool same_flow(const struct before *b, const struct flow *f,
			     uint16_t may_change)
{
	if (!b->is_known || !f)
		return !b->is_known && !f;
	return f->state == b->flow.state && f->queue == b->flow.queue &&
	       f->touched_ms == b->flow.touched_ms && f->iss == b->flow.iss &&
	       f->irs == b->flow.irs && f->one_sided == b->flow.one_sided &&
	       (f->flags | may_change) == (b->flow.flags | may_change);
}

/* Nothing new held against either, and what there is weighs no more. */
static inline void no_charge(struct walk *w, const struct before *b)
{
	for (int side = 0; side < HS_NUM_SIDES; side++) {
		walk_assert(w, walk_evidence(w, side) <= b->evidence[side]);
		walk_assert(w, walk_score(w, side).score <= b->score[side]);
	}
}

/* The cell that the judge must have looked at. */
static inline struct handshake_cell cell_of(const struct before *b,
					    const struct segment *seg,
					    const struct decision *d)
{
	enum handshake_side side =
		b->is_known ? flow_side(&b->flow, seg) : HS_ORIG;
	uint16_t early = side == HS_ORIG ? FLOW_RESP_DATA : FLOW_EARLY_DATA;
	struct handshake_numbers n = {
		.iss = b->flow.iss,
		.irs = b->flow.irs,
		.early_data = b->flow.flags & early,
		.acknowledged = b->flow.flags & FLOW_ACKNOWLEDGED,
		.is_young = b->flow.state == HS_HALF_SEEN ||
			    b->flow.flags & FLOW_SYN_ACK_FIRST,
	};

	return handshake_cell(side, handshake_event(side, d->from, &n, seg),
			      d->from);
}

/* An attempt that failed, or an end that the originator made of it. */
static inline void outcome_is_fair(struct walk *w, const struct before *b,
				   const struct last *l,
				   const struct decision *d)
{
	const struct witness *o = &w->witness;
	bool is_attempt = d->from == HS_SYN_SENT || d->from == HS_HALF_SEEN;

	walk_assert(w, l->flags & (TCP_RST | TCP_FIN));
	walk_assert(w, l->side == o->orig || is_attempt);
	if (d->finding == FINDING_CONNECT_SCAN)
		walk_assert(w, o->proved);
	else
		walk_assert(w, d->finding == FINDING_SYN_SCAN);
	walk_assert(w, walk_evidence(w, !o->orig) <= b->evidence[!o->orig]);
	walk_assert(w, walk_evidence(w, o->orig) <= b->evidence[o->orig] + 1);
}

static inline void moved(struct walk *w, const struct before *b,
			 const struct last *l, const struct decision *d,
			 struct handshake_cell cell)
{
	walk_assert(w, d->to == cell.next);
	walk_assert(w, d->verdict == VERDICT_ACCEPT);
	walk_assert(w, walk_flow(w) && walk_flow(w)->state == d->to);
	if (d->finding == FINDING_NONE)
		no_charge(w, b);
	else
		outcome_is_fair(w, b, l, d);
}

/* A finding of the table: bad numbers in a conversation, or a stray. */
static inline void found(struct walk *w, const struct before *b,
			 const struct last *l, const struct decision *d,
			 struct handshake_cell cell)
{
	if (b->is_known) {
		walk_assert(w, d->finding == cell.finding);
		walk_assert(w, same_flow(b, walk_flow(w), 0));
		walk_assert(w, d->to == d->from);
		no_charge(w, b);
		if (!w->local[l->side] && w->judge->config.mode == MODE_ENFORCE)
			walk_assert(w, d->verdict == VERDICT_DROP);
		return;
	}
	walk_assert(w,
		    d->finding == cell.finding || d->finding == FINDING_NONE);
	walk_assert(w, d->verdict == VERDICT_ACCEPT && !d->settled);
	walk_assert(w, (walk_flow(w) != NULL) == (d->to != HS_NONE));
	walk_assert(w, walk_evidence(w, l->side) <= 1);
	walk_assert(w, walk_evidence(w, !l->side) == 0);
	if (d->finding == FINDING_NONE)
		no_charge(w, b);
}

/*
 * Only what answers an attempt given up takes something back. To whoever waits
 * for it the responder's is an answer, whatever it says.
 */
static inline void ignored(struct walk *w, const struct before *b,
			   const struct last *l, const struct decision *d)
{
	bool is_answer = l->side != w->witness.orig;
	uint16_t may_change = FLOW_ABORTED | (is_answer ? FLOW_PENDING : 0);
	bool was_given_up = b->flow.flags & FLOW_ABORTED;

	walk_assert(w, d->verdict == VERDICT_ACCEPT);
	walk_assert(w, d->finding == FINDING_NONE);
	walk_assert(w, d->to == d->from);
	walk_assert(w, same_flow(b, walk_flow(w), may_change));
	no_charge(w, b);
	for (int side = 0; side < HS_NUM_SIDES && !was_given_up; side++)
		walk_assert(w, walk_evidence(w, side) == b->evidence[side]);
}

static inline void not_valid(struct walk *w, const struct before *b,
			     const struct last *l, const struct decision *d)
{
	walk_assert(w, same_flow(b, walk_flow(w), 0));
	walk_assert(w, !d->settled);
	walk_assert(w, walk_evidence(w, !l->side) == b->evidence[!l->side]);
	walk_assert(w, d->verdict == VERDICT_DROP || w->local[l->side] ||
			       w->judge->config.mode == MODE_OBSERVE);
	if (w->local[l->side])
		no_charge(w, b);
	else
		walk_assert(w, walk_evidence(w, l->side) ==
				       b->evidence[l->side] + 1);
}

static inline struct result result_of(struct walk *w, struct decision d)
{
	const struct flow *f = walk_flow(w);
	struct result r = {.d = d, .state = f ? f->state : HS_NONE};

	for (int side = 0; side < HS_NUM_SIDES; side++) {
		r.evidence[side] = walk_evidence(w, side);
		r.score[side] = walk_score(w, side).score;
		if (w->local[side])
			walk_assert(w, r.evidence[side] == 0);
		if (walk_credit(w, side) > 0)
			walk_assert(w, w->has_proof && !w->local[side]);
	}
	r.flow_flags = f ? f->flags & (uint16_t)~FLOW_ORIG_IS_A : 0;
	return r;
}

/* Gives the judge one segment at the end of a route, and looks around. */
static inline struct result step(struct walk *w, const struct last *l)
{
	uint32_t seq = number_at(w, l->side, &relations[l->seq]);
	uint32_t ack = number_at(w, !l->side, &relations[l->ack]);
	struct segment seg =
		walk_segment(w, l->side, l->flags, seq, ack, l->len);
	struct before b = look(w);
	struct decision d = walk_say(w, l->side, l->flags, seq, ack, l->len);
	struct handshake_cell cell;

	if (!flags_are_valid(l->flags)) {
		not_valid(w, &b, l, &d);
		return result_of(w, d);
	}
	/* Settled, it may have ended out of our sight: RFC 9293, 3.6.1. */
	if (b.flow.flags & FLOW_SETTLED && !w->judge->config.follow &&
	    (l->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && seq != b.flow.iss &&
	    seq != b.flow.irs)
		walk_assert(w, d.to == HS_SYN_SENT && !d.settled);
	cell = cell_of(&b, &seg, &d);
	walk_assert(w, !d.settled || d.verdict == VERDICT_ACCEPT);
	if (cell.action == HS_IGNORE)
		ignored(w, &b, l, &d);
	else if (cell.action == HS_MOVE)
		moved(w, &b, l, &d, cell);
	else
		found(w, &b, l, &d, cell);
	return result_of(w, d);
}

static inline bool same_result(const struct result *x, const struct result *y)
{
	return x->d.finding == y->d.finding && x->d.from == y->d.from &&
	       x->d.to == y->d.to && x->d.settled == y->d.settled &&
	       x->d.listed == y->d.listed && x->state == y->state &&
	       x->flow_flags == y->flow_flags &&
	       memcmp(x->score, y->score, sizeof(x->score)) == 0 &&
	       memcmp(x->evidence, y->evidence, sizeof(x->evidence)) == 0;
}

#endif
