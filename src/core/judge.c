/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The judge: owns the tables, gives every segment exactly one verdict, and
 * hands out notices. How a segment becomes a finding is conversation.c's
 * business, how findings become a listing charge.c's.
 */
#include "core/judge.h"

#include <stdlib.h>
#include <string.h>

#include "judge_internal.h"

static uint32_t summaries_for(const struct judge_config *config)
{
	return config->follow ? config->flows
			      : config->flows / FLOWS_PER_SUMMARY + 1;
}

/* What a judge has for itself; the ledger is the caller's until it is used. */
static struct judge *judge_with(struct ledger *ledger,
				const struct judge_config *config,
				const uint8_t key[16])
{
	struct flow_timeouts timeouts = settings_timeouts(config);
	struct judge *j = ledger ? calloc(1, sizeof(*j)) : NULL;

	if (!j) {
		ledger_leave(ledger);
		return NULL;
	}
	j->config = *config;
	j->ledger = ledger;
	if (ledger->num_parts == 1) {
		j->sources = ledger->part[0].sources;
		j->services = ledger->part[0].services;
		j->hosts = ledger->part[0].hosts;
	}
	j->flows = flow_table_new(config->flows, key, &timeouts);
	j->summaries_at_once = config->follow;
	summary_learn_stories(j);
	if (!summary_pool_init(&j->summaries, config->flows,
			       summaries_for(config)) ||
	    !j->flows) {
		judge_free(j);
		return NULL;
	}
	return j;
}

struct judge *judge_new(const struct judge_config *config,
			const uint8_t key[16])
{
	return judge_with(ledger_new(config, key), config, key);
}

struct judge *judge_new_beside(struct judge *first, uint32_t flows,
			       const uint8_t key[16])
{
	struct judge_config config = first->config;

	config.flows = flows;
	first->ledger->num_judges++;
	return judge_with(first->ledger, &config, key);
}

void judge_free(struct judge *j)
{
	if (!j)
		return;
	flow_table_free(j->flows);
	ledger_leave(j->ledger);
	summary_pool_fini(&j->summaries);
	free(j);
}

void judge_set_time(struct judge *j, uint64_t now_ns)
{
	settings_refresh(j);
	if (!j->started) {
		j->started = true;
		j->now_ns = now_ns;
		j->grace_until_ns = now_ns + j->config.grace_s * NS_PER_S;
	}
	if (now_ns > j->now_ns)
		j->now_ns = now_ns;
}

/* Flags that no conforming host sends: no conversation is asked. */
static void charge_flags(struct judge *j, const struct segment *seg,
			 struct decision *d)
{
	struct charge c = {
		.source = &seg->src,
		.destination = &seg->dst,
		.port = seg->dst_port,
		.finding = d->finding,
		.began_ns = j->now_ns,
	};

	if (!seg->local)
		d->listed = charge_source(j, &c);
}

static enum verdict count_verdict(struct judge *j, bool drop)
{
	j->counters.segments++;
	if (drop && j->config.mode == MODE_ENFORCE) {
		j->counters.dropped++;
		return VERDICT_DROP;
	}
	j->counters.accepted++;
	return VERDICT_ACCEPT;
}

struct decision judge_segment(struct judge *j, const struct segment *seg,
			      uint64_t now_ns)
{
	struct decision d = {.verdict = VERDICT_ACCEPT};
	bool held, drop;

	judge_set_time(j, now_ns);
	d.finding = finding_of_flags(seg->flags);
	held = drop = !seg->local && source_is_held(j, &seg->src);
	if (d.finding != FINDING_NONE) {
		drop |= policy_drops(d.finding);
		charge_flags(j, seg, &d);
		conversation_note_invalid(j, seg, d.finding);
	} else if (!held || j->config.follow) {
		/* In a capture what we would have dropped went on. */
		conversation_step(j, seg, &d, &drop);
	}
	/* The one that tipped the score does not get through. */
	if (d.listed && !seg->local)
		drop |= source_is_held(j, &seg->src);
	if (d.finding != FINDING_NONE)
		j->counters.findings[d.finding]++;
	d.verdict = count_verdict(j, drop && !seg->local);
	if (d.verdict == VERDICT_DROP)
		d.settled = false;
	return d;
}

