/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request "explain": all that the judge knows of a source, and whether the
 * operator blocked it, as JSON. Scores are in nats, times in whole seconds.
 */
#include <string.h>

#include "core/explain.h"
#include "daemon.h"

static json_t *nats(int32_t thousandths)
{
	return json_real(thousandths / 1000.0);
}

static json_t *seconds(uint64_t ns)
{
	return json_integer((json_int_t)(ns / NS_PER_S));
}

/* What is left of a time: its last second counts. */
static json_t *seconds_left(uint64_t ns)
{
	return seconds(ns + NS_PER_S - 1);
}

static json_t *source_text(const struct prefix *source)
{
	char text[PREFIX_TEXT_BYTES];

	return json_string(prefix_format(source, text));
}

/* null when it has been forgotten. */
static json_t *destination(const struct explained_evidence *e)
{
	char text[ADDRESS_TEXT_BYTES];

	return e->destination_known
		       ? json_string(address_format(&e->destination, text))
		       : json_null();
}

static json_t *evidence(const struct explanation *x)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < x->num_evidence; i++) {
		const struct explained_evidence *e = &x->evidence[i];

		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:i, s:s, s:s, s:o}", "age_s",
				  seconds(e->age_ns), "destination",
				  destination(e), "port", e->port, "finding",
				  finding_name[e->finding], "grade",
				  grade_name[e->grade], "weight",
				  nats(e->weight)));
	}
	return list;
}

/* Of its last listing; null when it had none. */
static json_t *offence(const struct explanation *x, uint64_t now_ns)
{
	const struct offender *o = &x->offender;
	char reason[OFFENDER_REASON_BYTES];

	if (o->offences == 0)
		return json_null();
	return json_pack(
		"{s:s, s:s, s:s, s:i, s:i, s:o, s:o, s:o}", "reason",
		offender_reason(o, reason), "finding", finding_name[o->finding],
		"grade", grade_name[o->grade], "ports", o->ports, "hosts",
		o->hosts, "score", nats(o->score), "age_s",
		seconds(now_ns > o->listed_ns ? now_ns - o->listed_ns : 0),
		"timeout_s", seconds(o->until_ns - o->listed_ns));
}

/* null when the source is not on the protected side. */
static json_t *sweep(const struct explanation *x, const struct daemon *d)
{
	if (!x->inside)
		return json_null();
	return json_pack("{s:i, s:i, s:i, s:i}", "port", x->sweep_port,
			 "failed", (int)x->sweep_failed, "answered",
			 (int)x->sweep_good, "limit",
			 (int)d->config.judge.inside_failures);
}

static json_t *explanation(struct daemon *d, const struct prefix *source)
{
	uint64_t now_ns = loop_now_ns();
	struct explanation x;

	judge_explain(d->judge, source, now_ns, &x);
	return json_pack(
		"{s:o, s:b, s:b, s:b, s:o, s:o, s:o, s:b, s:o, s:b, s:b, s:o,"
		" s:b, s:o, s:o, s:i, s:o, s:i, s:i, s:i, s:o, s:o}",
		"source", source_text(source), "known", x.known, "exempt",
		x.exempt, "inside", x.inside, "score", nats(x.score), "proved",
		nats(x.proved), "threshold", nats(x.threshold), "good", x.good,
		"good_age_s", seconds(x.good_age_ns), "restricted",
		x.restricted, "in_step", x.in_step, "restricted_left_s",
		seconds_left(x.restricted_left_ns), "listed",
		x.listed_left_ns > 0, "listed_left_s",
		seconds_left(x.listed_left_ns), "blocked_left_s",
		/* The judge does not know of it. */
		seconds_left(operator_list_left_ns(d->lists.by_operator, source,
						   now_ns)),
		"offences", x.offender.offences, "offence", offence(&x, now_ns),
		"failures_left", (int)x.failures_left, "addresses_needed",
		source->bits == 128 ? 1 : (int)d->config.judge.net_addresses,
		"next_timeout_s", (int)x.next_timeout_s, "sweep", sweep(&x, d),
		"evidence", evidence(&x));
}

json_t *request_explain(struct daemon *d, int argc, char **argv)
{
	bool observes = judge_mode(d->judge) == MODE_OBSERVE;
	struct prefix source;
	json_t *answer, *explained;

	(void)argc;
	if (!request_parse_source(argv[1], &source))
		return control_error(REQUEST_SOURCE_FORM, argv[1]);
	answer = json_pack("{s:b, s:s}", "ok", 1, "mode",
			   observes ? "observe" : "enforce");
	explained = explanation(d, &source);
	json_object_update(answer, explained);
	json_decref(explained);
	if (source.bits == 128 && !address_is_ipv4(&source.address)) {
		memset(source.address.byte + 8, 0, 8);
		source.bits = 64;
		json_object_set_new(answer, "net", explanation(d, &source));
	}
	return answer;
}
