/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one look at the lengths in what netlink sends. */
#include "netlink.h"

#include <errno.h>

size_t netlink_whole(const void *bytes, size_t len)
{
	const char *at = bytes;
	size_t whole = 0;

	while (len - whole >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *nlh = (const void *)(at + whole);

		if (nlh->nlmsg_len < sizeof(*nlh) ||
		    nlh->nlmsg_len > len - whole)
			break;
		/* The last one need not be padded. */
		if (NLMSG_ALIGN((size_t)nlh->nlmsg_len) > len - whole)
			return len;
		whole += NLMSG_ALIGN((size_t)nlh->nlmsg_len);
	}
	return whole;
}

ssize_t netlink_receive(struct mnl_socket *socket, void *buffer, size_t size)
{
	ssize_t len = mnl_socket_recvfrom(socket, buffer, size);
	size_t whole;

	if (len < 0)
		return len;
	whole = netlink_whole(buffer, (size_t)len);
	if (whole == 0) {
		errno = EBADMSG;
		return -1;
	}
	return (ssize_t)whole;
}
