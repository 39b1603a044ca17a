/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel says of each element, for an operator who looks. Slower than
 * blocklist_read(), which wants to know no more than who is there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <libnftnl/set.h>
#include <libnftnl/udata.h>

#include "allowlist_range.h"
#include "blocklist_read.h"
#include "nft_message.h"

struct reading {
	int set;
	struct bounds bounds; /* of a set of networks */
	bool changed;         /* since the bounds were read */
	blocklist_entry_fn fn;
	void *arg;
};

/* Where the range ends that begins with out->first. */
static bool find_last(struct reading *r, struct allowed *out)
{
	const struct bound key = {out->first, false};
	const struct bound *first = NULL;

	if (r->bounds.count)
		first = bsearch(&key, r->bounds.bound, r->bounds.count,
				sizeof(key), range_compare_bounds);
	if (!first) {
		r->changed = true;
		return false;
	}
	return range_at(&r->bounds, (size_t)(first - r->bounds.bound), out);
}

/* False for what is no source: the end of an interval, a key too short. */
static bool read_source(struct nftnl_set_elem *elem, struct reading *r,
			struct allowed *out)
{
	uint32_t len = 0;
	const void *key = nftnl_set_elem_get(elem, NFTNL_SET_ELEM_KEY, &len);

	if (!blocklist_set_address(r->set, key, len, &out->first))
		return false;
	if (nftnl_set_elem_is_set(elem, NFTNL_SET_ELEM_FLAGS) &&
	    nftnl_set_elem_get_u32(elem, NFTNL_SET_ELEM_FLAGS) &
		    NFT_SET_ELEM_INTERVAL_END)
		return false;
	out->last = out->first;
	return !blocklist_set_has_nets(r->set) || find_last(r, out);
}

static int note_comment(const struct nftnl_udata *attr, void *arg)
{
	struct blocklist_entry *e = arg;
	size_t len = nftnl_udata_len(attr);

	if (nftnl_udata_type(attr) != NFTNL_UDATA_SET_ELEM_COMMENT)
		return 0;
	if (len > sizeof(e->comment) - 1)
		len = sizeof(e->comment) - 1;
	memcpy(e->comment, nftnl_udata_get(attr), len);
	return 0;
}

static void read_counter(struct nftnl_set_elem *elem, struct blocklist_entry *e)
{
	uint32_t len;
	const struct nftnl_expr *counter =
		nftnl_set_elem_get(elem, NFTNL_SET_ELEM_EXPR, &len);
	const char *name;

	if (!counter)
		return;
	name = nftnl_expr_get_str(counter, NFTNL_EXPR_NAME);
	if (!name || strcmp(name, "counter") != 0)
		return;
	e->packets = nftnl_expr_get_u64(counter, NFTNL_EXPR_CTR_PACKETS);
	e->bytes = nftnl_expr_get_u64(counter, NFTNL_EXPR_CTR_BYTES);
}

static uint64_t milliseconds(struct nftnl_set_elem *elem, uint16_t attr)
{
	return nftnl_set_elem_is_set(elem, attr)
		       ? nftnl_set_elem_get_u64(elem, attr)
		       : 0;
}

static int tell_entry(struct nftnl_set_elem *elem, void *arg)
{
	struct reading *r = arg;
	struct blocklist_entry e = {.packets = 0};
	const void *userdata;
	uint32_t len = 0;

	if (!read_source(elem, r, &e.source))
		return 0;
	e.timeout_ms = milliseconds(elem, NFTNL_SET_ELEM_TIMEOUT);
	e.expires_ms = milliseconds(elem, NFTNL_SET_ELEM_EXPIRATION);
	read_counter(elem, &e);
	userdata = nftnl_set_elem_get(elem, NFTNL_SET_ELEM_USERDATA, &len);
	if (userdata)
		nftnl_udata_parse(userdata, len, note_comment, &e);
	r->fn(r->arg, &e);
	return 0;
}

static int note_elements(const struct nlmsghdr *nlh, void *arg)
{
	struct nftnl_set *set = nftnl_set_alloc();

	if (!set)
		return MNL_CB_ERROR;
	if (nftnl_set_elems_nlmsg_parse(nlh, set) == 0)
		nftnl_set_elem_foreach(set, tell_entry, arg);
	nftnl_set_free(set);
	return MNL_CB_OK;
}

static int read_set(int set, blocklist_entry_fn fn, void *arg)
{
	struct reading r = {.set = set, .fn = fn, .arg = arg};
	int error = 0;

	if (blocklist_set_has_nets(set))
		error = blocklist_read_bounds(set, &r.bounds);
	if (!error)
		error = nft_dump_set(blocklist_set_name[set], note_elements,
				     &r);
	free(r.bounds.bound);
	return !error && r.changed ? -EINTR : error;
}

int blocklist_read_entries(blocklist_entry_fn fn, void *arg)
{
	int error = 0;

	for (int i = 0; i < BLOCKLIST_NUM_SETS && !error; i++)
		error = read_set(i, fn, arg);
	return error;
}
