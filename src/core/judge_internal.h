/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the four files of the judge share: judge.c (the entry), conversation.c
 * (from a segment to a finding), outcome.c (what a conversation came to) and
 * charge.c (from a finding to a listing). Nobody else may include it.
 */
#ifndef HANDSHAKED_CORE_JUDGE_INTERNAL_H
#define HANDSHAKED_CORE_JUDGE_INTERNAL_H

#include "core/flow.h"
#include "core/judge.h"
#include "core/policy.h"
#include "core/story.h"
#include "core/summary_pool.h"
#include "core/sweep.h"

#include "ledger.h"

#define JUDGE_NOTICES 256
#define JUDGE_ENDINGS 256

_Static_assert(NUM_FINDINGS <= 16, "findings fit into struct summary");
_Static_assert(NUM_STORIES <= 16, "a story fits into struct flow");

/*
 * So many conversations for one summary, where they are not followed: those
 * with more to tell than their records can, and not settled yet.
 */
#define FLOWS_PER_SUMMARY 8

struct judge {
	struct judge_config config;
	struct judge_counters counters;
	struct flow_table *flows;
	struct ledger *ledger; /* shared with other judges */
	/* The parts of it that are open; NULL while none is. */
	struct ledger_part *open_sources, *open_endpoints;
	struct source_table *sources;
	struct service_table *services;
	struct host_table *hosts;
	uint32_t settings_version;         /* of the copies of the ledger's: */
	struct prefix_list exempt, inside; /* and config */
	bool started;
	uint64_t now_ns;
	uint64_t grace_until_ns;
	struct notice notices[JUDGE_NOTICES];
	unsigned int first_notice, num_notices;
	struct summary_pool summaries;
	bool summaries_at_once; /* for each conversation when it begins */
	struct ending stories[NUM_STORIES][2]; /* as told; flipped or not */
	struct ending endings[JUDGE_ENDINGS];
	unsigned int first_ending, num_endings;
};

/* Where a charge belongs and what came of it. */
struct charge {
	const struct address *source;
	const struct address *destination;
	uint16_t port;
	enum finding finding;
	uint8_t flags;     /* enum evidence_flag */
	uint64_t began_ns; /* when what is charged was sent */
	bool by_silence;   /* charged for want of an answer to that */
};

/*
 * charge.c: records a piece of evidence, unless the source is spared, and
 * lists the source if that is enough. Returns true when it was listed now.
 */
bool charge_source(struct judge *j, const struct charge *c);

/* Charges a stray. Returns true when it is to be dropped for its breadth. */
bool charge_stray(struct judge *j, const struct charge *c, bool *listed);

/* A good connection: counts for its source. */
void credit_source(struct judge *j, const struct charge *c);

/* The evidence turned out to be none. */
void retract_charge(struct judge *j, const struct charge *c);

/* Never to be listed? On the protected side? */
bool source_is_exempt(const struct judge *j, const struct address *source);
bool source_is_inside(const struct judge *j, const struct address *source);

/* There or exempt: never restricted, its strays are never dropped. */
bool source_is_spared(const struct judge *j, const struct address *source);

/*
 * listing.c: was the source listed just now, the set perhaps not having it
 * yet? Is it to reach no endpoint but those known to serve? Both are asked of
 * the /64 too.
 */
bool source_is_held(struct judge *j, const struct address *source);
bool source_is_restricted(struct judge *j, const struct address *source);

/* The same, with the part of the source open. */
bool is_restricted_now(struct judge *j, const struct address *source);

/* In good standing: it had a proved connection with payload. */
bool source_is_good(const struct judge *j, const struct source *s);

/* The evidence as it stands now. */
struct assessment assess(const struct judge *j, const struct source *s);

/* There is new evidence: lists the source if it is enough. */
bool listing_consider(struct judge *j, struct source *s);

/* Puts a source into the queue that it belongs to. */
void listing_requeue(struct judge *j, struct source *s);

/* Puts a listed source into the queue for its kind: it is not listed now. */
void listing_end(struct judge *j, struct source *s);

/*
 * unlisting.c: is it listed? Ends the listing when its time is over. A listed
 * source is neither charged nor credited.
 */
bool listing_stands(struct judge *j, struct source *s);

/*
 * Takes a piece of evidence back. A listed source of which what is left would
 * not have listed it is taken off the list, with a notice.
 */
void listing_retract(struct judge *j, struct source *s, uint32_t host,
		     uint16_t port, enum finding finding);

/*
 * In the part that is open: may one more source be listed? Takes the least bad
 * one off, with a notice, to make that true; false when there is none.
 */
bool listing_part_has_room(const struct judge *j);
bool listing_make_room(struct judge *j);

/* The operator wants it forgotten. */
void listing_forget(struct judge *j, struct source *s);

uint32_t listing_count(const struct judge *j);

/* withhold.c: is there a reason, which is counted, not to list it? */
bool withhold(struct judge *j, struct source *s);

/* For how long it would be listed now. */
uint32_t listing_next_timeout_s(const struct judge *j, const struct source *s,
				enum grade grade);

/* Lets time pass: a bounded piece of work. */
void listing_expire(struct judge *j);

/* offender.c */
struct offender offender_of(const struct source *s);
void offender_keep(struct judge *j, struct source *s, const struct offender *o);

