/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads messages of nf_tables, attribute by attribute, with libmnl. */
#include "nft_message.h"

#include <endian.h>
#include <string.h>

#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libmnl/libmnl.h>

const char *const blocklist_set_name[BLOCKLIST_NUM_SETS] = {
	BLOCKLIST_SET4, BLOCKLIST_SET6, BLOCKLIST_NETS4, BLOCKLIST_NETS6};

bool blocklist_set_is_ipv4(int set)
{
	return blocklist_set_name[set][strlen("blocklist")] == '4';
}

bool blocklist_set_has_nets(int set)
{
	return strchr(blocklist_set_name[set], '_');
}

bool blocklist_set_address(int set, const void *key, size_t bytes,
			   struct address *out)
{
	const bool is_ipv4 = blocklist_set_is_ipv4(set);

	if (!key || bytes != (is_ipv4 ? 4 : 16))
		return false;
	*out = is_ipv4 ? address_from_ipv4(key) : address_from_ipv6(key);
	return true;
}

enum {
	MAX_ATTRIBUTE = 32 /* above all that we look at */
};

/* The last of each type up to MAX_ATTRIBUTE; the others are NULL. */
struct attributes {
	const struct nlattr *at[MAX_ATTRIBUTE + 1];
};

static int note_attribute(const struct nlattr *attr, void *arg)
{
	struct attributes *a = arg;

	if (mnl_attr_get_type(attr) <= MAX_ATTRIBUTE)
		a->at[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static struct attributes attributes_of(const struct nlmsghdr *nlh)
{
	struct attributes a = {{NULL}};

	mnl_attr_parse(nlh, sizeof(struct nfgenmsg), note_attribute, &a);
	return a;
}

static struct attributes attributes_in(const struct nlattr *nest)
{
	struct attributes a = {{NULL}};

	if (nest)
		mnl_attr_parse_nested(nest, note_attribute, &a);
	return a;
}

int nft_message_type(const struct nlmsghdr *nlh)
{
	if (NFNL_SUBSYS_ID(nlh->nlmsg_type) != NFNL_SUBSYS_NFTABLES ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(struct nfgenmsg))
		return -1;
	return NFNL_MSG_TYPE(nlh->nlmsg_type);
}

static bool is_family_inet(const struct nlmsghdr *nlh)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);

	return nfg->nfgen_family == NFPROTO_INET;
}

static bool says(const struct nlattr *attr, const char *text)
{
	return attr && mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0 &&
	       strcmp(mnl_attr_get_str(attr), text) == 0;
}

/* The number of one of our sets, or -1. */
static int set_number(const struct nlattr *table, const struct nlattr *set)
{
	if (!says(table, BLOCKLIST_TABLE))
		return -1;
	for (int i = 0; i < BLOCKLIST_NUM_SETS; i++)
		if (says(set, blocklist_set_name[i]))
			return i;
	return -1;
}

bool nft_message_is_ours(const struct nlmsghdr *nlh)
{
	const int type = nft_message_type(nlh);
	struct attributes a;

	if (type < 0 || !is_family_inet(nlh))
		return false;
	a = attributes_of(nlh);
	if (type == NFT_MSG_NEWTABLE || type == NFT_MSG_DELTABLE)
		return says(a.at[NFTA_TABLE_NAME], BLOCKLIST_TABLE);
	if (type == NFT_MSG_NEWSET || type == NFT_MSG_DELSET)
		return set_number(a.at[NFTA_SET_TABLE], a.at[NFTA_SET_NAME]) >=
		       0;
	if (type == NFT_MSG_NEWRULE || type == NFT_MSG_DELRULE)
		return says(a.at[NFTA_RULE_TABLE], BLOCKLIST_TABLE);
	return false;
}

uint64_t nft_message_handle(const struct nlmsghdr *nlh)
{
	const int type = nft_message_type(nlh);
	struct attributes a;
	const struct nlattr *handle;

	if (type < 0)
		return 0;
	a = attributes_of(nlh);
	handle = a.at[type == NFT_MSG_NEWTABLE ? NFTA_TABLE_HANDLE
					       : NFTA_SET_HANDLE];
	if (!handle || mnl_attr_validate(handle, MNL_TYPE_U64) < 0)
		return 0;
	return be64toh(mnl_attr_get_u64(handle));
}

/* ---- elements ---- */

static bool is_interval_end(const struct nlattr *flags)
{
	return flags && mnl_attr_validate(flags, MNL_TYPE_U32) == 0 &&
	       ntohl(mnl_attr_get_u32(flags)) & NFT_SET_ELEM_INTERVAL_END;
}

static bool read_element(const struct nlattr *item, int set,
			 struct nft_element *out)
{
	struct attributes a = attributes_in(item);
	struct attributes key = attributes_in(a.at[NFTA_SET_ELEM_KEY]);
	const struct nlattr *value = key.at[NFTA_DATA_VALUE];

	out->is_ipv4 = blocklist_set_is_ipv4(set);
	out->is_net = blocklist_set_has_nets(set);
	out->is_end = is_interval_end(a.at[NFTA_SET_ELEM_FLAGS]);
	return value && blocklist_set_address(set, mnl_attr_get_payload(value),
					      mnl_attr_get_payload_len(value),
					      &out->address);
}

void nft_message_elements(const struct nlmsghdr *nlh, nft_element_fn fn,
			  void *arg)
{
	struct attributes a;
	struct nft_element element;
	const struct nlattr *list, *item;
	int set;

	if (nft_message_type(nlh) < 0 || !is_family_inet(nlh))
		return;
	a = attributes_of(nlh);
	set = set_number(a.at[NFTA_SET_ELEM_LIST_TABLE],
			 a.at[NFTA_SET_ELEM_LIST_SET]);
	list = a.at[NFTA_SET_ELEM_LIST_ELEMENTS];
	if (set < 0 || !list)
		return;
	mnl_attr_for_each_nested(item,
				 list) if (read_element(item, set, &element))
		fn(arg, &element);
}
