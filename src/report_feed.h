/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What fills the model of a report, and what writes it. Between report.c and
 * these; nobody else needs it.
 */
#ifndef HANDSHAKED_REPORT_FEED_H
#define HANDSHAKED_REPORT_FEED_H

#include <stdio.h>

#include "replay.h"
#include "report.h"

/* Adds up what a replay counted over a file. */
void report_stats_add(struct report *r, const struct report_stats *stats);

/* A source that was nearest to a listing; the first ones are kept. */
void report_nearest_add(struct report *r, const char *source, const char *why);

/* One line of events, without its newline. What is wrong with it is counted. */
void report_take_line(struct report *r, const char *line, size_t len);

/* All lines; 0, or -1 with errno set where they cannot be read. */
int report_read_events(struct report *r, FILE *in);

/*
 * A capture through the engine; 0, or -1 where it cannot be read to its end:
 * that has been said on standard error.
 */
int report_read_capture(struct report *r, const char *path,
			const struct replay_options *options);

/*
 * Fills in r->origin, when all is read from `path`. If the events lack version
 * or mode, the daemon at report_socket is asked; its answer holds if it writes
 * that file. The environment's SOURCE_DATE_EPOCH is the time of the page.
 */
void report_find_origin(struct report *r, const char *path);

/* A few lines for a terminal. */
void report_write_text(const struct report *r, FILE *out);

/* A page that needs nothing else. */
void report_write_html(const struct report *r, FILE *out);

/* Parts of it: numbers for programs, tables, and pictures. */
void report_write_json(const struct report *r, FILE *out);
void report_write_findings(const struct report *r, FILE *out);
void report_write_outcomes(const struct report *r, FILE *out);
void report_write_listed(const struct report *r, FILE *out);
void report_write_timeline(const struct report *r, FILE *out);

/* The caption of the map has the id "scan" and this number. */
void report_write_map(const struct report *r, const struct scan_source *s,
		      size_t number, FILE *out);

/* Text with what HTML has a meaning for as numbers of characters. */
void report_put_escaped(const char *text, FILE *out);

/* "1,234", "3 hosts", "more than 3 hosts"; a time, all or without its date. */
void report_put_number(uint64_t n, FILE *out);
void report_put_count(uint64_t n, bool at_least, const char *what, FILE *out);
void report_put_duration(int64_t us, FILE *out);
void report_put_time(int64_t time_us, FILE *out);

/* Without the date if that is the same as of another time. */
void report_put_time_of_day(int64_t time_us, int64_t other_us, FILE *out);

/*
 * The findings there are most of have colours 0 to 5, the others share
 * REPORT_COLOURS - 1. Returns the colour of each.
 */
#define REPORT_COLOURS 7
struct report_colours {
	uint8_t of[REPORT_FINDINGS];
	uint64_t shown[REPORT_FINDINGS]; /* in the timeline */
};
void report_colours(const struct report *r, struct report_colours *out);

extern const char report_style[];

#endif
