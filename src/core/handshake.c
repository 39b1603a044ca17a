/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation
 *
 * We stand between two TCP endpoints and see their segments go by: perhaps
 * not all of them, perhaps not from the start, perhaps in another order than
 * they arrive. What we hold is a guess at the state of the pair. So a cell of
 * the table is one of three:
 *
 *   move     the segment is what a conforming endpoint in this state sends
 *            or takes: follow it;
 *   ignore   it does not fit, but a conforming endpoint may have sent it for
 *            a reason that escaped us (a lost segment, our own restart, the
 *            other half of an asymmetric route). It passes, nobody is
 *            charged, and the endpoints settle it between them;
 *   finding  no history that escaped us explains it.
 *
 * An observer without the middle kind cuts off honest peers whose other half
 * it missed. The layout (side, event, state; two-letter names; the reason
 * under each row) is that of the Linux kernel's connection tracking.
 *
 * What depends on numbers is decided before the table: handshake_event()
 * turns a segment into an event such as "SYN/ACK that acknowledges something
 * else", by guards that each follow a rule of RFC 9293. The table alone says
 * what follows from it.
 */
#include "core/handshake.h"

const char *const handshake_state_name[] = {
	[HS_NONE] = "NONE",
	[HS_SYN_SENT] = "SYN_SENT",
	[HS_SYN_SENT_BOTH] = "SYN_SENT_BOTH",
	[HS_SYN_RECEIVED] = "SYN_RECEIVED",
	[HS_ESTABLISHED] = "ESTABLISHED",
	[HS_FIN_WAIT_1] = "FIN_WAIT_1",
	[HS_CLOSE_WAIT] = "CLOSE_WAIT",
	[HS_CLOSING] = "CLOSING",
	[HS_LAST_ACK] = "LAST_ACK",
	[HS_TIME_WAIT] = "TIME_WAIT",
	[HS_CLOSED] = "CLOSED",
	[HS_MIDSTREAM] = "MIDSTREAM",
	[HS_HALF_SEEN] = "HALF_SEEN",
};
_Static_assert(ARRAY_SIZE(handshake_state_name) == HS_NUM_STATES,
	       "every state has a name");

const char *const handshake_event_name[] = {
	[HS_EV_SYN] = "SYN",
	[HS_EV_SYN_NEW] = "SYN_NEW",
	[HS_EV_SYN_ACK] = "SYN_ACK",
	[HS_EV_SYN_ACK_NEW] = "SYN_ACK_NEW",
	[HS_EV_SYN_ACK_BAD] = "SYN_ACK_BAD",
	[HS_EV_ACK] = "ACK",
	[HS_EV_ACK_BAD] = "ACK_BAD",
	[HS_EV_FIN] = "FIN",
	[HS_EV_RST] = "RST",
	[HS_EV_RST_BAD] = "RST_BAD",
};
_Static_assert(ARRAY_SIZE(handshake_event_name) == HS_NUM_EVENTS,
	       "every event has a name");

/* Moves. */
#define TO(state) {HS_MOVE, HS_##state, FINDING_NONE}
#define SS	  TO(SYN_SENT)
#define SB	  TO(SYN_SENT_BOTH)
#define SR	  TO(SYN_RECEIVED)
#define ES	  TO(ESTABLISHED)
#define FW	  TO(FIN_WAIT_1)
#define CW	  TO(CLOSE_WAIT)
#define CG	  TO(CLOSING)
#define LA	  TO(LAST_ACK)
#define TW	  TO(TIME_WAIT)
#define CL	  TO(CLOSED)
#define MS	  TO(MIDSTREAM)
#define HV	  TO(HALF_SEEN)
/* Ignore. */
#define IG {HS_IGNORE, HS_NONE, FINDING_NONE}
/* Findings. */
#define FOUND(finding, state) {HS_FINDING, HS_##state, FINDING_##finding}
#define fA FOUND(ACK_SCAN, MIDSTREAM)
#define fM FOUND(MAIMON_SCAN, MIDSTREAM)
#define fS FOUND(UNSOLICITED_SYN_ACK, MIDSTREAM)
#define fR FOUND(UNSOLICITED_RST, NONE)
#define bA FOUND(BAD_HANDSHAKE_ACK, SYN_RECEIVED)
#define bS FOUND(BAD_SYN_ACK, SYN_SENT)
#define bB FOUND(BAD_SYN_ACK, SYN_SENT_BOTH)

