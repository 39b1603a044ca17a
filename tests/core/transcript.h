/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A judge on a simulated clock, fed with segments in a short notation, so
 * that a test reads like the conversation it is about:
 *
 *	say(t, "c:4000 > S:80 S 100");		 SYN, SEG.SEQ 100
 *	say(t, "S:80 > c:4000 SA 500 101");	 SYN/ACK, SEQ 500, ACK 101
 *	say(t, "c:4000 > S:80 A 101 501 10");	 ACK with 10 bytes of data
 *
 * A host is one letter: lower case for 203.0.113.<letter>, upper case for
 * 192.0.2.<letter>. Flags: F S R P A U E(CE) W(CWR) N(AE) or - for none; a
 * trailing o stands for an operating system's SYN options.
 */
#ifndef HANDSHAKED_TESTS_TRANSCRIPT_H
#define HANDSHAKED_TESTS_TRANSCRIPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/judge.h"

struct transcript {
	struct judge *judge;
	uint64_t now_ns;
	struct decision last;
};

static inline struct address host_address(char host)
{
	uint8_t server[4] = {192, 0, 2, (uint8_t)host};
	uint8_t client[4] = {203, 0, 113, (uint8_t)host};

	return address_from_ipv4(host < 'a' ? server : client);
}

static inline uint16_t parse_flags(const char *text, struct segment *seg)
{
	static const char letters[] = "FSRPAUEWN";
	uint16_t flags = 0;

	for (; *text && *text != '-'; text++) {
		const char *at = strchr(letters, *text);

		if (*text == 'o')
			seg->options = SEG_OPT_MSS | SEG_OPT_SACK_PERMITTED |
				       SEG_OPT_TIMESTAMPS | SEG_OPT_WSCALE;
		else if (at)
			flags |= (uint16_t)(1 << (at - letters));
		else
			fail_msg("unknown flag %c", *text);
	}
	return flags;
}

static inline struct segment parse_say(const char *text)
{
	struct segment seg = {.ttl = 64, .window = 1024};
	unsigned int from_port, to_port, seq = 0, ack = 0, len = 0;
	char from, to, flags[16];

	if (sscanf(text, "%c:%u > %c:%u %15s %u %u %u", &from, &from_port, &to,
		   &to_port, flags, &seq, &ack, &len) < 5)
		fail_msg("not a segment: %s", text);
	seg.src = host_address(from);
	seg.dst = host_address(to);
	seg.src_port = (uint16_t)from_port;
	seg.dst_port = (uint16_t)to_port;
	seg.flags = parse_flags(flags, &seg);
	seg.seq = seq;
	seg.ack = ack;
	seg.data_len = len;
	return seg;
}

/* A millisecond after the last. Keeps the decision in t->last. */
static inline struct decision say_segment(struct transcript *t,
					  const struct segment *seg)
{
	t->now_ns += NS_PER_MS;
	t->last = judge_segment(t->judge, seg, t->now_ns);
	return t->last;
}

/* The same of a segment in the notation. */
__attribute__((format(printf, 2, 3))) static inline struct decision
say(struct transcript *t, const char *format, ...)
{
	char text[128];
	struct segment seg;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	seg = parse_say(text);
	return say_segment(t, &seg);
}

/* Time goes by, a tenth of a second at a time. */
static inline void wait_s(struct transcript *t, unsigned int seconds)
{
	for (unsigned int i = 0; i < seconds * 10; i++) {
		t->now_ns += NS_PER_S / 10;
		judge_tick(t->judge, t->now_ns);
	}
}

/* The next notice of a listing, or a failed test. */
static inline struct notice next_listing(struct transcript *t)
{
	struct notice n = {.kind = NOTICE_FLOOD};

	while (n.kind != NOTICE_LISTED)
		if (!judge_next_notice(t->judge, &n))
			fail_msg("no source was listed");
	return n;
}

static inline void assert_nobody_listed(struct transcript *t)
{
	assert_int_equal(judge_counters(t->judge)->listings, 0);
}

static inline void assert_listed_as(struct transcript *t, char host,
				    const char *reason)
{
	struct address address = host_address(host);
	struct notice n = next_listing(t);

	assert_true(address_equal(&n.offender.source.address, &address));
	if (strncmp(n.text, reason, strlen(reason)) != 0)
		fail_msg("listed as \"%s\", not \"%s\"", n.text, reason);
}

/* A whole handshake of host:port with server:service, with its last ACK. */
static inline void shake_hands(struct transcript *t, char host,
			       unsigned int port, char server,
			       unsigned int service)
{
	say(t, "%c:%u > %c:%u So 100", host, port, server, service);
	say(t, "%c:%u > %c:%u SA 500 101", server, service, host, port);
	say(t, "%c:%u > %c:%u A 101 501", host, port, server, service);
}

/* A served port known to the judge: somebody else connected once. */
static inline void serve(struct transcript *t, char server,
			 unsigned int service)
{
	struct address address = host_address(server);

	judge_learn_service(t->judge, &address, (uint16_t)service);
}

/* A small judge without grace. */
static inline struct judge_config transcript_config(void)
{
	struct judge_config config;

	judge_config_default(&config);
	config.flows = 4096;
	config.sources = 1024;
	config.services = 1024;
	config.grace_s = 0;
	return config;
}

/* A new judge with another configuration, its first tick done. */
static inline void begin_with(struct transcript *t,
			      const struct judge_config *config)
{
	static const uint8_t key[16] = "not so secret";

	judge_free(t->judge);
	t->judge = judge_new(config, key);
	if (t->judge)
		judge_tick(t->judge, t->now_ns);
}

/* For cmocka. */
static inline int transcript_start(void **state)
{
	struct transcript *t = calloc(1, sizeof(*t));
	struct judge_config config = transcript_config();

	t->now_ns = 1000 * NS_PER_S;
	begin_with(t, &config);
	*state = t;
	return t->judge ? 0 : -1;
}

static inline int transcript_end(void **state)
{
	struct transcript *t = *state;
	const struct judge_counters *c = judge_counters(t->judge);
	bool adds_up = c->segments == c->accepted + c->dropped;

	judge_free(t->judge);
	free(t);
	return adds_up ? 0 : -1;
}

#define transcript_test(f) \
	cmocka_unit_test_setup_teardown(f, transcript_start, transcript_end)

#endif
