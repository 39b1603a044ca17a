/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks nf_tables about our table, its sets and their elements, and waits for
 * the answers. nft_message.c knows what they say.
 */
#include "blocklist_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>

#include "allowlist_range.h"
#include "netlink.h"
#include "nft_message.h"

enum {
	REQUEST_BYTES = 256,
	ANSWER_BYTES = 65536, /* the kernel fills at most half of it at once */
	/* Of a dump that was interrupted by a change. */
	MAX_TRIES = 8,
};

struct question {
	struct mnl_socket *socket;
	uint32_t seq;
	char request[REQUEST_BYTES];
};

static int question_open(struct question *q)
{
	int error;

	/* libmnl leaves the bytes between attributes as they are. */
	memset(q, 0, sizeof(*q));
	q->socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!q->socket)
		return -errno;
	if (mnl_socket_bind(q->socket, 0, MNL_SOCKET_AUTOPID) == 0)
		return 0;
	error = -errno;
	mnl_socket_close(q->socket);
	return error;
}

static struct nlmsghdr *new_request(struct question *q, uint16_t type,
				    uint16_t flags)
{
	return nftnl_nlmsg_build_hdr(q->request, type, NFPROTO_INET, flags,
				     ++q->seq);
}

/* Sends it and gives all answers to `fn`, until the last one. */
static int ask(struct question *q, const struct nlmsghdr *nlh, mnl_cb_t fn,
	       void *arg)
{
	char answer[ANSWER_BYTES];
	int more = MNL_CB_OK;
	ssize_t len;

	if (mnl_socket_sendto(q->socket, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	while (more > MNL_CB_STOP) {
		len = netlink_receive(q->socket, answer, sizeof(answer));
		if (len < 0)
			return -errno;
		more = mnl_cb_run(answer, (size_t)len, q->seq,
				  mnl_socket_get_portid(q->socket), fn, arg);
	}
	return more < 0 ? -errno : 0;
}

/* ---- who they are ---- */

static int note_handle(const struct nlmsghdr *nlh, void *arg)
{
	*(uint64_t *)arg = nft_message_handle(nlh);
	return MNL_CB_OK;
}

static int identify(struct question *q, struct blocklist_identity *out)
{
	struct nlmsghdr *nlh;
	int error;

	nlh = new_request(q, NFT_MSG_GETTABLE, NLM_F_ACK);
	mnl_attr_put_strz(nlh, NFTA_TABLE_NAME, BLOCKLIST_TABLE);
	error = ask(q, nlh, note_handle, &out->handle[0]);
	for (int i = 0; i < BLOCKLIST_NUM_SETS && !error; i++) {
		nlh = new_request(q, NFT_MSG_GETSET, NLM_F_ACK);
		mnl_attr_put_strz(nlh, NFTA_SET_TABLE, BLOCKLIST_TABLE);
		mnl_attr_put_strz(nlh, NFTA_SET_NAME, blocklist_set_name[i]);
		error = ask(q, nlh, note_handle, &out->handle[1 + i]);
	}
	return error;
}

int blocklist_identify(struct blocklist_identity *out)
{
	struct question q;
	int error = question_open(&q);

	if (error)
		return error;
	error = identify(&q, out);
	mnl_socket_close(q.socket);
	return error;
}

/* ---- who is in them ---- */

struct reading {
	blocklist_source_fn fn;
	void *arg;
	struct bounds bounds; /* of networks, until all are there */
	bool has_no_memory;
};

static void note_element(void *arg, const struct nft_element *e)
{
	const struct bound bound = {e->address, e->is_end};
	const struct prefix source = {e->address, 128};
	struct reading *r = arg;

	if (!e->is_net)
		r->fn(r->arg, &source);
	else if (!range_add_bound(&r->bounds, &bound))
		r->has_no_memory = true;
}

static int note_elements(const struct nlmsghdr *nlh, void *arg)
{
	nft_message_elements(nlh, note_element, arg);
	return MNL_CB_OK;
}

/* What is left in the socket of a dump that broke off must not be mixed in. */
int nft_dump_set(const char *set, mnl_cb_t fn, void *arg)
{
	struct question q;
	struct nlmsghdr *nlh;
	int error = question_open(&q);

	if (error)
		return error;
	nlh = new_request(&q, NFT_MSG_GETSETELEM, NLM_F_DUMP);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, BLOCKLIST_TABLE);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, set);
	error = ask(&q, nlh, fn, arg);
	mnl_socket_close(q.socket);
	return error;
}

int nft_dump_rules(mnl_cb_t fn, void *arg)
{
	struct question q;
	struct nlmsghdr *nlh;
	int error = question_open(&q);

	if (error)
		return error;
	nlh = new_request(&q, NFT_MSG_GETRULE, NLM_F_DUMP);
	mnl_attr_put_strz(nlh, NFTA_RULE_TABLE, BLOCKLIST_TABLE);
	error = ask(&q, nlh, fn, arg);
	mnl_socket_close(q.socket);
	return error;
}

static int read_set(int set, struct reading *r)
{
	int error, tries = 0;

	do {
		r->bounds.count = 0;
		error = nft_dump_set(blocklist_set_name[set], note_elements, r);
	} while (error == -EINTR && ++tries < MAX_TRIES);
	if (r->bounds.count)
		qsort(r->bounds.bound, r->bounds.count,
		      sizeof(*r->bounds.bound), range_compare_bounds);
	return !error && r->has_no_memory ? -ENOMEM : error;
}

int blocklist_read_bounds(int set, struct bounds *out)
{
	struct reading r = {
		.bounds = {.is_ipv4 = blocklist_set_is_ipv4(set)},
	};
	int error = read_set(set, &r);

	*out = r.bounds;
	return error;
}

int blocklist_read_nets(bool is_ipv4, allowlist_fn fn, void *arg)
{
	struct bounds b = {0};
	struct allowed range;
	int error = 0;

	for (int i = 0; i < BLOCKLIST_NUM_SETS && !error; i++) {
		if (!blocklist_set_has_nets(i) ||
		    blocklist_set_is_ipv4(i) != is_ipv4)
			continue;
		error = blocklist_read_bounds(i, &b);
		for (size_t n = 0; n < b.count && !error; n++)
			if (range_at(&b, n, &range))
				fn(arg, &range);
		free(b.bound);
	}
	return error;
}

struct nets {
	blocklist_source_fn fn;
	void *arg;
};

static void note_net(void *arg, const struct allowed *range)
{
	const struct nets *n = arg;
	struct prefix net;

	if (range_is_prefix(range, &net))
		n->fn(n->arg, &net);
}

int blocklist_read(blocklist_source_fn fn, void *arg)
{
	struct reading r = {.fn = fn, .arg = arg};
	struct nets nets = {fn, arg};
	int error = 0;

	for (int i = 0; i < BLOCKLIST_NUM_SETS && !error; i++)
		if (!blocklist_set_has_nets(i))
			error = read_set(i, &r);
	if (!error)
		error = blocklist_read_nets(true, note_net, &nets);
	if (!error)
		error = blocklist_read_nets(false, note_net, &nets);
	return error;
}
