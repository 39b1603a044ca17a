/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of loop.c: a loop for each, a pipe to wake it with, and
 * callbacks that note what they were told. An alarm ends the program, should
 * the loop not come back. Included first, for cmocka wants certain headers
 * before its own.
 */
#ifndef HANDSHAKED_TESTS_LOOP_FIXTURE_H
#define HANDSHAKED_TESTS_LOOP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base.h"
#include "loop.h"

#define PATIENCE_S 10

/* What a callback was told, and when it is to stop the loop. */
struct seen {
	struct loop *loop;
	unsigned int calls, stop_after;
	int status; /* to stop with */
	int fd;     /* to read one byte from each time, or -1 */
	uint64_t now_ns;
	char bytes[8];
	int signals[8];
};

static struct seen seen;
static int ends[2]; /* of a pipe */

static inline int setup(void **state)
{
	(void)state;
	alarm(PATIENCE_S);
	seen = (struct seen){.loop = loop_new(), .fd = -1, .stop_after = 1};
	return seen.loop ? pipe(ends) : -1;
}

static inline int teardown(void **state)
{
	(void)state;
	loop_free(seen.loop);
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static inline void count_call(struct seen *s)
{
	if (++s->calls == s->stop_after)
		loop_stop(s->loop, s->status);
}

static inline void on_call(void *arg, uint64_t now_ns)
{
	struct seen *s = arg;

	s->now_ns = now_ns;
	if (s->fd >= 0)
		assert_int_equal(read(s->fd, &s->bytes[s->calls % 8], 1), 1);
	count_call(s);
}

static inline void put(const char *bytes, size_t count)
{
	assert_int_equal(write(ends[1], bytes, count), count);
}

static inline void watch(int fd, struct seen *s)
{
	assert_int_equal(loop_on_readable(seen.loop, fd, on_call, s), 0);
}

static inline void every(uint32_t interval_ms, struct seen *s)
{
	assert_int_equal(loop_every(seen.loop, interval_ms, on_call, s), 0);
}

#define loop_test(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
