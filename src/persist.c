/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon knows of offenders outlives it: read from the state file at
 * start, written to it after a change and at the end. Whatever is wrong with
 * the file is told and ends nothing; without the memory to read it there is no
 * start, for nobody is to be forgotten.
 */
#include "daemon.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "log.h"

/*
 * A change is on its way to the disk after so long; or longer, if collecting
 * took so long that it would take more than one part in so many of the time.
 * Packets wait while the judge's tables are walked over.
 */
#define SAVE_NS    (2 * NS_PER_S)
#define SAVE_SHARE 200

/* The wall clock was set, if it differs by so much: the times are other. */
#define CLOCK_STEP_MS 1000

/* Damaged lines told one by one. */
#define DAMAGES_TOLD 5

/* ---- reading ---- */

struct loading {
	struct daemon *d;
	struct state_clock clock;
	uint32_t damages;
};

static bool take_record(void *arg, const struct state_record *r)
{
	struct loading *l = arg;
	const struct offender *o = &r->offender;
	struct operator_block block = {.source = o->source,
				       .listed_ns = o->listed_ns,
				       .until_ns = o->until_ns,
				       .uid = r->uid};

	if (r->reason)
		snprintf(block.reason, sizeof(block.reason), "%s", r->reason);
	if (r->by_operator)
		return operator_list_add(l->d->lists.by_operator, &block,
					 l->clock.now_ns);
	return judge_restore_offender(l->d->judge, o, l->clock.now_ns);
}

static void tell_damage(void *arg, uint32_t line, const char *what)
{
	struct loading *l = arg;

	if (l->damages++ < DAMAGES_TOLD)
		log_warnx("state %s:%" PRIu32 ": %s", l->d->config.state, line,
			  what);
}

static void tell_summary(const struct loading *l, const struct state_summary *s)
{
	const char *path = l->d->config.state;

	if (l->damages > DAMAGES_TOLD)
		log_warnx("state %s: %" PRIu32 " more damaged lines", path,
			  l->damages - DAMAGES_TOLD);
	if (s->cut_short)
		log_warnx("state %s: the end is missing, or counts others: some"
			  " sources may be forgotten",
			  path);
	if (s->beyond)
		log_warnx("state %s: %zu sources more than %d are forgotten",
			  path, s->beyond, STATE_MAX_RECORDS);
}

/* Another version's, perhaps: ours will not be written over it. */
static bool put_aside(const char *path, int error)
{
	char aside[PATH_MAX];

	if (error == -EINVAL) {
		log_warnx("state %s: is no regular file: nothing is written",
			  path);
		return false;
	}
	snprintf(aside, sizeof(aside), "%s.unread", path);
	if (rename(path, aside) < 0) {
		log_warn("state %s: cannot be read, nor kept as %s: nothing is"
			 " written",
			 path, aside);
		return false;
	}
	if (error == -EPROTO)
		log_warnx("state %s: is not of version %d: kept as %s", path,
			  STATE_VERSION, aside);
	else
		log_warnx("state %s: %s: kept as %s", path, strerror(-error),
			  aside);
	return true;
}

/* Returns -1 without memory; what is not to be written over is told apart. */
static int load(struct daemon *d, bool *may_write)
{
	struct loading l = {.d = d, .clock = state_clock_now()};
	const struct state_reader reader = {take_record, tell_damage, &l};
	struct state_summary summary = {0};
	int error = state_read(d->config.state, &l.clock, &reader, &summary);

	*may_write = true;
	if (error == -ENOMEM) {
		log_warnx("state %s: %s", d->config.state, strerror(-error));
		return -1;
	}
	if (error && error != -ENOENT) {
		*may_write = put_aside(d->config.state, error);
		return 0;
	}
	tell_summary(&l, &summary);
	d->lists.found = error == 0;
	d->lists.remembered = summary.used;
	return 0;
}

int persist_open(struct daemon *d)
{
	bool may_write;

	d->lists.by_operator = operator_list_new();
	if (!d->lists.by_operator) {
		log_warnx("no memory for the operator's blocks");
		return -1;
	}
	if (!*d->config.state)
		return 0;
	d->lists.being_written = operator_list_new();
	if (!d->lists.being_written) {
		log_warnx("no memory to write the operator's blocks");
		return -1;
	}
	if (load(d, &may_write) < 0)
		return -1;
	if (!may_write)
		return 0;
	d->lists.writer = state_writer_open(d->config.state);
	if (!d->lists.writer)
		log_warn("state %s: is not written", d->config.state);
	return 0;
}

void persist_tell(const struct daemon *d)
{
	if (!*d->config.state)
		log_info("state: none is kept");
	else if (d->lists.found)
		log_info("state %s: %zu sources remembered", d->config.state,
			 d->lists.remembered);
	else
		log_info("state %s: none yet", d->config.state);
}

