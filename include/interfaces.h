/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of this machine's interfaces, by libnfnetlink, which keeps them up
 * to date from what the kernel tells.
 */
#ifndef HANDSHAKED_INTERFACES_H
#define HANDSHAKED_INTERFACES_H

#include <net/if.h>
#include <stdint.h>

struct interfaces;

/* Returns NULL with errno set. interfaces_close(NULL) is fine. */
struct interfaces *interfaces_open(void);
void interfaces_close(struct interfaces *i);

/* When this descriptor is readable, interfaces_read() is to be called. */
int interfaces_fd(struct interfaces *i);
void interfaces_read(struct interfaces *i);

/* Returns name, or NULL when there is none of that index, as 0 is. */
char *interfaces_name(struct interfaces *i, uint32_t index,
		      char name[static IF_NAMESIZE]);

#endif
