/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a captured frame to the IP packet in it. Pure bytes: for capture.c.
 */
#ifndef HANDSHAKED_CAPTURE_LINK_H
#define HANDSHAKED_CAPTURE_LINK_H

#include <stddef.h>
#include <stdint.h>

enum link_content {
	LINK_IP,
	LINK_OTHER,   /* not IP, or cut before that can be told */
	LINK_UNKNOWN, /* no link type of ours */
};

/*
 * Moves *bytes and *len past the link layer headers if there is IP behind
 * them, and leaves them alone otherwise. `link_type` is a LINKTYPE_ number of
 * tcpdump.org or one of libpcap's DLT_ numbers.
 */
enum link_content capture_link_strip(uint32_t link_type, const uint8_t **bytes,
				     size_t *len);

#endif
