/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Endpoints known to serve: each has answered a SYN with a SYN/ACK, or stood
 * as responder in the kernel's table of connections. A stray to or from a
 * served endpoint is connection noise, not a probe. Also counts the half-open
 * connections of each, for floods. Fixed size; the endpoint unheard for
 * longest gives way, one of the world outside before one of ours.
 */
#ifndef HANDSHAKED_CORE_SERVICE_H
#define HANDSHAKED_CORE_SERVICE_H

#include "core/address.h"
#include "core/table.h"

struct service {
	struct table_link link;
	struct address address;
	uint16_t port;
	bool is_ours;       /* on the protected side, or this machine's */
	bool flooded;       /* a flood of it has been told and is not over */
	uint32_t calm_ms;   /* when the last flood was over; 0: none was */
	uint32_t half_open; /* conversations in SYN_RECEIVED */
};

struct service_table;

/* As flow_table_new(): `capacity` 1 to 2^28, NULL without memory. */
struct service_table *service_table_new(uint32_t capacity,
					const uint8_t key[16]);
void service_table_free(struct service_table *t);

/* NULL when not known. Valid until the next service_learn(). */
struct service *service_find(struct service_table *t,
			     const struct address *address, uint16_t port);

/* Finds or adds, and counts as heard just now. Never NULL. */
struct service *service_learn(struct service_table *t,
			      const struct address *address, uint16_t port);

/* It is one of ours. */
void service_keep(struct service_table *t, struct service *s);

uint32_t service_count(const struct service_table *t);

#endif
