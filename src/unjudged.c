/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules' counter of packets sent to the queue, beside those that came. */
#include "unjudged.h"

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

#define COUNTER      "queued"
#define ANSWER_BYTES 4096

static int note_packets(const struct nlmsghdr *nlh, void *arg)
{
	struct nftnl_obj *counter = nftnl_obj_alloc();

	if (!counter)
		return MNL_CB_ERROR;
	if (nftnl_obj_nlmsg_parse(nlh, counter) == 0 &&
	    nftnl_obj_is_set(counter, NFTNL_OBJ_CTR_PKTS))
		*(uint64_t *)arg =
			nftnl_obj_get_u64(counter, NFTNL_OBJ_CTR_PKTS);
	nftnl_obj_free(counter);
	return MNL_CB_OK;
}

static int send_request(struct mnl_socket *socket)
{
	char request[256] = {0}; /* libmnl does not clear its padding */
	struct nlmsghdr *nlh = nftnl_nlmsg_build_hdr(
		request, NFT_MSG_GETOBJ, NFPROTO_INET, NLM_F_ACK, 0);

	mnl_attr_put_strz(nlh, NFTA_OBJ_TABLE, BLOCKLIST_TABLE);
	mnl_attr_put_strz(nlh, NFTA_OBJ_NAME, COUNTER);
	mnl_attr_put_u32(nlh, NFTA_OBJ_TYPE, htonl(NFT_OBJECT_COUNTER));
	return mnl_socket_sendto(socket, nlh, nlh->nlmsg_len) < 0 ? -errno : 0;
}

/* -ENOENT when the rules are gone. */
static int read_counter(struct mnl_socket *socket, uint64_t *packets)
{
	char answer[ANSWER_BYTES];
	int error = send_request(socket), more = MNL_CB_OK;

	while (!error && more > MNL_CB_STOP) {
		ssize_t len = netlink_receive(socket, answer, sizeof(answer));

		if (len >= 0)
			more = mnl_cb_run(answer, (size_t)len, 0, 0,
					  note_packets, packets);
		if (len < 0 || more < 0)
			error = -errno;
	}
	return error;
}

int unjudged_open(struct unjudged *u, uint64_t received)
{
	int error;

	*u = (struct unjudged){
		.socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC)};
	if (!u->socket)
		return -errno;
	error = mnl_socket_bind(u->socket, 0, MNL_SOCKET_AUTOPID) < 0
			? -errno
			: read_counter(u->socket, &u->queued);
	u->has_counter = error == 0;
	u->behind = u->queued - received;
	u->marked = u->queued;
	if (error && error != -ENOENT)
		unjudged_close(u);
	return error;
}

void unjudged_close(struct unjudged *u)
{
	if (u->socket)
		mnl_socket_close(u->socket);
	u->socket = NULL;
}

/* Of those sent to the queue since the start, over all tables. */
static void note_passed(struct unjudged *u, uint64_t received, uint64_t waiting)
{
	uint64_t sent = (waiting ? u->queued : u->marked) - u->behind;

	if (sent > received + waiting && sent - received - waiting > u->passed)
		u->passed = sent - received - waiting;
}

void unjudged_turn(struct unjudged *u, uint64_t received, uint64_t waiting)
{
	uint64_t packets = 0;

	if (!u->socket)
		return;
	if (u->has_counter)
		note_passed(u, received, waiting);
	if (read_counter(u->socket, &packets) < 0)
		return;
	if (!u->has_counter || packets < u->queued) {
		/*
		 * Another table, which counts anew: what it has counted came
		 * or passed, but what the old one counted in its last moment
		 * may not be known.
		 */
		u->behind = packets - received - u->passed;
		u->marked = u->behind;
		u->has_counter = true;
	}
	u->queued = packets;
	if (waiting == 0)
		u->marked = packets;
}
