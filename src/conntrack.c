/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One walk over the kernel's connection table, at start: what was settled
 * before us need not come through the queue. Entries are read from one socket
 * while their updates, many to a send, go out through another, so that the
 * answers to the two do not mix.
 */
#include "conntrack.h"

#include <errno.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>

#include "netlink.h"

enum {
	MAX_WALKS = 5,
	/* The most the kernel puts into one answer to a dump. */
	DUMP_BYTES = 32768,
	/* Some 150 updates: if all fail, a socket's usual buffer holds it. */
	UPDATES_BYTES = 16384,
	/* One takes some 100 bytes. */
	UPDATE_BYTES = 256,
};

struct walk {
	conntrack_service_fn service;
	void *arg;
	struct conntrack_counters *counters;
	struct mnl_socket *table;
	struct mnl_socket *updates;
	struct mnl_nlmsg_batch *batch;
	/* Its last message is built in full before libmnl finds it too much. */
	char batch_bytes[UPDATES_BYTES + UPDATE_BYTES];
};

struct endpoint {
	struct address address;
	uint16_t port;
};

static bool get_endpoint(const struct nf_conntrack *ct,
			 enum nf_conntrack_attr ipv4,
			 enum nf_conntrack_attr ipv6,
			 enum nf_conntrack_attr port, struct endpoint *e)
{
	if (nfct_attr_is_set(ct, ipv4) > 0)
		e->address = address_from_ipv4(nfct_get_attr(ct, ipv4));
	else if (nfct_attr_is_set(ct, ipv6) > 0)
		e->address = address_from_ipv6(nfct_get_attr(ct, ipv6));
	else
		return false;
	e->port = ntohs(nfct_get_attr_u16(ct, port));
	return nfct_attr_is_set(ct, port) > 0;
}

/* The end that answers, and the one that was asked if NAT set them apart. */
static void report_services(const struct walk *w, const struct nf_conntrack *ct)
{
	struct endpoint real, asked;

	if (!get_endpoint(ct, ATTR_REPL_IPV4_SRC, ATTR_REPL_IPV6_SRC,
			  ATTR_REPL_PORT_SRC, &real) ||
	    !get_endpoint(ct, ATTR_ORIG_IPV4_DST, ATTR_ORIG_IPV6_DST,
			  ATTR_ORIG_PORT_DST, &asked))
		return;
	w->service(w->arg, &real.address, real.port);
	if (real.port != asked.port ||
	    !address_equal(&real.address, &asked.address))
		w->service(w->arg, &asked.address, asked.port);
}

/*
 * Have both ends spoken, and is the handshake behind them? ESTABLISHED alone
 * does not say so: the kernel moves there on a lone ACK too. ASSURED is what
 * it adds once the ACK of the SYN/ACK has passed.
 */
static bool is_settled(const struct nf_conntrack *ct)
{
	uint32_t status = nfct_get_attr_u32(ct, ATTR_STATUS);

	if (!(status & IPS_SEEN_REPLY))
		return false;
	switch (nfct_get_attr_u8(ct, ATTR_TCP_STATE)) {
	case TCP_CONNTRACK_ESTABLISHED:
		return status & IPS_ASSURED;
	case TCP_CONNTRACK_FIN_WAIT:
	case TCP_CONNTRACK_CLOSE_WAIT:
	case TCP_CONNTRACK_LAST_ACK:
	case TCP_CONNTRACK_TIME_WAIT:
		return true;
	default:
		return false;
	}
}

/*
 * Updates ask for no answer; what there is to read is errors, one a datagram.
 * ENOENT is an entry that has vanished meanwhile: none of our business.
 */
static int read_update_errors(struct walk *w)
{
	char answer[UPDATES_BYTES];
	ssize_t len;
	int err = 0;

	for (;;) {
		len = netlink_receive(w->updates, answer, sizeof(answer));
		if (len < 0)
			return errno == EAGAIN ? err : -errno;
		if (mnl_cb_run(answer, len, 0, 0, NULL, NULL) < 0 &&
		    errno != ENOENT)
			err = -errno;
	}
}

static int send_updates(struct walk *w)
{
	if (mnl_nlmsg_batch_is_empty(w->batch))
		return 0;
	if (mnl_socket_sendto(w->updates, mnl_nlmsg_batch_head(w->batch),
			      mnl_nlmsg_batch_size(w->batch)) < 0)
		return -errno;
	mnl_nlmsg_batch_reset(w->batch);
	return read_update_errors(w);
}

/*
 * An update names its entry with the very bytes of the dump: the tuple of the
 * original direction, which NAT leaves alone, and the zone.
 */
