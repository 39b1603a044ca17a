/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers of a page for programs: data in a script element, never run. */
#include <jansson.h>
#include <stdlib.h>

#include "report_feed.h"

static void set(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

static void set_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_string(text));
}

static void set_time(json_t *object, const char *key, int64_t time_us)
{
	if (time_us != REPORT_NO_TIME)
		json_object_set_new(object, key, json_integer(time_us));
}

/* Those that are not zero, by name. */
static json_t *counts(const uint64_t *count, unsigned int n,
		      const char *(*name)(unsigned int))
{
	json_t *object = json_object();

	for (unsigned int i = 0; i < n; i++)
		if (count[i])
			set(object, name(i), count[i]);
	return object;
}

static const char *conn_state(unsigned int i)
{
	return conn_state_name[i];
}

static json_t *scan(const struct scan_source *s)
{
	json_t *object = json_object();
	char text[ADDRESS_TEXT_BYTES];

	set_text(object, "src_ip", address_format(&s->address, text));
	set_text(object, "kind", scan_shape_name(s));
	set_text(object, "finding", finding_name[scan_finding(s)]);
	set(object, "ports", s->num_ports);
	set(object, "hosts", s->num_hosts);
	set(object, "probes", s->probes);
	set_time(object, "first_us", s->first_us);
	set_time(object, "last_us", s->last_us);
	json_object_set_new(object, "listed", json_boolean(s->listed));
	json_object_set_new(
		object, "at_least",
		json_boolean(s->ports_left_out || s->hosts_left_out));
	return object;
}

static json_t *listing(const struct report_listed *l)
{
	json_t *object = json_object();
	char text[PREFIX_TEXT_BYTES];

	set_time(object, "time_us", l->time_us);
	set_text(object, "src_ip", prefix_format(&l->source, text));
	set_text(object, "reason", l->reason);
	if (l->grade < NUM_GRADES)
		set_text(object, "grade", grade_name[l->grade]);
	if (l->score >= 0)
		json_object_set_new(object, "score", json_real(l->score));
	set(object, "timeout_s", l->timeout_s);
	set(object, "ports", l->ports);
	set(object, "hosts", l->hosts);
	set_time(object, "first_us", l->first_us);
	set_time(object, "last_us", l->last_us);
	return object;
}

static void set_totals(json_t *all, const struct report *r)
{
	set_time(all, "made_us", r->origin.made_us);
	set_text(all, "host", r->origin.host);
	set_text(all, "version", r->origin.version);
	set_text(all, "mode", r->origin.mode);
	set_text(all, "path", r->path);
	set_text(all, "input", r->is_capture ? "capture" : "events");
	set_time(all, "first_us", r->first_us);
	set_time(all, "last_us", r->last_us);
	if (r->stats.files) {
		set(all, "packets", r->stats.packets);
		set(all, "tcp", r->stats.tcp);
		set(all, "refused", r->stats.refused);
		set(all, "accepted", r->stats.accepted);
		set(all, "dropped", r->stats.dropped);
		set(all, "unanswered", r->stats.unanswered);
	}
	set(all, "flows", r->connections);
	set(all, "findings", r->findings);
	set(all, "blocks", r->listings);
	set(all, "unblocks", r->unblocks);
	set(all, "floods", r->floods);
	set(all, "locksteps", r->locksteps);
	set(all, "modes", r->modes);
	set(all, "starts", r->starts);
	set(all, "stops", r->stops);
	set(all, "suppressed", r->suppressed);
	set(all, "other_events", r->others);
	set(all, "bad_lines", r->bad_lines);
	set(all, "timeless", r->timeless);
	set(all, "scans", r->scans.num_scans);
	set(all, "sources_left_out", r->scans.replaced);
	json_object_set_new(
		all, "findings_by_packet",
		counts(r->by_packet, REPORT_FINDINGS, report_finding_name));
	json_object_set_new(
		all, "findings_by_connection",
		counts(r->by_connection, REPORT_FINDINGS, report_finding_name));
	json_object_set_new(
		all, "conn_states",
		counts(r->conn_states, NUM_CONN_STATES, conn_state));
}

/* "</script>" and "<!--" end here: a '<' is only ever inside a string. */
static void write_for_script(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '<' || *text == '>' || *text == '&')
			fprintf(out, "\\u%04x", *text);
		else
			fputc(*text, out);
	}
}

void report_write_json(const struct report *r, FILE *out)
{
	json_t *all = json_object(), *worst = json_array();
	json_t *listed = json_array();
	const struct report_listed *l;
	char *text;

	set_totals(all, r);
	for (size_t i = 0; i < r->scans.num_worst; i++)
		json_array_append_new(worst, scan(r->scans.worst[i]));
	json_object_set_new(all, "worst", worst);
	for (size_t i = 0; (l = report_listed_at(r, i)); i++)
		json_array_append_new(listed, listing(l));
	json_object_set_new(all, "listed", listed);
	text = json_dumps(all, JSON_COMPACT | JSON_ENSURE_ASCII |
				       JSON_REAL_PRECISION(10));
	write_for_script(text ? text : "{}", out);
	free(text);
	json_decref(all);
}
