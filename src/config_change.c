/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the configuration that holds and another, key by key,
 * and what of it is taken over without a restart. The file that is read again
 * is reload.c's business.
 */
#include "config_value.h"

#include <stdlib.h>
#include <string.h>

static const void *value_of(const struct config *c, const struct config_key *k)
{
	return (const char *)c + k->offset;
}

static size_t size_of(const struct config_key *k)
{
	switch (k->type) {
	case CONFIG_MODE:
		return sizeof(enum judge_mode);
	case CONFIG_PATH:
		return k->max + 1;
	case CONFIG_PREFIXES:
		return k->max * sizeof(struct prefix);
	case CONFIG_NUMBER:
	case CONFIG_SECONDS:
	case CONFIG_MILLI:
	case CONFIG_MICRO:
		break;
	}
	return sizeof(uint32_t);
}

static size_t num_prefixes(const struct config *c, const struct config_key *k)
{
	return *(const size_t *)((const char *)c + k->num_offset);
}

static bool same_prefixes(const struct config *a, const struct config *b,
			  const struct config_key *k)
{
	size_t num = num_prefixes(a, k);

	return num == num_prefixes(b, k) &&
	       memcmp(value_of(a, k), value_of(b, k),
		      num * sizeof(struct prefix)) == 0;
}

bool config_same(const struct config *a, const struct config *b,
		 const struct config_key *k)
{
	if (k->type == CONFIG_PREFIXES)
		return same_prefixes(a, b, k);
	if (k->type == CONFIG_PATH)
		return strcmp(value_of(a, k), value_of(b, k)) == 0;
	return memcmp(value_of(a, k), value_of(b, k), size_of(k)) == 0;
}

void config_copy(struct config *to, const struct config *from,
		 const struct config_key *k)
{
	memcpy((char *)to + k->offset, value_of(from, k), size_of(k));
	if (k->type == CONFIG_PREFIXES)
		*config_num_prefixes(to, k) = num_prefixes(from, k);
}

/* As text that is safe to show, to be freed; NULL without memory. */
static char *text_of(const struct config *c, const struct config_key *k)
{
	char *text = NULL, *safe;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	if (!out)
		return NULL;
	config_print_value(c, k, out);
	if (fclose(out) == EOF) {
		free(text);
		return NULL;
	}
	bytes = 4 * bytes + 1;
	safe = malloc(bytes);
	if (safe)
		config_escape(text, safe, bytes);
	free(text);
	return safe;
}

void config_changes(const struct config *c, const struct config *next,
		    config_change_fn fn, void *arg)
{
	for (const struct config_key *k = config_keys; k->name; k++) {
		char *was, *now;

		if (config_same(c, next, k))
			continue;
		was = text_of(c, k);
		now = text_of(next, k);
		fn(arg, &(struct config_change){
				.section = k->section,
				.key = k->name,
				.was = was ? was : "?",
				.now = now ? now : "?",
				.live = k->live,
			});
		free(was);
		free(now);
	}
}

void config_take_live(struct config *c, const struct config *next)
{
	for (const struct config_key *k = config_keys; k->name; k++)
		if (k->live)
			config_copy(c, next, k);
	c->judge.test = next->judge.test;
}
