/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads from rtnetlink which addresses are ours and which networks lie on the
 * protected side. Routes come first: only when it is known which interfaces
 * lead to the rest of the world can the addresses' networks be told apart.
 */
#include "local.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

enum {
	MAX_READINGS = 5,
	MAX_UPLINKS = 64,
	/* The most the kernel puts into one answer to a dump. */
	DUMP_BYTES = 32768,
};

/* An interface that holds a default route of this family. */
struct uplink {
	uint8_t family;
	uint32_t ifindex;
};

struct reading {
	struct local_networks *out;
	struct uplink uplink[MAX_UPLINKS];
	size_t num_uplinks;
};

/* Attributes by type; NULL where there is none. Serves addresses too. */
struct attributes {
	const struct nlattr *of[RTA_MAX + 1];
};

static_assert(IFA_MAX <= RTA_MAX, "struct attributes is too small");

static int keep_attribute(const struct nlattr *attr, void *data)
{
	struct attributes *a = data;

	if (mnl_attr_type_valid(attr, RTA_MAX) > 0)
		a->of[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static bool address_from_bytes(const void *bytes, size_t len, uint8_t family,
			       struct address *out)
{
	if (family == AF_INET && len == sizeof(struct in_addr))
		*out = address_from_ipv4(bytes);
	else if (family == AF_INET6 && len == sizeof(struct in6_addr))
		*out = address_from_ipv6(bytes);
	else
		return false;
	return true;
}

static bool address_from_attribute(const struct nlattr *attr, uint8_t family,
				   struct address *out)
{
	return attr &&
	       address_from_bytes(mnl_attr_get_payload(attr),
				  mnl_attr_get_payload_len(attr), family, out);
}

static bool prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->bits == b->bits && address_equal(&a->address, &b->address);
}

static void add_prefix(struct local_networks *out, struct prefix *list,
		       size_t *num, const struct prefix *prefix)
{
	size_t i;

	for (i = 0; i < *num; i++)
		if (prefix_equal(&list[i], prefix))
			return;
	if (*num == LOCAL_MAX_PREFIXES)
		out->truncated = true;
	else
		list[(*num)++] = *prefix;
}

static void exempt(struct local_networks *out, const struct address *address)
{
	struct prefix p = {.address = *address, .bits = 128};

	add_prefix(out, out->exempt, &out->num_exempt, &p);
}

static bool is_uplink(const struct reading *r, uint8_t family, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < r->num_uplinks; i++)
		if (r->uplink[i].family == family &&
		    r->uplink[i].ifindex == ifindex)
			return true;
	return false;
}

static void add_uplink(struct reading *r, uint8_t family, uint32_t ifindex)
{
	if (is_uplink(r, family, ifindex))
		return;
	if (r->num_uplinks == MAX_UPLINKS)
		r->out->truncated = true;
	else
		r->uplink[r->num_uplinks++] = (struct uplink){family, ifindex};
}

/* A gateway has the family of its route, except in RTA_VIA (RFC 5549). */
static void add_next_hop(struct reading *r, uint8_t family, uint32_t ifindex,
			 const struct attributes *a)
{
	const struct nlattr *via = a->of[RTA_VIA];
	struct address gateway;

	add_uplink(r, family, ifindex);
	if (address_from_attribute(a->of[RTA_GATEWAY], family, &gateway))
		exempt(r->out, &gateway);
	if (via && mnl_attr_get_payload_len(via) > sizeof(struct rtvia)) {
		const struct rtvia *v = mnl_attr_get_payload(via);
		size_t len = mnl_attr_get_payload_len(via) - sizeof(*v);

		if (address_from_bytes(v->rtvia_addr, len, v->rtvia_family,
				       &gateway))
			exempt(r->out, &gateway);
	}
}

static void add_multipath(struct reading *r, uint8_t family,
			  const struct nlattr *multipath)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	int left = mnl_attr_get_payload_len(multipath);

	while (left >= (int)sizeof(*hop) && RTNH_OK(hop, left)) {
		struct attributes a = {0};

		mnl_attr_parse_payload(RTNH_DATA(hop),
				       hop->rtnh_len - RTNH_LENGTH(0),
				       keep_attribute, &a);
		add_next_hop(r, family, hop->rtnh_ifindex, &a);
		left -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
}

static int on_route(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(nlh);
	struct attributes a = {0};
	const struct nlattr *oif;

	if (nlh->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*route) ||
	    route->rtm_table != RT_TABLE_MAIN ||
	    route->rtm_type != RTN_UNICAST || route->rtm_dst_len != 0)
		return MNL_CB_OK;
	mnl_attr_parse(nlh, sizeof(*route), keep_attribute, &a);
	oif = a.of[RTA_OIF];
	if (a.of[RTA_MULTIPATH])
		add_multipath(data, route->rtm_family, a.of[RTA_MULTIPATH]);
	else if (oif && mnl_attr_validate(oif, MNL_TYPE_U32) == 0)
		add_next_hop(data, route->rtm_family, mnl_attr_get_u32(oif),
			     &a);
	return MNL_CB_OK;
}

