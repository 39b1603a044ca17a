/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and changes the kernel's sets of ranges. A range that grows or shrinks
 * is taken out and put in again, in one transaction.
 */
#include "allowlist.h"

#include <errno.h>
#include <stdlib.h>

#include <sys/socket.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/set.h>

#include "allowlist_range.h"
#include "blocklist.h"
#include "nft_message.h"

enum {
	MESSAGE_BYTES = 256, /* two elements take about 140 */
	REPLY_BYTES = 16384,
	MAX_TRIES = 8,
};

/* ---- reading ---- */

static int note_bound(struct nftnl_set_elem *elem, void *arg)
{
	struct bounds *b = arg;
	uint32_t len = 0;
	const uint8_t *key = nftnl_set_elem_get(elem, NFTNL_SET_ELEM_KEY, &len);
	struct bound bound;

	if (!key || len != (b->is_ipv4 ? 4 : 16))
		return 0;
	bound = (struct bound){
		.at = b->is_ipv4 ? address_from_ipv4(key)
				 : address_from_ipv6(key),
		.is_end = nftnl_set_elem_is_set(elem, NFTNL_SET_ELEM_FLAGS) &&
			  nftnl_set_elem_get_u32(elem, NFTNL_SET_ELEM_FLAGS) &
				  NFT_SET_ELEM_INTERVAL_END,
	};
	return range_add_bound(b, &bound) ? 0 : -1;
}

static int note_elements(const struct nlmsghdr *nlh, void *arg)
{
	struct nftnl_set *set = nftnl_set_alloc();
	int rc = -1;

	if (set && nftnl_set_elems_nlmsg_parse(nlh, set) == 0)
		rc = nftnl_set_elem_foreach(set, note_bound, arg);
	nftnl_set_free(set);
	return rc < 0 ? MNL_CB_ERROR : MNL_CB_OK;
}

static const char *set_of(bool is_ipv4)
{
	return is_ipv4 ? ALLOWLIST_SET4 : ALLOWLIST_SET6;
}

static int read_bounds(struct bounds *b)
{
	int error, tries = 0;

	do {
		b->count = 0;
		error = nft_dump_set(set_of(b->is_ipv4), note_elements, b);
	} while (error == -EINTR && ++tries < MAX_TRIES);
	if (b->count)
		qsort(b->bound, b->count, sizeof(*b->bound),
		      range_compare_bounds);
	return error;
}

static int tell(bool is_ipv4, allowlist_fn fn, void *arg)
{
	struct bounds b = {.is_ipv4 = is_ipv4};
	struct allowed range, whole;
	bool has_one = false;
	int error = read_bounds(&b);

	for (size_t i = 0; i < b.count && !error; i++) {
		if (!range_at(&b, i, &range))
			continue;
		if (has_one && range_touches(&whole, &range)) {
			whole.last = range.last;
			continue;
		}
		if (has_one)
			fn(arg, &whole);
		whole = range;
		has_one = true;
	}
	if (has_one)
		fn(arg, &whole);
	free(b.bound);
	return error;
}

int allowlist_read(allowlist_fn fn, void *arg)
{
	int error = tell(true, fn, arg);

	return error ? error : tell(false, fn, arg);
}

/* ---- changing ---- */

struct change {
	bool is_ipv4;
	char *data;
	struct mnl_nlmsg_batch *batch;
	uint32_t seq;
};

static int change_begin(struct change *c, const struct bounds *b)
{
	/* All that is there, what is new, and the frame. */
	size_t bytes = (b->count + 6) * MESSAGE_BYTES;

	*c = (struct change){.is_ipv4 = b->is_ipv4};
	c->data = calloc(1, bytes); /* libmnl does not clear its padding */
	if (c->data)
		c->batch = mnl_nlmsg_batch_start(c->data, bytes);
	if (!c->batch)
		return -ENOMEM;
	nftnl_batch_begin(mnl_nlmsg_batch_current(c->batch), c->seq++);
	mnl_nlmsg_batch_next(c->batch);
	return 0;
}

static void change_free(struct change *c)
{
	if (c->batch)
		mnl_nlmsg_batch_stop(c->batch);
	free(c->data);
}

static bool add_bound(struct nftnl_set *set, const struct address *at,
		      bool is_ipv4, bool is_end)
{
	struct nftnl_set_elem *elem = nftnl_set_elem_alloc();
	size_t skip = is_ipv4 ? 12 : 0;

	if (!elem)
		return false;
	nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, at->byte + skip,
			   (uint32_t)(sizeof(at->byte) - skip));
	if (is_end)
		nftnl_set_elem_set_u32(elem, NFTNL_SET_ELEM_FLAGS,
				       NFT_SET_ELEM_INTERVAL_END);
	nftnl_set_elem_add(set, elem);
	return true;
}

