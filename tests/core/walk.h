/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the walks: a judge that is led into every state by a short honest
 * conversation (a route), each time between two ends never heard of before,
 * and then given any segment. What the two ends have shown one another is
 * kept beside it by a witness who knows nothing of the table.
 */
#ifndef HANDSHAKED_TESTS_WALK_H
#define HANDSHAKED_TESTS_WALK_H

#include "../random.h"

#include <stdio.h>
#include <string.h>

/* The records of the judge: what it must leave alone shows only there. */
#include "../../src/core/judge_internal.h"

#define HALF_WINDOW     (1 << 30) /* RFC 7323 section 2.3 */
#define UNSCALED_WINDOW 65535

/* The nine sets of flags that a conforming host can send. */
static const uint16_t valid_flags[] = {
	TCP_SYN, TCP_SYN | TCP_URG,           TCP_SYN | TCP_ACK,
	TCP_RST, TCP_RST | TCP_ACK,           TCP_FIN | TCP_ACK,
	TCP_ACK, TCP_FIN | TCP_ACK | TCP_URG, TCP_ACK | TCP_URG,
};

/* ---- what an onlooker makes of the two ends ---- */

#define WITNESS_ISNS 16

struct witness {
	enum handshake_side orig; /* who opened, or spoke first */
	bool has_ack, responder_wrote, originator_wrote;
	uint32_t syn[WITNESS_ISNS]; /* of the originator's SYNs */
	uint32_t isn[WITNESS_ISNS]; /* of SYN/ACKs that answered one */
	unsigned int syns, isns;
	bool syn_has_data;
	uint32_t ack_seq, ack_ack; /* of the originator's last with ACK */
	bool proved;   /* the originator acknowledged one of those */
	bool has_used; /* then sent payload, or read the responder's */
	bool in_step;  /* the responder answered what it acknowledged */
	unsigned int segments;
};

static inline bool within(uint32_t number, uint32_t low, uint32_t more)
{
	return number - low <= more;
}

/* Not farther than the largest window, either way. */
static inline bool is_near(uint32_t a, uint32_t b)
{
	int64_t distance = (int32_t)(a - b);

	return distance >= -HALF_WINDOW && distance <= HALF_WINDOW;
}

static inline void witness_proof(struct witness *w)
{
	uint32_t written = w->responder_wrote ? UNSCALED_WINDOW : 0;

	for (unsigned int i = 0; w->has_ack && i < w->isns; i++)
		w->proved |= within(w->ack_ack, w->isn[i] + 1, written);
}

