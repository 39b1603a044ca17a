/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state.c and state_read.c: what is written is read back, at the right time
 * on whatever clock, and the file on the disk is always a whole one.
 */
#include "state_fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* ---- round trips ---- */

static void what_is_written_is_read_back(void **state)
{
	struct state_record records[] = {
		an_offender("203.0.113.66"),
		an_offender("2001:db8:1:2::/64"),
		an_operators("2001:db8::1"),
	};

	(void)state;
	records[1].offender.finding = FINDING_CONNECT_SCAN;
	records[1].offender.grade = GRADE_PROVED;
	records[1].offender.offences = 255;
	records[1].offender.ports = 65535;
	records[1].offender.hosts = 65535;
	records[1].offender.score = -2147483647;
	write_records(records, ARRAY_SIZE(records), &now);
	read_file(&now);
	assert_int_equal(result.error, 0);
	assert_int_equal(result.summary.used, 3);
	assert_int_equal(result.summary.damaged, 0);
	assert_false(result.summary.cut_short);
	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		assert_record(&result.records[i], &records[i]);
}

static void the_file_is_text_that_can_be_read(void **state)
{
	struct state_record records[] = {
		an_offender("203.0.113.66"),
		an_operators("2001:db8:1:2::/64"),
	};

	(void)state;
	write_records(records, ARRAY_SIZE(records), &now);
	assert_string_equal(
		content(),
		"handshaked-state 1\n"
		"offender 203.0.113.66 1799999900000 1800000500000 2 syn-scan"
		" plausible 7 1 9712\n"
		"operator 2001:db8:1:2::/64 1799999990000 1800007190000\n"
		"end 2\n");
}

static void an_operators_block_has_user_reason_and_any_network(void **state)
{
	struct state_record records[] = {
		an_operators("198.51.100.0/24"),
		an_operators("2001:db8::/48"),
		an_operators("2001:db8::8/125"),
		an_operators("192.0.2.1"),
	};

	(void)state;
	records[0].uid = 0;
	records[0].reason = "ticket 4711: 3 scans, by phone";
	records[1].uid = 1000;
	records[1].offender.until_ns = STATE_FOR_GOOD;
	records[2].reason = "user not known";
	write_records(records, ARRAY_SIZE(records), &now);
	assert_non_null(strstr(content(),
			       "operator 198.51.100.0/24 1799999990000"
			       " 1800007190000 0 ticket 4711: 3 scans, by"
			       " phone\n"
			       "operator 2001:db8::/48 1799999990000 permanent"
			       " 1000\n"));
	read_file(&now);
	assert_int_equal(result.summary.used, ARRAY_SIZE(records));
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		assert_record(&result.records[i], &records[i]);
		assert_int_equal(result.records[i].uid, records[i].uid);
		assert_string_equal(result.reasons[i],
				    records[i].reason ? records[i].reason : "");
	}
}

static void a_file_of_an_earlier_version_is_read(void **state)
{
	static const char old[] =
		"handshaked-state 1\n"
		"operator 2001:db8:1:2::/64 1799999990000 1800007190000\n"
		"end 1\n";
	struct state_record r = an_operators("2001:db8:1:2::/64");

	(void)state;
	put_file(path, old, strlen(old));
	read_file(&now);
	assert_int_equal(result.summary.used, 1);
	assert_record(&result.records[0], &r);
	assert_int_equal(result.records[0].uid, STATE_UID_UNKNOWN);
	assert_string_equal(result.reasons[0], "");
}

/* Nor does the clock end it. */
static void a_block_for_good_stays_one(void **state)
{
	struct state_record r = an_operators("192.0.2.1");
	struct state_clock later = {LOOP_EPOCH_NS, now.wall_ms};

	(void)state;
	r.offender.until_ns = STATE_FOR_GOOD;
	write_records(&r, 1, &now);
	for (int i = 0; i < 3; i++) {
		later.wall_ms += UINT64_C(2000000000000);
		read_file(&later);
		assert_int_equal(result.summary.used, 1);
		assert_true(result.records[0].offender.until_ns ==
			    STATE_FOR_GOOD);
		write_records(result.records, 1, &later);
	}
}

