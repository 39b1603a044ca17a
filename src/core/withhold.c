/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reasons not to list a source on evidence that can be forged. It is
 * restricted instead, which costs an honest one nothing (gate.c).
 */
#include <stdio.h>

#include "judge_internal.h"

/*
 * A source that was in step is not decided about anew for so long: what its
 * probes under way come to is no second decision. Short, because forged mates
 * of a few probes must not protect a scanner that continues alone.
 */
#define IN_STEP_NS (10 * NS_PER_S)

/* A restriction lasts as long as a first listing would, and is renewed. */
static uint64_t restriction_ns(const struct judge *j)
{
	return j->config.block_time_s * NS_PER_S;
}

static void restrict_source(struct judge *j, struct source *s)
{
	if (j->now_ns >= s->restricted_until_ns)
		s->tried_ns = j->now_ns;
	s->restricted_until_ns = j->now_ns + restriction_ns(j);
	ledger_raise(&j->ledger->restricted_until_ns, s->restricted_until_ns);
}

static void tell_lockstep(struct judge *j, struct source *s,
			  const struct lockstep_batch *batch)
{
	struct notice *n;
	char text[ADDRESS_TEXT_BYTES];
	const char *between = ":";
	int len;

	/* Once, and again when its restriction was over. */
	if (s->in_step && j->now_ns < s->restricted_until_ns)
		return;
	n = notice_add(j, NOTICE_LOCKSTEP);
	if (!n)
		return;
	s->in_step = true;
	n->address = s->address;
	len = snprintf(n->text, sizeof(n->text), "in step with %u other%s",
		       batch->others, batch->others == 1 ? "" : "s");
	for (unsigned int i = 0; i < batch->named; i++) {
		len += snprintf(n->text + len, sizeof(n->text) - (size_t)len,
				"%s %s", between,
				address_format(&batch->mate[i], text));
		between = ",";
	}
}

static bool is_in_step(struct judge *j, struct source *s)
{
	struct lockstep_batch batch;
	bool is_one;

	if (s->is_net || s->is_sweep)
		return false;
	ledger_lock(j);
	is_one = lockstep_has(j->ledger->lockstep, s, &batch);
	ledger_unlock(j);
	if (is_one)
		tell_lockstep(j, s, &batch);
	return is_one;
}

/* A minute's worth can be listed at once; then one after the other. */
static bool take_rate_of(struct ledger *l, uint64_t now_ns, uint64_t cost)
{
	if (now_ns > l->rate_at_ns) {
		l->rate_credit_ns += now_ns - l->rate_at_ns;
		l->rate_at_ns = now_ns;
	}
	if (l->rate_credit_ns > 60 * NS_PER_S)
		l->rate_credit_ns = 60 * NS_PER_S;
	if (l->rate_credit_ns < cost)
		return false;
	l->rate_credit_ns -= cost;
	return true;
}

static bool take_rate(struct judge *j)
{
	uint64_t cost = 60 * NS_PER_S / j->config.listings_per_minute;
	bool allowed;

	ledger_lock(j);
	allowed = take_rate_of(j->ledger, j->now_ns, cost);
	ledger_unlock(j);
	return allowed;
}

static void count_withheld(uint64_t *counter, struct source *s,
			   enum withheld why)
{
	++*counter;
	s->withheld = (uint8_t)why & 0x3;
}

/* Restricted since then, for as long as restrict_source() says. */
static bool was_just_in_step(const struct judge *j, const struct source *s)
{
	return s->in_step && j->now_ns < s->restricted_until_ns &&
	       j->now_ns + restriction_ns(j) <
		       s->restricted_until_ns + IN_STEP_NS;
}

bool withhold(struct judge *j, struct source *s)
{
	if (was_just_in_step(j, s)) {
		j->counters.withheld_in_step++;
		return true;
	}
	if (!s->is_sweep && source_is_good(j, s))
		count_withheld(&j->counters.withheld_standing, s,
			       WITHHELD_STANDING);
	else if (is_in_step(j, s))
		count_withheld(&j->counters.withheld_in_step, s,
			       WITHHELD_IN_STEP);
	else if (!take_rate(j))
		count_withheld(&j->counters.withheld_rate, s, WITHHELD_RATE);
	else
		return false;
	if (!s->is_sweep)
		restrict_source(j, s);
	return true;
}
