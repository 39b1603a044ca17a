/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each finding weighs, what it can say of a source, and when the evidence
 * against a source is enough.
 *
 * The sum is Threshold Random Walk (Jung, Paxson, Berger, Balakrishnan: Fast
 * Portscan Detection Using Sequential Hypothesis Testing, 2004): a walk over
 * the outcomes of a source's attempts, each distinct (destination, port) once,
 * in steps of the logarithm of how much likelier the outcome is for a scanner
 * than for an honest host. All numbers are thousandths of natural logarithms.
 */
#ifndef HANDSHAKED_CORE_POLICY_H
#define HANDSHAKED_CORE_POLICY_H

#include "core/grade.h"
#include "core/source.h"

/* The test's steps and bounds, worked out from the configuration. */
struct policy_test {
	int32_t failure;   /* an attempt that failed: > 0 */
	int32_t success;   /* one that succeeded: < 0 */
	int32_t threshold; /* a scanner, from here on */
	int32_t floor;     /* < 0: so much can be saved up, and no more */
};

/* Is a segment with this finding dropped at first sight? */
bool policy_drops(enum finding finding);

/* What one piece of evidence adds, breadth given. */
int32_t policy_weight(enum finding finding, const struct policy_test *test);

/*
 * So many good connections are kept: more cannot be saved up anyway, and must
 * not push out what else there is.
 */
#define POLICY_SUCCESSES 8

/* What the evidence of a source comes to. */
struct assessment {
	int32_t score;        /* where the walk is now */
	int32_t proved;       /* where it is with proved evidence alone */
	enum finding finding; /* the heaviest; of the proved, if they suffice */
	uint16_t ports;       /* distinct (destination, port) of that finding */
	uint16_t hosts;       /* on so many destinations */
	uint16_t who;         /* of a /64: by so many addresses */
	bool drops_strays;    /* they are so broad that they are probes */
	/* What each piece, in its order, took part with; 0: nothing. */
	int32_t step[SOURCE_EVIDENCE];
};

/* `age_ms`: evidence older than this does not count. */
struct assessment policy_assess(const struct source *s,
				const struct policy_test *test, uint64_t now_ns,
				uint32_t age_ms);

#endif
