/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop, driven by pipes and short timers. Signals are in
 * test_loop_signals.c.
 */
#include "loop_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

static void never(void *arg, int signal)
{
	(void)arg;
	fail_msg("signal %d", signal);
}

/* ---------------------------------------------------------- descriptors --- */

static void a_readable_descriptor_calls_back(void **state)
{
	(void)state;
	seen.fd = ends[0];
	watch(ends[0], &seen);
	put("x", 1);
	assert_int_equal(loop_run(seen.loop), 0);
	assert_int_equal(seen.calls, 1);
	assert_int_equal(seen.bytes[0], 'x');
}

/* So a callback need not read everything at once. */
static void a_descriptor_calls_back_for_as_long_as_it_is_readable(void **state)
{
	(void)state;
	seen.fd = ends[0];
	seen.stop_after = 3;
	watch(ends[0], &seen);
	put("xyz", 3);
	assert_int_equal(loop_run(seen.loop), 0);
	assert_memory_equal(seen.bytes, "xyz", 3);
}

static void a_descriptor_with_nothing_to_read_does_not_call_back(void **state)
{
	struct seen quiet = {.loop = seen.loop, .fd = -1, .stop_after = 1};

	(void)state;
	watch(ends[0], &quiet);
	every(20, &seen);
	loop_run(seen.loop);
	assert_int_equal(quiet.calls, 0);
}

static void each_descriptor_calls_its_own_function(void **state)
{
	struct seen other = {.loop = seen.loop, .stop_after = 1};
	int more[2];

	(void)state;
	assert_int_equal(pipe(more), 0);
	other.fd = more[0];
	other.status = 5;
	watch(ends[0], &seen);
	watch(more[0], &other);
	assert_int_equal(write(more[1], "o", 1), 1);
	assert_int_equal(loop_run(seen.loop), 5);
	assert_int_equal(other.bytes[0], 'o');
	assert_int_equal(seen.calls, 0);
	close(more[0]);
	close(more[1]);
}

static void a_callback_is_told_the_time(void **state)
{
	uint64_t before = loop_now_ns();

	(void)state;
	seen.fd = ends[0];
	watch(ends[0], &seen);
	put("x", 1);
	loop_run(seen.loop);
	assert_true(seen.now_ns >= before);
	assert_true(seen.now_ns <= loop_now_ns());
}

static void a_bad_descriptor_is_refused(void **state)
{
	(void)state;
	assert_int_equal(loop_on_readable(seen.loop, -1, on_call, &seen),
			 -EBADF);
}

static void a_descriptor_of_the_caller_stays_open(void **state)
{
	(void)state;
	watch(ends[0], &seen);
	loop_free(seen.loop);
	seen.loop = NULL;
	put("x", 1);
	assert_int_equal(read(ends[0], seen.bytes, 1), 1);
}

/* --------------------------------------------------------------- timers --- */

static void a_timer_fires_at_its_interval(void **state)
{
	uint64_t start = loop_now_ns();

	(void)state;
	seen.stop_after = 3;
	every(20, &seen);
	assert_int_equal(loop_run(seen.loop), 0);
	assert_int_equal(seen.calls, 3);
	assert_true(seen.now_ns - start >= 3 * 20 * NS_PER_MS);
}

static void timers_of_two_intervals_fire_side_by_side(void **state)
{
	struct seen fast = {.loop = seen.loop, .fd = -1};

	(void)state;
	seen.stop_after = 2;
	every(5, &fast);
	every(100, &seen);
	loop_run(seen.loop);
	assert_int_equal(seen.calls, 2);
	assert_true(fast.calls > seen.calls);
}

static void an_interval_may_be_longer_than_a_second(void **state)
{
	uint64_t start = loop_now_ns();

	(void)state;
	every(1050, &seen);
	loop_run(seen.loop);
	assert_true(seen.now_ns - start >= 1050 * NS_PER_MS);
}

/* While the callback of another one took its time. */
static void on_slow_call(void *arg, uint64_t now_ns)
{
	usleep(100 * 1000);
	on_call(arg, now_ns);
}

