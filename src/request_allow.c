/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The requests "allow" and "disallow": who is neither judged nor dropped, in
 * the kernel's sets. That it outlives a reload of the rules is for handshakectl
 * to see to: the daemon can write no file of /etc.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "allowlist.h"
#include "allowlist_range.h"
#include "daemon.h"
#include "log.h"

/*
 * Elements taken out at once. More would keep others waiting, and do no harm:
 * the rules look at the allowlist first.
 */
#define MOST_UNLISTED 256

/* ---- listing ---- */

static void append_range(void *arg, const struct allowed *range)
{
	char text[RANGE_TEXT_BYTES];

	json_array_append_new(arg, json_string(range_format(range, text)));
}

static json_t *list_allowed(void)
{
	json_t *list = json_array();
	int error = allowlist_read(append_range, list);

	if (!error)
		return json_pack("{s:b, s:o}", "ok", 1, "allowed", list);
	json_decref(list);
	return control_error("the allowlist cannot be read: %s",
			     request_reason(error));
}

/* ---- changing ---- */

struct within {
	struct prefix net;
	size_t count;
	struct prefix source[MOST_UNLISTED];
};

static void note_within(void *arg, const struct prefix *source)
{
	struct within *w = arg;

	if (w->count < MOST_UNLISTED && source->bits >= w->net.bits &&
	    prefix_holds(&w->net, &source->address))
		w->source[w->count++] = *source;
}

static void forget_blocks_within(struct daemon *d, const struct prefix *net)
{
	const struct operator_block *b;
	const uint64_t now_ns = loop_now_ns();
	uint32_t cursor = 0;

	while ((b = operator_list_next(d->lists.by_operator, &cursor, now_ns)))
		if (b->source.bits >= net->bits &&
		    prefix_holds(net, &b->source.address)) {
			operator_list_del(d->lists.by_operator, &b->source);
			cursor = 0;
		}
}

/* Nothing is held against him, nor will he be put back. Returns how many. */
static size_t unlist_within(struct daemon *d, const struct prefix *net)
{
	struct within w = {.net = *net};
	size_t unlisted = 0;

	judge_forgive_all(d->judge, net);
	forget_blocks_within(d, net);
	d->lists.changed = true;
	pthread_mutex_unlock(&d->lock); /* no lane is to wait for this */
	blocklist_read(note_within, &w);
	pthread_mutex_lock(&d->lock);
	for (size_t i = 0; i < w.count; i++)
		unlisted += blocklist_del(d->blocklist, &w.source[i]) == 0;
	return unlisted;
}

static json_t *changed(const char *prefix, bool is_new, json_t *message)
{
	return json_pack("{s:b, s:s, s:b, s:o}", "ok", 1, "prefix", prefix,
			 "changed", is_new, "message", message);
}

static json_t *failed(const char *prefix, const char *what, int error)
{
	return control_error("%s was not %s: %s", prefix, what,
			     request_reason(error));
}

json_t *request_allow(struct daemon *d, int argc, char **argv)
{
	char text[PREFIX_TEXT_BYTES];
	struct prefix net;
	json_t *refusal;
	size_t unlisted;
	int error;

	if (argc == 1)
		return list_allowed();
	refusal = request_parse_network(argv[1], &net);
	if (refusal)
		return refusal;
	prefix_format(&net, text);
	error = allowlist_add(&net);
	if (error && error != -EEXIST)
		return failed(text, "allowed", error);
	unlisted = unlist_within(d, &net);
	log_info("allowed source=%s by operator", text);
	if (error)
		return changed(text, false,
			       json_sprintf("%s was allowed already", text));
	if (unlisted)
		return changed(
			text, true,
			json_sprintf("%s allowed, %zu taken off the list", text,
				     unlisted));
	return changed(text, true, json_sprintf("%s allowed", text));
}

json_t *request_disallow(struct daemon *d, int argc, char **argv)
{
	char text[PREFIX_TEXT_BYTES];
	struct prefix net;
	json_t *refusal = request_parse_network(argv[1], &net);
	int error;

	(void)d;
	(void)argc;
	if (refusal)
		return refusal;
	prefix_format(&net, text);
	error = allowlist_del(&net);
	if (error == -ENODATA)
		return control_error("%s is not allowed as a whole:"
				     " handshakectl allow shows who is",
				     text);
	if (error)
		return failed(text, "disallowed", error);
	log_info("disallowed source=%s by operator", text);
	return changed(text, true, json_sprintf("%s disallowed", text));
}
