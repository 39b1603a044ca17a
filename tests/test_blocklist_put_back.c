/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blocklist.c: elements that are put back for what is left of their time. */
#include "blocklist_fixture.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* The kernel counts in ticks, of which there are at least 100 a second. */
#define TICK_MS 10

static int setup(void **state)
{
	return setup_with_room_for(state, 65536);
}

static void flush(struct blocklist *b)
{
	assert_int_equal(blocklist_flush(b), 0);
}

static void put_back(struct blocklist *b, const char *source,
		     uint32_t timeout_s, uint64_t left_ms, const char *comment)
{
	struct prefix p = prefix(source);

	assert_int_equal(blocklist_put_back(b, &p, timeout_s, left_ms, comment),
			 0);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* What nft prints as 59m59s496ms. */
static uint64_t duration_ms(const char *text)
{
	static const struct {
		const char *name;
		uint64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
	uint64_t sum = 0;
	size_t i;

	while (*text >= '0' && *text <= '9') {
		uint64_t number = strtoull(text, (char **)&text, 10);

		for (i = 0; i < ARRAY_SIZE(units); i++)
			if (strncmp(text, units[i].name,
				    strlen(units[i].name)) == 0)
				break;
		if (i == ARRAY_SIZE(units))
			fail_msg("no unit of time: %s", text);
		text += strlen(units[i].name);
		sum += number * units[i].ms;
	}
	return sum;
}

/*
 * The set's first element had left_ms when it was put back, not earlier than
 * at since_ms: however long this test has waited, that is gone and no more.
 */
static void assert_expires(const char *list_command, const char *timeout,
			   uint64_t left_ms, uint64_t since_ms)
{
	const char *list = output_of(list_command);
	uint64_t passed_ms = now_ms() - since_ms;

	assert_contains(list, timeout);
	assert_in_range(duration_ms(strstr(list, timeout) + strlen(timeout)),
			left_ms - passed_ms - TICK_MS, left_ms + TICK_MS);
}

static void what_is_put_back_has_the_rest_of_its_time(void **state)
{
	uint64_t since_ms = now_ms();

	put_back(*state, "192.0.2.1", 600, 30500, "back");
	put_back(*state, "2001:db8::1", 3600, 3599500, "whole");
	put_back(*state, "2001:db8:1:2::/64", 600, 90500, "net");
	flush(*state);
	assert_expires(LIST4, "timeout 10m expires ", 30500, since_ms);
	assert_expires(LIST6, "timeout 1h expires ", 3599500, since_ms);
	assert_expires(NETS6, "timeout 10m expires ", 90500, since_ms);
}

static void what_is_put_back_leaves_at_its_old_time(void **state)
{
	put_back(*state, "192.0.2.1", 600, 500, "back");
	put_back(*state, "2001:db8:1:2::/64", 600, 500, "net");
	flush(*state);
	usleep(900000);
	assert_lacks(output_of(LIST4), "\"back\"");
	assert_lacks(output_of(NETS6), "\"net\"");
}

static void putting_back_over_what_is_there_sets_its_time(void **state)
{
	uint64_t since_ms;

	add(*state, "192.0.2.1", 3600, "first");
	flush(*state);
	since_ms = now_ms();
	put_back(*state, "192.0.2.1", 600, 30500, "back");
	flush(*state);
	assert_expires(LIST4, "timeout 10m expires ", 30500, since_ms);
	assert_contains(output_of(LIST4), "\"back\"");
}

static void more_time_than_there_was_is_refused(void **state)
{
	struct prefix p = prefix("192.0.2.1");

	assert_int_equal(blocklist_put_back(*state, &p, 600, 600001, ""),
			 -EINVAL);
	assert_int_equal(blocklist_put_back(*state, &p, 600, 0, ""), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(what_is_put_back_has_the_rest_of_its_time),
		TEST(what_is_put_back_leaves_at_its_old_time),
		TEST(putting_back_over_what_is_there_sets_its_time),
		TEST(more_time_than_there_was_is_refused),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
