/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the messages that renew and delete elements, through libnftnl.
 *
 * The timeout of an element could not be changed in place before Linux 6.12,
 * and deleting one that is not there refuses the transaction. So a renewal is
 * three messages: NEWSETELEM, which adds the element or, finding it, does
 * nothing; DELSETELEM, which is now sure to find it; and NEWSETELEM with the
 * new timeout and comment. A transaction takes effect in one step, so no
 * packet meets the set between the second and the third. A full set is no
 * hindrance: what a transaction deletes makes room for what it adds.
 */
#include "blocklist_request.h"

#include <assert.h>
#include <errno.h>

#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/set.h>
#include <libnftnl/udata.h>

enum {
	/* A comment in nft's notation: type and length, a byte each, text. */
	COMMENT_TLV_BYTES = 2 + BLOCKLIST_COMMENT_BYTES,
	/* All but address and comment: headers, names, nests, timeout. */
	FRAME_BYTES = 88,
};

static_assert(BLOCKLIST_MESSAGE_BYTES >=
		      FRAME_BYTES + sizeof(struct address) + COMMENT_TLV_BYTES,
	      "libnftnl does not know where the buffer ends");

void blocklist_request_start(struct blocklist_request *r)
{
	r->first_seq += r->num_messages;
	r->num_messages = 0;
	r->bytes = 0;
}

static char *next_message(struct blocklist_request *r)
{
	assert(r->num_messages < BLOCKLIST_REQUEST_MAX_MESSAGES);
	return r->data + r->bytes;
}

static uint32_t next_seq(const struct blocklist_request *r)
{
	return r->first_seq + r->num_messages;
}

static void end_message(struct blocklist_request *r, const struct nlmsghdr *nlh)
{
	assert(nlh->nlmsg_len <= BLOCKLIST_MESSAGE_BYTES);
	r->bytes += nlh->nlmsg_len;
	r->num_messages++;
}

void blocklist_request_get_set(struct blocklist_request *r, const char *set)
{
	struct nlmsghdr *nlh;

	nlh = nftnl_nlmsg_build_hdr(next_message(r), NFT_MSG_GETSET,
				    NFPROTO_INET, 0, next_seq(r));
	mnl_attr_put_strz(nlh, NFTA_SET_TABLE, BLOCKLIST_TABLE);
	mnl_attr_put_strz(nlh, NFTA_SET_NAME, set);
	end_message(r, nlh);
}

void blocklist_request_begin(struct blocklist_request *r)
{
	end_message(r, nftnl_batch_begin(next_message(r), next_seq(r)));
}

void blocklist_request_end(struct blocklist_request *r)
{
	end_message(r, nftnl_batch_end(next_message(r), next_seq(r)));
}

static void put_element(struct blocklist_request *r, uint16_t type,
			const char *set, struct nftnl_set_elem *elem)
{
	struct nlattr *list, *item;
	struct nlmsghdr *nlh;

	nlh = nftnl_nlmsg_build_hdr(next_message(r), type, NFPROTO_INET,
				    NLM_F_CREATE, next_seq(r));
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, BLOCKLIST_TABLE);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, set);
	list = mnl_attr_nest_start(nlh, NFTA_SET_ELEM_LIST_ELEMENTS);
	item = mnl_attr_nest_start(nlh, NFTA_LIST_ELEM);
	nftnl_set_elem_nlmsg_build_payload(nlh, elem);
	mnl_attr_nest_end(nlh, item);
	mnl_attr_nest_end(nlh, list);
	end_message(r, nlh);
}

static const char *set_of(const struct address *source)
{
	return address_is_ipv4(source) ? BLOCKLIST_SET4 : BLOCKLIST_SET6;
}

/* To be freed with nftnl_set_elem_free(). NULL: out of memory. */
static struct nftnl_set_elem *elem_new(const struct address *source)
{
	struct nftnl_set_elem *elem = nftnl_set_elem_alloc();
	size_t skip = address_is_ipv4(source) ? 12 : 0;

	if (elem)
		nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY,
				   source->byte + skip,
				   sizeof(source->byte) - skip);
	return elem;
}

/* In nft's own notation, so that `nft list set` shows it. */
static int elem_set_comment(struct nftnl_set_elem *elem, const char *comment)
{
	struct nftnl_udata_buf *tlv = nftnl_udata_buf_alloc(COMMENT_TLV_BYTES);
	int err = -ENOMEM;

	if (!tlv)
		return -ENOMEM;
	if (nftnl_udata_put_strz(tlv, NFTNL_UDATA_SET_ELEM_COMMENT, comment) &&
	    !nftnl_set_elem_set(elem, NFTNL_SET_ELEM_USERDATA,
				nftnl_udata_buf_data(tlv),
				nftnl_udata_buf_len(tlv)))
		err = 0;
	nftnl_udata_buf_free(tlv);
	return err;
}

int blocklist_request_renew(struct blocklist_request *r,
			    const struct blocklist_element *e)
{
	struct nftnl_set_elem *elem = elem_new(&e->source);
	const char *set = set_of(&e->source);
	int err = 0;

	if (!elem)
		return -ENOMEM;
	put_element(r, NFT_MSG_NEWSETELEM, set, elem);
	put_element(r, NFT_MSG_DELSETELEM, set, elem);
	nftnl_set_elem_set_u64(elem, NFTNL_SET_ELEM_TIMEOUT,
			       e->timeout_s * UINT64_C(1000));
	if (*e->comment)
		err = elem_set_comment(elem, e->comment);
	put_element(r, NFT_MSG_NEWSETELEM, set, elem);
	nftnl_set_elem_free(elem);
	return err;
}

int blocklist_request_delete(struct blocklist_request *r,
			     const struct address *source)
{
	struct nftnl_set_elem *elem = elem_new(source);

	if (!elem)
		return -ENOMEM;
	put_element(r, NFT_MSG_DELSETELEM, set_of(source), elem);
	nftnl_set_elem_free(elem);
	return 0;
}
