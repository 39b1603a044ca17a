/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Networks that overlap. The kernel refuses overlapping elements, so of a
 * network and those in it the set holds the larger one. When that ends, those
 * in it are put back for what is left of their time.
 */
#include <stdlib.h>

#include "core/explain.h"
#include "daemon.h"

/* Covered networks are looked at this often. */
#define COVERED_NS (1 * NS_PER_S)

static bool is_net(const struct prefix *p)
{
	return p->bits < 128;
}

size_t restore_leave_out_covered(struct daemon *d, struct state_record *r,
				 size_t count)
{
	const struct prefix *larger = NULL, *source;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		source = &r[i].offender.source;
		if (is_net(source) && larger && source->bits > larger->bits &&
		    prefix_within(source, larger))
			continue;
		r[kept] = r[i];
		source = &r[kept++].offender.source;
		if (!is_net(source))
			continue;
		larger = source;
		operator_list_cover(d->lists.by_operator, larger, NULL, 0);
	}
	return kept;
}

bool restore_forget(struct daemon *d, const struct prefix *source)
{
	d->lists.changed = true;
	/* The judge knows no other networks. */
	if (!is_net(source) ||
	    (source->bits == 64 && !address_is_ipv4(&source->address)))
		judge_forgive(d->judge, source);
	return operator_list_del(d->lists.by_operator, source);
}

void restore_add(struct daemon *d, const struct prefix *source,
		 uint32_t timeout_s, const char *comment)
{
	struct operator_list *l = d->lists.by_operator;
	struct prefix in_it[OPERATOR_LIST_NETS];
	size_t num = 0;

	if (is_net(source)) {
		if (operator_list_holding(l, source))
			return; /* restore_within() when that ends */
		num = operator_list_cover(l, source, in_it, ARRAY_SIZE(in_it));
	}
	/* Refused as a whole? Then alone, so that a refusal is reported. */
	if (num == 0 || blocklist_cover(d->blocklist, source, timeout_s,
					comment, in_it, num) < 0)
		blocklist_add(d->blocklist, source, timeout_s, comment);
}

void restore_remove(struct daemon *d, const struct prefix *source)
{
	const struct operator_list *l = d->lists.by_operator;
	const struct operator_block *b = operator_list_find(l, source);
	const uint64_t now_ns = loop_now_ns();
	struct state_record r;

	if (is_net(source) && operator_list_holding(l, source))
		return; /* the set has the larger one only */
	if (!b || b->until_ns < now_ns + NS_PER_S) {
		blocklist_del(d->blocklist, source);
		return;
	}
	r = persist_record_of(b);
	restore_put_back(d, &r, now_ns);
}

size_t restore_within(struct daemon *d, const struct prefix *net)
{
	const uint64_t now_ns = loop_now_ns();
	struct state_record *r;
	size_t count, back = 0;

	if (!is_net(net))
		return 0;
	r = restore_records(d, now_ns, &count);
	d->lists.sends_listings = true; /* adding may flush */
	for (size_t i = 0; i < count; i++) {
		if (!is_net(&r[i].offender.source) ||
		    !prefix_within(&r[i].offender.source, net))
			continue;
		restore_put_back(d, &r[i], now_ns);
		back++;
	}
	free(r);
	return notices_flush_listings(d) ? 0 : back;
}

/* By a larger network of the operator's, or by a /64 that the engine listed. */
static bool is_covered(struct daemon *d, const struct prefix *source)
{
	struct prefix net = *source;
	struct explanation x;

	if (operator_list_holding(d->lists.by_operator, source))
		return true;
	if (address_is_ipv4(&net.address) || net.bits <= 64 ||
	    judge_mode(d->judge) != MODE_ENFORCE)
		return false;
	net.bits = 64;
	net = prefix_network(&net);
	judge_explain(d->judge, &net, loop_now_ns(), &x);
	return x.listed_left_ns > 0;
}

void restore_nets_tick(struct daemon *d, uint64_t now_ns)
{
	struct operator_block *b;
	struct state_record r;
	struct prefix net;
	uint32_t cursor = 0;

	if (now_ns < d->lists.covered_ns + COVERED_NS)
		return;
	d->lists.covered_ns = now_ns;
	while (operator_list_take_over(d->lists.by_operator, now_ns, &net)) {
		d->lists.changed = true;
		restore_within(d, &net);
	}
	while ((b = operator_list_next_covered(d->lists.by_operator,
					       &cursor))) {
		if (is_covered(d, &b->source))
			continue;
		b->covered = false;
		if (b->until_ns <= now_ns)
			continue;
		r = persist_record_of(b);
		restore_put_back(d, &r, now_ns);
	}
	daemon_flush_blocklist(d);
}
