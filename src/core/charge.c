/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From findings to listings: evidence goes to its source, the policy says
 * what it comes to, and what is enough becomes a notice that lists it.
 */
#include <stdio.h>

#include "judge_internal.h"

/*
 * How long segments of a source just listed are dropped here, until the
 * kernel's set has it. An element takes about a millisecond; this leaves room
 * for a busy machine, and is over soon for an operator who deletes it.
 */
#define HOLD_NS (2 * NS_PER_S)

static bool list_holds(const struct prefix_list *list,
		       const struct address *address)
{
	for (size_t i = 0; i < list->count; i++)
		if (prefix_holds(&list->prefix[i], address))
			return true;
	return false;
}

bool source_is_spared(const struct judge *j, const struct address *source)
{
	return list_holds(&j->exempt, source) || list_holds(&j->inside, source);
}

bool source_is_held(struct judge *j, const struct address *source)
{
	const struct source *s;

	if (j->now_ns >= j->held_until_ns)
		return false;
	s = source_find(j->sources, source);
	return s && j->now_ns < s->held_until_ns;
}

struct notice *notice_add(struct judge *j, enum notice_kind kind)
{
	struct notice *n;

	if (j->num_notices == JUDGE_NOTICES) {
		j->counters.notices_lost++;
		return NULL;
	}
	n = &j->notices[(j->first_notice + j->num_notices++) % JUDGE_NOTICES];
	*n = (struct notice){
		.kind = kind,
		.enforced = j->config.mode == MODE_ENFORCE,
	};
	return n;
}

/*
 * The evidence has done its work and is put away: if the source comes back
 * after its time it starts from nothing. Without room for the notice it stays,
 * and the next piece tries again.
 */
static bool list_source(struct judge *j, struct source *s,
			const struct assessment *a)
{
	struct notice *n = notice_add(j, NOTICE_LISTED);
	uint64_t block_ns = j->config.block_time_s * NS_PER_S;

	if (!n)
		return false;
	n->address = s->address;
	n->timeout_s = j->config.block_time_s;
	n->finding = a->finding;
	n->score = a->score;
	n->ports = a->ports;
	n->hosts = a->hosts;
	snprintf(n->text, sizeof(n->text),
		 "%s: %u port%s of %u host%s, score %d",
		 finding_name[a->finding], a->ports, a->ports == 1 ? "" : "s",
		 a->hosts, a->hosts == 1 ? "" : "s", a->score);
	source_forgive(s);
	/*
	 * In observe mode nothing stops it: do not tell it again and again.
	 * In a capture there is no set but us.
	 */
	s->held_until_ns = j->now_ns + block_ns;
	if (n->enforced && !j->config.follow)
		s->held_until_ns = j->now_ns + HOLD_NS;
	if (n->enforced && s->held_until_ns > j->held_until_ns)
		j->held_until_ns = s->held_until_ns;
	j->counters.listings++;
	return true;
}

static struct assessment assess(const struct judge *j, const struct source *s)
{
	return policy_assess(s, j->now_ns, j->config.evidence_age_s * 1000);
}

/* Records it and lists the source if that is enough. */
static bool record(struct judge *j, struct source *s, const struct charge *c,
		   struct assessment *a)
{
	bool is_new = source_record(j->sources, s, c->destination, c->port,
				    c->finding, c->flags, j->now_ns);

	*a = assess(j, s);
	return is_new && a->score >= (int)j->config.threshold &&
	       list_source(j, s, a);
}

bool charge_source(struct judge *j, const struct charge *c)
{
	struct assessment a;
	struct source *s;

	if (source_is_spared(j, c->source))
		return false;
	s = source_learn(j->sources, c->source);
	if (j->now_ns < s->held_until_ns)
		return false;
	return record(j, s, c, &a);
}

/*
 * Strays without points must not push out evidence that has some: an attacker
 * would send them for that. They get no more than half of the room.
 */
static bool has_room(const struct source *s, enum finding finding)
{
	return policy_points(finding) > 0 ||
	       s->num_evidence < SOURCE_EVIDENCE / 2;
}

bool charge_stray(struct judge *j, const struct charge *c, bool *listed)
{
	struct assessment a;
	struct source *s;

	if (source_is_spared(j, c->source))
		return false;
	s = source_learn(j->sources, c->source);
	if (j->now_ns < s->held_until_ns)
		return true;
	if (has_room(s, c->finding))
		*listed = record(j, s, c, &a);
	else
		a = assess(j, s);
	return a.drops_strays;
}

static unsigned int successes(const struct source *s)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->num_evidence; i++)
		n += s->evidence[i].finding == FINDING_NONE;
	return n;
}

void credit_source(struct judge *j, const struct charge *c)
{
	struct source *s = source_learn(j->sources, c->source);

	source_retract(j->sources, s, c->destination, c->port,
		       FINDING_SYN_SCAN);
	if (successes(s) < POLICY_SUCCESSES)
		source_record(j->sources, s, c->destination, c->port,
			      FINDING_NONE, 0, j->now_ns);
}

void retract_charge(struct judge *j, const struct charge *c)
{
	struct source *s = source_find(j->sources, c->source);

	if (s)
		source_retract(j->sources, s, c->destination, c->port,
			       c->finding);
}
