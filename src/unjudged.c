/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules' counter of packets sent to the queue, beside those that came. */
#include "unjudged.h"

#include <errno.h>

#include <sys/socket.h>
#include <libmnl/libmnl.h>

#include "rule_counter.h"

/* -ENOENT when the rules are gone. */
static int read_counter(struct mnl_socket *socket, uint64_t *packets)
{
	struct rule_counter queued = {.packets = *packets};
	int error = rule_counter_read(socket, RULE_COUNTER_QUEUED, &queued);

	*packets = queued.packets;
	return error;
}

int unjudged_open(struct unjudged *u, uint64_t received)
{
	int error;

	*u = (struct unjudged){
		.socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC)};
	if (!u->socket)
		return -errno;
	error = mnl_socket_bind(u->socket, 0, MNL_SOCKET_AUTOPID) < 0
			? -errno
			: read_counter(u->socket, &u->queued);
	u->has_counter = error == 0;
	u->behind = u->queued - received;
	u->marked = u->queued;
	if (error && error != -ENOENT)
		unjudged_close(u);
	return error;
}

void unjudged_close(struct unjudged *u)
{
	if (u->socket)
		mnl_socket_close(u->socket);
	u->socket = NULL;
}

/* Of those sent to the queue since the start, over all tables. */
static void note_passed(struct unjudged *u, uint64_t received, uint64_t waiting)
{
	uint64_t sent = (waiting ? u->queued : u->marked) - u->behind;

	if (sent > received + waiting && sent - received - waiting > u->passed)
		u->passed = sent - received - waiting;
}

void unjudged_turn(struct unjudged *u, uint64_t received, uint64_t waiting)
{
	uint64_t packets = 0;

	if (!u->socket)
		return;
	if (u->has_counter)
		note_passed(u, received, waiting);
	if (read_counter(u->socket, &packets) < 0)
		return;
	if (!u->has_counter || packets < u->queued) {
		/*
		 * Another table, which counts anew: what it has counted came
		 * or passed, but what the old one counted in its last moment
		 * may not be known.
		 */
		u->behind = packets - received - u->passed;
		u->marked = u->behind;
		u->has_counter = true;
	}
	u->queued = packets;
	if (waiting == 0)
		u->marked = packets;
}
