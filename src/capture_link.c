/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The link layers a capture may have, one function each. Layers can be
 * stacked (VLAN in VLAN, PPP in PPPoE in VLAN): what says which comes next is
 * always brought to an Ethertype, and one loop follows those. Every step
 * consumes bytes, so the loop ends with the frame.
 */
#include "capture_link.h"

#include <string.h>

#include <linux/if_ether.h>
#include <pcap/dlt.h>

#include "core/base.h"

/* DLT_RAW has a number here, one on OpenBSD, and one in files. */
#define DLT_RAW_OPENBSD 14
#define LINKTYPE_RAW    101

/* In place of an Ethertype: nothing we can follow. */
#define TYPE_NONE 0

struct cursor {
	const uint8_t *at;
	size_t left;
};

static bool skip(struct cursor *c, size_t bytes)
{
	if (bytes > c->left)
		return false;
	c->at += bytes;
	c->left -= bytes;
	return true;
}

/* The next layer's type is the last field of a header of so many bytes. */
static uint16_t type_at_end(struct cursor *c, size_t header)
{
	return skip(c, header) ? get_be16(c->at - 2) : TYPE_NONE;
}

/* No field says what it is: the IP version does. */
static uint16_t type_by_version(const struct cursor *c)
{
	if (c->left == 0)
		return TYPE_NONE;
	switch (c->at[0] >> 4) {
	case 4:
		return ETH_P_IP;
	case 6:
		return ETH_P_IPV6;
	default:
		return TYPE_NONE;
	}
}

/* RFC 3032: label, class, "bottom of stack", TTL. */
static uint16_t skip_mpls(struct cursor *c)
{
	do {
		if (!skip(c, 4))
			return TYPE_NONE;
	} while (!(c->at[-2] & 1));
	return type_by_version(c);
}

/*
 * RFC 1661 and 1662: address and control may be left out, and so may the
 * first byte of the protocol if it is 0; the last one is odd.
 */
static uint16_t skip_ppp(struct cursor *c)
{
	uint16_t protocol;

	if (c->left >= 2 && c->at[0] == 0xff && c->at[1] == 0x03)
		skip(c, 2);
	if (!skip(c, 1))
		return TYPE_NONE;
	protocol = c->at[-1];
	if (!(protocol & 1)) {
		if (!skip(c, 1))
			return TYPE_NONE;
		protocol = get_be16(c->at - 2);
	}
	switch (protocol) {
	case 0x0021:
		return ETH_P_IP;
	case 0x0057:
		return ETH_P_IPV6;
	case 0x0281:
		return ETH_P_MPLS_UC;
	default:
		return TYPE_NONE;
	}
}

/* RFC 2516: version, code, session and length, then PPP. */
static uint16_t skip_pppoe(struct cursor *c)
{
	return skip(c, 6) ? skip_ppp(c) : TYPE_NONE;
}

/* IEEE 802.2 with SNAP, RFC 1042: an Ethertype in an organisation's name. */
static uint16_t skip_snap(struct cursor *c)
{
	static const uint8_t snap[] = {0xaa, 0xaa, 0x03, 0, 0, 0};

	if (c->left < sizeof(snap) || memcmp(c->at, snap, sizeof(snap)) != 0)
		return TYPE_NONE;
	return type_at_end(c, sizeof(snap) + 2);
}

static bool follow(struct cursor *c, uint16_t type)
{
	for (;;) {
		switch (type) {
		case ETH_P_IP:
		case ETH_P_IPV6:
			return true;
		case ETH_P_8021Q:
		case ETH_P_8021AD:
		case ETH_P_QINQ1:
			type = type_at_end(c, 4);
			break;
		case ETH_P_MPLS_UC:
		case ETH_P_MPLS_MC:
			type = skip_mpls(c);
			break;
		case ETH_P_PPP_SES:
			type = skip_pppoe(c);
			break;
		default: /* of IEEE 802.3 frames it is the length */
			if (type == TYPE_NONE || type >= ETH_P_802_3_MIN)
				return false;
			type = skip_snap(c);
			break;
		}
	}
}

static bool strip_ethernet(struct cursor *c)
{
	return follow(c, type_at_end(c, 14));
}

static bool strip_raw(struct cursor *c)
{
	return type_by_version(c) != TYPE_NONE;
}

