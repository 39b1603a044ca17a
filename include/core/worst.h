/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of which sources is evidence held, the worst of them first. */
#ifndef HANDSHAKED_CORE_WORST_H
#define HANDSHAKED_CORE_WORST_H

#include "core/judge.h"

struct held_source {
	struct prefix source;
	/*
	 * What the evidence comes to now, or, of one that is listed, what it
	 * came to then. Thousandths of natural logarithms.
	 */
	int32_t score;
	enum finding finding;
	uint16_t ports, hosts; /* distinct, that weigh */
	uint8_t offences;
	bool listed, restricted, in_step, good;
	uint64_t listed_left_ns; /* 0: not listed */
	uint64_t seen_age_ns;    /* the last piece of evidence */
};

/*
 * Copies the worst `max` (1 or more) sources into `out`: by score, of the same
 * the one seen last first. Returns how many these are; *total is of how many
 * sources there is evidence, good connections apart. Looks at all sources, a
 * few at a time, so that no other judge waits for long; what happens meanwhile
 * may or may not be seen.
 */
unsigned int judge_worst_sources(struct judge *j, uint64_t now_ns,
				 struct held_source *out, unsigned int max,
				 uint32_t *total);

#endif
