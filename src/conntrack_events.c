/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DESTROY events of ctnetlink, of settled TCP connections only: a socket
 * filter, made by libnetfilter_conntrack, keeps the others in the kernel.
 */
#include "conntrack_events.h"

#include <errno.h>
#include <stdlib.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>

#include "conntrack.h"
#include "netlink.h"

enum {
	/* An event takes some 250 bytes and comes alone in a datagram. */
	EVENT_BYTES = 8192,
	/* Read at once, before anything else gets its turn again. */
	EVENTS_AT_ONCE = 8192,
	/* Room for as many, at 1.3 kB each; what does not fit is an overrun. */
	SOCKET_BYTES = 12 << 20,
};

struct conntrack_events {
	struct mnl_socket *socket;
	conntrack_ended_fn ended;
	void *arg;
	struct conntrack_events_counters counters;
};

/* ---- one event ---- */

static enum conn_state conn_state_of(const struct nf_conntrack *ct)
{
	if (!(nfct_get_attr_u32(ct, ATTR_STATUS) & IPS_SEEN_REPLY) ||
	    nfct_attr_is_set(ct, ATTR_TCP_STATE) <= 0)
		return CONN_OTH;
	switch (nfct_get_attr_u8(ct, ATTR_TCP_STATE)) {
	case TCP_CONNTRACK_ESTABLISHED:
		return CONN_S1;
	case TCP_CONNTRACK_FIN_WAIT:
	case TCP_CONNTRACK_CLOSE_WAIT:
		return CONN_S2;
	case TCP_CONNTRACK_LAST_ACK:
	case TCP_CONNTRACK_TIME_WAIT:
		return CONN_SF;
	case TCP_CONNTRACK_CLOSE:
		return CONN_RSTO;
	default:
		return CONN_OTH;
	}
}

/*
 * Headers alone: 20 bytes of IP (40 of IPv6), 20 of TCP and 12 of timestamps,
 * and 8 more for what a SYN has besides. Some bytes of payload in a connection
 * without timestamps may pass for such; whoever has real payload has more.
 */
static bool is_headers_alone(uint64_t packets, uint64_t bytes, bool is_ipv4)
{
	return bytes <= packets * (is_ipv4 ? 52 : 72) + 8;
}

static bool had_no_payload(const struct nf_conntrack *ct, bool is_ipv4)
{
	if (nfct_attr_is_set(ct, ATTR_ORIG_COUNTER_PACKETS) <= 0 ||
	    nfct_attr_is_set(ct, ATTR_REPL_COUNTER_PACKETS) <= 0)
		return false;
	return is_headers_alone(
		       nfct_get_attr_u64(ct, ATTR_ORIG_COUNTER_PACKETS),
		       nfct_get_attr_u64(ct, ATTR_ORIG_COUNTER_BYTES),
		       is_ipv4) &&
	       is_headers_alone(
		       nfct_get_attr_u64(ct, ATTR_REPL_COUNTER_PACKETS),
		       nfct_get_attr_u64(ct, ATTR_REPL_COUNTER_BYTES), is_ipv4);
}

static bool get_address(const struct nf_conntrack *ct,
			enum nf_conntrack_attr ipv4,
			enum nf_conntrack_attr ipv6, struct address *out)
{
	if (nfct_attr_is_set(ct, ipv4) > 0)
		*out = address_from_ipv4(nfct_get_attr(ct, ipv4));
	else if (nfct_attr_is_set(ct, ipv6) > 0)
		*out = address_from_ipv6(nfct_get_attr(ct, ipv6));
	else
		return false;
	return true;
}

/*
 * The originator as it is, the responder behind what NAT did to the
 * destination: so does the queue see them.
 */
