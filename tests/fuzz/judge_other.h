/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world of judge.c, and what happens in it besides segments: time, ends
 * the kernel tells, the operator's wishes and questions, a restart.
 */
#ifndef HANDSHAKED_TESTS_FUZZ_JUDGE_OTHER_H
#define HANDSHAKED_TESTS_FUZZ_JUDGE_OTHER_H

#include "fuzz.h"

#include "core/explain.h"
#include "core/segment_text.h"
#include "core/sighting.h"
#include "core/worst.h"

/* The bits of an input's first byte. */
enum choice {
	CHOICE_FOLLOW = 1,
	CHOICE_OBSERVE = 2,
	CHOICE_INSIDE = 4,  /* INSIDE is */
	CHOICE_BESIDE = 8,  /* two judges that share what they know */
	CHOICE_GRACE = 16,  /* of a second */
	CHOICE_SMALL = 32,  /* tables that are full soon */
	CHOICE_EXEMPT = 64, /* EXEMPT is */
	CHOICE_EAGER = 128, /* lists after two failures */
};

/* Never listed: 203.0.113.96 to .99. */
#define EXEMPT ((struct prefix){address_of(96), 126})
/* Ours: 203.0.113.64 to .95, 2001:db8:0:7::/64. */
#define INSIDE                              \
	{                                   \
		{address_of(64), 123},      \
		{                           \
			address_of(240), 64 \
		}                           \
	}

/* The list has no more room. */
#define LISTED 12

struct world {
	struct judge_config config;
	struct judge *first, *second; /* the same where there is one */
	uint64_t now_ns;
	unsigned int restarts;
	bool exempt; /* EXEMPT was all the time */
	struct sighting_ring sightings;
};

/* 203.0.113.0 to .127; of IPv6 eight networks of /64 with 16 addresses. */
static struct address address_of(uint32_t n)
{
	uint8_t ipv4[4] = {203, 0, 113, n & 127};
	uint8_t ipv6[16] = {
		0x20, 0x01, 0x0d, 0xb8, [7] = n >> 4 & 7, [15] = n & 15};

	return n & 128 ? address_from_ipv6(ipv6) : address_from_ipv4(ipv4);
}

static struct prefix read_prefix(struct input *in)
{
	static const uint8_t bits[] = {0, 32, 64, 96, 120, 123, 127, 128};
	const uint8_t length = bits[input_number(in, 1) & 7];

	return (struct prefix){address_of(input_number(in, 1)), length};
}

static struct judge *new_judge(const struct world *w, uint32_t choice)
{
	static const uint8_t key[16] = "sixteen bytes!!";
	const struct prefix exempt = EXEMPT, inside[] = INSIDE;
	struct judge *j = judge_new(&w->config, key);

	CLAIM(j);
	if (choice & CHOICE_EXEMPT)
		judge_set_exempt(j, &exempt, 1);
	if (choice & CHOICE_INSIDE)
		judge_set_inside(j, inside, 2);
	return j;
}

static void choose(struct judge_config *c, uint32_t choice)
{
	judge_config_default(c);
	c->flows = choice & CHOICE_SMALL ? 32 : 1024;
	c->sources = choice & CHOICE_SMALL ? 32 : 1024;
	c->services = choice & CHOICE_SMALL ? 16 : 256;
	c->judges = choice & CHOICE_BESIDE ? 2 : 1;
	c->blocklist_size = LISTED;
	c->grace_s = choice & CHOICE_GRACE ? 1 : 0;
	c->flood_half_open = 16;
	c->inside_failures = 8;
	c->follow = choice & CHOICE_FOLLOW;
	c->mode = choice & CHOICE_OBSERVE ? MODE_OBSERVE : MODE_ENFORCE;
	if (choice & CHOICE_EAGER)
		c->test.threshold = 2 * c->test.failure;
}

static void world_begin(struct world *w, uint32_t choice)
{
	static const uint8_t key[16] = "another of them";

	w->now_ns = 1000 * NS_PER_S;
	w->restarts = 0;
	w->exempt = choice & CHOICE_EXEMPT;
	memset(&w->sightings, 0, sizeof(w->sightings));
	choose(&w->config, choice);
	w->first = w->second = new_judge(w, choice);
	if (choice & CHOICE_BESIDE)
		w->second = judge_new_beside(w->first, w->config.flows, key);
	CLAIM(w->second);
}

