/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the state file: beside the old one, onto the disk, then in its place.
 * state_read.c reads it back.
 */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"

#define MS_PER_S 1000

struct state_clock state_clock_now(void)
{
	struct state_clock clock = {.now_ns = loop_now_ns()};
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	clock.wall_ms =
		(uint64_t)t.tv_sec * MS_PER_S + (uint64_t)t.tv_nsec / NS_PER_MS;
	return clock;
}

/* ---- writing ---- */

static uint64_t wall_of(const struct state_clock *clock, uint64_t time_ns)
{
	if (time_ns > clock->now_ns)
		return clock->wall_ms + (time_ns - clock->now_ns) / NS_PER_MS;
	time_ns = (clock->now_ns - time_ns) / NS_PER_MS;
	return clock->wall_ms > time_ns ? clock->wall_ms - time_ns : 0;
}

static void write_operator(FILE *out, const struct state_record *r)
{
	const bool has_reason = r->reason && *r->reason;

	if (r->uid != STATE_UID_UNKNOWN)
		fprintf(out, " %" PRIu32, r->uid);
	else if (has_reason)
		fputs(" -", out);
	if (has_reason)
		fprintf(out, " %s", r->reason);
}

static void write_record(FILE *out, const struct state_record *r,
			 const struct state_clock *clock)
{
	const struct offender *o = &r->offender;
	uint64_t listed_ms = wall_of(clock, o->listed_ns);
	/* Not by the clock, so that no rounding adds to it. */
	uint64_t until_ms =
		listed_ms + (o->until_ns - o->listed_ns) / NS_PER_MS;
	char source[PREFIX_TEXT_BYTES];

	prefix_format(&o->source, source);
	fprintf(out, "%s %s %" PRIu64, r->by_operator ? "operator" : "offender",
		source, listed_ms);
	if (r->by_operator && o->until_ns == STATE_FOR_GOOD)
		fputs(" permanent", out);
	else
		fprintf(out, " %" PRIu64, until_ms);
	if (r->by_operator)
		write_operator(out, r);
	else
		fprintf(out, " %u %s %s %u %u %" PRId32, o->offences,
			finding_name[o->finding], grade_name[o->grade],
			o->ports, o->hosts, o->score);
	putc('\n', out);
}

static int write_all(FILE *out, const struct state_record *records,
		     size_t count, const struct state_clock *clock)
{
	fprintf(out, STATE_HEADER " %d\n", STATE_VERSION);
	for (size_t i = 0; i < count; i++)
		write_record(out, &records[i], clock);
	fprintf(out, "end %zu\n", count);
	if (fflush(out) != 0 || ferror(out))
		return errno ? -errno : -EIO;
	return fsync(fileno(out)) < 0 ? -errno : 0;
}

static int write_file(const char *path, const struct state_record *records,
		      size_t count, const struct state_clock *clock)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *out;
	int error;

	if (fd < 0)
		return -errno;
	out = fdopen(fd, "w");
	if (!out) {
		error = -errno;
		close(fd);
		return error;
	}
	errno = 0;
	error = fchmod(fd, 0600) < 0 ? -errno : 0;
	if (!error)
		error = write_all(out, records, count, clock);
	if (fclose(out) != 0 && !error)
		error = -errno;
	return error;
}

/* That the rename itself is on the disk. */
static int sync_directory_of(const char *path)
{
	char directory[PATH_MAX];
	int fd, error;

	snprintf(directory, sizeof(directory), "%.*s",
		 (int)(strrchr(path, '/') - path), path);
	fd = open(*directory ? directory : "/",
		  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	error = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return error;
}

int state_write(const char *path, const struct state_record *records,
		size_t count, const struct state_clock *clock)
{
	char beside[PATH_MAX];
	int error;

	if (!strchr(path, '/') || count > STATE_MAX_RECORDS ||
	    snprintf(beside, sizeof(beside), "%s.new", path) >=
		    (int)sizeof(beside))
		return -EINVAL;
	error = write_file(beside, records, count, clock);
	if (!error && rename(beside, path) < 0)
		error = -errno;
	if (error) {
		unlink(beside);
		return error;
	}
	return sync_directory_of(path);
}
