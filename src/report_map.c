/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The map of a scan as SVG: its ports against its hosts, and against time, side
 * by side with one axis of ports. A column on the left is a vertical scan, a
 * row a horizontal one. A strip below shows how much of all the time it took.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report_feed.h"
#include "report_ticks.h"

/* In the units of the picture. */
#define WIDTH      460
#define HEIGHT     236
#define TOP        24
#define BOTTOM     176
#define HOSTS_LEFT 50
#define HOSTS_SIZE 150
#define TIME_LEFT  222
#define TIME_SIZE  228
#define STRIP_TOP  210

/* Up to so many ports each has a row of its own. */
#define ROWS 10

/* Marks are put on a grid, so that a page stays small. */
#define GRID    2
#define COLUMNS (TIME_SIZE / GRID + 1)
#define LINES   ((BOTTOM - TOP) / GRID + 1)

struct map {
	const struct report *report;
	const struct scan_source *source;
	struct report_colours colours;
	uint16_t rank[SCAN_HOSTS + 1]; /* of each host, by address */
	uint16_t row[ROWS];            /* ports, ascending */
	unsigned int num_rows;         /* 0: more ports than rows */
	int mark;                      /* its size */
	FILE *out;
};

/* ---- axes ---- */

static const struct address *sorted_hosts;

static int compare_hosts(const void *a, const void *b)
{
	const struct address *x = &sorted_hosts[*(const uint16_t *)a];
	const struct address *y = &sorted_hosts[*(const uint16_t *)b];

	return memcmp(x->byte, y->byte, sizeof(x->byte));
}

static void rank_hosts(struct map *m)
{
	uint16_t order[SCAN_HOSTS] = {0};

	for (uint32_t i = 0; i < m->source->num_hosts; i++)
		order[i] = (uint16_t)i;
	sorted_hosts = m->source->hosts;
	qsort(order, m->source->num_hosts, sizeof(*order), compare_hosts);
	for (uint32_t i = 0; i < m->source->num_hosts; i++)
		m->rank[order[i]] = (uint16_t)i;
	m->rank[SCAN_HOSTS] = (uint16_t)(m->source->num_hosts - 1);
}

/* Is there a row for that port, or room for one more? */
static bool add_row(struct map *m, uint16_t port)
{
	unsigned int at = m->num_rows;

	for (unsigned int i = 0; i < m->num_rows; i++)
		if (m->row[i] == port)
			return true;
	if (at == ROWS)
		return false;
	for (; at > 0 && m->row[at - 1] > port; at--)
		m->row[at] = m->row[at - 1];
	m->row[at] = port;
	m->num_rows++;
	return true;
}

static void find_rows(struct map *m)
{
	for (uint32_t i = 0; i < m->source->num_points; i++) {
		if (!add_row(m, m->source->points[i].port)) {
			m->num_rows = 0;
			return;
		}
	}
}

static double y_of_port(const struct map *m, uint16_t port)
{
	double part;

	if (m->num_rows) {
		unsigned int i = 0;

		while (i + 1 < m->num_rows && m->row[i] != port)
			i++;
		part = (i + 0.5) / m->num_rows;
	} else {
		part = log(1.0 + port) / log(65536);
	}
	return BOTTOM - part * (BOTTOM - TOP);
}

static double x_of_host(const struct map *m, uint16_t host)
{
	return (m->rank[host] + 0.5) / m->source->num_hosts * HOSTS_SIZE;
}

/* A scan of one moment has it in the middle. */
static double x_of_time(const struct map *m, int64_t time_us)
{
	const struct scan_source *s = m->source;

	if (s->last_us == s->first_us)
		return TIME_SIZE / 2.0;
	return (double)(time_us - s->first_us) /
	       (double)(s->last_us - s->first_us) * TIME_SIZE;
}

/* ---- panels ---- */

