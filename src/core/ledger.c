/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts, their locks, and in which part an address is. */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#include "judge_internal.h"

/* ---- construction ---- */

static bool part_init(struct ledger_part *p, const struct judge_config *c,
		      unsigned int num_parts, const uint8_t key[16])
{
	uint32_t sources = (c->sources + num_parts - 1) / num_parts;
	uint32_t services = (c->services + num_parts - 1) / num_parts;

	pthread_mutex_init(&p->sources_lock, NULL);
	pthread_mutex_init(&p->endpoints_lock, NULL);
	p->sources = source_table_new(sources, key);
	p->services = service_table_new(services, key);
	p->hosts = host_table_new(services, key);
	return p->sources && p->services && p->hosts;
}

static void part_fini(struct ledger_part *p)
{
	pthread_mutex_destroy(&p->sources_lock);
	pthread_mutex_destroy(&p->endpoints_lock);
	source_table_free(p->sources);
	service_table_free(p->services);
	host_table_free(p->hosts);
}

struct ledger *ledger_new(const struct judge_config *config,
			  const uint8_t key[16])
{
	struct ledger *l = calloc(1, sizeof(*l));
	bool complete;

	if (!l)
		return NULL;
	l->num_judges = 1;
	l->num_parts = config->judges > 1 ? LEDGER_PARTS : 1;
	memcpy(&l->part_key, key, sizeof(l->part_key));
	l->part_key |= 1;
	l->settings.config = *config;
	l->rate_credit_ns = 60 * NS_PER_S;
	pthread_mutex_init(&l->lock, NULL);
	l->lockstep = lockstep_new();
	complete = l->lockstep;
	for (unsigned int i = 0; i < l->num_parts; i++)
		complete &= part_init(&l->part[i], config, l->num_parts, key);
	if (complete)
		return l;
	ledger_leave(l);
	return NULL;
}

void ledger_leave(struct ledger *l)
{
	if (!l || --l->num_judges > 0)
		return;
	for (unsigned int i = 0; i < l->num_parts; i++)
		part_fini(&l->part[i]);
	lockstep_free(l->lockstep);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* ---- which part ---- */

/*
 * Multiplicative hashing by a number nobody knows. Whoever filled one part on
 * purpose would have saved himself filling the others, and got no further:
 * each has the queues and shares of the whole.
 */
static unsigned int part_of(const struct ledger *l, const uint8_t *bytes,
			    size_t len)
{
	uint64_t sum = 0, word;

	for (size_t i = 0; i < len; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		sum = (sum ^ word) * l->part_key;
		sum ^= sum >> 32;
	}
	return (unsigned int)(sum * l->part_key >> 60);
}

/* An IPv6 address and its /64 have to be in the same. */
static unsigned int part_of_source(const struct ledger *l,
				   const struct address *source)
{
	if (address_is_ipv4(source))
		return part_of(l, source->byte + 8, 8);
	return part_of(l, source->byte, 8);
}

static unsigned int part_of_endpoint(const struct ledger *l,
				     const struct address *address)
{
	return part_of(l, address->byte, 16);
}

uint32_t ledger_host_hash(const struct judge *j, const struct address *host)
{
	/* Every table has the same key. */
	uint32_t hash = source_hash(j->ledger->part[0].sources, host);

	if (j->ledger->num_parts == 1)
		return hash;
	return hash >> 4 | part_of_endpoint(j->ledger, host) << 28;
}

/* ---- opening and closing ---- */

/*
 * Judges read the clock each for itself: whoever comes after another must not
 * find what happened there to lie ahead.
 */
static void meet(struct judge *j, uint64_t *latest_ns)
{
	if (*latest_ns > j->now_ns)
		j->now_ns = *latest_ns;
	else
		*latest_ns = j->now_ns;
}

void sources_open_part(struct judge *j, unsigned int n)
{
	struct ledger_part *p = &j->ledger->part[n];

	if (j->ledger->num_parts == 1)
		return;
	pthread_mutex_lock(&p->sources_lock);
	meet(j, &p->sources_ns);
	j->open_sources = p;
	j->sources = p->sources;
}

void sources_open(struct judge *j, const struct address *source)
{
	if (j->ledger->num_parts > 1)
		sources_open_part(j, part_of_source(j->ledger, source));
}

void sources_close(struct judge *j)
{
	if (j->ledger->num_parts == 1)
		return;
	j->sources = NULL;
	pthread_mutex_unlock(&j->open_sources->sources_lock);
}

void endpoints_open_part(struct judge *j, unsigned int n)
{
	struct ledger_part *p = &j->ledger->part[n];

	if (j->ledger->num_parts == 1)
		return;
	pthread_mutex_lock(&p->endpoints_lock);
	meet(j, &p->endpoints_ns);
	j->open_endpoints = p;
	j->services = p->services;
	j->hosts = p->hosts;
}

void endpoints_open(struct judge *j, const struct address *address)
{
	if (j->ledger->num_parts > 1)
		endpoints_open_part(j, part_of_endpoint(j->ledger, address));
}

void endpoints_open_hash(struct judge *j, uint32_t host_hash)
{
	if (j->ledger->num_parts > 1)
		endpoints_open_part(j, host_hash >> 28);
}

void endpoints_close(struct judge *j)
{
	if (j->ledger->num_parts == 1)
		return;
	j->services = NULL;
	j->hosts = NULL;
	pthread_mutex_unlock(&j->open_endpoints->endpoints_lock);
}

void ledger_lock(struct judge *j)
{
	if (j->ledger->num_parts > 1)
		pthread_mutex_lock(&j->ledger->lock);
}

void ledger_unlock(struct judge *j)
{
	if (j->ledger->num_parts > 1)
		pthread_mutex_unlock(&j->ledger->lock);
}

uint32_t ledger_queued(const struct ledger *l, enum source_queue queue)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < l->num_parts; i++)
		sum += source_queued(l->part[i].sources, queue);
	return sum;
}
