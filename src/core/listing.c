/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From evidence to a listing. Proved evidence lists. Evidence that can be
 * forged lists too, for a short time, unless that would serve a forger
 * (withhold.c).
 */
#include "judge_internal.h"

/*
 * How long segments of a source just listed are dropped here, until the
 * kernel's set has it. An element takes about a millisecond; this leaves room
 * for a busy machine, and is over soon for an operator who deletes it.
 */
#define HOLD_NS (2 * NS_PER_S)

/* So long an offence is remembered after its listing. */
#define OFFENCE_NS (7 * 86400 * NS_PER_S)

struct assessment assess(const struct judge *j, const struct source *s)
{
	/* The evidence that listed it does not age before its time is over. */
	uint64_t at_ns = source_is_listed(s) ? s->listed_ns : j->now_ns;

	return policy_assess(s, &j->config.test, at_ns,
			     j->config.evidence_age_s * 1000);
}

bool source_is_good(const struct judge *j, const struct source *s)
{
	return s->good_ns != 0 &&
	       j->now_ns - s->good_ns < j->config.evidence_age_s * NS_PER_S;
}

/*
 * Few are held at one time: a bit for each IPv4 address and /64, by no secret,
 * says of nearly all others that they are not, without a search.
 */
static unsigned int bit_of(const struct address *a)
{
	uint64_t bytes = get_be64(a->byte);

	if (address_is_ipv4(a))
		bytes = get_be32(a->byte + 12);
	return (unsigned int)(bytes * 0x9e3779b97f4a7c15 >> 56);
}

static bool may_be_held(const struct judge *j, const struct address *source)
{
	unsigned int bit = bit_of(source);

	return j->now_ns < ledger_time(&j->ledger->held_until_ns) &&
	       ledger_time(&j->ledger->maybe_held[bit / 64]) >> bit % 64 & 1;
}

static void note_held(struct judge *j, const struct source *s)
{
	struct ledger *l = j->ledger;
	unsigned int bit = bit_of(&s->address);
	bool none_is;

	ledger_lock(j);
	none_is = j->now_ns >= ledger_time(&l->held_until_ns);
	for (unsigned int i = 0; none_is && i < ARRAY_SIZE(l->maybe_held); i++)
		__atomic_store_n(&l->maybe_held[i], 0, __ATOMIC_RELAXED);
	__atomic_fetch_or(&l->maybe_held[bit / 64], UINT64_C(1) << bit % 64,
			  __ATOMIC_RELAXED);
	ledger_raise(&l->held_until_ns, s->held_until_ns);
	ledger_unlock(j);
}

static bool is_held_now(struct judge *j, const struct address *source)
{
	const struct source *s = source_find(j->sources, source);

	if (s && j->now_ns < s->held_until_ns)
		return true;
	s = address_is_ipv4(source) ? NULL
				    : source_find_net(j->sources, source);
	return s && j->now_ns < s->held_until_ns;
}

bool source_is_held(struct judge *j, const struct address *source)
{
	bool is_held;

	if (!may_be_held(j, source))
		return false;
	sources_open(j, source);
	is_held = is_held_now(j, source);
	sources_close(j);
	return is_held;
}

bool is_restricted_now(struct judge *j, const struct address *source)
{
	const struct source *s = source_find(j->sources, source);

	if (s && j->now_ns < s->restricted_until_ns)
		return true;
	s = address_is_ipv4(source) ? NULL
				    : source_find_net(j->sources, source);
	return s && j->now_ns < s->restricted_until_ns;
}

bool source_is_restricted(struct judge *j, const struct address *source)
{
	bool is_restricted;

	if (j->now_ns >= ledger_time(&j->ledger->restricted_until_ns))
		return false;
	sources_open(j, source);
	is_restricted = is_restricted_now(j, source);
	sources_close(j);
	return is_restricted;
}

/* Offences that are long past do not count. */
static unsigned int offences(const struct judge *j, const struct source *s)
{
	return j->now_ns > s->until_ns + OFFENCE_NS ? 0 : s->offences;
}

/* And not good connections alone. */
static bool holds_proved_evidence(const struct source *s)
{
	for (unsigned int i = 0; i < s->num_evidence && !s->is_sweep; i++)
		if (s->evidence[i].finding != FINDING_NONE &&
		    policy_grade(s->evidence[i].finding) == GRADE_PROVED)
			return true;
	return false;
}

static enum source_queue queue_of(const struct judge *j, const struct source *s)
{
	bool has_offended = offences(j, s) > 0;

