/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events as objects with the field names of EVE, Suricata's JSON: the same
 * from a replay and from the daemon. src/events.schema.json describes them.
 */
#ifndef HANDSHAKED_EVE_H
#define HANDSHAKED_EVE_H

#include <jansson.h>

#include "core/sighting.h"

/* Longest line that is put together by hand: every flag, every finding. */
#define EVE_LINE_BYTES 1024

/* "2026-11-22T17:47:00.123456+0000", as Suricata writes it, UTC. */
#define EVE_TIME_BYTES 48
char *eve_time(uint64_t time_ns, char text[static EVE_TIME_BYTES]);

/*
 * A line, with its newline, of "finding" or "handshake" at `time_ns` since
 * 1970. Return its length; there is no NUL behind it. `in_iface` is the name
 * of an interface, whatever its bytes, or NULL. For one thread at a time.
 */
size_t eve_finding(char line[static EVE_LINE_BYTES], const struct sighting *s,
		   const char *in_iface, uint64_t time_ns);
size_t eve_handshake(char line[static EVE_LINE_BYTES], const struct ending *e,
		     uint64_t time_ns);

/*
 * A new object of a type, and "block" of a NOTICE_LISTED. NULL without memory;
 * the caller's to decref.
 */
json_t *eve_new(const char *event_type, uint64_t time_ns);
json_t *eve_block(const struct notice *n, uint64_t time_ns);

/* Sets a member; what is out of memory is left out. */
void eve_set_number(json_t *object, const char *key, uint64_t number);
void eve_set_text(json_t *object, const char *key, const char *text);

/*
 * The object as a line with its newline, in buffer if it has room, else in new
 * memory; free() what is not `buffer`. NULL without memory.
 */
char *eve_line(const json_t *object, char *buffer, size_t bytes, size_t *len);

#endif
