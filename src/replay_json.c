/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A replay as JSON, an object a line, with the field names of EVE.
 *
 * Of findings and handshakes a capture has many: their lines are put together
 * by hand, which takes a thirtieth of the time, and can be done because
 * nothing in them needs escaping. The others are jansson's.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/policy.h"
#include "replay.h"

#define SECONDS_PER_DAY 86400

/* A line by hand has 600 at most, with every flag and every finding in it. */
#define LINE_BYTES 1024

/* ---- by hand: each of these returns where the text ends ---- */

static inline char *put(char *p, const char *text)
{
	return stpcpy(p, text);
}

/* Numbers of two digits: "00" to "99". */
static inline char *put_pair(char *p, unsigned int n)
{
	p[0] = (char)('0' + n / 10);
	p[1] = (char)('0' + n % 10);
	return p + 2;
}

static inline char *put_port(char *p, unsigned int n)
{
	char *end = p + 1 + (n > 9) + (n > 99) + (n > 999) + (n > 9999);

	for (char *at = end; at > p; n /= 10)
		*--at = (char)('0' + n % 10);
	return end;
}

static char *put_address(char *p, const struct address *a)
{
	return p + strlen(address_format(a, p));
}

/* "2026-11-22T": the same for a whole day of packets. */
static char *put_date(char *p, uint64_t day)
{
	static uint64_t last_day;
	static char last[16] = "1970-01-01T";
	static size_t len = 11;
	time_t seconds = (time_t)(day * SECONDS_PER_DAY);
	struct tm utc;

	if (day != last_day && gmtime_r(&seconds, &utc)) {
		len = strftime(last, sizeof(last), "%Y-%m-%dT", &utc);
		last_day = day;
	}
	memcpy(p, last, len);
	return p + len;
}

/* "2026-11-22T17:47:00.123456+0000", as Suricata writes it. */
static char *put_time(char *p, uint64_t time_ns)
{
	uint64_t seconds = time_ns / NS_PER_S;
	unsigned int of_day = (unsigned int)(seconds % SECONDS_PER_DAY);
	unsigned int us = (unsigned int)(time_ns % NS_PER_S / 1000);

	p = put_date(p, seconds / SECONDS_PER_DAY);
	p = put_pair(p, of_day / 3600);
	*p++ = ':';
	p = put_pair(p, of_day / 60 % 60);
	*p++ = ':';
	p = put_pair(p, of_day % 60);
	*p++ = '.';
	p = put_pair(p, us / 10000);
	p = put_pair(p, us / 100 % 100);
	p = put_pair(p, us % 100);
	return put(p, "+0000");
}

/* "FIN,SYN", in the order of the header's bits. */
static char *put_flags(char *p, unsigned int flags)
{
	static const char *const name[] = {"FIN", "SYN", "RST", "PSH", "ACK",
					   "URG", "ECE", "CWR", "AE"};

	for (; flags; flags &= flags - 1) {
		p = put(p, name[__builtin_ctz(flags)]);
		if (flags & (flags - 1))
			*p++ = ',';
	}
	return p;
}

/* "\"syn-scan\",\"connect-scan\"", in the order of enum finding. */
static char *put_findings(char *p, unsigned int findings)
{
	for (; findings; findings &= findings - 1) {
		*p++ = '"';
		p = put(p, finding_name[__builtin_ctz(findings)]);
		*p++ = '"';
		if (findings & (findings - 1))
			*p++ = ',';
	}
	return p;
}

static char *put_ends(char *p, const struct address *src, uint16_t src_port,
		      const struct address *dst, uint16_t dst_port)
{
	p = put(p, "\",\"src_ip\":\"");
	p = put_address(p, src);
	p = put(p, "\",\"src_port\":");
	p = put_port(p, src_port);
	p = put(p, ",\"dest_ip\":\"");
	p = put_address(p, dst);
	p = put(p, "\",\"dest_port\":");
	p = put_port(p, dst_port);
	return put(p, ",\"proto\":\"TCP\"");
}

