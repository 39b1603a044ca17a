/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report as one page: nothing is fetched and nothing runs, and the page
 * itself forbids both. What came from elsewhere is escaped where it is written.
 */
#include <inttypes.h>
#include <string.h>

#include "report_feed.h"

/* ---- head ---- */

static void write_document_head(const struct report *r, FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\""
	      "default-src 'none'; style-src 'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,"
	      " initial-scale=1\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n"
	      "<title>Handshake report: ",
	      out);
	report_put_escaped(r->path, out);
	fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n",
		report_style);
}

static void write_tile(const char *name, const char *id, uint64_t n, bool hot,
		       FILE *out)
{
	fprintf(out, "<div%s><dt>%s</dt><dd id=\"%s\">",
		hot && n ? " class=\"hot\"" : "", name, id);
	report_put_number(n, out);
	fputs("</dd></div>\n", out);
}

static void write_tiles(const struct report *r, FILE *out)
{
	fputs("<dl class=\"tiles\">\n", out);
	if (r->stats.files) {
		write_tile("packets", "packets", r->stats.packets, false, out);
		write_tile("dropped", "dropped", r->stats.dropped, false, out);
	}
	write_tile("connections", "flows", r->connections, false, out);
	write_tile("findings", "findings", r->findings, false, out);
	write_tile("probing sources", "scans", r->scans.num_scans, false, out);
	write_tile("listed", "blocks", r->listings, true, out);
	fputs("</dl>\n", out);
}

/* What the reader has to know before he believes the rest. */
static void write_warnings(const struct report *r, FILE *out)
{
	if (r->bad_lines) {
		fputs("<p class=\"warn\" role=\"note\">", out);
		report_put_count(r->bad_lines, false, "line", out);
		fprintf(out,
			" could not be read as events and "
			"are left out. The first is line %" PRIu64 ": ",
			r->first_bad_line);
		report_put_escaped(r->first_bad, out);
		fputs(".</p>\n", out);
	} else if (r->is_partial) {
		fputs("<p class=\"warn\" role=\"note\">The file could not be "
		      "read to its end. This is what was readable.</p>\n",
		      out);
	}
	if (r->suppressed) {
		fputs("<p class=\"warn\" role=\"note\">The daemon left out ",
		      out);
		report_put_count(r->suppressed, false, "event", out);
		fputs(", too many in a second: there was more than is shown "
		      "here.</p>\n",
		      out);
	}
}

static void write_other_events(const struct report *r, FILE *out)
{
	const struct {
		uint64_t number;
		const char *name;
	} kinds[] = {
		{r->unblocks, "unblocked"},     {r->floods, "floods"},
		{r->locksteps, "in lock-step"}, {r->modes, "changes of mode"},
		{r->starts, "starts"},          {r->stops, "stops"},
		{r->others, "of other kinds"},  {r->timeless, "without a time"},
	};
	const char *before = "<p class=\"note\">Other events: ";

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].number == 0)
			continue;
		fputs(before, out);
		report_put_number(kinds[i].number, out);
		fprintf(out, " %s", kinds[i].name);
		before = ", ";
	}
	if (*before == ',')
		fputs(".</p>\n", out);
}

/* One line of the head: what it is, and what the page's maker knows of it. */
static void write_fact(const char *name, const char *id, const char *text,
		       FILE *out)
{
	fprintf(out, "<div><dt>%s</dt><dd id=\"%s\">", name, id);
	report_put_escaped(*text ? text : "not known", out);
	fputs("</dd></div>\n", out);
}

/* A time does not break at its hyphens. */
static void write_span(const struct report *r, FILE *out)
{
	fputs("<div><dt>time of the data</dt><dd id=\"data\">", out);
	if (r->first_us == REPORT_NO_TIME) {
		fputs("not known</dd></div>\n", out);
		return;
	}
	fputs("<span class=\"nowrap\">", out);
	report_put_time(r->first_us, out);
	fputs("</span> to <span class=\"nowrap\">", out);
	report_put_time(r->last_us, out);
	fputs(" UTC</span> <span class=\"nowrap\">(", out);
	report_put_duration(r->last_us - r->first_us, out);
	fputs(")</span></dd></div>\n", out);
}

