/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A forger: he sends any packet from the address of anybody outside, at any
 * rate, knows everything but the numbers of connections that are not his, and
 * sees no answer. What he does is put together at random: what he sends, in
 * whose name, to what, how fast. What claims an address of the
 * protected side and comes from outside is left out: the rules keep it from
 * the judge.
 */
#ifndef HANDSHAKED_TESTS_FORGER_H
#define HANDSHAKED_TESTS_FORGER_H

#include "endpoint.h"

enum forgery {
	FORGE_FLAGS,     /* what no conforming host sends */
	FORGE_SYN,       /* and nothing else */
	FORGE_HALF_OPEN, /* SYN, and a RST behind it */
	FORGE_BLIND_ACK, /* SYN, ACKs and FINs with random numbers */
	FORGE_ACK,       /* strays */
	FORGE_FIN,
	FORGE_SYN_ACK,
	FORGE_SYN_ACK_TEN, /* the same one, ten times */
	FORGE_RST,
	FORGE_INSIDE,      /* into connections of customers */
	FORGE_BOTH_HALVES, /* a whole conversation with a third party */
	FORGE_WITH_ROUTER, /* the same, with one that is never listed */
	NUM_FORGERIES
};

enum forged_source {
	SOURCE_CUSTOMER,
	SOURCE_EXEMPT,
	SOURCE_BYSTANDER, /* each for a few packets */
	SOURCE_IN_STEP,   /* the same from several of the above at once */
	SOURCE_SAME_NET,  /* hops about in the /64 of a customer */
	NUM_FORGED_SOURCES
};

enum forged_target {
	TARGET_CLOSED,
	TARGET_OPEN,
	TARGET_DARK,
	TARGET_SWEEP, /* a port of many addresses */
	NUM_FORGED_TARGETS
};

#define ALL_OF(count) ((1u << (count)) - 1)

/* What the forger of a test may do: bits of the enums above. */
struct strategy {
	uint32_t forgeries, sources, targets;
	uint32_t campaigns, packets;  /* in all */
	uint32_t listings_per_minute; /* 0: a tenth of the default */
};

/* Packets of one kind, one after the other. */
struct campaign {
	enum forgery forgery;
	enum forged_source source;
	enum forged_target target;
	uint32_t left, each; /* packets: in all, and in one name */
	uint64_t gap_ns;
	unsigned int group; /* of SOURCE_IN_STEP: so many sources */
	struct address names[16];
	uint32_t sent;
	uint16_t port;
};

/* What he has to know of the world. */
struct forger {
	struct campaign campaign[256];
	uint64_t sent, dropped;
	uint64_t inside_until_ns; /* so long into customers' connections */
	/* Addresses that his tests name. */
	struct address (*customer)(void *world, uint32_t number);
	struct address (*exempt)(void *world, uint32_t number);
	struct address (*server)(uint32_t number, bool ipv6);
	struct address (*dark)(uint32_t number, bool ipv6);
	uint16_t (*open_port)(uint32_t number);
};

/* The world begins with its endpoints; then comes the forger. */
struct forged_world {
	struct endpoints net;
	struct forger forger;
};

static inline struct forger *forger_of(struct simulation *s)
{
	return &((struct forged_world *)s->world)->forger;
}

/* ---- sending ---- */

static inline void forger_send(struct simulation *s, const struct segment *seg)
{
	struct decision d;
	bool was_judged;

	forger_of(s)->sent++;
	if (!endpoint_carry(s, seg, &d, &was_judged))
		forger_of(s)->dropped++;
}

static inline void forger_follows(struct simulation *s,
				  const struct sim_event *e)
{
	forger_send(s, &e->seg);
}

/* A moment later. */
static inline void forger_follow(struct simulation *s, struct segment seg,
				 uint16_t flags, uint32_t seq, uint32_t ack)
{
	seg.flags = flags;
	seg.seq = seq;
	seg.ack = ack;
	seg.options = 0;
	sim_at(s, s->now_ns + sim_random_ns(200 * NS_PER_MS),
	       (struct sim_event){forger_follows, NULL, 0, seg});
}