/* Loopback, link-local and multicast: addresses without a side. */
static bool has_no_side(const struct address *address)
{
	static const char *const text[] = {
		"127.0.0.0/8", "::1/128",  "fe80::/10",
		"224.0.0.0/4", "ff00::/8",
	};
	struct prefix p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(text); i++)
		if (prefix_parse(text[i], &p) && prefix_holds(&p, address))
			return true;
	return false;
}

static bool has_uplink(const struct reading *r, uint8_t family)
{
	size_t i;

	for (i = 0; i < r->num_uplinks; i++)
		if (r->uplink[i].family == family)
			return true;
	return false;
}

/* The network around an address: its first `len` bits, the others cleared. */
static struct prefix network_of(const struct address *address, uint8_t len)
{
	struct prefix p = {.address = *address, .bits = len};
	unsigned int bit;

	if (address_is_ipv4(address))
		p.bits += 96;
	for (bit = p.bits; bit < 128; bit++)
		p.address.byte[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	return p;
}

static void add_network(struct reading *r, const struct ifaddrmsg *ifa,
			const struct address *address)
{
	uint8_t max_len = ifa->ifa_family == AF_INET ? 32 : 128;
	struct prefix network;

	if (!has_uplink(r, ifa->ifa_family) ||
	    is_uplink(r, ifa->ifa_family, ifa->ifa_index) ||
	    has_no_side(address))
		return;
	/* Length 0 would be the whole world. */
	if (ifa->ifa_prefixlen < 1 || ifa->ifa_prefixlen > max_len)
		return;
	network = network_of(address, ifa->ifa_prefixlen);
	add_prefix(r->out, r->out->inside, &r->out->num_inside, &network);
}

/* Where IFA_LOCAL is given, it is ours, and IFA_ADDRESS may be a peer's. */
static int on_address(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct reading *r = data;
	struct attributes a = {0};
	struct address own, around;
	bool has_own, has_around;

	if (nlh->nlmsg_type != RTM_NEWADDR ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifa))
		return MNL_CB_OK;
	mnl_attr_parse(nlh, sizeof(*ifa), keep_attribute, &a);
	has_around = address_from_attribute(a.of[IFA_ADDRESS], ifa->ifa_family,
					    &around);
	has_own =
		address_from_attribute(a.of[IFA_LOCAL], ifa->ifa_family, &own);
	if (has_own)
		exempt(r->out, &own);
	else if (has_around)
		exempt(r->out, &around);
	if (has_around)
		add_network(r, ifa, &around);
	return MNL_CB_OK;
}

static int read_answers(struct mnl_socket *socket, mnl_cb_t callback,
			struct reading *r)
{
	unsigned int portid = mnl_socket_get_portid(socket);
	char answers[DUMP_BYTES];
	ssize_t len;
	int ret;

	do {
		len = mnl_socket_recvfrom(socket, answers, sizeof(answers));
		if (len < 0)
			return -errno;
		ret = mnl_cb_run(answers, len, 0, portid, callback, r);
	} while (ret > MNL_CB_STOP);
	return ret < 0 ? -errno : 0;
}

static int dump(struct mnl_socket *socket, uint16_t type, uint8_t family,
		mnl_cb_t callback, struct reading *r)
{
	char request[64];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request);
	struct rtgenmsg *head = mnl_nlmsg_put_extra_header(nlh, sizeof(*head));

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	head->rtgen_family = family;
	if (mnl_socket_sendto(socket, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	return read_answers(socket, callback, r);
}

static int read_networks(struct mnl_socket *socket, struct reading *r)
{
	int err = dump(socket, RTM_GETROUTE, AF_INET, on_route, r);

	if (!err)
		err = dump(socket, RTM_GETROUTE, AF_INET6, on_route, r);
	if (!err)
		err = dump(socket, RTM_GETADDR, AF_INET, on_address, r);
	if (!err)
		err = dump(socket, RTM_GETADDR, AF_INET6, on_address, r);
	return err;
}

static int read_once(struct local_networks *out)
{
	struct mnl_socket *socket =
		mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	struct reading r = {.out = out};
	int err;

	if (!socket)
		return -errno;
	memset(out, 0, sizeof(*out));
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
		err = -errno;
	else
		err = read_networks(socket, &r);
	mnl_socket_close(socket);
	return err;
}

int local_networks_read(struct local_networks *out)
{
	int err = -EINTR;
	int i;

	/* EINTR: something changed between two answers to one question. */
	for (i = 0; i < MAX_READINGS && err == -EINTR; i++)
		err = read_once(out);
	return err;
}