/* All marks of a colour are one path. */
static void write_marks(const struct map *m, int colour, bool by_time)
{
	static uint8_t is_set[LINES][COLUMNS];
	const struct scan_source *s = m->source;
	bool is_open = false;

	memset(is_set, 0, sizeof(is_set));
	for (uint32_t i = 0; i < s->num_points; i++) {
		const struct scan_point *p = &s->points[i];
		int x, y;

		if (m->colours.of[p->finding] != colour ||
		    (by_time && p->time_us == REPORT_NO_TIME))
			continue;
		x = (int)((by_time ? x_of_time(m, p->time_us)
				   : x_of_host(m, p->host)) /
			  GRID);
		y = (int)((y_of_port(m, p->port) - TOP) / GRID);
		if (is_set[y][x]++ > 0)
			is_set[y][x] = 1;
		else
			fprintf(m->out, "%sM%d %dh%dv%dh-%dz",
				is_open ? "" : "<path d=\"",
				(by_time ? TIME_LEFT : HOSTS_LEFT) + x * GRID -
					m->mark / 2,
				TOP + y * GRID - m->mark / 2, m->mark, m->mark,
				m->mark);
		is_open = true;
	}
	if (is_open)
		fprintf(m->out, "\" class=\"f%d\"/>\n", colour);
}

static void write_panel(const struct map *m, int left, int size)
{
	fprintf(m->out,
		"<rect class=\"panel\" x=\"%d\" y=\"%d\" width=\"%d\""
		" height=\"%d\"/>\n",
		left - 4, TOP - 4, size + 8, BOTTOM - TOP + 8);
}

static void write_all_marks(const struct map *m, bool by_time)
{
	for (int colour = REPORT_COLOURS - 1; colour >= 0; colour--)
		write_marks(m, colour, by_time);
}

static void write_port(const struct map *m, uint16_t port)
{
	double y = y_of_port(m, port);

	fprintf(m->out,
		"<path class=\"grid\" d=\"M%d %.1fh%dM%d %.1fh%d\"/>"
		"<text class=\"end\" x=\"%d\" y=\"%.1f\">%u</text>\n",
		HOSTS_LEFT - 4, y, HOSTS_SIZE + 8, TIME_LEFT - 4, y,
		TIME_SIZE + 8, HOSTS_LEFT - 8, y + 4, port);
}

static void write_ports(const struct map *m)
{
	static const uint16_t usual[] = {1, 10, 100, 1000, 10000, 65535};

	for (unsigned int i = 0; i < m->num_rows; i++)
		write_port(m, m->row[i]);
	for (size_t i = 0; m->num_rows == 0 && i < ARRAY_SIZE(usual); i++)
		write_port(m, usual[i]);
	fprintf(m->out, "<text class=\"end\" x=\"%d\" y=\"%d\">port</text>\n",
		HOSTS_LEFT - 8, TOP - 11);
}

/* Where there is one host its address has room; else the first and number. */
static void write_hosts(const struct map *m)
{
	const struct scan_source *s = m->source;
	char text[ADDRESS_TEXT_BYTES];

	if (s->num_hosts == 1)
		snprintf(text, sizeof(text), "%s",
			 address_format(&s->hosts[0],
					(char[ADDRESS_TEXT_BYTES]){0}));
	else
		snprintf(text, sizeof(text), "%" PRIu32 "%s hosts",
			 s->num_hosts, s->hosts_left_out ? "+" : "");
	fprintf(m->out,
		"<text class=\"middle\" x=\"%d\" y=\"%d\"%s>%s</text>\n",
		HOSTS_LEFT + HOSTS_SIZE / 2, BOTTOM + 20,
		strlen(text) > 16 ? " textLength=\"150\""
				    " lengthAdjust=\"spacingAndGlyphs\""
				  : "",
		text);
}

/*
 * Lines behind the marks, and the texts below them that have room; letters are
 * larger on a narrow page, and have less.
 */