static inline uint16_t forged_flags(enum forgery forgery)
{
	static const uint16_t invalid[] = {
		0,
		TCP_FIN,
		TCP_FIN | TCP_PSH | TCP_URG,
		TCP_SYN | TCP_FIN,
		TCP_SYN | TCP_RST,
		TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK,
	};

	switch (forgery) {
	case FORGE_FLAGS:
		return invalid[random_below(ARRAY_SIZE(invalid))];
	case FORGE_ACK:
		return TCP_ACK;
	case FORGE_FIN:
		return TCP_FIN | TCP_ACK;
	case FORGE_SYN_ACK:
	case FORGE_SYN_ACK_TEN:
		return TCP_SYN | TCP_ACK;
	case FORGE_RST:
		return random_once_in(2) ? TCP_RST : TCP_RST | TCP_ACK;
	case FORGE_SYN:
	case FORGE_HALF_OPEN:
	case FORGE_BLIND_ACK:
	case FORGE_INSIDE:
	case FORGE_BOTH_HALVES:
	case FORGE_WITH_ROUTER:
	case NUM_FORGERIES:
		break;
	}
	return TCP_SYN;
}

/* With somebody who is not ours, at ports that are near each other. */
static inline void forge_both_halves(struct simulation *s, enum forgery forgery,
				     struct segment seg)
{
	struct segment back = seg;

	seg.dst = sim_ipv4(0x0d000000 | random_below(4));
	if (!address_is_ipv4(&seg.src)) {
		seg.dst = sim_address("2001:db8:d::1");
		seg.dst.byte[15] += (uint8_t)random_below(4);
	} else if (forgery == FORGE_WITH_ROUTER) {
		seg.dst = forger_of(s)->exempt(s->world, 1 + random_below(3));
	}
	seg.dst_port = (uint16_t)(20 + random_below(100));
	back.src = seg.dst;
	back.dst = seg.src;
	back.src_port = seg.dst_port;
	back.dst_port = seg.src_port;
	back.flags = TCP_SYN | TCP_ACK;
	back.ack = seg.seq + 1;
	forger_send(s, &seg);
	forger_send(s, &back);
	seg.flags = TCP_ACK;
	seg.seq++;
	seg.ack = back.seq + 1;
	forger_send(s, &seg);
	seg.flags = TCP_ACK | TCP_FIN;
	forger_send(s, &seg);
}

static inline void forge_one(struct simulation *s, enum forgery forgery,
			     struct segment seg)
{
	seg.flags = forged_flags(forgery);
	if (forgery == FORGE_BOTH_HALVES || forgery == FORGE_WITH_ROUTER) {
		forge_both_halves(s, forgery, seg);
		return;
	}
	forger_send(s, &seg);
	if (forgery == FORGE_HALF_OPEN)
		forger_follow(s, seg, TCP_RST, seg.seq + 1, 0);
	for (int i = 0; forgery == FORGE_BLIND_ACK && i < 3; i++)
		forger_follow(s, seg,
			      random_once_in(3) ? TCP_ACK | TCP_FIN : TCP_ACK,
			      seg.seq + 1, (uint32_t)random_bits());
	for (int i = 0; forgery == FORGE_SYN_ACK_TEN && i < 9; i++)
		forger_send(s, &seg);
}

/*
 * Into a connection of which he knows the ends: whatever may move an observer.
 * He has 2^32 sequence numbers to choose from.
 */
static inline void forge_inside(struct simulation *s, const struct segment *of,
				unsigned int packets)
{
	static const uint16_t flags[] = {
		TCP_FIN | TCP_ACK, TCP_RST, TCP_RST | TCP_ACK, TCP_SYN, TCP_ACK,
	};
	struct segment seg = *of;

	for (unsigned int i = 0; i < packets; i++) {
		seg.data_len = random_once_in(8) ? 10 : 0;
		forger_follow(s, seg, flags[random_below(ARRAY_SIZE(flags))],
			      (uint32_t)random_bits(), (uint32_t)random_bits());
	}
}

/* ---- in whose name, and to what ---- */

static inline struct address forged_bystander(void)
{
	uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0xb};

	if (!random_once_in(4))
		return sim_ipv4(0x0a000000 | random_below(1u << 24));
	random_fill(ipv6 + 6, 10);
	return address_from_ipv6(ipv6);
}

static inline struct address forged_neighbour(struct simulation *s)
{
	struct address a;

	do
		a = forger_of(s)->customer(s->world, random_below(64));
	while (address_is_ipv4(&a));
	random_fill(a.byte + 8, 8);
	return a;
}