static bool strip_ppp(struct cursor *c)
{
	return follow(c, skip_ppp(c));
}

/* Linux cooked: the Ethertype is last in version 1 and first in 2. */
static bool strip_sll(struct cursor *c)
{
	return follow(c, type_at_end(c, 16));
}

static bool strip_sll2(struct cursor *c)
{
	return skip(c, 20) && follow(c, get_be16(c->at - 20));
}

/* The address family, as the system that wrote it numbers and orders it. */
static bool strip_loopback(struct cursor *c)
{
	uint32_t family;

	if (!skip(c, 4))
		return false;
	family = get_be32(c->at - 4);
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	switch (family) {
	case 2:
	case 10: /* IPv6 on Linux, Windows, NetBSD, FreeBSD, macOS */
	case 23:
	case 24:
	case 28:
	case 30:
		return true;
	default:
		return false;
	}
}

/*
 * IEEE 802.11 section 9.3.2: data frames of one packet each, in the clear.
 * Encrypted ones and aggregates (A-MSDU) are not looked into.
 */
static bool strip_80211(struct cursor *c)
{
	enum {
		TYPE = 0x0c,
		DATA = 0x08,
		QOS = 0x80,
		NO_DATA = 0x40,
		BOTH_DS = 0x03,
		PROTECTED = 0x40,
		HT_CONTROL = 0x80,
		AMSDU = 0x80,
	};
	size_t header = 24;
	uint8_t subtype, flags;

	if (c->left < 2)
		return false;
	subtype = c->at[0];
	flags = c->at[1];
	if ((subtype & TYPE) != DATA || subtype & NO_DATA || flags & PROTECTED)
		return false;
	if ((flags & BOTH_DS) == BOTH_DS)
		header += ETH_ALEN;
	if (!skip(c, header))
		return false;
	if (subtype & QOS) {
		if (!skip(c, 2) || c->at[-2] & AMSDU)
			return false;
		if (flags & HT_CONTROL && !skip(c, 4))
			return false;
	}
	return follow(c, skip_snap(c));
}

/* Its length stands at 2, little-endian. */
static bool strip_radiotap(struct cursor *c)
{
	return c->left >= 4 && skip(c, (size_t)(c->at[3] << 8 | c->at[2])) &&
	       strip_80211(c);
}

/*
 * Family, version and queue, then attributes in the order of the machine
 * that wrote them (libpcap turns them over); one is the packet.
 */
static bool strip_nflog(struct cursor *c)
{
	enum {
		PAYLOAD = 9
	};
	uint16_t attr[2]; /* length with this header, type */

	if (!skip(c, 4))
		return false;
	while (c->left >= sizeof(attr)) {
		memcpy(attr, c->at, sizeof(attr));
		if (attr[0] < sizeof(attr) || attr[0] > c->left)
			return false;
		if (attr[1] == PAYLOAD) {
			c->left = attr[0];
			return skip(c, sizeof(attr)) && strip_raw(c);
		}
		if (!skip(c, (attr[0] + 3u) & ~3u))
			return false;
	}
	return false;
}

static const struct link {
	uint32_t type;
	bool (*strip)(struct cursor *c);
} links[] = {
	{DLT_NULL, strip_loopback},
	{DLT_EN10MB, strip_ethernet},
	{DLT_PPP, strip_ppp},
	{DLT_RAW, strip_raw},
	{DLT_RAW_OPENBSD, strip_raw},
	{DLT_PPP_SERIAL, strip_ppp},
	{LINKTYPE_RAW, strip_raw},
	{DLT_IEEE802_11, strip_80211},
	{DLT_LOOP, strip_loopback},
	{DLT_LINUX_SLL, strip_sll},
	{DLT_IEEE802_11_RADIO, strip_radiotap},
	{DLT_IPV4, strip_raw},
	{DLT_IPV6, strip_raw},
	{DLT_NFLOG, strip_nflog},
	{DLT_LINUX_SLL2, strip_sll2},
};

enum link_content capture_link_strip(uint32_t link_type, const uint8_t **bytes,
				     size_t *len)
{
	struct cursor c = {*bytes, *len};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		if (links[i].type != link_type)
			continue;
		if (!links[i].strip(&c))
			return LINK_OTHER;
		*bytes = c.at;
		*len = c.left;
		return LINK_IP;
	}
	return LINK_UNKNOWN;
}
