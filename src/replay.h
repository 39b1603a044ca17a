/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handshakectl replay: a capture goes through the same engine as packets
 * inline, on the capture's clock. replay.c drives it and counts; what is
 * written, replay_json.c and replay_text.c know.
 */
#ifndef HANDSHAKED_REPLAY_H
#define HANDSHAKED_REPLAY_H

#include "config.h"
#include "core/judge.h"
#include "core/sighting.h"
#include "core/source.h"

struct replay_options {
	const char *config_file; /* NULL: the defaults */
	bool verify_checksums;
	bool shows_progress; /* on standard error */
	struct prefix local[CONFIG_MAX_PREFIXES];
	size_t num_local;
};

/*
 * Where no source is listed: those nearest to it, the nearest first, and why
 * each is not ("syn-scan: 4 ports of 1 host, score 5.5 of 9.2; 3 more failed
 * attempts would list it").
 */
#define REPLAY_NEAREST       3
#define REPLAY_NEAREST_BYTES 224
struct replay_nearest {
	struct prefix source;
	int32_t score, threshold; /* thousandths of a natural logarithm */
	char why[REPLAY_NEAREST_BYTES];
};

/* What is counted over one file. */
struct replay_totals {
	uint64_t packets; /* of any kind */
	uint64_t tcp;
	uint64_t refused; /* by segment_parse(), TCP or not to be told */
	uint64_t flows;   /* connections that ended */
	uint64_t accepted, dropped;
	/*
	 * As the engine counts them, each kind in by_finding: of packets, and
	 * of attempts that ran out of time, of which there are `unanswered`.
	 */
	uint64_t findings, unanswered;
	uint64_t blocks, unblocks;
	/* Listings withheld, by enum withheld. */
	uint64_t withheld[WITHHELD_RATE + 1];
	struct replay_nearest nearest[REPLAY_NEAREST];
	unsigned int num_nearest;
	uint64_t conn_states[NUM_CONN_STATES];
	uint64_t by_finding[NUM_FINDINGS];
	uint64_t first_ns, last_ns; /* of the capture's clock */
};

/* How a replay is written. Each may be NULL. */
struct replay_writer {
	void (*finding)(const struct sighting *s);
	void (*ending)(const struct ending *e);
	void (*listed)(const struct notice *n, uint64_t time_ns);
	void (*unlisted)(const struct notice *n, uint64_t time_ns);
	void (*end)(const char *path, const struct replay_totals *totals);
};

/* replay_nearest.c: fills in nearest[], most of them; returns how many. */
unsigned int replay_find_nearest(struct judge *j, uint64_t now_ns,
				 const struct judge_config *config,
				 struct replay_nearest nearest[REPLAY_NEAREST]);

extern const struct replay_writer replay_json, replay_text;

/* Takes a prefix as text; false if it is none, or one too many. */
bool replay_add_local(struct replay_options *o, const char *text);

/*
 * Replays captures one after the other. Returns 0, or 1 when one could not be
 * read to its end, or the configuration not at all; standard error says why.
 */
int replay_captures(char *const *paths, int num_paths,
		    const struct replay_options *options,
		    const struct replay_writer *writer);

/*
 * The subcommand, argv[0] being its name. Returns the exit status: 0 done, 1
 * when a file could not be read to its end, 2 for wrong usage.
 */
int replay_main(int argc, char **argv, bool as_json);

#endif
