/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes sources off the list: when their time is over, when the evidence is
 * taken back, when the list is full, and when the operator says so. The
 * kernel's set holds a listed source until then, so nothing else may end a
 * listing; what the set does not drop by itself gets a NOTICE_UNLISTED.
 */
#include <stdio.h>

#include "judge_internal.h"

uint32_t listing_count(const struct judge *j)
{
	return ledger_queued(j->ledger, SOURCE_Q_LISTED) +
	       ledger_queued(j->ledger, SOURCE_Q_PROVED);
}

static void leave(struct judge *j, struct source *s)
{
	source_clear(s);
	listing_end(j, s);
}

bool listing_stands(struct judge *j, struct source *s)
{
	if (source_is_listed(s) && j->now_ns >= s->until_ns)
		leave(j, s);
	return source_is_listed(s);
}

/* NULL when there is no room for the notice: the source stays listed. */
static struct notice *notice_unlisted(struct judge *j, const struct source *s,
				      const char *reason)
{
	struct notice *n = notice_add(j, NOTICE_UNLISTED);

	if (!n)
		return NULL;
	n->offender = offender_of(s);
	/* Whatever the mode is now, its element stands. */
	n->enforced = true;
	snprintf(n->text, sizeof(n->text), "%s", reason);
	return n;
}

/* ---- room ---- */

/*
 * A full table must not evict a listed source: of each part an eighth is for
 * sources that are not listed.
 */
bool listing_part_has_room(const struct judge *j)
{
	uint32_t capacity = source_capacity(j->sources);
	uint32_t spare = capacity < 8 ? 1 : capacity / 8;

	return source_queued(j->sources, SOURCE_Q_LISTED) +
		       source_queued(j->sources, SOURCE_Q_PROVED) <
	       capacity - spare;
}

/* The least bad of the longest listed on forgeable evidence. */
static struct source *least_bad(struct judge *j)
{
	struct source *least = source_first(j->sources, SOURCE_Q_LISTED);
	struct source *s = least;

	for (int i = 0; s && i < 16; i++) {
		if (s->offences < least->offences)
			least = s;
		s = source_after(j->sources, s);
	}
	return least;
}

bool listing_make_room(struct judge *j)
{
	struct source *s;

	if (listing_count(j) < j->config.blocklist_size &&
	    listing_part_has_room(j))
		return true;
	s = least_bad(j);
	if (!s || !notice_unlisted(j, s, "the list is full, it gave way"))
		return false;
	s->until_ns = j->now_ns;
	j->counters.gave_way++;
	leave(j, s);
	return true;
}

/* ---- evidence that is taken back ---- */

/* It was listed for what it did not do: that is no offence. */
static void unlist_unfounded(struct judge *j, struct source *s)
{
	s->until_ns = j->now_ns;
	s->held_until_ns = 0;
	s->offences--;
	listing_end(j, s);
}

void listing_retract(struct judge *j, struct source *s, uint32_t host,
		     uint16_t port, enum finding finding)
{
	struct source after = *s;

	source_retract(&after, host, port, finding);
	if (after.num_evidence == s->num_evidence)
		return;
	if (listing_stands(j, s) &&
	    assess(j, &after).score < j->config.test.threshold) {
		if (!notice_unlisted(j, s, "the evidence was taken back"))
			return;
		source_retract(s, host, port, finding);
		unlist_unfounded(j, s);
		return;
	}
	source_retract(s, host, port, finding);
}

/* ---- what the daemon asks for ---- */

static struct source *find_prefix(struct judge *j, const struct prefix *source)
{
	return source->bits == 128
		       ? source_find(j->sources, &source->address)
		       : source_find_net(j->sources, &source->address);
}

bool judge_is_listed(struct judge *j, const struct prefix *source)
{
	const struct source *s;
	bool is_listed;

	sources_open(j, &source->address);
	s = find_prefix(j, source);
	is_listed = s && source_is_listed(s);
	sources_close(j);
	return is_listed;
}

bool judge_unlist(struct judge *j, const struct prefix *source)
{
	struct source *s;
	bool was_listed;

	sources_open(j, &source->address);
	s = find_prefix(j, source);
	was_listed = s && source_is_listed(s);
	if (was_listed) {
		s->until_ns = j->now_ns;
		s->held_until_ns = 0;
		leave(j, s);
	}
	sources_close(j);
	return was_listed;
}

void listing_forget(struct judge *j, struct source *s)
{
	source_clear(s);
	s->withheld = WITHHELD_NO;
	s->held_until_ns = s->restricted_until_ns = 0;
	s->offences = 0;
	s->until_ns = 0;
	source_move(j->sources, s, SOURCE_Q_ONE);
}

/* ---- time passing ---- */

/* Sources looked at in one call, per queue. */
#define EXPIRE_AT_ONCE 512

static void expire_queue(struct judge *j, enum source_queue queue)
{
	uint32_t n = source_queued(j->sources, queue);

	for (uint32_t i = 0; i < n && i < EXPIRE_AT_ONCE; i++) {
		struct source *s = source_first(j->sources, queue);

		if (listing_stands(j, s))
			source_move(j->sources, s, queue);
	}
}

void listing_expire(struct judge *j)
{
	for (unsigned int i = 0; i < j->ledger->num_parts; i++) {
		sources_open_part(j, i);
		expire_queue(j, SOURCE_Q_LISTED);
		expire_queue(j, SOURCE_Q_PROVED);
		sources_close(j);
	}
}
