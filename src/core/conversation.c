/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a segment to a finding: looks its conversation up, asks the handshake
 * table, and follows what it says. What the end of a conversation means for
 * its source is outcome.c's business.
 */
#include "judge_internal.h"

static bool is_one_sided(unsigned int state)
{
	return state == HS_MIDSTREAM || state == HS_HALF_SEEN;
}

/*
 * Ended, both FINs having been seen or a RST; what comes is late, or the next
 * connection of the same ends.
 */
static bool is_over(unsigned int state)
{
	return state == HS_CLOSING || state == HS_LAST_ACK ||
	       state == HS_TIME_WAIT || state == HS_CLOSED;
}

/* Where a conversation waits, by its state. */
static enum flow_queue queue_of(const struct judge *j, const struct flow *f)
{
	if (f->flags & FLOW_SETTLED && !j->config.follow)
		return FLOW_Q_LINGER;
	switch ((enum handshake_state)f->state) {
	case HS_NONE:
	case HS_SYN_SENT:
	case HS_SYN_SENT_BOTH:
		return FLOW_Q_SYN;
	case HS_SYN_RECEIVED:
		return FLOW_Q_HALF;
	case HS_ESTABLISHED:
	case HS_FIN_WAIT_1:
	case HS_CLOSE_WAIT:
	case HS_CLOSING:
	case HS_LAST_ACK:
		return FLOW_Q_OPEN;
	case HS_MIDSTREAM:
	case HS_HALF_SEEN:
		return FLOW_Q_STRAY;
	case HS_TIME_WAIT:
	case HS_CLOSED:
	case HS_NUM_STATES:
		break;
	}
	return FLOW_Q_LINGER;
}

/* ---- moving ---- */

static bool is_syn(enum handshake_event event)
{
	return event == HS_EV_SYN || event == HS_EV_SYN_NEW;
}

/* A new connection between the same ends: nothing of the old one stays. */
static void begin_anew(struct flow *f, enum handshake_side side,
		       const struct segment *seg)
{
	bool orig_is_a = (f->flags & FLOW_ORIG_IS_A) != 0;

	if (side == HS_RESP)
		orig_is_a = !orig_is_a;
	f->flags = orig_is_a ? FLOW_ORIG_IS_A : 0;
	f->one_sided = 0;
	f->is_own = false;
	f->iss = seg->seq;
	f->irs = 0;
	if (seg->data_len > 0)
		f->flags |= FLOW_EARLY_DATA;
	if (seg->local)
		f->flags |= FLOW_LOCAL;
	if ((seg->options & SEG_OPT_SACK_PERMITTED) &&
	    (seg->options & (SEG_OPT_TIMESTAMPS | SEG_OPT_WSCALE)))
		f->flags |= FLOW_OS_SYN;
}

/*
 * Another SYN between the same ends. It is told as a connection of its own if
 * the last one is known to be over, or was out of our sight.
 */
static void begin_next(struct judge *j, struct flow *f,
		       enum handshake_side side, enum handshake_event event,
		       const struct segment *seg)
{
	enum handshake_state from = f->state;
	bool was_unseen = f->flags & FLOW_SETTLED && !j->config.follow;
	bool is_told =
		was_unseen || (is_over(f->state) && event == HS_EV_SYN_NEW);

	if (is_told)
		summary_ends(j, f);
	else
		summary_goes_on(j, f, side == HS_RESP);
	gate_lets_go(j, f);
	begin_anew(f, side, seg);
	if (from == HS_SYN_SENT)
		f->flags |= FLOW_SYN_AGAIN;
}

/*
 * Whoever goes on reading what the responder sends has a use for it; once is
 * no more than a banner, which a kernel acknowledges by itself, unless it
 * answers what the SYN asked.
 */
static bool reads_on(struct flow *f, const struct segment *seg)
{
	if (!(seg->flags & TCP_ACK) || !(f->flags & FLOW_PROVED) ||
	    !(f->flags & FLOW_RESP_DATA) || seg->ack == f->irs + 1)
		return false;
	if (f->one_sided < MOST_ONE_SIDED)
		f->one_sided++;
	return f->one_sided == MOST_ONE_SIDED || f->flags & FLOW_EARLY_DATA;
}

static void note_data(struct flow *f, enum handshake_side side,
		      const struct segment *seg)
{
	if (side == HS_ORIG && reads_on(f, seg))
		f->flags |= FLOW_ORIG_DATA;
	if (seg->data_len == 0 || seg->flags & TCP_SYN)
		return;
	f->flags |= side == HS_ORIG ? FLOW_ORIG_DATA : FLOW_RESP_DATA;
}

