/* SPDX-License-Identifier: GPL-2.0-or-later */
/* So many lines in a second, and one that counts the others. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base.h"
#include "log_limit.h"

static struct log_limit limit;

/* What log_limit_begin() writes to standard error, "" if nothing. */
static const char *begin(uint64_t now_ns)
{
	static char line[256];
	int ends[2], real_stderr = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
	dup2(ends[1], STDERR_FILENO);
	log_limit_begin(&limit, "lockstep", now_ns);
	dup2(real_stderr, STDERR_FILENO);
	n = read(ends[0], line, sizeof(line) - 1);
	line[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	close(ends[1]);
	close(real_stderr);
	return line;
}

static int reset(void **state)
{
	(void)state;
	limit = (struct log_limit){0};
	return 0;
}

static unsigned int allowed(unsigned int lines)
{
	unsigned int n = 0;

	while (lines-- > 0)
		n += log_limit_allows(&limit);
	return n;
}

static void twenty_lines_are_written_in_a_second(void **state)
{
	(void)state;
	assert_string_equal(begin(5 * NS_PER_S), "");
	assert_int_equal(allowed(15), 15);
	assert_string_equal(begin(6 * NS_PER_S - 1), "");
	assert_int_equal(allowed(15), 5);
}

static void the_next_second_tells_how_many_were_left_out(void **state)
{
	(void)state;
	begin(5 * NS_PER_S);
	allowed(LOG_LIMIT_LINES + 7);
	assert_string_equal(begin(7 * NS_PER_S),
			    "handshaked: lockstep suppressed=7: more than 20"
			    " in a second\n");
	assert_int_equal(allowed(30), LOG_LIMIT_LINES);
}

static void when_none_was_left_out_nothing_is_told(void **state)
{
	(void)state;
	begin(5 * NS_PER_S);
	allowed(LOG_LIMIT_LINES);
	assert_string_equal(begin(6 * NS_PER_S), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(twenty_lines_are_written_in_a_second,
				       reset),
		cmocka_unit_test_setup(
			the_next_second_tells_how_many_were_left_out, reset),
		cmocka_unit_test_setup(when_none_was_left_out_nothing_is_told,
				       reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