static inline struct address forged_name(struct simulation *s,
					 const struct campaign *c)
{
	struct forger *f = forger_of(s);

	switch (c->source) {
	case SOURCE_CUSTOMER:
		return f->customer(s->world, random_below(64));
	case SOURCE_EXEMPT:
		return f->exempt(s->world, random_below(64));
	case SOURCE_SAME_NET:
		return forged_neighbour(s);
	case SOURCE_IN_STEP:
		if (random_once_in(3))
			return f->customer(s->world, random_below(64));
		break;
	case SOURCE_BYSTANDER:
	case NUM_FORGED_SOURCES:
		break;
	}
	return forged_bystander();
}

static inline void aim(struct simulation *s, const struct campaign *c,
		       struct segment *seg)
{
	struct forger *f = forger_of(s);
	bool ipv6 = !address_is_ipv4(&seg->src);
	uint32_t number = random_below(100);

	seg->dst = c->target == TARGET_DARK || c->target == TARGET_SWEEP
			   ? f->dark(number, ipv6)
			   : f->server(number, ipv6);
	seg->dst_port = (uint16_t)(1024 + random_below(60000));
	if (c->target == TARGET_OPEN)
		seg->dst_port = f->open_port(random_below(100));
	if (c->target == TARGET_SWEEP)
		seg->dst_port = c->port;
}

static inline void campaign_step(struct simulation *s,
				 const struct sim_event *e)
{
	struct campaign *c = e->who;
	struct segment seg = {.ttl = 64, .window = 1024};

	if (c->sent++ % c->each == 0)
		for (unsigned int i = 0; i < c->group; i++)
			c->names[i] = forged_name(s, c);
	seg.src = c->names[0];
	aim(s, c, &seg);
	seg.options = random_once_in(2) ? SIM_OS_OPTIONS : 0;
	for (unsigned int i = 0; i < c->group && c->left > 0; i++, c->left--) {
		/* Families do not mix in one step. */
		if (address_is_ipv4(&c->names[i]) != address_is_ipv4(&seg.dst))
			continue;
		seg.src = c->names[i];
		seg.src_port = (uint16_t)(1024 + random_below(60000));
		seg.seq = (uint32_t)random_bits();
		seg.ack = (uint32_t)random_bits();
		forge_one(s, c->forgery, seg);
	}
	if (c->left > 0)
		sim_at(s, s->now_ns + c->gap_ns, *e);
}

/* ---- plans ---- */

static inline unsigned int one_of(uint32_t bits)
{
	unsigned int at;

	do
		at = random_below(32);
	while (!(bits & 1u << at));
	return at;
}

static inline void campaign_begin(struct simulation *s, struct campaign *c,
				  const struct strategy *plan)
{
	uint64_t start_ns = s->now_ns + sim_random_ns(NS_PER_DAY * 9 / 10);
	uint32_t packets = plan->packets / plan->campaigns;

	*c = (struct campaign){
		.forgery = one_of(plan->forgeries),
		.source = one_of(plan->sources),
		.target = one_of(plan->targets),
		.each = 1 + random_below(12),
		.group = 1,
		.left = packets / 2 + random_below(packets),
		.port = (uint16_t)random_bits(),
		/* From 0.1 ms to as slow as the day allows. */
		.gap_ns = NS_PER_MS / 10 << random_below(18),
	};
	if (c->source == SOURCE_CUSTOMER || c->source == SOURCE_EXEMPT)
		c->each = 100;
	if (c->source == SOURCE_IN_STEP)
		c->group = 2 + random_below(15);
	if (c->forgery == FORGE_SYN_ACK_TEN)
		c->left /= 10;
	while (c->gap_ns * c->left / c->group > NS_PER_DAY / 2)
		c->gap_ns /= 2;
	sim_at(s, start_ns,
	       (struct sim_event){.happens = campaign_step, .who = c});
	if (c->forgery == FORGE_INSIDE)
		forger_of(s)->inside_until_ns = UINT64_MAX;
}

static inline void forger_begin(struct simulation *s,
				const struct strategy *plan)
{
	for (uint32_t i = 0; i < plan->campaigns; i++)
		campaign_begin(s, &forger_of(s)->campaign[i], plan);
}

#endif
