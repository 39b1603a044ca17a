/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world that a forger works on for a day: four servers, customers with a
 * connection every few minutes, addresses that are never to be listed,
 * bystanders, and two real offenders, one quick and one slow.
 */
#ifndef HANDSHAKED_TESTS_FORGED_WORLD_H
#define HANDSHAKED_TESTS_FORGED_WORLD_H

#include <time.h>

#include "forger.h"

#define CUSTOMERS   40
#define SERVERS     4
#define MOST_HOURLY (60 * 60 + 60)

struct customer {
	struct address address;
	uint16_t port;
	uint64_t period_ns;
	uint64_t good_since_ns;          /* 0: not yet in good standing */
	uint32_t opened, served, failed; /* since it is in good standing */
};

/* Looks for open ports by connecting, and closes at once, without a word. */
struct prober {
	struct address address;
	uint64_t gap_ns;
	/*
	 * Gets into good standing first, and sends probes that anybody could
	 * have forged between those that he alone can send.
	 */
	bool is_sly;
	unsigned int probes;
	unsigned int listed, listed_proved;
};

struct world {
	struct endpoints net;
	struct forger forger;
	struct judge_config config;
	bool is_host; /* the servers are this machine, else behind it */
	struct customer customer[CUSTOMERS];
	struct prober quick, slow, sly;
	/* Moments of the last listings of bystanders, in a ring. */
	uint64_t listed_ns[MOST_HOURLY];
	uint32_t num_listed, most_hourly;
	/* Segments of customers that were judged, and those dropped. */
	uint64_t judged, dropped, late_syns;
	/* Answers to a SYN/ACK that a forged SYN called forth. */
	uint64_t dropped_answers;
	/*
	 * Held back, the customer being restricted for what was forged, and
	 * the endpoint such as nobody has ever had a connection with.
	 */
	uint64_t held_back;
	bool has_served[2 * SERVERS][4];
};

static inline struct world *world_of(struct simulation *s)
{
	return s->world;
}

/* ---- addresses ---- */

static inline struct address world_server(uint32_t number, bool ipv6)
{
	struct address a = sim_address("2001:db8:1::10");

	number %= SERVERS;
	if (!ipv6)
		return sim_ipv4(0xc000020a + number);
	a.byte[15] = (uint8_t)(0x10 + number);
	return a;
}

static inline struct address world_dark(uint32_t number, bool ipv6)
{
	struct address a = sim_address("2001:db8:1::1:0");

	if (!ipv6)
		return sim_ipv4(0xc0000280 + number % 100);
	a.byte[15] = (uint8_t)number;
	return a;
}

static inline uint16_t world_open_port(uint32_t number)
{
	static const uint16_t port[] = {22, 25, 80, 443};

	return port[number % ARRAY_SIZE(port)];
}

static inline struct address world_customer(void *world, uint32_t number)
{
	struct world *w = world;

	return w->customer[number % CUSTOMERS].address;
}

static inline struct address world_exempt(void *world, uint32_t number)
{
	(void)world;
	if (number % 4 == 0)
		return sim_address("2001:db8:e::1");
	return sim_ipv4(0xc6120000 + number % 4);
}

static inline bool is_server(const struct address *address)
{
	for (uint32_t i = 0; i < 2 * SERVERS; i++) {
		struct address server = world_server(i, i >= SERVERS);

		if (address_equal(address, &server))
			return true;
	}
	return false;
}

/* Has anybody had a connection with this endpoint yet? */
static inline bool *has_served(struct world *w, const struct address *address,
			       uint16_t port)
{
	for (uint32_t i = 0; i < 2 * SERVERS; i++) {
		struct address server = world_server(i, i >= SERVERS);

		for (uint32_t k = 0; k < 4; k++)
			if (address_equal(address, &server) &&
			    world_open_port(k) == port)
				return &w->has_served[i][k];
	}
	return NULL;
}

static inline struct customer *customer_at(struct world *w,
					   const struct prefix *source)
{
	for (unsigned int i = 0; i < CUSTOMERS; i++)
		if (prefix_holds(source, &w->customer[i].address))
			return &w->customer[i];
	return NULL;
}

/* Every second bystander has a machine behind it, and so has all the rest. */
static inline bool world_is_alive(void *world, const struct address *address)
{
	struct prefix source = {*address, 128};

	if (address_is_ipv4(address) && address->byte[12] == 10)
		return address->byte[15] & 1;
	if (address->byte[0] == 0x20 && address->byte[5] == 0xb)
		return address->byte[15] & 1;
	if (address->byte[0] == 0x20 && address->byte[5] == 0xc)
		return customer_at(world, &source);
	return is_server(address) || !address_is_ipv4(address)
		       ? is_server(address)
		       : address->byte[12] != 192;
}

static inline bool world_is_local(void *world, const struct address *address)
{
	return ((struct world *)world)->is_host && is_server(address);
}

static inline bool world_is_open(void *world, const struct address *address,
				 uint16_t port)
{
	(void)world;
	if (!is_server(address))
		return false;
	for (uint32_t i = 0; i < 4; i++)
		if (world_open_port(i) == port)
			return true;
	return false;
}

/* ---- customers ---- */

