/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks what the operator wants to block before anything is changed: no block
 * may cut off this machine, its gateways and resolvers, or what the
 * configuration or the allowlist names.
 */
#include <inttypes.h>

#include "allowlist_range.h"
#include "core/explain.h"
#include "daemon.h"

struct allowed_part {
	struct allowed net;
	struct allowed range; /* the first of the allowlist that overlaps */
	bool is_all, is_some;
};

static void note_allowed(void *arg, const struct allowed *range)
{
	struct allowed_part *a = arg;

	if (!range_overlaps(&a->net, range))
		return;
	if (!a->is_some)
		a->range = *range;
	a->is_some = true;
	if (range_holds(range, &a->net))
		a->is_all = true;
}

/*
 * disallow takes a network as a whole. Another range is of more than one line
 * of the file, or of one that says more than the block does.
 */
static json_t *all_is_allowed(const struct prefix *net,
			      const struct allowed *range, const char *allowed)
{
	char text[PREFIX_TEXT_BYTES];
	struct prefix whole;

	prefix_format(net, text);
	if (range_is_prefix(range, &whole))
		return control_error("%s is allowed, so a block has no effect:"
				     " handshakectl disallow %s",
				     text, allowed);
	return control_error("%s is allowed with %s, so a block has no effect:"
			     " handshakectl disallow %s, and edit"
			     " /etc/handshaked/allowlist.nft if that names a"
			     " line of it",
			     text, allowed, text);
}

/* Without the allowlist there is no table, and the block will say so. */
static json_t *allowlist_refusal(struct daemon *d, const struct prefix *net,
				 char allowed[static BLOCK_ALLOWED_BYTES])
{
	struct allowed_part a = {.net = range_of(net)};

	pthread_mutex_unlock(&d->lock); /* no lane is to wait for this */
	allowlist_read(note_allowed, &a);
	pthread_mutex_lock(&d->lock);
	if (a.is_some)
		range_format(&a.range, allowed);
	return a.is_all ? all_is_allowed(net, &a.range, allowed) : NULL;
}

static json_t *net_refusal(const struct daemon *d,
			   const struct operator_block *b)
{
	const struct prefix *net = &b->source;
	const struct operator_list *l = d->lists.by_operator;
	const struct operator_block *larger =
		operator_list_in_set(l, net, b->listed_ns);
	char text[PREFIX_TEXT_BYTES], other[PREFIX_TEXT_BYTES];

	if (larger)
		return control_error("%s is in %s, which is blocked already",
				     prefix_format(net, text),
				     prefix_format(&larger->source, other));
	if (!operator_list_find(l, net) && !operator_list_has_room_for_net(l))
		return control_error("%s was not blocked: there are %d blocked"
				     " networks, and no room for more",
				     prefix_format(net, text),
				     OPERATOR_LIST_NETS);
	return NULL;
}

/*
 * An element has one timeout. A block that ends before the engine's listing
 * would have the kernel let the source in while the engine lists it.
 */
static json_t *listing_refusal(struct daemon *d, const struct operator_block *b)
{
	const struct prefix *net = &b->source;
	char text[PREFIX_TEXT_BYTES];
	struct explanation x;

	if (judge_mode(d->judge) != MODE_ENFORCE ||
	    (net->bits != 128 &&
	     (net->bits != 64 || address_is_ipv4(&net->address))))
		return NULL;
	judge_explain(d->judge, net, b->listed_ns, &x);
	if (x.listed_left_ns <= b->until_ns - b->listed_ns)
		return NULL;
	return control_error("%s is blocked already, for %" PRIu64
			     " s more: block it for longer, or unblock it"
			     " first",
			     prefix_format(net, text),
			     (uint64_t)(x.listed_left_ns / NS_PER_S));
}

json_t *block_refusal(struct daemon *d, const struct operator_block *b,
		      char allowed[static BLOCK_ALLOWED_BYTES])
{
	const struct prefix *net = &b->source;
	char text[PREFIX_TEXT_BYTES], other[PREFIX_TEXT_BYTES];
	const struct prefix *never;
	json_t *refusal;

	allowed[0] = '\0';
	prefix_format(net, text);
	if (!blocklist_takes(net))
		return control_error("%s is every address: it is not blocked",
				     text);
	never = d->networks ? networks_never_in(d->networks, net) : NULL;
	if (never && prefix_within(net, never) && net->bits > never->bits)
		return control_error("%s is in %s, which is never blocked",
				     text, prefix_format(never, other));
	if (never && net->bits == never->bits)
		return control_error("%s is never blocked: it is an own"
				     " address, a gateway, a resolver or in"
				     " `never`",
				     text);
	if (never)
		return control_error("%s holds %s, which is never blocked: an"
				     " own address, a gateway, a resolver or"
				     " in `never`",
				     text, prefix_format(never, other));
	refusal = listing_refusal(d, b);
	if (!refusal && net->bits < 128)
		refusal = net_refusal(d, b);
	return refusal ? refusal : allowlist_refusal(d, net, allowed);
}
