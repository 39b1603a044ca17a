/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of a page: findings, with their picture, outcomes, the listed. */
#include "report_feed.h"

/* ---- findings ---- */

static void write_finding_row(const struct report *r, unsigned int f,
			      unsigned int colour, FILE *out)
{
	fprintf(out,
		"<tr><th scope=\"row\"><span class=\"key f%u\"></span>%s</th>"
		"<td>%s</td><td class=\"n\">",
		colour, report_finding_name(f),
		f < NUM_FINDINGS ? grade_name[policy_grade(f)] : "");
	report_put_number(r->by_packet[f], out);
	fputs("</td><td class=\"n\">", out);
	report_put_number(r->by_connection[f], out);
	fputs("</td></tr>\n", out);
}

void report_write_findings(const struct report *r, FILE *out)
{
	struct report_colours colours;

	fputs("<section>\n<h2>Findings over time</h2>\n", out);
	report_colours(r, &colours);
	if (r->timeline.width_us)
		report_write_timeline(r, out);
	fputs("<div class=\"wide\"><table class=\"keyed\" "
	      "id=\"finding-table\">\n<thead><tr>"
	      "<th scope=\"col\">finding</th>"
	      "<th scope=\"col\">grade</th>"
	      "<th scope=\"col\" class=\"n\">packets</th>"
	      "<th scope=\"col\" class=\"n\">connections</th>"
	      "</tr></thead>\n<tbody>\n",
	      out);
	for (unsigned int colour = 0; colour < REPORT_COLOURS; colour++)
		for (unsigned int f = 0; f < REPORT_FINDINGS; f++)
			if (colours.of[f] == colour &&
			    (r->by_packet[f] || r->by_connection[f]))
				write_finding_row(r, f, colour, out);
	fputs("</tbody></table></div>\n<p class=\"note\">The picture shows "
	      "syn-scan and connect-scan once for each connection, when it "
	      "began, and all else once for each packet. A connection that is "
	      "refused has a finding in a packet, too; one that is never "
	      "answered has not.</p>\n</section>\n",
	      out);
}

/* ---- outcomes and listed ---- */

void report_write_outcomes(const struct report *r, FILE *out)
{
	uint64_t most = 1;

	fputs("<section>\n<h2>Handshake outcomes</h2>\n"
	      "<div class=\"wide\"><table id=\"conn-states\">\n<thead><tr>"
	      "<th scope=\"col\">conn_state</th>"
	      "<th scope=\"col\">what became of the connection</th>"
	      "<th scope=\"col\" class=\"n\">number</th>"
	      "<th scope=\"col\" class=\"share\"></th>"
	      "</tr></thead>\n<tbody>\n",
	      out);
	for (int i = 0; i < NUM_CONN_STATES; i++)
		if (r->conn_states[i] > most)
			most = r->conn_states[i];
	for (int i = 0; i < NUM_CONN_STATES; i++) {
		if (r->conn_states[i] == 0)
			continue;
		fprintf(out,
			"<tr><th scope=\"row\">%s</th><td>%s</td>"
			"<td class=\"n\">",
			conn_state_name[i],
			report_conn_state_words((enum conn_state)i));
		report_put_number(r->conn_states[i], out);
		fprintf(out,
			"</td><td class=\"share\"><span style=\"width:%.1f%%\">"
			"</span></td></tr>\n",
			100.0 * (double)r->conn_states[i] / (double)most);
	}
	fputs("</tbody></table></div>\n", out);
	if (!r->is_capture && !r->stats.files)
		fputs("<p class=\"note\">The daemon writes only connections "
		      "that were not completed or had a finding.</p>\n",
		      out);
	fputs("</section>\n", out);
}

static void write_listed_row(const struct report_listed *l, FILE *out)
{
	char text[PREFIX_TEXT_BYTES], timeout[REPORT_DURATION_BYTES];

	fputs("<tr><td class=\"nowrap\">", out);
	report_put_time(l->time_us, out);
	fprintf(out, "</td><th scope=\"row\">%s</th><td class=\"why\">",
		prefix_format(&l->source, text));
	report_put_escaped(l->reason, out);
	fprintf(out, "</td><td data-name=\"grade\">%s</td>",
		l->grade < NUM_GRADES ? grade_name[l->grade] : "-");
	if (l->score >= 0)
		fprintf(out, "<td class=\"n\" data-name=\"score\">%.1f</td>",
			l->score);
	else
		fputs("<td class=\"n\" data-name=\"score\">-</td>", out);
	fputs("<td class=\"n\" data-name=\"for\">", out);
	fputs(report_timeout(l->timeout_s, timeout), out);
	fputs("</td><td class=\"why\">", out);
	if (l->ports || l->hosts) {
		report_put_count(l->ports, false, "port", out);
		fputs(" of ", out);
		report_put_count(l->hosts, false, "host", out);
	}
	if (l->first_us != REPORT_NO_TIME) {
		fputs("<br>seen ", out);
		report_put_time_of_day(l->first_us, l->time_us, out);
		fputs(" to ", out);
		report_put_time_of_day(l->last_us, l->time_us, out);
	}
	fputs("</td></tr>\n", out);
}

/* Why no source is listed. */
static void write_nearest(const struct report *r, FILE *out)
{
	for (unsigned int i = 0; i < r->num_nearest; i++) {
		fputs("<p class=\"note\">", out);
		report_put_escaped(r->nearest[i].source, out);
		fputs(": ", out);
		report_put_escaped(r->nearest[i].why, out);
		fputs("</p>\n", out);
	}
}

void report_write_listed(const struct report *r, FILE *out)
{
	const struct report_listed *l;

	fputs("<section>\n<h2>Listed</h2>\n", out);
	if (r->listings == 0) {
		fputs("<p class=\"note\">Nobody.</p>\n", out);
		write_nearest(r, out);
		fputs("</section>\n", out);
		return;
	}
	fputs("<div class=\"wide\"><table class=\"cards\" "
	      "id=\"listed\">\n<thead><tr>"
	      "<th scope=\"col\">time (UTC)</th><th scope=\"col\">source</th>"
	      "<th scope=\"col\">reason</th><th scope=\"col\">grade</th>"
	      "<th scope=\"col\" class=\"n\">score</th>"
	      "<th scope=\"col\" class=\"n\">for</th>"
	      "<th scope=\"col\">evidence then; seen in all</th>"
	      "</tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; (l = report_listed_at(r, i)); i++)
		write_listed_row(l, out);
	fputs("</tbody></table></div>\n", out);
	if (report_listed_left_out(r)) {
		fputs("<p class=\"note\">These are the latest; ", out);
		report_put_number(report_listed_left_out(r), out);
		fputs(" earlier ones are not shown.</p>\n", out);
	}
	fputs("</section>\n", out);
}
