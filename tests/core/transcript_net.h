/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The notation of transcript.h between IPv6 addresses: a client <letter> of
 * network <net> is 2001:db8:<net>::<letter>, in a /64 with its neighbours; a
 * server <letter> is 2001:db8:ffff::<letter>.
 */
#ifndef HANDSHAKED_TESTS_TRANSCRIPT_NET_H
#define HANDSHAKED_TESTS_TRANSCRIPT_NET_H

#include "transcript.h"

static inline struct address net_address(unsigned int net, char host)
{
	struct address a = {.byte = {0x20, 0x01, 0x0d, 0xb8}};

	if (host < 'a')
		net = 0xffff;
	a.byte[4] = (uint8_t)(net >> 8);
	a.byte[5] = (uint8_t)net;
	a.byte[15] = (uint8_t)host;
	return a;
}

static inline struct prefix net_prefix(unsigned int net)
{
	struct prefix p = {net_address(net, 'a'), 64};

	p.address.byte[15] = 0;
	return p;
}

__attribute__((format(printf, 3, 4))) static inline struct decision
say_net(struct transcript *t, unsigned int net, const char *format, ...)
{
	char text[128];
	struct segment seg;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	seg = parse_say(text);
	seg.src = net_address(net, (char)seg.src.byte[15]);
	seg.dst = net_address(net, (char)seg.dst.byte[15]);
	return say_segment(t, &seg);
}

/* A connection with payload. */
static inline void use_net(struct transcript *t, unsigned int net, char host)
{
	say_net(t, net, "%c:3000 > S:80 So 100", host);
	say_net(t, net, "S:80 > %c:3000 SA 500 101", host);
	say_net(t, net, "%c:3000 > S:80 PA 101 501 9", host);
	assert_true(t->last.settled);
}

#endif