static bool get_ends(const struct nf_conntrack *ct, struct settled_end *e)
{
	if (!get_address(ct, ATTR_ORIG_IPV4_SRC, ATTR_ORIG_IPV6_SRC,
			 &e->orig) ||
	    !get_address(ct, ATTR_REPL_IPV4_SRC, ATTR_REPL_IPV6_SRC,
			 &e->resp) ||
	    nfct_attr_is_set(ct, ATTR_ORIG_PORT_SRC) <= 0 ||
	    nfct_attr_is_set(ct, ATTR_REPL_PORT_SRC) <= 0)
		return false;
	e->orig_port = ntohs(nfct_get_attr_u16(ct, ATTR_ORIG_PORT_SRC));
	e->resp_port = ntohs(nfct_get_attr_u16(ct, ATTR_REPL_PORT_SRC));
	return true;
}

static void tell(struct conntrack_events *e, const struct nf_conntrack *ct)
{
	struct settled_end end = {
		.conn_state = conn_state_of(ct),
		.complete = nfct_get_attr_u32(ct, ATTR_STATUS) & IPS_ASSURED,
	};

	if (!get_ends(ct, &end)) {
		e->counters.malformed++;
		return;
	}
	end.no_payload = had_no_payload(ct, address_is_ipv4(&end.orig));
	e->counters.ended++;
	e->ended(e->arg, &end);
}

static int on_event(const struct nlmsghdr *nlh, void *data)
{
	struct conntrack_events *e = data;
	struct nf_conntrack *ct;

	if (nlh->nlmsg_type !=
	    (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE))
		return MNL_CB_OK;
	ct = nfct_new();
	if (!ct)
		return MNL_CB_ERROR;
	if (nfct_nlmsg_parse(nlh, ct) == 0)
		tell(e, ct);
	else
		e->counters.malformed++;
	nfct_destroy(ct);
	return MNL_CB_OK;
}

/* ---- the socket ---- */

static int filter(int fd)
{
	static const struct nfct_filter_dump_mark settled = {
		.val = CONNTRACK_MARK_SETTLED,
		.mask = CONNTRACK_MARK_SETTLED,
	};
	struct nfct_filter *f = nfct_filter_create();
	int ret;

	if (!f)
		return -1;
	nfct_filter_add_attr_u32(f, NFCT_FILTER_L4PROTO, IPPROTO_TCP);
	nfct_filter_add_attr(f, NFCT_FILTER_MARK, &settled);
	ret = nfct_filter_attach(fd, f);
	nfct_filter_destroy(f);
	return ret;
}

static int subscribe(struct conntrack_events *e)
{
	int bytes = SOCKET_BYTES, fd;

	e->socket = mnl_socket_open2(NETLINK_NETFILTER,
				     SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!e->socket)
		return -1;
	fd = mnl_socket_get_fd(e->socket);
	/* Without it there are overruns sooner. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	if (filter(fd) < 0)
		return -1;
	return mnl_socket_bind(e->socket, NF_NETLINK_CONNTRACK_DESTROY,
			       MNL_SOCKET_AUTOPID);
}

struct conntrack_events *conntrack_events_open(conntrack_ended_fn ended,
					       void *arg)
{
	struct conntrack_events *e = calloc(1, sizeof(*e));
	int saved_errno;

	if (!e)
		return NULL;
	e->ended = ended;
	e->arg = arg;
	if (subscribe(e) == 0)
		return e;
	saved_errno = errno;
	conntrack_events_close(e);
	errno = saved_errno;
	return NULL;
}

void conntrack_events_close(struct conntrack_events *e)
{
	if (!e)
		return;
	if (e->socket)
		mnl_socket_close(e->socket);
	free(e);
}

int conntrack_events_fd(const struct conntrack_events *e)
{
	return mnl_socket_get_fd(e->socket);
}

void conntrack_events_read(struct conntrack_events *e)
{
	char event[EVENT_BYTES];

	for (int i = 0; i < EVENTS_AT_ONCE; i++) {
		ssize_t len = netlink_receive(e->socket, event, sizeof(event));

		if (len < 0 && errno == EAGAIN)
			return;
		if (len < 0 && errno != EBADMSG)
			e->counters.overruns++;
		else if (len < 0 ||
			 mnl_cb_run(event, (size_t)len, 0, 0, on_event, e) < 0)
			e->counters.malformed++;
	}
}

const struct conntrack_events_counters *
conntrack_events_counters(const struct conntrack_events *e)
{
	return &e->counters;
}
