/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From findings to evidence: what is held against whom. An address is charged
 * and, of IPv6, the /64 it is in; an address of the protected side is measured
 * in another way. Whether it is enough is for listing.c to say.
 */
#include "judge_internal.h"

static bool list_holds(const struct prefix_list *list,
		       const struct address *address)
{
	for (size_t i = 0; i < list->count; i++)
		if (prefix_holds(&list->prefix[i], address))
			return true;
	return false;
}

bool source_is_exempt(const struct judge *j, const struct address *source)
{
	return list_holds(&j->exempt, source);
}

bool source_is_inside(const struct judge *j, const struct address *source)
{
	return list_holds(&j->inside, source);
}

bool source_is_spared(const struct judge *j, const struct address *source)
{
	/* Inside first: half of all packets come from there. */
	return source_is_inside(j, source) || source_is_exempt(j, source);
}

static uint32_t host_of(const struct judge *j, const struct charge *c)
{
	return ledger_host_hash(j, c->destination);
}

/* It was asked for: its hash in the evidence gets a name. */
static void note_host(struct judge *j, const struct charge *c)
{
	endpoints_open(j, c->destination);
	host_learn(j->hosts, c->destination, host_of(j, c));
	endpoints_close(j);
}

/* Only of a network has that to be told. */
static uint8_t who(const struct judge *j, const struct source *s,
		   const struct charge *c)
{
	if (!s->is_net)
		return 0;
	return (uint8_t)(source_hash(j->sources, c->source) >> 24);
}

/* Records it; true when it is a new piece. */
static bool record(struct judge *j, struct source *s, const struct charge *c)
{
	uint32_t host = host_of(j, c);

	source_forget_old(s, j->now_ns, j->config.evidence_age_s * 1000);
	note_host(j, c);
	if (!s->is_net) {
		ledger_lock(j);
		lockstep_note(j->ledger->lockstep, &s->address, host, c->port,
			      j->now_ns);
		ledger_unlock(j);
	}
	return source_record(s, host, c->port, c->finding, c->flags,
			     who(j, s, c), j->now_ns);
}

/* Networks come and go: what was inside is measured anew. */
static void measure_by(struct source *s, bool is_sweep)
{
	if (s->is_sweep == is_sweep)
		return;
	source_clear(s);
	s->is_sweep = is_sweep;
}

static bool charge_one(struct judge *j, struct source *s,
		       const struct charge *c)
{
	/*
	 * The kernel drops a listed source: what is charged now was sent
	 * before. The evidence that listed it stays as it is.
	 */
	if (listing_stands(j, s))
		return false;
	measure_by(s, false);
	if (c->began_ns < s->held_until_ns)
		return false;
	return record(j, s, c) && listing_consider(j, s);
}

/* ---- the protected side ---- */

/* NULL while it is listed: its sweep stays as it was. */
static struct sweep *sweep_of(struct judge *j, struct source *s)
{
	if (listing_stands(j, s))
		return NULL;
	measure_by(s, true);
	return &s->sweep;
}

/*
 * Silence says nothing while no answer at all comes from outside: the line is
 * down, and everyone fails.
 */
static bool outside_is_up(const struct judge *j, const struct charge *c)
{
	return !c->by_silence ||
	       ledger_time(&j->ledger->outside_heard_ns) >= c->began_ns;
}

static bool charge_inside(struct judge *j, const struct charge *c)
{
	struct source *s = source_learn(j->sources, c->source);
	struct sweep *w = sweep_of(j, s);

	if (!w || c->finding != FINDING_SYN_SCAN ||
	    c->began_ns < s->held_until_ns || !outside_is_up(j, c))
		return false;
	note_host(j, c);
	sweep_failed(w, host_of(j, c), c->port, j->now_ns,
		     j->config.evidence_age_s * 1000);
	return listing_consider(j, s);
}

/* ---- charges ---- */

/* With the part of the source open, from outside. */
static bool charge_outside(struct judge *j, const struct charge *c)
{
	bool listed = charge_one(j, source_learn(j->sources, c->source), c);

	if (!address_is_ipv4(c->source))
		listed |= charge_one(j, source_learn_net(j->sources, c->source),
				     c);
	return listed;
}

bool charge_source(struct judge *j, const struct charge *c)
{
	bool listed;

	if (source_is_exempt(j, c->source))
		return false;
	sources_open(j, c->source);
	listed = source_is_inside(j, c->source) ? charge_inside(j, c)
						: charge_outside(j, c);
	sources_close(j);
	return listed;
}

/*
 * Strays that weigh nothing must not push out evidence that does: an attacker
 * would send them for that. They get no more than half of the room.
 */
