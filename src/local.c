/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readings of our networks: a dump of rtnetlink after the other, through one
 * socket. What the messages mean is local_message.c's business.
 */
#include "local.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>
#include <linux/rtnetlink.h>

#include "local_message.h"
#include "netlink.h"

/* The most the kernel puts into one answer to a dump. */
#define DUMP_BYTES 32768

/* So often a reading that was interrupted begins anew. */
#define MAX_READINGS 5

/* What a reading asks for, and in which order. */
static const struct dump {
	uint16_t type;
	uint8_t family;
} dumps[] = {
	{RTM_GETROUTE, AF_INET},  {RTM_GETROUTE, AF_INET6},
	{RTM_GETADDR, AF_INET},   {RTM_GETADDR, AF_INET6},
	{RTM_GETNEIGH, AF_INET6},
};

struct local {
	struct mnl_socket *socket;
	struct local_networks found;
	struct local_reading reading;
	bool is_reading;
	bool interrupted;   /* something changed while it was told */
	unsigned int begun; /* times this reading has */
	unsigned int dump;  /* of dumps[], now being answered */
	uint32_t sequence;  /* of its request */
	_Alignas(struct nlmsghdr) char answers[DUMP_BYTES];
};

struct local *local_open(void)
{
	struct local *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (l->socket && mnl_socket_bind(l->socket, 0, MNL_SOCKET_AUTOPID) == 0)
		return l;
	local_close(l);
	return NULL;
}

void local_close(struct local *l)
{
	int error = errno;

	if (!l)
		return;
	if (l->socket)
		mnl_socket_close(l->socket);
	free(l);
	errno = error;
}

/* Sends the request for dumps[l->dump]. */
static int ask(struct local *l)
{
	char request[64];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request);
	struct rtgenmsg *head;

	/* A neighbour's header is the longest; rtnetlink wants all of it. */
	head = mnl_nlmsg_put_extra_header(nlh, sizeof(struct ndmsg));
	nlh->nlmsg_type = dumps[l->dump].type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = ++l->sequence;
	head->rtgen_family = dumps[l->dump].family;
	if (mnl_socket_sendto(l->socket, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	return 0;
}

static int begin_anew(struct local *l)
{
	memset(&l->reading, 0, sizeof(l->reading));
	l->interrupted = false;
	l->begun++;
	l->dump = 0;
	return ask(l);
}

int local_begin(struct local *l)
{
	int error;

	if (l->is_reading)
		return 0;
	l->begun = 0;
	error = begin_anew(l);
	l->is_reading = !error;
	return error;
}

/* Both that end a dump say how it went: 0 or -errno, and maybe more. */
static int status_of(const struct nlmsghdr *nlh)
{
	int32_t status = 0;

	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(status))
		memcpy(&status, mnl_nlmsg_get_payload(nlh), sizeof(status));
	return status < 0 ? status : 0;
}

/*
 * Takes the messages of one datagram. Returns 1 when more are to come, 0 at
 * the end of the dump, or -errno.
 */
static int take_messages(struct local *l, int len)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)l->answers;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_seq != l->sequence)
			continue; /* of a dump that was given up */
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			l->interrupted = true;
		if (nlh->nlmsg_type == NLMSG_DONE ||
		    nlh->nlmsg_type == NLMSG_ERROR)
			return status_of(nlh);
		local_take_message(&l->reading, nlh);
	}
	return 1;
}

/*
 * A dump has ended. One during which something changed may lack what has
 * always been there. If that never stops, what was told has to do: the change
 * is an event too, and leads to another reading.
 */
static int next_dump(struct local *l)
{
	int error;

	if (l->interrupted && l->begun < MAX_READINGS) {
		error = begin_anew(l);
		return error ? error : 1;
	}
	if (++l->dump < ARRAY_SIZE(dumps)) {
		error = ask(l);
		return error ? error : 1;
	}
	local_complete(&l->reading);
	l->found = l->reading.networks;
	return 0;
}

int local_step(struct local *l)
{
	ssize_t len =
		netlink_receive(l->socket, l->answers, sizeof(l->answers));
	int more;

	if (len < 0 && errno == EINTR)
		return l->is_reading;
	more = len < 0 ? -errno : take_messages(l, (int)len);
	if (!l->is_reading)
		return more < 0 ? more : 0;
	if (more == 0)
		more = next_dump(l);
	l->is_reading = more > 0;
	return more;
}

int local_read(struct local *l)
{
	int more = local_begin(l);

	if (more < 0)
		return more;
	do {
		more = local_step(l);
	} while (more > 0);
	return more;
}

int local_fd(const struct local *l)
{
	return mnl_socket_get_fd(l->socket);
}

bool local_is_reading(const struct local *l)
{
	return l->is_reading;
}

const struct local_networks *local_found(const struct local *l)
{
	return &l->found;
}