static void check_notice(const struct world *w, const struct notice *n)
{
	const struct prefix exempt = EXEMPT;
	const struct prefix *listed = &n->offender.source;

	CLAIM(memchr(n->text, '\0', sizeof(n->text)));
	CLAIM(!strchr(n->text, '\n') && !strchr(n->text, '"'));
	if (n->kind != NOTICE_LISTED)
		return;
	CLAIM(listed->bits == 64 || listed->bits == 128);
	CLAIM(n->timeout_s > 0 && n->timeout_s <= JUDGE_MOST_BLOCK_TIME_S);
	CLAIM(!w->exempt || !prefix_holds(&exempt, &listed->address));
}

static void drain(const struct world *w, struct judge *j)
{
	struct notice n;
	struct ending e;

	CLAIM(!judge_has_notices(j) || judge_has_news(j));
	while (judge_next_notice(j, &n))
		check_notice(w, &n);
	while (judge_next_ending(j, &e)) {
		CLAIM(e.conn_state < NUM_CONN_STATES);
		CLAIM(memchr(e.history, '\0', sizeof(e.history)));
		ending_reason(&e);
	}
	CLAIM(!judge_has_news(j));
}

static void free_judges(struct world *w)
{
	if (w->second != w->first)
		judge_free(w->second);
	judge_free(w->first);
}

static void world_end(struct world *w)
{
	while (judge_finish(w->first))
		drain(w, w->first);
	drain(w, w->first);
	while (judge_finish(w->second))
		drain(w, w->second);
	drain(w, w->second);
	CLAIM(judge_num_flows(w->first) + judge_num_flows(w->second) == 0);
	free_judges(w);
}

/*
 * All that is written down of offenders, and read by the next daemon. There is
 * no source that it would refuse: who was listed stays so.
 */
static void restart(struct world *w)
{
	struct world old = *w;
	struct offender o;
	uint64_t cursor = 0;

	if (w->restarts++ == 2)
		return;
	w->config.judges = 1;
	w->first = w->second =
		new_judge(w, w->exempt ? CHOICE_EXEMPT : CHOICE_FOLLOW);
	judge_set_config(w->first, &w->config);
	while (judge_next_offender(old.first, &cursor, &o)) {
		/* Listed at the judge's time, which does not go back. */
		if (o.listed_ns > w->now_ns)
			w->now_ns = o.listed_ns;
		CLAIM(judge_restore_offender(w->first, &o, w->now_ns));
	}
	CLAIM(judge_num_listed(w->first) <= judge_num_sources(w->first));
	drain(&old, old.first);
	drain(&old, old.second);
	free_judges(&old);
}

/* Any record; no judge takes one that it could not write. */
static void restore(struct world *w, struct judge *j, struct input *in)
{
	struct offender o = {.source = read_prefix(in)}, again;
	uint32_t n = input_number(in, 2);
	uint64_t cursor = 0;

	o.finding = n & 15;
	o.grade = n >> 4 & 3;
	o.offences = n >> 6 & 3;
	o.hosts = n >> 8 & 3;
	o.ports = n >> 10 & 3;
	o.score = (int32_t)(n >> 12) * 1000 - 1000;
	o.listed_ns = w->now_ns - (n & 1) * NS_PER_S;
	o.until_ns = w->now_ns + input_number(in, 1) * 600 * NS_PER_S;
	if (o.source.bits == 64)
		memset(o.source.address.byte + 8, 0, 8 - (n & 1));
	if (!judge_restore_offender(j, &o, w->now_ns))
		return;
	while (judge_next_offender(j, &cursor, &again))
		CLAIM(again.offences > 0 && again.finding < NUM_FINDINGS);
}

static void ask(struct world *w, struct judge *j, struct input *in)
{
	struct prefix p = {address_of(input_number(in, 1)), 128};
	struct held_source worst[3];
	struct explanation x;
	uint32_t total;
	unsigned int n;

	for (p.bits = 128; p.bits > 0; p.bits -= 64) {
		judge_explain(j, &p, w->now_ns, &x);
		CLAIM(x.num_evidence <= SOURCE_EVIDENCE);
		CLAIM(x.known || x.listed_left_ns == 0);
		if (address_is_ipv4(&p.address))
			break;
	}
	n = judge_worst_sources(j, w->now_ns, worst, ARRAY_SIZE(worst), &total);
	CLAIM(n <= ARRAY_SIZE(worst) && n <= total);
	for (unsigned int i = 1; i < n; i++)
		CLAIM(worst[i - 1].score >= worst[i].score);
	CLAIM(judge_num_services(j) > 0 || total < UINT32_MAX);
	CLAIM(judge_flow_bytes(j) > 0);
}