/* clang-format off */
const struct handshake_cell
handshake_table[HS_NUM_SIDES][HS_NUM_EVENTS][HS_NUM_STATES] = {
[HS_ORIG] = {
/*			NONE SS SB SR ES FW CW CG LA TW CL MS HV */
[HS_EV_SYN]	    = { SS, SS, SB, SR, IG, IG, IG, IG, IG, IG, SS, SS, IG },
/*
 *	NONE	a connection begins
 *	SS..SR	retransmission: the answer, or the way to it, is slow
 *	ES..TW	late duplicate of the first SYN
 *	CL	tried again after a refusal; some stacks keep the ISN
 *	MS	what we picked up is over, the same end begins anew
 *	HV	retransmission
 */
[HS_EV_SYN_NEW]	    = { SS, SS, IG, HV, IG, IG, IG, SS, SS, SS, SS, SS, IG },
/*
 *	SS	gave up and tried again from the same port
 *	SR	the same, or forged to lead us astray: from here on we do not
 *		know which of the two the responder took
 *	ES..CW	the originator lost its state; the responder answers with a
 *		challenge ACK (RFC 9293, 3.10.7.4, fourth) and they sort it
 *		out: the RST that follows moves us
 *	CG..CL	port reuse (RFC 9293, 3.6.1; RFC 6191); in CG and LA the last
 *		ACK, which both ends may have had, escaped us
 */
[HS_EV_SYN_ACK]	    = { fS, IG, SB, ES, IG, IG, IG, IG, IG, IG, IG, MS, HV },
/*
 *	NONE	answers nothing we saw
 *	SS	simultaneous open of which the other SYN escaped us
 *	SB, SR	simultaneous open, RFC 9293 figure 7, lines 4 to 7
 *	MS	the stray repeated
 */
[HS_EV_SYN_ACK_NEW] = { fS, IG, IG, IG, IG, IG, IG, IG, IG, IG, IG, MS, HV },
[HS_EV_SYN_ACK_BAD] = { fS, IG, bB, IG, IG, IG, IG, IG, IG, IG, IG, MS, HV },
/*	SB	acknowledges another SYN than the one that crossed it */
[HS_EV_ACK]	    = { fA, HV, HV, ES, ES, FW, CW, TW, LA, TW, IG, MS, HV },
/*
 *	NONE	of no connection we know
 *	SS, SB	we missed the SYN/ACK: asymmetric route, or reordered
 *	SR	the handshake is complete and the originator proved
 *	CG	acknowledges the responder's FIN
 *	CL	in flight when the RST passed
 */
[HS_EV_ACK_BAD]	    = { fA, HV, HV, bA, ES, FW, CW, TW, LA, TW, IG, MS, HV },
/*
 *	SR	acknowledges a SYN/ACK that was never sent: RFC 9293,
 *		3.10.7.4, fifth, "segment acknowledgment is not acceptable,
 *		form a reset segment". Whoever sent it has not seen the
 *		SYN/ACK.
 */
[HS_EV_FIN]	    = { fM, HV, HV, FW, FW, FW, LA, CG, LA, TW, IG, MS, HV },
/*
 *	NONE	of no connection we know
 *	SR	completes the handshake and closes at once
 *	CW	both have closed now
 */
[HS_EV_RST]	    = { fR, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL },
/*
 *	NONE	of no connection we know
 *	SS	gave up before an answer came (RSTOS0)
 *	SR	half-open, then dropped: what a SYN scan looks like, and a
 *		browser's losing connection too
 */
[HS_EV_RST_BAD]	    = { fR, IG, IG, IG, IG, IG, IG, IG, IG, IG, IG, IG, IG },
/*	the other end would not take it (RFC 9293, 3.5.3), nor do we */
},
[HS_RESP] = {
/*			NONE SS SB SR ES FW CW CG LA TW CL MS HV */
[HS_EV_SYN]	    = { IG, SB, SB, IG, IG, IG, IG, IG, IG, SS, SS, SS, IG },
/*
 *	NONE	cannot be: who speaks first is the originator
 *	SS	simultaneous open
 *	TW..MS	port reuse with the parts exchanged
 */
[HS_EV_SYN_NEW]	    = { IG, SB, IG, IG, IG, IG, IG, IG, IG, SS, SS, SS, IG },
[HS_EV_SYN_ACK]	    = { IG, SR, SR, SR, IG, IG, IG, IG, IG, IG, IG, IG, ES },
/*
 *	SS	half-open
 *	SR	retransmission: the final ACK was lost, or is slow
 *	ES..CL	late, or retransmitted because the ACK was lost behind us
 *	HV	overtaken by the ACK that answers it
 */
[HS_EV_SYN_ACK_NEW] = { IG, SR, SR, HV, IG, IG, IG, IG, IG, IG, IG, IG, HV },
/*	SR	a SYN cookie of another minute, or a restarted responder: either
 *		may be acknowledged */
[HS_EV_SYN_ACK_BAD] = { IG, bS, bB, IG, IG, IG, IG, IG, IG, IG, IG, IG, IG },
/*
 *	SS	acknowledges a SYN that was never sent: RFC 9293, 3.10.7.3,
 *		first: "If SEG.ACK =< ISS or SEG.ACK > SND.NXT, send a reset"
 *	SR	answers a SYN that we ignored
 */
[HS_EV_ACK]	    = { IG, IG, ES, SR, ES, FW, CW, CG, TW, TW, IG, ES, ES },
/*
 *	SB	simultaneous open, the originator's SYN/ACK seen before: this
 *		one (a SYN/ACK most often) completes it
 *	SS	challenge ACK for a connection we know nothing of; the
 *		originator will reset it (RFC 9293, figure 9)
 *	SR	data behind a SYN/ACK, Fast Open (RFC 7413, 4.2); or the final
 *		ACK escaped us
 *	LA	acknowledges the originator's FIN
 *	MS, HV	the other end answers in step: no probe gets that
 */
[HS_EV_ACK_BAD]	    = { IG, IG, IG, SR, ES, FW, CW, CG, TW, TW, IG, IG, IG },
/*	MS, HV	an answer, but not to what we saw */
[HS_EV_FIN]	    = { IG, IG, IG, SR, CW, CG, CW, CG, LA, TW, IG, CW, CW },
/*	SR	data and FIN behind a SYN/ACK, Fast Open */
[HS_EV_RST]	    = { IG, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL },
/*	SS	the port is closed (RFC 9293, 3.10.7.1) */
[HS_EV_RST_BAD]	    = { IG, IG, IG, IG, IG, IG, IG, IG, IG, IG, IG, IG, IG },
},
};
/* clang-format on */

