/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A replay as JSON, an object a line, with the field names of EVE. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <time.h>

#include "core/policy.h"
#include "replay.h"

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

/* "2026-11-22T17:47:00.123456+0000", as Suricata writes it. */
static const char *format_time(uint64_t time_ns, char text[static 48])
{
	time_t seconds = (time_t)(time_ns / NS_PER_S);
	struct tm utc;
	size_t len;

	if (!gmtime_r(&seconds, &utc))
		return "";
	len = strftime(text, 48, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text + len, 48 - len, ".%06u+0000",
		 (unsigned int)(time_ns % NS_PER_S / 1000));
	return text;
}

static json_t *new_event(const char *type, uint64_t time_ns)
{
	char time_text[48];

	return json_pack("{s:s, s:s}", "timestamp",
			 format_time(time_ns, time_text), "event_type", type);
}

static void add_ends(json_t *event, const struct address *src,
		     uint16_t src_port, const struct address *dst,
		     uint16_t dst_port)
{
	char src_text[ADDRESS_TEXT_BYTES], dst_text[ADDRESS_TEXT_BYTES];
	json_t *ends = json_pack("{s:s, s:i, s:s, s:i, s:s}", "src_ip",
				 address_format(src, src_text), "src_port",
				 (int)src_port, "dest_ip",
				 address_format(dst, dst_text), "dest_port",
				 (int)dst_port, "proto", "TCP");

	json_object_update(event, ends);
	json_decref(ends);
}

static void set(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

/* "FIN,SYN", in the order of the header's bits. */
static const char *format_flags(uint16_t flags, char text[static 48])
{
	static const char *const name[] = {"FIN", "SYN", "RST", "PSH", "ACK",
					   "URG", "ECE", "CWR", "AE"};
	char *p = text;

	*p = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(name); i++)
		if (flags & 1u << i)
			p += sprintf(p, "%s%s", p == text ? "" : ",", name[i]);
	return text;
}

static void write_finding(const struct segment *seg, const struct decision *d,
			  uint64_t time_ns)
{
	json_t *event = new_event("finding", time_ns);
	char flags[48];

	add_ends(event, &seg->src, seg->src_port, &seg->dst, seg->dst_port);
	json_object_set_new(event, "finding",
			    json_string(finding_name[d->finding]));
	json_object_set_new(event, "grade",
			    json_string(grade_name[policy_grade(d->finding)]));
	json_object_set_new(event, "flags",
			    json_string(format_flags(seg->flags, flags)));
	json_object_set_new(
		event, "verdict",
		json_string(d->verdict == VERDICT_DROP ? "drop" : "accept"));
	write_line(event);
}

static json_t *findings_of(const struct ending *e)
{
	json_t *list = json_array();

	for (int f = FINDING_NONE + 1; f < NUM_FINDINGS; f++)
		if (e->findings & 1u << f)
			json_array_append_new(list,
					      json_string(finding_name[f]));
	return list;
}

static void write_ending(const struct ending *e)
{
	json_t *event = new_event("handshake", e->began_ns);

	add_ends(event, &e->orig, e->orig_port, &e->resp, e->resp_port);
	json_object_set_new(event, "conn_state",
			    json_string(conn_state_name[e->conn_state]));
	json_object_set_new(event, "history", json_string(e->history));
	json_object_set_new(event, "findings", findings_of(e));
	json_object_set_new(event, "verdict",
			    json_string(e->dropped ? "drop" : "accept"));
	write_line(event);
}

static void write_listed(const struct notice *n, uint64_t time_ns)
{
	json_t *event = new_event("block", time_ns);
	char text[ADDRESS_TEXT_BYTES];

	json_object_set_new(event, "src_ip",
			    json_string(address_format(&n->address, text)));
	json_object_set_new(event, "reason", json_string(n->text));
	json_object_set_new(event, "grade",
			    json_string(grade_name[policy_grade(n->finding)]));
	json_object_set_new(event, "score", json_integer(n->score));
	set(event, "timeout_s", n->timeout_s);
	json_object_set_new(event, "evidence",
			    json_pack("{s:s, s:i, s:i}", "finding",
				      finding_name[n->finding], "ports",
				      (int)n->ports, "hosts", (int)n->hosts));
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
