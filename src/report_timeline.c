/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline of a report as SVG: a bar for a piece of time, in colours. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report_feed.h"
#include "report_ticks.h"

/*
 * In pixels from top to bottom, in percent of the width from left to right: the
 * bars stretch with the page, the texts keep their size.
 */
#define HEIGHT 252
#define TOP    26
#define BOTTOM (HEIGHT - 46)

/* Beyond this ratio of the highest to the lowest bar, small ones vanish. */
#define LINEAR_RATIO 40

/* Widths of the bars in pixels: on a telephone, and where a page is wide. */
#define NARROW 230
#define WIDE   490

/* Of a letter, a little more than it takes, and of the room beside the bars. */
#define LETTER 7
#define MARGIN 26

struct picture {
	const struct report *report;
	const struct report_timeline *timeline;
	struct report_colours colours;
	unsigned int first, num; /* bars that are drawn */
	uint64_t highest;
	bool is_log;
	FILE *out;
};

static uint64_t total(const struct report_bin *b)
{
	uint64_t sum = 0;

	for (int i = 0; i < REPORT_FINDINGS; i++)
		sum += b->finding[i];
	return sum;
}

static void find_scale(struct picture *p)
{
	uint64_t lowest = UINT64_MAX;
	unsigned int last = 0;

	p->first = REPORT_BINS;
	for (unsigned int i = 0; i < REPORT_BINS; i++) {
		uint64_t n = total(&p->timeline->bin[i]);

		if (n == 0 && p->timeline->bin[i].listed == 0)
			continue;
		if (p->first == REPORT_BINS)
			p->first = i;
		last = i;
		if (n > p->highest)
			p->highest = n;
		if (n && n < lowest)
			lowest = n;
	}
	p->num = last - p->first + 1;
	if (p->num < 8) { /* a lone bar is to look like one */
		p->first = p->first < 4 ? 0 : p->first - 4;
		p->num = 8 + 4;
	}
	if (p->first + p->num > REPORT_BINS)
		p->num = REPORT_BINS - p->first;
	p->is_log = p->highest > LINEAR_RATIO * lowest;
}

/* Of a bar, from the bottom. With a log scale 1 has a height, too. */
static double height(const struct picture *p, double n)
{
	double part = p->is_log ? log10(1 + n) / log10(1 + (double)p->highest)
				: n / (double)p->highest;

	return n > 0 ? part * (BOTTOM - TOP) : 0;
}

/* Where a bar begins, in percent. */
static double left_of(const struct picture *p, unsigned int bar)
{
	return 100.0 * bar / p->num;
}

static void write_tick(const struct picture *p, uint64_t n)
{
	double y = BOTTOM - height(p, (double)n);
	char text[REPORT_NUMBER_BYTES];

	fprintf(p->out,
		"<line class=\"grid\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>"
		"<text class=\"end\" x=\"-8\" y=\"%.1f\">%s</text>\n",
		y, y, y + 4, report_number(n, text));
}

/* 1, 10, 100, ...; or a few round numbers. */
static void write_scale(const struct picture *p)
{
	uint64_t step = 1;

	if (p->is_log) {
		for (uint64_t n = 1; n <= p->highest; n *= 10)
			write_tick(p, n);
		return;
	}
	/* 1, 2, 5, 10, 20, ... */
	for (int i = 0; p->highest / step > 5; i++)
		step = i % 3 == 1 ? step / 2 * 5 : step * 2;
	for (uint64_t n = step; n <= p->highest; n += step)
		write_tick(p, n);
}

/* Text that only a wide page has room for is of the class "roomy". */
static void write_label(const struct picture *p, const struct report_tick *tick,
			struct report_room *narrow)
{
	bool is_roomy =
		!report_room_take(narrow, tick->at, strlen(tick->label));

	fprintf(p->out,
		"<line class=\"axis\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\""
		" y2=\"%d\"/><text class=\"middle%s\" x=\"%.2f%%\" y=\"%d\">"
		"%s</text>\n",
		100 * tick->at, 100 * tick->at, BOTTOM, BOTTOM + 5,
		is_roomy ? " roomy" : "", 100 * tick->at, BOTTOM + 19,
		tick->label);
}

/* From where to where a date is, of a width of 1, if the bars have `width`. */
static bool date_fits(const struct report_tick *tick, bool ends_there,
		      double width, double *next)
{
	double length = (double)strlen(tick->context) * LETTER / width;
	double begin = ends_there ? tick->at - length : tick->at;

	if (begin < -MARGIN / width || begin + length > *next)
		return false;
	*next = begin;
	return true;
}

/*
 * A date begins at its tick, or ends there where the page might end before it.
 * From the right: of two dates that touch the first is left out.
 */
