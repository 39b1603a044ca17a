/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is told of a conversation when it is over: its summary, kept beside the
 * flow table, one for each record by its number, becomes an outcome that is
 * counted and an ending for whoever logs.
 */
#include <string.h>

#include "judge_internal.h"

/* Ports below this are where services listen. */
#define FIRST_EPHEMERAL_PORT 1024

static struct summary *summary_of(struct judge *j, const struct flow *f)
{
	return &j->summaries[flow_number(j->flows, f)];
}

/*
 * Whoever answers is the responder, and so is, where we came late, the end
 * with a service's port if only one has such.
 */
static bool began_with_responder(const struct segment *seg)
{
	if (seg->flags & TCP_SYN)
		return seg->flags & TCP_ACK;
	return seg->src_port < FIRST_EPHEMERAL_PORT &&
	       seg->dst_port >= FIRST_EPHEMERAL_PORT;
}

void summary_of_new(struct judge *j, const struct flow *f,
		    const struct segment *seg)
{
	summary_begin(summary_of(j, f), j->now_ns);
	if (began_with_responder(seg))
		summary_flip(summary_of(j, f));
}

void summary_of_exchange(struct judge *j, const struct flow *f)
{
	summary_of(j, f)->flipped = !summary_of(j, f)->flipped;
}

void summary_of_segment(struct judge *j, const struct flow *f,
			const struct segment *seg)
{
	summary_segment(summary_of(j, f), flow_side(f, seg), seg);
}

void summary_of_finding(struct judge *j, const struct flow *f,
			enum finding finding, bool dropped)
{
	if (finding == FINDING_NONE && !dropped)
		return;
	if (finding != FINDING_NONE)
		summary_of(j, f)->findings |= (uint16_t)(1u << finding);
	summary_of(j, f)->dropped |= dropped;
}

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
	const struct summary *s = summary_of(j, f);
	enum handshake_side orig = s->flipped ? HS_RESP : HS_ORIG;
	struct ending e = {
		.orig = *flow_address(f, orig),
		.resp = *flow_address(f, !orig),
		.orig_port = flow_port(f, orig),
		.resp_port = flow_port(f, !orig),
		.began_ns = s->began_ns,
		.conn_state = summary_conn_state(s),
		.findings = s->findings,
		.dropped = s->dropped,
		.complete = is_complete(f),
		.served = responder_service(j, f),
	};

	memcpy(e.history, s->history, sizeof(e.history));
	return e;
}

void summary_ends(struct judge *j, const struct flow *f)
{
	struct ending e;

	/* The kernel will tell: judge_settled_ended(). */
	if (f->flags & FLOW_SETTLED && !j->config.follow)
		return;
	e = describe(j, f);
	j->counters.outcomes[e.conn_state]++;
	if (!j->config.follow && !ending_reason(&e))
		return;
	if (j->num_endings == JUDGE_ENDINGS) {
		j->counters.endings_lost++;
		return;
	}
	j->endings[(j->first_ending + j->num_endings++) % JUDGE_ENDINGS] = e;
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
	for (int f = FINDING_NONE + 1; f < NUM_FINDINGS; f++)
		if (e->findings & 1u << f)
			return finding_name[f];
	return e->complete ? NULL : incomplete_reason(e);
}
