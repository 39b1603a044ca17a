/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that the judge knows of a source, for an operator who asks why. */
#ifndef HANDSHAKED_CORE_EXPLAIN_H
#define HANDSHAKED_CORE_EXPLAIN_H

#include "core/judge.h"

struct explained_evidence {
	/* False: the destination's address has been forgotten since. */
	bool destination_known;
	struct address destination;
	uint16_t port;
	enum finding finding; /* FINDING_NONE: a good connection */
	enum grade grade;
	int32_t weight; /* 0: not enough of its kind, or too old */
	uint64_t age_ns;
};

struct explanation {
	struct prefix source;
	bool known; /* else all below is 0 */
	/* Never listed; and on the protected side, measured otherwise. */
	bool exempt, inside;
	/* Thousandths of natural logarithms, as in struct policy_test. */
	int32_t score, proved, threshold;
	unsigned int num_evidence;
	struct explained_evidence evidence[SOURCE_EVIDENCE]; /* oldest first */
	/* In good standing, since a connection so long ago. */
	bool good;
	uint64_t good_age_ns;
	bool restricted, in_step;
	enum withheld withheld; /* with enough evidence, when last decided */
	uint64_t restricted_left_ns;
	struct offender offender; /* of its last listing, if it had one */
	uint64_t listed_left_ns;  /* 0: not on the list */
	/* How it goes on: so many failed attempts more, and for how long. */
	unsigned int failures_left;
	uint32_t next_timeout_s;
	/* With `inside`: hosts that failed and answered at one port. */
	uint16_t sweep_port;
	unsigned int sweep_failed, sweep_good, sweep_limit;
};

/* `source` is an address (128 bits) or an IPv6 /64. */
void judge_explain(struct judge *j, const struct prefix *source,
		   uint64_t now_ns, struct explanation *out);

#endif
