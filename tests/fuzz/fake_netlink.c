/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See fake_netlink.h. */
#include "fake_netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <sys/socket.h>

static struct input *incoming;
static uint16_t incoming_type;
static uint64_t sent[UINT16_MAX + 1];
static int socket_stand_in;

void fake_netlink_receive(struct input *in, uint16_t type)
{
	incoming = in;
	incoming_type = type;
}

uint64_t fake_netlink_sent(uint16_t type)
{
	return sent[type];
}

static ssize_t next_datagram(void *to, size_t room)
{
	struct nlmsghdr *nlh = to;
	const uint8_t *content;
	uint32_t head;
	size_t len;

	if (!incoming || incoming->left == 0) {
		errno = EAGAIN;
		return -1;
	}
	head = input_number(incoming, 2);
	if (head & 0x8000) {
		errno = ENOBUFS;
		return -1;
	}
	content = input_piece(incoming, head & 0x7fff, &len);
	if (len > 0 && *content == 0xff) {
		/* Any bytes; the socket cuts them to what there is room for. */
		len = len < room ? len : room;
		memcpy(to, content, len);
		return (ssize_t)len;
	}
	if (len > room - sizeof(*nlh))
		len = room - sizeof(*nlh);
	*nlh = (struct nlmsghdr){.nlmsg_len = (uint32_t)(sizeof(*nlh) + len),
				 .nlmsg_type = incoming_type};
	if (len > 0)
		memcpy(nlh + 1, content, len);
	return (ssize_t)(sizeof(*nlh) + len);
}

/* ---- in place of libmnl's, and of libc's ---- */

struct mnl_socket *mnl_socket_open(int bus)
{
	(void)bus;
	return (struct mnl_socket *)&socket_stand_in;
}

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)flags;
	return mnl_socket_open(bus);
}

int mnl_socket_close(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *nl)
{
	(void)nl;
	return -1;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *nl)
{
	(void)nl;
	return 4711;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl, (void)groups, (void)pid;
	return 0;
}

int mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *buf,
			  socklen_t len)
{
	(void)nl, (void)type, (void)buf, (void)len;
	return 0;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	(void)fd, (void)level, (void)name, (void)value, (void)len;
	return 0;
}

/* Every message is whole, and so is every attribute in it. */
ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *buf,
			  size_t len)
{
	const struct nlmsghdr *nlh = buf;
	int left = (int)len;

	(void)nl;
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		sent[nlh->nlmsg_type]++;
	CLAIM(left == 0);
	return (ssize_t)len;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t size)
{
	(void)nl;
	return next_datagram(buf, size);
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned int num, int flags,
	     struct timespec *timeout)
{
	unsigned int n;

	(void)fd, (void)flags, (void)timeout;
	for (n = 0; n < num; n++) {
		const struct iovec *v = messages[n].msg_hdr.msg_iov;
		ssize_t len = next_datagram(v->iov_base, v->iov_len);

		if (len < 0 && n == 0)
			return -1;
		if (len < 0)
			break;
		messages[n].msg_len = (unsigned int)len;
	}
	return (int)n;
}
