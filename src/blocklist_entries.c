/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel says of each element, for an operator who looks. Slower than
 * blocklist_read(), which wants to know no more than who is there.
 */
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <libnftnl/set.h>
#include <libnftnl/udata.h>

#include "blocklist_read.h"
#include "nft_message.h"

struct reading {
	const char *set;
	blocklist_entry_fn fn;
	void *arg;
};

/* False for what is no source: the end of an interval, a key too short. */
static bool read_source(struct nftnl_set_elem *elem, const char *set,
			struct prefix *out)
{
	const bool is_ipv4 = strcmp(set, BLOCKLIST_SET4) == 0;
	uint32_t len = 0;
	const uint8_t *key = nftnl_set_elem_get(elem, NFTNL_SET_ELEM_KEY, &len);

	if (!key || len != (is_ipv4 ? 4 : 16))
		return false;
	if (nftnl_set_elem_is_set(elem, NFTNL_SET_ELEM_FLAGS) &&
	    nftnl_set_elem_get_u32(elem, NFTNL_SET_ELEM_FLAGS) &
		    NFT_SET_ELEM_INTERVAL_END)
		return false;
	out->address =
		is_ipv4 ? address_from_ipv4(key) : address_from_ipv6(key);
	out->bits = strcmp(set, BLOCKLIST_NETS6) ? 128 : 64;
	return true;
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
	const struct reading *r = arg;
	struct blocklist_entry e = {.packets = 0};
	const void *userdata;
	uint32_t len = 0;

	if (!read_source(elem, r->set, &e.source))
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

int blocklist_read_entries(blocklist_entry_fn fn, void *arg)
{
	int error = 0;

	for (int i = 0; i < BLOCKLIST_NUM_SETS && !error; i++) {
		struct reading r = {blocklist_set_name[i], fn, arg};

		error = nft_dump_set(r.set, note_elements, &r);
	}
	return error;
}
