/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operator's own file of those who are allowed, which the rules include:
 * lines for nft, of which we write but one kind, one network a line.
 */
#ifndef HANDSHAKED_ALLOWLIST_FILE_H
#define HANDSHAKED_ALLOWLIST_FILE_H

#include <stdbool.h>

#include "core/address.h"

#define ALLOWLIST_FILE "/etc/handshaked/allowlist.nft"

#define ALLOWLIST_FILE_NOTE_BYTES 512

/*
 * Appends the line that allows `net`, unless a line is there that does; takes
 * out the lines that allow it and nothing else. All other lines stay as they
 * are, and the file is replaced in one step, owner and mode kept. Returns true
 * and in `note` what was done, or false and what is to be done by hand.
 */
bool allowlist_file_add(const char *path, const struct prefix *net,
			char note[static ALLOWLIST_FILE_NOTE_BYTES]);
bool allowlist_file_del(const char *path, const struct prefix *net,
			char note[static ALLOWLIST_FILE_NOTE_BYTES]);

#endif
