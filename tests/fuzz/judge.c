/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any sequence of segments with times, in a small world in which they meet,
 * and of all else that is asked of a judge: every one gets its verdict, the
 * counters add up, tables stay within bounds, nobody is listed who must not
 * be, and what is written down of an offender is taken back.
 *
 * An input is a byte of choices (enum choice), then a step after the other: a
 * byte of time (next_time), and a byte that says what. Above its lowest two
 * bits is a number; these say whether a segment follows (01, to the first
 * judge; 11, to the second) or something else (judge_other.h). judge_seeds.py
 * writes such inputs from the transcripts.
 */
#include "judge_other.h"

/* Flags of the byte `extra` of a segment. */
enum extra {
	EXTRA_LOCAL = 1,
	EXTRA_TIMESTAMPS = 2,
	EXTRA_FAST_OPEN = 4,
	EXTRA_AE = 8,
	EXTRA_FORESEE = 16,
	EXTRA_ZERO_WINDOW = 32,
	EXTRA_SYN_OPTIONS = 64, /* as an operating system writes them */
	EXTRA_MUCH_DATA = 128,
};

static uint8_t read_options(uint32_t extra)
{
	uint8_t options = 0;

	if (extra & EXTRA_TIMESTAMPS)
		options |= SEG_OPT_TIMESTAMPS;
	if (extra & EXTRA_FAST_OPEN)
		options |= SEG_OPT_FAST_OPEN;
	if (extra & EXTRA_SYN_OPTIONS)
		options |=
			SEG_OPT_MSS | SEG_OPT_SACK_PERMITTED | SEG_OPT_WSCALE;
	return options;
}

static struct segment read_segment(struct input *in, uint32_t *extra)
{
	struct segment seg = {.ttl = 64};

	seg.src = address_of(input_number(in, 1));
	seg.dst = address_of(input_number(in, 1));
	seg.src_port = (uint16_t)(1 + input_number(in, 1));
	seg.dst_port = (uint16_t)(1 + input_number(in, 1));
	seg.flags = (uint16_t)input_number(in, 1);
	/* Small numbers of either sign, so that they meet. */
	seg.seq = (uint32_t)(int16_t)input_number(in, 2);
	seg.ack = (uint32_t)(int16_t)input_number(in, 2);
	seg.data_len = input_number(in, 1);
	*extra = input_number(in, 1);
	seg.local = *extra & EXTRA_LOCAL;
	seg.options = read_options(*extra);
	if (*extra & EXTRA_AE)
		seg.flags |= TCP_AE;
	if (*extra & EXTRA_MUCH_DATA)
		seg.data_len <<= 8;
	seg.window = *extra & EXTRA_ZERO_WINDOW ? 0 : 1024;
	return seg;
}

static void take_segment(struct world *w, struct judge *j, struct input *in)
{
	uint32_t extra;
	struct segment seg = read_segment(in, &extra);
	struct segment ahead[64];
	struct sighting *s;
	struct decision d;

	for (size_t i = 0; i < ARRAY_SIZE(ahead); i++)
		ahead[i] = seg;
	if (extra & EXTRA_FORESEE) {
		judge_foresee(j, ahead, ARRAY_SIZE(ahead));
		seg = ahead[0];
	}
	d = judge_segment(j, &seg, w->now_ns);
	CLAIM(d.verdict == VERDICT_ACCEPT || d.verdict == VERDICT_DROP);
	CLAIM(!seg.local || d.verdict == VERDICT_ACCEPT);
	CLAIM(d.verdict == VERDICT_ACCEPT || judge_mode(j) == MODE_ENFORCE);
	CLAIM(d.finding < NUM_FINDINGS);
	CLAIM(d.from < HS_NUM_STATES && d.to < HS_NUM_STATES);
	if (d.finding == FINDING_NONE)
		return;
	s = sighting_add(&w->sightings);
	if (s)
		sighting_of(s, &seg, &d, w->now_ns);
}

/* Steps of up to a day, now and then one backwards. */
static uint64_t next_time(struct input *in, uint64_t now_ns)
{
	static const uint64_t unit[] = {
		0,        NS_PER_MS,     NS_PER_S / 100, NS_PER_S / 10,
		NS_PER_S, 30 * NS_PER_S, 3600 * NS_PER_S};
	uint32_t n = input_number(in, 1);

	if ((n & 7) == 7)
		return now_ns > NS_PER_S ? now_ns - NS_PER_S : 0;
	return now_ns + unit[n & 7] * (n >> 3);
}

static void check_judge(const struct world *w, const struct judge *j)
{
	const struct judge_counters *c = judge_counters(j);

	CLAIM(c->segments == c->accepted + c->dropped);
	CLAIM(judge_num_flows(j) <= w->config.flows);
	CLAIM(judge_num_listed(j) <= judge_num_sources(j));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world w;
	struct input in = {data, size};

	world_begin(&w, input_number(&in, 1));
	while (in.left > 0) {
		uint32_t what;
		struct judge *j;

		w.now_ns = next_time(&in, w.now_ns);
		what = input_number(&in, 1);
		j = what & 2 ? w.second : w.first;
		if (what & 1)
			take_segment(&w, j, &in);
		else
			take_other(&w, j, what >> 2, &in);
		/* A restart has brought others. */
		j = what & 2 ? w.second : w.first;
		/* As replay does, and must. */
		if (w.config.follow)
			drain(&w, j);
		check_judge(&w, j);
	}
	world_end(&w);
	return 0;
}
