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
 *
 * A network goes into a set of intervals, as two elements in each message, the
 * way nft writes them: its first address with all there is to say, and the
 * address behind its last one, marked as an end and with nothing else.
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
	/* All but address and comment: headers, names, nests, times. */
	FRAME_BYTES = 104,
	/* The end of an interval: nests, flags, and another address. */
	END_BYTES = 20 + sizeof(struct address),
};

static_assert(BLOCKLIST_MESSAGE_BYTES >= FRAME_BYTES + sizeof(struct address) +
						 COMMENT_TLV_BYTES + END_BYTES,
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

/* The set has intervals, not addresses. */
static bool is_interval(const struct prefix *source)
{
	return source->bits < 128;
}

static const char *set_of(const struct prefix *source)
{
	if (is_interval(source))
		return address_is_ipv4(&source->address) ? BLOCKLIST_NETS4
							 : BLOCKLIST_NETS6;
	return address_is_ipv4(&source->address) ? BLOCKLIST_SET4
						 : BLOCKLIST_SET6;
}

/* To be freed with nftnl_set_elem_free(). NULL: out of memory. */
static struct nftnl_set_elem *elem_new(const struct address *key, bool is_ipv4)
{
	struct nftnl_set_elem *elem = nftnl_set_elem_alloc();
	size_t skip = is_ipv4 ? 12 : 0;

	if (elem)
		nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, key->byte + skip,
				   sizeof(key->byte) - skip);
	return elem;
}

static void put_item(struct nlmsghdr *nlh, struct nftnl_set_elem *elem)
{
	struct nlattr *item = mnl_attr_nest_start(nlh, NFTA_LIST_ELEM);

	nftnl_set_elem_nlmsg_build_payload(nlh, elem);
	mnl_attr_nest_end(nlh, item);
}

static struct nftnl_set_elem *elem_of(const struct prefix *source)
{
	return elem_new(&source->address, address_is_ipv4(&source->address));
}

/* The first address behind a network; false behind the last of its family. */
static bool address_behind(const struct prefix *source, struct address *out)
{
	const int first = address_is_ipv4(&source->address) ? 12 : 0;
	unsigned int carry = 0x80U >> (source->bits - 1) % 8;

	*out = source->address;
	for (int i = (source->bits - 1) / 8; i >= first && carry; i--) {
		carry += out->byte[i];
		out->byte[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return carry == 0;
}

static int put_end(struct nlmsghdr *nlh, const struct prefix *source)
{
	struct nftnl_set_elem *end;
	struct address behind;

	if (!address_behind(source, &behind))
		return 0;
	end = elem_new(&behind, address_is_ipv4(&source->address));
	if (!end)
		return -ENOMEM;
	nftnl_set_elem_set_u32(end, NFTNL_SET_ELEM_FLAGS,
			       NFT_SET_ELEM_INTERVAL_END);
	put_item(nlh, end);
	nftnl_set_elem_free(end);
	return 0;
}

/* `elem` is the element whose key is the source's address. */
static int put_element(struct blocklist_request *r, uint16_t type,
		       const struct prefix *source, struct nftnl_set_elem *elem)
{
	struct nlmsghdr *nlh;
	struct nlattr *list;
	int err = 0;

	nlh = nftnl_nlmsg_build_hdr(next_message(r), type, NFPROTO_INET,
				    NLM_F_CREATE, next_seq(r));
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, BLOCKLIST_TABLE);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, set_of(source));
	list = mnl_attr_nest_start(nlh, NFTA_SET_ELEM_LIST_ELEMENTS);
	put_item(nlh, elem);
	if (is_interval(source))
		err = put_end(nlh, source);
	mnl_attr_nest_end(nlh, list);
	end_message(r, nlh);
	return err;
}

/*
 * A double quote counts as odd, too: nft prints it as it is, and could not
 * load again what it has listed.
 */
static void copy_comment(char to[static BLOCKLIST_COMMENT_BYTES],
			 const char *from)
{
	size_t i;

	for (i = 0; i < BLOCKLIST_COMMENT_BYTES - 1 && from[i]; i++)
		to[i] = from[i] >= ' ' && from[i] <= '~' && from[i] != '"'
				? from[i]
				: '?';
	to[i] = '\0';
}

/* What lies behind the prefix is cut off: the kernel has no bits for it. */
int blocklist_element_set(struct blocklist_element *e,
			  const struct prefix *source, uint32_t timeout_s,
			  uint64_t left_ms, const char *comment)
{
	const bool ends = timeout_s != BLOCKLIST_PERMANENT;

	if (ends && (timeout_s < 1 || timeout_s > BLOCKLIST_MAX_TIMEOUT_S ||
		     left_ms > timeout_s * UINT64_C(1000)))
		return -EINVAL;
	if (!blocklist_takes(source))
		return -EINVAL;
	e->source = prefix_network(source);
	e->timeout_ms = ends ? timeout_s * UINT64_C(1000) : 0;
	e->left_ms = ends ? left_ms : 0;
	copy_comment(e->comment, comment);
	return 0;
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

static int elem_set_value(struct nftnl_set_elem *elem,
			  const struct blocklist_element *e)
{
	if (e->timeout_ms)
		nftnl_set_elem_set_u64(elem, NFTNL_SET_ELEM_TIMEOUT,
				       e->timeout_ms);
	if (e->left_ms)
		nftnl_set_elem_set_u64(elem, NFTNL_SET_ELEM_EXPIRATION,
				       e->left_ms);
	return *e->comment ? elem_set_comment(elem, e->comment) : 0;
}

int blocklist_request_renew(struct blocklist_request *r,
			    const struct blocklist_element *e)
{
	struct nftnl_set_elem *elem = elem_of(&e->source);
	int err;

	if (!elem)
		return -ENOMEM;
	err = put_element(r, NFT_MSG_NEWSETELEM, &e->source, elem);
	if (!err)
		err = put_element(r, NFT_MSG_DELSETELEM, &e->source, elem);
	if (!err)
		err = elem_set_value(elem, e);
	if (!err)
		err = put_element(r, NFT_MSG_NEWSETELEM, &e->source, elem);
	nftnl_set_elem_free(elem);
	return err;
}

int blocklist_request_delete(struct blocklist_request *r,
			     const struct prefix *source)
{
	struct nftnl_set_elem *elem = elem_of(source);
	int err;

	if (!elem)
		return -ENOMEM;
	err = put_element(r, NFT_MSG_DELSETELEM, source, elem);
	nftnl_set_elem_free(elem);
	return err;
}

int blocklist_request_add(struct blocklist_request *r,
			  const struct blocklist_element *e)
{
	struct nftnl_set_elem *elem = elem_of(&e->source);
	int err;

	if (!elem)
		return -ENOMEM;
	err = elem_set_value(elem, e);
	if (!err)
		err = put_element(r, NFT_MSG_NEWSETELEM, &e->source, elem);
	nftnl_set_elem_free(elem);
	return err;
}

void blocklist_request_empty(struct blocklist_request *r, const char *set)
{
	struct nlmsghdr *nlh;

	nlh = nftnl_nlmsg_build_hdr(next_message(r), NFT_MSG_DELSETELEM,
				    NFPROTO_INET, 0, next_seq(r));
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, BLOCKLIST_TABLE);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, set);
	end_message(r, nlh);
}
