/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of what can be wrong with a segment or a handshake: the
 * vocabulary of the logs, the set's comments, the tests and the README.
 */
#ifndef HANDSHAKED_CORE_FINDING_H
#define HANDSHAKED_CORE_FINDING_H

#include "core/base.h"

enum finding {
	FINDING_NONE,
	/* Flag sets that no conforming host sends: dropped at first sight. */
	FINDING_NULL_SCAN,     /* none of FIN SYN RST ACK URG (nmap -sN) */
	FINDING_FIN_SCAN,      /* FIN without ACK (nmap -sF) */
	FINDING_XMAS_SCAN,     /* FIN and URG without ACK (nmap -sX) */
	FINDING_INVALID_FLAGS, /* any other set outside the valid list */
	/* Strays: in order by themselves, but of no connection we know. */
	FINDING_MAIMON_SCAN,         /* FIN+ACK (nmap -sM) */
	FINDING_ACK_SCAN,            /* ACK (nmap -sA and -sW) */
	FINDING_UNSOLICITED_SYN_ACK, /* or backscatter: never charged */
	FINDING_UNSOLICITED_RST,     /* or backscatter: never charged */
	/* Handshakes that were not meant to become connections. */
	FINDING_SYN_SCAN,     /* refused, unanswered, or reset half-open */
	FINDING_CONNECT_SCAN, /* completed, then closed without payload */
	FINDING_SYN_FLOOD,    /* too many half-open connections to one port */
	/* Handshake segments with numbers that nobody sent. */
	FINDING_BAD_HANDSHAKE_ACK,
	FINDING_BAD_SYN_ACK,
	NUM_FINDINGS
};

/* "null-scan", "syn-scan", ...; "none" for FINDING_NONE. */
extern const char *const finding_name[NUM_FINDINGS];

/*
 * What the control bits alone say: one of the four flag findings, or
 * FINDING_NONE for the nine sets that a conforming host can send (SYN,
 * SYN+URG, SYN+ACK, RST, RST+ACK, FIN+ACK, FIN+ACK+URG, ACK, ACK+URG).
 * PSH, ECE, CWR and AE are masked first: they hide nothing and accuse nobody.
 * The list is that of the Linux kernel's nf_conntrack_proto_tcp.c.
 */
enum finding finding_of_flags(uint16_t flags);

#endif
