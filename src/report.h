/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handshakectl report: what a capture or a file of events holds, summed up in
 * one model, as a page to look at or as a few lines of text. Two feeders fill
 * the model, report_capture.c and report_events.c; report_text.c,
 * report_json.c and report_html.c write what is in it.
 */
#ifndef HANDSHAKED_REPORT_H
#define HANDSHAKED_REPORT_H

#include "core/grade.h"
#include "core/summary.h"
#include "report_scan.h"

/* A finding that this program has no name for counts under this. */
#define REPORT_UNKNOWN  NUM_FINDINGS
#define REPORT_FINDINGS (NUM_FINDINGS + 1)

/* No time was told. */
#define REPORT_NO_TIME INT64_MIN

/* Bars of the timeline, whatever time it spans. */
#define REPORT_BINS 96

/* Of the listed so many are kept, the latest. */
#define REPORT_LISTED 500

#define REPORT_TEXT_BYTES 256

/* Times are microseconds since 1970, as in the events, or REPORT_NO_TIME. */
struct report_listed {
	int64_t time_us;
	struct prefix source;
	enum finding finding; /* REPORT_UNKNOWN: not told */
	enum grade grade;     /* NUM_GRADES: not told, as by the operator */
	double score;         /* below 0: not told */
	uint32_t timeout_s, ports, hosts;
	int64_t first_us, last_us; /* of its probes, as far as known */
	char reason[REPORT_TEXT_BYTES];
};

/* One bar of the timeline. */
struct report_bin {
	uint32_t finding[REPORT_FINDINGS];
	uint32_t listed;
};

/* Bars of equal width, which doubles whenever the time outgrows them. */
struct report_timeline {
	int64_t origin_us, width_us; /* 0: nothing in it yet */
	struct report_bin bin[REPORT_BINS];
};

/* What the stats of replays say, added up. */
struct report_stats {
	uint64_t files, packets, tcp, refused, accepted, dropped;
	uint64_t findings, unanswered;
};

/* A source that was nearest to a listing, and why it is not listed. */
#define REPORT_NEAREST 3
struct report_nearest {
	char source[PREFIX_TEXT_BYTES];
	char why[REPORT_TEXT_BYTES];
};

/* Where the report is from; texts are empty as long as they are not known. */
struct report_origin {
	int64_t made_us;  /* the page */
	char host[65];    /* that it was made on */
	char version[32]; /* of what judged */
	char mode[16];    /* "enforce", "observe", or "replay" */
	int64_t mode_us;  /* of the event that said the mode */
};

struct report {
	struct report_origin origin;
	char path[REPORT_TEXT_BYTES];
	bool is_capture;
	int64_t first_us, last_us; /* the earliest and the latest event */
	uint64_t events;           /* of whatever kind */
	uint64_t lines;            /* of an events file */
	uint64_t bad_lines; /* not events: their number, the first, why */
	uint64_t first_bad_line;
	char first_bad[REPORT_TEXT_BYTES];
	bool is_partial; /* there is more that could not be read */
	struct report_stats stats;
	uint64_t connections, conn_states[NUM_CONN_STATES];
	/* Events of that type; with stats, what these say: report_finish(). */
	uint64_t findings;
	uint64_t by_packet[REPORT_FINDINGS]; /* of them */
	uint64_t by_connection[REPORT_FINDINGS];
	uint64_t listings, unblocks, floods, locksteps, modes, starts, stops;
	uint64_t suppressed; /* events that the daemon did not write */
	uint64_t others;     /* events of a kind that is not known here */
	uint64_t timeless;   /* events without a time: in no picture */
	struct report_timeline timeline;
	struct report_listed listed[REPORT_LISTED]; /* a ring */
	struct report_nearest nearest[REPORT_NEAREST];
	unsigned int num_nearest;
	struct scan_table scans;
};

/* Returns NULL without memory; report_free(NULL) is fine. */
struct report *report_new(const char *path);
void report_free(struct report *r);

/* ---- what feeders tell; `time_us` may be REPORT_NO_TIME ---- */

/* An event of whatever kind was then. To be called once for each. */
void report_at(struct report *r, int64_t time_us);

/* A packet with a finding. */
void report_finding(struct report *r, int64_t time_us,
		    const struct scan_probe *probe);

/* A connection; `findings` has a bit for each enum finding. */
void report_connection(struct report *r, int64_t time_us,
		       enum conn_state conn_state, uint32_t findings,
		       const struct scan_probe *probe);

/* A source was listed; what is in *listed is copied. */
void report_listing(struct report *r, const struct report_listed *listed);

/* The daemon started, with a version, or changed its mode; the latest holds. */
void report_mode(struct report *r, int64_t time_us, const char *version,
		 const char *mode);

/* A line of events, counted from 1, that is none; the first is remembered. */
void report_bad_line(struct report *r, uint64_t line, const char *why);

/*
 * All is told: fills in what is known of the listed only now, and ranks the
 * sources (struct scan_table). To be called once.
 */
void report_finish(struct report *r);

/* ---- for those who write ---- */

/* The n-th of those kept, in the order they came; NULL at the end. */
const struct report_listed *report_listed_at(const struct report *r, size_t n);

/* Number of them that were not kept. */
uint64_t report_listed_left_out(const struct report *r);

/* "syn-scan", ...; "unknown" for REPORT_UNKNOWN. */
const char *report_finding_name(unsigned int finding);

/* What a conn_state is, in plain words. */
const char *report_conn_state_words(enum conn_state conn_state);

/*
 * Any bytes as text that can be printed anywhere: UTF-8, in which controls,
 * what turns the direction of writing, and what is no UTF-8 is a '?'. Cut to
 * fit. Returns out.
 */
char *report_clean(char *out, size_t bytes, const char *text);

/* "2026-11-22 17:47:00", UTC; "-" for REPORT_NO_TIME. */
#define REPORT_TIME_BYTES 48
char *report_time(int64_t time_us, char text[static REPORT_TIME_BYTES]);

/* "1.5 s", "12 min", "3 h 20 min", "4 d 2 h". */
#define REPORT_DURATION_BYTES 48
char *report_duration(int64_t us, char text[static REPORT_DURATION_BYTES]);

/* Of a block: the duration, or "permanent" for 0. */
char *report_timeout(uint32_t seconds, char text[static REPORT_DURATION_BYTES]);

/* "1,234,567". */
#define REPORT_NUMBER_BYTES 32
char *report_number(uint64_t n, char text[static REPORT_NUMBER_BYTES]);

#endif
