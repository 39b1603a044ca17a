/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The traffic that the engine is measured with: packets as the queue of a
 * gateway sees them, from conversations that run side by side by the
 * thousands. Each conversation follows a script, a letter a packet; which
 * script how often is the table `scripts`. Always the same traffic: the
 * generator has a seed of its own.
 */
#ifndef HANDSHAKED_TESTS_BENCH_ENGINE_TRAFFIC_H
#define HANDSHAKED_TESTS_BENCH_ENGINE_TRAFFIC_H

#include <string.h>

#include "core/segment.h"

/* So much of a packet the kernel copies to us. */
#define COPY_BYTES 256

struct packet {
	uint16_t len;
	uint8_t byte[COPY_BYTES];
};

/*
 * Capitals are sent by the client: S SYN, A ACK, D data, F FIN+ACK, R RST.
 * Small letters by the server: h SYN/ACK, r RST+ACK that refuses. Of no
 * conversation: N no flag, I FIN alone, X FIN+PSH+URG, M malformed.
 */
enum who {
	CLIENT,  /* one of CLIENTS to a served port */
	LOST,    /* the same, to a closed port or an address that is dark */
	OPEN,    /* goes on with one that is established, without data yet */
	SETTLED, /* comes after one that is settled */
	SCANNER, /* one of SCANNERS to any address and port */
};

static const struct script {
	const char *letters;
	enum who who;
	unsigned int weight; /* so many of all the conversations */
	const char *what;
} scripts[] = {
	{"ShAD", CLIENT, 740, "handshake and first data: settled"},
	{"SShAD", CLIENT, 35, "the same, its SYN retransmitted"},
	{"ShA", CLIENT, 60, "handshake, data follows much later"},
	{"D", OPEN, 60, "the first data of such"},
	{"Sh", CLIENT, 8, "handshake never completed"},
	{"ShR", CLIENT, 5, "handshake reset by its client"},
	{"F", SETTLED, 60, "late FIN of one that is settled"},
	{"R", SETTLED, 30, "late RST of the same"},
	{"Sr", LOST, 20, "refused"},
	{"S", LOST, 25, "not answered"},
	{"SS", LOST, 10, "not answered, tried twice"},
	{"Sr", SCANNER, 18, "probe: SYN, refused"},
	{"S", SCANNER, 12, "probe: SYN, not answered"},
	{"N", SCANNER, 5, "probe: no flags"},
	{"I", SCANNER, 5, "probe: FIN"},
	{"X", SCANNER, 5, "probe: Xmas"},
	{"A", SCANNER, 14, "probe: lone ACK"},
	{"M", CLIENT, 38, "malformed"},
};

enum {
	CLIENTS = 100000,
	SERVERS = 64,
	SCANNERS = 300, /* new ones each time new_scanners() is called */
	ONE_IN_IPV6 = 8,
	AT_ONCE = 8192,         /* conversations side by side */
	KEPT_OPEN = 1 << 18,    /* that OPEN chooses from, the last */
	KEPT_SETTLED = 1 << 18, /* and SETTLED */
};

struct talk {
	uint32_t client, server, iss, irs;
	uint16_t client_port, server_port;
	uint8_t script, step;
	bool is_ipv6;
};

struct traffic {
	uint64_t random;
	unsigned int weights; /* of all scripts */
	uint32_t first_scanner;
	struct talk slots[AT_ONCE];
	struct talk open[KEPT_OPEN], settled[KEPT_SETTLED];
	uint32_t num_open, num_settled;     /* that were kept so far */
	uint64_t sent[ARRAY_SIZE(scripts)]; /* packets of each script */
};

static const uint16_t served_ports[] = {22, 25, 80, 143, 443, 993, 5432, 8080};

