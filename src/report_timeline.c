/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timeline of a report as SVG: a bar for a piece of time, in colours. */
#include <inttypes.h>
#include <math.h>

#include "report_feed.h"

/* In the units of the picture. */
#define WIDTH  1000
#define HEIGHT 236
#define LEFT   52
#define RIGHT  (WIDTH - 8)
#define TOP    26
#define BOTTOM (HEIGHT - 30)

/* Beyond this ratio of the highest to the lowest bar, small ones vanish. */
#define LINEAR_RATIO 40

#define TICKS 5

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

static double bar_width(const struct picture *p)
{
	return (double)(RIGHT - LEFT) / p->num;
}

static void write_tick(const struct picture *p, uint64_t n)
{
	double y = BOTTOM - height(p, (double)n);
	char text[REPORT_NUMBER_BYTES];

	fprintf(p->out,
		"<path class=\"grid\" d=\"M%d %.1fH%d\"/>"
		"<text class=\"end\" x=\"%d\" y=\"%.1f\">%s</text>\n",
		LEFT, y, RIGHT, LEFT - 8, y + 4, report_number(n, text));
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

static void write_times(const struct picture *p)
{
	const struct report_timeline *t = p->timeline;

	for (unsigned int i = 0; i < TICKS; i++) {
		unsigned int bar = p->num * i / (TICKS - 1);
		int64_t us = t->origin_us + (p->first + bar) * t->width_us;
		double x = LEFT + bar * bar_width(p);
		char text[REPORT_TIME_BYTES];
		int skip = 0;

		/* The date once; of the others the time tells, in a day. */
		report_time(us, text);
		if (i > 0 && p->num * t->width_us < INT64_C(86400000000))
			skip = 11;
		fprintf(p->out,
			"<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>",
			i == 0           ? "start"
			: i == TICKS - 1 ? "end"
					 : "middle",
			x, BOTTOM + 20, text + skip);
	}
	fputc('\n', p->out);
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
	double x = LEFT + i * bar_width(p), y = BOTTOM;
	double width = bar_width(p) > 4 ? bar_width(p) - 1.5 : bar_width(p);
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
			"<rect class=\"f%d\" x=\"%.1f\" y=\"%.2f\""
			" width=\"%.1f\" height=\"%.2f\"/>",
			c, x, y, width, part);
	}
	if (b->listed)
		fprintf(p->out,
			"<path class=\"listed\" d=\"M%.1f %dh10l-5 8z\"/>",
			x + width / 2 - 5, TOP - 14);
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
		"<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\""
		" aria-label=\"Findings over time, at most %" PRIu64
		" in %s; the numbers are in the table below\">\n",
		WIDTH, HEIGHT, p.highest, width);
	if (p.highest)
		write_scale(&p);
	fprintf(out, "<path class=\"axis\" d=\"M%d %dH%d\"/>\n", LEFT, BOTTOM,
		RIGHT);
	for (unsigned int i = 0; i < p.num; i++)
		write_bar(&p, i);
	write_times(&p);
	fprintf(out,
		"</svg></div>\n<p class=\"note\">A bar is %s. %s"
		" A triangle above a bar: a source was listed then.</p>\n",
		width,
		p.is_log ? "The scale is logarithmic; colours show shares of"
			   " the bar they are in."
			 : "The scale is linear.");
}
