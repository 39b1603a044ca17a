/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The status answer as Prometheus metrics: one table says what each integer of
 * it is called, in the order in which they are written. Not in the table are
 *   pid, queue.num: names, not quantities; the latter is a label
 *   queue.received, .accepted, .dropped: the sums of those of each queue
 *   queue.refused: the sum of the reasons
 */
#include "metrics.h"

#include <string.h>

#include "core/base.h"
#include "core/finding.h"
#include "core/segment.h"
#include "core/summary.h"

enum metric_type {
	COUNTER,
	GAUGE
};

/*
 * Lines of one metric follow one another; the first has its help. `label` is
 * text as it is written, NULL for none. `object` is "" for the answer itself.
 */
static const struct metric {
	const char *object, *member, *name, *label;
	enum metric_type type;
	const char *help;
} metrics[] = {
	{"", "uptime_s", "uptime_seconds", NULL, GAUGE,
	 "Time since the daemon was started."},
	{"", "mode_for_s", "mode_seconds", NULL, GAUGE,
	 "Time since the mode was last changed."},
	{"events", "written", "events_written_total", NULL, COUNTER,
	 "Events written to the file."},
	{"events", "lost", "events_lost_total", NULL, COUNTER,
	 "Events that could not be written."},
	{"events", "suppressed", "events_suppressed_total", NULL, COUNTER,
	 "Events left out, too many of their kind at a time."},
	{"queue", "count", "queues", NULL, GAUGE,
	 "NFQUEUEs that the daemon reads, each with a thread."},
	{"queue", "length", "queue_length_max", NULL, GAUGE,
	 "Packets the kernel holds in a queue before they pass unseen."},
	{"queue", "malformed", "messages_malformed_total", NULL, COUNTER,
	 "Messages of the kernel without a packet id: no verdict possible."},
	{"queue", "overruns", "queue_overruns_total", NULL, COUNTER,
	 "Times that packets passed unseen, the queue's socket being full."},
	{"queue", "verdict_errors", "verdict_errors_total", NULL, COUNTER,
	 "Verdicts that the kernel did not take."},
	{"queue", "unjudged", "unjudged_packets_total", NULL, COUNTER,
	 "Packets that passed unjudged, the queue or its socket being full."},
	{"queue", "kernel_dropped", "queue_lost_total", "reason=\"queue_full\"",
	 COUNTER,
	 "Packets lost, the queue full; none where they pass instead."},
	{"queue", "user_dropped", "queue_lost_total", "reason=\"socket_full\"",
	 COUNTER, NULL},
	{"queue", "unserved", "queues_unserved", NULL, GAUGE,
	 "Queues that rules send packets to and the daemon does not serve."},
	{"queue", "unfed", "queues_unfed", NULL, GAUGE,
	 "Queues of the daemon that no rule sends packets to."},
	{"rules", "blocked_packets", "rules_dropped_packets_total",
	 "reason=\"listed\"", COUNTER,
	 "Packets that the rules dropped before they were queued."},
	{"rules", "overrate_packets", "rules_dropped_packets_total",
	 "reason=\"rate\"", COUNTER, NULL},
	{"rules", "blocked_bytes", "rules_dropped_bytes_total",
	 "reason=\"listed\"", COUNTER, "Bytes of these."},
	{"rules", "overrate_bytes", "rules_dropped_bytes_total",
	 "reason=\"rate\"", COUNTER, NULL},
	{"queue", "conntrack_marks", "conntrack_marks", NULL, GAUGE,
	 "Whether the kernel takes a ct mark with a verdict."},
	{"engine", "segments", "segments_total", NULL, COUNTER,
	 "TCP segments judged."},
	{"engine", "settled", "handshakes_settled_total", NULL, COUNTER,
	 "Handshakes completed, whose connections then pass by the queue."},
	{"engine", "flows", "flows", NULL, GAUGE, "Connections followed now."},
	{"engine", "flows_max", "flows_max", NULL, GAUGE,
	 "Connections that can be followed at one time."},
	{"engine", "flows_evicted", "flows_evicted_total", NULL, COUNTER,
	 "Connections given up to make room for others."},
	{"engine", "summaries_short", "histories_cut_total", NULL, COUNTER,
	 "Connections whose history was not kept, for want of room."},
	{"engine", "sources", "sources", NULL, GAUGE,
	 "Source addresses remembered now."},
	{"engine", "services", "services", NULL, GAUGE,
	 "Endpoints known to serve."},
	{"engine", "listed", "listed_sources", NULL, GAUGE,
	 "Sources that the engine holds to be listed now."},
	{"engine", "listings", "listings_total", NULL, COUNTER,
	 "Sources that were called scanners and listed; in mode observe, that "
	 "would have been."},
	{"engine", "withheld_standing", "listings_withheld_total",
	 "reason=\"standing\"", COUNTER,
	 "Sources restricted instead of listed."},
	{"engine", "withheld_in_step", "listings_withheld_total",
	 "reason=\"in_step\"", COUNTER, NULL},
	{"engine", "withheld_rate", "listings_withheld_total",
	 "reason=\"rate\"", COUNTER, NULL},
	{"engine", "gave_way", "listings_gave_way_total", NULL, COUNTER,
	 "Listings ended early to make room for others."},
	{"engine", "held_back", "attempts_held_back_total", NULL, COUNTER,
	 "SYNs dropped of restricted sources and of unheard-of ones."},
	{"engine", "notices_lost", "notices_lost_total", NULL, COUNTER,
	 "Notices of the engine that were lost, too many at a time."},
	{"blocklist", "added", "blocklist_added_total", NULL, COUNTER,
	 "Elements added to the sets."},
	{"blocklist", "put_back", "blocklist_put_back_total", NULL, COUNTER,
	 "Of the added, those put back after a restart or a flush."},
	{"blocklist", "deleted", "blocklist_deleted_total", NULL, COUNTER,
	 "Elements deleted from the sets."},
	{"blocklist", "set_full", "blocklist_errors_total",
	 "reason=\"set_full\"", COUNTER,
	 "Elements that could not be added to a set."},
	{"blocklist", "not_tried", "blocklist_errors_total",
	 "reason=\"not_tried\"", COUNTER, NULL},
	{"blocklist", "table_missing", "blocklist_errors_total",
	 "reason=\"table_missing\"", COUNTER, NULL},
	{"blocklist", "failed", "blocklist_errors_total", "reason=\"failed\"",
	 COUNTER, NULL},
	{"blocklist", "transactions", "blocklist_transactions_total", NULL,
	 COUNTER, "Transactions with nftables."},
	{"conntrack", "ended", "connections_ended_total", NULL, COUNTER,
	 "Settled connections that conntrack said were over."},
	{"conntrack", "overruns", "conntrack_overruns_total", NULL, COUNTER,
	 "Times that events of conntrack were lost, its socket being full."},
	{"conntrack", "malformed", "conntrack_malformed_total", NULL, COUNTER,
	 "Events of conntrack that could not be read."},
};

