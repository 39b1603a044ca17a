/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of the findings, and the one kind of finding that needs no
 * memory: a set of control bits that no conforming host sends.
 */
#include "core/finding.h"

#include "core/segment.h"

const char *const finding_name[] = {
	[FINDING_NONE] = "none",
	[FINDING_NULL_SCAN] = "null-scan",
	[FINDING_FIN_SCAN] = "fin-scan",
	[FINDING_XMAS_SCAN] = "xmas-scan",
	[FINDING_INVALID_FLAGS] = "invalid-flags",
	[FINDING_MAIMON_SCAN] = "maimon-scan",
	[FINDING_ACK_SCAN] = "ack-scan",
	[FINDING_UNSOLICITED_SYN_ACK] = "unsolicited-syn-ack",
	[FINDING_UNSOLICITED_RST] = "unsolicited-rst",
	[FINDING_SYN_SCAN] = "syn-scan",
	[FINDING_CONNECT_SCAN] = "connect-scan",
	[FINDING_SYN_FLOOD] = "syn-flood",
	[FINDING_BAD_HANDSHAKE_ACK] = "bad-handshake-ack",
	[FINDING_BAD_SYN_ACK] = "bad-syn-ack",
};
_Static_assert(ARRAY_SIZE(finding_name) == NUM_FINDINGS,
	       "every finding has a name");

enum finding finding_of_flags(uint16_t flags)
{
	switch (flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK | TCP_URG)) {
	case TCP_SYN:
	case TCP_SYN | TCP_URG:
	case TCP_SYN | TCP_ACK:
	case TCP_RST:
	case TCP_RST | TCP_ACK:
	case TCP_FIN | TCP_ACK:
	case TCP_FIN | TCP_ACK | TCP_URG:
	case TCP_ACK:
	case TCP_ACK | TCP_URG:
		return FINDING_NONE;
	case 0:
		return FINDING_NULL_SCAN;
	case TCP_FIN:
		return FINDING_FIN_SCAN;
	case TCP_FIN | TCP_URG:
		return FINDING_XMAS_SCAN;
	default:
		return FINDING_INVALID_FLAGS;
	}
}
