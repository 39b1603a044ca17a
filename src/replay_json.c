/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A replay as JSON: the events that eve.c knows, and a line of sums. */
#include <stdio.h>
#include <stdlib.h>

#include "eve.h"
#include "replay.h"

static void write_finding(const struct segment *seg, const struct decision *d,
			  uint64_t time_ns)
{
	char line[EVE_LINE_BYTES];
	struct sighting s;

	sighting_of(&s, seg, d, time_ns);
	fwrite_unlocked(line, eve_finding(line, &s, NULL, time_ns), 1, stdout);
}

static void write_ending(const struct ending *e)
{
	char line[EVE_LINE_BYTES];

	fwrite_unlocked(line, eve_handshake(line, e, e->began_ns), 1, stdout);
}

/* Built in memory: jansson writes a file a few bytes at a time. */
static void write_object(json_t *object)
{
	char buffer[2048], *line;
	size_t len;

	line = eve_line(object, buffer, sizeof(buffer), &len);
	if (line)
		fwrite(line, len, 1, stdout);
	if (line != buffer)
		free(line);
	json_decref(object);
}

static void write_listed(const struct notice *n, uint64_t time_ns)
{
	write_object(eve_block(n, time_ns));
}

static void write_stats(const char *path, const struct replay_totals *t)
{
	json_t *event = eve_new("stats", t->last_ns);

	eve_set_text(event, "file", path);
	eve_set_number(event, "packets", t->packets);
	eve_set_number(event, "tcp", t->tcp);
	eve_set_number(event, "refused", t->refused);
	eve_set_number(event, "flows", t->flows);
	eve_set_number(event, "accepted", t->accepted);
	eve_set_number(event, "dropped", t->dropped);
	eve_set_number(event, "findings", t->findings);
	eve_set_number(event, "blocks", t->blocks);
	write_object(event);
}

const struct replay_writer replay_json = {
	.finding = write_finding,
	.ending = write_ending,
	.listed = write_listed,
	.end = write_stats,
};
