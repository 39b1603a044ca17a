/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A day of honest clients: what each kind does is a behaviour, a generator of
 * conversations. Protected are twenty servers and a network of clients of
 * their own; the rest of the world is outside.
 */
#ifndef HANDSHAKED_TESTS_POPULATION_H
#define HANDSHAKED_TESTS_POPULATION_H

#include <time.h>

#include "talk.h"

struct behaviour {
	const char *name;
	void (*acts)(struct simulation *s, struct client *c);
	uint32_t clients;
	uint64_t period_ns; /* on average */
	bool inside;        /* on the protected side */
};

#define WEB_SERVERS  16
#define MAIL_SERVERS 4
#define SERVERS      (WEB_SERVERS + MAIL_SERVERS)

struct population {
	struct tally tally;
	struct client *client;
	uint32_t num_clients;
	/* Down: refuses, or does not answer at all. */
	uint32_t refuses, silent;
};

static inline struct population *population_of(struct simulation *s)
{
	return s->world;
}

/* ---- who is asked ---- */

static inline struct address server_address(uint32_t number, bool ipv6)
{
	struct address a = sim_address("2001:db8:1::10");

	if (!ipv6)
		return sim_ipv4(0xc000020a + number);
	a.byte[15] = (uint8_t)(0x10 + number);
	return a;
}

static inline uint16_t a_port_of(uint32_t server)
{
	static const uint16_t mail[] = {25, 587, 993, 443};

	if (server >= WEB_SERVERS)
		return mail[random_below(ARRAY_SIZE(mail))];
	return random_once_in(5) ? 80 : 443;
}

/* A client goes back to where it has been, most of the time. */
static inline uint32_t a_server_for(const struct client *c)
{
	if (random_once_in(4))
		return random_below(SERVERS);
	return (c->number + random_below(3)) % SERVERS;
}

static inline struct talk *talk_with(struct simulation *s, struct client *c,
				     uint32_t number, uint16_t port)
{
	struct address server =
		server_address(number, !address_is_ipv4(&c->address));

	return talk_begin(s, c, &server, port);
}

/* ---- behaviours ---- */

static inline void browses(struct simulation *s, struct client *c)
{
	uint32_t server = a_server_for(c);
	struct talk *t = talk_with(s, c, server, a_port_of(server));
	struct population *p = population_of(s);

	if (p->refuses & 1u << server)
		talk_refused(s, t);
	else if (p->silent & 1u << server)
		talk_unanswered(s, t);
	else
		talk_whole(s, t);
	talk_end(t);
}

/* A page, and what hangs from it: several connections at once. */
static inline void opens_a_page(struct simulation *s, struct client *c)
{
	for (uint32_t i = random_below(6); i > 0; i--)
		browses(s, c);
	browses(s, c);
}

/* Nobody serves there, but some ask. */
static const uint16_t closed_port[] = {8080, 21};

static inline bool is_closed(uint16_t port)
{
	return port == closed_port[0] || port == closed_port[1];
}

/* Many users behind one address; once in a while one of them is mistaken. */
static inline void many_users(struct simulation *s, struct client *c)
{
	struct talk *t;

	if (!random_once_in(500)) {
		browses(s, c);
		return;
	}
	t = talk_with(s, c, random_below(SERVERS),
		      closed_port[random_below(2)]);
	talk_refused(s, t);
	talk_end(t);
}

/*
 * A client that does not work: loses its way after the SYN/ACK, resets what it
 * was given, closes without a word, asks for a service that is no more.
 */
static inline void is_broken(struct simulation *s, struct client *c)
{
	uint32_t server = a_server_for(c);
	struct talk *t = talk_with(s, c, server, a_port_of(server));

	switch (random_below(4)) {
	case 0:
		talk_client(s, t, TCP_SYN, 0);
		talk_server(s, t, TCP_SYN | TCP_ACK, 0);
		break;
	case 1:
		talk_client(s, t, TCP_SYN, 0);
		talk_server(s, t, TCP_SYN | TCP_ACK, 0);
		talk_client(s, t, TCP_RST, 0);
		break;
	case 2:
		talk_open(s, t);
		talk_close(s, t);
		break;
	default:
		t->server_port = closed_port[0];
		talk_refused(s, t);
	}
	talk_end(t);
}

static inline void one_in_twenty_is_broken(struct simulation *s,
					   struct client *c)
{
	if (random_once_in(20))
		is_broken(s, c);
	else
		browses(s, c);
}

