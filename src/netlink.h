/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receiving from netlink only what is whole. libmnl up to 1.0.4 takes a message
 * that says to be longer than 2 GiB for whole, and reads on behind the buffer.
 * No kernel sends one, but nothing that is received ends the daemon.
 */
#ifndef HANDSHAKED_NETLINK_H
#define HANDSHAKED_NETLINK_H

#include <libmnl/libmnl.h>

/*
 * Of `len` bytes at `bytes`, aligned as a struct nlmsghdr is: how many of them,
 * from the first on, are messages that lie inside of them.
 */
size_t netlink_whole(const void *bytes, size_t len);

/*
 * mnl_socket_recvfrom(), without what is not whole at the end of the datagram.
 * -1 with EBADMSG if nothing is left.
 */
ssize_t netlink_receive(struct mnl_socket *socket, void *buffer, size_t size);

#endif