/* Of each queue, labelled with its number. */
static const struct metric queue_metrics[] = {
	{"queues", "received", "packets_received_total", NULL, COUNTER,
	 "Packets received from the queue."},
	{"queues", "accepted", "packets_accepted_total", NULL, COUNTER,
	 "Packets let pass."},
	{"queues", "dropped", "packets_dropped_total", NULL, COUNTER,
	 "Packets dropped."},
};

/*
 * Objects of names and counts that leave out what has not occurred. The `known`
 * names are without the engine's word for nothing.
 */
static const struct counts {
	const char *object, *name, *label, *help;
	const char *const *known;
	int num_known;
} counts[] = {
	{"outcomes", "connections_total", "conn_state",
	 "Connections that came to an end, by Zeek's conn_state.",
	 conn_state_name, NUM_CONN_STATES},
	{"findings", "findings_total", "finding",
	 "Segments and handshakes that something was wrong with.",
	 finding_name + 1, NUM_FINDINGS - 1},
	{"refused", "packets_refused_total", "reason",
	 "Packets that could not be read, and were let pass.",
	 segment_error_name + 1, SEG_NUM_ERRORS - 1},
};

static void print_head(FILE *out, const char *name, enum metric_type type,
		       const char *help)
{
	fprintf(out, "# HELP handshaked_%s %s\n# TYPE handshaked_%s %s\n", name,
		help, name, type == COUNTER ? "counter" : "gauge");
}

