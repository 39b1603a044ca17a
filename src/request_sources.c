/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request "sources": of whom evidence is held, the worst first. Scores are
 * in nats, times in whole seconds, as "explain" has them.
 */
#include <stdlib.h>

#include "core/explain.h"
#include "core/worst.h"
#include "daemon.h"

#define USUAL_ENTRIES 20

static json_t *nats(int32_t thousandths)
{
	return json_real(thousandths / 1000.0);
}

static json_t *entry(const struct held_source *h)
{
	char text[PREFIX_TEXT_BYTES];

	return json_pack(
		"{s:s, s:o, s:s, s:i, s:i, s:i, s:b, s:o, s:b, s:b, s:b, s:o}",
		"source", prefix_format(&h->source, text), "score",
		nats(h->score), "finding", finding_name[h->finding], "ports",
		h->ports, "hosts", h->hosts, "offences", h->offences, "listed",
		h->listed, "listed_left_s",
		/* Its last second counts. */
		request_number((h->listed_left_ns + NS_PER_S - 1) / NS_PER_S),
		"restricted", h->restricted, "in_step", h->in_step, "good",
		h->good, "seen_age_s",
		request_number(h->seen_age_ns / NS_PER_S));
}

json_t *request_sources(struct daemon *d, int argc, char **argv)
{
	const unsigned int max = request_entries(argc, argv, USUAL_ENTRIES);
	struct held_source *held;
	json_t *list = json_array();
	uint32_t total;
	unsigned int n;

	held = max ? calloc(max, sizeof(*held)) : NULL;
	if (!held || !list) {
		free(held);
		json_decref(list);
		return max ? NULL
			   : control_error(REQUEST_ENTRIES_FORM, argv[1]);
	}
	n = judge_worst_sources(d->judge, loop_now_ns(), held, max, &total);
	for (unsigned int i = 0; i < n; i++)
		json_array_append_new(list, entry(&held[i]));
	free(held);
	return json_pack("{s:b, s:o, s:o, s:o}", "ok", 1, "total",
			 request_number(total), "threshold",
			 nats(d->config.judge.test.threshold), "sources", list);
}
