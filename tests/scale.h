/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much of its long loops a test runs: all, or as many percent as the
 * environment variable HSD_SCALE says. A test that runs less prints it. `make
 * check` sets HSD_SCALE, `make check-full` does not. Included behind random.h
 * or cmocka.h.
 */
#ifndef HANDSHAKED_TESTS_SCALE_H
#define HANDSHAKED_TESTS_SCALE_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

/* A value that is no percentage fails the test; it must not run nothing. */
static inline unsigned int scale_percent(void)
{
	const char *text = getenv("HSD_SCALE");
	unsigned long percent;
	char *end;

	if (!text || !*text)
		return 100;
	errno = 0;
	percent = strtoul(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9' || percent < 1 ||
	    percent > 100)
		fail_msg("HSD_SCALE=%s: not a number from 1 to 100", text);
	return (unsigned int)percent;
}

/* That part of `whole`, which `what` counts; one at least, of one or more. */
static inline uint32_t scaled(uint32_t whole, const char *what)
{
	unsigned int percent = scale_percent();
	uint32_t part = (uint32_t)((uint64_t)whole * percent / 100);

	if (percent == 100 || whole == 0)
		return whole;
	if (part == 0)
		part = 1;
	print_message("scale: %u %%, %u of %u %s\n", percent, part, whole,
		      what);
	return part;
}

#endif