/*
 * How far sequence numbers of one conversation can be apart: the largest
 * window, RFC 7323 section 2.3. Where we do not follow the windows a number
 * within it is good enough.
 */
#define LARGEST_WINDOW (1u << 30)

/* Data that may be on its way before the handshake is complete. */
#define LARGEST_EARLY_DATA 65535u

static uint32_t early_data(const struct handshake_numbers *n)
{
	return n->early_data ? LARGEST_EARLY_DATA : 0;
}

/*
 * RFC 9293, 3.10.7.3: a SYN/ACK acknowledges the SYN if ISS < SEG.ACK <=
 * SND.NXT. SND.NXT is ISS+1 unless the SYN carried data (RFC 7413).
 */
static bool acknowledges_syn(const struct handshake_numbers *n, uint32_t ack)
{
	return seq_between(ack, n->iss + 1, n->iss + 1 + early_data(n));
}

/*
 * RFC 9293, 3.10.7.4, fifth: in SYN-RECEIVED, "If SND.UNA < SEG.ACK =<
 * SND.NXT, then enter ESTABLISHED". SND.NXT is IRS+1 unless the responder
 * has sent data behind its SYN/ACK.
 */
static bool acknowledges_syn_ack(const struct handshake_numbers *n,
				 uint32_t ack)
{
	return seq_between(ack, n->irs + 1, n->irs + 1 + early_data(n));
}

/* Not farther from `number` than that, either way. */
static bool within(uint32_t distance, uint32_t seq, uint32_t number)
{
	return seq_between(seq, number - distance, number + distance);
}

static bool near(uint32_t seq, uint32_t number)
{
	return within(LARGEST_WINDOW, seq, number);
}

/*
 * Does the other end answer in step what we came late to? To a conversation
 * that has just opened the answer must be close: half of all numbers are in
 * the largest window, and a forger who knows neither ISN gets challenge ACKs
 * (RFC 5961) that would do.
 */
static bool answers_in_step(const struct handshake_numbers *n,
			    const struct segment *seg)
{
	uint32_t reach = n->is_young ? LARGEST_EARLY_DATA : LARGEST_WINDOW;

	return n->acknowledged && within(reach, seg->seq, n->irs) &&
	       within(reach, seg->ack, n->iss);
}

