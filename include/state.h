/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state file: who is or was listed, written down so that neither a
 * restart, nor a flush of the rules, nor a reboot forgives it. Text:
 *
 *     handshaked-state 1
 *     offender 203.0.113.66 LISTED UNTIL OFFENCES FINDING GRADE PORTS HOSTS
 *         SCORE                                          (all in one line)
 *     operator 2001:db8:1:2::/64 LISTED UNTIL UID REASON
 *     end 2
 *
 * Times are of the wall clock, milliseconds since 1970; the score is in
 * thousandths. An operator's block may be a network of any length, and has
 * "permanent" in place of UNTIL if it does not end. UID is the operator's
 * user, "-" if that is not known; REASON is the rest of the line. Files
 * without these two are read. The last line counts those between, so that a
 * file cut short shows. Nothing here logs.
 */
#ifndef HANDSHAKED_STATE_H
#define HANDSHAKED_STATE_H

#include "core/offender.h"

#define STATE_HEADER  "handshaked-state"
#define STATE_VERSION 1

/* More records are neither written nor read, larger files not read. */
#define STATE_MAX_RECORDS 131072
#define STATE_MAX_BYTES   (256 * STATE_MAX_RECORDS)

/* A year; nobody is listed for longer. */
#define STATE_MAX_LISTED_S 31536000

struct state_record {
	/* by_operator: of these only source, listed_ns and until_ns count. */
	struct offender offender;
	bool by_operator;
	/* by_operator: of the user, and why; NULL or empty: no reason. */
	uint32_t uid;
	const char *reason;
};

/* An operator's block without an end, as until_ns. */
#define STATE_FOR_GOOD UINT64_MAX

/* The user is not known. */
#define STATE_UID_UNKNOWN UINT32_MAX

/* A longer reason is damage; without the NUL. */
#define STATE_MAX_REASON 128

/* One moment on both clocks: the judge's, and the wall's since 1970. */
struct state_clock {
	uint64_t now_ns;
	uint64_t wall_ms;
};

/* This moment. */
struct state_clock state_clock_now(void);

/*
 * Writes the records in place of what `path` has: all of them or none, for
 * the file is written beside it ("path.new"), forced to the disk and renamed;
 * mode 0600. Blocks for as long as the disk takes. Returns 0 or -errno.
 */
int state_write(const char *path, const struct state_record *records,
		size_t count, const struct state_clock *clock);

struct state_reader {
	/*
	 * A record, its times put on the judge's clock: what lies before the
	 * clock's zero is at zero; its reason is valid during the call. Returns
	 * false if it cannot be true, and
	 * then it is told as damage.
	 */
	bool (*record)(void *arg, const struct state_record *r);
	/* Line number and what is wrong with it. */
	void (*damage)(void *arg, uint32_t line, const char *what);
	void *arg;
};

/* What state_read() found. */
struct state_summary {
	size_t used;
	size_t damaged;
	size_t beyond;  /* past STATE_MAX_RECORDS, left out */
	bool cut_short; /* the last line is missing or counts others */
};

/*
 * Reads `path`. Field by field: what is out of bounds, of another form or
 * incomplete damages its line only. A source is listed for what is left of its
 * time by the wall clock, and if that went backwards for all of it at most.
 * Returns 0, -ENOENT, -EPROTO (no state file, or of another version: nothing
 * was used), -EFBIG, -EINVAL (no file at all) or another -errno.
 */
int state_read(const char *path, const struct state_clock *clock,
	       const struct state_reader *reader, struct state_summary *out);

#endif
