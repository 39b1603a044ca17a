/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sets hold whom they should, whatever others do to them. If the table or
 * a set goes, as by a flush of the ruleset, that is told; when it is back,
 * everyone is put back for what is left of his time. Whom the operator takes
 * out by nft is forgiven.
 */
#include "daemon.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

/* Sources that nft took out, told one by one within a second. */
#define DELETIONS_TOLD 5
#define DELETIONS_NS   (1 * NS_PER_S)

/* While the table is gone, or we do not know, it is looked for. */
#define LOOK_NS (1 * NS_PER_S)

/* ---- a sorted list of sources ---- */

struct sources {
	size_t count, room;
	struct prefix *prefix;
	bool incomplete; /* there was no memory for some */
};

static int compare_prefixes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct prefix));
}

static void note_source(void *arg, const struct prefix *source)
{
	struct sources *s = arg;
	size_t room = s->room ? s->room * 2 : 1024;
	struct prefix *grown;

	if (s->count == s->room) {
		grown = realloc(s->prefix, room * sizeof(*grown));
		if (!grown) {
			s->incomplete = true;
			return;
		}
		s->prefix = grown;
		s->room = room;
	}
	s->prefix[s->count++] = *source;
}

/* Who is in the sets. `prefix` is to be freed. */
static int read_sets(struct sources *s)
{
	int error = blocklist_read(note_source, s);

	if (!error && s->incomplete)
		error = -ENOMEM;
	if (s->count)
		qsort(s->prefix, s->count, sizeof(*s->prefix),
		      compare_prefixes);
	return error;
}

static bool has(const struct sources *s, const struct prefix *source)
{
	return s->count && bsearch(source, s->prefix, s->count,
				   sizeof(*s->prefix), compare_prefixes);
}

/* ---- putting back ---- */

/* By source, and of one source what ends later last, which then holds. */
static int compare_records(const void *a, const void *b)
{
	const struct offender *x = &((const struct state_record *)a)->offender;
	const struct offender *y = &((const struct state_record *)b)->offender;
	int order = compare_prefixes(&x->source, &y->source);

	if (order)
		return order;
	return x->until_ns < y->until_ns ? -1 : x->until_ns > y->until_ns;
}

/*
 * Everyone who should be in the sets now; to be freed. In observe mode that
 * are those whom the operator blocked.
 */
struct state_record *restore_records(struct daemon *d, uint64_t now_ns,
				     size_t *count)
{
	struct state_record *r = malloc(STATE_MAX_RECORDS * sizeof(*r));

	*count = 0;
	if (!r) {
		log_warnx("no memory to put sources back");
		return NULL;
	}
	*count = persist_collect_operators(d->lists.by_operator, now_ns, r,
					   STATE_MAX_RECORDS);
	if (judge_mode(d->judge) == MODE_ENFORCE)
		*count += persist_collect_listed(d, now_ns, r + *count,
						 STATE_MAX_RECORDS - *count);
	qsort(r, *count, sizeof(*r), compare_records);
	*count = restore_leave_out_covered(d, r, *count);
	return r;
}

static const char *comment_of(const struct state_record *r,
			      char text[static OFFENDER_REASON_BYTES])
{
	if (!r->by_operator)
		return offender_reason(&r->offender, text);
	return r->reason && *r->reason ? r->reason : REASON_OPERATOR;
}