static void a_timer_missed_several_times_fires_once(void **state)
{
	struct seen timer = {.loop = seen.loop, .fd = -1};

	(void)state;
	seen.fd = ends[0];
	seen.stop_after = 3;
	loop_on_readable(seen.loop, ends[0], on_slow_call, &seen);
	every(10, &timer);
	put("xyz", 3);
	loop_run(seen.loop);
	assert_in_range(timer.calls, 1, 3);
}

/* ------------------------------------------------------------- the loop --- */

static void the_status_given_to_stop_comes_back(void **state)
{
	(void)state;
	seen.fd = ends[0];
	seen.status = -77;
	watch(ends[0], &seen);
	put("x", 1);
	assert_int_equal(loop_run(seen.loop), -77);
}

static void nothing_is_called_after_stop(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		int fd = dup(ends[0]); /* all readable at once, none read */

		assert_true(fd >= 0);
		watch(fd, &seen);
	}
	put("x", 1);
	loop_run(seen.loop);
	assert_int_equal(seen.calls, 1);
}

static void a_stopped_loop_can_run_again(void **state)
{
	(void)state;
	seen.fd = ends[0];
	seen.status = 1;
	watch(ends[0], &seen);
	put("x", 1);
	assert_int_equal(loop_run(seen.loop), 1);
	put("y", 1);
	seen.stop_after = 2;
	seen.status = 2;
	assert_int_equal(loop_run(seen.loop), 2);
}

static void more_sources_than_there_is_room_for_are_refused(void **state)
{
	static const int signals[] = {SIGUSR1, 0};

	(void)state;
	for (int i = 0; i < LOOP_MAX_SOURCES; i++)
		every(60000, &seen);
	assert_int_equal(loop_every(seen.loop, 60000, on_call, &seen), -ENOSPC);
	assert_int_equal(loop_on_readable(seen.loop, ends[0], on_call, &seen),
			 -ENOSPC);
	assert_int_equal(loop_on_signals(seen.loop, signals, never, &seen),
			 -ENOSPC);
}

static void all_the_sources_there_is_room_for_work(void **state)
{
	(void)state;
	for (int i = 0; i < LOOP_MAX_SOURCES - 1; i++)
		every(60000, &seen);
	seen.fd = ends[0];
	watch(ends[0], &seen);
	put("x", 1);
	loop_run(seen.loop);
	assert_int_equal(seen.bytes[0], 'x');
}

static unsigned int count_open(void)
{
	unsigned int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void no_descriptor_is_left_behind(void **state)
{
	static const int signals[] = {SIGUSR1, 0};
	unsigned int before = count_open();

	(void)state;
	for (int round = 0; round < 3; round++) {
		struct loop *l = loop_new();

		loop_on_signals(l, signals, never, &seen);
		for (int i = 0; i < LOOP_MAX_SOURCES + 3; i++)
			loop_every(l, 60000, on_call, &seen);
		loop_free(l);
	}
	assert_int_equal(count_open(), before);
}

static void freeing_no_loop_is_fine(void **state)
{
	(void)state;
	loop_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		loop_test(a_readable_descriptor_calls_back),
		loop_test(
			a_descriptor_calls_back_for_as_long_as_it_is_readable),
		loop_test(a_descriptor_with_nothing_to_read_does_not_call_back),
		loop_test(each_descriptor_calls_its_own_function),
		loop_test(a_callback_is_told_the_time),
		loop_test(a_bad_descriptor_is_refused),
		loop_test(a_descriptor_of_the_caller_stays_open),
		loop_test(a_timer_fires_at_its_interval),
		loop_test(timers_of_two_intervals_fire_side_by_side),
		loop_test(an_interval_may_be_longer_than_a_second),
		loop_test(a_timer_missed_several_times_fires_once),
		loop_test(the_status_given_to_stop_comes_back),
		loop_test(nothing_is_called_after_stop),
		loop_test(a_stopped_loop_can_run_again),
		loop_test(more_sources_than_there_is_room_for_are_refused),
		loop_test(all_the_sources_there_is_room_for_work),
		loop_test(no_descriptor_is_left_behind),
		cmocka_unit_test(freeing_no_loop_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
