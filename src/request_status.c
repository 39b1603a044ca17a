/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The request "status": all that the daemon counts, as JSON. */
#include <unistd.h>

#include "daemon.h"

/* Each by itself. */
static json_t *queues_status(struct daemon *d)
{
	json_t *queues = json_array();

	for (unsigned int i = 0; i < d->num_lanes; i++) {
		struct nfqueue_counters c;

		lane_enter(d->lane[i]);
		c = *lane_counters(d->lane[i]);
		lane_leave(d->lane[i]);
		json_array_append_new(
			queues,
			json_pack("{s:i, s:o, s:o, s:o}", "num",
				  (int)(d->config.queue_num + i), "received",
				  request_number(c.received), "accepted",
				  request_number(c.accepted), "dropped",
				  request_number(c.dropped)));
	}
	return queues;
}

/* Queue numbers on which the rules and the daemon do not agree. */
static void add_match(json_t *queue, const struct queue_match *m)
{
	json_t *mismatch = json_array();

	if (m->is_known) {
		json_object_set_new(queue, "unserved",
				    request_number(m->unserved));
		json_object_set_new(queue, "unfed", request_number(m->unfed));
	}
	if (m->unserved)
		json_array_append_new(mismatch, json_string(m->unserved_text));
	if (m->unfed)
		json_array_append_new(mismatch, json_string(m->unfed_text));
	json_object_set_new(queue, "mismatch", mismatch);
}

static json_t *queue_status(struct daemon *d,
			    const struct judge_counters *judged)
{
	const struct queue_totals queued = queues_totals(d);
	const struct nfqueue_counters *c = &queued.counters;
	struct nfqueue_kernel_counters kernel;
	uint64_t refused = 0;
	json_t *o;

	for (int i = 0; i < SEG_NUM_ERRORS; i++)
		refused += judged->refused[i];
	o = json_pack("{s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}",
		      "num", (int)d->config.queue_num, "count",
		      (int)d->config.queue_count, "length",
		      (int)d->config.queue_length, "received",
		      request_number(c->received), "accepted",
		      request_number(c->accepted), "dropped",
		      request_number(c->dropped), "refused",
		      request_number(refused), "malformed",
		      request_number(c->malformed), "overruns",
		      request_number(c->overruns), "verdict_errors",
		      request_number(c->verdict_errors), "conntrack_marks",
		      queued.has_conntrack);
	queue_check_turn(d);
	add_match(o, &d->match);
	if (d->unjudged.has_counter)
		json_object_set_new(o, "unjudged",
				    request_number(d->unjudged.passed));
	if (nfqueue_kernel_counters((uint16_t)d->config.queue_num,
				    d->config.queue_count, &kernel)) {
		json_object_set_new(o, "kernel_dropped",
				    request_number(kernel.kernel_dropped));
		json_object_set_new(o, "user_dropped",
				    request_number(kernel.user_dropped));
	}
	return o;
}

/* What the rules dropped before the queue; a missing counter is left out. */
static json_t *rules_status(void)
{
	static const struct {
		const char *counter, *packets, *bytes;
	} drops[] = {
		{RULE_COUNTER_BLOCKED, "blocked_packets", "blocked_bytes"},
		{RULE_COUNTER_OVERRATE, "overrate_packets", "overrate_bytes"},
	};
	json_t *o = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(drops); i++) {
		struct rule_counter c;

		if (rule_counter_read(NULL, drops[i].counter, &c) < 0)
			continue;
		json_object_set_new(o, drops[i].packets,
				    request_number(c.packets));
		json_object_set_new(o, drops[i].bytes, request_number(c.bytes));
	}
	return o;
}

static json_t *engine_status(struct daemon *d, const struct judge_counters *c)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
		" s:o, s:o, s:o, s:o}",
		"segments", request_number(c->segments), "settled",
		request_number(c->settled), "flows",
		request_number(queues_totals(d).flows), "flows_max",
		request_number(d->config.judge.flows), "sources",
		request_number(judge_num_sources(d->judge)), "services",
		request_number(judge_num_services(d->judge)), "flows_evicted",
		request_number(c->flows_evicted), "summaries_short",
		request_number(c->summaries_short), "listed",
		request_number(judge_num_listed(d->judge)), "listings",
		request_number(c->listings), "withheld_standing",
		request_number(c->withheld_standing), "withheld_in_step",
		request_number(c->withheld_in_step), "withheld_rate",
		request_number(c->withheld_rate), "gave_way",
		request_number(c->gave_way), "held_back",
		request_number(c->held_back), "notices_lost",
		request_number(c->notices_lost));
}

/* Only what happened: names with a count. */
static json_t *nonzero(const char *const *names, const uint64_t *counts, int n)
{
	json_t *o = json_object();

	for (int i = 0; i < n; i++)
		if (counts[i])
			json_object_set_new(o, names[i],
					    request_number(counts[i]));
	return o;
}

static json_t *blocklist_status(struct daemon *d)
{
	const struct blocklist_counters *c = blocklist_counters(d->blocklist);

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "added",
			 request_number(c->added), "put_back",
			 request_number(d->lists.put_back), "deleted",
			 request_number(c->deleted), "set_full",
			 request_number(c->set_full), "not_tried",
			 request_number(d->not_tried), "table_missing",
			 request_number(c->table_missing), "failed",
			 request_number(c->failed), "transactions",
			 request_number(c->transactions));
}

static json_t *conntrack_status(struct daemon *d)
{
	const struct conntrack_events_counters *c;

	if (!d->ended)
		return json_object();
	c = conntrack_events_counters(d->ended);
	return json_pack("{s:o, s:o, s:o}", "ended", request_number(c->ended),
			 "overruns", request_number(c->overruns), "malformed",
			 request_number(c->malformed));
}

json_t *request_status(struct daemon *d, int argc, char **argv)
{
	const struct judge_counters judged = queues_judged(d), *c = &judged;
	uint64_t uptime_ns = loop_now_ns() - d->started_ns;
	uint64_t since_ns = d->mode_since_ns ? d->mode_since_ns : d->started_ns;
	json_t *started = request_timestamp(d->started_ns), *mode_since;

	(void)argc;
	(void)argv;
	/* Told twice it would differ: two clocks never keep step. */
	mode_since = d->mode_since_ns ? request_timestamp(since_ns)
				      : json_copy(started);
	return json_pack(
		"{s:b, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
		" s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"ok", 1, "version", HANDSHAKED_VERSION, "mode",
		request_mode_name(judge_mode(d->judge)), "pid", (int)getpid(),
		"uptime_s", request_number(uptime_ns / NS_PER_S), "started",
		started, "mode_since", mode_since, "mode_for_s",
		request_number((loop_now_ns() - since_ns) / NS_PER_S), "queue",
		queue_status(d, c), "queues", queues_status(d), "rules",
		rules_status(), "engine", engine_status(d, c), "outcomes",
		nonzero(conn_state_name, c->outcomes, NUM_CONN_STATES),
		"findings", nonzero(finding_name, c->findings, NUM_FINDINGS),
		"refused",
		nonzero(segment_error_name, c->refused, SEG_NUM_ERRORS),
		"blocklist", blocklist_status(d), "conntrack",
		conntrack_status(d), "events", events_status(d->events),
		"last_events", events_last(d->events));
}
