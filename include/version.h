/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The version of daemon and tool. */
#ifndef HANDSHAKED_VERSION_H
#define HANDSHAKED_VERSION_H

#define HANDSHAKED_VERSION "0.2.0"

#endif
