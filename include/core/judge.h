/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine's one entry: a segment and the time go in, a decision comes out.
 * Pure: no system call, no clock, no allocation after construction. Time is
 * any count of nanoseconds that does not go backwards by more than it should;
 * a step back is treated as no time passing.
 *
 * One judge belongs to one thread. Several, each with the conversations that
 * its queue brings, can share what they know of sources, endpoints and hosts:
 * what a scanner does before all of them adds up (judge_new_beside()).
 */
#ifndef HANDSHAKED_CORE_JUDGE_H
#define HANDSHAKED_CORE_JUDGE_H

#include "core/handshake.h"
#include "core/offender.h"
#include "core/policy.h"
#include "core/summary.h"

enum verdict {
	VERDICT_ACCEPT,
	VERDICT_DROP
};

enum judge_mode {
	MODE_ENFORCE,
	MODE_OBSERVE
};

/* No time for which a source is listed may be longer: 30 days. */
#define JUDGE_MOST_BLOCK_TIME_S 2592000

/* Defaults: judge_config_default(); ranges: the table in config_value.c. */
struct judge_config {
	enum judge_mode mode;
	uint32_t flows, sources, services; /* records in each table */
	uint32_t judges; /* how many will share what they know, 1 and on */
	uint32_t syn_timeout_s;       /* an unanswered SYN is charged */
	uint32_t half_open_timeout_s; /* an unanswered SYN/ACK is charged */
	uint32_t grace_s;             /* strays free since the first call */
	struct policy_test test;      /* when the evidence is enough */
	uint32_t evidence_age_s;      /* evidence older than this is void */
	uint32_t block_time_s;        /* how long a source is listed first, */
	uint32_t block_time_proved_s; /* if the evidence is proved, */
	uint32_t block_time_max_s;    /* and, doubled each time, at most */
	uint32_t listings_per_minute; /* on evidence that can be forged */
	uint32_t blocklist_size;      /* sources listed at one time */
	uint32_t inside_failures;     /* hosts that one inside may sweep, see
					sweep.h; to SWEEP_MOST_FAILURES */
	uint32_t pending;       /* attempts at unheard addresses at one time */
	uint32_t net_addresses; /* so many that offend list their /64 */
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
	/* The finding is of the one that it answers: its destination. */
	bool charges_dst;
};

/* Longest text in a notice, with the closing NUL. */
#define NOTICE_TEXT_BYTES 192

enum notice_kind {
	NOTICE_LISTED, /* `offender` is to be put into the blocklist */
	/* `offender` is to be taken out of the blocklist before its time. */
	NOTICE_UNLISTED,
	NOTICE_FLOOD, /* `address`:`port` is being flooded; lists nobody */
	/* `address` probes in step with others, which may be forged. */
	NOTICE_LOCKSTEP,
};

/* What the judge has to tell besides verdicts. */
struct notice {
	enum notice_kind kind;
	struct offender offender; /* of NOTICE_LISTED and NOTICE_UNLISTED */
	uint32_t timeout_s;       /* of NOTICE_LISTED */
	/*
	 * False in MODE_OBSERVE: tell, do not list. True of NOTICE_UNLISTED: it
	 * was listed.
	 */
	bool enforced;
	struct address address; /* of the others */
	uint16_t port;          /* of NOTICE_FLOOD */
	uint32_t half_open;     /* the same */
	/* The reason; of NOTICE_LOCKSTEP the sources that are in step. */
	char text[NOTICE_TEXT_BYTES];
};

