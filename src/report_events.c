/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of events into the model of a report: lines of JSON as a replay or
 * the daemon wrote them, or whatever else stands there. A line is of use if it
 * is an object with an "event_type", and what its type must have is there and
 * in range; else it is counted as bad, and reading goes on.
 */
#include "report_feed.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* No event of ours has a tenth of it; what is longer is no line. */
#define LINE_BYTES (64 * 1024)

#define US_PER_S INT64_C(1000000)

/* A line, and the first of its members that is wrong. */
struct event {
	const json_t *object;
	int64_t time_us;
	const char *wrong; /* NULL: none so far */
};

/* ---- members ---- */

static void is_wrong(struct event *e, const char *key)
{
	if (!e->wrong)
		e->wrong = key;
}

/* "" when it is not there. */
static const char *text_of(struct event *e, const char *key)
{
	const json_t *value = json_object_get(e->object, key);

	if (value && !json_is_string(value))
		is_wrong(e, key);
	return json_is_string(value) ? json_string_value(value) : "";
}

/* 0 when it is not there. */
static uint64_t number_of(struct event *e, const json_t *object,
			  const char *key, uint64_t most)
{
	const json_t *value = json_object_get(object, key);
	json_int_t n = json_integer_value(value);

	if (value && (!json_is_integer(value) || n < 0 || (uint64_t)n > most)) {
		is_wrong(e, key);
		return 0;
	}
	return (uint64_t)n;
}

static void read_address(struct event *e, const char *key, struct address *a)
{
	if (!address_parse(text_of(e, key), a))
		is_wrong(e, key);
}

static unsigned int finding_of(const char *name)
{
	for (unsigned int f = FINDING_NONE + 1; f < NUM_FINDINGS; f++)
		if (strcmp(finding_name[f], name) == 0)
			return f;
	return REPORT_UNKNOWN;
}

static struct scan_probe probe_of(struct event *e)
{
	struct scan_probe p = {.finding = REPORT_UNKNOWN};

	read_address(e, "src_ip", &p.source);
	read_address(e, "dest_ip", &p.host);
	p.port = (uint16_t)number_of(e, e->object, "dest_port", UINT16_MAX);
	return p;
}

/* Two digits' worth and the like: digits only, exactly `len`; -1 if not. */
static int digits(const char **text, int len)
{
	int n = 0;

	for (; len > 0; len--, (*text)++) {
		if (**text < '0' || **text > '9')
			return -1;
		n = 10 * n + (**text - '0');
	}
	return n;
}

static bool expect(const char **text, char c)
{
	return *(*text)++ == c;
}

/* "Z", "+0000" or "+00:00", in seconds; false if it is none. */
static bool parse_zone(const char *t, int *seconds)
{
	int sign = *t == '-' ? -1 : 1, hours, minutes;

	*seconds = 0;
	if (strcmp(t, "Z") == 0)
		return true;
	if (*t != '+' && *t != '-')
		return false;
	t++;
	hours = digits(&t, 2);
	if (*t == ':')
		t++;
	minutes = hours < 0 ? -1 : digits(&t, 2);
	*seconds = sign * (hours * 3600 + minutes * 60);
	return minutes >= 0 && minutes < 60 && hours < 24 && *t == '\0';
}

/* "2026-11-22T17:47:00.123456+0000", of 1970 to 2106. */
static bool parse_time(const char *t, int64_t *time_us)
{
	struct tm utc = {0};
	int64_t us = 0, weight = US_PER_S / 10;
	int zone;
	time_t seconds;

	if ((utc.tm_year = digits(&t, 4)) < 1970 || utc.tm_year > 2106 ||
	    !expect(&t, '-') || (utc.tm_mon = digits(&t, 2)) < 1 ||
	    utc.tm_mon > 12 || !expect(&t, '-') ||
	    (utc.tm_mday = digits(&t, 2)) < 1 || utc.tm_mday > 31 ||
	    !expect(&t, 'T') || (utc.tm_hour = digits(&t, 2)) < 0 ||
	    utc.tm_hour > 23 || !expect(&t, ':') ||
	    (utc.tm_min = digits(&t, 2)) < 0 || utc.tm_min > 59 ||
	    !expect(&t, ':') || (utc.tm_sec = digits(&t, 2)) < 0 ||
	    utc.tm_sec > 60)
		return false;
	if (*t == '.')
		for (t++; *t >= '0' && *t <= '9'; t++, weight /= 10)
			us += weight * (*t - '0');
	if (!parse_zone(t, &zone))
		return false;
	utc.tm_year -= 1900;
	utc.tm_mon -= 1;
	seconds = timegm(&utc);
	*time_us = (seconds - zone) * US_PER_S + us;
	return true;
}

