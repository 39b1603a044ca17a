/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request "block": the operator lists a source, an address or a network of
 * either family.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "allowlist_range.h"
#include "daemon.h"
#include "duration.h"
#include "log.h"

#define MIN_BLOCK_S 10
#define MAX_BLOCK_S 2592000 /* 30 days, as the configuration's block_time */

/* Elements may be added between reading a set and changing it. */
#define MAX_TRIES 3

/* ---- what is asked for ---- */

/* "-": the usual time. False when it is no duration. */
static bool parse_duration(const struct daemon *d, const char *text,
			   uint32_t *seconds)
{
	uint64_t n = d->config.judge.block_time_s;

	*seconds = BLOCKLIST_PERMANENT;
	if (strcmp(text, "permanent") == 0)
		return true;
	if (strcmp(text, "-") != 0 &&
	    (!duration_parse(text, &n) || n < MIN_BLOCK_S || n > MAX_BLOCK_S))
		return false;
	*seconds = (uint32_t)n;
	return true;
}

/* The control socket has seen to it that the text is printable. */
static json_t *parse_reason(const char *text,
			    char out[static OPERATOR_REASON_BYTES])
{
	if (strlen(text) >= OPERATOR_REASON_BYTES)
		return control_error("reason of %zu bytes: must be %d or less",
				     strlen(text), OPERATOR_REASON_BYTES - 1);
	if (text[strcspn(text, "\"\t")])
		return control_error("reason \"%s\": must not have double"
				     " quotes or tabs",
				     text);
	strcpy(out, text);
	return NULL;
}

static json_t *parse_block(struct daemon *d, int argc, char **argv,
			   struct operator_block *b, uint32_t *seconds)
{
	json_t *refusal = request_parse_network(argv[1], &b->source);

	if (refusal)
		return refusal;
	if (!parse_duration(d, argc > 2 ? argv[2] : "-", seconds))
		return control_error("duration \"%s\": must be permanent, or"
				     " 10s to 30d (90, 10m, 1h30m, 2d12h)",
				     argv[2]);
	refusal = argc > 3 ? parse_reason(argv[3], b->reason) : NULL;
	b->uid = d->peer;
	b->listed_ns = loop_now_ns();
	b->until_ns = *seconds == BLOCKLIST_PERMANENT
			      ? OPERATOR_FOR_GOOD
			      : b->listed_ns + *seconds * NS_PER_S;
	return refusal;
}

/* ---- networks in the set that overlap ---- */

struct overlaps {
	struct allowed net;
	size_t count, room;
	struct prefix *in_it; /* to be freed */
	bool has_other, has_no_memory;
	struct allowed other; /* neither the network itself nor in it */
};

static void note_overlap(void *arg, const struct allowed *range)
{
	struct overlaps *o = arg;
	struct prefix *grown, p;

	if (!range_overlaps(&o->net, range))
		return;
	if (!range_holds(&o->net, range) || !range_is_prefix(range, &p)) {
		o->has_other |= !range_holds(range, &o->net) ||
				!range_holds(&o->net, range);
		o->other = *range;
		return;
	}
	if (range_holds(range, &o->net))
		return;
	if (o->count == o->room) {
		o->room = o->room ? o->room * 2 : 64;
		grown = realloc(o->in_it, o->room * sizeof(*grown));
		if (!grown) {
			o->room = o->count;
			o->has_no_memory = true;
			return;
		}
		o->in_it = grown;
	}
	o->in_it[o->count++] = p;
}

/* Returns 0 or -errno; -EEXIST: see o->other. */
static int read_overlaps(struct daemon *d, const struct prefix *net,
			 struct overlaps *o)
{
	int error;

	*o = (struct overlaps){.net = range_of(net)};
	pthread_mutex_unlock(&d->lock); /* no lane is to wait for this */
	error = blocklist_read_nets(address_is_ipv4(&net->address),
				    note_overlap, o);
	pthread_mutex_lock(&d->lock);
	if (!error && o->has_no_memory)
		error = -ENOMEM;
	return !error && o->has_other ? -EEXIST : error;
}

/* `*in_it`: how many networks it took the place of. */
static int add_net(struct daemon *d, const struct operator_block *b,
		   uint32_t seconds, const char *comment, size_t *in_it)
{
	struct overlaps o;
	int error, tries = 0;

	do {
		error = read_overlaps(d, &b->source, &o);
		*in_it = o.count;
		if (!error)
			error = blocklist_cover(d->blocklist, &b->source,
						seconds, comment, o.in_it,
						o.count);
		free(o.in_it);
	} while ((error == -EEXIST || error == -ENOENT) && !o.has_other &&
		 ++tries < MAX_TRIES);
	if (error == -ENOENT)
		restore_look(d);
	return error;
}