/* A connection that is over, or that was forgotten. */
struct ending {
	struct address orig, resp;
	uint16_t orig_port, resp_port;
	uint64_t began_ns; /* with `follow`; otherwise 0 */
	uint64_t ended_ns;
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
	/* Enough evidence, but not to be listed on it: restricted instead. */
	uint64_t withheld_standing; /* in good standing */
	uint64_t withheld_in_step;  /* with others */
	uint64_t withheld_rate;     /* too many in a minute, or no room */
	uint64_t gave_way;          /* the list was full */
	uint64_t held_back;         /* attempts dropped, see judge_config */
	uint64_t notices_lost;      /* nobody fetched them in time */
	uint64_t endings_lost;      /* the same */
	uint64_t summaries_short;   /* see judge_flow_bytes() */
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

/*
 * Another judge, for another thread, that shares with `first` all but its
 * `flows` conversations, its counters, notices and endings. `first` was made
 * with config->judges above 1. What judge_set_mode(), judge_set_config(),
 * judge_set_exempt() and judge_set_inside() tell one of them goes for all: for
 * itself at once, for each of the others from its next segment or tick on. All
 * are made before the first of them has something to judge, and freed, in any
 * order, after the last. NULL without memory.
 */
struct judge *judge_new_beside(struct judge *first, uint32_t flows,
			       const uint8_t key[16]);
void judge_free(struct judge *j);

/* Judges one segment. Every call counts as one accept or one drop. */
struct decision judge_segment(struct judge *j, const struct segment *seg,
			      uint64_t now_ns);

/*
 * Several segments are to be judged one after the other: what they will need
 * is brought near from memory all at once, rather than waited for by each in
 * turn. No verdict depends on it.
 */
void judge_foresee(struct judge *j, struct segment *segs, size_t num);

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

/* Is there a notice or an ending to fetch? A notice? */
bool judge_has_news(const struct judge *j);
bool judge_has_notices(const struct judge *j);

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
 * was completed and closed without payload is a connect scan's. It is charged
 * as a syn-scan, which is not proof: both its halves may be forged.
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
void judge_forgive(struct judge *j, const struct prefix *source);

/* The same for all sources in `net`, of any length, that are known. */
void judge_forgive_all(struct judge *j, const struct prefix *net);

/*
 * Is the source listed now? Several judges share the list, and their notices
 * can be fetched in another order than they were made in: what a notice says is
 * done only if this still agrees with it.
 */
bool judge_is_listed(struct judge *j, const struct prefix *source);

/*
 * The set did not take the source: it is not listed. Its offence counts. False
 * when it was not listed. No notice is made.
 */
bool judge_unlist(struct judge *j, const struct prefix *source);

/*
 * Walks over the sources that were listed, those still listed and those whose
 * time is over: *cursor is 0 at the start of a walk. False at its end. What
 * offends while a walk goes on may or may not be seen by it.
 */
bool judge_next_offender(struct judge *j, uint64_t *cursor,
			 struct offender *out);

/*
 * Takes over what was written down by an earlier daemon: nothing is told, and
 * whoever is listed still is. Times may lie before the first call; a record
 * whose values no judge would have written is refused with false.
 */
bool judge_restore_offender(struct judge *j, const struct offender *o,
			    uint64_t now_ns);

/*
 * Other limits, times and weights, all of them at one moment, and the mode.
 * The sizes of tables, `judges`, `grace_s` and `follow` stay as they were at
 * construction. What is known is not touched: evidence is weighed anew by the
 * next assessment, and who is listed stays so for as long as he was told.
 */
void judge_set_config(struct judge *j, const struct judge_config *config);

void judge_set_mode(struct judge *j, enum judge_mode mode);
enum judge_mode judge_mode(const struct judge *j);

const struct judge_counters *judge_counters(const struct judge *j);

/*
 * Bytes of memory for `flows` conversations, all told, taken at construction.
 * Without `follow` a record of 64, its share of the hash heads (4 to 8), a
 * word of 4, and for every eight of them a summary of 96: 88 at most. A plain
 * handshake and what ends it early are told from the record; what is more than
 * that and not settled has a summary. When these are all taken, conn_state and
 * history of the next are told from which kinds of segments there were, each
 * once, not in their order, without w, t, i and q; it is counted as
 * summaries_short. Findings are not lost, nor does any verdict depend on it.
 */
size_t judge_flow_bytes(const struct judge *j);

/* Its own; the others are those of all judges that share them. */
uint32_t judge_num_flows(const struct judge *j);
uint32_t judge_num_sources(const struct judge *j);
uint32_t judge_num_listed(const struct judge *j); /* of them, now */
uint32_t judge_num_services(struct judge *j);

#endif
