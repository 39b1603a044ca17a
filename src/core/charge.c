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
	return source_is_exempt(j, source) || source_is_inside(j, source);
}

static uint8_t who(const struct judge *j, const struct charge *c)
{
	return (uint8_t)(source_hash(j->sources, c->source) >> 24);
}

/* Records it; true when it is a new piece. */
static bool record(struct judge *j, struct source *s, const struct charge *c)
{
	uint32_t host = source_hash(j->sources, c->destination);

	source_forget_old(s, j->now_ns, j->config.evidence_age_s * 1000);
	host_learn(j->hosts, c->destination);
	if (!s->is_net)
		lockstep_note(j->lockstep, source_number(j->sources, s), host,
			      c->port, j->now_ns);
	return source_record(j->sources, s, c->destination, c->port, c->finding,
			     c->flags, who(j, c), j->now_ns);
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
	measure_by(s, false);
	if (c->began_ns < s->held_until_ns)
		return false;
	/* Heard although listed: its element has been taken out. */
	listing_leave(j, s);
	return record(j, s, c) && listing_consider(j, s);
}

/* ---- the protected side ---- */

static struct sweep *sweep_of(struct judge *j, const struct address *source,
			      struct source **s)
{
	*s = source_learn(j->sources, source);
	measure_by(*s, true);
	return &(*s)->sweep;
}

/*
 * Silence says nothing while no answer at all comes from outside: the line is
 * down, and everyone fails.
 */
static bool outside_is_up(const struct judge *j, const struct charge *c)
{
	return c->began_ns == j->now_ns || j->outside_heard_ns >= c->began_ns;
}

static bool charge_inside(struct judge *j, const struct charge *c)
{
	struct source *s;
	struct sweep *w = sweep_of(j, c->source, &s);

	if (c->finding != FINDING_SYN_SCAN || c->began_ns < s->held_until_ns ||
	    !outside_is_up(j, c))
		return false;
	listing_leave(j, s);
	host_learn(j->hosts, c->destination);
	sweep_failed(w, source_hash(j->sources, c->destination), c->port,
		     j->now_ns, j->config.evidence_age_s * 1000);
	return listing_consider(j, s);
}

/* ---- charges ---- */

bool charge_source(struct judge *j, const struct charge *c)
{
	bool listed;

	if (source_is_exempt(j, c->source))
		return false;
	if (source_is_inside(j, c->source))
		return charge_inside(j, c);
	listed = charge_one(j, source_learn(j->sources, c->source), c);
	if (!address_is_ipv4(c->source))
		listed |= charge_one(j, source_learn_net(j->sources, c->source),
				     c);
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

bool charge_stray(struct judge *j, const struct charge *c, bool *listed)
{
	struct source *s;

	if (source_is_spared(j, c->source))
		return false;
	s = source_learn(j->sources, c->source);
	if (j->now_ns < s->held_until_ns)
		return true;
	if (has_room(j, s, c->finding))
		*listed = charge_source(j, c);
	s = source_find(j->sources, c->source);
	return source_is_restricted(j, c->source) ||
	       (s && assess(j, s).drops_strays);
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
	const struct evidence *first;
	unsigned int n;

	measure_by(s, false);
	source_forget_old(s, j->now_ns, j->config.evidence_age_s * 1000);
	source_retract(j->sources, s, c->destination, c->port,
		       FINDING_SYN_SCAN);
	/* It was used in the end. */
	source_retract(j->sources, s, c->destination, c->port,
		       FINDING_CONNECT_SCAN);
	source_record(j->sources, s, c->destination, c->port, FINDING_NONE, 0,
		      who(j, c), j->now_ns);
	first = first_success(s, &n);
	if (n > POLICY_SUCCESSES)
		source_remove(s, first);
	s->good_ns = j->now_ns;
	listing_requeue(j, s);
}

void credit_source(struct judge *j, const struct charge *c)
{
	struct source *s;

	if (source_is_inside(j, c->source)) {
		sweep_good(sweep_of(j, c->source, &s),
			   source_hash(j->sources, c->destination), c->port);
		return;
	}
	credit_one(j, source_learn(j->sources, c->source), c);
	if (!address_is_ipv4(c->source))
		credit_one(j, source_learn_net(j->sources, c->source), c);
}

static void retract_one(struct judge *j, struct source *s,
			const struct charge *c)
{
	if (s && !s->is_sweep)
		source_retract(j->sources, s, c->destination, c->port,
			       c->finding);
}

void retract_charge(struct judge *j, const struct charge *c)
{
	retract_one(j, source_find(j->sources, c->source), c);
	if (!address_is_ipv4(c->source))
		retract_one(j, source_find_net(j->sources, c->source), c);
}

void judge_forgive(struct judge *j, const struct prefix *source)
{
	struct source *s = NULL;

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
}
