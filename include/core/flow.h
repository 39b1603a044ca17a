/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of conversations that are not settled yet. Its size is fixed at
 * construction; when it is full the record untouched for longest among those
 * that matter least gives way. A record costs 64 bytes and its share of the
 * hash heads; lookups are keyed (SipHash) so that nobody outside can choose
 * collisions.
 */
#ifndef HANDSHAKED_CORE_FLOW_H
#define HANDSHAKED_CORE_FLOW_H

#include "core/handshake.h"
#include "core/table.h"

/*
 * Records wait in one of these queues, each in order of time and each with
 * one timeout, so that expiry looks only at the heads. In eviction the first
 * queue with a record gives.
 */
enum flow_queue {
	FLOW_Q_LINGER, /* ended or settled: absorbs the late */
	FLOW_Q_STRAY,  /* picked up midstream, half seen */
	FLOW_Q_HALF,   /* SYN/ACK seen, final ACK awaited */
	FLOW_Q_SILENT, /* SYN unanswered past its time, and charged */
	FLOW_Q_SYN,    /* SYN seen, answer awaited */
	FLOW_Q_OPEN,   /* established, not settled */
	FLOW_NUM_QUEUES
};

enum flow_flag {
	FLOW_ORIG_IS_A = 1 << 0,  /* originator is the lower of the two ends */
	FLOW_EARLY_DATA = 1 << 1, /* struct handshake_numbers */
	FLOW_OS_SYN = 1 << 2,    /* SYN carried an operating system's options */
	FLOW_PROVED = 1 << 3,    /* originator acknowledged responder's ISN */
	FLOW_ORIG_DATA = 1 << 4, /* payload from the originator */
	FLOW_RESP_DATA = 1 << 5,
	FLOW_STRAY = 1 << 6,    /* its first segment was charged as a stray */
	FLOW_LOCAL = 1 << 7,    /* this machine is the originator */
	FLOW_BOTH_SYN = 1 << 8, /* simultaneous open */
	FLOW_SETTLED = 1 << 9,  /* told so; its packets leave the queue */
	FLOW_ACKNOWLEDGED = 1 << 11,  /* struct handshake_numbers */
	FLOW_SYN_ACK_FIRST = 1 << 10, /* picked up at a SYN/ACK */
	/* Its originator reset it before an answer was seen. */
	FLOW_ABORTED = 1 << 12,
	FLOW_PENDING = 1 << 13,   /* a first contact, unanswered: gate.c */
	FLOW_HELD_BACK = 1 << 14, /* went on although it was not to */
	/* Its originator sent another SYN before, which was not answered. */
	FLOW_SYN_AGAIN = 1 << 15,
	/* What comes of it is not held against anyone. */
	FLOW_UNCHARGED = FLOW_LOCAL | FLOW_HELD_BACK,
};

struct flow {
	struct table_link link;
	uint8_t queue : 3;     /* enum flow_queue */
	uint8_t is_own : 1;    /* this machine is the responder */
	uint8_t one_sided : 4; /* segments while one end alone speaks */
	uint8_t state : 4;     /* enum handshake_state */
	uint8_t story : 4;     /* enum story: what is told of it */
	uint16_t flags;        /* enum flow_flag */
	struct address a, b;   /* a:a_port is the lower end in byte order */
	uint16_t a_port, b_port;
	uint32_t iss, irs;
	uint32_t touched_ms; /* when it entered its queue */
};
_Static_assert(sizeof(struct flow) == 64, "a flow fits in a cache line");
_Static_assert(FLOW_NUM_QUEUES <= 8 && HS_NUM_STATES <= 16, "bits suffice");

/* Milliseconds each queue keeps a record; see flow_expired(). */
struct flow_timeouts {
	uint32_t ms[FLOW_NUM_QUEUES];
};

struct flow_table;

/*
 * A table of `capacity` records (1 to 2^28), keyed by `key`, which should be
 * random. Returns NULL when there is no memory. flow_table_free(NULL) is fine.
 */
struct flow_table *flow_table_new(uint32_t capacity, const uint8_t key[16],
				  const struct flow_timeouts *timeouts);
void flow_table_free(struct flow_table *t);

/* Other timeouts, for those too who wait already. */
void flow_table_set_timeouts(struct flow_table *t,
			     const struct flow_timeouts *timeouts);

/*
 * Finds the conversation of a segment, in either direction. NULL when there
 * is none. Pointers stay valid until the next flow_add() or flow_del().
 */
struct flow *flow_find(struct flow_table *t, const struct segment *seg);

/*
 * Segments that will be looked up soon, for whoever has several: the first
 * works out where the conversation is, and has that brought near from memory;
 * the second, by then, its record, and returns the number of it, or of the one
 * that would be added, 0 if there is neither; the third what moving that
 * record will need. Nothing depends on them but how long it takes.
 */
void flow_foresee(const struct flow_table *t, struct segment *seg);
uint32_t flow_foresee_record(const struct flow_table *t,
			     const struct segment *seg);
void flow_foresee_move(const struct flow_table *t, uint32_t number);

/*
 * Adds a record for a segment that has none, its sender as originator, state
 * HS_NONE, in `queue`. When the table is full one record is evicted first; if
 * `evicted` is not NULL and one was, it is copied there and true returned
 * through *was_evicted.
 */
struct flow *flow_add(struct flow_table *t, const struct segment *seg,
		      enum flow_queue queue, uint64_t now_ns,
		      struct flow *evicted, bool *was_evicted);
void flow_del(struct flow_table *t, struct flow *f);

/* Moves a record to the end of `queue` (or of its own) with time now. */
void flow_touch(struct flow_table *t, struct flow *f, enum flow_queue queue,
		uint64_t now_ns);

/*
 * The record of `queue` that waited longest, if it waited its timeout, or
 * NULL. The caller moves or deletes it, then asks again.
 */
struct flow *flow_expired(struct flow_table *t, enum flow_queue queue,
			  uint64_t now_ns);

/* For how long it has been in its queue. */
uint64_t flow_waited_ns(const struct flow *f, uint64_t now_ns);

/* Which end sent this segment of its conversation? */
static inline enum handshake_side flow_side(const struct flow *f,
					    const struct segment *seg)
{
	bool orig_is_a = f->flags & FLOW_ORIG_IS_A;
	bool from_a =
		seg->src_port == f->a_port && address_equal(&seg->src, &f->a);

	return from_a == orig_is_a ? HS_ORIG : HS_RESP;
}

/* Is this end the lower one? */
static inline bool flow_side_is_a(const struct flow *f,
				  enum handshake_side side)
{
	return (side == HS_ORIG) == !!(f->flags & FLOW_ORIG_IS_A);
}

/* The ends by their part. Pointers into the record. */
static inline const struct address *flow_address(const struct flow *f,
						 enum handshake_side side)
{
	return flow_side_is_a(f, side) ? &f->a : &f->b;
}

static inline uint16_t flow_port(const struct flow *f, enum handshake_side side)
{
	return flow_side_is_a(f, side) ? f->a_port : f->b_port;
}

/* The record's number, 1 to the capacity, its own as long as it is in use. */
uint32_t flow_number(const struct flow_table *t, const struct flow *f);

/* Any record, or NULL when there is none. */
struct flow *flow_any(struct flow_table *t);

uint32_t flow_count(const struct flow_table *t);
uint32_t flow_capacity(const struct flow_table *t);

/* Bytes of memory the table holds, all told. */
size_t flow_table_bytes(const struct flow_table *t);

#endif