/* SplitMix64 (Steele, Lea and Flood, 2014). */
static inline uint64_t random_bits(struct traffic *t)
{
	uint64_t z = t->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline uint32_t random_below(struct traffic *t, uint32_t limit)
{
	return (uint32_t)((random_bits(t) >> 32) * limit >> 32);
}

/* ---- bytes ---- */

static inline void put_be16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void put_be32(uint8_t *p, uint32_t value)
{
	put_be16(p, value >> 16);
	put_be16(p + 2, value);
}

static inline uint32_t sum_words(const uint8_t *p, size_t len, uint32_t sum)
{
	for (; len > 1; p += 2, len -= 2)
		sum += get_be16(p);
	return len ? sum + (uint32_t)(p[0] << 8) : sum;
}

static inline uint16_t checksum(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* As the usual systems write them: Linux, Windows, Apple; then all others. */
static const struct options {
	uint8_t len, byte[24];
} syn_options[] =
	{
		{20,
		 {2, 4, 5, 180, 4, 2, 8, 10, 1, 2, 3, 4, [16] = 1, 3, 3, 7}},
		{12, {2, 4, 5, 180, 1, 3, 3, 8, 1, 1, 4, 2}},
		{24,
		 {2, 4, 5, 180, 1, 3, 3, 6, 1, 1, 8, 10, 1, 2, 3, 4, [20] = 4,
		  2}},
},
  timestamps = {12, {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8}},
  mss_alone = {4, {2, 4, 5, 180}}, no_options;

/*
 * Inside are 198.51.100.0/24 and 2001:db8:1::/64, servers from 1 and dark
 * addresses from 128 on; everyone else is outside.
 */
static inline void put_address(uint8_t *p, bool is_ipv6, bool inside,
			       uint32_t number)
{
	static const uint8_t inside4[] = {198, 51, 100};
	static const uint8_t inside6[16] = {0x20, 1, 0x0d, 0xb8, 0, 1};
	uint32_t scattered = number * 2654435761u;

	if (!is_ipv6 && inside) {
		memcpy(p, inside4, 3);
		p[3] = (uint8_t)number;
	} else if (!is_ipv6) {
		put_be32(p, number);
		p[0] = (uint8_t)(11 + p[0]);
	} else {
		memcpy(p, inside6, 16);
		put_be32(p + 12, number);
		if (!inside)
			put_be32(p + 4, 0xff000000 | scattered >> 8);
	}
}

struct header {
	bool from_client;
	uint16_t flags;
	const struct options *options;
	uint32_t data_len;
};

static inline size_t put_ip(uint8_t *p, const struct talk *k,
			    const struct header *h, size_t tcp_len)
{
	size_t at = k->is_ipv6 ? 8 : 12, bytes = k->is_ipv6 ? 16 : 4;

	p[0] = k->is_ipv6 ? 0x60 : 0x45;
	put_address(p + at + (h->from_client ? 0 : bytes), k->is_ipv6, false,
		    k->client);
	put_address(p + at + (h->from_client ? bytes : 0), k->is_ipv6, true,
		    k->server);
	if (k->is_ipv6) {
		put_be16(p + 4, (uint32_t)tcp_len);
		p[6] = 6;
		p[7] = 57;
		return 40;
	}
	put_be16(p + 2, (uint32_t)tcp_len + 20);
	p[6] = 0x40;
	p[8] = 57;
	p[9] = 6;
	return 20;
}

static inline void put_packet(struct packet *out, const struct talk *k,
			      const struct header *h)
{
	uint8_t p[2048] = {0}, *tcp;
	size_t header = 20 + h->options->len, tcp_len = header + h->data_len;
	size_t ip = put_ip(p, k, h, tcp_len);
	bool is_first = h->flags & TCP_SYN;

	tcp = p + ip;
	put_be16(tcp + (h->from_client ? 0 : 2), k->client_port);
	put_be16(tcp + (h->from_client ? 2 : 0), k->server_port);
	put_be32(tcp + 4, (h->from_client ? k->iss : k->irs) + !is_first);
	if (h->flags & TCP_ACK)
		put_be32(tcp + 8, (h->from_client ? k->irs : k->iss) + 1);
	put_be16(tcp + 12, (uint32_t)(header << 10) | h->flags);
	put_be16(tcp + 14, 64240);
	memcpy(tcp + 20, h->options->byte, h->options->len);
	memset(tcp + header, 'x', h->data_len);
	put_be16(tcp + 16,
		 checksum(sum_words(tcp, tcp_len,
				    sum_words(p + (k->is_ipv6 ? 8 : 12),
					      k->is_ipv6 ? 32 : 8,
					      (uint32_t)tcp_len + 6))));
	out->len = ip + tcp_len < COPY_BYTES ? (uint16_t)(ip + tcp_len)
					     : COPY_BYTES;
	memcpy(out->byte, p, out->len);
}

/* ---- conversations ---- */

/* What cannot be judged, each in one of five ways. */
static inline void damage(struct traffic *t, struct packet *p)
{
	size_t ip = p->byte[0] >> 4 == 6 ? 40 : 20;

	switch (random_below(t, 5)) {
	case 0:
		p->len = (uint16_t)(ip + 8);
		break;
	case 1:
		p->byte[ip + 12] = 0x30; /* header of 12 bytes */
		break;
	case 2:
		p->byte[ip + 16] ^= 0x55; /* checksum */
		break;
	case 3:
		p->byte[ip == 40 ? 6 : 9] = ip == 40 ? 44 : 1;
		break;
	default:
		p->byte[0] = 0x10;
		break;
	}
}

static inline struct header header_of(struct traffic *t, const struct talk *k,
				      char letter)
{
	const struct options *syn = &syn_options[k->iss % 3];

	if (scripts[k->script].who == SCANNER)
		syn = &mss_alone;
	switch (letter) {
	case 'S':
	case 'M':
		return (struct header){true, TCP_SYN, syn, 0};
	case 'h':
		return (struct header){false, TCP_SYN | TCP_ACK, syn, 0};
	case 'A':
		return (struct header){true, TCP_ACK, &timestamps, 0};
	case 'D':
		return (struct header){true, TCP_ACK | TCP_PSH, &timestamps,
				       40 + random_below(t, 1000)};
	case 'F':
		return (struct header){true, TCP_FIN | TCP_ACK, &timestamps, 0};
	case 'R':
		return (struct header){true, TCP_RST, &no_options, 0};
	case 'r':
		return (struct header){false, TCP_RST | TCP_ACK, &no_options,
				       0};
	case 'I':
		return (struct header){true, TCP_FIN, &no_options, 0};
	case 'X':
		return (struct header){true, TCP_FIN | TCP_PSH | TCP_URG,
				       &no_options, 0};
	default:
		return (struct header){true, 0, &no_options, 0};
	}
}

static inline struct talk new_talk(struct traffic *t, unsigned int script)
{
	enum who who = scripts[script].who;
	uint64_t bits = random_bits(t);
	struct talk k = {
		.script = (uint8_t)script,
		.client = random_below(t, CLIENTS),
		.client_port = (uint16_t)(1024 + random_below(t, 64000)),
		.server = 1 + random_below(t, SERVERS),
		.server_port = served_ports[bits % ARRAY_SIZE(served_ports)],
		.iss = (uint32_t)(bits >> 32),
		.irs = (uint32_t)random_bits(t),
		.is_ipv6 = (bits >> 8) % ONE_IN_IPV6 == 0,
	};

	if (who == SCANNER)
		k.client = t->first_scanner + random_below(t, SCANNERS);
	if (who == SCANNER || who == LOST)
		k.server_port = (uint16_t)(1 + random_below(t, 10000));
	if ((who == SCANNER || who == LOST) &&
	    strcmp(scripts[script].letters, "Sr") != 0)
		k.server += 128;
	return k;
}

static inline struct talk continued(struct traffic *t, unsigned int script)
{
	struct talk k = t->open[random_below(t, KEPT_OPEN)];

	if (scripts[script].who == SETTLED)
		k = t->settled[random_below(t, KEPT_SETTLED)];
	k.script = (uint8_t)script;
	k.step = 0;
	return k;
}

static inline struct talk next_talk(struct traffic *t)
{
	unsigned int at = random_below(t, t->weights), script = 0;

	for (; at >= scripts[script].weight; script++)
		at -= scripts[script].weight;
	if (scripts[script].who == OPEN || scripts[script].who == SETTLED)
		return continued(t, script);
	return new_talk(t, script);
}

/* It has come to its end: others may go on with it. */
static inline void keep_talk(struct traffic *t, const struct talk *k)
{
	const char *letters = scripts[k->script].letters;

	if (strcmp(letters, "ShA") == 0)
		t->open[t->num_open++ % KEPT_OPEN] = *k;
	else if (strcmp(letters, "ShAD") == 0)
		t->settled[t->num_settled++ % KEPT_SETTLED] = *k;
}

/* The next packet of a conversation; false after its last. */
static inline bool next_packet(struct traffic *t, struct talk *k,
			       struct packet *out)
{
	char letter = scripts[k->script].letters[k->step++];
	struct header h = header_of(t, k, letter);

	put_packet(out, k, &h);
	if (letter == 'M')
		damage(t, out);
	t->sent[k->script]++;
	return scripts[k->script].letters[k->step] != '\0';
}

/* The next packet of them all. */
static inline void traffic_next(struct traffic *t, struct packet *out)
{
	struct talk *k = &t->slots[random_below(t, AT_ONCE)];

	if (next_packet(t, k, out))
		return;
	keep_talk(t, k);
	*k = next_talk(t);
}

static inline void traffic_new_scanners(struct traffic *t)
{
	t->first_scanner += SCANNERS;
}

static inline void traffic_begin(struct traffic *t)
{
	memset(t, 0, sizeof(*t));
	t->random = 20261123;
	t->first_scanner = 1 << 24;
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
		t->weights += scripts[i].weight;
	for (size_t i = 0; i < AT_ONCE; i++)
		t->slots[i] = next_talk(t);
}

#endif
