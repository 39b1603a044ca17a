/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of each source: the distinct (destination, port) it was seen
 * at and with what outcome. Fixed size; the source unseen for longest gives
 * way. Scores are not kept but computed from the evidence (policy.h), so that
 * evidence can age and be taken back.
 */
#ifndef HANDSHAKED_CORE_SOURCE_H
#define HANDSHAKED_CORE_SOURCE_H

#include "core/finding.h"
#include "core/address.h"
#include "core/table.h"

/* One outcome at one (destination, port). */
struct evidence {
	uint32_t host;    /* keyed hash of the destination address */
	uint32_t when_ms; /* last seen */
	uint16_t port;
	uint8_t finding; /* enum finding; FINDING_NONE: a good connection */
	uint8_t flags;   /* enum evidence_flag */
};

enum evidence_flag {
	EVIDENCE_SERVED = 1 << 0, /* the endpoint was known to serve */
	EVIDENCE_OS_SYN = 1 << 1, /* an operating system's SYN options */
};

#define SOURCE_EVIDENCE 24

struct source {
	struct table_link link;
	struct address address;
	/*
	 * Listed just now: until then nothing more is held against it, and in
	 * MODE_ENFORCE its segments are dropped, for the set does not have it
	 * yet.
	 */
	uint64_t held_until_ns;
	uint8_t num_evidence;
	struct evidence evidence[SOURCE_EVIDENCE];
};

struct source_table;

/* As flow_table_new(): `capacity` 1 to 2^28, NULL without memory. */
struct source_table *source_table_new(uint32_t capacity, const uint8_t key[16]);
void source_table_free(struct source_table *t);

/* NULL when not known. Valid until the next source_learn(). */
struct source *source_find(struct source_table *t,
			   const struct address *address);

/* Finds or adds, and counts as seen just now. Never NULL. */
struct source *source_learn(struct source_table *t,
			    const struct address *address);

/*
 * Records an outcome at (destination, port), once: if the same finding is
 * recorded there already only its time changes and false is returned. With no
 * room left the oldest entry gives way.
 */
bool source_record(struct source_table *t, struct source *s,
		   const struct address *destination, uint16_t port,
		   enum finding finding, uint8_t flags, uint64_t now_ns);

/* Takes an outcome back; nothing happens when it is not there. */
void source_retract(struct source_table *t, struct source *s,
		    const struct address *destination, uint16_t port,
		    enum finding finding);

/* Forgets everything held against a source. */
void source_forgive(struct source *s);

uint32_t source_count(const struct source_table *t);

#endif