static json_t *overlap_refusal(struct daemon *d, const struct prefix *net)
{
	char text[PREFIX_TEXT_BYTES], other[RANGE_TEXT_BYTES];
	struct overlaps o;

	read_overlaps(d, net, &o);
	free(o.in_it);
	prefix_format(net, text);
	if (!o.has_other)
		return control_error("%s was not blocked: it overlaps a network"
				     " that is blocked already",
				     text);
	return control_error("%s was not blocked: it overlaps %s, which is"
			     " blocked already",
			     text, range_format(&o.other, other));
}

/* ---- block ---- */

/* The block stands in any case; this makes it outlive daemon and rules. */
static void remember_block(struct daemon *d, const struct operator_block *b)
{
	d->lists.changed = true;
	if (!operator_list_add(d->lists.by_operator, b, b->listed_ns))
		log_warnx("more than %d blocks by operator: this one ends with"
			  " the rules",
			  OPERATOR_LIST_SIZE);
	if (b->source.bits < 128)
		operator_list_cover(d->lists.by_operator, &b->source, NULL, 0);
}

static json_t *block_message(const struct operator_block *b, uint32_t seconds,
			     size_t in_it, const char *allowed)
{
	char source[PREFIX_TEXT_BYTES], time[32] = "permanently", more[64] = "";
	const char *is_allowed = *allowed ? " is allowed and stays served" : "";

	if (seconds != BLOCKLIST_PERMANENT)
		snprintf(time, sizeof(time), "for %u s", seconds);
	if (in_it)
		snprintf(more, sizeof(more), " in place of %zu network%s in it",
			 in_it, in_it == 1 ? "" : "s");
	return json_sprintf("%s blocked %s%s%s%s%s",
			    prefix_format(&b->source, source), time, more,
			    *allowed ? "; " : "", allowed, is_allowed);
}

static json_t *block_answer(const struct operator_block *b, uint32_t seconds,
			    size_t in_it, const char *allowed)
{
	const bool ends = seconds != BLOCKLIST_PERMANENT;
	char source[PREFIX_TEXT_BYTES];
	json_t *answer = json_pack(
		"{s:b, s:o, s:s, s:o, s:o, s:o, s:o, s:n, s:s, s:s, s:i}", "ok",
		1, "message", block_message(b, seconds, in_it, allowed),
		"source", prefix_format(&b->source, source), "since",
		request_timestamp(b->listed_ns), "until",
		ends ? request_timestamp(b->until_ns) : json_null(),
		"timeout_s", request_number(ends ? seconds : 0), "expires_s",
		request_number(ends ? seconds : 0), "grade", "reason",
		*b->reason ? b->reason : REASON_OPERATOR, "by", "operator",
		"uid", (int)b->uid);

	json_object_set_new(answer, "replaced", request_number(in_it));
	if (*allowed)
		json_object_set_new(answer, "allowed", json_string(allowed));
	return answer;
}

json_t *request_block(struct daemon *d, int argc, char **argv)
{
	struct operator_block b = {.listed_ns = 0};
	char allowed[BLOCK_ALLOWED_BYTES];
	const char *comment;
	uint32_t seconds;
	size_t in_it = 0;
	json_t *refusal = parse_block(d, argc, argv, &b, &seconds);
	int error;

	if (!refusal)
		refusal = block_refusal(d, &b, allowed);
	if (refusal)
		return refusal;
	comment = *b.reason ? b.reason : REASON_OPERATOR;
	if (b.source.bits < 128) {
		error = add_net(d, &b, seconds, comment, &in_it);
	} else {
		blocklist_add(d->blocklist, &b.source, seconds, comment);
		error = daemon_flush_blocklist(d);
	}
	if (error == -EEXIST && b.source.bits < 128)
		return overlap_refusal(d, &b.source);
	if (error)
		return control_error("%s was not blocked: %s", argv[1],
				     request_reason(error));
	remember_block(d, &b);
	notices_blocked(d, &b, seconds == BLOCKLIST_PERMANENT ? 0 : seconds);
	return block_answer(&b, seconds, in_it, allowed);
}