static void read_time(struct event *e)
{
	const char *text = text_of(e, "timestamp");

	e->time_us = REPORT_NO_TIME;
	if (*text && !parse_time(text, &e->time_us))
		is_wrong(e, "timestamp");
}

/* ---- the types of event ---- */

static void take_finding(struct report *r, struct event *e)
{
	struct scan_probe p = probe_of(e);

	p.finding = finding_of(text_of(e, "finding"));
	if (!e->wrong)
		report_finding(r, e->time_us, &p);
}

static void take_handshake(struct report *r, struct event *e)
{
	struct scan_probe p = probe_of(e);
	const json_t *findings = json_object_get(e->object, "findings"), *f;
	const char *name = text_of(e, "conn_state");
	uint32_t bits = 0;
	size_t i;
	int state = 0;

	while (state < NUM_CONN_STATES &&
	       strcmp(conn_state_name[state], name) != 0)
		state++;
	if (state == NUM_CONN_STATES)
		is_wrong(e, "conn_state");
	if (findings && !json_is_array(findings))
		is_wrong(e, "findings");
	json_array_foreach(findings, i, f)
	{
		if (json_is_string(f))
			bits |= UINT32_C(1) << finding_of(json_string_value(f));
		else
			is_wrong(e, "findings");
	}
	if (!e->wrong)
		report_connection(r, e->time_us, (enum conn_state)state, bits,
				  &p);
}

static void take_block(struct report *r, struct event *e)
{
	const json_t *evidence = json_object_get(e->object, "evidence");
	const json_t *score = json_object_get(e->object, "score");
	const char *grade = text_of(e, "grade");
	struct report_listed l = {.time_us = e->time_us, .score = -1};

	if (!prefix_parse(text_of(e, "src_ip"), &l.source))
		is_wrong(e, "src_ip");
	report_clean(l.reason, sizeof(l.reason), text_of(e, "reason"));
	while (l.grade < NUM_GRADES && strcmp(grade_name[l.grade], grade) != 0)
		l.grade++;
	if (score) {
		l.score = json_number_value(score);
		if (!json_is_number(score) || l.score < 0 || l.score > 1e9)
			is_wrong(e, "score");
	}
	l.timeout_s =
		(uint32_t)number_of(e, e->object, "timeout_s", UINT32_MAX);
	l.finding = finding_of("");
	if (json_is_object(evidence)) {
		const json_t *f = json_object_get(evidence, "finding");

		if (json_is_string(f))
			l.finding = finding_of(json_string_value(f));
		l.ports = (uint32_t)number_of(e, evidence, "ports", UINT32_MAX);
		l.hosts = (uint32_t)number_of(e, evidence, "hosts", UINT32_MAX);
	} else if (evidence) {
		is_wrong(e, "evidence");
	}
	if (!e->wrong)
		report_listing(r, &l);
}

static void take_nearest(struct report *r, struct event *e,
			 const json_t *nearest)
{
	const json_t *n;
	size_t i;

	json_array_foreach(nearest, i, n)
	{
		const char *source =
			json_string_value(json_object_get(n, "source"));
		const char *why =
			json_string_value(json_object_get(n, "reason"));

		if (source && why)
			report_nearest_add(r, source, why);
		else
			is_wrong(e, "nearest");
	}
}

