/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nf_tables says of our table and its sets, in an answer or in a
 * notification: the attributes that blocklist_read.c and nft_events.c share.
 */
#ifndef HANDSHAKED_NFT_MESSAGE_H
#define HANDSHAKED_NFT_MESSAGE_H

#include <linux/netlink.h>
#include <libmnl/libmnl.h>

#include "blocklist.h"

#define BLOCKLIST_NUM_SETS 4

extern const char *const blocklist_set_name[BLOCKLIST_NUM_SETS];

/* Of IPv4? Of networks? By the set's number. */
bool blocklist_set_is_ipv4(int set);
bool blocklist_set_has_nets(int set);

/* False for what is no address: a key of the wrong length. */
bool blocklist_set_address(int set, const void *key, size_t bytes,
			   struct address *out);

/* NFT_MSG_NEWTABLE and so on; -1 if nf_tables has not sent it. */
int nft_message_type(const struct nlmsghdr *nlh);

/* Is it about our table, one of our sets as a whole, or a rule of the table? */
bool nft_message_is_ours(const struct nlmsghdr *nlh);

/* The number that the kernel gave the table or set; 0 if it does not say. */
uint64_t nft_message_handle(const struct nlmsghdr *nlh);

/*
 * Calls fn() for each element of our sets in a message about elements. A
 * network is two of them: its first address, and the address behind its last
 * with `is_end` set.
 */
struct nft_element {
	struct address address;
	bool is_ipv4, is_net, is_end;
};
typedef void (*nft_element_fn)(void *arg, const struct nft_element *e);
void nft_message_elements(const struct nlmsghdr *nlh, nft_element_fn fn,
			  void *arg);

/*
 * blocklist_read.c: the bounds of a set of networks, sorted; `bound` in it is
 * to be freed. Returns 0 or -errno.
 */
struct bounds;
int blocklist_read_bounds(int set, struct bounds *out);

/*
 * blocklist_read.c: gives each message about the elements of a set of our
 * table to `fn`, by a socket of its own. Returns 0 or -errno, -EINTR when the
 * set changed meanwhile.
 */
int nft_dump_set(const char *set, mnl_cb_t fn, void *arg);

/* The same for the rules of our table; a table that is missing has none. */
int nft_dump_rules(mnl_cb_t fn, void *arg);

#endif