/* A label's value: quotation marks, backslashes and newlines are escaped. */
static void print_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void print_labelled(FILE *out, const char *name, const char *label,
			   const char *value, json_int_t n)
{
	fprintf(out, "handshaked_%s{%s=\"", name, label);
	print_escaped(out, value);
	fprintf(out, "\"} %" JSON_INTEGER_FORMAT "\n", n);
}

/* False when the answer has nothing that can be written as a number. */
static bool read_number(const json_t *value, json_int_t *n)
{
	if (json_is_boolean(value))
		*n = json_is_true(value);
	else if (json_is_integer(value))
		*n = json_integer_value(value);
	else
		return false;
	return true;
}

static void print_metrics(const json_t *status, FILE *out)
{
	const char *last = "", *help = NULL;
	const json_t *object;
	json_int_t n;

	for (size_t i = 0; i < ARRAY_SIZE(metrics); i++) {
		const struct metric *m = &metrics[i];

		if (m->help)
			help = m->help;
		object = *m->object ? json_object_get(status, m->object)
				    : status;
		if (!read_number(json_object_get(object, m->member), &n))
			continue;
		if (strcmp(m->name, last) != 0)
			print_head(out, m->name, m->type, help);
		last = m->name;
		fprintf(out, "handshaked_%s%s%s%s %" JSON_INTEGER_FORMAT "\n",
			m->name, m->label ? "{" : "", m->label ? m->label : "",
			m->label ? "}" : "", n);
	}
}

static void print_queues(const json_t *status, FILE *out)
{
	const json_t *queues = json_object_get(status, "queues"), *queue;
	json_int_t num, n;
	char number[24];
	size_t i;

	if (json_array_size(queues) == 0)
		return;
	for (size_t k = 0; k < ARRAY_SIZE(queue_metrics); k++) {
		const struct metric *m = &queue_metrics[k];

		print_head(out, m->name, m->type, m->help);
		json_array_foreach(queues, i, queue)
		{
			if (!read_number(json_object_get(queue, "num"), &num) ||
			    !read_number(json_object_get(queue, m->member), &n))
				continue;
			snprintf(number, sizeof(number),
				 "%" JSON_INTEGER_FORMAT, num);
			print_labelled(out, m->name, "queue", number, n);
		}
	}
}

static bool is_known(const struct counts *c, const char *name)
{
	for (int i = 0; i < c->num_known; i++)
		if (strcmp(c->known[i], name) == 0)
			return true;
	return false;
}

/* Names that are new to us too: the daemon may be newer than this program. */
static void print_counts(const struct counts *c, const json_t *status,
			 FILE *out)
{
	json_t *object = json_object_get(status, c->object), *value;
	const char *name;
	json_int_t n;

	if (!json_is_object(object))
		return;
	print_head(out, c->name, COUNTER, c->help);
	for (int i = 0; i < c->num_known; i++) {
		n = 0;
		read_number(json_object_get(object, c->known[i]), &n);
		print_labelled(out, c->name, c->label, c->known[i], n);
	}
	json_object_foreach(object, name, value) if (!is_known(c, name) &&
						     read_number(value, &n))
		print_labelled(out, c->name, c->label, name, n);
}

/* Both, so that a rule can ask for either by name. */
static void print_mode(const json_t *status, FILE *out)
{
	static const char *const modes[] = {"enforce", "observe"};
	const char *mode = json_string_value(json_object_get(status, "mode"));

	if (!mode)
		return;
	print_head(out, "mode", GAUGE, "1 for the mode the daemon is in.");
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		print_labelled(out, "mode", "mode", modes[i],
			       strcmp(modes[i], mode) == 0);
}

static void print_version(const json_t *status, FILE *out)
{
	const json_t *version = json_object_get(status, "version");

	if (!json_is_string(version))
		return;
	print_head(out, "build_info", GAUGE, "The daemon's version.");
	print_labelled(out, "build_info", "version", json_string_value(version),
		       1);
}

void metrics_print(const json_t *status, FILE *out)
{
	const bool up = json_is_true(json_object_get(status, "ok"));

	print_head(out, "up", GAUGE, "Whether the daemon answers.");
	fprintf(out, "handshaked_up %d\n", up);
	if (!up)
		return;
	print_version(status, out);
	print_mode(status, out);
	print_metrics(status, out);
	print_queues(status, out);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		print_counts(&counts[i], status, out);
}
