/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which name servers this machine asks: the "nameserver" lines of
 * resolv.conf(5), and where that names a stub on the loopback interface, those
 * of the file in which systemd-resolved tells whom it asks itself.
 *
 * The parser is ours. libresolv keeps the first three servers only, reads one
 * path and the environment besides, and allocates; a line is a word and an
 * address.
 */
#ifndef HANDSHAKED_RESOLVERS_H
#define HANDSHAKED_RESOLVERS_H

#include <sys/stat.h>

#include "core/address.h"

#define RESOLVERS_FILE      "/etc/resolv.conf"
#define RESOLVERS_STUB_FILE "/run/systemd/resolve/resolv.conf"

/* Further ones are left out; the resolver itself asks the first three. */
#define RESOLVERS_MAX 32

struct resolvers {
	const char *path[2]; /* the file, and the stub's */
	/* What each was when it was read; all 0: it was not there. */
	struct stat read[2];
	struct address address[RESOLVERS_MAX];
	size_t num;
};

/* Sets the paths, without reading anything yet. */
void resolvers_init(struct resolvers *r, const char *file,
		    const char *stub_file);

/*
 * Looks whether the files are others than they were (they are replaced by
 * rename, through links, over mounts, which makes looking surer than being
 * told) and reads them if so. A file that cannot be read has no servers.
 * Returns whether the addresses are others than before.
 */
bool resolvers_refresh(struct resolvers *r);

/*
 * Adds the addresses of the "nameserver" lines in a text without a NUL at its
 * end; an IPv6 address may have a zone ("fe80::1%eth0"), which is left off.
 * What is no such line, or names no address, is skipped. Returns whether one
 * of them is on the loopback interface; those are not added.
 */
bool resolvers_parse(struct resolvers *r, const char *text, size_t bytes);

#endif
