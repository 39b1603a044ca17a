/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What judges go by: the defaults, and what can be changed while they work.
 * The ledger has it, with a number that says how often it was changed; a judge
 * whose copy is of another number takes a new one before it goes on.
 */
#include "judge_internal.h"

void judge_config_default(struct judge_config *config)
{
	*config = (struct judge_config){
		.mode = MODE_ENFORCE,
		.judges = 1,
		.flows = 262144,
		.sources = 65536,
		.services = 65536,
		.syn_timeout_s = 5,
		.half_open_timeout_s = 30,
		.grace_s = 10,
		/*
		 * Success of 0.8 and 0.2 of the attempts of honest hosts and
		 * scanners, 0.99 of the scanners found, one honest host in ten
		 * thousand taken for one: ln(0.8/0.2), ln(0.2/0.8),
		 * ln(0.99/0.0001), ln(0.01/0.9999).
		 */
		.test = {1386, -1386, 9200, -4605},
		.evidence_age_s = 86400,
		.block_time_s = 600,
		.block_time_proved_s = 3600,
		.block_time_max_s = 86400,
		.listings_per_minute = 20,
		.blocklist_size = 65536,
		.inside_failures = 250,
		.pending = 7,
		.net_addresses = 3,
		.flood_half_open = 256,
	};
}

struct flow_timeouts settings_timeouts(const struct judge_config *config)
{
	struct flow_timeouts t;

	/* As long as the kernel keeps a connection that ended by RST; far
	 * longer than a packet can wait in the queue. */
	t.ms[FLOW_Q_LINGER] = 10 * 1000;
	/* The answer to a stray comes in a round trip or never. */
	t.ms[FLOW_Q_STRAY] = 30 * 1000;
	t.ms[FLOW_Q_HALF] = config->half_open_timeout_s * 1000;
	/* With the SYN's own time the 127 s of Linux's retries. */
	t.ms[FLOW_Q_SILENT] = 122 * 1000;
	t.ms[FLOW_Q_SYN] = config->syn_timeout_s * 1000;
	/* Idle before its first data; after that it is picked up anew. */
	t.ms[FLOW_Q_OPEN] = 3600 * 1000;
	return t;
}

/* The sizes of its tables are its own, and its start is over. */
static void take_config(struct judge *j, const struct judge_config *config)
{
	const struct judge_config own = j->config;
	struct flow_timeouts timeouts;

	j->config = *config;
	j->config.flows = own.flows;
	j->config.sources = own.sources;
	j->config.services = own.services;
	j->config.judges = own.judges;
	j->config.grace_s = own.grace_s;
	j->config.follow = own.follow;
	timeouts = settings_timeouts(&j->config);
	flow_table_set_timeouts(j->flows, &timeouts);
}

void settings_refresh(struct judge *j)
{
	struct ledger *l = j->ledger;

	if (__atomic_load_n(&l->version, __ATOMIC_RELAXED) ==
	    j->settings_version)
		return;
	ledger_lock(j);
	j->settings_version = l->version;
	take_config(j, &l->settings.config);
	j->exempt = l->settings.exempt;
	j->inside = l->settings.inside;
	ledger_unlock(j);
}

static void set_prefixes(struct prefix_list *list,
			 const struct prefix *prefixes, size_t count)
{
	if (count > JUDGE_MAX_PREFIXES)
		count = JUDGE_MAX_PREFIXES;
	for (size_t i = 0; i < count; i++)
		list->prefix[i] = prefixes[i];
	list->count = count;
}

/* The others will see it with their next segment or tick. */
static void settings_changed(struct judge *j)
{
	__atomic_add_fetch(&j->ledger->version, 1, __ATOMIC_RELAXED);
	ledger_unlock(j);
	settings_refresh(j);
}

void judge_set_exempt(struct judge *j, const struct prefix *prefixes,
		      size_t count)
{
	ledger_lock(j);
	set_prefixes(&j->ledger->settings.exempt, prefixes, count);
	settings_changed(j);
}

void judge_set_inside(struct judge *j, const struct prefix *prefixes,
		      size_t count)
{
	ledger_lock(j);
	set_prefixes(&j->ledger->settings.inside, prefixes, count);
	settings_changed(j);
}

void judge_set_config(struct judge *j, const struct judge_config *config)
{
	ledger_lock(j);
	j->ledger->settings.config = *config;
	settings_changed(j);
}

void judge_set_mode(struct judge *j, enum judge_mode mode)
{
	ledger_lock(j);
	j->ledger->settings.config.mode = mode;
	settings_changed(j);
}

enum judge_mode judge_mode(const struct judge *j)
{
	return j->config.mode;
}
