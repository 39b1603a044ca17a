/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a time axis has its ticks, and what stands beside each: round times in
 * UTC, from one millisecond to centuries apart.
 */
#ifndef HANDSHAKED_REPORT_TICKS_H
#define HANDSHAKED_REPORT_TICKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most ticks an axis can have. */
#define REPORT_TICKS 8

/* Room for "2026-11-22 17:47", whatever strftime() makes of a year. */
#define REPORT_TICK_BYTES 32

struct report_tick {
	int64_t time_us;                 /* since 1970 */
	double at;                       /* from 0, first_us, to 1, last_us */
	char label[REPORT_TICK_BYTES];   /* "17:47", "22 Nov", "1.250 s" */
	char context[REPORT_TICK_BYTES]; /* "2026-11-22"; or empty */
};

/*
 * Writes the ticks from first_us to last_us, at most `most` and at most
 * REPORT_TICKS, and returns their number. The step is the shortest round one
 * that needs no more. What all labels leave out is in `context`: of the first
 * tick, and of each tick where it changes. Below a few milliseconds there may
 * be no tick.
 */
unsigned int report_ticks(int64_t first_us, int64_t last_us, unsigned int most,
			  struct report_tick ticks[static REPORT_TICKS]);

/* An axis on which texts are placed one after the other, from the left. */
struct report_room {
	double width;  /* of the axis */
	double margin; /* that a text may use on both sides of it */
	double letter; /* width of one */
	double end;    /* of the last text; below -margin at the beginning */
};

/*
 * Takes the room of a text with its middle at `at`, from 0 to 1. Returns false
 * and takes none if the text would leave the margin or touch the one before.
 */
bool report_room_take(struct report_room *room, double at, size_t letters);

#endif
