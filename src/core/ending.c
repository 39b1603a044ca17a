/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Summaries of conversations that are followed to their end: kept beside the
 * flow table, one for each record by its number, and told when the record
 * goes. Without judge_config.follow there are none, and nothing here happens.
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
	if (!j->summaries)
		return;
	summary_begin(summary_of(j, f), j->now_ns);
	if (began_with_responder(seg))
		summary_flip(summary_of(j, f));
}

void summary_of_segment(struct judge *j, const struct flow *f,
			const struct segment *seg)
{
	if (j->summaries)
		summary_segment(summary_of(j, f), flow_side(f, seg), seg);
}

void summary_of_finding(struct judge *j, const struct flow *f,
			enum finding finding, bool dropped)
{
	if (!j->summaries)
		return;
	if (finding != FINDING_NONE)
		summary_of(j, f)->findings |= (uint16_t)(1u << finding);
	summary_of(j, f)->dropped |= dropped;
}

bool ending_has_room(const struct judge *j)
{
	/* One judge_segment() can end two: one evicted, one begun anew. */
	return !j->summaries || j->num_endings + 2 < JUDGE_ENDINGS;
}

void summary_ends(struct judge *j, const struct flow *f)
{
	const struct summary *s;
	enum handshake_side orig;
	unsigned int at;

	if (!j->summaries || j->num_endings == JUDGE_ENDINGS)
		return;
	s = summary_of(j, f);
	orig = s->flipped ? HS_RESP : HS_ORIG;
	at = (j->first_ending + j->num_endings++) % JUDGE_ENDINGS;
	j->endings[at] = (struct ending){
		.orig = *flow_address(f, orig),
		.resp = *flow_address(f, !orig),
		.orig_port = flow_port(f, orig),
		.resp_port = flow_port(f, !orig),
		.began_ns = s->began_ns,
		.conn_state = summary_conn_state(s),
		.findings = s->findings,
		.dropped = s->dropped,
	};
	memcpy(j->endings[at].history, s->history, sizeof(s->history));
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
