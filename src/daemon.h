/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running daemon consists of. main.c puts it together, daemon.c
 * drives it, queues.c has its threads, queue_check.c compares them with the
 * rules, notices.c does and tells what comes of it, requests.c answers the
 * operator, reload.c reads the configuration again, persist.c and restore.c see
 * to it that lists outlive the daemon and the rules.
 */
#ifndef HANDSHAKED_DAEMON_H
#define HANDSHAKED_DAEMON_H

#include "allowlist_range.h"
#include "blocklist.h"
#include "blocklist_read.h"
#include "config.h"
#include "conntrack.h"
#include "conntrack_events.h"
#include "control.h"
#include "events.h"
#include "handshake_log.h"
#include "interfaces.h"
#include "log_limit.h"
#include "lane.h"
#include "loop.h"
#include "networks.h"
#include "nft_events.h"
#include "operator_list.h"
#include "queue_match.h"
#include "queue_store.h"
#include "rule_counter.h"
#include "state_writer.h"
#include "unjudged.h"
#include "version.h"

/* The comment of an element that the operator asked for without a reason. */
#define REASON_OPERATOR "blocked by operator"

/* What persist.c and restore.c know. */
struct lists {
	struct operator_list *by_operator;
	struct operator_list *being_written; /* the writer's; or NULL */
	struct state_writer *writer;         /* NULL: nothing is written */
	bool found;                          /* at start, the file was */
	size_t remembered;                   /* of what was in it */
	bool changed;                        /* since it was written */
	uint64_t saved_ns, save_took_ns;
	int64_t saved_offset_ms;   /* of the wall clock to ours, then */
	uint64_t saves;            /* of which the outcome was told */
	int save_error;            /* last told; 0: all is well */
	struct nft_events *events; /* NULL: the kernel tells nothing */
	struct blocklist_identity identity;
	uint64_t gone_ns;   /* since then the table is; 0: it is not */
	uint64_t looked_ns; /* for the table */
	bool look_again;    /* something kept us from seeing to it */
	/* What is sent are listings: one that is refused does not stand. */
	bool sends_listings;
	uint32_t deletions; /* by nft, not summed up yet */
	uint64_t deletions_told_ns;
	uint64_t put_back;
	uint64_t
		covered_ns; /* when networks that others cover were looked at */
};

struct daemon {
	struct config config;
	const char *config_file; /* that it was read from */
	struct loop *loop;
	/*
	 * Everything here is for whoever holds this lock: the loop while it
	 * calls somebody, and a lane that has somebody to list.
	 */
	pthread_mutex_t lock;
	uint32_t peer; /* the user of the request that is being answered */
	/* Without packets: asks, restores and forgives for all lanes. */
	struct judge *judge;
	struct lane *lane[CONFIG_MAX_QUEUES];
	unsigned int num_lanes; /* that are open */
	/* What a daemon before us left, and of it how many queues we took. */
	struct queue_store store;
	unsigned int inherited;
	struct blocklist *blocklist;
	struct control *control;
	struct conntrack_events *ended; /* NULL: the kernel tells nothing */
	struct networks *networks;
	struct events *events;
	struct interfaces *interfaces; /* NULL: their names are not known */
	struct handshake_log handshakes;
	struct log_limit lockstep;
	struct unjudged unjudged;
	struct queue_match match; /* as queue_check() last found it */
	int match_error;          /* of reading the rules; 0: all is well */
	bool rules_changed;       /* since then */
	uint64_t started_ns;
	uint64_t mode_since_ns;                /* 0: since the start */
	struct conntrack_counters connections; /* found at start */
	uint64_t findings_told[NUM_FINDINGS];  /* by log_findings() */
	int blocklist_error;                   /* last told; 0: all is well */
	/* A set was full: until then nothing is tried, only counted. */
	uint64_t set_full_until_ns;
	uint64_t not_tried;
	struct lists lists;
};

/* Registers everything with the loop. Returns 0 or -errno. */
int daemon_attach(struct daemon *d);

/*
 * queues.c: opens the queues, with those that a daemon before us left; starts
 * their threads; gives them into systemd's keeping, so that they outlive us.
 * What fails is logged; 0 or less.
 */
int queues_open(struct daemon *d);
int queues_start(struct daemon *d);
void queues_keep(struct daemon *d);

