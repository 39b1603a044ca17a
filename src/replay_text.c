/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A replay as a person wants to read it: who would be listed, then sums. */
#include <inttypes.h>
#include <stdio.h>

#include "replay.h"
#include "report.h"

static void write_listed(const struct notice *n, uint64_t time_ns)
{
	char text[PREFIX_TEXT_BYTES];

	(void)time_ns;
	printf("would list  %-39s  %s\n",
	       prefix_format(&n->offender.source, text), n->text);
}

static void write_unlisted(const struct notice *n, uint64_t time_ns)
{
	char text[PREFIX_TEXT_BYTES];

	(void)time_ns;
	printf("would unlist  %-37s  %s\n",
	       prefix_format(&n->offender.source, text), n->text);
}

/* Where no source is listed: why not. */
static void write_nearest(const struct replay_totals *t)
{
	char text[PREFIX_TEXT_BYTES];

	for (unsigned int i = 0; i < t->num_nearest; i++)
		printf("not listed  %-39s  %s\n",
		       prefix_format(&t->nearest[i].source, text),
		       t->nearest[i].why);
	if (t->num_nearest == 0)
		puts("not listed  no source has evidence that weighs");
}

/* "name count" for each that is not zero, on one line. */
static void write_counts(const char *label, const char *const *names,
			 const uint64_t *counts, int first, int n)
{
	const char *between = "";

	printf("%-12s", label);
	for (int i = first; i < n; i++) {
		if (counts[i] == 0)
			continue;
		printf("%s%s %" PRIu64, between, names[i], counts[i]);
		between = "  ";
	}
	puts(*between ? "" : "none");
}

static void write_totals(const char *path, const struct replay_totals *t)
{
	double seconds = (double)(t->last_ns - t->first_ns) / NS_PER_S;
	char name[512];

	printf("%s: %" PRIu64 " packets in %.1f s, %" PRIu64 " TCP, %" PRIu64
	       " refused\n",
	       report_clean(name, sizeof(name), path), t->packets, seconds,
	       t->tcp, t->refused);
	write_counts("connections", conn_state_name, t->conn_states, 0,
		     NUM_CONN_STATES);
	write_counts("findings", finding_name, t->by_finding, FINDING_NONE + 1,
		     NUM_FINDINGS);
	printf("verdicts    accepted %" PRIu64 "  dropped %" PRIu64 "\n",
	       t->accepted, t->dropped);
	printf("in all      %" PRIu64 " flows, %" PRIu64 " findings, %" PRIu64
	       " of them unanswered\n",
	       t->flows, t->findings, t->unanswered);
	printf("listed      %" PRIu64 "\n", t->blocks);
	if (t->blocks == 0)
		write_nearest(t);
}

const struct replay_writer replay_text = {
	.listed = write_listed,
	.unlisted = write_unlisted,
	.end = write_totals,
};
