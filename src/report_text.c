/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report as a few lines for a terminal. */
#include <inttypes.h>

#include "report_feed.h"

static void write_head(const struct report *r, FILE *out)
{
	char first[REPORT_TIME_BYTES], last[REPORT_TIME_BYTES];
	char span[REPORT_DURATION_BYTES];

	fprintf(out, "%s: %s\n", r->path, r->is_capture ? "capture" : "events");
	if (r->first_us == REPORT_NO_TIME)
		fputs("no time is told\n", out);
	else
		fprintf(out, "%s to %s UTC, %s\n",
			report_time(r->first_us, first),
			report_time(r->last_us, last),
			report_duration(r->last_us - r->first_us, span));
	fputc('\n', out);
	if (r->stats.files)
		fprintf(out,
			"packets      %" PRIu64 ", %" PRIu64 " of TCP, %" PRIu64
			" refused, %" PRIu64 " dropped\n",
			r->stats.packets, r->stats.tcp, r->stats.refused,
			r->stats.dropped);
	fprintf(out,
		"connections  %" PRIu64 "\n"
		"findings     %" PRIu64,
		r->connections, r->findings);
	if (r->stats.files)
		fprintf(out, ", %" PRIu64 " of them unanswered",
			r->stats.unanswered);
	fprintf(out, "\nlisted       %" PRIu64 "\n", r->listings);
	for (unsigned int i = 0; i < r->num_nearest && !r->listings; i++)
		fprintf(out, "not listed   %-39s  %s\n", r->nearest[i].source,
			r->nearest[i].why);
}

static void write_findings(const struct report *r, FILE *out)
{
	fprintf(out, "\n%-20s  %10s  %11s\n", "finding", "packets",
		"connections");
	for (unsigned int f = 0; f < REPORT_FINDINGS; f++)
		if (r->by_packet[f] || r->by_connection[f])
			fprintf(out, "%-20s  %10" PRIu64 "  %11" PRIu64 "\n",
				report_finding_name(f), r->by_packet[f],
				r->by_connection[f]);
}

static void write_outcomes(const struct report *r, FILE *out)
{
	fprintf(out, "\n%-10s  %10s\n", "conn_state", "number");
	for (int i = 0; i < NUM_CONN_STATES; i++)
		if (r->conn_states[i])
			fprintf(out, "%-10s  %10" PRIu64 "  %s\n",
				conn_state_name[i], r->conn_states[i],
				report_conn_state_words((enum conn_state)i));
}

static void write_scans(const struct scan_table *t, FILE *out)
{
	fprintf(out, "\n%-39s  %-17s  %7s  %7s  %9s  %12s\n", "source", "scan",
		"ports", "hosts", "probes", "in");
	for (size_t i = 0; i < t->num_worst; i++) {
		const struct scan_source *s = t->worst[i];
		char text[ADDRESS_TEXT_BYTES], span[REPORT_DURATION_BYTES];

		if (s->first_us == REPORT_NO_TIME)
			snprintf(span, sizeof(span), "-");
		else
			report_duration(s->last_us - s->first_us, span);
		fprintf(out,
			"%-39s  %-17s  %6" PRIu32 "%c  %6" PRIu32
			"%c  %9" PRIu64 "  %12s%s\n",
			address_format(&s->address, text), scan_shape_name(s),
			s->num_ports, s->ports_left_out ? '+' : ' ',
			s->num_hosts, s->hosts_left_out ? '+' : ' ', s->probes,
			span, s->listed ? "  listed" : "");
	}
	if (t->num_scans > t->num_worst)
		fprintf(out, "and %" PRIu64 " more sources\n",
			t->num_scans - t->num_worst);
	if (t->replaced)
		fprintf(out,
			"%" PRIu64 " sources were left out for want of "
			"room\n",
			t->replaced);
}

static void write_listed(const struct report *r, FILE *out)
{
	const struct report_listed *l;

	fprintf(out, "\n%-19s  %-39s  %9s  %s\n", "listed", "source", "for",
		"reason");
	for (size_t i = 0; (l = report_listed_at(r, i)); i++) {
		char when[REPORT_TIME_BYTES], source[PREFIX_TEXT_BYTES];
		char timeout[REPORT_DURATION_BYTES];

		fprintf(out, "%-19s  %-39s  %9s  %s\n",
			report_time(l->time_us, when),
			prefix_format(&l->source, source),
			report_timeout(l->timeout_s, timeout), l->reason);
	}
	if (report_listed_left_out(r))
		fprintf(out, "and %" PRIu64 " earlier ones\n",
			report_listed_left_out(r));
}

void report_write_text(const struct report *r, FILE *out)
{
	write_head(r, out);
	if (r->findings || r->by_connection[FINDING_SYN_SCAN])
		write_findings(r, out);
	if (r->connections)
		write_outcomes(r, out);
	if (r->scans.num_worst)
		write_scans(&r->scans, out);
	if (r->listings)
		write_listed(r, out);
	if (r->bad_lines)
		fprintf(out,
			"\n%" PRIu64
			" lines are no events, the first is line %" PRIu64 "\n",
			r->bad_lines, r->first_bad_line);
}