static void write_ticks(const struct map *m)
{
	const struct scan_source *s = m->source;
	struct report_tick ticks[REPORT_TICKS];
	struct report_room wide = {TIME_SIZE, 12, 7.4, -TIME_SIZE};
	struct report_room narrow = {TIME_SIZE, 20, 9.2, -TIME_SIZE};
	unsigned int num = report_ticks(s->first_us, s->last_us, 4, ticks);

	for (unsigned int i = 0; i < num; i++) {
		double x = TIME_LEFT + ticks[i].at * TIME_SIZE;
		size_t len = strlen(ticks[i].label);

		fprintf(m->out, "<path class=\"grid\" d=\"M%.1f %dV%d\"/>", x,
			TOP - 4, BOTTOM + 4);
		if (!report_room_take(&wide, ticks[i].at, len))
			continue;
		fprintf(m->out,
			"<text class=\"middle%s\" x=\"%.1f\" y=\"%d\">%s"
			"</text>",
			report_room_take(&narrow, ticks[i].at, len) ? ""
								    : " roomy",
			x, BOTTOM + 20, ticks[i].label);
	}
	fputc('\n', m->out);
}

/* When it began and how long it took, above; round times, below. */
static void write_time(const struct map *m)
{
	const struct scan_source *s = m->source;
	char text[REPORT_TIME_BYTES], span[REPORT_DURATION_BYTES];

	if (s->first_us == REPORT_NO_TIME) {
		fprintf(m->out,
			"<text class=\"middle\" x=\"%d\" y=\"%d\">no time is"
			" told</text>\n",
			TIME_LEFT + TIME_SIZE / 2, BOTTOM + 20);
		return;
	}
	fprintf(m->out,
		"<text class=\"end\" x=\"%d\" y=\"%d\">%s + %s</text>\n",
		TIME_LEFT + TIME_SIZE + 4, TOP - 11,
		report_time(s->first_us, text),
		report_duration(s->last_us - s->first_us, span));
	write_ticks(m);
}

/* How much of the time of the report it took: a slow scan fills the strip. */
static void write_strip(const struct map *m)
{
	const struct report *r = m->report;
	const struct scan_source *s = m->source;
	int width = TIME_LEFT + TIME_SIZE - HOSTS_LEFT;
	double all = (double)(r->last_us - r->first_us), begin, len;

	if (s->first_us == REPORT_NO_TIME || r->last_us == r->first_us)
		return;
	begin = (double)(s->first_us - r->first_us) / all * width;
	len = (double)(s->last_us - s->first_us) / all * width;
	if (len < 3)
		len = 3;
	if (begin > width - len)
		begin = width - len;
	fprintf(m->out,
		"<rect class=\"panel\" x=\"%d\" y=\"%d\" width=\"%d\""
		" height=\"8\"/><rect class=\"span\" x=\"%.1f\" y=\"%d\""
		" width=\"%.1f\" height=\"8\"/>"
		"<text class=\"end\" x=\"%d\" y=\"%d\">when</text>\n",
		HOSTS_LEFT, STRIP_TOP, width, HOSTS_LEFT + begin, STRIP_TOP,
		len, HOSTS_LEFT - 8, STRIP_TOP + 8);
}

void report_write_map(const struct report *r, const struct scan_source *s,
		      size_t number, FILE *out)
{
	struct map m = {.report = r, .source = s, .out = out};

	if (s->num_points == 0 || s->num_hosts == 0)
		return;
	m.mark = s->num_points < 100 ? 6 : 3;
	report_colours(r, &m.colours);
	rank_hosts(&m);
	find_rows(&m);
	fprintf(out,
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby="
		"\"scan%zu\">\n",
		WIDTH, HEIGHT, number);
	write_panel(&m, HOSTS_LEFT, HOSTS_SIZE);
	write_panel(&m, TIME_LEFT, TIME_SIZE);
	write_ports(&m);
	write_time(&m);
	write_all_marks(&m, false);
	write_all_marks(&m, true);
	write_hosts(&m);
	write_strip(&m);
	fputs("</svg>\n", out);
}
