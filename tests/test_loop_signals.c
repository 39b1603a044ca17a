/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop and signals: those it was told of, and others. */
#include "loop_fixture.h"

#include <signal.h>
#include <sys/wait.h>

static void on_signal(void *arg, int signal)
{
	struct seen *s = arg;

	s->signals[s->calls % 8] = signal;
	count_call(s);
}

static void a_signal_is_told_by_its_number(void **state)
{
	static const int signals[] = {SIGUSR1, SIGUSR2, 0};

	(void)state;
	assert_int_equal(loop_on_signals(seen.loop, signals, on_signal, &seen),
			 0);
	kill(getpid(), SIGUSR2);
	assert_int_equal(loop_run(seen.loop), 0);
	assert_int_equal(seen.signals[0], SIGUSR2);
}

static void signals_that_came_together_are_all_told(void **state)
{
	static const int signals[] = {SIGUSR1, SIGUSR2, SIGHUP, 0};
	unsigned int told = 0;

	(void)state;
	seen.stop_after = 3;
	loop_on_signals(seen.loop, signals, on_signal, &seen);
	for (int i = 0; signals[i]; i++)
		kill(getpid(), signals[i]);
	loop_run(seen.loop);
	assert_int_equal(seen.calls, 3);
	for (int i = 0; i < 3; i++)
		told |= 1u << seen.signals[i];
	assert_int_equal(told, 1u << SIGUSR1 | 1u << SIGUSR2 | 1u << SIGHUP);
}

/* Blocked, it would otherwise end this program. */
static void a_signal_that_comes_before_the_loop_runs_is_not_lost(void **state)
{
	static const int signals[] = {SIGTERM, 0};

	(void)state;
	seen.status = 3;
	loop_on_signals(seen.loop, signals, on_signal, &seen);
	raise(SIGTERM);
	assert_int_equal(seen.calls, 0);
	assert_int_equal(loop_run(seen.loop), 3);
	assert_int_equal(seen.signals[0], SIGTERM);
}

static void ignore_signal(int signal)
{
	(void)signal;
}

/* A handler of somebody else's (a debugger's stop, a profiler's clock). */
static void an_interrupted_wait_goes_on(void **state)
{
	(void)state;
	signal(SIGVTALRM, ignore_signal);
	every(200, &seen);
	if (fork() == 0) {
		usleep(50 * 1000);
		kill(getppid(), SIGVTALRM);
		_exit(0);
	}
	assert_int_equal(loop_run(seen.loop), 0);
	assert_int_equal(seen.calls, 1);
	wait(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		loop_test(a_signal_is_told_by_its_number),
		loop_test(signals_that_came_together_are_all_told),
		loop_test(a_signal_that_comes_before_the_loop_runs_is_not_lost),
		loop_test(an_interrupted_wait_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