/* `type` is NFT_MSG_NEWSETELEM or NFT_MSG_DELSETELEM. */
static int put_range(struct change *c, uint16_t type, const struct allowed *r)
{
	struct address end = range_behind(r->last),
		       none = range_very_last(c->is_ipv4);
	struct nftnl_set *set = nftnl_set_alloc();
	struct nlmsghdr *nlh;
	bool is_complete;

	if (!set)
		return -ENOMEM;
	nftnl_set_set_str(set, NFTNL_SET_TABLE, BLOCKLIST_TABLE);
	nftnl_set_set_str(set, NFTNL_SET_NAME, set_of(c->is_ipv4));
	is_complete = add_bound(set, &r->first, c->is_ipv4, false);
	if (is_complete && !address_equal(&r->last, &none))
		is_complete = add_bound(set, &end, c->is_ipv4, true);
	nlh = nftnl_nlmsg_build_hdr(mnl_nlmsg_batch_current(c->batch), type,
				    NFPROTO_INET, NLM_F_CREATE, c->seq++);
	nftnl_set_elems_nlmsg_build_payload(nlh, set);
	mnl_nlmsg_batch_next(c->batch);
	nftnl_set_free(set);
	return is_complete ? 0 : -ENOMEM;
}

/* When the send returns, the errors of a transaction wait in the socket. */
static int read_refusal(const struct mnl_socket *socket)
{
	char reply[REPLY_BYTES];
	int fd = mnl_socket_get_fd(socket), error = 0;
	ssize_t len;

	while ((len = recv(fd, reply, sizeof(reply), MSG_DONTWAIT)) > 0) {
		const struct nlmsghdr *nlh = (void *)reply;
		const struct nlmsgerr *refusal = mnl_nlmsg_get_payload(nlh);

		if (!error && nlh->nlmsg_type == NLMSG_ERROR &&
		    (size_t)len >= sizeof(*nlh) + sizeof(*refusal))
			error = refusal->error;
	}
	if (!error && len < 0 && errno != EAGAIN)
		error = -errno;
	return error;
}

static int change_send(struct change *c)
{
	struct mnl_socket *socket;
	size_t bytes;
	int room, error;

	nftnl_batch_end(mnl_nlmsg_batch_current(c->batch), c->seq++);
	mnl_nlmsg_batch_next(c->batch);
	socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!socket)
		return -errno;
	/* The kernel takes a transaction only as one send, however long. */
	bytes = mnl_nlmsg_batch_size(c->batch);
	room = (int)bytes * 2;
	setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_SNDBUFFORCE, &room,
		   sizeof(room));
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, c->data, bytes) < 0)
		error = -errno;
	else
		error = read_refusal(socket);
	mnl_socket_close(socket);
	return error;
}

/*
 * Takes out all ranges that touch `r`, and tells what they and it are together.
 * Returns 0 or -errno.
 */
static int take_out(struct change *c, const struct bounds *b,
		    const struct allowed *r, struct allowed *together)
{
	struct allowed there;
	int error = 0;

	*together = *r;
	for (size_t i = 0; i < b->count && !error; i++) {
		if (!range_at(b, i, &there) || !range_touches(&there, r) ||
		    !range_touches(r, &there))
			continue;
		error = put_range(c, NFT_MSG_DELSETELEM, &there);
		if (address_before(&there.first, &together->first))
			together->first = there.first;
		if (address_before(&together->last, &there.last))
			together->last = there.last;
	}
	return error;
}

static int put_remains(struct change *c, const struct allowed *all,
		       const struct allowed *without)
{
	const struct allowed low = {all->first, range_before(without->first)};
	const struct allowed high = {range_behind(without->last), all->last};
	int error = 0;

	if (address_before(&all->first, &without->first))
		error = put_range(c, NFT_MSG_NEWSETELEM, &low);
	if (!error && address_before(&without->last, &all->last))
		error = put_range(c, NFT_MSG_NEWSETELEM, &high);
	return error;
}

static int change(const struct bounds *b, const struct allowed *r, bool add)
{
	struct allowed together;
	struct change c;
	int error = change_begin(&c, b);

	if (!error)
		error = take_out(&c, b, r, &together);
	if (!error && add)
		error = put_range(&c, NFT_MSG_NEWSETELEM, &together);
	else if (!error)
		error = put_remains(&c, &together, r);
	if (!error)
		error = change_send(&c);
	change_free(&c);
	return error;
}

static int read_and_change(const struct prefix *p, bool add)
{
	struct bounds b = {.is_ipv4 = address_is_ipv4(&p->address)};
	const struct allowed r = range_of(p);
	int error = read_bounds(&b);

	if (!error && range_is_covered(&b, &r) == add)
		error = add ? -EEXIST : -ENODATA;
	if (!error)
		error = change(&b, &r, add);
	free(b.bound);
	return error;
}

int allowlist_add(const struct prefix *p)
{
	return read_and_change(p, true);
}

int allowlist_del(const struct prefix *p)
{
	return read_and_change(p, false);
}
