/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a conversation needs no more looking at, and what is learnt from it. */
#include "judge_internal.h"

static bool is_one_sided(unsigned int state)
{
	return state == HS_MIDSTREAM || state == HS_HALF_SEEN;
}

/*
 * Settled: the handshake is proved and data has been exchanged, or a
 * conversation we came late to is answered in step, or it will never be
 * answered where we can see it.
 */
bool may_settle(const struct flow *f)
{
	if (is_one_sided(f->state))
		return f->one_sided >= MOST_ONE_SIDED;
	switch ((enum handshake_state)f->state) {
	case HS_ESTABLISHED:
	case HS_FIN_WAIT_1:
	case HS_CLOSE_WAIT:
	case HS_CLOSING:
	case HS_LAST_ACK:
		return !(f->flags & FLOW_PROVED) || f->flags & FLOW_ORIG_DATA;
	case HS_NONE:
	case HS_SYN_SENT:
	case HS_SYN_SENT_BOTH:
	case HS_SYN_RECEIVED:
	case HS_TIME_WAIT:
	case HS_CLOSED:
	case HS_MIDSTREAM:
	case HS_HALF_SEEN:
	case HS_NUM_STATES:
		break;
	}
	return false;
}

/* It turned out to be a real connection: learn from it. */
void settle(struct judge *j, struct flow *f, bool has_said_something)
{
	struct charge c = charge_to_originator(j, f, FINDING_NONE);

	f->flags |= FLOW_SETTLED;
	j->counters.settled++;
	/* Its end is the kernel's to tell. */
	if (!j->config.follow)
		summary_is_over(j, f, STORY_OTHER);
	if (is_one_sided(f->state)) {
		/* The responder's half of an asymmetric route. */
		if (f->flags & FLOW_SYN_ACK_FIRST)
			learn_service(j, c.source, flow_port(f, HS_ORIG),
				      c.destination);
		return;
	}
	learn_service(j, c.destination, c.port, c.source);
	if (f->flags & FLOW_STRAY) {
		c.finding = FINDING_ACK_SCAN;
		retract_charge(j, &c);
		c.finding = FINDING_MAIMON_SCAN;
		retract_charge(j, &c);
	}
	if (!(f->flags & FLOW_LOCAL) &&
	    ((f->flags & FLOW_PROVED && has_said_something) ||
	     source_is_inside(j, c.source)))
		credit_source(j, &c);
}