static inline void customer_comes(struct simulation *s,
				  const struct sim_event *e)
{
	struct customer *c = e->who;
	bool ipv6 = !address_is_ipv4(&c->address);
	struct address server = world_server(random_below(100), ipv6);

	if (++c->port < 1024)
		c->port = 1024;
	c->opened++;
	endpoint_open(s, c, &c->address, c->port, &server,
		      world_open_port(random_below(100)));
	sim_at(s, s->now_ns + c->period_ns / 2 + sim_random_ns(c->period_ns),
	       *e);
}

static inline void world_over(struct simulation *s, struct tcb *t, bool served)
{
	struct customer *c = t->owner;

	if (served)
		*has_served(world_of(s), &t->remote, t->remote_port) = true;
	if (!c)
		return;
	c->served += served;
	c->failed += !served && !t->held && c->good_since_ns;
	/* A forger can keep a newcomer's connection from being recognised. */
	if (served && !c->good_since_ns && sim_explain(s, &c->address).good)
		c->good_since_ns = s->now_ns;
}

/* The first customers come at once, the last five in the course of the day. */
static inline void world_add_customer(struct simulation *s, unsigned int i)
{
	struct customer *c = &world_of(s)->customer[i];
	uint64_t from_ns =
		i + 5 < CUSTOMERS ? 10 * NS_PER_MINUTE : 20 * NS_PER_HOUR;

	c->address = sim_ipv4(0xcb007100 + i + 1);
	if (i % 4 == 0) {
		c->address = sim_address("2001:db8:c::7");
		c->address.byte[7] = (uint8_t)i;
	}
	c->port = (uint16_t)random_bits();
	c->period_ns = 2 * NS_PER_MINUTE + sim_random_ns(8 * NS_PER_MINUTE);
	if (i == 1)
		c->period_ns = 6 * NS_PER_HOUR;
	sim_at(s, s->now_ns + 10 * NS_PER_S + sim_random_ns(from_ns),
	       (struct sim_event){.happens = customer_comes, .who = c});
}

/* What endpoints send; the forger hears of connections, not of numbers. */
static inline void world_sent(struct simulation *s, const struct segment *seg,
			      struct decision d, bool was_judged)
{
	struct world *w = world_of(s);
	struct prefix source = {seg->src, 128};
	struct customer *c = customer_at(w, &source);
	struct tcb *t = tcb_of_sender(&w->net, seg);

	/* Payload would make of a probe a good connection. */
	if (t && t->mute)
		assert_int_equal(seg->data_len, 0);
	if (!c || !t || !was_judged)
		return;
	w->judged++;
	if (t->state == TCB_ESTABLISHED && seg->data_len == 0 &&
	    s->now_ns < w->forger.inside_until_ns && random_once_in(2))
		forge_inside(s, seg, 1 + random_below(3));
	w->late_syns += t->tries > 0 && t->state == TCB_SYN_SENT;
	if (d.verdict != VERDICT_DROP || !c->good_since_ns)
		return;
	if (t->state == TCB_FIN_SENT &&
	    d.finding == FINDING_BAD_HANDSHAKE_ACK) {
		w->dropped_answers++;
	} else if (seg->flags == TCP_SYN &&
		   !*has_served(w, &seg->dst, seg->dst_port)) {
		w->held_back++;
		t->held = true;
	} else if (w->dropped++ < 10) {
		print_message("dropped: port %u to port %u, flags %x, %s\n",
			      seg->src_port, seg->dst_port, seg->flags,
			      finding_name[d.finding]);
	}
}

/* ---- real offenders ---- */

static inline void prober_closes(struct simulation *s,
				 const struct sim_event *e)
{
	struct tcb *t = tcb_of_timer(e);

	if (!t)
		return;
	if (t->state == TCB_ESTABLISHED)
		tcb_send(s, t, TCP_ACK | TCP_FIN, t->snd_nxt++, 0);
	t->state = TCB_FIN_SENT;
}

static inline void prober_hides(struct simulation *s, const struct prober *p,
				const struct address *server, uint16_t port)
{
	struct segment seg = {.src = p->address, .dst = *server, .ttl = 64};

	for (uint16_t i = 0; i < 4; i++) {
		seg.dst_port = i ? (uint16_t)(5000 + 4 * p->probes + i) : port;
		sim_judge(s, &seg);
	}
}

static inline void prober_probes(struct simulation *s,
				 const struct sim_event *e)
{
	struct prober *p = e->who;
	struct address server = world_server(p->probes / 4, false);
	uint16_t port = world_open_port(p->probes);
	struct tcb *t;

	if (p->is_sly && p->probes > 0)
		prober_hides(s, p, &server, port);
	t = endpoint_open(s, NULL, &p->address, (uint16_t)(2000 + p->probes),
			  &server, port);
	t->mute = !p->is_sly || p->probes > 0;
	if (t->mute)
		tcb_later(s, t, 50 * NS_PER_MS, prober_closes);
	if (++p->probes < 4 * SERVERS)
		sim_at(s, s->now_ns + p->gap_ns, *e);
}

static inline void world_add_prober(struct simulation *s, struct prober *p,
				    uint32_t address, uint64_t gap_ns)
{
	p->address = sim_ipv4(address);
	p->gap_ns = gap_ns;
	sim_at(s, s->now_ns + NS_PER_HOUR,
	       (struct sim_event){.happens = prober_probes, .who = p});
}

/* So often as if nobody forged, each time on what only he can have sent. */
static inline void expect_listed(const struct prober *p, unsigned int times)
{
	assert_int_equal(p->listed_proved, times);
	assert_int_equal(p->listed, times);
}

#endif
