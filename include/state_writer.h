/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the state file from a thread of its own: forcing a file to the disk
 * takes as long as the disk likes, and packets do not wait for it. One piece
 * of work at a time.
 */
#ifndef HANDSHAKED_STATE_WRITER_H
#define HANDSHAKED_STATE_WRITER_H

#include "state.h"

struct state_writer;

/*
 * Starts the thread, which takes no signals. `path` is copied; the directory
 * it is in is made if it is the only one missing. Returns NULL with errno
 * set.
 */
struct state_writer *state_writer_open(const char *path);

/* Waits until what it has in hand is written. NULL is fine. */
void state_writer_close(struct state_writer *w);

/*
 * Room for STATE_MAX_RECORDS records, to be filled and given back with
 * state_writer_write(); NULL while the last ones are still being written.
 */
struct state_record *state_writer_records(struct state_writer *w);

/* Writes the first `count` of them, beginning now. Does not wait. */
void state_writer_write(struct state_writer *w, size_t count,
			const struct state_clock *clock);

/* Waits for the end of what it is writing. */
void state_writer_wait(struct state_writer *w);

/* How often it wrote, and what came of the last time: 0 or -errno. */
uint64_t state_writer_count(struct state_writer *w, int *error);

#endif