static inline void witness_originator(struct witness *w,
				      const struct segment *seg)
{
	if ((seg->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
		assert_true(w->syns < WITNESS_ISNS);
		w->syn[w->syns++] = seg->seq;
		w->syn_has_data |= seg->data_len > 0;
		return;
	}
	w->has_ack = true;
	w->ack_seq = seg->seq;
	w->ack_ack = seg->ack;
	w->originator_wrote |= seg->data_len > 0;
	witness_proof(w);
	w->has_used |= w->originator_wrote;
	for (unsigned int i = 0; i < w->isns; i++)
		w->has_used |= w->responder_wrote && seg->ack != w->isn[i] + 1;
}

static inline bool answers_syn(const struct witness *w, uint32_t ack)
{
	uint32_t early = w->syn_has_data ? UNSCALED_WINDOW : 0;

	for (unsigned int i = 0; i < w->syns; i++)
		if (within(ack, w->syn[i] + 1, early))
			return true;
	/* Or the SYN that must have been, before an ACK that came first. */
	return w->has_ack && within(ack, w->ack_seq, early);
}

static inline void witness_responder(struct witness *w,
				     const struct segment *seg)
{
	if (!(seg->flags & TCP_ACK)) {
		/* Its SYN crossed the other: an ISN to acknowledge, too. */
		assert_true(w->isns < WITNESS_ISNS);
		w->isn[w->isns++] = seg->seq;
		return;
	}
	if (!(seg->flags & TCP_SYN)) {
		w->responder_wrote |= seg->data_len > 0;
		w->in_step |= w->has_ack && is_near(seg->seq, w->ack_ack - 1) &&
			      is_near(seg->ack, w->ack_seq - 1);
	} else if (answers_syn(w, seg->ack)) {
		assert_true(w->isns < WITNESS_ISNS);
		w->isn[w->isns++] = seg->seq;
		witness_proof(w);
	}
}

static inline void witness_sees(struct witness *w, enum handshake_side side,
				const struct segment *seg,
				const struct decision *d)
{
	bool is_syn = (seg->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	bool is_anew = is_syn && d->to == HS_SYN_SENT &&
		       !(d->from == HS_SYN_SENT && w->syns > 0 &&
			 seg->seq == w->syn[w->syns - 1]);

	if (d->to == HS_NONE)
		return;
	if (w->segments == 0 || is_anew)
		*w = (struct witness){.orig = side};
	w->segments++;
	if (seg->flags & TCP_RST || finding_of_flags(seg->flags))
		return;
	if (side == w->orig)
		witness_originator(w, seg);
	else
		witness_responder(w, seg);
}

/* ---- the judge, and the ends of one conversation ---- */

#define WALK_LOG 24

struct walk {
	struct judge *judge;
	uint64_t now_ns;
	uint32_t pair; /* its number makes the two addresses */
	struct address end[HS_NUM_SIDES];
	uint32_t isn[HS_NUM_SIDES], next[HS_NUM_SIDES];
	bool local[HS_NUM_SIDES];
	bool checks_proof; /* the judge's note of a proof, too */
	struct witness witness;
	bool has_proof; /* of any connection of the two, this or the last */
	const char *route;
	unsigned int said;
	struct {
		enum handshake_side side;
		uint16_t flags;
		uint32_t seq, ack, len;
		struct decision d;
	} log[WALK_LOG];
};

static inline void walk_tell(const struct walk *w)
{
	print_message("route %s, ISNs %u and %u\n", w->route, w->isn[HS_ORIG],
		      w->isn[HS_RESP]);
	for (unsigned int i = 0; i < w->said && i < WALK_LOG; i++)
		print_message("  %s flags %03x seq %u ack %u len %u: %s, %s -> "
			      "%s, %s%s%s\n",
			      w->log[i].side == HS_ORIG ? "orig" : "resp",
			      w->log[i].flags, w->log[i].seq, w->log[i].ack,
			      w->log[i].len,
			      w->log[i].d.verdict == VERDICT_DROP ? "drop"
								  : "accept",
			      handshake_state_name[w->log[i].d.from],
			      handshake_state_name[w->log[i].d.to],
			      finding_name[w->log[i].d.finding],
			      w->log[i].d.settled ? ", settled" : "",
			      w->log[i].d.listed ? ", listed" : "");
}

#define walk_assert(w, true_it_is)                           \
	do {                                                 \
		if (!(true_it_is)) {                         \
			walk_tell(w);                        \
			fail_msg("not so: %s", #true_it_is); \
		}                                            \
	} while (0)

static inline void walk_open_with(struct walk *w, enum judge_mode mode,
				  bool follow)
{
	static const uint8_t key[16] = "one is as good";
	struct judge_config config;

	judge_config_default(&config);
	config.mode = mode;
	config.follow = follow;
	config.flows = config.sources = config.services = 16;
	config.grace_s = 0;
	memset(w, 0, sizeof(*w));
	w->judge = judge_new(&config, key);
	assert_non_null(w->judge);
	w->now_ns = 1000 * NS_PER_S;
	judge_tick(w->judge, w->now_ns);
}

static inline void walk_open(struct walk *w, enum judge_mode mode)
{
	walk_open_with(w, mode, false);
}

static inline void walk_close(struct walk *w)
{
	const struct judge_counters *c = judge_counters(w->judge);

	assert_int_equal(c->segments, c->accepted + c->dropped);
	judge_free(w->judge);
}

/* Two ends that were never heard of; either may be the lower address. */
static inline void walk_begin(struct walk *w, uint32_t isn, uint32_t peer_isn)
{
	uint32_t n = ++w->pair;
	uint8_t net = n % 2 ? 10 : 12;

	for (int side = 0; side < HS_NUM_SIDES; side++)
		w->end[side] = address_from_ipv4((const uint8_t[4]){
			side == HS_ORIG ? net : 11, (uint8_t)(n >> 16),
			(uint8_t)(n >> 8), (uint8_t)n});
	w->isn[HS_ORIG] = w->next[HS_ORIG] = isn;
	w->isn[HS_RESP] = w->next[HS_RESP] = peer_isn;
	w->witness = (struct witness){.segments = 0};
	w->has_proof = false;
	w->said = 0;
}

static inline struct segment walk_segment(const struct walk *w,
					  enum handshake_side side,
					  uint16_t flags, uint32_t seq,
					  uint32_t ack, uint32_t len)
{
	return (struct segment){
		.src = w->end[side],
		.dst = w->end[!side],
		.src_port = side == HS_ORIG ? 40000 : 4000,
		.dst_port = side == HS_ORIG ? 4000 : 40000,
		.seq = seq,
		.ack = ack,
		.flags = flags,
		.data_len = len,
		.window = 1024,
		.ttl = 64,
		.local = w->local[side],
	};
}

static inline struct flow *walk_flow(struct walk *w)
{
	struct segment seg = walk_segment(w, HS_ORIG, 0, 0, 0, 0);

	return flow_find(w->judge->flows, &seg);
}

/* What is held against an end, good connections and all. */
static inline struct assessment walk_score(struct walk *w,
					   enum handshake_side side)
{
	struct source *s = source_find(w->judge->sources, &w->end[side]);

	return s ? policy_assess(s, &w->judge->config.test, w->now_ns,
				   UINT32_MAX)
		 : (struct assessment){0};
}

static inline unsigned int walk_count(struct walk *w, enum handshake_side side,
				      bool good)
{
	struct source *s = source_find(w->judge->sources, &w->end[side]);
	unsigned int n = 0;

	for (unsigned int i = 0; s && i < s->num_evidence; i++)
		n += (s->evidence[i].finding == FINDING_NONE) == good;
	return n;
}

/* Pieces of evidence against an end, those that weigh nothing too. */
static inline unsigned int walk_evidence(struct walk *w,
					 enum handshake_side side)
{
	return walk_count(w, side, false);
}

/* And for it. */
static inline unsigned int walk_credit(struct walk *w, enum handshake_side side)
{
	return walk_count(w, side, true);
}

/* The rule of settling, as conversation.c states it. */
static inline bool walk_may_settle(const struct walk *w)
{
	return (w->witness.proved && w->witness.has_used) || w->witness.in_step;
}

/* One segment; what must hold of any is asserted here. */
static inline struct decision walk_say(struct walk *w, enum handshake_side side,
				       uint16_t flags, uint32_t seq,
				       uint32_t ack, uint32_t len)
{
	struct segment seg = walk_segment(w, side, flags, seq, ack, len);
	struct judge_counters before = w->judge->counters;
	const struct judge_counters *after = &w->judge->counters;
	struct decision d;

	w->now_ns += NS_PER_MS;
	d = judge_segment(w->judge, &seg, w->now_ns);
	if (w->said < WALK_LOG) {
		w->log[w->said].side = side;
		w->log[w->said].flags = flags;
		w->log[w->said].seq = seq;
		w->log[w->said].ack = ack;
		w->log[w->said].len = len;
		w->log[w->said++].d = d;
	}
	walk_assert(w, after->segments == before.segments + 1);
	walk_assert(w, after->accepted + after->dropped == after->segments);
	walk_assert(w, (after->dropped != before.dropped) ==
			       (d.verdict == VERDICT_DROP));
	if (w->judge->config.mode == MODE_OBSERVE || seg.local)
		walk_assert(w, d.verdict == VERDICT_ACCEPT);
	walk_assert(w, d.from < HS_NUM_STATES && d.to < HS_NUM_STATES);
	walk_assert(w, d.finding < NUM_FINDINGS);
	walk_assert(w, !d.listed);
	witness_sees(&w->witness, side, &seg, &d);
	w->has_proof |= w->witness.proved;
	if (d.settled)
		walk_assert(w, walk_may_settle(w));
	if (w->checks_proof && walk_flow(w))
		walk_assert(w, w->witness.proved ||
				       !(walk_flow(w)->flags & FLOW_PROVED));
	return d;
}

#endif
