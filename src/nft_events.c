/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listens to the netlink group of nf_tables. A transaction is told as the
 * messages of its parts, then one of the new generation, which names the
 * process. That a table or set came or went is told at its end, for until then
 * half of it may be missing still.
 */
#include "nft_events.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <sys/socket.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libmnl/libmnl.h>

#include "allowlist_range.h"
#include "netlink.h"
#include "nft_message.h"

enum {
	/* The kernel packs messages into datagrams of a page or two. */
	EVENT_BYTES = 65536,
	/* Read at once, before packets get their turn again. */
	EVENTS_AT_ONCE = 64,
	/* Room for a full set that is flushed; what does not fit overruns. */
	SOCKET_BYTES = 64 << 20,
};

struct nft_events {
	struct mnl_socket *socket;
	uint32_t own_portid;
	nft_event_fn fn;
	void *arg;
	/* In the transaction that is being received. */
	bool table_changed, rules_changed;
	/* One bound of a deleted network, until the other is received. */
	struct nft_element bound;
	bool has_bound;
};

static void tell_source(struct nft_events *e, const struct prefix *source)
{
	struct nft_event event = {.kind = NFT_EVENT_DELETED, .source = *source};

	e->fn(e->arg, &event);
}

static void tell_range(struct nft_events *e, const struct allowed *range)
{
	struct prefix net;

	if (range_is_prefix(range, &net))
		tell_source(e, &net);
}

/* A network that has no end reaches to the last address of its family. */
static void end_bound(struct nft_events *e)
{
	const struct nft_element *b = &e->bound;
	const struct allowed range = {b->address, range_very_last(b->is_ipv4)};

	if (e->has_bound && !b->is_end)
		tell_range(e, &range);
	e->has_bound = false;
}

/*
 * The kernel names the bounds one right after the other; the first address is
 * named before the end or, when a set is flushed, behind it.
 */
static void tell_bound(struct nft_events *e, const struct nft_element *bound)
{
	const struct nft_element *first = bound->is_end ? &e->bound : bound;
	const struct nft_element *end = bound->is_end ? bound : &e->bound;
	const struct allowed range = {first->address,
				      range_before(end->address)};

	if (e->has_bound && e->bound.is_end != bound->is_end &&
	    e->bound.is_ipv4 == bound->is_ipv4 &&
	    address_before(&first->address, &end->address)) {
		e->has_bound = false;
		tell_range(e, &range);
		return;
	}
	end_bound(e);
	e->bound = *bound;
	e->has_bound = true;
}

static void tell_deleted(void *arg, const struct nft_element *element)
{
	const struct prefix source = {element->address, 128};

	if (element->is_net)
		tell_bound(arg, element);
	else
		tell_source(arg, &source);
}

static int note_process(const struct nlattr *attr, void *arg)
{
	struct nft_event *event = arg;

	if (mnl_attr_get_type(attr) == NFTA_GEN_PROC_PID &&
	    mnl_attr_validate(attr, MNL_TYPE_U32) == 0)
		event->pid = ntohl(mnl_attr_get_u32(attr));
	if (mnl_attr_get_type(attr) == NFTA_GEN_PROC_NAME &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
		snprintf(event->process, sizeof(event->process), "%s",
			 mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

static void end_transaction(struct nft_events *e, const struct nlmsghdr *nlh)
{
	struct nft_event event = {.kind = NFT_EVENT_TABLE};
	const bool table = e->table_changed, rules = e->rules_changed;

	end_bound(e);
	e->table_changed = false;
	e->rules_changed = false;
	if (table) {
		mnl_attr_parse(nlh, sizeof(struct nfgenmsg), note_process,
			       &event);
		e->fn(e->arg, &event);
	}
	if (rules) {
		event = (struct nft_event){.kind = NFT_EVENT_RULES};
		e->fn(e->arg, &event);
	}
}

static int on_message(const struct nlmsghdr *nlh, void *arg)
{
	struct nft_events *e = arg;

	switch (nft_message_type(nlh)) {
	case NFT_MSG_NEWTABLE:
	case NFT_MSG_DELTABLE:
	case NFT_MSG_NEWSET:
	case NFT_MSG_DELSET:
		e->table_changed |= nft_message_is_ours(nlh);
		break;
	case NFT_MSG_NEWRULE:
	case NFT_MSG_DELRULE:
		e->rules_changed |= nft_message_is_ours(nlh);
		break;
	case NFT_MSG_DELSETELEM:
		if (nlh->nlmsg_pid != e->own_portid)
			nft_message_elements(nlh, tell_deleted, e);
		break;
	case NFT_MSG_NEWGEN:
		end_transaction(e, nlh);
		break;
	}
	return MNL_CB_OK;
}

static int subscribe(struct nft_events *e)
{
	int bytes = SOCKET_BYTES, group = NFNLGRP_NFTABLES;

	e->socket = mnl_socket_open2(NETLINK_NETFILTER,
				     SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!e->socket)
		return -1;
	/* Without it there are overruns sooner. */
	setsockopt(mnl_socket_get_fd(e->socket), SOL_SOCKET, SO_RCVBUFFORCE,
		   &bytes, sizeof(bytes));
	if (mnl_socket_bind(e->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -1;
	return mnl_socket_setsockopt(e->socket, NETLINK_ADD_MEMBERSHIP, &group,
				     sizeof(group));
}

struct nft_events *nft_events_open(uint32_t own_portid, nft_event_fn fn,
				   void *arg)
{
	struct nft_events *e = calloc(1, sizeof(*e));
	int saved_errno;

	if (!e)
		return NULL;
	e->own_portid = own_portid;
	e->fn = fn;
	e->arg = arg;
	if (subscribe(e) == 0)
		return e;
	saved_errno = errno;
	nft_events_close(e);
	errno = saved_errno;
	return NULL;
}

void nft_events_close(struct nft_events *e)
{
	if (!e)
		return;
	if (e->socket)
		mnl_socket_close(e->socket);
	free(e);
}

int nft_events_fd(const struct nft_events *e)
{
	return mnl_socket_get_fd(e->socket);
}

static void tell_overrun(struct nft_events *e)
{
	const struct nft_event event = {.kind = NFT_EVENT_OVERRUN};

	e->table_changed = e->rules_changed = e->has_bound = false;
	e->fn(e->arg, &event);
}

void nft_events_read(struct nft_events *e)
{
	char event[EVENT_BYTES];

	for (int i = 0; i < EVENTS_AT_ONCE; i++) {
		ssize_t len = netlink_receive(e->socket, event, sizeof(event));

		if (len < 0 && errno == EAGAIN)
			return;
		/* ENOBUFS, or one that was longer than any should be. */
		if (len < 0 ||
		    mnl_cb_run(event, (size_t)len, 0, 0, on_message, e) < 0)
			tell_overrun(e);
	}
}