struct decision judge_refused(struct judge *j, enum segment_error error,
			      bool local)
{
	bool ours = error != SEG_NOT_IP && error != SEG_NOT_TCP;

	j->counters.refused[error]++;
	return (struct decision){
		.verdict = count_verdict(j, ours && !local),
	};
}

void judge_tick(struct judge *j, uint64_t now_ns)
{
	judge_set_time(j, now_ns);
	conversation_expire(j);
	listing_expire(j);
}

void judge_settled_ended(struct judge *j, const struct settled_end *e,
			 uint64_t now_ns)
{
	struct charge c = {
		.source = &e->orig,
		.destination = &e->resp,
		.port = e->resp_port,
		/*
		 * No proof: the kernel believes whoever answers, and what was
		 * proved to us and said nothing has not left the queue.
		 */
		.finding = FINDING_SYN_SCAN,
		.flags = EVIDENCE_SERVED,
	};

	judge_set_time(j, now_ns);
	c.began_ns = j->now_ns;
	j->counters.outcomes[e->conn_state]++;
	/* One that timed out may have been waiting for something. */
	if (!e->complete || !e->no_payload || e->conn_state == CONN_S1)
		return;
	j->counters.findings[FINDING_CONNECT_SCAN]++;
	charge_source(j, &c);
}

struct notice *notice_add(struct judge *j, enum notice_kind kind)
{
	struct notice *n;

	if (j->num_notices == JUDGE_NOTICES) {
		j->counters.notices_lost++;
		return NULL;
	}
	n = &j->notices[(j->first_notice + j->num_notices++) % JUDGE_NOTICES];
	*n = (struct notice){
		.kind = kind,
		.enforced = j->config.mode == MODE_ENFORCE,
	};
	return n;
}

bool judge_has_news(const struct judge *j)
{
	return j->num_notices > 0 || j->num_endings > 0;
}

bool judge_has_notices(const struct judge *j)
{
	return j->num_notices > 0;
}

bool judge_next_notice(struct judge *j, struct notice *out)
{
	if (j->num_notices == 0)
		return false;
	*out = j->notices[j->first_notice];
	j->first_notice = (j->first_notice + 1) % JUDGE_NOTICES;
	j->num_notices--;
	return true;
}

void judge_learn_service(struct judge *j, const struct address *address,
			 uint16_t port)
{
	struct service *s;

	endpoints_open(j, address);
	s = service_learn(j->services, address, port);
	if (source_is_spared(j, address))
		service_keep(j->services, s);
	host_heard(j->hosts, address, ledger_host_hash(j, address));
	endpoints_close(j);
}

const struct judge_counters *judge_counters(const struct judge *j)
{
	return &j->counters;
}

size_t judge_flow_bytes(const struct judge *j)
{
	return flow_table_bytes(j->flows) + summary_pool_bytes(&j->summaries);
}

uint32_t judge_num_flows(const struct judge *j)
{
	return flow_count(j->flows);
}

uint32_t judge_num_sources(const struct judge *j)
{
	uint32_t sum = 0;

	for (int q = 0; q < SOURCE_NUM_QUEUES; q++)
		sum += ledger_queued(j->ledger, (enum source_queue)q);
	return sum;
}

uint32_t judge_num_listed(const struct judge *j)
{
	return listing_count(j);
}

uint32_t judge_num_services(struct judge *j)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < j->ledger->num_parts; i++) {
		endpoints_open_part(j, i);
		sum += service_count(j->services);
		endpoints_close(j);
	}
	return sum;
}
