/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request "blocklist": what the kernel's sets hold, whoever put it there:
 * the newest first, and at most REQUEST_MOST_ENTRIES of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/best.h"
#include "core/explain.h"
#include "daemon.h"

/* The sets are read anew when they change meanwhile. */
#define MAX_TRIES 8

struct newest {
	struct best best;
	uint64_t total;
};

/* How long it has been in the set. */
static uint64_t age_ms(const struct blocklist_entry *e)
{
	return e->timeout_ms ? e->timeout_ms - e->expires_ms : UINT64_MAX;
}

static int compare(const void *a, const void *b)
{
	const struct blocklist_entry *x = a, *y = b;

	if (age_ms(x) != age_ms(y))
		return age_ms(x) < age_ms(y) ? -1 : 1;
	return memcmp(&x->source, &y->source, sizeof(x->source));
}

static void note_entry(void *arg, const struct blocklist_entry *e)
{
	struct newest *n = arg;

	n->total++;
	best_add(&n->best, e);
}

static int read_newest(struct newest *n)
{
	int error, tries = 0;

	do {
		n->total = 0;
		n->best.count = 0;
		error = blocklist_read_entries(note_entry, n);
	} while (error == -EINTR && ++tries < MAX_TRIES);
	if (!error)
		best_sort(&n->best);
	return error;
}

static json_t *entry(const struct blocklist_entry *e)
{
	char text[RANGE_TEXT_BYTES];
	json_t *o = json_pack("{s:s, s:o, s:o, s:o, s:o}", "source",
			      range_format(&e->source, text), "timeout_s",
			      request_number(e->timeout_ms / 1000), "expires_s",
			      /* Its last second counts. */
			      request_number((e->expires_ms + 999) / 1000),
			      "packets", request_number(e->packets), "bytes",
			      request_number(e->bytes));
	json_t *reason = json_string(e->comment);

	/* Somebody else's element may say anything. */
	json_object_set_new(o, "reason", reason ? reason : json_string("?"));
	return o;
}

/* Since when and until when, by the kernel's clock; null: not known, never. */
static void set_times(json_t *o, const struct blocklist_entry *e,
		      const struct operator_block *b)
{
	const uint64_t now_ns = loop_now_ns();
	json_t *since = NULL, *until = NULL;

	if (e->timeout_ms) {
		since = request_timestamp(now_ns - age_ms(e) * NS_PER_MS);
		until = request_timestamp(now_ns + e->expires_ms * NS_PER_MS);
	} else if (b) {
		since = request_timestamp(b->listed_ns);
	}
	json_object_set_new(o, "since", since ? since : json_null());
	json_object_set_new(o, "until", until ? until : json_null());
}

/* The engine's listing of it; false when there is none. */
static bool find_listing(struct daemon *d, const struct prefix *source,
			 struct explanation *x)
{
	if (source->bits != 128 &&
	    (source->bits != 64 || address_is_ipv4(&source->address)))
		return false;
	judge_explain(d->judge, source, loop_now_ns(), x);
	return x->listed_left_ns > 0;
}

/* What is in the set may be neither the operator's nor the engine's. */
static void set_author(struct daemon *d, json_t *o,
		       const struct blocklist_entry *e)
{
	const struct operator_block *b = NULL;
	const char *by = "unknown", *grade = NULL;
	struct explanation x;
	struct prefix p;

	if (range_is_prefix(&e->source, &p)) {
		b = operator_list_find(d->lists.by_operator, &p);
		if (b) {
			by = "operator";
		} else if (find_listing(d, &p, &x)) {
			by = "handshaked";
			grade = grade_name[x.offender.grade];
		}
	}
	set_times(o, e, b);
	json_object_set_new(o, "grade",
			    grade ? json_string(grade) : json_null());
	json_object_set_new(o, "by", json_string(by));
	if (b && b->uid != OPERATOR_UID_UNKNOWN)
		json_object_set_new(o, "uid", json_integer(b->uid));
}

static json_t *entries(struct daemon *d, const struct blocklist_entry *e,
		       unsigned int count)
{
	json_t *list = json_array(), *o;

	for (unsigned int i = 0; i < count; i++) {
		o = entry(&e[i]);
		set_author(d, o, &e[i]);
		json_array_append_new(list, o);
	}
	return list;
}

json_t *request_blocklist(struct daemon *d, int argc, char **argv)
{
	const unsigned int max =
		request_entries(argc, argv, REQUEST_MOST_ENTRIES);
	struct newest n = {
		.best = {.bytes = sizeof(struct blocklist_entry),
			 .max = max,
			 .compare = compare},
	};
	json_t *answer;
	int error;

	if (max == 0)
		return control_error(REQUEST_ENTRIES_FORM, argv[1]);
	/* A heap of anything has bytes. NOLINTNEXTLINE(*.MallocSizeof) */
	n.best.items = calloc(max, sizeof(struct blocklist_entry));
	if (!n.best.items)
		return NULL;
	/* A full set takes the kernel half a second: no lane is to wait. */
	pthread_mutex_unlock(&d->lock);
	error = read_newest(&n);
	pthread_mutex_lock(&d->lock);
	if (error)
		answer = control_error("the sets of table inet " BLOCKLIST_TABLE
				       " cannot be read: %s",
				       request_reason(error));
	else
		answer = json_pack(
			"{s:b, s:o, s:o}", "ok", 1, "total",
			request_number(n.total), "entries",
			entries(d, (void *)n.best.items, n.best.count));
	free(n.best.items);
	return answer;
}
