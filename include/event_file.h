/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file that events are appended to, written by a thread of its own: a disk
 * takes as long as it likes, and packets do not wait for it. Lines wait for
 * the thread in a buffer of a fixed size; what does not fit, and what cannot
 * be written, is lost and counted.
 */
#ifndef HANDSHAKED_EVENT_FILE_H
#define HANDSHAKED_EVENT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that can wait. */
#define EVENT_FILE_BYTES (1024 * 1024)

struct event_file;

struct event_file_counters {
	uint64_t written; /* lines */
	uint64_t lost;    /* lines */
	/*
	 * What came of the last attempt to open or to write: 0 or -errno. The
	 * file is tried again with each event_file_flush() that has lines.
	 */
	int error;
};

/*
 * Starts the thread, which takes no signals. `path` is copied; the directory
 * it is in is made, by the first line, if it is the only one missing. The file
 * is made if it is not there, for owner and group. Returns NULL with errno set.
 */
struct event_file *event_file_open(const char *path);

/* Writes what waits, and waits for that. NULL is fine. */
void event_file_close(struct event_file *f);

/*
 * Takes a line, with its newline. Any thread; never waits for the disk. It is
 * written after the next event_file_flush(), or when half of the room is used.
 */
void event_file_put(struct event_file *f, const char *line, size_t len);
void event_file_flush(struct event_file *f);

/* The file was renamed: from the next line on another of its name. */
void event_file_reopen(struct event_file *f);

void event_file_counters(struct event_file *f, struct event_file_counters *out);

#endif