	if (has_offended && s->grade == GRADE_PROVED)
		return SOURCE_Q_PROVED_OFFENDER;
	if (holds_proved_evidence(s))
		return SOURCE_Q_HOLDS;
	if (source_is_good(j, s))
		return SOURCE_Q_GOOD;
	if (has_offended)
		return SOURCE_Q_OFFENDER;
	if (s->is_sweep ? s->sweep.weight > 1 : s->num_evidence > 1)
		return SOURCE_Q_MORE;
	return SOURCE_Q_ONE;
}

void listing_requeue(struct judge *j, struct source *s)
{
	enum source_queue queue = queue_of(j, s);

	if (!source_is_listed(s) && queue != s->queue)
		source_move(j->sources, s, queue);
}

void listing_end(struct judge *j, struct source *s)
{
	source_move(j->sources, s, queue_of(j, s));
}

/* ---- listing ---- */

uint32_t listing_next_timeout_s(const struct judge *j, const struct source *s,
				enum grade grade)
{
	uint64_t longest = j->config.block_time_max_s;
	uint64_t seconds = grade == GRADE_PROVED ? j->config.block_time_proved_s
						 : j->config.block_time_s;

	for (unsigned int i = offences(j, s); i > 0 && seconds < longest; i--)
		seconds *= 2;
	return (uint32_t)(seconds < longest ? seconds : longest);
}

static struct offender new_offender(const struct judge *j,
				    const struct source *s,
				    const struct assessment *a,
				    enum grade grade)
{
	struct offender o = offender_of(s);

	o.finding = a->finding;
	o.grade = grade;
	o.ports = a->ports;
	o.hosts = a->hosts;
	o.score = a->score;
	o.listed_ns = j->now_ns;
	o.until_ns = j->now_ns + listing_next_timeout_s(j, s, grade) * NS_PER_S;
	o.offences = (uint8_t)offences(j, s);
	if (o.offences < UINT8_MAX)
		o.offences++;
	return o;
}

/*
 * In observe mode nothing stops it: do not tell it again and again. In a
 * capture there is no set but us.
 */
static void hold(struct judge *j, struct source *s, const struct offender *o,
		 bool enforced)
{
	s->held_until_ns = o->until_ns;
	if (enforced && !j->config.follow)
		s->held_until_ns = j->now_ns + HOLD_NS;
	if (enforced)
		note_held(j, s);
}

/*
 * Without room for the notice nothing happens, and the next piece tries again.
 */
static bool list_source(struct judge *j, struct source *s,
			const struct assessment *a, enum grade grade)
{
	struct notice *n = notice_add(j, NOTICE_LISTED);

	if (!n)
		return false;
	n->offender = new_offender(j, s, a, grade);
	n->timeout_s =
		(uint32_t)((n->offender.until_ns - j->now_ns) / NS_PER_S);
	offender_reason(&n->offender, n->text);
	hold(j, s, &n->offender, n->enforced);
	j->counters.listings++;
	if (n->enforced)
		offender_keep(j, s, &n->offender);
	return true;
}

/* Nobody's neighbours are listed who must not be. */
static bool net_may_be_listed(const struct judge *j, const struct source *s,
			      const struct assessment *a)
{
	struct prefix net = {s->address, 64};

	if (a->who < j->config.net_addresses)
		return false;
	for (size_t i = 0; i < j->exempt.count; i++)
		if (prefix_holds(&net, &j->exempt.prefix[i].address))
			return false;
	return true;
}

static struct assessment assess_sweep(const struct judge *j,
				      const struct source *s)
{
	struct assessment a = {.finding = FINDING_SYN_SCAN};

	if (!sweep_is_one(&s->sweep, j->config.inside_failures))
		return a;
	a.score = j->config.test.threshold;
	a.hosts = a.ports = (uint16_t)sweep_num_failed(&s->sweep);
	return a;
}

bool listing_consider(struct judge *j, struct source *s)
{
	struct assessment a = s->is_sweep ? assess_sweep(j, s) : assess(j, s);
	const int32_t enough = j->config.test.threshold;
	/* What is proved of an address is not proved of its neighbours. */
	bool is_proved = a.proved >= enough && !s->is_net;

	listing_requeue(j, s);
	if (a.score < enough || (s->is_net && !net_may_be_listed(j, s, &a)))
		return false;
	if (!is_proved && withhold(j, s))
		return false;
	/* In observe mode the list stays as it is. */
	if (j->config.mode == MODE_ENFORCE && !listing_make_room(j)) {
		j->counters.withheld_rate++;
		s->withheld = WITHHELD_RATE;
		return false;
	}
	return list_source(j, s, &a,
			   is_proved ? GRADE_PROVED : GRADE_PLAUSIBLE);
}