/* What a reload may bring, within the ranges of config_value.c. */
static void reconfigure(struct world *w, struct judge *j, struct input *in)
{
	struct judge_config *c = &w->config;
	uint32_t n = input_number(in, 2);

	c->mode = n & 1 ? MODE_OBSERVE : MODE_ENFORCE;
	c->syn_timeout_s = 1 + (n >> 1 & 7);
	c->half_open_timeout_s = 5 + (n >> 4 & 31);
	c->evidence_age_s = n & 0x200 ? 600 : 86400;
	c->block_time_s = n & 0x400 ? 60 : 600;
	c->block_time_max_s = n & 0x800 ? JUDGE_MOST_BLOCK_TIME_S : 86400;
	c->listings_per_minute = n & 0x1000 ? 1 : 1000;
	c->pending = n & 0x2000 ? 1 : 7;
	c->net_addresses = n & 0x4000 ? 2 : 3;
	c->flood_half_open = n & 0x8000 ? 4 : 16;
	judge_set_config(j, c);
}

static void settled_ended(struct world *w, struct judge *j, struct input *in)
{
	uint32_t n = input_number(in, 1);
	struct settled_end end = {
		.orig_port = 200,
		.conn_state = n % NUM_CONN_STATES,
		.complete = n & 64,
		.no_payload = n & 128,
	};

	end.orig = address_of(input_number(in, 1));
	end.resp = address_of(input_number(in, 1));
	end.resp_port = (uint16_t)(1 + input_number(in, 1));
	judge_settled_ended(j, &end, w->now_ns);
}

static void set_lists(struct world *w, struct judge *j, struct input *in)
{
	struct prefix some[JUDGE_MAX_PREFIXES + 1];
	uint32_t n = input_number(in, 1);
	size_t count = n & 2 ? ARRAY_SIZE(some) : n >> 2 & 3;

	for (size_t i = 0; i < count; i++)
		some[i] = i < 4 ? read_prefix(in) : EXEMPT;
	if (n & 1)
		judge_set_inside(j, some, count);
	else
		judge_set_exempt(j, some, count);
	w->exempt &= n & 1;
}

static void look_at_sightings(struct world *w)
{
	struct sighting s;

	while (sighting_next(&w->sightings, &s))
		CLAIM(s.finding > FINDING_NONE && s.finding < NUM_FINDINGS);
	CLAIM(w->sightings.num == 0);
}

static void take_other(struct world *w, struct judge *j, uint32_t what,
		       struct input *in)
{
	struct address a;
	struct prefix p;

	switch (what & 15) {
	case 0:
		judge_refused(j, input_number(in, 1) % SEG_NUM_ERRORS,
			      what & 16);
		break;
	case 1:
		judge_tick(j, w->now_ns);
		break;
	case 2:
		settled_ended(w, j, in);
		break;
	case 3:
		a = address_of(input_number(in, 1));
		judge_learn_service(j, &a, 1 + (uint16_t)input_number(in, 1));
		break;
	case 4:
		p = (struct prefix){address_of(input_number(in, 1)), 128};
		if (what & 16 && !address_is_ipv4(&p.address))
			p.bits = 64;
		judge_forgive(j, &p);
		break;
	case 5:
		judge_set_mode(j, what & 16 ? MODE_OBSERVE : MODE_ENFORCE);
		break;
	case 6:
		p = read_prefix(in);
		judge_forgive_all(j, &p);
		break;
	case 7:
		reconfigure(w, j, in);
		break;
	case 8:
		set_lists(w, j, in);
		break;
	case 9:
		restore(w, j, in);
		break;
	case 10:
		restart(w);
		break;
	case 11:
		look_at_sightings(w);
		break;
	case 12:
		ask(w, j, in);
		break;
	default:
		drain(w, j);
		break;
	}
}

#endif
