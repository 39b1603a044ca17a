/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments that are in order by themselves but belong to no conversation we
 * know: a probe, or the rest of a connection that we or its ends forgot.
 */
#include "judge_internal.h"

/*
 * Connection noise: a stray to or from an endpoint that is known to serve, or
 * soon after we started, or from those we never charge. And what carries
 * payload: a probe has none, the middle of a connection has.
 */
static bool is_noise(struct judge *j, const struct segment *seg)
{
	return seg->local || seg->data_len > 0 ||
	       j->now_ns < j->grace_until_ns ||
	       is_served(j, &seg->dst, seg->dst_port) ||
	       is_served(j, &seg->src, seg->src_port) ||
	       source_is_spared(j, &seg->src);
}

struct flow *stray_step(struct judge *j, const struct segment *seg,
			struct handshake_cell cell, struct decision *d,
			bool *drop)
{
	bool noise = is_noise(j, seg), gone;
	struct flow *f;

	if (!noise) {
		struct charge c = {
			.source = &seg->src,
			.destination = &seg->dst,
			.port = seg->dst_port,
			.finding = cell.finding,
			.began_ns = j->now_ns,
		};

		d->finding = cell.finding;
		*drop |= charge_stray(j, &c, &d->listed);
	}
	d->to = cell.next;
	gone = *drop && j->config.mode == MODE_ENFORCE && !j->config.follow;
	if (gone || cell.next == HS_NONE)
		return NULL;
	f = conversation_begin(j, seg, FLOW_Q_STRAY);
	f->state = cell.next;
	f->iss = seg->seq - 1;
	f->irs = seg->ack - 1;
	f->flags |= FLOW_ACKNOWLEDGED;
	f->one_sided = 1;
	if (!noise)
		f->flags |= FLOW_STRAY;
	if (seg->local)
		f->flags |= FLOW_LOCAL;
	if (seg->flags & TCP_SYN)
		f->flags |= FLOW_SYN_ACK_FIRST;
	return f;
}