static void nobody_is_a_state_too(void **state)
{
	(void)state;
	write_records(NULL, 0, &now);
	read_file(&now);
	assert_int_equal(result.error, 0);
	assert_int_equal(result.summary.used, 0);
	assert_false(result.summary.cut_short);
}

static void any_record_survives(void **state)
{
	struct state_record r;

	(void)state;
	for (int i = 0; i < 300; i++) {
		r = a_random_record();
		write_records(&r, 1, &now);
		read_file(&now);
		assert_int_equal(result.summary.used, 1);
		assert_record(&result.records[0], &r);
	}
}

/* ---- clocks ---- */

static uint64_t left_ms_at(const struct state_clock *clock)
{
	read_file(clock);
	assert_int_equal(result.summary.used, 1);
	if (result.records[0].offender.until_ns <= clock->now_ns)
		return 0;
	return (result.records[0].offender.until_ns - clock->now_ns) /
	       NS_PER_MS;
}

/* Listed for 600 s, 100 s ago. */
static void write_one(void)
{
	struct state_record r = an_offender("203.0.113.66");

	write_records(&r, 1, &now);
}

static void time_goes_on_while_nobody_runs(void **state)
{
	struct state_clock later = {now.now_ns + 200 * NS_PER_S,
				    now.wall_ms + 200000};

	(void)state;
	write_one();
	assert_int_equal(left_ms_at(&later), 300000);
}

static void a_reboot_begins_the_judges_clock_anew(void **state)
{
	struct state_clock later = {LOOP_EPOCH_NS + 5 * NS_PER_S,
				    now.wall_ms + 200000};

	(void)state;
	write_one();
	assert_int_equal(left_ms_at(&later), 300000);
	assert_int_equal(later.now_ns - result.records[0].offender.listed_ns,
			 300 * NS_PER_S);
}

static void what_is_over_stays_over(void **state)
{
	struct state_clock later = {LOOP_EPOCH_NS, now.wall_ms + 86400000};

	(void)state;
	write_one();
	assert_int_equal(left_ms_at(&later), 0);
	assert_int_equal(later.now_ns - result.records[0].offender.until_ns,
			 (86400 - 500) * NS_PER_S);
}

static void a_clock_that_went_back_adds_nothing(void **state)
{
	struct state_clock before = {now.now_ns, now.wall_ms - 86400000};
	struct state_clock start_of_time = {now.now_ns, 0};

	(void)state;
	write_one();
	assert_int_equal(left_ms_at(&before), 600000);
	assert_int_equal(left_ms_at(&start_of_time), 600000);
}

static void a_clock_that_went_far_ahead_ends_it(void **state)
{
	struct state_clock later = {now.now_ns, UINT64_C(99999999999999)};

	(void)state;
	write_one();
	assert_int_equal(left_ms_at(&later), 0);
}

static void times_before_the_clocks_zero_are_zero(void **state)
{
	struct state_clock young = {50 * NS_PER_S, now.wall_ms};

	(void)state;
	write_one();
	assert_int_equal(left_ms_at(&young), 500000);
	assert_int_equal(result.records[0].offender.listed_ns, 0);
}

static void no_clock_makes_it_longer_than_its_time(void **state)
{
	struct state_clock clock;

	(void)state;
	write_one();
	for (int i = 0; i < 300; i++) {
		clock.now_ns = random_bits() >> random_below(40) >> 2;
		clock.wall_ms = random_bits() >> (17 + random_below(30));
		assert_true(left_ms_at(&clock) <= 600000);
	}
}