static void write_dates(const struct picture *p,
			const struct report_tick *ticks, unsigned int num)
{
	double next_narrow = 1 + (double)MARGIN / NARROW, next_wide = 2;

	while (num-- > 0) {
		const struct report_tick *tick = &ticks[num];
		double length = (double)strlen(tick->context) * LETTER;
		bool ends_there = tick->at * NARROW + length > NARROW + MARGIN;

		if (!*tick->context ||
		    !date_fits(tick, ends_there, WIDE, &next_wide))
			continue;
		fprintf(p->out,
			"<text class=\"%s%s\" x=\"%.2f%%\" y=\"%d\">%s"
			"</text>\n",
			ends_there ? "end" : "start",
			date_fits(tick, ends_there, NARROW, &next_narrow)
				? ""
				: " roomy",
			100 * tick->at, BOTTOM + 35, tick->context);
	}
}

static void write_times(const struct picture *p)
{
	const struct report_timeline *t = p->timeline;
	struct report_tick ticks[REPORT_TICKS];
	struct report_room narrow = {NARROW, MARGIN, LETTER, -NARROW};
	int64_t begin = t->origin_us + p->first * t->width_us;
	unsigned int num = report_ticks(begin, begin + p->num * t->width_us,
					REPORT_TICKS, ticks);

	for (unsigned int i = 0; i < num; i++)
		write_label(p, &ticks[i], &narrow);
	write_dates(p, ticks, num);
}

/* What a pointer that rests on a bar is told. */
static void write_title(const struct picture *p, const struct report_bin *b,
			int64_t time_us)
{
	char text[REPORT_TIME_BYTES];

	fprintf(p->out, "<title>%s", report_time(time_us, text));
	for (unsigned int f = 0; f < REPORT_FINDINGS; f++)
		if (b->finding[f])
			fprintf(p->out, "&#10;%s: %" PRIu32,
				report_finding_name(f), b->finding[f]);
	if (b->listed)
		fprintf(p->out, "&#10;listed: %" PRIu32, b->listed);
	fputs("</title>", p->out);
}

static void write_bar(const struct picture *p, unsigned int i)
{
	const struct report_bin *b = &p->timeline->bin[p->first + i];
	uint64_t sum = total(b), of_colour[REPORT_COLOURS] = {0};
	double x = left_of(p, i), y = BOTTOM;
	double width = left_of(p, i + 1) - x;
	double all = sum ? height(p, (double)sum) : 0;

	if (sum == 0 && b->listed == 0)
		return;
	fputs("<g>", p->out);
	write_title(p, b,
		    p->timeline->origin_us +
			    (p->first + i) * p->timeline->width_us);
	for (unsigned int f = 0; f < REPORT_FINDINGS; f++)
		of_colour[p->colours.of[f]] += b->finding[f];
	for (int c = 0; c < REPORT_COLOURS; c++) {
		double part =
			sum ? all * (double)of_colour[c] / (double)sum : 0;

		if (part <= 0)
			continue;
		y -= part;
		fprintf(p->out,
			"<rect class=\"f%d\" x=\"%.2f%%\" y=\"%.2f\""
			" width=\"%.2f%%\" height=\"%.2f\"/>",
			c, x, y, width * 0.85, part);
	}
	if (b->listed)
		fprintf(p->out,
			"<circle class=\"listed\" cx=\"%.2f%%\" cy=\"%d\""
			" r=\"4\"/>",
			x + width / 2, TOP - 12);
	fputs("</g>\n", p->out);
}

void report_write_timeline(const struct report *r, FILE *out)
{
	struct picture p = {
		.report = r,
		.timeline = &r->timeline,
		.out = out,
	};
	char width[REPORT_DURATION_BYTES];

	report_colours(r, &p.colours);
	find_scale(&p);
	report_duration(r->timeline.width_us, width);
	fprintf(out,
		"<svg class=\"plot\" height=\"%d\" role=\"img\""
		" aria-label=\"Findings over time, at most %" PRIu64
		" in %s; the numbers are in the table below\">\n",
		HEIGHT, p.highest, width);
	if (p.highest)
		write_scale(&p);
	fprintf(out,
		"<line class=\"axis\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>\n",
		BOTTOM, BOTTOM);
	for (unsigned int i = 0; i < p.num; i++)
		write_bar(&p, i);
	write_times(&p);
	fprintf(out,
		"</svg>\n<p class=\"note\">A bar is %s. %s"
		" A dot above a bar: a source was listed then.</p>\n",
		width,
		p.is_log ? "The scale is logarithmic; colours show shares of"
			   " the bar they are in."
			 : "The scale is linear.");
}
