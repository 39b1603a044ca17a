/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request "blocklist": what the kernel's sets hold, whoever put it there:
 * the newest first, and at most REQUEST_MOST_ENTRIES of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/best.h"
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
	char text[PREFIX_TEXT_BYTES];
	json_t *o = json_pack("{s:s, s:o, s:o, s:o, s:o}", "source",
			      prefix_format(&e->source, text), "timeout_s",
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

static json_t *entries(const struct blocklist_entry *e, unsigned int count)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < count; i++)
		json_array_append_new(list, entry(&e[i]));
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
		answer = json_pack("{s:b, s:o, s:o}", "ok", 1, "total",
				   request_number(n.total), "entries",
				   entries((void *)n.best.items, n.best.count));
	free(n.best.items);
	return answer;
}