static void take_stats(struct report *r, struct event *e)
{
	/* So that sums of them do not overflow soon. */
	const uint64_t most = UINT64_C(1) << 53;
	struct report_stats s = {
		.packets = number_of(e, e->object, "packets", most),
		.tcp = number_of(e, e->object, "tcp", most),
		.refused = number_of(e, e->object, "refused", most),
		.accepted = number_of(e, e->object, "accepted", most),
		.dropped = number_of(e, e->object, "dropped", most),
		.findings = number_of(e, e->object, "findings", most),
		.unanswered = number_of(e, e->object, "unanswered", most),
	};
	const json_t *nearest = json_object_get(e->object, "nearest");

	if (nearest && !json_is_array(nearest))
		is_wrong(e, "nearest");
	if (!e->wrong)
		take_nearest(r, e, nearest);
	if (!e->wrong)
		report_stats_add(r, &s);
}

static void take_suppressed(struct report *r, struct event *e)
{
	uint64_t n = number_of(e, e->object, "count", UINT64_C(1) << 53);

	if (!e->wrong)
		r->suppressed += n;
}

/* "start" has a version; the mode of both may be one of a later version. */
static void take_mode(struct report *r, struct event *e)
{
	const char *version = text_of(e, "version"), *mode = text_of(e, "mode");
	bool is_start = strcmp(text_of(e, "event_type"), "start") == 0;

	if (e->wrong)
		return;
	report_mode(r, e->time_us, version, mode);
	if (is_start)
		r->starts++;
	else
		r->modes++;
}

/* Of these the number is all that is told. */
static void count(struct report *r, const char *type)
{
	uint64_t *counter = strcmp(type, "unblock") == 0    ? &r->unblocks
			    : strcmp(type, "flood") == 0    ? &r->floods
			    : strcmp(type, "lockstep") == 0 ? &r->locksteps
			    : strcmp(type, "stop") == 0     ? &r->stops
							    : &r->others;

	++*counter;
}

/* Returns the member that is wrong, NULL if none is. */
static const char *take_event(struct report *r, const json_t *object)
{
	static const struct {
		const char *type;
		void (*take)(struct report *r, struct event *e);
	} types[] = {
		{"finding", take_finding},
		{"handshake", take_handshake},
		{"block", take_block},
		{"stats", take_stats},
		{"suppressed", take_suppressed},
		{"start", take_mode},
		{"mode", take_mode},
	};
	struct event e = {.object = object};
	const char *type = text_of(&e, "event_type");
	size_t i = 0;

	if (!*type)
		return "event_type";
	read_time(&e);
	if (e.wrong)
		return e.wrong;
	while (i < ARRAY_SIZE(types) && strcmp(types[i].type, type) != 0)
		i++;
	if (i < ARRAY_SIZE(types))
		types[i].take(r, &e);
	else
		count(r, type);
	if (!e.wrong)
		report_at(r, e.time_us);
	return e.wrong;
}

/* ---- lines ---- */

void report_take_line(struct report *r, const char *line, size_t len)
{
	json_error_t error;
	json_t *object = json_loadb(line, len, 0, &error);
	char why[REPORT_TEXT_BYTES];
	const char *wrong;

	r->lines++;
	if (!object) {
		report_bad_line(r, r->lines, error.text);
	} else if (!json_is_object(object)) {
		report_bad_line(r, r->lines, "not an object");
	} else if ((wrong = take_event(r, object))) {
		snprintf(why, sizeof(why), "no \"%s\", or not one that can be",
			 wrong);
		report_bad_line(r, r->lines, why);
	}
	json_decref(object);
}

static bool is_blank(const char *line, size_t len)
{
	return strspn(line, " \t\r\n") >= len;
}

int report_read_events(struct report *r, FILE *in)
{
	static char line[LINE_BYTES + 1];
	size_t len = 0;
	bool too_long = false;
	int c;

	do {
		c = getc_unlocked(in);
		if (c != EOF && c != '\n') {
			if (len < LINE_BYTES)
				line[len++] = (char)c;
			else
				too_long = true;
			continue;
		}
		line[len] = '\0';
		if (too_long)
			report_bad_line(r, ++r->lines, "longer than 64 KB");
		else if (!is_blank(line, len))
			report_take_line(r, line, len);
		else if (c != EOF)
			r->lines++;
		len = 0;
		too_long = false;
	} while (c != EOF);
	return ferror(in) ? -1 : 0;
}