static void many_restarts_neither_add_nor_take_time(void **state)
{
	struct state_clock clock = now;

	(void)state;
	write_one();
	for (int i = 0; i < 100; i++) {
		clock.now_ns += 1234567891;
		clock.wall_ms += 1234;
		read_file(&clock);
		write_records(result.records, 1, &clock);
	}
	assert_in_range(left_ms_at(&clock), 500000 - 123456 - 100,
			500000 - 123400 + 100);
}

/* ---- the file ---- */

static void the_file_is_its_owners_alone(void **state)
{
	struct stat st;

	(void)state;
	umask(0);
	write_one();
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void nothing_is_left_beside_it(void **state)
{
	char beside[sizeof(path) + 8];

	(void)state;
	write_one();
	snprintf(beside, sizeof(beside), "%s.new", path);
	assert_int_equal(access(beside, F_OK), -1);
}

static void a_half_written_file_beside_it_is_replaced(void **state)
{
	char beside[sizeof(path) + 8];

	(void)state;
	snprintf(beside, sizeof(beside), "%s.new", path);
	put_file(beside, "handshaked-state 1\noffender 203.0.11", 35);
	write_one();
	assert_int_equal(left_ms_at(&now), 500000);
	assert_int_equal(access(beside, F_OK), -1);
}

static void a_directory_that_is_not_there_is_told(void **state)
{
	struct state_record r = an_offender("203.0.113.66");

	(void)state;
	assert_int_equal(state_write("/nonexistent/state", &r, 1, &now),
			 -ENOENT);
	assert_int_equal(state_write("state", &r, 1, &now), -EINVAL);
}

/* In a child, as nobody. */
static void a_directory_that_is_not_ours_is_told(void **state)
{
	struct state_record r = an_offender("203.0.113.66");
	int status;
	pid_t child;

	(void)state;
	if (getuid() != 0)
		skip();
	child = fork();
	if (child == 0) {
		if (setresuid(65534, 65534, 65534) < 0)
			_exit(1);
		_exit(state_write(path, &r, 1, &now) != -EACCES);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* In a child, for the file system is its own. */
static int write_on_a_full_disk(void)
{
	static struct state_record many[1000];

	for (size_t i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = an_offender("203.0.113.66");
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", directory, "tmpfs", 0, "size=16k") < 0)
		return 77;
	if (state_write(path, many, 1, &now) != 0)
		return 1;
	if (state_write(path, many, ARRAY_SIZE(many), &now) != -ENOSPC)
		return 2;
	read_file(&now);
	return result.error || result.summary.used != 1 ? 3 : 0;
}

static void a_full_disk_is_told_and_the_old_file_stays(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(write_on_a_full_disk());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int random_setup(void **state)
{
	return setup(state) || random_seed(state) ? -1 : 0;
}

#define RANDOM(name) \
	cmocka_unit_test_setup_teardown(name, random_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read_back),
		TEST(the_file_is_text_that_can_be_read),
		TEST(an_operators_block_has_user_reason_and_any_network),
		TEST(a_file_of_an_earlier_version_is_read),
		TEST(a_block_for_good_stays_one),
		TEST(nobody_is_a_state_too),
		RANDOM(any_record_survives),
		TEST(time_goes_on_while_nobody_runs),
		TEST(a_reboot_begins_the_judges_clock_anew),
		TEST(what_is_over_stays_over),
		TEST(a_clock_that_went_back_adds_nothing),
		TEST(a_clock_that_went_far_ahead_ends_it),
		TEST(times_before_the_clocks_zero_are_zero),
		RANDOM(no_clock_makes_it_longer_than_its_time),
		TEST(many_restarts_neither_add_nor_take_time),
		TEST(the_file_is_its_owners_alone),
		TEST(nothing_is_left_beside_it),
		TEST(a_half_written_file_beside_it_is_replaced),
		TEST(a_directory_that_is_not_there_is_told),
		TEST(a_directory_that_is_not_ours_is_told),
		TEST(a_full_disk_is_told_and_the_old_file_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