/*
 * Ends the daemon if a queue is beyond use; have all threads done anything
 * since this was asked last?
 */
void queues_look_after(struct daemon *d);
bool queues_live(struct daemon *d);

/*
 * What all judges counted, and all queues; the rest of the queues' state.
 */
struct judge_counters queues_judged(struct daemon *d);
struct queue_totals {
	struct nfqueue_counters counters;
	uint32_t flows; /* conversations under way */
	bool has_conntrack;
};
struct queue_totals queues_totals(struct daemon *d);

/* To be called a few times a second. */
void queues_count_unjudged(struct daemon *d);

/*
 * Stops the threads, waiting. With an heir what comes waits for it, else what
 * is there gets its verdict and what comes passes.
 */
void queues_stop(struct daemon *d, bool has_heir);
void queues_close(struct daemon *d);

/*
 * queue_check.c: reads which queues the rules send packets to and compares
 * them with the daemon's. Logs a difference that is new, or any if `log_again`
 * is set, and when it is gone. The second does so if the rules changed.
 */
void queue_check(struct daemon *d, bool log_again);
void queue_check_turn(struct daemon *d);

/* The mode holds from now on. Tells all judges. */
void daemon_set_mode(struct daemon *d, enum judge_mode mode);

/* Sends what is pending for the sets, and logs when that begins to fail. */
int daemon_flush_blocklist(struct daemon *d);

/* The same of listings: the engine takes back those that are refused. */
int notices_flush_listings(struct daemon *d);

/* A blocklist_refused_fn; `arg` is the struct daemon. */
void notices_on_refused(void *arg, const struct prefix *source, int error);

/*
 * notices.c: does and tells what the daemon's own judge has a notice of, and
 * what a lane's has: a lane_notices_fn. Tells what was found in packets and
 * how conversations ended.
 */
void notices_take(struct daemon *d, uint64_t now_ns);
void notices_of_lane(void *arg, struct lane *lane);
void notices_tell(struct daemon *d, uint64_t now_ns);

/*
 * Tell what somebody did: the operator blocked, for so many seconds, 0 being
 * for good; somebody
 * (`by` is the text) unblocked, which is logged as well if `logged` is set; the
 * operator changed the mode; the daemon is to stop.
 */
void notices_blocked(struct daemon *d, const struct operator_block *b,
		     uint32_t seconds);
void notices_unblocked(struct daemon *d, const struct prefix *source,
		       const char *by, bool logged);
void notices_mode(struct daemon *d, const char *mode);
void notices_stopping(struct daemon *d, const char *why);

/*
 * persist.c: reads the state file and begins to write it; tells what was in
 * it; writes it if there is something to write and two seconds have passed;
 * and once more at the end, waiting. Only persist_open() can fail, without
 * memory.
 */
int persist_open(struct daemon *d);
void persist_tell(const struct daemon *d);
void persist_tick(struct daemon *d, uint64_t now_ns);
void persist_last(struct daemon *d);
void persist_close(struct daemon *d);

/* Whom the operator, whom the judge has on the list. Return how many. */
struct state_record persist_record_of(const struct operator_block *b);
size_t persist_collect_operators(const struct operator_list *l, uint64_t now_ns,
				 struct state_record *out, size_t max);
size_t persist_collect_listed(struct daemon *d, uint64_t now_ns,
			      struct state_record *out, size_t max);

/*
 * restore.c: puts whoever is missing into the sets and begins to listen; a
 * loop_fn for what is heard; looks for the table while it is gone, and now.
 * Only restore_open() can fail, without memory; later it is tried again.
 */
int restore_open(struct daemon *d);
void restore_on_events(void *arg, uint64_t now_ns);
void restore_tick(struct daemon *d, uint64_t now_ns);
void restore_look(struct daemon *d);

/*
 * Puts what should be in the sets and is not into them. 0, or -1 when it is
 * worth another try.
 */
int restore_missing(struct daemon *d);

/*
 * restore_nets.c: networks that overlap. A set of the kernel holds one of
 * them, the larger. Marks the operator's networks that others in `r` cover and
 * leaves covered records out; returns how many stay. `r` is sorted by source.
 */
size_t restore_leave_out_covered(struct daemon *d, struct state_record *r,
				 size_t count);

