/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libmnl's sockets without a kernel behind them: what is received is what a
 * target says, what is sent is looked at and forgotten. Linked in place of
 * libmnl's own functions of these names.
 */
#ifndef HANDSHAKED_TESTS_FAKE_NETLINK_H
#define HANDSHAKED_TESTS_FAKE_NETLINK_H

#include "fuzz.h"

/*
 * What comes from now on: datagrams cut from `in`, each two bytes of length
 * (with the bit 0x8000: an error instead, ENOBUFS) and as many of content,
 * which gets a netlink header of the right length and of `type` unless its
 * first byte is 0xff; then nothing more (EAGAIN).
 */
void fake_netlink_receive(struct input *in, uint16_t type);

/* Messages sent since the start, of netlink type `type`. */
uint64_t fake_netlink_sent(uint16_t type);

#endif