/*
 * gate.c: is this SYN not to pass? If it may, *is_first_contact says that it
 * goes to an address never heard of, and gate_lets_go() must be called when it
 * is answered or over. gate_heard() is the first with an answer, gate_closes()
 * drops the SYN.
 */
bool gate_holds_back(struct judge *j, const struct segment *seg,
		     bool *is_first_contact);
void gate_closes(struct judge *j, struct decision *d, bool *drop);
void gate_lets_go(struct judge *j, struct flow *f);
void gate_heard(struct judge *j, struct flow *f);

/*
 * settings.c: takes over what somebody changed for all judges; how long a
 * conversation waits in each queue.
 */
void settings_refresh(struct judge *j);
struct flow_timeouts settings_timeouts(const struct judge_config *config);

/* No time passes backwards. */
void judge_set_time(struct judge *j, uint64_t now_ns);

/* Appends a notice; NULL (and counted) when nobody fetched the others. */
struct notice *notice_add(struct judge *j, enum notice_kind kind);

/*
 * conversation.c: finds or begins the conversation of a segment with valid
 * flags, moves it, and fills in *d but for the verdict's last word. *drop is
 * set when the segment is not to pass.
 */
void conversation_step(struct judge *j, const struct segment *seg,
		       struct decision *d, bool *drop);

/* The record of a conversation that begins with this segment. */
struct flow *conversation_begin(struct judge *j, const struct segment *seg,
				enum flow_queue queue);

/*
 * A conversation of which only one end is ever heard (an asymmetric route) is
 * let go after so many segments: it would be queued for good.
 */
#define MOST_ONE_SIDED 8

/*
 * settle.c: may the conversation leave the queue? And what follows when it
 * does, on payload of the originator or without.
 */
bool may_settle(const struct flow *f);
void settle(struct judge *j, struct flow *f, bool has_said_something);

/*
 * stray.c: a segment of no conversation, with a finding. Returns the one that
 * it begins if it passes.
 */
struct flow *stray_step(struct judge *j, const struct segment *seg,
			struct handshake_cell cell, struct decision *d,
			bool *drop);

/* And what it has to do with one whose flags are not valid. */
void conversation_note_invalid(struct judge *j, const struct segment *seg,
			       enum finding finding);

/*
 * outcome.c: moves a conversation to `state`, and counts it half-open at its
 * responder while it is in HS_SYN_RECEIVED.
 */
void set_state(struct judge *j, struct flow *f, enum handshake_state state);

/* Tells the end of a conversation and takes its record away. */
void forget(struct judge *j, struct flow *f);

/*
 * telling.c: what will be told of a conversation gets a segment, which has
 * moved the record, whose numbers were `before`; or a finding.
 */
void summary_of_segment(struct judge *j, struct flow *f,
			const struct handshake_numbers *before,
			const struct segment *seg);
void summary_of_finding(struct judge *j, const struct flow *f,
			enum finding finding, bool dropped);

/*
 * The record begins anew, but what is told of it goes on; the ends may have
 * exchanged their parts. To be called before the record changes.
 */
void summary_goes_on(struct judge *j, struct flow *f, bool exchanged);

/*
 * Nothing more will be told of it, or the next conversation of its ends
 * begins: what it had is free again, and its story is now this one.
 */
void summary_is_over(struct judge *j, struct flow *f, enum story story);

/*
 * Fills in what an ending says of the segments so far, and returns which side
 * of the record is the connection's originator. Not of what is over.
 */
enum handshake_side summary_tell(struct judge *j, const struct flow *f,
				 struct ending *e);

/* At construction: what each story comes to. */
void summary_learn_stories(struct judge *j);

/* ending.c: tells the end of a conversation; its record is new again. */
void summary_ends(struct judge *j, struct flow *f);

/* May another conversation end now? */
bool ending_has_room(const struct judge *j);

/*
 * Can what the responder said have been seen by nobody but the originator, and
 * said by nobody but the responder? So it is if that is one of ours: the rules
 * keep from us what comes in another's name from where it cannot come. Where
 * nobody told what is ours, as in a capture, we have to believe it.
 */
bool responder_is_ours(const struct judge *j, const struct flow *f);

/*
 * An endpoint has answered, in a conversation of ours; not if it is one
 * between two others, which nobody can have had through us.
 */
void learn_service(struct judge *j, const struct address *address,
		   uint16_t port, const struct address *peer);

/* Is an endpoint known to serve? The one that was asked? */
bool is_served(struct judge *j, const struct address *address, uint16_t port);
bool responder_serves(struct judge *j, const struct flow *f);

/* A host has answered. */
void hear_host(struct judge *j, const struct address *address);

/* Is it being flooded? */
bool is_flooded(struct judge *j, const struct address *address, uint16_t port);

/* What `finding` says of the originator, at the responder's port. */
struct charge charge_to_originator(const struct judge *j, const struct flow *f,
				   enum finding finding);

/*
 * Before a move to `to` caused by a segment of `side`: which finding it
 * completes, if any; charges the originator.
 */
enum finding outcome(struct judge *j, const struct flow *f,
		     enum handshake_side side, enum handshake_state to,
		     const struct segment *seg, bool *listed);

/* The responder answered an attempt that was taken for a failure. */
void outcome_of_late_answer(struct judge *j, const struct flow *f);

/* Gives unanswered SYNs and SYN/ACKs their outcome, forgets what is over. */
void conversation_expire(struct judge *j);

#endif
