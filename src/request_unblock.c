/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request "unblock": the operator takes a source off the list, an address
 * or a network of either family, or all of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/explain.h"
#include "daemon.h"
#include "log.h"

struct sources {
	size_t count, room;
	struct prefix *prefix; /* to be freed */
	bool has_no_memory;
};

/*
 * Out of the set and of all that could put it back. 0 or -errno. `*back`: how
 * many networks in it are in the set in its place.
 */
static int forget(struct daemon *d, const struct prefix *source, size_t *back)
{
	const bool was_operators = restore_forget(d, source);
	int error = blocklist_del(d->blocklist, source);

	*back = was_operators ? restore_within(d, source) : 0;
	/* A network that a larger one covers is not in the set. */
	return error == -ENOENT && was_operators ? 0 : error;
}

/* The /64 of an IPv6 address; false for all other sources. */
static bool net_of(const struct prefix *source, struct prefix *net)
{
	if (source->bits != 128 || address_is_ipv4(&source->address))
		return false;
	*net = *source;
	net->bits = 64;
	*net = prefix_network(net);
	return true;
}

/* An address is let in again only if its /64 is not blocked either. */
static int forget_with_net(struct daemon *d, const struct prefix *source,
			   size_t *back)
{
	int error = forget(d, source, back), net_error;
	struct prefix net;

	if (!net_of(source, &net))
		return error;
	net_error = forget(d, &net, back);
	return error == -ENOENT ? net_error : error;
}

/* Does the judge hold something against it? */
static bool is_against(struct daemon *d, const struct prefix *source)
{
	struct explanation x;

	if (source->bits != 128 &&
	    (source->bits != 64 || address_is_ipv4(&source->address)))
		return false; /* the judge knows no other networks */
	judge_explain(d->judge, source, loop_now_ns(), &x);
	for (unsigned int i = 0; i < x.num_evidence; i++)
		if (x.evidence[i].finding != FINDING_NONE)
			return true;
	return x.restricted || x.offender.offences > 0;
}

/* Of all that forget_with_net() forgets. */
static bool is_against_with_net(struct daemon *d, const struct prefix *source)
{
	struct prefix net;

	return is_against(d, source) ||
	       (net_of(source, &net) && is_against(d, &net));
}

static void note_source(void *arg, const struct prefix *source)
{
	struct sources *all = arg;
	struct prefix *grown;

	if (all->count == all->room) {
		all->room = all->room ? all->room * 2 : 1024;
		grown = realloc(all->prefix, all->room * sizeof(*grown));
		if (!grown) {
			all->room = all->count;
			all->has_no_memory = true;
			return;
		}
		all->prefix = grown;
	}
	all->prefix[all->count++] = *source;
}

/* Those that the engine listed; what it knows of others stays. */
static void forgive_listed(struct daemon *d)
{
	uint64_t cursor = 0, now_ns = loop_now_ns();
	struct offender o;

	while (judge_next_offender(d->judge, &cursor, &o))
		if (o.until_ns > now_ns)
			judge_forgive(d->judge, &o.source);
}

static json_t *unblock_all(struct daemon *d)
{
	struct sources all = {.count = 0};
	json_t *answer;
	int error;

	pthread_mutex_unlock(&d->lock); /* no lane is to wait for this */
	error = blocklist_read(note_source, &all);
	pthread_mutex_lock(&d->lock);
	if (!error)
		error = blocklist_clear(d->blocklist);
	if (!error) {
		forgive_listed(d);
		operator_list_clear(d->lists.by_operator);
		d->lists.changed = true;
		for (size_t i = 0; i < all.count; i++)
			notices_unblocked(d, &all.prefix[i], "by operator",
					  false);
		log_info("unlisted all sources by operator: %zu", all.count);
		answer = request_done("%zu source%s unblocked", all.count,
				      all.count == 1 ? "" : "s");
		json_object_set_new(answer, "unblocked",
				    request_number(all.count));
	} else {
		answer = control_error("the sources were not unblocked: %s",
				       request_reason(error));
	}
	free(all.prefix);
	return answer;
}

static json_t *unblocked(const struct daemon *d, const char *text, int number,
			 json_t *message)
{
	return json_pack("{s:b, s:o, s:s, s:i, s:s, s:o}", "ok", 1, "message",
			 message, "source", text, "unblocked", number, "by",
			 "operator", "uid", json_integer(d->peer));
}

/* `was_forgotten`: the judge held something against it. */
static json_t *not_blocked(const struct daemon *d, const char *text,
			   const struct prefix *source, bool was_forgotten)
{
	const struct operator_block *larger = operator_list_in_set(
		d->lists.by_operator, source, loop_now_ns());
	char other[PREFIX_TEXT_BYTES];

	if (larger)
		return control_error(
			"%s is not blocked by itself, but with %s:"
			" unblock that, or handshakectl allow %s",
			text, prefix_format(&larger->source, other), text);
	if (was_forgotten)
		return unblocked(d, text, 0,
				 json_sprintf("%s was not blocked; what it did"
					      " is forgotten",
					      text));
	return control_error("%s is not blocked", text);
}

/* What keeps some of it or all blocked is said with it. */
static json_t *message(const struct daemon *d, const char *text,
		       const struct prefix *source, size_t back)
{
	const struct operator_block *larger = operator_list_in_set(
		d->lists.by_operator, source, loop_now_ns());
	char other[PREFIX_TEXT_BYTES];

	if (larger)
		return json_sprintf("%s unblocked; it is still blocked with %s",
				    text,
				    prefix_format(&larger->source, other));
	if (back)
		return json_sprintf("%s unblocked; %zu network%s in %s %s"
				    " blocked again",
				    text, back, back == 1 ? "" : "s",
				    source->bits == 128 ? "its /64" : "it",
				    back == 1 ? "is" : "are");
	return json_sprintf("%s unblocked", text);
}

json_t *request_unblock(struct daemon *d, int argc, char **argv)
{
	struct prefix source;
	json_t *answer;
	bool has_done;
	size_t back;
	int error;

	(void)argc;
	if (strcmp(argv[1], "all") == 0)
		return unblock_all(d);
	answer = request_parse_network(argv[1], &source);
	if (answer)
		return answer;
	if (!blocklist_takes(&source))
		return control_error("%s is every address: handshakectl"
				     " unblock --all",
				     argv[1]);
	has_done = is_against_with_net(d, &source);
	error = forget_with_net(d, &source, &back);
	if (error == -ENOENT)
		return not_blocked(d, argv[1], &source, has_done);
	if (error)
		return control_error("%s was not unblocked: %s", argv[1],
				     strerror(-error));
	notices_unblocked(d, &source, "by operator", true);
	return unblocked(d, argv[1], 1, message(d, argv[1], &source, back));
}
