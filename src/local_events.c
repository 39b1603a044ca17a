/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subscription to rtnetlink. On a busy network neighbours come, go and are
 * looked for many times a second, and nothing of that concerns us but that one
 * is a router: a filter in the kernel keeps the rest away.
 */
#include "local_events.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include <sys/socket.h>
#include <linux/filter.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "core/base.h"

/* Messages taken at one time. */
#define EVENTS_PER_TURN 64

struct local_events {
	struct mnl_socket *socket;
	char message[256]; /* cut short: that it came is all we need */
};

/*
 * For each message of its own, as events are: 0 drops it. Loads convert from
 * network order, in which nlmsg_type is not; hence htons().
 */
static int attach_filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS,
			 offsetof(struct nlmsghdr, nlmsg_type)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWNEIGH), 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELNEIGH), 1, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS,
			 NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_flags)),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NTF_ROUTER, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {ARRAY_SIZE(code), code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program));
}

struct local_events *local_events_open(void)
{
	const unsigned int groups = RTMGRP_LINK | RTMGRP_NEIGH |
				    RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE |
				    RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE;
	struct local_events *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->socket =
		mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	/* The filter first, so that nothing comes unfiltered. */
	if (e->socket && attach_filter(mnl_socket_get_fd(e->socket)) == 0 &&
	    mnl_socket_bind(e->socket, groups, MNL_SOCKET_AUTOPID) == 0)
		return e;
	local_events_close(e);
	return NULL;
}

void local_events_close(struct local_events *e)
{
	int error = errno;

	if (!e)
		return;
	if (e->socket)
		mnl_socket_close(e->socket);
	free(e);
	errno = error;
}

int local_events_fd(const struct local_events *e)
{
	return mnl_socket_get_fd(e->socket);
}

bool local_events_read(struct local_events *e)
{
	int fd = mnl_socket_get_fd(e->socket);
	bool changed = false;

	for (int i = 0; i < EVENTS_PER_TURN; i++) {
		if (recv(fd, e->message, sizeof(e->message), 0) < 0 &&
		    errno != ENOBUFS && errno != EINTR)
			break;
		changed = true;
	}
	return changed;
}
