/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the test programs of the state file share: a directory for each test,
 * a moment that is now, records, and what reading came to. Included first,
 * for cmocka wants certain headers before its own.
 */
#ifndef HANDSHAKED_TESTS_STATE_FIXTURE_H
#define HANDSHAKED_TESTS_STATE_FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop.h"
#include "random.h"
#include "state.h"

static char directory[64], path[80];

static const struct state_clock now = {
	.now_ns = LOOP_EPOCH_NS + 12345 * NS_PER_S,
	.wall_ms = 1800000000000,
};

/* Of the last read_file(); the first records and damages. */
static struct {
	int error;
	struct state_summary summary;
	struct state_record records[16];
	char reasons[16][STATE_MAX_REASON + 1];
	size_t num_records;
	uint32_t lines[16];
	char damage[16][400];
	size_t num_damage;
	bool refuse; /* records, from now on */
} result;

static inline int setup(void **state)
{
	(void)state;
	memset(&result, 0, sizeof(result));
	strcpy(directory, "/tmp/handshaked-test.XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/state", directory);
	return 0;
}

static inline int teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

static inline bool note_record(void *arg, const struct state_record *r)
{
	(void)arg;
	if (result.num_records < ARRAY_SIZE(result.records)) {
		snprintf(result.reasons[result.num_records],
			 sizeof(result.reasons[0]), "%s",
			 r->reason ? r->reason : "");
		result.records[result.num_records++] = *r;
	}
	return !result.refuse;
}

static inline void note_damage(void *arg, uint32_t line, const char *what)
{
	size_t i = result.num_damage++;

	(void)arg;
	if (i >= ARRAY_SIZE(result.damage))
		return;
	result.lines[i] = line;
	snprintf(result.damage[i], sizeof(result.damage[i]), "%s", what);
}

static inline void read_file(const struct state_clock *clock)
{
	const struct state_reader reader = {note_record, note_damage, NULL};

	result.num_records = result.num_damage = 0;
	result.error = state_read(path, clock, &reader, &result.summary);
}

static inline void write_records(const struct state_record *records,
				 size_t count, const struct state_clock *clock)
{
	assert_int_equal(state_write(path, records, count, clock), 0);
}

static inline void put_file(const char *name, const char *bytes, size_t len)
{
	FILE *out = fopen(name, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

static inline const char *content(void)
{
	static char text[65536];
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
	fclose(in);
	return text;
}

/* Listed 100 s ago for 600 s. */
static inline struct state_record an_offender(const char *source)
{
	struct state_record r = {
		.offender = {.listed_ns = now.now_ns - 100 * NS_PER_S,
			     .until_ns = now.now_ns + 500 * NS_PER_S,
			     .offences = 2,
			     .finding = FINDING_SYN_SCAN,
			     .grade = GRADE_PLAUSIBLE,
			     .ports = 7,
			     .hosts = 1,
			     .score = 9712},
	};

	assert_true(prefix_parse(source, &r.offender.source));
	return r;
}

/* Blocked 10 s ago for two hours. */
static inline struct state_record an_operators(const char *source)
{
	struct state_record r = {
		.by_operator = true,
		.uid = STATE_UID_UNKNOWN,
		.offender = {.listed_ns = now.now_ns - 10 * NS_PER_S,
			     .until_ns = now.now_ns + 7190 * NS_PER_S},
	};

	assert_true(prefix_parse(source, &r.offender.source));
	return r;
}

/* To the millisecond. */
static inline struct state_record a_random_record(void)
{
	struct state_record r = an_offender("2001:db8::/64");
	uint64_t listed_ms = random_below(1000000000);
	uint64_t left_ms = random_below(2000000000);

	r.offender.listed_ns = now.now_ns - listed_ms * NS_PER_MS;
	r.offender.until_ns = now.now_ns + left_ms * NS_PER_MS;
	random_fill(r.offender.source.address.byte, random_once_in(2) ? 8 : 16);
	if (random_once_in(2))
		r.offender.source.bits = 128;
	else
		memset(r.offender.source.address.byte + 8, 0, 8);
	r.by_operator = random_once_in(3);
	r.offender.offences = (uint8_t)(1 + random_below(255));
	r.offender.finding = (enum finding)(1 + random_below(NUM_FINDINGS - 1));
	r.offender.grade = (enum grade)random_below(NUM_GRADES);
	r.offender.ports = (uint16_t)random_bits();
	r.offender.hosts = (uint16_t)random_bits();
	r.offender.score = (int32_t)(random_bits() >> 33) - (1 << 30);
	return r;
}

static inline void assert_record(const struct state_record *got,
				 const struct state_record *wanted)
{
	const struct offender *g = &got->offender, *w = &wanted->offender;

	assert_int_equal(got->by_operator, wanted->by_operator);
	assert_memory_equal(&g->source, &w->source, sizeof(g->source));
	assert_int_equal(g->listed_ns, w->listed_ns);
	assert_int_equal(g->until_ns, w->until_ns);
	if (got->by_operator)
		return;
	assert_int_equal(g->offences, w->offences);
	assert_int_equal(g->finding, w->finding);
	assert_int_equal(g->grade, w->grade);
	assert_int_equal(g->ports, w->ports);
	assert_int_equal(g->hosts, w->hosts);
	assert_int_equal(g->score, w->score);
}

#endif