static enum handshake_event syn_event(enum handshake_side side,
				      enum handshake_state state,
				      const struct handshake_numbers *n,
				      uint32_t seq)
{
	if (state == HS_NONE || state == HS_MIDSTREAM)
		return HS_EV_SYN;
	if (side == HS_ORIG)
		return seq == n->iss ? HS_EV_SYN : HS_EV_SYN_NEW;
	/* The responder's ISN is known only where it has sent one. */
	if (state == HS_SYN_SENT || state == HS_HALF_SEEN)
		return HS_EV_SYN;
	return seq == n->irs ? HS_EV_SYN : HS_EV_SYN_NEW;
}

static enum handshake_event syn_ack_event(enum handshake_side side,
					  enum handshake_state state,
					  const struct handshake_numbers *n,
					  const struct segment *seg)
{
	if (state == HS_NONE || state == HS_MIDSTREAM)
		return HS_EV_SYN_ACK;
	if (side == HS_ORIG)
		return acknowledges_syn_ack(n, seg->ack) ? HS_EV_SYN_ACK
							 : HS_EV_SYN_ACK_BAD;
	if (!acknowledges_syn(n, seg->ack))
		return HS_EV_SYN_ACK_BAD;
	if (state == HS_SYN_SENT)
		return HS_EV_SYN_ACK;
	if (state == HS_SYN_SENT_BOTH && n->acknowledged)
		return HS_EV_ACK;
	if (state == HS_HALF_SEEN && !n->acknowledged)
		return HS_EV_SYN_ACK_NEW;
	return seg->seq == n->irs ? HS_EV_SYN_ACK : HS_EV_SYN_ACK_NEW;
}

/* Also asked of FIN+ACK, which must be as acceptable as an ACK. */
static bool ack_is_good(enum handshake_side side, enum handshake_state state,
			const struct handshake_numbers *n,
			const struct segment *seg)
{
	if (side == HS_ORIG && state == HS_SYN_RECEIVED)
		return acknowledges_syn_ack(n, seg->ack) &&
		       near(seg->seq, n->iss);
	if (side == HS_RESP && state == HS_SYN_SENT_BOTH)
		return n->acknowledged && acknowledges_syn(n, seg->ack);
	if (side == HS_RESP && (state == HS_MIDSTREAM || state == HS_HALF_SEEN))
		return answers_in_step(n, seg);
	return true;
}

/*
 * RFC 9293, 3.10.7.3, second: in SYN-SENT a RST counts if its ACK does.
 * Everywhere else it counts if it is in the window (3.5.3); a RST that
 * answers our SYN/ACK or stray takes SEG.ACK for its sequence number
 * (3.10.7.1).
 */
static bool rst_is_good(enum handshake_side side, enum handshake_state state,
			const struct handshake_numbers *n,
			const struct segment *seg)
{
	switch (state) {
	case HS_SYN_SENT:
	case HS_SYN_SENT_BOTH:
		if (side == HS_ORIG)
			return seq_between(seg->seq, n->iss,
					   n->iss + 1 + LARGEST_EARLY_DATA);
		return (seg->flags & TCP_ACK) && acknowledges_syn(n, seg->ack);
	case HS_SYN_RECEIVED:
	case HS_ESTABLISHED:
	case HS_FIN_WAIT_1:
	case HS_CLOSE_WAIT:
	case HS_CLOSING:
	case HS_LAST_ACK:
	case HS_TIME_WAIT:
	case HS_MIDSTREAM:
		return near(seg->seq, side == HS_ORIG ? n->iss : n->irs);
	case HS_NONE:
	case HS_CLOSED:
	case HS_HALF_SEEN:
	case HS_NUM_STATES:
		break;
	}
	return true;
}

enum handshake_event handshake_event(enum handshake_side side,
				     enum handshake_state state,
				     const struct handshake_numbers *numbers,
				     const struct segment *seg)
{
	if (seg->flags & TCP_RST)
		return rst_is_good(side, state, numbers, seg) ? HS_EV_RST
							      : HS_EV_RST_BAD;
	if ((seg->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		return syn_event(side, state, numbers, seg->seq);
	if (seg->flags & TCP_SYN)
		return syn_ack_event(side, state, numbers, seg);
	if (!ack_is_good(side, state, numbers, seg))
		return HS_EV_ACK_BAD;
	return seg->flags & TCP_FIN ? HS_EV_FIN : HS_EV_ACK;
}
