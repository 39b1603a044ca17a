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
#include "core/service.h"
#include "core/source.h"

#define JUDGE_NOTICES 256
#define JUDGE_ENDINGS 64

_Static_assert(NUM_FINDINGS <= 16, "findings fit into struct summary");

struct prefix_list {
	struct prefix prefix[JUDGE_MAX_PREFIXES];
	size_t count;
};

struct judge {
	struct judge_config config;
	struct judge_counters counters;
	struct flow_table *flows;
	struct source_table *sources;
	struct service_table *services;
	struct prefix_list exempt, inside;
	bool started;
	uint64_t now_ns;
	uint64_t grace_until_ns;
	uint64_t held_until_ns; /* no source is held after this */
	struct notice notices[JUDGE_NOTICES];
	unsigned int first_notice, num_notices;
	struct summary *summaries; /* one for each flow, by its number */
	struct ending endings[JUDGE_ENDINGS];
	unsigned int first_ending, num_endings;
};

/* Where a charge belongs and what came of it. */
struct charge {
	const struct address *source;
	const struct address *destination;
	uint16_t port;
	enum finding finding;
	uint8_t flags; /* enum evidence_flag */
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

/* Was the source listed just now, the set perhaps not having it yet? */
bool source_is_held(struct judge *j, const struct address *source);

/* Exempt or on the protected side: never charged, strays never dropped. */
bool source_is_spared(const struct judge *j, const struct address *source);

/* Appends a notice; NULL (and counted) when nobody fetched the others. */
struct notice *notice_add(struct judge *j, enum notice_kind kind);

/*
 * conversation.c: finds or begins the conversation of a segment with valid
 * flags, moves it, and fills in *d but for the verdict's last word. *drop is
 * set when the segment is not to pass.
 */
void conversation_step(struct judge *j, const struct segment *seg,
		       struct decision *d, bool *drop);

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
 * ending.c: the summary of a conversation begins, gets a segment or a finding,
 * and ends.
 */
void summary_of_new(struct judge *j, const struct flow *f,
		    const struct segment *seg);
void summary_of_segment(struct judge *j, const struct flow *f,
			const struct segment *seg);
void summary_of_finding(struct judge *j, const struct flow *f,
			enum finding finding, bool dropped);
void summary_ends(struct judge *j, const struct flow *f);

/* The ends have exchanged their parts, in the midst of it. */
void summary_of_exchange(struct judge *j, const struct flow *f);

/* May another conversation end now? */
bool ending_has_room(const struct judge *j);

/* The endpoint that was asked, if it is known to serve, or NULL. */
struct service *responder_service(struct judge *j, const struct flow *f);

/* What `finding` says of the originator, at the responder's port. */
struct charge charge_to_originator(const struct flow *f, enum finding finding);

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
