/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ends of simulated connections, in a table by their four numbers. */
#ifndef HANDSHAKED_TESTS_TCB_H
#define HANDSHAKED_TESTS_TCB_H

#include "simulation.h"

enum tcb_state {
	TCB_FREE,
	TCB_SYN_SENT,
	TCB_SYN_RECEIVED,
	TCB_ESTABLISHED,
	TCB_FIN_SENT,
};

/* One end of a connection. */
struct tcb {
	struct address local, remote;
	uint16_t local_port, remote_port;
	enum tcb_state state;
	bool settled; /* the judge said so: the kernel passes it by */
	bool active;  /* opened by this end */
	bool mute;    /* sends no request: it only looks */
	bool held;    /* a SYN of it was held back */
	uint8_t tries;
	uint32_t generation; /* of this record */
	uint32_t snd_una, snd_nxt, rcv_nxt;
	void *owner;
	uint32_t next; /* in its bucket, 0: none */
};

#define TCB_ROOM (1u << 16)

struct endpoints {
	struct tcb tcb[TCB_ROOM]; /* [0] is not used */
	uint32_t bucket[TCB_ROOM], free, fresh;
	/* Does this address answer at all, and at this port? */
	bool (*is_alive)(void *world, const struct address *address);
	bool (*is_open)(void *world, const struct address *address,
			uint16_t port);
	/* Is it an address of the machine that the judge runs on? */
	bool (*is_local)(void *world, const struct address *address);
	/* A segment that an endpoint sent came to `d`. */
	void (*sent)(struct simulation *s, const struct segment *seg,
		     struct decision d, bool was_judged);
	/* A connection that was opened with endpoint_open() is over. */
	void (*over)(struct simulation *s, struct tcb *t, bool served);
	uint64_t think_ns; /* at most this long a client is quiet at first */
};

/* Every world begins with its endpoints. */
static inline struct endpoints *endpoints_of(struct simulation *s)
{
	return s->world;
}

/* ---- the table ---- */

static inline uint32_t tcb_bucket(const struct address *local, uint16_t port,
				  const struct address *remote,
				  uint16_t remote_port)
{
	uint64_t h = get_be64(local->byte) ^ get_be64(remote->byte) * 3;

	h = (h ^ get_be64(local->byte + 8)) * 0x9e3779b97f4a7c15;
	h = (h ^ get_be64(remote->byte + 8) ^ port) * 0x9e3779b97f4a7c15;
	h = (h ^ (uint64_t)remote_port << 16) * 0x9e3779b97f4a7c15;
	return (uint32_t)(h >> 40) % TCB_ROOM;
}

static inline struct tcb *tcb_find(struct endpoints *p,
				   const struct address *local, uint16_t port,
				   const struct address *remote,
				   uint16_t remote_port)
{
	uint32_t n = p->bucket[tcb_bucket(local, port, remote, remote_port)];

	for (; n; n = p->tcb[n].next) {
		struct tcb *t = &p->tcb[n];

		if (t->local_port == port && t->remote_port == remote_port &&
		    address_equal(&t->local, local) &&
		    address_equal(&t->remote, remote))
			return t;
	}
	return NULL;
}

static inline struct tcb *tcb_of_sender(struct endpoints *p,
					const struct segment *seg)
{
	return tcb_find(p, &seg->src, seg->src_port, &seg->dst, seg->dst_port);
}

static inline struct tcb *tcb_of_receiver(struct endpoints *p,
					  const struct segment *seg)
{
	return tcb_find(p, &seg->dst, seg->dst_port, &seg->src, seg->src_port);
}

/* NULL when the backlog is full. */
static inline struct tcb *tcb_add(struct endpoints *p, struct tcb new)
{
	uint32_t *bucket = &p->bucket[tcb_bucket(&new.local, new.local_port,
						 &new.remote, new.remote_port)];
	uint32_t n = p->free;

	if (n)
		p->free = p->tcb[n].next;
	else if (p->fresh + 1 < TCB_ROOM)
		n = ++p->fresh;
	else
		return NULL;
	new.generation = p->tcb[n].generation + 1;
	new.next = *bucket;
	*bucket = n;
	p->tcb[n] = new;
	return &p->tcb[n];
}

static inline void tcb_del(struct endpoints *p, struct tcb *t)
{
	uint32_t *at = &p->bucket[tcb_bucket(&t->local, t->local_port,
					     &t->remote, t->remote_port)];

	while (*at != (uint32_t)(t - p->tcb))
		at = &p->tcb[*at].next;
	*at = t->next;
	t->state = TCB_FREE;
	t->next = p->free;
	p->free = (uint32_t)(t - p->tcb);
}

#endif
