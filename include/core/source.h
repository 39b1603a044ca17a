/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of each source: the distinct (destination, port) it was seen
 * at and with what outcome, whether it is in good standing, and its offences.
 * A source is an address, or the /64 of an IPv6 address. Scores are not kept
 * but computed from the evidence (policy.h), so that evidence can age and be
 * taken back.
 *
 * Fixed size. Sources wait in queues by what would be lost with them, and the
 * first queue that has one gives way; but first of all one that has taken more
 * than its share, or who is new would be forgotten before anything could add
 * up. So a flood of forged sources pushes out what could itself be forged,
 * never proved evidence, a listing or good standing.
 */
#ifndef HANDSHAKED_CORE_SOURCE_H
#define HANDSHAKED_CORE_SOURCE_H

#include "core/grade.h"
#include "core/offender.h"
#include "core/table.h"

/* One outcome at one (destination, port). */
struct evidence {
	uint32_t host;    /* keyed hash of the destination, see host.h */
	uint32_t when_ms; /* last seen */
	uint16_t port;
	uint8_t finding : 4; /* enum finding; FINDING_NONE: a good connection */
	uint8_t flags : 4;   /* enum evidence_flag */
	uint8_t who;         /* of a /64: hash of the address it is from */
};
_Static_assert(NUM_FINDINGS <= 16, "a finding fits into four bits");

enum evidence_flag {
	EVIDENCE_SERVED = 1 << 0, /* the endpoint was known to serve */
	EVIDENCE_OS_SYN = 1 << 1, /* an operating system's SYN options */
};

#define SOURCE_EVIDENCE 24

/* Why a source with enough evidence is not listed. */
enum withheld {
	WITHHELD_NO,
	WITHHELD_STANDING, /* in good standing */
	WITHHELD_IN_STEP,  /* with other sources */
	WITHHELD_RATE,     /* too many listed in a minute, or no room */
};

/* In the order in which they give way. */
enum source_queue {
	SOURCE_Q_ONE,             /* a piece of evidence or none */
	SOURCE_Q_MORE,            /* several */
	SOURCE_Q_OFFENDER,        /* was listed on forgeable evidence */
	SOURCE_Q_GOOD,            /* in good standing */
	SOURCE_Q_HOLDS,           /* proved evidence is held against it */
	SOURCE_Q_PROVED_OFFENDER, /* was listed on such */
	SOURCE_Q_LISTED,          /* is listed on forgeable evidence */
	SOURCE_Q_PROVED,          /* is listed on proved evidence */
	SOURCE_NUM_QUEUES
};

/* The part of the table that each of the queues from MORE to HOLDS may take. */
#define SOURCE_SHARE 4

/*
 * A source of the protected side is held against another measure (sweep.h),
 * in the room of the evidence.
 */
struct sweep {
	uint32_t since_ms;
	uint32_t weight; /* of `port` against all others */
	uint16_t port;   /* of most failures */
	uint8_t failed[144];
	uint8_t good[128];
};

struct source {
	struct table_link link;
	struct address address;
	uint8_t queue : 4; /* enum source_queue */
	bool is_net : 1;   /* the /64 that `address` begins */
	bool is_sweep : 1; /* an address of the protected side */
	bool in_step : 1;  /* with other sources, as it was told */
	uint8_t num_evidence;
	uint16_t pending; /* unanswered connections to unheard addresses, */
	uint8_t answered; /* and how many of such were answered: see gate.c */
	/*
	 * Listed just now: until then nothing more is held against it, and in
	 * MODE_ENFORCE its segments are dropped, for the set does not have it
	 * yet.
	 */
	uint64_t held_until_ns;
	/* Its probes are dropped until then, but it is not listed; */
	uint64_t restricted_until_ns;
	uint64_t tried_ns; /* when one was let through last: see gate.c */
	/* A connection of it was proved and carried data; 0: none. */
	uint64_t good_ns;
	/* Of the last listing; offences 0: there was none. */
	uint64_t listed_ns, until_ns;
	int32_t score;
	uint16_t ports, hosts;
	uint8_t offences;
	uint8_t finding : 4, grade : 2;
	uint8_t withheld : 2; /* enum withheld, of the last decision */
	union {
		struct evidence evidence[SOURCE_EVIDENCE];
		struct sweep sweep;
	};
};

struct source_table;

/* As flow_table_new(): `capacity` 1 to 2^28, NULL without memory. */
struct source_table *source_table_new(uint32_t capacity, const uint8_t key[16]);
void source_table_free(struct source_table *t);

/* NULL when not known. Valid until the next source_learn(). */
struct source *source_find(struct source_table *t,
			   const struct address *address);

/* Finds or adds, and counts as seen just now. Never NULL. */
struct source *source_learn(struct source_table *t,
			    const struct address *address);

/* The same for the /64 that an IPv6 address is in. */
struct source *source_find_net(struct source_table *t,
			       const struct address *address);
struct source *source_learn_net(struct source_table *t,
				const struct address *address);

/* Moves it to the end of a queue. */
void source_move(struct source_table *t, struct source *s,
		 enum source_queue queue);

/* The one longest in a queue, or NULL, and the next after it. */
struct source *source_first(const struct source_table *t,
			    enum source_queue queue);
struct source *source_after(const struct source_table *t,
			    const struct source *s);

/*
 * By its number, which stays while it is in use: 1 and on, NULL behind the
 * last. No number in between is without a source.
 */
struct source *source_by_number(const struct source_table *t, uint32_t number);
uint32_t source_number(const struct source_table *t, const struct source *s);

/*
 * Records an outcome at (host, port), once: if the same finding is
 * recorded there already only its time changes and false is returned. With no
 * room left the oldest entry gives way that is not proved, or the oldest; but
 * one that is proved not to one that is not: that is not recorded, and false
 * returned. `who` is kept of a /64 only.
 */
bool source_record(struct source *s, uint32_t host, uint16_t port,
		   enum finding finding, uint8_t flags, uint8_t who,
		   uint64_t now_ns);

/* Takes away what is older than that. */
void source_forget_old(struct source *s, uint64_t now_ns, uint32_t age_ms);

/* Takes an outcome back; nothing happens when it is not there. */
void source_retract(struct source *s, uint32_t host, uint16_t port,
		    enum finding finding);

/* The same of one that `e` points at, in s->evidence. */
void source_remove(struct source *s, const struct evidence *e);

/* Puts the evidence away; offences and standing stay. */
void source_clear(struct source *s);

/* The keyed hash that stands for an address in struct evidence. */
uint32_t source_hash(const struct source_table *t,
		     const struct address *address);

static inline bool source_is_listed(const struct source *s)
{
	return s->queue == SOURCE_Q_LISTED || s->queue == SOURCE_Q_PROVED;
}

uint32_t source_capacity(const struct source_table *t);
uint32_t source_count(const struct source_table *t);

/* This one may be asked by threads that do not have the table open. */
uint32_t source_queued(const struct source_table *t, enum source_queue queue);

/* Bytes of memory the table holds, all told. */
size_t source_table_bytes(const struct source_table *t);

#endif