/* The numbers that later guards need. */
static void note_numbers(struct flow *f, enum handshake_side side,
			 enum handshake_event event, enum handshake_state to,
			 const struct segment *seg)
{
	if (side == HS_ORIG && is_one_sided(to) && !is_syn(event)) {
		f->iss = seg->seq - 1;
		f->irs = seg->ack - 1;
		f->flags |= FLOW_ACKNOWLEDGED;
	} else if (side == HS_RESP && (seg->flags & TCP_SYN) &&
		   (to == HS_SYN_RECEIVED || to == HS_SYN_SENT_BOTH)) {
		f->irs = seg->seq;
	} else if (side == HS_ORIG && event == HS_EV_SYN_NEW) {
		f->iss = seg->seq;
	}
	if (to == HS_SYN_SENT_BOTH)
		f->flags |= FLOW_BOTH_SYN;
	if (to == HS_SYN_SENT_BOTH && side == HS_ORIG && event == HS_EV_SYN_ACK)
		f->flags |= FLOW_ACKNOWLEDGED;
}

/* Does the originator acknowledge the responder's ISN here? */
static bool proves(enum handshake_state from, enum handshake_state to,
		   enum handshake_side side, enum handshake_event event)
{
	if (from == HS_SYN_RECEIVED && side == HS_ORIG)
		return to == HS_ESTABLISHED || to == HS_FIN_WAIT_1;
	return (from == HS_SYN_SENT_BOTH && to == HS_ESTABLISHED) ||
	       (from == HS_HALF_SEEN && side == HS_RESP &&
		event == HS_EV_SYN_ACK);
}

static void move(struct judge *j, struct flow *f, enum handshake_side side,
		 enum handshake_event event, enum handshake_state to,
		 const struct segment *seg, struct decision *d)
{
	enum handshake_state from = f->state;

	d->finding = outcome(j, f, side, to, seg, &d->listed);
	d->charges_dst = d->finding != FINDING_NONE && side == HS_RESP;
	if (is_syn(event) && to == HS_SYN_SENT &&
	    (from != HS_SYN_SENT || event == HS_EV_SYN_NEW))
		begin_next(j, f, side, event, seg);
	note_numbers(f, side, event, to, seg);
	if (side == HS_RESP && seg->local)
		f->is_own = true;
	if (side == HS_ORIG && to == HS_CLOSED &&
	    (from == HS_SYN_SENT || from == HS_HALF_SEEN))
		f->flags |= FLOW_ABORTED;
	if (proves(from, to, side, event) && responder_is_ours(j, f))
		f->flags |= FLOW_PROVED;
	note_data(f, side, seg);
	if (is_one_sided(to) && f->one_sided < MOST_ONE_SIDED)
		f->one_sided++;
	set_state(j, f, to);
	if (side == HS_ORIG && to == HS_CLOSED)
		gate_lets_go(j, f);
	if (!(f->flags & FLOW_SETTLED) && may_settle(f))
		settle(j, f, side == HS_ORIG && seg->data_len > 0);
	/* An attempt told as unanswered stays where it was told. */
	if (!(f->queue == FLOW_Q_SILENT && to == HS_SYN_SENT) &&
	    !(f->queue == FLOW_Q_SYN && to == from))
		flow_touch(j->flows, f, queue_of(j, f), j->now_ns);
}

/* ---- beginning ---- */

struct flow *conversation_begin(struct judge *j, const struct segment *seg,
				enum flow_queue queue)
{
	bool was_evicted;

	/* Not left to flow_add(): whom it evicts has an end to tell. */
	if (flow_count(j->flows) == flow_capacity(j->flows)) {
		j->counters.flows_evicted++;
		forget(j, flow_any(j->flows));
	}
	return flow_add(j->flows, seg, queue, j->now_ns, NULL, &was_evicted);
}

/* Does a SYN begin a connection, rather than repeat the one before? */
static bool is_beginning(const struct flow *f, enum handshake_event event,
			 enum handshake_state to)
{
	return is_syn(event) && to == HS_SYN_SENT &&
	       (!f || f->state != HS_SYN_SENT || event == HS_EV_SYN_NEW ||
		f->flags & FLOW_HELD_BACK);
}

/*
 * A move, unless it begins a connection that is held back. Where that is not
 * for us to enforce it goes on all the same.
 */
static struct flow *advance(struct judge *j, struct flow *f,
			    enum handshake_side side,
			    enum handshake_event event, enum handshake_state to,
			    const struct segment *seg, struct decision *d,
			    bool *drop)
{
	bool first_contact = false, held = false;
	bool begins = is_beginning(f, event, to);

	if (begins)
		held = gate_holds_back(j, seg, &first_contact);
	if (held && j->config.mode == MODE_ENFORCE && !j->config.follow) {
		gate_closes(j, d, drop);
		return f;
	}
	if (!f)
		f = conversation_begin(j, seg, FLOW_Q_SYN);
	move(j, f, side, event, to, seg, d);
	if (begins)
		f->flags &= (uint16_t)~FLOW_HELD_BACK;
	if (held) {
		gate_closes(j, d, drop);
		f->flags |= FLOW_HELD_BACK;
	}
	if (first_contact)
		f->flags |= FLOW_PENDING;
	return f;
}

static void note_flood(struct judge *j, const struct segment *seg,
		       struct decision *d)
{
	if (d->finding == FINDING_NONE &&
	    is_flooded(j, &seg->dst, seg->dst_port))
		d->finding = FINDING_SYN_FLOOD;
}

