/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What handshakectl can ask of the running daemon: a table of requests, each
 * answered with a JSON object.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "log.h"

static const char *mode_name(enum judge_mode mode)
{
	return mode == MODE_ENFORCE ? "enforce" : "observe";
}

__attribute__((format(printf, 1, 2))) static json_t *done(const char *format,
							  ...)
{
	va_list ap;
	json_t *text;

	va_start(ap, format);
	text = json_vsprintf(format, ap);
	va_end(ap);
	return json_pack("{s:b, s:o}", "ok", 1, "message", text);
}

/* ---- status ---- */

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

/* Each by itself. */
static json_t *queues_status(struct daemon *d)
{
	json_t *queues = json_array();

	for (unsigned int i = 0; i < d->num_lanes; i++) {
		struct nfqueue_counters c;

		lane_enter(d->lane[i]);
		c = *lane_counters(d->lane[i]);
		lane_leave(d->lane[i]);
		json_array_append_new(queues,
				      json_pack("{s:i, s:o, s:o, s:o}", "num",
						(int)(d->config.queue_num + i),
						"received", number(c.received),
						"accepted", number(c.accepted),
						"dropped", number(c.dropped)));
	}
	return queues;
}

static json_t *queue_status(struct daemon *d,
			    const struct judge_counters *judged)
{
	const struct queue_totals queued = daemon_queued(d);
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
		      number(c->received), "accepted", number(c->accepted),
		      "dropped", number(c->dropped), "refused", number(refused),
		      "malformed", number(c->malformed), "overruns",
		      number(c->overruns), "verdict_errors",
		      number(c->verdict_errors), "conntrack_marks",
		      queued.has_conntrack);
	if (nfqueue_kernel_counters((uint16_t)d->config.queue_num,
				    d->config.queue_count, &kernel)) {
		json_object_set_new(o, "kernel_dropped",
				    number(kernel.kernel_dropped));
		json_object_set_new(o, "user_dropped",
				    number(kernel.user_dropped));
	}
	return o;
}

static json_t *engine_status(struct daemon *d, const struct judge_counters *c)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
		" s:o, s:o, s:o, s:o}",
		"segments", number(c->segments), "settled", number(c->settled),
		"flows", number(daemon_queued(d).flows), "flows_max",
		number(d->config.judge.flows), "sources",
		number(judge_num_sources(d->judge)), "services",
		number(judge_num_services(d->judge)), "flows_evicted",
		number(c->flows_evicted), "summaries_short",
		number(c->summaries_short), "listed",
		number(judge_num_listed(d->judge)), "listings",
		number(c->listings), "withheld_standing",
		number(c->withheld_standing), "withheld_in_step",
		number(c->withheld_in_step), "withheld_rate",
		number(c->withheld_rate), "gave_way", number(c->gave_way),
		"held_back", number(c->held_back), "notices_lost",
		number(c->notices_lost));
}

/* Only what happened: names with a count. */
static json_t *nonzero(const char *const *names, const uint64_t *counts, int n)
{
	json_t *o = json_object();

	for (int i = 0; i < n; i++)
		if (counts[i])
			json_object_set_new(o, names[i], number(counts[i]));
	return o;
}

static json_t *blocklist_status(struct daemon *d)
{
	const struct blocklist_counters *c = blocklist_counters(d->blocklist);

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "added",
			 number(c->added), "put_back",
			 number(d->lists.put_back), "deleted",
			 number(c->deleted), "set_full", number(c->set_full),
			 "not_tried", number(d->not_tried), "table_missing",
			 number(c->table_missing), "failed", number(c->failed),
			 "transactions", number(c->transactions));
}

static json_t *conntrack_status(struct daemon *d)
{
	const struct conntrack_events_counters *c;

	if (!d->ended)
		return json_object();
	c = conntrack_events_counters(d->ended);
	return json_pack("{s:o, s:o, s:o}", "ended", number(c->ended),
			 "overruns", number(c->overruns), "malformed",
			 number(c->malformed));
}

static json_t *status(struct daemon *d, int argc, char **argv)
{
	const struct judge_counters judged = daemon_judged(d), *c = &judged;
	uint64_t uptime_ns = loop_now_ns() - d->started_ns;

	(void)argc;
	(void)argv;
	return json_pack(
		"{s:b, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
		" s:o}",
		"ok", 1, "version", HANDSHAKED_VERSION, "mode",
		mode_name(judge_mode(d->judge)), "pid", (int)getpid(),
		"uptime_s", number(uptime_ns / NS_PER_S), "queue",
		queue_status(d, c), "queues", queues_status(d), "engine",
		engine_status(d, c), "outcomes",
		nonzero(conn_state_name, c->outcomes, NUM_CONN_STATES),
		"findings", nonzero(finding_name, c->findings, NUM_FINDINGS),
		"refused",
		nonzero(segment_error_name, c->refused, SEG_NUM_ERRORS),
		"blocklist", blocklist_status(d), "conntrack",
		conntrack_status(d));
}

