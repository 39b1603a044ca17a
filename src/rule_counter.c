/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks nf_tables for one counter of our table. */
#include "rule_counter.h"

#include <arpa/inet.h>
#include <errno.h>

#include <sys/socket.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <libmnl/libmnl.h>
#include <libnftnl/common.h>
#include <libnftnl/object.h>

#include "blocklist.h"
#include "netlink.h"

#define ANSWER_BYTES 4096

static int note_counter(const struct nlmsghdr *nlh, void *arg)
{
	struct rule_counter *out = arg;
	struct nftnl_obj *counter = nftnl_obj_alloc();

	if (!counter)
		return MNL_CB_ERROR;
	if (nftnl_obj_nlmsg_parse(nlh, counter) == 0 &&
	    nftnl_obj_is_set(counter, NFTNL_OBJ_CTR_PKTS) &&
	    nftnl_obj_is_set(counter, NFTNL_OBJ_CTR_BYTES)) {
		out->packets = nftnl_obj_get_u64(counter, NFTNL_OBJ_CTR_PKTS);
		out->bytes = nftnl_obj_get_u64(counter, NFTNL_OBJ_CTR_BYTES);
	}
	nftnl_obj_free(counter);
	return MNL_CB_OK;
}

static int send_request(struct mnl_socket *socket, const char *name)
{
	char request[256] = {0}; /* libmnl does not clear its padding */
	struct nlmsghdr *nlh = nftnl_nlmsg_build_hdr(
		request, NFT_MSG_GETOBJ, NFPROTO_INET, NLM_F_ACK, 0);

	mnl_attr_put_strz(nlh, NFTA_OBJ_TABLE, BLOCKLIST_TABLE);
	mnl_attr_put_strz(nlh, NFTA_OBJ_NAME, name);
	mnl_attr_put_u32(nlh, NFTA_OBJ_TYPE, htonl(NFT_OBJECT_COUNTER));
	return mnl_socket_sendto(socket, nlh, nlh->nlmsg_len) < 0 ? -errno : 0;
}

static int ask(struct mnl_socket *socket, const char *name,
	       struct rule_counter *out)
{
	char answer[ANSWER_BYTES];
	int error = send_request(socket, name), more = MNL_CB_OK;

	while (!error && more > MNL_CB_STOP) {
		ssize_t len = netlink_receive(socket, answer, sizeof(answer));

		if (len >= 0)
			more = mnl_cb_run(answer, (size_t)len, 0, 0,
					  note_counter, out);
		if (len < 0 || more < 0)
			error = -errno;
	}
	return error;
}

int rule_counter_read(struct mnl_socket *socket, const char *name,
		      struct rule_counter *out)
{
	struct mnl_socket *own;
	int error;

	if (socket)
		return ask(socket, name, out);
	own = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!own)
		return -errno;
	error = mnl_socket_bind(own, 0, MNL_SOCKET_AUTOPID) < 0
			? -errno
			: ask(own, name, out);
	mnl_socket_close(own);
	return error;
}