/* Out of coverage, and back an hour later with a FIN, or more of them. */
static inline void loses_the_network(struct simulation *s, struct client *c)
{
	uint32_t server = a_server_for(c);
	struct talk *t = talk_with(s, c, server, a_port_of(server));
	uint64_t late_ns = NS_PER_MINUTE + sim_random_ns(3 * NS_PER_HOUR);

	talk_open(s, t);
	talk_data(s, t);
	talk_say(s, t, late_ns, true, TCP_ACK | TCP_FIN, 0, true);
	t->client_seq--;
	talk_say(s, t, NS_PER_S, true, TCP_ACK | TCP_FIN, 0, true);
	if (random_once_in(2))
		talk_say(s, t, NS_PER_S, true, TCP_RST | TCP_ACK, 0, true);
	talk_end(t);
}

/* SYN, SYN/ACK, RST: a load balancer's check of one port. */
static inline void checks_health(struct simulation *s, struct client *c)
{
	struct talk *t = talk_with(s, c, c->number % SERVERS, 443);

	talk_client(s, t, TCP_SYN, 0);
	talk_server(s, t, TCP_SYN | TCP_ACK, 0);
	talk_client(s, t, TCP_RST, 0);
	talk_end(t);
}

/* A page of each server, and a bare connection to one port of it. */
static inline void monitors(struct simulation *s, struct client *c)
{
	for (uint32_t i = 0; i < SERVERS; i++) {
		struct talk *t = talk_with(s, c, i, 443);

		talk_whole(s, t);
		talk_end(t);
		t = talk_with(s, c, i, i < WEB_SERVERS ? 80 : 25);
		talk_open(s, t);
		talk_close(s, t);
		talk_end(t);
	}
}

/* The slower of two attempts is given up, before or after its answer. */
static inline void happy_eyeballs(struct simulation *s, struct client *c)
{
	uint32_t server = random_below(SERVERS);
	uint16_t port = a_port_of(server);
	struct talk *t = talk_with(s, c, server, port);

	talk_whole(s, t);
	talk_end(t);
	c->address = sim_ipv4(0x0b000000 | c->number);
	t = talk_with(s, c, server, port);
	talk_client(s, t, TCP_SYN, 0);
	if (random_once_in(2))
		talk_server(s, t, TCP_SYN | TCP_ACK, 0);
	talk_say(s, t, NS_PER_MS, true, TCP_RST, 0, false);
	talk_end(t);
	c->address = sim_address("2001:db8:f::1");
	c->address.byte[6] = (uint8_t)(c->number >> 8);
	c->address.byte[7] = (uint8_t)c->number;
}

/* The same port again and again, a second after the last connection. */
static inline void reuses_its_port(struct simulation *s, struct client *c)
{
	uint32_t server = a_server_for(c);
	uint16_t port = a_port_of(server);

	for (unsigned int i = 0; i < 3; i++) {
		struct talk *t = talk_with(s, c, server, port);

		c->port = t->client_port = 7777;
		t->at_ns += i * 2 * NS_PER_S;
		talk_whole(s, t);
		talk_end(t);
	}
}

/* Wakes up, and resets what is left of a dozen connections. */
static inline void wakes_up(struct simulation *s, struct client *c)
{
	browses(s, c);
	for (uint32_t i = 0; i < 12; i++) {
		struct talk *t =
			talk_with(s, c, (c->number + i) % SERVERS, 443);

		talk_say(s, t, 0, true, TCP_ACK | TCP_FIN, 0, true);
		talk_say(s, t, NS_PER_S, true, TCP_RST, 0, true);
		talk_end(t);
	}
}

/* ---- from inside ---- */

static inline void asks_outside(struct simulation *s, struct client *c,
				uint16_t port, uint32_t failing_percent)
{
	struct address peer = sim_ipv4(0x14000000 | random_below(1u << 24));
	struct talk *t = talk_begin(s, c, &peer, port);
	uint32_t luck = random_below(100);

	if (luck < failing_percent / 4)
		talk_refused(s, t);
	else if (luck < failing_percent)
		talk_unanswered(s, t);
	else
		talk_whole(s, t);
	talk_end(t);
}

/* Most peers are gone; some of them use the port that all used to. */
static inline void shares_files(struct simulation *s, struct client *c)
{
	uint16_t port = (uint16_t)(1024 + random_below(60000));

	if (random_once_in(4))
		port = 6881;
	for (uint32_t i = random_below(10); i > 0; i--)
		asks_outside(s, c, port, 70);
}

static inline void delivers_mail(struct simulation *s, struct client *c)
{
	asks_outside(s, c, 25, 40);
}

static inline void surfs_from_inside(struct simulation *s, struct client *c)
{
	asks_outside(s, c, 443, 5);
}

#endif
