/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For LD_PRELOAD: what the C library is asked for can be made to go wrong.
 *
 *     FAULT_ALLOC=N    the N-th allocation of the process fails; with "N+"
 *                      all from the N-th on; 0: none, they are counted only
 *     FAULT_COUNT=FD   how many there were is written there at the end
 *     FAULT_CLOCK=FILE the wall clock is ahead by so many seconds ("-5":
 *                      behind), which may change at any time
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static unsigned long allocations, failing;
static bool from_there_on;
static const char *clock_file;
static const char *count_fd;

/* glibc's own, so that nothing has to be looked up by what is replaced. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);

__attribute__((constructor)) static void begin(void)
{
	const char *alloc = getenv("FAULT_ALLOC");
	char *end;

	clock_file = getenv("FAULT_CLOCK");
	count_fd = getenv("FAULT_COUNT");
	allocations = 0;
	if (!alloc)
		return;
	failing = strtoul(alloc, &end, 10);
	from_there_on = *end == '+';
}

__attribute__((destructor)) static void end(void)
{
	if (count_fd)
		dprintf(atoi(count_fd), "%lu\n", allocations);
}

static bool fails(void)
{
	unsigned long n = __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);

	if (!failing || (from_there_on ? n < failing : n != failing))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t bytes)
{
	return fails() ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
	return fails() ? NULL : __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes)
{
	return fails() ? NULL : __libc_realloc(old, bytes);
}

static long seconds_ahead(void)
{
	char text[32] = "";
	int fd = open(clock_file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return strtol(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
	static int (*real)(clockid_t, struct timespec *);
	int result;

	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(
			RTLD_NEXT, "clock_gettime");
	result = real(clock, t);
	if (result == 0 && clock == CLOCK_REALTIME && clock_file)
		t->tv_sec += seconds_ahead();
	return result;
}
