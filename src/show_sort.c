/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The orders in which "handshakectl top" can show its two tables. */
#include <stdlib.h>

#include "show.h"

const struct top_order top_orders[] = {
	{'s', TOP_SOURCES, NULL, true, "worst sources",
	 "sources: the highest score first"},
	{'t', TOP_SOURCES, "seen_age_s", false, "latest sources",
	 "sources: the latest evidence first"},
	{'o', TOP_SOURCES, "ports", true, "sources by ports",
	 "sources: the most ports first"},
	{'d', TOP_SOURCES, "hosts", true, "sources by hosts",
	 "sources: the most destination hosts first"},
	{'n', TOP_BLOCKLIST, NULL, true, "newest on the list",
	 "list: the newest first"},
	{'e', TOP_BLOCKLIST, "expires_s", false, "next to expire",
	 "list: the next to expire first"},
	{'p', TOP_BLOCKLIST, "packets", true, "list by packets",
	 "list: the most dropped packets first"},
	{'b', TOP_BLOCKLIST, "bytes", true, "list by bytes",
	 "list: the most dropped bytes first"},
	{0},
};

const struct top_order *top_order_of(char key)
{
	for (const struct top_order *o = top_orders; o->key; o++)
		if (o->key == key)
			return o;
	return NULL;
}

struct entry {
	json_t *object;
	size_t place; /* so far, which decides between equals */
	double value; /* what is less is shown first */
};

/* An element without a timeout never expires. */
static double value_of(const json_t *o, const struct top_order *order)
{
	if (order->key == 'e' && show_number(o, "timeout_s") == 0)
		return 1e300;
	return order->descending ? -show_real(o, order->member)
				 : show_real(o, order->member);
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->value < y->value || x->value > y->value)
		return x->value < y->value ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

/* Sorts `list` and keeps its first entries. */
static void sort_list(json_t *list, const struct top_order *order, size_t keep)
{
	const size_t num = json_array_size(list);
	struct entry *entries = calloc(num + 1, sizeof(*entries));

	for (size_t i = 0; entries && i < num; i++) {
		json_t *object = json_incref(json_array_get(list, i));

		entries[i] = (struct entry){object, i, value_of(object, order)};
	}
	if (entries) {
		qsort(entries, num, sizeof(*entries), compare);
		json_array_clear(list);
	}
	for (size_t i = 0; entries && i < num; i++) {
		if (i < keep)
			json_array_append(list, entries[i].object);
		json_decref(entries[i].object);
	}
	free(entries);
}

void top_sort(json_t *answer, const struct top_order *order, size_t keep)
{
	json_t *list = json_object_get(
		answer, order->list == TOP_SOURCES ? "sources" : "entries");

	if (!order->member || !json_is_array(list))
		return; /* as the daemon sorted it */
	sort_list(list, order, keep);
	/* "the worst 5 of 7000" is not what they are. */
	json_object_del(answer, "total");
}
