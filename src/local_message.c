/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Routes, addresses and neighbours, as rtnetlink words them, become lists of
 * prefixes here. No system call is made.
 */
#include "local_message.h"

#include <assert.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

/*
 * Attributes by type; NULL where there is none. Serves addresses and
 * neighbours too.
 */
struct attributes {
	const struct nlattr *of[RTA_MAX + 1];
};

static_assert(IFA_MAX <= RTA_MAX, "struct attributes is too small");
static_assert(NDA_MAX <= RTA_MAX, "struct attributes is too small");

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

static void add_prefix(struct local_reading *r, struct prefix *list,
		       size_t *num, const struct prefix *prefix)
{
	size_t i;

	for (i = 0; i < *num; i++)
		if (prefix_equal(&list[i], prefix))
			return;
	if (*num == LOCAL_MAX_PREFIXES)
		r->networks.truncated = true;
	else
		list[(*num)++] = *prefix;
}

static void add_address(struct local_reading *r, struct prefix *list,
			size_t *num, const struct address *address)
{
	struct prefix p = {.address = *address, .bits = 128};

	add_prefix(r, list, num, &p);
}

static void add_gateway(struct local_reading *r, const struct address *address)
{
	add_address(r, r->gateways, &r->num_gateways, address);
}

static void add_own(struct local_reading *r, const struct address *address)
{
	add_address(r, r->networks.exempt, &r->networks.num_exempt, address);
}

static bool is_uplink(const struct local_reading *r, uint8_t family,
		      uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < r->num_uplinks; i++)
		if (r->uplink[i].family == family &&
		    r->uplink[i].ifindex == ifindex)
			return true;
	return false;
}

static void add_uplink(struct local_reading *r, uint8_t family,
		       uint32_t ifindex)
{
	if (is_uplink(r, family, ifindex))
		return;
	if (r->num_uplinks == LOCAL_MAX_UPLINKS)
		r->networks.truncated = true;
	else
		r->uplink[r->num_uplinks++] = (struct uplink){family, ifindex};
}

/* A gateway has the family of its route, except in RTA_VIA (RFC 5549). */
static void add_next_hop(struct local_reading *r, const struct rtmsg *route,
			 uint32_t ifindex, const struct attributes *a)
{
	const struct nlattr *via = a->of[RTA_VIA];
	struct address gateway;

	/* Other tables have a default route for some of the traffic only. */
	if (route->rtm_dst_len == 0 && route->rtm_table == RT_TABLE_MAIN)
		add_uplink(r, route->rtm_family, ifindex);
	if (address_from_attribute(a->of[RTA_GATEWAY], route->rtm_family,
				   &gateway))
		add_gateway(r, &gateway);
	if (via && mnl_attr_get_payload_len(via) > sizeof(struct rtvia)) {
		const struct rtvia *v = mnl_attr_get_payload(via);
		size_t len = mnl_attr_get_payload_len(via) - sizeof(*v);

		if (address_from_bytes(v->rtvia_addr, len,
				       (uint8_t)v->rtvia_family, &gateway))
			add_gateway(r, &gateway);
	}
}

static void add_multipath(struct local_reading *r, const struct rtmsg *route,
			  const struct nlattr *multipath)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multipath);
	int left = mnl_attr_get_payload_len(multipath);

	while (left >= (int)sizeof(*hop) && RTNH_OK(hop, left)) {
		struct attributes a = {0};

		mnl_attr_parse_payload(RTNH_DATA(hop),
				       hop->rtnh_len - RTNH_LENGTH(0),
				       keep_attribute, &a);
		add_next_hop(r, route, (uint32_t)hop->rtnh_ifindex, &a);
		left -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
}

/*
 * Not the routes that the kernel cloned to remember something of one
 * destination: a redirect makes such, and anybody on the link may send one.
 */
static void take_route(struct local_reading *r, const struct nlmsghdr *nlh)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(nlh);
	struct attributes a = {0};
	const struct nlattr *oif;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*route) ||
	    route->rtm_type != RTN_UNICAST || (route->rtm_flags & RTM_F_CLONED))
		return;
	mnl_attr_parse(nlh, sizeof(*route), keep_attribute, &a);
	oif = a.of[RTA_OIF];
	if (a.of[RTA_MULTIPATH])
		add_multipath(r, route, a.of[RTA_MULTIPATH]);
	else if (oif && mnl_attr_validate(oif, MNL_TYPE_U32) == 0)
		add_next_hop(r, route, mnl_attr_get_u32(oif), &a);
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

static bool has_uplink(const struct local_reading *r, uint8_t family)
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
		p.address.byte[bit / 8] &= (uint8_t)(0xff ^ (0x80 >> bit % 8));
	return p;
}

static void add_network(struct local_reading *r, const struct ifaddrmsg *ifa,
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
	add_prefix(r, r->networks.inside, &r->networks.num_inside, &network);
}

/* Where IFA_LOCAL is given, it is ours, and IFA_ADDRESS may be a peer's. */
static void take_address(struct local_reading *r, const struct nlmsghdr *nlh)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct attributes a = {0};
	struct address own, around;
	bool has_own, has_around;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifa))
		return;
	mnl_attr_parse(nlh, sizeof(*ifa), keep_attribute, &a);
	has_around = address_from_attribute(a.of[IFA_ADDRESS], ifa->ifa_family,
					    &around);
	has_own =
		address_from_attribute(a.of[IFA_LOCAL], ifa->ifa_family, &own);
	if (has_own)
		add_own(r, &own);
	else if (has_around)
		add_own(r, &around);
	if (has_around)
		add_network(r, ifa, &around);
}

static void take_neighbour(struct local_reading *r, const struct nlmsghdr *nlh)
{
	const struct ndmsg *neighbour = mnl_nlmsg_get_payload(nlh);
	struct attributes a = {0};
	struct address address;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*neighbour) ||
	    !(neighbour->ndm_flags & NTF_ROUTER))
		return;
	mnl_attr_parse(nlh, sizeof(*neighbour), keep_attribute, &a);
	if (address_from_attribute(a.of[NDA_DST], neighbour->ndm_family,
				   &address))
		add_address(r, r->networks.routers, &r->networks.num_routers,
			    &address);
}

void local_take_message(struct local_reading *r, const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWROUTE:
		take_route(r, nlh);
		break;
	case RTM_NEWADDR:
		take_address(r, nlh);
		break;
	case RTM_NEWNEIGH:
		take_neighbour(r, nlh);
		break;
	}
}

void local_complete(struct local_reading *r)
{
	for (size_t i = 0; i < r->num_gateways; i++)
		add_prefix(r, r->networks.exempt, &r->networks.num_exempt,
			   &r->gateways[i]);
}
