/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message of rtnetlink adds to a reading of our networks. Private to
 * local.c, which asks for the messages: routes of both families first, for
 * only when it is known which interfaces lead to the rest of the world can
 * the addresses' networks be told apart.
 */
#ifndef HANDSHAKED_LOCAL_MESSAGE_H
#define HANDSHAKED_LOCAL_MESSAGE_H

#include <libmnl/libmnl.h>

#include "local.h"

#define LOCAL_MAX_UPLINKS 64

/* An interface that holds a default route of this family. */
struct uplink {
	uint8_t family;
	uint32_t ifindex;
};

struct local_reading {
	struct local_networks networks;
	/* To become part of networks.exempt, behind the own addresses. */
	struct prefix gateways[LOCAL_MAX_PREFIXES];
	size_t num_gateways;
	struct uplink uplink[LOCAL_MAX_UPLINKS];
	size_t num_uplinks;
};

/* Adds what a message tells, of whatever type; most tell nothing. */
void local_take_message(struct local_reading *r, const struct nlmsghdr *nlh);

/* All messages are there. */
void local_complete(struct local_reading *r);

#endif
