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

/* By itself, or with a network; the judge does not know. */
static const struct operator_block *
operators(const struct daemon *d, const struct prefix *source, uint64_t now_ns)
{
	const struct operator_list *l = d->lists.by_operator;
	const struct operator_block *b = operator_list_find(l, source);
	const struct operator_block *larger;

	if (b && b->until_ns > now_ns && !b->covered)
		return b;
	larger = operator_list_in_set(l, source, now_ns);
	if (larger)
		return larger;
	return b && b->until_ns > now_ns ? b : NULL;
}

/* 0 also for a block without an end. */
static uint64_t left_ns(const struct operator_block *b, uint64_t now_ns)
{
	return b && b->until_ns != OPERATOR_FOR_GOOD ? b->until_ns - now_ns : 0;
}

/* null when the operator has not blocked it. */
static json_t *operators_block(const struct operator_block *b, uint64_t now_ns)
{
	const bool ends = b && b->until_ns != OPERATOR_FOR_GOOD;
	json_t *o;

	if (!b)
		return json_null();
	o = json_pack(
		"{s:o, s:b, s:s, s:s, s:o, s:o, s:o}", "source",
		source_text(&b->source), "permanent", !ends, "by", "operator",
		"reason", *b->reason ? b->reason : REASON_OPERATOR, "since",
		request_timestamp(b->listed_ns), "until",
		ends ? request_timestamp(b->until_ns) : json_null(), "left_s",
		ends ? seconds_left(left_ns(b, now_ns)) : json_null());
	if (b->uid != OPERATOR_UID_UNKNOWN)
		json_object_set_new(o, "uid", json_integer(b->uid));
	return o;
}

/* Of another network than a /64 of IPv6 the judge knows nothing. */
static bool is_judged(const struct prefix *source)
{
	return source->bits == 128 ||
	       (source->bits == 64 && !address_is_ipv4(&source->address));
}

static json_t *explanation(struct daemon *d, const struct prefix *source)
{
	uint64_t now_ns = loop_now_ns();
	const struct operator_block *b = operators(d, source, now_ns);
	struct explanation x = {.source = *source};

	if (is_judged(source))
		judge_explain(d->judge, source, now_ns, &x);
	return json_pack(
		"{s:o, s:b, s:b, s:b, s:o, s:o, s:o, s:b, s:o, s:b, s:b, s:o,"
		" s:b, s:o, s:o, s:o, s:i, s:o, s:i, s:i, s:i, s:o, s:o}",
		"source", source_text(source), "known", x.known, "exempt",
		x.exempt, "inside", x.inside, "score", nats(x.score), "proved",
		nats(x.proved), "threshold", nats(x.threshold), "good", x.good,
		"good_age_s", seconds(x.good_age_ns), "restricted",
		x.restricted, "in_step", x.in_step, "restricted_left_s",
		seconds_left(x.restricted_left_ns), "listed",
		x.listed_left_ns > 0, "listed_left_s",
		seconds_left(x.listed_left_ns), "blocked_left_s",
		seconds_left(left_ns(b, now_ns)), "block",
		operators_block(b, now_ns), "offences", x.offender.offences,
		"offence", offence(&x, now_ns), "failures_left",
		(int)x.failures_left, "addresses_needed",
		source->bits == 128 ? 1 : (int)d->config.judge.net_addresses,
		"next_timeout_s", (int)x.next_timeout_s, "sweep", sweep(&x, d),
		"evidence", evidence(&x));
}

/*
 * What the judge may know, or a network that the operator blocked. False if it
 * is neither: `*refusal` is then the answer, or NULL without memory for one.
 */
static bool parse_source(const struct daemon *d, const char *text,
			 struct prefix *out, json_t **refusal)
{
	struct prefix p;

	if (!prefix_parse(text, &p)) {
		*refusal = control_error(REQUEST_NETWORK_FORM, text);
		return false;
	}
	*out = prefix_network(&p);
	if (is_judged(&p) || operators(d, out, loop_now_ns()))
		return true;
	*refusal = control_error("\"%s\" is not blocked: of networks only"
				 " blocked ones and IPv6 /64s can be explained",
				 text);
	return false;
}

json_t *request_explain(struct daemon *d, int argc, char **argv)
{
	bool observes = judge_mode(d->judge) == MODE_OBSERVE;
	struct prefix source;
	json_t *answer, *explained;

	(void)argc;
	if (!parse_source(d, argv[1], &source, &answer))
		return answer;
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
