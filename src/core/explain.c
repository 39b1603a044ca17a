/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of a source, gathered from the tables. */
#include "core/explain.h"

#include "judge_internal.h"

static void explain_piece(struct judge *j, const struct evidence *e,
			  int32_t step, struct explained_evidence *out)
{
	const struct host *host;
	uint32_t now_ms = (uint32_t)(j->now_ns / NS_PER_MS);

	*out = (struct explained_evidence){
		.port = e->port,
		.finding = e->finding,
		.grade = policy_grade(e->finding),
		.weight = step,
		.age_ns = (now_ms - e->when_ms) * NS_PER_MS,
	};
	endpoints_open_hash(j, e->host);
	host = host_by_hash(j->hosts, e->host);
	out->destination_known = host;
	if (host)
		out->destination = host->address;
	endpoints_close(j);
}

static void explain_evidence(struct judge *j, const struct source *s,
			     struct explanation *out)
{
	struct assessment a = assess(j, s);
	const struct policy_test *test = &j->config.test;

	/* Of a listed source what listed it counts, also after a restart. */
	if (source_is_listed(s))
		a.score = s->score;
	out->score = a.score;
	out->proved = a.proved;
	out->num_evidence = s->num_evidence;
	for (unsigned int i = 0; i < s->num_evidence; i++)
		explain_piece(j, &s->evidence[i], a.step[i], &out->evidence[i]);
	if (a.score < test->threshold)
		out->failures_left = (unsigned int)((test->threshold - a.score +
						     test->failure - 1) /
						    test->failure);
}

static void explain_sweep(const struct judge *j, const struct source *s,
			  struct explanation *out)
{
	out->sweep_port = s->sweep.port;
	out->sweep_failed = sweep_num_failed(&s->sweep);
	out->sweep_good = sweep_num_good(&s->sweep);
	out->sweep_limit = j->config.inside_failures;
}

static uint64_t left(uint64_t until_ns, uint64_t now_ns)
{
	return until_ns > now_ns ? until_ns - now_ns : 0;
}

static void explain_source(struct judge *j, const struct source *s,
			   struct explanation *out)
{
	out->known = true;
	if (s->is_sweep)
		explain_sweep(j, s, out);
	else
		explain_evidence(j, s, out);
	out->good = source_is_good(j, s);
	if (out->good)
		out->good_age_ns = j->now_ns - s->good_ns;
	out->restricted_left_ns = left(s->restricted_until_ns, j->now_ns);
	out->restricted = out->restricted_left_ns > 0;
	out->withheld = s->withheld;
	out->in_step = s->in_step && out->restricted;
	out->offender = offender_of(s);
	if (source_is_listed(s))
		out->listed_left_ns = left(s->until_ns, j->now_ns);
	out->next_timeout_s = listing_next_timeout_s(j, s, GRADE_PLAUSIBLE);
}

void judge_explain(struct judge *j, const struct prefix *source,
		   uint64_t now_ns, struct explanation *out)
{
	const struct source *s;

	judge_set_time(j, now_ns);
	*out = (struct explanation){
		.source = *source,
		.exempt = source_is_exempt(j, &source->address),
		.inside = source_is_inside(j, &source->address),
		.threshold = j->config.test.threshold,
	};
	sources_open(j, &source->address);
	s = source->bits == 128 ? source_find(j->sources, &source->address)
				: source_find_net(j->sources, &source->address);
	if (s)
		explain_source(j, s, out);
	sources_close(j);
}