/* As a segment of `side` has to fit them. */
static struct handshake_numbers numbers_of(const struct flow *f,
					   enum handshake_side side)
{
	/* What the other end may have sent before the handshake is complete. */
	uint16_t early = side == HS_ORIG ? FLOW_RESP_DATA : FLOW_EARLY_DATA;

	return (struct handshake_numbers){
		.iss = f->iss,
		.irs = f->irs,
		.early_data = f->flags & early,
		.acknowledged = f->flags & FLOW_ACKNOWLEDGED,
		.is_young = f->state == HS_HALF_SEEN ||
			    f->flags & FLOW_SYN_ACK_FIRST,
	};
}

/*
 * Once settled, a conversation is out of our sight: it may have ended. A SYN
 * with another ISN then begins the next one, as it would in TIME_WAIT.
 */
static enum handshake_state state_for(const struct judge *j,
				      const struct flow *f,
				      const struct segment *seg)
{
	bool is_syn_alone = (seg->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;

	if (f->flags & FLOW_SETTLED && is_syn_alone && !j->config.follow)
		return HS_TIME_WAIT;
	return (enum handshake_state)f->state;
}

static void note_answer(struct judge *j, struct flow *f,
			const struct segment *seg)
{
	gate_heard(j, f);
	if (seg->flags & TCP_SYN && source_is_inside(j, &seg->dst) &&
	    !source_is_inside(j, &seg->src))
		ledger_raise(&j->ledger->outside_heard_ns, j->now_ns);
}

/* Late, not forged: the originator began again, and will reset this. */
static bool answers_earlier_syn(const struct flow *f, enum handshake_side side,
				enum handshake_event event)
{
	return f->flags & FLOW_SYN_AGAIN && side == HS_RESP &&
	       event == HS_EV_SYN_ACK_BAD;
}

/* Segments on their way through memory at one time. */
#define FORESEEN 64

static void foresee(struct judge *j, struct segment *segs, size_t num)
{
	uint32_t numbers[FORESEEN];

	for (size_t i = 0; i < num; i++)
		flow_foresee(j->flows, &segs[i]);
	for (size_t i = 0; i < num; i++) {
		numbers[i] = flow_foresee_record(j->flows, &segs[i]);
		__builtin_prefetch(&j->summaries.word[numbers[i]], 1);
	}
	for (size_t i = 0; i < num; i++)
		flow_foresee_move(j->flows, numbers[i]);
}

void judge_foresee(struct judge *j, struct segment *segs, size_t num)
{
	for (; num > FORESEEN; segs += FORESEEN, num -= FORESEEN)
		foresee(j, segs, FORESEEN);
	foresee(j, segs, num);
}

void conversation_step(struct judge *j, const struct segment *seg,
		       struct decision *d, bool *drop)
{
	struct flow *f = flow_find(j->flows, seg);
	enum handshake_side side = f ? flow_side(f, seg) : HS_ORIG;
	struct handshake_numbers numbers = {0};
	struct handshake_cell cell;
	enum handshake_event event;

	d->from = d->to = f ? state_for(j, f, seg) : HS_NONE;
	if (f)
		numbers = numbers_of(f, side);
	event = handshake_event(side, d->from, &numbers, seg);
	cell = handshake_cell(side, event, d->from);
	if (cell.action == HS_FINDING && !f) {
		f = stray_step(j, seg, cell, d, drop);
	} else if (cell.action == HS_FINDING &&
		   !answers_earlier_syn(f, side, event)) {
		d->finding = cell.finding;
		*drop |= policy_drops(cell.finding);
	} else if (cell.action == HS_MOVE) {
		d->to = cell.next;
		f = advance(j, f, side, event, cell.next, seg, d, drop);
	} else if (f && f->flags & FLOW_ABORTED && side == HS_RESP &&
		   (event == HS_EV_SYN_ACK || event == HS_EV_SYN_ACK_NEW)) {
		f->flags &= (uint16_t)~FLOW_ABORTED;
		outcome_of_late_answer(j, f);
	}
	if (is_syn(event))
		note_flood(j, seg, d);
	if (!f)
		return;
	/* What has numbers that nobody sent is none. */
	if (side == HS_RESP &&
	    (cell.action != HS_FINDING || d->finding == FINDING_NONE))
		note_answer(j, f, seg);
	d->settled = f->flags & FLOW_SETTLED;
	summary_of_segment(j, f, &numbers, seg);
	summary_of_finding(j, f, d->finding, *drop);
}

/*
 * A segment with flags that are not valid moves nothing, but stands in the
 * history of its conversation.
 */
void conversation_note_invalid(struct judge *j, const struct segment *seg,
			       enum finding finding)
{
	struct flow *f = flow_find(j->flows, seg);
	struct handshake_numbers numbers;

	if (!f)
		return;
	numbers = numbers_of(f, flow_side(f, seg));
	summary_of_segment(j, f, &numbers, seg);
	summary_of_finding(j, f, finding, true);
}
