/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Says why a capture lists no source: the sources nearest to a listing, and
 * what keeps each from it, as "explain" says it of a running daemon.
 */
#include <stdio.h>

#include "core/explain.h"
#include "core/worst.h"
#include "replay.h"

static const char *const withheld_words[] = {
	[WITHHELD_NO] = NULL,
	[WITHHELD_STANDING] = "in good standing, so restricted",
	[WITHHELD_IN_STEP] = "in step with other sources, so restricted",
	[WITHHELD_RATE] =
		"no room or too many listed in a minute, so restricted",
};

/* What is missing, or what is against it. */
static void reason_of(const struct explanation *x,
		      const struct judge_config *config, char *text,
		      size_t bytes)
{
	if (x->score < x->threshold)
		snprintf(text, bytes, "%u more failed attempt%s would list it",
			 x->failures_left, x->failures_left == 1 ? "" : "s");
	else if (withheld_words[x->withheld])
		snprintf(text, bytes, "%s", withheld_words[x->withheld]);
	else if (x->source.bits == 64)
		snprintf(text, bytes, "of fewer than %u of its addresses",
			 config->net_addresses);
	else
		snprintf(text, bytes, "it is not held against this source");
}

static void describe(struct judge *j, uint64_t now_ns,
		     const struct judge_config *config,
		     const struct held_source *h, struct replay_nearest *out)
{
	struct explanation x;
	char reason[96];

	judge_explain(j, &h->source, now_ns, &x);
	reason_of(&x, config, reason, sizeof(reason));
	*out = (struct replay_nearest){
		.source = h->source,
		.score = h->score,
		.threshold = x.threshold,
	};
	snprintf(out->why, sizeof(out->why),
		 "%s: %u port%s of %u host%s, score %d.%d of %d.%d; %s",
		 finding_name[h->finding], h->ports, h->ports == 1 ? "" : "s",
		 h->hosts, h->hosts == 1 ? "" : "s", h->score / 1000,
		 h->score % 1000 / 100, x.threshold / 1000,
		 x.threshold % 1000 / 100, reason);
}

unsigned int replay_find_nearest(struct judge *j, uint64_t now_ns,
				 const struct judge_config *config,
				 struct replay_nearest nearest[REPLAY_NEAREST])
{
	struct held_source worst[REPLAY_NEAREST];
	unsigned int num = 0, found;
	uint32_t total;

	found = judge_worst_sources(j, now_ns, worst, REPLAY_NEAREST, &total);
	for (unsigned int i = 0; i < found; i++)
		if (worst[i].score > 0)
			describe(j, now_ns, config, &worst[i], &nearest[num++]);
	return num;
}
