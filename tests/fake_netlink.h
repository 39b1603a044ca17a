/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In place of libmnl's socket and of recvmmsg(): a kernel that says what a
 * test wants it to say, whole, cut short or not at all, and that may refuse to
 * be spoken to. Included by test programs only, and first, for cmocka wants
 * certain headers before its own.
 */
#ifndef HANDSHAKED_TESTS_FAKE_NETLINK_H
#define HANDSHAKED_TESTS_FAKE_NETLINK_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>
#include <libmnl/libmnl.h>

#include "core/base.h"

/* A datagram, or the error that receiving ends with. */
struct said {
	int error;
	size_t len;
	_Alignas(struct nlmsghdr) char bytes[4096];
};

/* What the kernel will say, what it was told, and when it refuses. */
static struct {
	struct said said[128];
	size_t num_said, next;
	unsigned int sends, refusals; /* refusals: of the next sends */
	int refusal;                  /* errno of those */
	uint32_t seq;                 /* of the last message sent */
	char sent[65536];             /* by the last send that was taken */
	size_t sent_len;
	/* Called with each send that was taken; NULL: nothing follows. */
	void (*on_send)(void);
} kernel;

static inline struct said *says(void)
{
	assert_in_range(kernel.num_said, 0, ARRAY_SIZE(kernel.said) - 1);
	return &kernel.said[kernel.num_said++];
}

static inline void says_error(int error)
{
	struct said *s = says();

	*s = (struct said){.error = error};
}

/* The kernel's word on the message of that number; 0: it is done. */
static inline struct said *answers(uint32_t seq, int error)
{
	struct said *s = says();
	struct nlmsghdr *nlh = (struct nlmsghdr *)s->bytes;
	struct nlmsgerr *e = (struct nlmsgerr *)(nlh + 1);

	*s = (struct said){.len = sizeof(*nlh) + sizeof(*e)};
	nlh->nlmsg_len = (uint32_t)s->len;
	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_seq = seq;
	e->error = -error;
	e->msg.nlmsg_seq = seq;
	return s;
}

static inline void refuse_sends(unsigned int count, int error)
{
	kernel.refusals = count;
	kernel.refusal = error;
}

static inline ssize_t hear(void *to, size_t room)
{
	const struct said *s;

	if (kernel.next == kernel.num_said) {
		errno = EAGAIN;
		return -1;
	}
	s = &kernel.said[kernel.next++];
	if (s->error) {
		errno = s->error;
		return -1;
	}
	memcpy(to, s->bytes, s->len < room ? s->len : room);
	return (ssize_t)(s->len < room ? s->len : room);
}

/* ---- in place of libmnl's ---- */

static int stand_in;

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)bus, (void)flags;
	return (struct mnl_socket *)&stand_in;
}

struct mnl_socket *mnl_socket_fdopen(int fd)
{
	(void)fd;
	return (struct mnl_socket *)&stand_in;
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
	return 0;
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

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *buf,
			  size_t len)
{
	(void)nl;
	kernel.sends++;
	if (kernel.refusals) {
		kernel.refusals--;
		errno = kernel.refusal;
		return -1;
	}
	assert_in_range(len, 1, sizeof(kernel.sent));
	memcpy(kernel.sent, buf, len);
	kernel.sent_len = len;
	kernel.seq = ((const struct nlmsghdr *)buf)->nlmsg_seq;
	if (kernel.on_send)
		kernel.on_send();
	return (ssize_t)len;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t size)
{
	(void)nl;
	return hear(buf, size);
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned int num, int flags,
	     struct timespec *timeout)
{
	unsigned int n;

	(void)fd, (void)flags, (void)timeout;
	for (n = 0; n < num; n++) {
		const struct iovec *v = messages[n].msg_hdr.msg_iov;
		ssize_t len;

		/* As the kernel does it: an error waits for the next call. */
		if (n > 0 && kernel.next < kernel.num_said &&
		    kernel.said[kernel.next].error)
			break;
		len = hear(v->iov_base, v->iov_len);
		if (len < 0 && n == 0)
			return -1;
		if (len < 0)
			break;
		messages[n].msg_len = (unsigned int)len;
	}
	return (int)n;
}

#endif
