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

static bool is_heard(struct judge *j, uint32_t host)
{
	const struct host *h;
	bool heard;

	endpoints_open_hash(j, host);
	h = host_by_hash(j->hosts, host);
	heard = h && h->is_heard;
	endpoints_close(j);
	return heard;
}

/*
 * Unanswered till just now, at addresses still not heard of. Else a sweep would
 * get its next probes through between the first silence and its listing.
 */
static unsigned int silent_lately(struct judge *j, const struct source *s)
{
	uint32_t now_ms = (uint32_t)(j->now_ns / NS_PER_MS);
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->num_evidence; i++) {
		const struct evidence *e = &s->evidence[i];

		n += e->finding == FINDING_SYN_SCAN &&
		     now_ms - e->when_ms < j->config.syn_timeout_s * 1000 &&
		     !is_heard(j, e->host);
	}
	return n;
}

/* So often one in good standing may try, who may want what is new. */
#define TRY_NS (5 * NS_PER_S)

static bool may_try(struct judge *j, const struct address *source)
{
	struct source *s;
	bool may;

	sources_open(j, source);
	s = source_find(j->sources, source);
	may = s && source_is_good(j, s) && j->now_ns - s->tried_ns >= TRY_NS;
	if (may)
		s->tried_ns = j->now_ns;
	sources_close(j);
	return may;
}

/* Is somebody known to be there? Notes that he was asked for. */
static bool is_there(struct judge *j, const struct address *address)
{
	bool heard;

	endpoints_open(j, address);
	heard = host_learn(j->hosts, address, ledger_host_hash(j, address))
			->is_heard;
	endpoints_close(j);
	return heard;
}

static bool waits_for_enough(struct judge *j, const struct address *source,
			     bool *is_first_contact)
{
	struct source *s = source_learn(j->sources, source);

	if (source_is_good(j, s))
		return false;
	if (s->pending + silent_lately(j, s) >= j->config.pending + s->answered)
		return true;
	s->pending++;
	*is_first_contact = true;
	return false;
}

bool gate_holds_back(struct judge *j, const struct segment *seg,
		     bool *is_first_contact)
{
	bool holds;

	*is_first_contact = false;
	if (seg->local || source_is_spared(j, &seg->src) ||
	    is_served(j, &seg->dst, seg->dst_port))
		return false;
	if (source_is_restricted(j, &seg->src))
		return !may_try(j, &seg->src);
	if (is_there(j, &seg->dst))
		return false;
	sources_open(j, &seg->src);
	holds = waits_for_enough(j, &seg->src, is_first_contact);
	sources_close(j);
	return holds;
}

void gate_lets_go(struct judge *j, struct flow *f)
{
	struct source *s;

	if (!(f->flags & FLOW_PENDING))
		return;
	f->flags &= (uint16_t)~FLOW_PENDING;
	sources_open(j, flow_address(f, HS_ORIG));
	s = source_find(j->sources, flow_address(f, HS_ORIG));
	if (s && s->pending > 0)
		s->pending--;
	sources_close(j);
}

void gate_heard(struct judge *j, struct flow *f)
{
	struct source *s;

	if (!(f->flags & FLOW_PENDING))
		return;
	gate_lets_go(j, f);
	hear_host(j, flow_address(f, HS_RESP));
	sources_open(j, flow_address(f, HS_ORIG));
	s = source_find(j->sources, flow_address(f, HS_ORIG));
	if (s && s->answered < UINT8_MAX)
		s->answered++;
	sources_close(j);
}

void gate_closes(struct judge *j, struct decision *d, bool *drop)
{
	d->finding = FINDING_SYN_SCAN;
	*drop = true;
	j->counters.held_back++;
}
