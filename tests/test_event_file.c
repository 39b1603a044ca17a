/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of events: every line that is put is written once or counted as
 * lost, whatever becomes of the file.
 */
#include "events_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "event_file.h"

static void put_lines(struct event_file *f, const char *line, unsigned int n)
{
	while (n-- > 0)
		event_file_put(f, line, strlen(line));
}

/* Waits for the thread. */
static struct event_file_counters flushed(struct event_file *f, uint64_t lines)
{
	struct event_file_counters c;

	event_file_flush(f);
	for (int ms = 0; ms < 5000; ms++) {
		event_file_counters(f, &c);
		if (c.written + c.lost == lines)
			return c;
		usleep(1000);
	}
	fail_msg("%llu lines were neither written nor lost",
		 (unsigned long long)(lines - c.written - c.lost));
	return c;
}

static void lines_are_appended_in_their_order(void **state)
{
	struct event_file *f = event_file_open(events_path);
	char *text;

	(void)state;
	put_lines(f, "one\n", 1);
	flushed(f, 1);
	put_lines(f, "two\n", 1);
	event_file_close(f);
	f = event_file_open(events_path);
	put_lines(f, "three\n", 1);
	event_file_close(f);
	text = content_of(events_path);
	assert_string_equal(text, "one\ntwo\nthree\n");
	free(text);
}

static void the_group_can_read_it_and_others_cannot(void **state)
{
	struct event_file *f;
	mode_t before = umask(0077);
	struct stat st;

	(void)state;
	f = event_file_open(events_path);
	put_lines(f, "one\n", 1);
	event_file_close(f);
	umask(before);
	assert_int_equal(stat(events_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
}

static void a_rename_and_a_reopening_lose_no_line(void **state)
{
	struct event_file *f = event_file_open(events_path);

	(void)state;
	put_lines(f, "before\n", 10);
	flushed(f, 10);
	put_lines(f, "waiting\n", 10);
	rename(events_path, other_path);
	put_lines(f, "after\n", 10);
	event_file_reopen(f);
	put_lines(f, "later\n", 10);
	assert_int_equal(flushed(f, 40).lost, 0);
	put_lines(f, "last\n", 10);
	event_file_close(f);
	assert_true(lines_of(other_path) >= 10);
	assert_true(lines_of(events_path) >= 10);
	assert_int_equal(lines_of(other_path) + lines_of(events_path), 50);
}

static void what_a_full_disk_does_not_take_is_counted(void **state)
{
	struct event_file *f = event_file_open("/dev/full");
	struct event_file_counters c;

	(void)state;
	put_lines(f, "one\n", 3);
	c = flushed(f, 3);
	assert_int_equal(c.written, 0);
	assert_int_equal(c.lost, 3);
	assert_int_equal(c.error, -ENOSPC);
	event_file_close(f);
}

/* Of 1000 bytes, lines of 300: the fourth does not fit. */
static void half_a_line_is_cut_off_again(void **state)
{
	const struct rlimit limit = {1000, RLIM_INFINITY},
			    none = {RLIM_INFINITY, RLIM_INFINITY};
	struct event_file *f = event_file_open(events_path);
	struct event_file_counters c;
	char line[301], *text;

	(void)state;
	memset(line, 'x', 299);
	strcpy(line + 299, "\n");
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	put_lines(f, line, 5);
	c = flushed(f, 5);
	setrlimit(RLIMIT_FSIZE, &none);
	assert_int_equal(c.written, 3);
	assert_int_equal(c.lost, 2);
	assert_int_equal(c.error, -EFBIG);
	put_lines(f, "there is room\n", 1);
	c = flushed(f, 6);
	assert_int_equal(c.error, 0);
	event_file_close(f);
	assert_int_equal(lines_of(events_path), 4);
	text = content_of(events_path);
	assert_string_equal(text + 900, "there is room\n");
	free(text);
}

static void a_path_that_becomes_writable_is_written(void **state)
{
	struct event_file *f;
	struct event_file_counters c;
	char path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/x", events_path);
	fclose(fopen(events_path, "w"));
	f = event_file_open(path);
	put_lines(f, "one\n", 1);
	c = flushed(f, 1);
	assert_int_equal(c.lost, 1);
	assert_int_equal(c.error, -ENOTDIR);
	/* Its directory is made. */
	unlink(events_path);
	put_lines(f, "two\n", 1);
	c = flushed(f, 2);
	assert_int_equal(c.written, 1);
	assert_int_equal(c.error, 0);
	event_file_close(f);
	assert_int_equal(lines_of(path), 1);
	unlink(path);
	rmdir(events_path);
}

static void that_it_cannot_be_opened_shows_at_once(void **state)
{
	struct event_file *f = event_file_open("/dev/null/x");
	struct event_file_counters c = {.error = 0};

	(void)state;
	for (int ms = 0; ms < 5000 && !c.error; ms++) {
		usleep(1000);
		event_file_counters(f, &c);
	}
	assert_int_equal(c.error, -ENOTDIR);
	event_file_close(f);
}

static void a_fifo_that_nobody_reads_keeps_nobody_waiting(void **state)
{
	struct event_file *f;

	(void)state;
	assert_int_equal(mkfifo(events_path, 0600), 0);
	f = event_file_open(events_path);
	put_lines(f, "one\n", 1);
	assert_int_equal(flushed(f, 1).error, -ENXIO);
	event_file_close(f);
}

/* More than there is room for, faster than a disk. */
static void every_line_is_written_or_counted(void **state)
{
	struct event_file *f = event_file_open(events_path);
	struct event_file_counters c;
	char line[301];

	(void)state;
	memset(line, 'x', 299);
	strcpy(line + 299, "\n");
	put_lines(f, line, 30000);
	c = flushed(f, 30000);
	event_file_close(f);
	assert_int_equal(lines_of(events_path), c.written);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_directory, remove_directory)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_appended_in_their_order),
		TEST(the_group_can_read_it_and_others_cannot),
		TEST(a_rename_and_a_reopening_lose_no_line),
		TEST(what_a_full_disk_does_not_take_is_counted),
		TEST(half_a_line_is_cut_off_again),
		TEST(a_path_that_becomes_writable_is_written),
		TEST(that_it_cannot_be_opened_shows_at_once),
		TEST(a_fifo_that_nobody_reads_keeps_nobody_waiting),
		TEST(every_line_is_written_or_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
