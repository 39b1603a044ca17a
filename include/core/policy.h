/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each finding weighs, and when the evidence against a source is enough
 * to list it. Every weight stands in one commented table in policy.c.
 */
#ifndef HANDSHAKED_CORE_POLICY_H
#define HANDSHAKED_CORE_POLICY_H

#include "core/source.h"

/* What a finding says about the source address it came from. */
enum grade {
	GRADE_UNATTRIBUTABLE, /* anyone can have sent it: never lists */
	GRADE_PLAUSIBLE,      /* by breadth */
	GRADE_PROVED,         /* the source acknowledged the responder's ISN */
	NUM_GRADES
};

extern const char *const grade_name[NUM_GRADES];

enum grade policy_grade(enum finding finding);

/* Is a segment with this finding dropped at first sight? */
bool policy_drops(enum finding finding);

/* Points a piece of evidence adds to the score of its source. */
int policy_points(enum finding finding);

/*
 * So many good connections count, and are kept: more cannot be saved up, and
 * cannot push out what else there is.
 */
#define POLICY_SUCCESSES 4

/* What the evidence of a source comes to. */
struct assessment {
	int score;            /* sum of the weights, successes subtracted */
	enum finding finding; /* names it best */
	uint16_t ports;       /* distinct (destination, port) that weigh */
	uint16_t hosts;       /* on so many destinations */
	bool drops_strays;    /* they are so broad that they are probes */
};

/* `age_ms`: evidence older than this does not count. */
struct assessment policy_assess(const struct source *s, uint64_t now_ns,
				uint32_t age_ms);

#endif