static int copy_name(const struct nlattr *attr, void *update)
{
	uint16_t type = mnl_attr_get_type(attr);

	if (type != CTA_TUPLE_ORIG && type != CTA_ZONE)
		return MNL_CB_OK;
	if (mnl_attr_put_check(update, UPDATE_BYTES, attr->nla_type,
			       mnl_attr_get_payload_len(attr),
			       mnl_attr_get_payload(attr)))
		return MNL_CB_OK;
	errno = EMSGSIZE;
	return MNL_CB_ERROR;
}

static struct nlmsghdr *put_header(void *to, uint16_t type, uint16_t flags,
				   uint8_t family)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(to);
	struct nfgenmsg *head = mnl_nlmsg_put_extra_header(nlh, sizeof(*head));

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	head->nfgen_family = family;
	head->version = NFNETLINK_V0;
	return nlh;
}

static int put_update(struct walk *w, const struct nlmsghdr *entry)
{
	const struct nfgenmsg *head = mnl_nlmsg_get_payload(entry);
	struct nlmsghdr *update;

	update = put_header(mnl_nlmsg_batch_current(w->batch),
			    IPCTNL_MSG_CT_NEW, 0, head->nfgen_family);
	/* The mask says which bits of the mark to replace. */
	mnl_attr_put_u32(update, CTA_MARK, htonl(CONNTRACK_MARK_SETTLED));
	mnl_attr_put_u32(update, CTA_MARK_MASK, htonl(CONNTRACK_MARK_SETTLED));
	if (mnl_attr_parse(entry, sizeof(*head), copy_name, update) < 0)
		return -errno;
	return mnl_nlmsg_batch_next(w->batch) ? 0 : send_updates(w);
}

static int look_at(struct walk *w, const struct nlmsghdr *entry,
		   const struct nf_conntrack *ct)
{
	if (nfct_get_attr_u8(ct, ATTR_L4PROTO) != IPPROTO_TCP)
		return 0;
	w->counters->seen++;
	if (!is_settled(ct))
		return 0;
	w->counters->settled++;
	report_services(w, ct);
	if (nfct_get_attr_u32(ct, ATTR_MARK) & CONNTRACK_MARK_SETTLED)
		return 0;
	return put_update(w, entry);
}

static int on_entry(const struct nlmsghdr *nlh, void *data)
{
	struct nf_conntrack *ct = nfct_new();
	int err = 0;

	if (!ct)
		return MNL_CB_ERROR;
	if (nfct_nlmsg_parse(nlh, ct) == 0)
		err = look_at(data, nlh, ct);
	nfct_destroy(ct);
	if (!err)
		return MNL_CB_OK;
	errno = -err;
	return MNL_CB_ERROR;
}

static int request_table(struct mnl_socket *socket)
{
	char request[64];
	struct nlmsghdr *nlh =
		put_header(request, IPCTNL_MSG_CT_GET, NLM_F_DUMP, AF_UNSPEC);

	return mnl_socket_sendto(socket, nlh, nlh->nlmsg_len) < 0 ? -errno : 0;
}

static int read_table(struct walk *w)
{
	unsigned int portid = mnl_socket_get_portid(w->table);
	char entries[DUMP_BYTES];
	ssize_t len;
	int ret;

	do {
		len = netlink_receive(w->table, entries, sizeof(entries));
		if (len < 0)
			return -errno;
		ret = mnl_cb_run(entries, len, 0, portid, on_entry, w);
	} while (ret > MNL_CB_STOP);
	return ret < 0 ? -errno : send_updates(w);
}

static int open_socket(struct mnl_socket **s, int flags)
{
	*s = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | flags);
	if (!*s || mnl_socket_bind(*s, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	return 0;
}

static int open_walk(struct walk *w)
{
	int err = open_socket(&w->table, 0);

	if (!err)
		err = open_socket(&w->updates, SOCK_NONBLOCK);
	if (err)
		return err;
	w->batch = mnl_nlmsg_batch_start(w->batch_bytes, UPDATES_BYTES);
	return w->batch ? 0 : -ENOMEM;
}

static void close_walk(struct walk *w)
{
	if (w->batch)
		mnl_nlmsg_batch_stop(w->batch);
	if (w->updates)
		mnl_socket_close(w->updates);
	if (w->table)
		mnl_socket_close(w->table);
}

static int walk_table(conntrack_service_fn service, void *arg,
		      struct conntrack_counters *counters)
{
	struct walk w = {.service = service, .arg = arg, .counters = counters};
	int err = open_walk(&w);

	if (!err)
		err = request_table(w.table);
	if (!err)
		err = read_table(&w);
	close_walk(&w);
	return err;
}

int conntrack_settle_established(conntrack_service_fn service, void *arg,
				 struct conntrack_counters *counters)
{
	int err = -EINTR;
	int i;

	/* What an interrupted walk has marked only makes the next shorter. */
	for (i = 0; i < MAX_WALKS && (err == -EINTR || err == -EAGAIN); i++) {
		*counters = (struct conntrack_counters){0};
		err = walk_table(service, arg, counters);
	}
	return err;
}