/* The last of every line. */
static void write_verdict(char *line, char *p, bool dropped)
{
	p = put(p, ",\"verdict\":\"");
	p = put(p, dropped ? "drop\"}\n" : "accept\"}\n");
	fwrite_unlocked(line, (size_t)(p - line), 1, stdout);
}

static void write_finding(const struct segment *seg, const struct decision *d,
			  uint64_t time_ns)
{
	char line[LINE_BYTES], *p = put(line, "{\"timestamp\":\"");

	p = put_time(p, time_ns);
	p = put(p, "\",\"event_type\":\"finding");
	p = put_ends(p, &seg->src, seg->src_port, &seg->dst, seg->dst_port);
	p = put(p, ",\"finding\":\"");
	p = put(p, finding_name[d->finding]);
	p = put(p, "\",\"grade\":\"");
	p = put(p, grade_name[policy_grade(d->finding)]);
	p = put(p, "\",\"flags\":\"");
	p = put_flags(p, seg->flags);
	*p++ = '"';
	write_verdict(line, p, d->verdict == VERDICT_DROP);
}

static void write_ending(const struct ending *e)
{
	char line[LINE_BYTES], *p = put(line, "{\"timestamp\":\"");
	const char *reason = ending_reason(e);

	p = put_time(p, e->began_ns);
	p = put(p, "\",\"event_type\":\"handshake");
	p = put_ends(p, &e->orig, e->orig_port, &e->resp, e->resp_port);
	p = put(p, ",\"conn_state\":\"");
	p = put(p, conn_state_name[e->conn_state]);
	p = put(p, "\",\"history\":\"");
	p = put(p, e->history);
	p = put(p, "\",\"findings\":[");
	p = put_findings(p, e->findings);
	*p++ = ']';
	if (reason)
		p = put(put(put(p, ",\"reason\":\""), reason), "\"");
	write_verdict(line, p, e->dropped);
}

/* ---- by jansson ---- */

/* Built in memory: jansson writes a file a few bytes at a time. */
static void write_line(json_t *object)
{
	char line[2048];
	size_t len = json_dumpb(object, line, sizeof(line), JSON_COMPACT);

	if (len < sizeof(line)) {
		line[len] = '\n';
		fwrite(line, len + 1, 1, stdout);
	} else {
		json_dumpf(object, stdout, JSON_COMPACT);
		putchar('\n');
	}
	json_decref(object);
}

static json_t *new_event(const char *type, uint64_t time_ns)
{
	char time_text[48];

	put_time(time_text, time_ns);
	return json_pack("{s:s, s:s}", "timestamp", time_text, "event_type",
			 type);
}

static void set(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

static void write_listed(const struct notice *n, uint64_t time_ns)
{
	json_t *event = new_event("block", time_ns);
	const struct offender *o = &n->offender;
	char text[PREFIX_TEXT_BYTES];

	json_object_set_new(event, "src_ip",
			    json_string(prefix_format(&o->source, text)));
	json_object_set_new(event, "reason", json_string(n->text));
	json_object_set_new(event, "grade", json_string(grade_name[o->grade]));
	json_object_set_new(event, "score", json_real(o->score / 1000.0));
	set(event, "timeout_s", n->timeout_s);
	json_object_set_new(event, "evidence",
			    json_pack("{s:s, s:i, s:i}", "finding",
				      finding_name[o->finding], "ports",
				      (int)o->ports, "hosts", (int)o->hosts));
	write_line(event);
}

static void write_stats(const char *path, const struct replay_totals *t)
{
	json_t *event = new_event("stats", t->last_ns);

	json_object_set_new(event, "file", json_string(path));
	set(event, "packets", t->packets);
	set(event, "tcp", t->tcp);
	set(event, "refused", t->refused);
	set(event, "flows", t->flows);
	set(event, "accepted", t->accepted);
	set(event, "dropped", t->dropped);
	set(event, "findings", t->findings);
	set(event, "blocks", t->blocks);
	write_line(event);
}

const struct replay_writer replay_json = {
	.finding = write_finding,
	.ending = write_ending,
	.listed = write_listed,
	.end = write_stats,
};
