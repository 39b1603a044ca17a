/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An input as a file, for what is read by its path. */
#ifndef HANDSHAKED_TESTS_FUZZ_FILE_H
#define HANDSHAKED_TESTS_FUZZ_FILE_H

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

/* One file in memory, the same for all inputs; returns its path. */
static inline const char *file_with(const uint8_t *data, size_t size)
{
	static char path[32];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz", 0);
		CLAIM(fd >= 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	CLAIM(ftruncate(fd, 0) == 0);
	CLAIM(pwrite(fd, data, size, 0) == (ssize_t)size);
	return path;
}

#endif
