/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sums of a report. Nothing in it grows with what is read. */
#include "report_feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_WIDTH_US 1000

struct report *report_new(const char *path)
{
	struct report *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	if (!scan_table_init(&r->scans)) {
		free(r);
		return NULL;
	}
	report_clean(r->path, sizeof(r->path), path);
	r->first_us = r->last_us = REPORT_NO_TIME;
	r->origin.mode_us = REPORT_NO_TIME;
	return r;
}

void report_free(struct report *r)
{
	if (!r)
		return;
	scan_table_fini(&r->scans);
	free(r);
}

/* ---- the timeline ---- */

static void add_bin(struct report_bin *to, const struct report_bin *from)
{
	for (int i = 0; i < REPORT_FINDINGS; i++)
		to->finding[i] += from->finding[i];
	to->listed += from->listed;
}

/* Each bar takes what two had; `first` is the number of empty ones before. */
static void double_width(struct report_timeline *t, unsigned int first)
{
	struct report_bin bin[REPORT_BINS] = {0};

	for (unsigned int i = 0; i < REPORT_BINS; i++)
		add_bin(&bin[(first + i) / 2], &t->bin[i]);
	memcpy(t->bin, bin, sizeof(bin));
	t->width_us *= 2;
}

static struct report_bin *bin_at(struct report_timeline *t, int64_t time_us)
{
	if (t->width_us == 0) {
		t->width_us = FIRST_WIDTH_US;
		t->origin_us = time_us;
	}
	while (time_us < t->origin_us) {
		t->origin_us -= REPORT_BINS * t->width_us;
		double_width(t, REPORT_BINS);
	}
	while ((time_us - t->origin_us) / t->width_us >= REPORT_BINS)
		double_width(t, 0);
	return &t->bin[(time_us - t->origin_us) / t->width_us];
}

static void see(struct report *r, int64_t time_us, unsigned int finding)
{
	if (time_us != REPORT_NO_TIME)
		bin_at(&r->timeline, time_us)->finding[finding]++;
}

/* ---- what feeders tell ---- */

void report_at(struct report *r, int64_t time_us)
{
	r->events++;
	if (time_us == REPORT_NO_TIME) {
		r->timeless++;
		return;
	}
	if (r->first_us == REPORT_NO_TIME || time_us < r->first_us)
		r->first_us = time_us;
	if (r->last_us == REPORT_NO_TIME || time_us > r->last_us)
		r->last_us = time_us;
}

/* Told by the connection when it is over, whatever became of it. */
static bool is_of_connection(enum finding f)
{
	return f == FINDING_SYN_SCAN || f == FINDING_CONNECT_SCAN;
}

void report_finding(struct report *r, int64_t time_us,
		    const struct scan_probe *probe)
{
	enum finding f = probe->finding;

	r->findings++;
	r->by_packet[f]++;
	if (is_of_connection(f))
		return;
	see(r, time_us, f);
	if (f < NUM_FINDINGS && policy_grade(f) != GRADE_UNATTRIBUTABLE)
		scan_add(&r->scans, time_us, probe);
}

void report_connection(struct report *r, int64_t time_us,
		       enum conn_state conn_state, uint32_t findings,
		       const struct scan_probe *probe)
{
	bool is_probe = false;
	struct scan_probe p = *probe;

	r->connections++;
	r->conn_states[conn_state]++;
	for (unsigned int f = 0; f < REPORT_FINDINGS; f++) {
		if (!(findings & UINT32_C(1) << f))
			continue;
		r->by_connection[f]++;
		if (!is_of_connection(f))
			continue;
		see(r, time_us, f);
		p.finding = f;
		is_probe = true;
	}
	if (is_probe)
		scan_add(&r->scans, time_us, &p);
}

void report_listing(struct report *r, const struct report_listed *listed)
{
	struct report_listed *to = &r->listed[r->listings++ % REPORT_LISTED];

	*to = *listed;
	to->first_us = to->last_us = REPORT_NO_TIME;
	if (listed->time_us != REPORT_NO_TIME)
		bin_at(&r->timeline, listed->time_us)->listed++;
}

void report_stats_add(struct report *r, const struct report_stats *stats)
{
	r->stats.files++;
	r->stats.packets += stats->packets;
	r->stats.tcp += stats->tcp;
	r->stats.refused += stats->refused;
	r->stats.accepted += stats->accepted;
	r->stats.dropped += stats->dropped;
	r->stats.findings += stats->findings;
	r->stats.unanswered += stats->unanswered;
}

void report_nearest_add(struct report *r, const char *source, const char *why)
{
	struct report_nearest *n;

	if (r->num_nearest == REPORT_NEAREST)
		return;
	n = &r->nearest[r->num_nearest++];
	report_clean(n->source, sizeof(n->source), source);
	report_clean(n->why, sizeof(n->why), why);
}

void report_mode(struct report *r, int64_t time_us, const char *version,
		 const char *mode)
{
	struct report_origin *o = &r->origin;

	if (time_us < o->mode_us)
		return;
	o->mode_us = time_us;
	report_clean(o->mode, sizeof(o->mode), mode);
	if (*version)
		report_clean(o->version, sizeof(o->version), version);
}

void report_bad_line(struct report *r, uint64_t line, const char *why)
{
	if (r->bad_lines++ == 0) {
		r->first_bad_line = line;
		report_clean(r->first_bad, sizeof(r->first_bad), why);
	}
}

/* A /64 has no probes of its own: those are its addresses'. */
void report_finish(struct report *r)
{
	/* Stats count the findings without a packet too. */
	if (r->stats.findings > r->findings)
		r->findings = r->stats.findings;
	for (size_t i = 0; i < REPORT_LISTED && i < r->listings; i++) {
		struct report_listed *l = &r->listed[i];
		struct scan_source *s = NULL;

		if (l->source.bits == 128)
			s = scan_find(&r->scans, &l->source.address);
		if (!s)
			continue;
		s->listed = true;
		l->first_us = s->first_us;
		l->last_us = s->last_us;
	}
	scan_rank(&r->scans);
}

/* ---- for those who write ---- */

static uint64_t shown(const struct report *r, unsigned int finding)
{
	return is_of_connection(finding) ? r->by_connection[finding]
					 : r->by_packet[finding];
}

void report_colours(const struct report *r, struct report_colours *out)
{
	for (unsigned int f = 0; f < REPORT_FINDINGS; f++) {
		unsigned int before = 0; /* that there are more of */

		out->shown[f] = shown(r, f);
		for (unsigned int other = 0; other < REPORT_FINDINGS; other++)
			before +=
				shown(r, other) > out->shown[f] ||
				(other < f && shown(r, other) == out->shown[f]);
		out->of[f] = (uint8_t)(before < REPORT_COLOURS - 1
					       ? before
					       : REPORT_COLOURS - 1);
	}
}

uint64_t report_listed_left_out(const struct report *r)
{
	return r->listings > REPORT_LISTED ? r->listings - REPORT_LISTED : 0;
}

const struct report_listed *report_listed_at(const struct report *r, size_t n)
{
	uint64_t left_out = report_listed_left_out(r);

	if (n >= r->listings - left_out)
		return NULL;
	return &r->listed[(left_out + n) % REPORT_LISTED];
}
