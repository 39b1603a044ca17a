/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is told of a conversation when it is over: its summary becomes an
 * outcome that is counted and an ending for whoever logs.
 */
#include "judge_internal.h"

bool ending_has_room(const struct judge *j)
{
	/* One judge_segment() can end two: one evicted, one begun anew. */
	return !j->config.follow || j->num_endings + 2 < JUDGE_ENDINGS;
}

/*
 * Payload counts as much as a handshake: where half of the conversation is
 * out of sight there may be no other sign.
 */
static bool is_complete(const struct flow *f)
{
	return f->flags &
	       (FLOW_PROVED | FLOW_SETTLED | FLOW_ORIG_DATA | FLOW_RESP_DATA);
}

static struct ending describe(struct judge *j, const struct flow *f)
{
	struct ending e = {.ended_ns = j->now_ns, .complete = is_complete(f)};
	enum handshake_side orig = summary_tell(j, f, &e);

	e.orig = *flow_address(f, orig);
	e.resp = *flow_address(f, !orig);
	e.orig_port = flow_port(f, orig);
	e.resp_port = flow_port(f, !orig);
	return e;
}

static void tell(struct judge *j, const struct flow *f)
{
	struct ending e = describe(j, f);

	j->counters.outcomes[e.conn_state]++;
	if (!j->config.follow && !ending_reason(&e))
		return;
	if (j->num_endings == JUDGE_ENDINGS) {
		j->counters.endings_lost++;
		return;
	}
	/* Not before: it has to be looked up, and only words depend on it. */
	e.served = responder_serves(j, f);
	j->endings[(j->first_ending + j->num_endings++) % JUDGE_ENDINGS] = e;
}

void summary_ends(struct judge *j, struct flow *f)
{
	/* Of the others the kernel will tell: judge_settled_ended(). */
	if (!(f->flags & FLOW_SETTLED) || j->config.follow)
		tell(j, f);
	summary_is_over(j, f, STORY_NEW);
}

bool judge_next_ending(struct judge *j, struct ending *out)
{
	if (j->num_endings == 0)
		return false;
	*out = j->endings[j->first_ending];
	j->first_ending = (j->first_ending + 1) % JUDGE_ENDINGS;
	j->num_endings--;
	return true;
}

bool judge_finish(struct judge *j)
{
	struct flow *f = flow_any(j->flows);

	for (; f && ending_has_room(j); f = flow_any(j->flows))
		forget(j, f);
	return f || j->num_endings > 0;
}

/* What became of a handshake that was not completed. */
static const char *incomplete_reason(const struct ending *e)
{
	switch (e->conn_state) {
	case CONN_S0:
		return e->served ? "no answer from a served port" : "no answer";
	case CONN_REJ:
		return e->served ? "refused by a served port" : "refused";
	case CONN_RSTOS0:
		return "reset before an answer";
	case CONN_SH:
		return "closed before an answer";
	case CONN_RSTO:
		return "reset instead of acknowledged";
	case CONN_RSTR:
		return "reset by the responder";
	case CONN_S1:
	case CONN_S2:
	case CONN_S3:
	case CONN_SF:
		return "SYN/ACK not acknowledged";
	case CONN_RSTRH:
	case CONN_SHR:
		return "SYN not seen";
	case CONN_OTH:
	case NUM_CONN_STATES:
		break;
	}
	return NULL;
}

const char *ending_reason(const struct ending *e)
{
	if (e->findings)
		return finding_name[__builtin_ctz(e->findings)];
	return e->complete ? NULL : incomplete_reason(e);
}
