/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What several judges, each in a thread of its own, know together: sources,
 * endpoints that serve, hosts, who is in step, how many are listed. A scanner's
 * probes come to all of them; what it did adds up here.
 *
 * There is no lock over all of it. Sources lie in parts by their address (an
 * IPv6 address with its /64), endpoints and hosts in parts by theirs, each part
 * a table and a lock. A judge opens the part an address is in, works with it,
 * and closes it. While it has a part of the sources open it may open one of
 * the endpoints, never the other way, and never two of a kind: nobody can wait
 * in a circle. A judge that shares with nobody has one part, always open.
 */
#ifndef HANDSHAKED_CORE_LEDGER_H
#define HANDSHAKED_CORE_LEDGER_H

#include <pthread.h>

#include "core/host.h"
#include "core/judge.h"
#include "core/lockstep.h"
#include "core/service.h"
#include "core/source.h"

/*
 * Enough for a few threads to meet seldom; a power of two, whose number fits
 * into the upper four bits of a hash, see ledger_host_hash().
 */
#define LEDGER_PARTS 16

struct prefix_list {
	struct prefix prefix[JUDGE_MAX_PREFIXES];
	size_t count;
};

/* What can change while judges work; each has a copy of its own. */
struct settings {
	struct judge_config config; /* judge_set_config() says what of it */
	struct prefix_list exempt, inside;
};

struct ledger_part {
	pthread_mutex_t sources_lock, endpoints_lock;
	struct source_table *sources;
	struct service_table *services;
	struct host_table *hosts;
	/* The latest time of a judge that had it open. */
	uint64_t sources_ns, endpoints_ns;
};

struct ledger {
	unsigned int num_judges;
	unsigned int num_parts; /* 1 or LEDGER_PARTS */
	uint64_t part_key;
	struct ledger_part part[LEDGER_PARTS];
	/* Read at every segment, written seldom: atomic, by no lock. */
	uint64_t held_until_ns;       /* no source is held after this */
	uint64_t maybe_held[4];       /* until then: see may_be_held() */
	uint64_t restricted_until_ns; /* nor restricted after this */
	uint64_t outside_heard_ns;    /* somebody inside got an answer */
	uint32_t version;             /* of the settings below */
	uint32_t floods; /* told and not over; more if one was evicted */
	/* Under this lock, with which nothing else is opened: */
	pthread_mutex_t lock;
	struct lockstep *lockstep;
	uint64_t rate_at_ns, rate_credit_ns; /* see take_rate() */
	struct settings settings;
};

/* NULL without memory. For config->judges of them; the first has it now. */
struct ledger *ledger_new(const struct judge_config *config,
			  const uint8_t key[16]);

/* One judge less; with the last it goes. NULL is fine. */
void ledger_leave(struct ledger *l);

/* ---- opening and closing; between them j->sources and so on are valid ---- */

void sources_open(struct judge *j, const struct address *source);
void sources_close(struct judge *j);

void endpoints_open(struct judge *j, const struct address *address);
void endpoints_open_hash(struct judge *j, uint32_t host_hash);
void endpoints_close(struct judge *j);

/* The `n`th part, for whoever has to look at all of them. */
void sources_open_part(struct judge *j, unsigned int n);
void endpoints_open_part(struct judge *j, unsigned int n);

void ledger_lock(struct judge *j);
void ledger_unlock(struct judge *j);

/*
 * The hash that stands for a host in struct evidence. Where there are parts
 * its upper bits say in which the host is.
 */
uint32_t ledger_host_hash(const struct judge *j, const struct address *host);

/* Sources in a queue, in all parts: as of now, without opening them. */
uint32_t ledger_queued(const struct ledger *l, enum source_queue queue);

/* ---- what is read without a lock ---- */

static inline uint64_t ledger_time(const uint64_t *at)
{
	return __atomic_load_n(at, __ATOMIC_RELAXED);
}

/* Sets it, unless it is later already. */
static inline void ledger_raise(uint64_t *at, uint64_t to)
{
	uint64_t was = ledger_time(at);

	while (was < to &&
	       !__atomic_compare_exchange_n(at, &was, to, true,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

#endif
