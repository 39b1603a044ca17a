/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine's one entry: a segment and the time go in, a decision comes out.
 * Pure: no system call, no clock, no allocation after construction. Time is
 * any count of nanoseconds that does not go backwards by more than it should;
 * a step back is treated as no time passing.
 *
 * Not thread safe; one judge belongs to one thread.
 */
#ifndef HANDSHAKED_CORE_JUDGE_H
#define HANDSHAKED_CORE_JUDGE_H

#include "core/handshake.h"
#include "core/summary.h"

enum verdict {
	VERDICT_ACCEPT,
	VERDICT_DROP
};

enum judge_mode {
	MODE_ENFORCE,
	MODE_OBSERVE
};

/* Defaults and ranges: judge_config_default() and the table in config.c. */
struct judge_config {
	enum judge_mode mode;
	uint32_t flows, sources, services; /* records in each table */
	uint32_t syn_timeout_s;            /* an unanswered SYN is charged */
	uint32_t half_open_timeout_s; /* an unanswered SYN/ACK is charged */
	uint32_t grace_s;             /* strays free since the first call */
	uint32_t threshold;           /* score at which a source is listed */
	uint32_t evidence_age_s;      /* evidence older than this is void */
	uint32_t block_time_s;        /* how long a source is listed */
	/*
	 * Every segment of every connection is seen, as in a capture: settled
	 * ones are followed to their end, and each connection is told by
	 * judge_next_ending(). Inline the kernel keeps them from us, and tells
	 * of their end itself: judge_settled_ended().
	 */
	bool follow;
	uint32_t flood_half_open; /* half-open connections to one endpoint
					that are called a SYN flood */
};

struct decision {
	enum verdict verdict;
	enum finding finding;          /* FINDING_NONE when in order */
	enum handshake_state from, to; /* of its conversation */
	bool settled; /* handshake proved or picked up: stop queueing it */
	bool listed;  /* this segment got its source listed */
};

/* Longest text in a notice, with the closing NUL. */
#define NOTICE_TEXT_BYTES 96

enum notice_kind {
	NOTICE_LISTED, /* `address` is to be put into the blocklist */
	NOTICE_FLOOD,  /* `address`:`port` is being flooded; lists nobody */
};

/* What the judge has to tell besides verdicts. */
struct notice {
	enum notice_kind kind;
	struct address address;
	uint16_t port;      /* of NOTICE_FLOOD */
	uint32_t timeout_s; /* of NOTICE_LISTED */
	enum finding finding;
	int score;
	uint16_t ports, hosts; /* of NOTICE_LISTED: how broad it was */
	bool enforced;         /* false in MODE_OBSERVE: tell, do not list */
	char text[NOTICE_TEXT_BYTES]; /* "syn-scan: 7 ports of 1 host, ..." */
};

/* A connection that is over, or that was forgotten. */
struct ending {
	struct address orig, resp;
	uint16_t orig_port, resp_port;
	uint64_t began_ns;
	enum conn_state conn_state;
	char history[HISTORY_BYTES];
	uint16_t findings; /* a bit for each enum finding */
	bool dropped;      /* at least one segment was */
	bool complete;     /* the handshake was, or payload came by */
	bool served;       /* the responder is known to serve that port */
};

/* The end of a connection that was settled, as the kernel tells it. */
struct settled_end {
	struct address orig, resp;
	uint16_t orig_port, resp_port;
	enum conn_state conn_state;
	bool complete;   /* the kernel saw the whole handshake */
	bool no_payload; /* it counted, and there was none either way */
};

struct judge_counters {
	uint64_t segments; /* refused ones too; = accepted + dropped */
	uint64_t accepted;
	uint64_t dropped;
	uint64_t refused[SEG_NUM_ERRORS];
	uint64_t settled;
	uint64_t flows_evicted; /* the flow table was full */
	uint64_t listings;      /* notices of NOTICE_LISTED */
	uint64_t notices_lost;  /* nobody fetched them in time */
	uint64_t endings_lost;  /* the same */
	uint64_t outcomes[NUM_CONN_STATES];
	uint64_t findings[NUM_FINDINGS];
};

struct judge;

void judge_config_default(struct judge_config *config);

/*
 * `key` is 16 random bytes for the hashes. Returns NULL without memory.
 * judge_free(NULL) is fine.
 */
struct judge *judge_new(const struct judge_config *config,
			const uint8_t key[16]);
void judge_free(struct judge *j);

/* Judges one segment. Every call counts as one accept or one drop. */
struct decision judge_segment(struct judge *j, const struct segment *seg,
			      uint64_t now_ns);

/*
 * A packet that segment_parse() refused: counted under its name and dropped
 * as its receiver would drop it, charged to nobody. What is no IP or no TCP
 * is none of our business and passes, and so does what this machine sends
 * itself (`local`).
 */
struct decision judge_refused(struct judge *j, enum segment_error error,
			      bool local);

/*
 * Lets time pass: what waited too long (an unanswered SYN) gets its outcome.
 * Does a bounded piece of work; to be called a few times a second.
 */
void judge_tick(struct judge *j, uint64_t now_ns);

/* Is there a notice or an ending to fetch? */
bool judge_has_news(const struct judge *j);

/* Fetches the oldest notice; false when there is none. */
bool judge_next_notice(struct judge *j, struct notice *out);

/*
 * Fetches the oldest ending; false when there is none. With `follow` set every
 * connection has one, and this must be called until there is none after every
 * judge_segment(), judge_tick() and judge_finish(): a few fit, and while there
 * is no room nothing expires. Without it those are told whose handshake was
 * not completed or that had a finding; what does not fit is counted as lost.
 */
bool judge_next_ending(struct judge *j, struct ending *out);

/*
 * Why an ending is worth telling: the name of its first finding, or, for an
 * incomplete handshake, what became of it ("no answer from a served port").
 * NULL when there is nothing to say. A static string.
 */
const char *ending_reason(const struct ending *e);

/*
 * A settled connection ended out of our sight. Counts its outcome; one that
 * was completed and closed without payload is a connect scan's.
 */
void judge_settled_ended(struct judge *j, const struct settled_end *e,
			 uint64_t now_ns);

/*
 * The capture is over: ends what is still open, a few at a time. Returns false
 * when nothing is left.
 */
bool judge_finish(struct judge *j);

/* An endpoint is known to serve (from the kernel's connections). */
void judge_learn_service(struct judge *j, const struct address *address,
			 uint16_t port);

/*
 * Sources in these prefixes are never listed. The first form is for own
 * addresses and routers, the second for the protected side; the arrays are
 * copied, at most JUDGE_MAX_PREFIXES of each, the rest left out.
 */
#define JUDGE_MAX_PREFIXES 256
void judge_set_exempt(struct judge *j, const struct prefix *prefixes,
		      size_t count);
void judge_set_inside(struct judge *j, const struct prefix *prefixes,
		      size_t count);

/* The operator took a source off the list: forget what it did. */
void judge_forgive(struct judge *j, const struct address *source);

void judge_set_mode(struct judge *j, enum judge_mode mode);
enum judge_mode judge_mode(const struct judge *j);

const struct judge_counters *judge_counters(const struct judge *j);
uint32_t judge_num_flows(const struct judge *j);
uint32_t judge_num_sources(const struct judge *j);
uint32_t judge_num_services(const struct judge *j);

#endif
