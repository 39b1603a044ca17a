/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any sequence of segments with times, in a small world in which they meet:
 * every one gets its verdict, the counters add up, tables stay within bounds,
 * and nobody is listed who must not be.
 */
#include "fuzz.h"

#include "core/judge.h"

#define FLOWS   1024
#define SOURCES 1024

/* 203.0.113.0 to .15, and as many of IPv6, in two networks of /64. */
static struct address address_of(uint32_t n)
{
	uint8_t ipv4[4] = {203, 0, 113, n & 15};
	uint8_t ipv6[16] = {
		0x20, 0x01, 0x0d, 0xb8, [7] = n >> 3 & 1, [15] = n & 7};

	return n & 16 ? address_from_ipv6(ipv6) : address_from_ipv4(ipv4);
}

static const struct prefix never = {.bits = 128};

static struct judge *new_judge(uint32_t choice)
{
	static const uint8_t key[16] = "sixteen bytes!!";
	struct prefix exempt[1] = {never}, inside[1];
	struct judge_config c;
	struct judge *j;

	judge_config_default(&c);
	c.flows = FLOWS;
	c.sources = SOURCES;
	c.services = 256;
	c.blocklist_size = 16;
	c.grace_s = 0;
	c.flood_half_open = 16;
	c.follow = choice & 1;
	c.mode = choice & 2 ? MODE_OBSERVE : MODE_ENFORCE;
	j = judge_new(&c, key);
	CLAIM(j);
	exempt[0].address = address_of(1);
	judge_set_exempt(j, exempt, 1);
	inside[0] = (struct prefix){address_of(8), 125};
	if (choice & 4)
		judge_set_inside(j, inside, 1);
	return j;
}

static void drain(struct judge *j)
{
	struct address spared = address_of(1);
	struct notice n;
	struct ending e;

	while (judge_next_notice(j, &n)) {
		CLAIM(memchr(n.text, '\0', sizeof(n.text)));
		if (n.kind == NOTICE_LISTED)
			CLAIM(!prefix_holds(&n.offender.source, &spared) ||
			      n.offender.source.bits == 64);
	}
	while (judge_next_ending(j, &e)) {
		CLAIM(e.conn_state < NUM_CONN_STATES);
		CLAIM(memchr(e.history, '\0', sizeof(e.history)));
	}
}

static struct segment read_segment(struct input *in)
{
	uint32_t ends = input_number(in, 2);
	struct segment seg = {
		.src = address_of(ends & 31),
		.dst = address_of((ends >> 5 & 15) | (ends & 16)),
		.src_port = 1024 + (ends >> 9 & 7),
		.dst_port = 1 + (ends >> 12 & 15),
		.flags = (uint16_t)(input_number(in, 2) & 0x1ff),
		/* Small numbers, so that they meet. */
		.seq = (uint32_t)(int8_t)input_number(in, 1),
		.ack = (uint32_t)(int8_t)input_number(in, 1),
		.ttl = 64,
		.window = 1024,
	};

	if (ends & 0x8000) { /* the other way round */
		uint16_t port = seg.src_port;

		seg.src_port = seg.dst_port;
		seg.dst_port = port;
	}
	return seg;
}

static void take_segment(struct judge *j, struct input *in, uint64_t now_ns)
{
	struct segment seg = read_segment(in);
	uint32_t rest = input_number(in, 1);
	struct decision d;

	seg.local = rest & 1;
	seg.data_len = rest >> 1 & 3 ? rest : 0;
	seg.options = rest & 8 ? SEG_OPT_TIMESTAMPS : 0;
	if (rest & 16)
		judge_foresee(j, &seg, 1);
	d = judge_segment(j, &seg, now_ns);
	CLAIM(d.verdict == VERDICT_ACCEPT || d.verdict == VERDICT_DROP);
	CLAIM(!seg.local || d.verdict == VERDICT_ACCEPT);
	CLAIM(d.finding < NUM_FINDINGS);
}

static void take_other(struct judge *j, struct input *in, uint64_t now_ns)
{
	uint32_t what = input_number(in, 1);
	struct address a = address_of(input_number(in, 1));
	struct prefix p = {a, what & 128 ? 64 : 128};
	struct settled_end end = {.orig = a,
				  .resp = address_of(input_number(in, 1)),
				  .orig_port = 1024,
				  .resp_port = 7,
				  .conn_state = CONN_SF,
				  .complete = what & 64,
				  .no_payload = what & 32};

	switch (what & 7) {
	case 0:
		judge_refused(j, SEG_NOT_TCP, false);
		break;
	case 1:
		judge_tick(j, now_ns);
		break;
	case 2:
		judge_settled_ended(j, &end, now_ns);
		break;
	case 3:
		judge_learn_service(j, &a, 7);
		break;
	case 4:
		judge_forgive(j, &p);
		break;
	case 5:
		judge_set_mode(j, what & 8 ? MODE_OBSERVE : MODE_ENFORCE);
		break;
	default:
		drain(j);
		break;
	}
}

/* Steps of up to a day, now and then one backwards. */
static uint64_t next_time(struct input *in, uint64_t now_ns)
{
	static const uint64_t unit[] = {0, NS_PER_MS, NS_PER_S / 4,
					30 * NS_PER_S, 3600 * NS_PER_S};
	uint32_t n = input_number(in, 1);

	if ((n & 7) == 7)
		return now_ns > NS_PER_S ? now_ns - NS_PER_S : 0;
	return now_ns + unit[(n & 7) % 5] * (n >> 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	const uint32_t first = input_number(&in, 1);
	struct judge *j = new_judge(first);
	const struct judge_counters *c = judge_counters(j);
	uint64_t now_ns = 1000 * NS_PER_S;

	while (in.left > 0) {
		now_ns = next_time(&in, now_ns);
		if (input_number(&in, 1) & 7)
			take_segment(j, &in, now_ns);
		else
			take_other(j, &in, now_ns);
		if (first & 1)
			drain(j);
		CLAIM(c->segments == c->accepted + c->dropped);
		CLAIM(judge_num_flows(j) <= FLOWS);
		CLAIM(judge_num_sources(j) <= SOURCES);
		CLAIM(judge_num_listed(j) <= 16);
	}
	while (judge_finish(j))
		drain(j);
	drain(j);
	judge_free(j);
	return 0;
}
