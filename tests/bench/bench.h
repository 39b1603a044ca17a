/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs of the benchmarks share: the clock, the namespaces they
 * open their sockets in, and how they end when something does not work.
 */
#ifndef HANDSHAKED_BENCH_H
#define HANDSHAKED_BENCH_H

#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static inline uint64_t bench_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Sockets opened from now on are of that network namespace. */
static inline void bench_enter(const char *netns_file)
{
	int fd = open(netns_file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		err(1, "%s", netns_file);
	close(fd);
}

/* A decimal number of the command line, in these bounds or it is the end. */
static inline long bench_number(const char *text, long min, long max)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || end == text || n < min || n > max)
		errx(2, "\"%s\" is not a number from %ld to %ld", text, min,
		     max);
	return n;
}

static inline int bench_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

#endif
