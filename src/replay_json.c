/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A replay as JSON: the events that eve.c knows, and a line of sums. */
#include <stdio.h>
#include <stdlib.h>

#include "eve.h"
#include "replay.h"

static void write_finding(const struct sighting *s)
{
	char line[EVE_LINE_BYTES];

	fwrite_unlocked(line, eve_finding(line, s, NULL, s->time_ns), 1,
			stdout);
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

static void write_unlisted(const struct notice *n, uint64_t time_ns)
{
	json_t *event = eve_new("unblock", time_ns);
	char text[PREFIX_TEXT_BYTES];

	eve_set_text(event, "src_ip", prefix_format(&n->offender.source, text));
	eve_set_text(event, "reason", n->text);
	json_object_set_new(event, "enforced", json_boolean(n->enforced));
	write_object(event);
}

static json_t *withheld(const struct replay_totals *t)
{
	json_t *object = json_object();

	eve_set_number(object, "standing", t->withheld[WITHHELD_STANDING]);
	eve_set_number(object, "in_step", t->withheld[WITHHELD_IN_STEP]);
	eve_set_number(object, "rate", t->withheld[WITHHELD_RATE]);
	return object;
}

static json_t *nearest(const struct replay_totals *t)
{
	json_t *list = json_array();
	char text[PREFIX_TEXT_BYTES];

	for (unsigned int i = 0; i < t->num_nearest; i++) {
		const struct replay_nearest *n = &t->nearest[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:o, s:o, s:s}", "source",
				  prefix_format(&n->source, text), "score",
				  json_real(n->score / 1000.0), "threshold",
				  json_real(n->threshold / 1000.0), "reason",
				  n->why));
	}
	return list;
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
	eve_set_number(event, "unanswered", t->unanswered);
	eve_set_number(event, "blocks", t->blocks);
	eve_set_number(event, "unblocks", t->unblocks);
	json_object_set_new(event, "withheld", withheld(t));
	if (t->blocks == 0)
		json_object_set_new(event, "nearest", nearest(t));
	write_object(event);
}

const struct replay_writer replay_json = {
	.finding = write_finding,
	.ending = write_ending,
	.listed = write_listed,
	.unlisted = write_unlisted,
	.end = write_stats,
};