static bool has_room(const struct judge *j, const struct source *s,
		     enum finding finding)
{
	return policy_weight(finding, &j->config.test) > 0 ||
	       s->num_evidence < SOURCE_EVIDENCE / 2;
}

static bool charge_stray_open(struct judge *j, const struct charge *c,
			      bool *listed)
{
	struct source *s = source_learn(j->sources, c->source);

	if (j->now_ns < s->held_until_ns)
		return true;
	if (has_room(j, s, c->finding))
		*listed = charge_outside(j, c);
	s = source_find(j->sources, c->source);
	return is_restricted_now(j, c->source) ||
	       (s && assess(j, s).drops_strays);
}

bool charge_stray(struct judge *j, const struct charge *c, bool *listed)
{
	bool drop;

	if (source_is_spared(j, c->source))
		return false;
	sources_open(j, c->source);
	drop = charge_stray_open(j, c, listed);
	sources_close(j);
	return drop;
}

/* ---- what speaks for a source ---- */

/* The oldest, and how many there are. */
static const struct evidence *first_success(const struct source *s,
					    unsigned int *successes)
{
	const struct evidence *first = NULL;

	*successes = 0;
	for (unsigned int i = 0; i < s->num_evidence; i++) {
		if (s->evidence[i].finding != FINDING_NONE)
			continue;
		if (!first)
			first = &s->evidence[i];
		++*successes;
	}
	return first;
}

static void credit_one(struct judge *j, struct source *s,
		       const struct charge *c)
{
	uint32_t host = host_of(j, c);
	const struct evidence *first;
	unsigned int n;

	if (listing_stands(j, s))
		return;
	measure_by(s, false);
	source_forget_old(s, j->now_ns, j->config.evidence_age_s * 1000);
	source_retract(s, host, c->port, FINDING_SYN_SCAN);
	/* It was used in the end. */
	source_retract(s, host, c->port, FINDING_CONNECT_SCAN);
	source_record(s, host, c->port, FINDING_NONE, 0, who(j, s, c),
		      j->now_ns);
	first = first_success(s, &n);
	if (n > POLICY_SUCCESSES)
		source_remove(s, first);
	s->good_ns = j->now_ns;
	listing_requeue(j, s);
}

void credit_source(struct judge *j, const struct charge *c)
{
	struct sweep *w;

	sources_open(j, c->source);
	if (source_is_inside(j, c->source)) {
		w = sweep_of(j, source_learn(j->sources, c->source));
		if (w)
			sweep_good(w, host_of(j, c), c->port);
	} else {
		credit_one(j, source_learn(j->sources, c->source), c);
		if (!address_is_ipv4(c->source))
			credit_one(j, source_learn_net(j->sources, c->source),
				   c);
	}
	sources_close(j);
}

static void retract_one(struct judge *j, struct source *s,
			const struct charge *c)
{
	if (s && !s->is_sweep)
		listing_retract(j, s, host_of(j, c), c->port, c->finding);
}

void retract_charge(struct judge *j, const struct charge *c)
{
	sources_open(j, c->source);
	retract_one(j, source_find(j->sources, c->source), c);
	if (!address_is_ipv4(c->source))
		retract_one(j, source_find_net(j->sources, c->source), c);
	sources_close(j);
}

void judge_forgive(struct judge *j, const struct prefix *source)
{
	struct source *s = NULL;

	sources_open(j, &source->address);
	if (source->bits == 128)
		s = source_find(j->sources, &source->address);
	if (s)
		listing_forget(j, s);
	/* Or its next segment would list it with its neighbours. */
	s = address_is_ipv4(&source->address)
		    ? NULL
		    : source_find_net(j->sources, &source->address);
	if (s)
		listing_forget(j, s);
	sources_close(j);
}

/* Sources that are looked at while their part is open. */
#define FORGIVE_AT_ONCE 256

/* From `number` on; returns the next to look at, 0 at the end of the part. */
static uint32_t forgive_some(struct judge *j, const struct prefix *net,
			     uint32_t number)
{
	for (int i = 0; i < FORGIVE_AT_ONCE; i++) {
		struct source *s = source_by_number(j->sources, number++);

		if (!s)
			return 0;
		if (prefix_holds(net, &s->address) &&
		    (!s->is_net || net->bits <= 64))
			listing_forget(j, s);
	}
	return number;
}

void judge_forgive_all(struct judge *j, const struct prefix *net)
{
	for (unsigned int part = 0; part < j->ledger->num_parts; part++) {
		uint32_t number = 1;

		while (number) {
			sources_open_part(j, part);
			number = forgive_some(j, net, number);
			sources_close(j);
		}
	}
}
