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

struct replay_options {
	const char *config_file; /* NULL: the defaults */
	bool verify_checksums;
	bool shows_progress; /* on standard error */
	struct prefix local[CONFIG_MAX_PREFIXES];
	size_t num_local;
};

/* What is counted over one file. */
struct replay_totals {
	uint64_t packets; /* of any kind */
	uint64_t tcp;
	uint64_t refused; /* by segment_parse(), TCP or not to be told */
	uint64_t flows;   /* connections that ended */
	uint64_t accepted, dropped;
	uint64_t findings; /* segments with one */
	uint64_t blocks;
	uint64_t conn_states[NUM_CONN_STATES];
	uint64_t by_finding[NUM_FINDINGS];
	uint64_t first_ns, last_ns; /* of the capture's clock */
};

/* How a replay is written. Each may be NULL. */
struct replay_writer {
	void (*finding)(const struct segment *seg, const struct decision *d,
			uint64_t time_ns);
	void (*ending)(const struct ending *e);
	void (*listed)(const struct notice *n, uint64_t time_ns);
	void (*end)(const char *path, const struct replay_totals *totals);
};

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
