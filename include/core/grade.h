/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a finding can say of the address it came from. A source address is a
 * claim: anyone can put any into a packet.
 */
#ifndef HANDSHAKED_CORE_GRADE_H
#define HANDSHAKED_CORE_GRADE_H

#include "core/finding.h"

enum grade {
	/* Single odd packets, backscatter, floods: never adds to a score. */
	GRADE_UNATTRIBUTABLE,
	/*
	 * Breadth over closed and dark ports. Can be forged, so it lists for a
	 * short time only, so many sources a minute, and nobody who is in good
	 * standing or probes in step with others; those are restricted.
	 */
	GRADE_PLAUSIBLE,
	/* The source acknowledged a number that only its owner was told. */
	GRADE_PROVED,
	NUM_GRADES
};

/* "unattributable", "plausible", "proved". */
extern const char *const grade_name[NUM_GRADES];

enum grade policy_grade(enum finding finding);

#endif