/* ---- changes ---- */

/* Digits only, 10 s to 30 days, as the configuration's block_time. */
static bool parse_seconds(const char *text, uint32_t *out)
{
	char *end;
	unsigned long n;

	if (text[strspn(text, "0123456789")] != '\0' || strlen(text) > 8)
		return false;
	n = strtoul(text, &end, 10);
	if (end == text || n < 10 || n > 2592000)
		return false;
	*out = (uint32_t)n;
	return true;
}

bool request_parse_source(const char *text, struct prefix *out)
{
	if (!prefix_parse(text, out) || !blocklist_takes(out))
		return false;
	memset(out->address.byte + out->bits / 8, 0, 16 - out->bits / 8);
	return true;
}

/* The block stands in any case; this makes it outlive daemon and rules. */
static void remember_block(struct daemon *d, const struct prefix *source,
			   uint32_t seconds)
{
	const uint64_t now_ns = loop_now_ns();
	const struct operator_block b = {*source, now_ns,
					 now_ns + seconds * NS_PER_S};

	d->lists.changed = true;
	if (!operator_list_add(d->lists.by_operator, &b, now_ns))
		log_warnx("more than %d blocks by operator: this one ends with"
			  " the rules",
			  OPERATOR_LIST_SIZE);
}

static json_t *block(struct daemon *d, int argc, char **argv)
{
	uint32_t seconds = d->config.judge.block_time_s;
	struct prefix source;
	int error;

	if (!request_parse_source(argv[1], &source))
		return control_error(REQUEST_SOURCE_FORM, argv[1]);
	if (argc > 2 && !parse_seconds(argv[2], &seconds))
		return control_error(
			"duration \"%s\": must be 10 to 2592000 seconds",
			argv[2]);
	blocklist_add(d->blocklist, &source, seconds, REASON_OPERATOR);
	error = daemon_flush_blocklist(d);
	if (error)
		return control_error("%s was not blocked: %s", argv[1],
				     strerror(-error));
	remember_block(d, &source, seconds);
	log_info("listed source=%s timeout=%us reason=\"" REASON_OPERATOR "\"",
		 argv[1], seconds);
	return done("%s blocked for %u s", argv[1], seconds);
}

/* Out of the set and of all that could put it back. */
static int forget(struct daemon *d, const struct prefix *source)
{
	judge_forgive(d->judge, source);
	operator_list_del(d->lists.by_operator, source);
	d->lists.changed = true;
	return blocklist_del(d->blocklist, source);
}

/* An address is let in again only if its /64 is not blocked either. */
static int forget_with_net(struct daemon *d, const struct prefix *source)
{
	int error = forget(d, source), net_error;
	struct prefix net = *source;

	if (source->bits == 64 || address_is_ipv4(&source->address))
		return error;
	net.bits = 64;
	memset(net.address.byte + 8, 0, 8);
	net_error = forget(d, &net);
	return error == -ENOENT ? net_error : error;
}

static json_t *unblock(struct daemon *d, int argc, char **argv)
{
	struct prefix source;
	int error;

	(void)argc;
	if (!request_parse_source(argv[1], &source))
		return control_error(REQUEST_SOURCE_FORM, argv[1]);
	error = forget_with_net(d, &source);
	if (error == -ENOENT)
		return control_error("%s is not blocked", argv[1]);
	if (error)
		return control_error("%s was not unblocked: %s", argv[1],
				     strerror(-error));
	log_info("unlisted source=%s by operator", argv[1]);
	return done("%s unblocked", argv[1]);
}

static json_t *mode(struct daemon *d, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "enforce") == 0)
		judge_set_mode(d->judge, MODE_ENFORCE);
	else if (argc == 2 && strcmp(argv[1], "observe") == 0)
		judge_set_mode(d->judge, MODE_OBSERVE);
	else if (argc == 2)
		return control_error("mode \"%s\": must be enforce or observe",
				     argv[1]);
	if (argc == 2)
		log_info("mode=%s by operator", argv[1]);
	return done("mode is %s", mode_name(judge_mode(d->judge)));
}

static const struct {
	const char *name;
	int min_words, max_words; /* its name among them */
	json_t *(*answer)(struct daemon *d, int argc, char **argv);
} requests[] = {
	{"status", 1, 1, status},
	{"block", 2, 3, block},
	{"explain", 2, 2, request_explain},
	{"unblock", 2, 2, unblock},
	{"mode", 1, 2, mode},
	{"reload", 1, 1, request_reload},
};

json_t *daemon_request(void *arg, int argc, char **argv)
{
	for (size_t i = 0; argc > 0 && i < ARRAY_SIZE(requests); i++) {
		if (strcmp(argv[0], requests[i].name) != 0)
			continue;
		if (argc < requests[i].min_words ||
		    argc > requests[i].max_words)
			return control_error("%s: wrong number of words",
					     argv[0]);
		return requests[i].answer(arg, argc, argv);
	}
	return control_error("unknown request \"%s\"", argc ? argv[0] : "");
}
