/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture into the model of a report: what `replay` would write as events is
 * told to the model instead, with times cut to the microseconds that an event
 * has, so that both ways make the same report.
 */
#include <unistd.h>

#include "report_feed.h"

/* A writer has no argument of its own. */
static struct report *report;

static int64_t us_of(uint64_t time_ns)
{
	return (int64_t)(time_ns / 1000);
}

static void take_finding(const struct sighting *s)
{
	const struct scan_probe probe = {
		.source = s->src,
		.host = s->dst,
		.port = s->dst_port,
		.finding = s->finding,
	};

	report_finding(report, us_of(s->time_ns), &probe);
	report_at(report, us_of(s->time_ns));
}

static void take_ending(const struct ending *e)
{
	const struct scan_probe probe = {
		.source = e->orig,
		.host = e->resp,
		.port = e->resp_port,
	};

	report_connection(report, us_of(e->began_ns), e->conn_state,
			  e->findings, &probe);
	report_at(report, us_of(e->began_ns));
}

static void take_listed(const struct notice *n, uint64_t time_ns)
{
	const struct offender *o = &n->offender;
	struct report_listed l = {
		.time_us = us_of(time_ns),
		.source = o->source,
		.finding = o->finding,
		.grade = o->grade,
		.score = o->score / 1000.0,
		.timeout_s = n->timeout_s,
		.ports = o->ports,
		.hosts = o->hosts,
	};

	report_clean(l.reason, sizeof(l.reason), n->text);
	report_listing(report, &l);
	report_at(report, l.time_us);
}

static void take_unlisted(const struct notice *n, uint64_t time_ns)
{
	(void)n;
	report->unblocks++;
	report_at(report, us_of(time_ns));
}

static void take_totals(const char *path, const struct replay_totals *t)
{
	const struct report_stats stats = {
		.packets = t->packets,
		.tcp = t->tcp,
		.refused = t->refused,
		.accepted = t->accepted,
		.dropped = t->dropped,
		.findings = t->findings,
		.unanswered = t->unanswered,
	};
	char text[PREFIX_TEXT_BYTES];

	(void)path;
	report_stats_add(report, &stats);
	for (unsigned int i = 0; i < t->num_nearest; i++)
		report_nearest_add(report,
				   prefix_format(&t->nearest[i].source, text),
				   t->nearest[i].why);
	report_at(report, us_of(t->last_ns));
}

int report_read_capture(struct report *r, const char *path,
			const struct replay_options *options)
{
	static const struct replay_writer writer = {
		.finding = take_finding,
		.ending = take_ending,
		.listed = take_listed,
		.unlisted = take_unlisted,
		.end = take_totals,
	};
	char *paths[] = {(char *)path};

	report = r;
	r->is_capture = true;
	return replay_captures(paths, 1, options, &writer) ? -1 : 0;
}
