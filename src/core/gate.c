/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may begin a connection with whom. Two kinds of SYN are held back, both
 * to endpoints that nobody is known to serve, so that no connection is slowed
 * that had a chance:
 *
 * - of a source that is restricted: the evidence against it would list it,
 *   were it not such as can be forged. One in good standing may try every few
 *   seconds, so that its retransmissions reach what has not served before;
 * - of a source that already waits for so many answers from addresses never
 *   heard of. A sweep would be through before the first silence counts; so it
 *   gets on only as fast as it is answered, and each answer lets it have one
 *   more attempt under way (after Schechter, Jung, Berger: Fast Detection of
 *   Scanning Worm Infections, 2004). An honest client loses a second, until
 *   it retransmits its SYN.
 */
#include "judge_internal.h"

/*
 * Unanswered till just now, at addresses still not heard of. Else a sweep would
 * get its next probes through between the first silence and its listing.
 */
static unsigned int silent_lately(const struct judge *j, const struct source *s)
{
	uint32_t now_ms = (uint32_t)(j->now_ns / NS_PER_MS);
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->num_evidence; i++) {
		const struct evidence *e = &s->evidence[i];
		const struct host *h = host_by_hash(j->hosts, e->host);

		n += e->finding == FINDING_SYN_SCAN && !(h && h->is_heard) &&
		     now_ms - e->when_ms < j->config.syn_timeout_s * 1000;
	}
	return n;
}

/* So often one in good standing may try, who may want what is new. */
#define TRY_NS (5 * NS_PER_S)

static bool may_try(struct judge *j, const struct address *source)
{
	struct source *s = source_find(j->sources, source);

	if (!s || !source_is_good(j, s) || j->now_ns - s->tried_ns < TRY_NS)
		return false;
	s->tried_ns = j->now_ns;
	return true;
}

bool gate_holds_back(struct judge *j, const struct segment *seg,
		     bool *is_first_contact)
{
	struct source *s;

	*is_first_contact = false;
	if (seg->local || source_is_spared(j, &seg->src) ||
	    service_find(j->services, &seg->dst, seg->dst_port))
		return false;
	if (source_is_restricted(j, &seg->src))
		return !may_try(j, &seg->src);
	if (host_learn(j->hosts, &seg->dst)->is_heard)
		return false;
	s = source_learn(j->sources, &seg->src);
	if (source_is_good(j, s))
		return false;
	if (s->pending + silent_lately(j, s) >= j->config.pending + s->answered)
		return true;
	s->pending++;
	*is_first_contact = true;
	return false;
}

void gate_lets_go(struct judge *j, struct flow *f)
{
	struct source *s;

	if (!(f->flags & FLOW_PENDING))
		return;
	f->flags &= (uint16_t)~FLOW_PENDING;
	s = source_find(j->sources, flow_address(f, HS_ORIG));
	if (s && s->pending > 0)
		s->pending--;
}

void gate_heard(struct judge *j, struct flow *f)
{
	struct source *s;

	if (!(f->flags & FLOW_PENDING))
		return;
	gate_lets_go(j, f);
	host_heard(j->hosts, flow_address(f, HS_RESP));
	s = source_find(j->sources, flow_address(f, HS_ORIG));
	if (s && s->answered < UINT8_MAX)
		s->answered++;
}

void gate_closes(struct judge *j, struct decision *d, bool *drop)
{
	d->finding = FINDING_SYN_SCAN;
	*drop = true;
	j->counters.held_back++;
}