/* ---- what there is ---- */

static size_t collect_offenders(struct daemon *d, bool over, uint64_t now_ns,
				struct state_record *out, size_t max)
{
	struct offender o;
	uint64_t cursor = 0;
	size_t count = 0;

	while (count < max && judge_next_offender(d->judge, &cursor, &o))
		if ((o.until_ns <= now_ns) == over)
			out[count++] = (struct state_record){.offender = o};
	return count;
}

struct state_record persist_record_of(const struct operator_block *b)
{
	return (struct state_record){
		.by_operator = true,
		.uid = b->uid,
		.reason = b->reason,
		.offender = {.source = b->source,
			     .listed_ns = b->listed_ns,
			     .until_ns = b->until_ns},
	};
}

size_t persist_collect_operators(const struct operator_list *l, uint64_t now_ns,
				 struct state_record *out, size_t max)
{
	const struct operator_block *b;
	uint32_t cursor = 0;
	size_t count = 0;

	while (count < max && (b = operator_list_next(l, &cursor, now_ns)))
		out[count++] = persist_record_of(b);
	return count;
}

size_t persist_collect_listed(struct daemon *d, uint64_t now_ns,
			      struct state_record *out, size_t max)
{
	return collect_offenders(d, false, now_ns, out, max);
}

/* In one walk if there is room for all; else the listed come first. */
static size_t collect_all(struct daemon *d, uint64_t now_ns,
			  struct state_record *out, size_t max)
{
	struct offender o;
	uint64_t cursor = 0;
	size_t count = 0;

	while (count < max && judge_next_offender(d->judge, &cursor, &o))
		out[count++] = (struct state_record){.offender = o};
	if (count < max)
		return count;
	count = persist_collect_listed(d, now_ns, out, max);
	return count +
	       collect_offenders(d, true, now_ns, out + count, max - count);
}

/* ---- writing ---- */

static void save(struct daemon *d, struct state_record *out)
{
	struct state_clock clock = state_clock_now();
	size_t n;

	/* The writer reads the reasons while the list may change. */
	operator_list_copy(d->lists.being_written, d->lists.by_operator);
	n = persist_collect_operators(d->lists.being_written, clock.now_ns, out,
				      STATE_MAX_RECORDS);
	n += collect_all(d, clock.now_ns, out + n, STATE_MAX_RECORDS - n);
	state_writer_write(d->lists.writer, n, &clock);
	d->lists.changed = false;
	d->lists.saved_ns = clock.now_ns;
	d->lists.saved_offset_ms =
		(int64_t)(clock.wall_ms - clock.now_ns / NS_PER_MS);
	d->lists.save_took_ns = loop_now_ns() - clock.now_ns;
	log_debug("state: %zu sources handed over in %" PRIu64 " us", n,
		  (uint64_t)(d->lists.save_took_ns / 1000));
}

/* One line when it begins to fail, fails otherwise, or works again. */
static void tell_result(struct daemon *d)
{
	int error;
	uint64_t count = state_writer_count(d->lists.writer, &error);

	if (count == d->lists.saves || error == d->lists.save_error) {
		d->lists.saves = count;
		return;
	}
	d->lists.saves = count;
	d->lists.save_error = error;
	if (error)
		log_warnx("state %s: cannot be written: %s", d->config.state,
			  strerror(-error));
	else
		log_info("state %s: is written again", d->config.state);
}

static bool clock_was_set(const struct daemon *d)
{
	struct state_clock clock = state_clock_now();
	int64_t step = (int64_t)(clock.wall_ms - clock.now_ns / NS_PER_MS) -
		       d->lists.saved_offset_ms;

	return step > CLOCK_STEP_MS || step < -CLOCK_STEP_MS;
}

void persist_tick(struct daemon *d, uint64_t now_ns)
{
	struct state_record *records;
	uint64_t pause_ns = d->lists.save_took_ns * SAVE_SHARE;

	if (pause_ns < SAVE_NS)
		pause_ns = SAVE_NS;
	if (!d->lists.writer || now_ns - d->lists.saved_ns < pause_ns)
		return;
	records = state_writer_records(d->lists.writer);
	if (!records)
		return;
	tell_result(d);
	if (d->lists.changed || d->lists.save_error || clock_was_set(d))
		save(d, records);
}

void persist_last(struct daemon *d)
{
	if (!d->lists.writer)
		return;
	state_writer_wait(d->lists.writer);
	save(d, state_writer_records(d->lists.writer));
	state_writer_wait(d->lists.writer);
	tell_result(d);
}

void persist_close(struct daemon *d)
{
	state_writer_close(d->lists.writer);
	operator_list_free(d->lists.being_written);
	operator_list_free(d->lists.by_operator);
}
