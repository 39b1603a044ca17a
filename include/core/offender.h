/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source that was listed: what is on the list now, what has been, and what
 * has to be written down so that neither a restart, nor a flush of the rules,
 * nor a reboot forgives it.
 */
#ifndef HANDSHAKED_CORE_OFFENDER_H
#define HANDSHAKED_CORE_OFFENDER_H

#include "core/address.h"
#include "core/grade.h"

/* Longest reason, with the closing NUL. */
#define OFFENDER_REASON_BYTES 96

struct offender {
	/* One address, or a /64 of IPv6 of which several addresses offended. */
	struct prefix source;
	uint64_t listed_ns; /* when it was listed last, on the judge's clock */
	uint64_t until_ns;  /* for how long; may be over */
	uint8_t offences;   /* times it was listed, 1 to 255 */
	/*
	 * The finding that most of the weight is of; if proved evidence alone
	 * was enough, of that. `ports` and `hosts` count this finding only,
	 * `score` is of all evidence: "explain" shows the rest.
	 */
	enum finding finding;
	enum grade grade; /* of the evidence that listed it last */
	uint16_t ports, hosts;
	int32_t score; /* thousandths of a natural logarithm */
};

/*
 * The comment of its element: "syn-scan: 7 ports of 1 host, score 9.7". Writes
 * at most OFFENDER_REASON_BYTES with the NUL and returns text.
 */
char *offender_reason(const struct offender *o,
		      char text[static OFFENDER_REASON_BYTES]);

#endif