void restore_put_back(struct daemon *d, const struct state_record *r,
		      uint64_t now_ns)
{
	const struct offender *o = &r->offender;
	uint64_t whole_s =
		(o->until_ns - o->listed_ns + NS_PER_S - 1) / NS_PER_S;
	uint64_t left_ms = (o->until_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;
	char text[OFFENDER_REASON_BYTES];

	if (r->by_operator && o->until_ns == OPERATOR_FOR_GOOD)
		whole_s = BLOCKLIST_PERMANENT;
	blocklist_put_back(d->blocklist, &o->source, (uint32_t)whole_s, left_ms,
			   comment_of(r, text));
}

/*
 * All but those in `present`. Tells how many were and are in the sets now;
 * false without memory, for then it is worth another try.
 */
static bool put_all_back(struct daemon *d, const struct sources *present,
			 size_t *were_missing, size_t *are_back)
{
	const struct blocklist_counters *c = blocklist_counters(d->blocklist);
	uint64_t now_ns = loop_now_ns(), added = c->added;
	size_t count;
	struct state_record *r = restore_records(d, now_ns, &count);
	int error;

	*were_missing = 0;
	if (!r)
		return false;
	d->lists.sends_listings = true; /* till all is flushed */
	for (size_t i = 0; i < count; i++) {
		if (has(present, &r[i].offender.source))
			continue;
		restore_put_back(d, &r[i], now_ns);
		++*were_missing;
	}
	free(r);
	error = notices_flush_listings(d);
	*are_back = (size_t)(c->added - added);
	d->lists.put_back += *are_back;
	return error != -ENOMEM && error != -ENOBUFS;
}

/* ---- the table ---- */

static void table_is_gone(struct daemon *d, const struct nft_event *by)
{
	char whom[48] = "";

	if (d->lists.gone_ns)
		return;
	d->lists.gone_ns = loop_now_ns();
	if (by && by->pid)
		snprintf(whom, sizeof(whom),
			 ", deleted by %s (pid %" PRIu32 ")", by->process,
			 by->pid);
	log_warnx("table inet " BLOCKLIST_TABLE " or a set of it is gone%s:"
		  " nobody is blocked, packets are not judged; load"
		  " handshaked.nft (systemctl restart handshaked-rules)",
		  whom);
}

static void table_is_back(struct daemon *d,
			  const struct blocklist_identity *identity)
{
	const struct blocklist_counters *c = blocklist_counters(d->blocklist);
	uint64_t transactions = c->transactions;
	uint64_t since_ns = d->lists.gone_ns;
	const struct sources nobody = {0};
	size_t missing, back;

	if (!since_ns)
		since_ns = loop_now_ns();
	d->lists.gone_ns = 0;
	d->lists.identity = *identity;
	if (!put_all_back(d, &nobody, &missing, &back)) {
		d->lists.gone_ns = since_ns; /* in a second again */
		return;
	}
	log_info("table inet " BLOCKLIST_TABLE " is back: %zu of %zu sources"
		 " put back in %" PRIu64 " transactions, blocked again after"
		 " %" PRIu64 " ms",
		 back, missing, c->transactions - transactions,
		 (uint64_t)((loop_now_ns() - since_ns) / NS_PER_MS));
}

/* Returns true when the table is the one it was. */
static bool look_at_table(struct daemon *d, const struct nft_event *by)
{
	struct blocklist_identity identity;
	int error = blocklist_identify(&identity);

	d->lists.looked_ns = loop_now_ns();
	d->lists.look_again = error && error != -ENOENT;
	if (error == -ENOENT)
		table_is_gone(d, by);
	else if (error)
		log_warnx("table inet " BLOCKLIST_TABLE ": %s",
			  strerror(-error));
	else if (d->lists.gone_ns ||
		 memcmp(&identity, &d->lists.identity, sizeof(identity)) != 0)
		table_is_back(d, &identity);
	else
		return true;
	return false;
}

void restore_look(struct daemon *d)
{
	look_at_table(d, NULL);
	d->rules_changed = true;
}

/* ---- elements ---- */

static void forgive(struct daemon *d, const struct prefix *source)
{
	const bool was_operators = restore_forget(d, source);

	notices_unblocked(d, source, "by nft",
			  d->lists.deletions++ < DELETIONS_TOLD);
	/* There may be engine's networks in it. */
	if (was_operators && source->bits < 64)
		restore_within(d, source);
}

static void tell_deletions(struct daemon *d, uint64_t now_ns)
{
	if (now_ns < d->lists.deletions_told_ns + DELETIONS_NS)
		return;
	if (d->lists.deletions > DELETIONS_TOLD)
		log_info("unlisted %" PRIu32 " more sources by nft",
			 d->lists.deletions - DELETIONS_TOLD);
	d->lists.deletions = 0;
	d->lists.deletions_told_ns = now_ns;
}

/*
 * Not all deletions were told: who is missing was deleted, unless something
 * kept him from getting in at all.
 */
static void forgive_missing(struct daemon *d)
{
	const struct blocklist_counters *c = blocklist_counters(d->blocklist);
	struct sources present = {0};
	struct state_record *r;
	size_t count;

	if (c->set_full || c->failed || d->not_tried)
		return;
	if (read_sets(&present) == 0) {
		r = restore_records(d, loop_now_ns(), &count);
		for (size_t i = 0; i < count; i++)
			if (!has(&present, &r[i].offender.source))
				forgive(d, &r[i].offender.source);
		free(r);
	}
	free(present.prefix);
}

static void on_event(void *arg, const struct nft_event *e)
{
	struct daemon *d = arg;

	/* A table that was made or deleted has other rules, too. */
	d->rules_changed |= e->kind != NFT_EVENT_DELETED;
	switch (e->kind) {
	case NFT_EVENT_TABLE:
		look_at_table(d, e);
		break;
	case NFT_EVENT_RULES:
		break;
	case NFT_EVENT_DELETED:
		forgive(d, &e->source);
		break;
	case NFT_EVENT_OVERRUN:
		if (look_at_table(d, NULL))
			forgive_missing(d);
		break;
	}
}

/* ---- what the daemon calls ---- */

void restore_on_events(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;

	(void)now_ns;
	nft_events_read(d->lists.events);
}

void restore_tick(struct daemon *d, uint64_t now_ns)
{
	tell_deletions(d, now_ns);
	restore_nets_tick(d, now_ns);
	if ((d->lists.gone_ns || d->lists.look_again) &&
	    now_ns > d->lists.looked_ns + LOOK_NS)
		restore_look(d);
}

int restore_missing(struct daemon *d)
{
	struct sources present = {0};
	size_t missing, back;
	int error = read_sets(&present);
	bool done;

	if (error)
		log_warnx("blocklist cannot be read, all sources are put back:"
			  " %s",
			  strerror(-error));
	done = put_all_back(d, &present, &missing, &back);
	free(present.prefix);
	if (missing)
		log_info("%zu sources were not in the sets: %zu put back",
			 missing, back);
	return done ? 0 : -1;
}

int restore_open(struct daemon *d)
{
	/* First of all, so that nothing happens in between unheard. */
	d->lists.events =
		nft_events_open(blocklist_portid(d->blocklist), on_event, d);
	if (!d->lists.events)
		log_warn("what others do to table inet " BLOCKLIST_TABLE
			 " is not told");
	if (blocklist_identify(&d->lists.identity) < 0)
		restore_look(d);
	else
		return restore_missing(d);
	return 0;
}

void restore_close(struct daemon *d)
{
	nft_events_close(d->lists.events);
}
