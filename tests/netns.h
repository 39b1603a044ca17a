/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For test programs that need a kernel: network namespaces to run commands
 * in, and skipping where none may be made. Included by test programs only,
 * and first, for cmocka wants certain headers before its own.
 */
#ifndef HANDSHAKED_TESTS_NETNS_H
#define HANDSHAKED_TESTS_NETNS_H

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* For the setup of each test: none sees what another one has left. */
static inline void netns_enter(void)
{
	assert_int_equal(unshare(CLONE_NEWNET), 0);
}

/* cmocka can skip from inside a test only, not from its setup. */
static inline void netns_skip(void **state)
{
	(void)state;
	print_message("needs the right to make a network namespace\n");
	skip();
}

/* To be called before the tests run: makes them all skip, or none. */
static inline void netns_required(struct CMUnitTest *tests, size_t num_tests)
{
	size_t i;

	if (unshare(CLONE_NEWNET) == 0 || errno != EPERM)
		return;
	for (i = 0; i < num_tests; i++) {
		tests[i].test_func = netns_skip;
		tests[i].setup_func = NULL;
		tests[i].teardown_func = NULL;
	}
}

__attribute__((format(printf, 1, 2))) static inline void run(const char *format,
							     ...)
{
	char command[1024];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	assert_in_range(len, 1, sizeof(command) - 1);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

/* What the command printed, valid until the next call. */
static inline const char *output_of(const char *command)
{
	static char output[1 << 20];
	FILE *pipe = popen(command, "r");

	assert_non_null(pipe);
	output[fread(output, 1, sizeof(output) - 1, pipe)] = '\0';
	if (pclose(pipe) != 0)
		fail_msg("failed: %s", command);
	return output;
}

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static inline void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

#endif