static void write_facts(const struct report *r, FILE *out)
{
	char made[REPORT_TIME_BYTES + 4];

	report_time(r->origin.made_us, made);
	strcat(made, " UTC");
	fputs("<dl class=\"facts\">\n", out);
	write_fact("made", "made", made, out);
	write_fact("host", "host", r->origin.host, out);
	write_fact("handshaked", "version", r->origin.version, out);
	write_fact("mode", "mode", r->origin.mode, out);
	write_span(r, out);
	fputs("</dl>\n", out);
}

static void write_head(const struct report *r, FILE *out)
{
	fputs("<header>\n<h1>Handshake report</h1>\n<p class=\"path\">", out);
	report_put_escaped(r->path, out);
	fputs(r->is_capture ? ", a capture</p>\n" : ", events</p>\n", out);
	write_facts(r, out);
	write_warnings(r, out);
	write_tiles(r, out);
	write_other_events(r, out);
	fputs("</header>\n<main>\n", out);
}

/* ---- scans ---- */

/* "syn-scan, xmas-scan: " */
static void write_kinds(const struct scan_source *s, FILE *out)
{
	const char *before = "";

	for (unsigned int f = 0; f < NUM_FINDINGS; f++) {
		if (s->finding[f] == 0)
			continue;
		fprintf(out, "%s%s", before, finding_name[f]);
		before = ", ";
	}
	fputs(": ", out);
}

static void write_scan(const struct report *r, size_t i, FILE *out)
{
	const struct scan_source *s = r->scans.worst[i];
	char text[ADDRESS_TEXT_BYTES];

	fprintf(out,
		"<figure><figcaption id=\"scan%zu\"><h3>%s<span "
		"class=\"badge\">%s</span>%s</h3>\n<p>",
		i, address_format(&s->address, text), scan_shape_name(s),
		s->listed ? "<span class=\"badge hot\">listed</span>" : "");
	write_kinds(s, out);
	report_put_count(s->num_ports, s->ports_left_out, "port", out);
	fputs(" of ", out);
	report_put_count(s->num_hosts, s->hosts_left_out, "host", out);
	fputs(", ", out);
	report_put_count(s->probes, false, "probe", out);
	if (s->first_us != REPORT_NO_TIME) {
		fputs(" in ", out);
		report_put_duration(s->last_us - s->first_us, out);
	}
	if (s->num_points < s->probes) {
		fputs("; drawn are ", out);
		report_put_number(s->num_points, out);
	}
	fputs("</p></figcaption>\n", out);
	report_write_map(r, s, i, out);
	fputs("</figure>\n", out);
}

static void write_scans(const struct report *r, FILE *out)
{
	const struct scan_table *t = &r->scans;

	fputs("<section>\n<h2>Scans</h2>\n", out);
	if (t->num_worst == 0) {
		fputs("<p class=\"note\">No source probed three times or "
		      "more.</p>\n</section>\n",
		      out);
		return;
	}
	fputs("<p class=\"note\">Left: ports against hosts. A column is one "
	      "host and many ports (vertical), a row is one port and many "
	      "hosts (horizontal), an area is both (block). Right: the same "
	      "ports against time. The strip shows how much of the whole time "
	      "it took; slow is 5 s or more from probe to probe. Colours as "
	      "above.</p>\n"
	      "<div class=\"scans\">\n",
	      out);
	for (size_t i = 0; i < t->num_worst; i++)
		write_scan(r, i, out);
	fputs("</div>\n", out);
	if (t->num_scans > t->num_worst) {
		fputs("<p class=\"note\">Shown are the listed first, then "
		      "those with the most probes; ",
		      out);
		report_put_count(t->num_scans - t->num_worst, false,
				 "other source", out);
		fputs(" with three probes or more, or listed, are not drawn."
		      "</p>\n",
		      out);
	}
	if (t->replaced) {
		fputs("<p class=\"note\">There were too many sources to tell "
		      "all apart: ",
		      out);
		report_put_count(t->replaced, false, "source", out);
		fputs(" with the fewest probes gave way to others.</p>\n", out);
	}
	fputs("</section>\n", out);
}

void report_write_html(const struct report *r, FILE *out)
{
	write_document_head(r, out);
	write_head(r, out);
	report_write_findings(r, out);
	write_scans(r, out);
	report_write_outcomes(r, out);
	report_write_listed(r, out);
	fputs("</main>\n<footer>Written by handshakectl report. This page "
	      "fetches nothing and runs nothing.</footer>\n"
	      "<script type=\"application/json\" id=\"handshaked-report\">",
	      out);
	report_write_json(r, out);
	fputs("</script>\n</body>\n</html>\n", out);
}
