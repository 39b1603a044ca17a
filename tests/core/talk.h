/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations of honest clients as scripts: each segment with its moment,
 * laid out beforehand. A settled one is passed by unjudged, as the kernel
 * does; one of which a segment is dropped ends there, and that is counted.
 */
#ifndef HANDSHAKED_TESTS_TALK_H
#define HANDSHAKED_TESTS_TALK_H

#include "simulation.h"

struct behaviour;

struct client {
	const struct behaviour *behaviour;
	struct address address;
	uint32_t number;
	uint16_t port;
};

struct talk {
	struct address client, server;
	uint16_t client_port, server_port;
	uint32_t client_seq, server_seq;
	uint64_t at_ns;
	uint32_t segments; /* that are still to come, and one for the script */
	bool settled, cut;
	const struct client *owner;
};

/* What is counted of a day. */
struct tally {
	uint64_t segments, judged, dropped;
	/*
	 * SYNs to a closed port of a source that is restricted for having
	 * asked for so many: it would have been refused, and hears nothing.
	 */
	uint64_t spared_a_refusal;
};

/* Every world of talks begins with it. */
static inline struct tally *tally_of(struct simulation *s)
{
	return s->world;
}

static inline struct talk *talk_begin(struct simulation *s,
				      struct client *owner,
				      const struct address *server,
				      uint16_t port)
{
	struct talk *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	if (++owner->port < 1024)
		owner->port = 1024;
	*t = (struct talk){
		.client = owner->address,
		.server = *server,
		.client_port = owner->port,
		.server_port = port,
		.client_seq = (uint32_t)random_bits(),
		.server_seq = (uint32_t)random_bits(),
		.at_ns = s->now_ns,
		.segments = 1,
		.owner = owner,
	};
	return t;
}

static inline void talk_end(struct talk *t)
{
	if (--t->segments == 0)
		free(t);
}

void talk_dropped(struct simulation *s, const struct talk *t,
		  const struct segment *seg, const struct decision *d);

static inline void talk_segment(struct simulation *s, const struct sim_event *e)
{
	struct talk *t = e->who;
	struct decision d;

	tally_of(s)->segments++;
	if (!t->cut && (!t->settled || e->value)) {
		tally_of(s)->judged++;
		d = sim_judge(s, &e->seg);
		t->settled = d.settled;
		t->cut = d.verdict == VERDICT_DROP;
		if (t->cut)
			talk_dropped(s, t, &e->seg, &d);
	}
	talk_end(t);
}

static inline uint32_t talk_length(uint16_t flags, uint32_t data_len)
{
	return data_len + !!(flags & TCP_SYN) + !!(flags & TCP_FIN);
}

/* So long after the last one. `unmarked`: the kernel has forgotten it. */
static inline void talk_say(struct simulation *s, struct talk *t,
			    uint64_t after_ns, bool from_client, uint16_t flags,
			    uint32_t data_len, bool unmarked)
{
	uint32_t *own = from_client ? &t->client_seq : &t->server_seq;
	uint32_t other = from_client ? t->server_seq : t->client_seq;
	struct segment seg = {
		.src = from_client ? t->client : t->server,
		.dst = from_client ? t->server : t->client,
		.src_port = from_client ? t->client_port : t->server_port,
		.dst_port = from_client ? t->server_port : t->client_port,
		.seq = *own,
		.ack = flags & TCP_ACK ? other : 0,
		.flags = flags,
		.options = flags & TCP_SYN ? SIM_OS_OPTIONS : 0,
		.window = 1024,
		.ttl = 64,
		.data_len = data_len,
	};

	*own += talk_length(flags, data_len);
	t->at_ns += after_ns;
	t->segments++;
	sim_at(s, t->at_ns, (struct sim_event){talk_segment, t, unmarked, seg});
}

/* ---- the parts of a conversation ---- */

static inline uint64_t talk_trip_ns(void)
{
	return 5 * NS_PER_MS + sim_random_ns(60 * NS_PER_MS);
}

static inline void talk_client(struct simulation *s, struct talk *t,
			       uint16_t flags, uint32_t data_len)
{
	talk_say(s, t, talk_trip_ns(), true, flags, data_len, false);
}

static inline void talk_server(struct simulation *s, struct talk *t,
			       uint16_t flags, uint32_t data_len)
{
	talk_say(s, t, NS_PER_MS, false, flags, data_len, false);
}

static inline void talk_open(struct simulation *s, struct talk *t)
{
	talk_client(s, t, TCP_SYN, 0);
	talk_server(s, t, TCP_SYN | TCP_ACK, 0);
	talk_client(s, t, TCP_ACK, 0);
}

static inline void talk_data(struct simulation *s, struct talk *t)
{
	talk_client(s, t, TCP_ACK | TCP_PSH, 100 + random_below(900));
	talk_server(s, t, TCP_ACK | TCP_PSH, 100 + random_below(1300));
	talk_client(s, t, TCP_ACK, 0);
}

static inline void talk_close(struct simulation *s, struct talk *t)
{
	talk_client(s, t, TCP_ACK | TCP_FIN, 0);
	talk_server(s, t, TCP_ACK | TCP_FIN, 0);
	talk_client(s, t, TCP_ACK, 0);
}

/* A SYN that is repeated after 1, 2 and 4 s, and nobody answers. */
static inline void talk_unanswered(struct simulation *s, struct talk *t)
{
	uint32_t iss = t->client_seq;

	for (unsigned int i = 0; i < 4; i++) {
		t->client_seq = iss;
		talk_say(s, t, i ? NS_PER_S << (i - 1) : 0, true, TCP_SYN, 0,
			 false);
	}
}

static inline void talk_refused(struct simulation *s, struct talk *t)
{
	talk_client(s, t, TCP_SYN, 0);
	t->server_seq = 0;
	talk_server(s, t, TCP_RST | TCP_ACK, 0);
}

static inline void talk_whole(struct simulation *s, struct talk *t)
{
	talk_open(s, t);
	talk_data(s, t);
	talk_close(s, t);
}

#endif
