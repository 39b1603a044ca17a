/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of summaries: an array, and a list through those of its records
 * that were given back.
 */
#include "core/summary_pool.h"

#include <stdlib.h>
#include <string.h>

bool summary_pool_init(struct summary_pool *p, uint32_t flows,
		       uint32_t capacity)
{
	memset(p, 0, sizeof(*p));
	p->flows = flows;
	p->capacity = capacity;
	p->word = calloc((size_t)flows + 1, sizeof(*p->word));
	p->records = calloc(capacity, sizeof(*p->records));
	return p->word && p->records;
}

void summary_pool_fini(struct summary_pool *p)
{
	free(p->word);
	free(p->records);
}

uint32_t summary_pool_take(struct summary_pool *p)
{
	uint32_t number = p->free;

	if (number)
		p->free = p->records[number - 1].next_free;
	else if (p->num_fresh < p->capacity)
		number = ++p->num_fresh;
	return number;
}

void summary_pool_give(struct summary_pool *p, uint32_t number)
{
	p->records[number - 1].next_free = p->free;
	p->free = number;
}

size_t summary_pool_bytes(const struct summary_pool *p)
{
	return ((size_t)p->flows + 1) * sizeof(*p->word) +
	       p->capacity * sizeof(*p->records);
}
