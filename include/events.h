/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon tells: events as JSON objects in a file, so many of a kind
 * in a second; those that an operator reads also as lines of the log, with
 * fields in the journal; and the last of these kept for `status`.
 *
 * For whoever holds the daemon's lock. Nothing here waits for a disk.
 */
#ifndef HANDSHAKED_EVENTS_H
#define HANDSHAKED_EVENTS_H

#include <jansson.h>

#include "core/sighting.h"

enum event_kind {
	EVENT_HANDSHAKE,
	EVENT_FINDING,
	EVENT_BLOCK,
	EVENT_UNBLOCK,
	EVENT_FLOOD,
	EVENT_LOCKSTEP,
	EVENT_MODE,
	EVENT_START,
	EVENT_STOP,
	NUM_EVENT_KINDS
};

/* The "event_type" of each. */
extern const char *const event_kind_name[NUM_EVENT_KINDS];

/* So many are kept for events_last(). */
#define EVENTS_LAST 10

struct events;

/*
 * Writes to `path`, "" for no file, at most `per_second` lines of a kind in a
 * second; an event "suppressed" counts the others. Returns NULL with errno set,
 * but not for a file that cannot be opened: that is logged.
 */
struct events *events_open(const char *path, uint32_t per_second);

/* Writes what waits, and waits for that. NULL is fine. */
void events_close(struct events *e);

/*
 * To be called a few times a second, and before others are told: counts begin
 * anew with each second, what waits is sent on its way, and that the file
 * cannot be written is logged when it begins and when it ends.
 */
void events_turn(struct events *e, uint64_t now_ns);

/* The file was renamed. */
void events_reopen(struct events *e);

/* What was found in a packet; a conversation. Times are loop_now_ns()'s. */
void events_finding(struct events *e, const struct sighting *s,
		    const char *in_iface);
void events_handshake(struct events *e, const struct ending *ending);

/* So many of a kind in all were lost before they came here: suppressed, too. */
void events_lost(struct events *e, enum event_kind kind, uint64_t lost);

/* A new object of a kind, of now, and its text and number members. */
json_t *events_new(enum event_kind kind);

/* Now, by the clock on the wall. */
uint64_t events_wall_ns(void);

/* Writes an object to the file, and gives it back to jansson. */
void events_write(struct events *e, enum event_kind kind, json_t *object);

/*
 * The same; and logs it as a line of this text, whose fields in the journal
 * are the texts, numbers and booleans among its members.
 */
__attribute__((format(printf, 5, 6))) void
events_tell(struct events *e, enum event_kind kind, int priority,
	    json_t *object, const char *format, ...);

/*
 * The last EVENTS_LAST that were told, newest last: an array of objects with
 * "timestamp", "event_type" and "message". What became of all: "written",
 * "lost", "suppressed", "file" and, if it cannot be written, "error".
 */
json_t *events_last(const struct events *e);
json_t *events_status(const struct events *e);

#endif
