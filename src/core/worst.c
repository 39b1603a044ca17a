/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks through all sources for those with the highest scores. */
#include "core/worst.h"

#include <string.h>

#include "core/best.h"
#include "judge_internal.h"

/* Sources that are looked at while their part is open: some 0.1 ms. */
#define AT_ONCE 256

struct search {
	struct best best;
	uint32_t total;
	int32_t most; /* that a piece of evidence can weigh */
};

static int compare(const void *a, const void *b)
{
	const struct held_source *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->seen_age_ns != y->seen_age_ns)
		return x->seen_age_ns < y->seen_age_ns ? -1 : 1;
	return memcmp(&x->source, &y->source, sizeof(x->source));
}

static bool is_listed(const struct judge *j, const struct source *s)
{
	return source_is_listed(s) && s->until_ns > j->now_ns;
}

/* How long ago the last piece was found; false when there is none. */
static bool evidence_age(const struct judge *j, const struct source *s,
			 uint64_t *age_ns)
{
	uint32_t now_ms = (uint32_t)(j->now_ns / NS_PER_MS);
	uint32_t youngest = UINT32_MAX, age;

	for (unsigned int i = 0; i < s->num_evidence && !s->is_sweep; i++) {
		age = now_ms - s->evidence[i].when_ms;
		if (s->evidence[i].finding != FINDING_NONE && age < youngest)
			youngest = age;
	}
	*age_ns = youngest * NS_PER_MS;
	return youngest < j->config.evidence_age_s * 1000;
}

static struct held_source listed_source(const struct judge *j,
					const struct source *s)
{
	return (struct held_source){
		.score = s->score,
		.finding = s->finding,
		.ports = s->ports,
		.hosts = s->hosts,
		.listed = true,
		.listed_left_ns = s->until_ns - j->now_ns,
	};
}

static struct held_source assessed_source(const struct judge *j,
					  const struct source *s)
{
	struct assessment a = assess(j, s);

	return (struct held_source){
		.score = a.score,
		.finding = a.finding,
		.ports = a.ports,
		.hosts = a.hosts,
	};
}

/* However bad its evidence is: too little of it, to be worth a closer look? */
static bool is_hopeless(const struct search *w, const struct source *s)
{
	const struct held_source *last = best_last(&w->best);

	return w->best.count == w->best.max &&
	       s->num_evidence * w->most < last->score;
}

static void look_at(struct judge *j, const struct source *s, struct search *w)
{
	const bool listed = is_listed(j, s);
	struct held_source h;
	uint64_t age_ns;

	if (!evidence_age(j, s, &age_ns)) {
		if (!listed)
			return;
		age_ns = j->now_ns - s->listed_ns;
	}
	w->total++;
	if (!listed && is_hopeless(w, s))
		return;
	h = listed ? listed_source(j, s) : assessed_source(j, s);
	h.source = (struct prefix){s->address, s->is_net ? 64 : 128};
	h.seen_age_ns = age_ns;
	h.offences = s->offences;
	h.good = source_is_good(j, s);
	h.restricted = s->restricted_until_ns > j->now_ns;
	h.in_step = s->in_step && h.restricted;
	best_add(&w->best, &h);
}

/* From `number` on; returns the next to look at, 0 at the end of the part. */
static uint32_t look_at_some(struct judge *j, uint32_t number, struct search *w)
{
	for (int i = 0; i < AT_ONCE; i++) {
		const struct source *s = source_by_number(j->sources, number++);

		if (!s)
			return 0;
		look_at(j, s, w);
	}
	return number;
}

unsigned int judge_worst_sources(struct judge *j, uint64_t now_ns,
				 struct held_source *out, unsigned int max,
				 uint32_t *total)
{
	struct search w = {
		.best = {.items = (unsigned char *)out,
			 .bytes = sizeof(*out),
			 .max = max,
			 .compare = compare},
	};

	judge_set_time(j, now_ns);
	for (int f = 0; f < NUM_FINDINGS; f++) {
		int32_t weight = policy_weight(f, &j->config.test);

		w.most = weight > w.most ? weight : w.most;
	}
	for (unsigned int part = 0; part < j->ledger->num_parts; part++) {
		uint32_t number = 1;

		while (number) {
			sources_open_part(j, part);
			number = look_at_some(j, number, &w);
			sources_close(j);
		}
	}
	best_sort(&w.best);
	*total = w.total;
	return w.best.count;
}