/*
 * The engine listed `source`: adds it to the pending elements, or in place of
 * the operator's networks in it. Does not if the operator blocked a network
 * that holds it. The second: the engine took `source` off its list; deletes
 * its element, or puts the operator's in its place.
 */
void restore_add(struct daemon *d, const struct prefix *source,
		 uint32_t timeout_s, const char *comment);
void restore_remove(struct daemon *d, const struct prefix *source);

/*
 * Takes a source out of all that could put it back. Returns true when the
 * operator had blocked it.
 */
bool restore_forget(struct daemon *d, const struct prefix *source);

/*
 * A network is no longer in the sets: puts those in it that should be. To be
 * called every second or more often: does so for networks that ended. The first
 * returns how many.
 */
size_t restore_within(struct daemon *d, const struct prefix *net);
void restore_nets_tick(struct daemon *d, uint64_t now_ns);

/* restore.c: the records that should be in the sets now; to be freed. */
struct state_record *restore_records(struct daemon *d, uint64_t now_ns,
				     size_t *count);
void restore_put_back(struct daemon *d, const struct state_record *r,
		      uint64_t now_ns);
void restore_close(struct daemon *d);

/*
 * reload.c: reads the configuration file again. Applies what can be applied
 * now, or, if there is an error in the file, nothing; logs which it is, and
 * returns it as the answer to "reload". In either case own addresses, routes
 * and resolvers are read again too, and the queue numbers of the rules.
 */
json_t *daemon_reload(struct daemon *d);
json_t *request_reload(struct daemon *d, int argc, char **argv);

/*
 * A control_request_fn; `arg` is the struct daemon. Whoever can open the
 * socket may look; only root and the daemon's own user may change something.
 */
json_t *daemon_request(void *arg, uid_t peer, int argc, char **argv);

/*
 * An address or a network of any length without bits behind its prefix.
 * Returns NULL, or an answer that says what is wrong with the text.
 */
json_t *request_parse_network(const char *text, struct prefix *out);
#define REQUEST_NETWORK_FORM \
	"\"%s\" is neither an IP address nor a network such as 192.0.2.0/24"

/* {"ok": true, "message": text} */
__attribute__((format(printf, 1, 2))) json_t *request_done(const char *format,
							   ...);

/* "enforce" or "observe". */
const char *request_mode_name(enum judge_mode mode);

/* Why the sets could not be read or changed, and what to do: of a -errno. */
const char *request_reason(int error);

/* A whole number of JSON, and a time of loop_now_ns() as EVE writes it. */
json_t *request_number(uint64_t n);
json_t *request_timestamp(uint64_t at_ns);

/*
 * The number of entries that the second word asks for, or `usual` without one.
 * 0 when it is none from 1 to REQUEST_MOST_ENTRIES.
 */
unsigned int request_entries(int argc, char **argv, unsigned int usual);
#define REQUEST_MOST_ENTRIES 1000
#define REQUEST_ENTRIES_FORM "\"%s\" is not a number from 1 to 1000"

/* request_status.c: answers "status". */
json_t *request_status(struct daemon *d, int argc, char **argv);

/* request_sources.c: answers "sources [N]". */
json_t *request_sources(struct daemon *d, int argc, char **argv);

/* request_blocklist.c: answers "blocklist [N]". */
json_t *request_blocklist(struct daemon *d, int argc, char **argv);

/* request_block.c: answers "block SOURCE [DURATION|-|permanent [REASON]]". */
json_t *request_block(struct daemon *d, int argc, char **argv);

/* request_unblock.c: answers "unblock SOURCE|all". */
json_t *request_unblock(struct daemon *d, int argc, char **argv);

/*
 * block_check.c: may the operator block b->source until b->until_ns? Returns
 * NULL, or an answer that names what is in the way. `*allowed` is set when the
 * allowlist has some of it, with the range as text.
 */
#define BLOCK_ALLOWED_BYTES RANGE_TEXT_BYTES
json_t *block_refusal(struct daemon *d, const struct operator_block *b,
		      char allowed[static BLOCK_ALLOWED_BYTES]);

/* request_allow.c: answers "allow [PREFIX]" and "disallow PREFIX". */
json_t *request_allow(struct daemon *d, int argc, char **argv);
json_t *request_disallow(struct daemon *d, int argc, char **argv);

/* request_explain.c: answers "explain SOURCE". */
json_t *request_explain(struct daemon *d, int argc, char **argv);

#endif
