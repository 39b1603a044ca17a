/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills the kernel's table of connections, so that the daemon finds many when
 * it starts: COUNT established ones that both ends have spoken in, from 100
 * addresses to one server.
 *
 *     fill_conntrack COUNT NETNS
 */
#include <arpa/inet.h>
#include <stdio.h>

#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>

#include "bench.h"

#define PER_ADDRESS 2000

static void describe(struct nf_conntrack *ct, uint32_t i)
{
	nfct_set_attr_u8(ct, ATTR_L3PROTO, AF_INET);
	nfct_set_attr_u8(ct, ATTR_L4PROTO, IPPROTO_TCP);
	nfct_set_attr_u32(ct, ATTR_IPV4_SRC,
			  htonl(0x0a000001u + i / PER_ADDRESS));
	nfct_set_attr_u32(ct, ATTR_IPV4_DST, htonl(0xc0000202u));
	nfct_set_attr_u16(ct, ATTR_PORT_SRC,
			  htons((uint16_t)(1024 + i % PER_ADDRESS)));
	nfct_set_attr_u16(ct, ATTR_PORT_DST, htons(443));
	nfct_setobjopt(ct, NFCT_SOPT_SETUP_REPLY);
	nfct_set_attr_u8(ct, ATTR_TCP_STATE, TCP_CONNTRACK_ESTABLISHED);
	nfct_set_attr_u32(ct, ATTR_TIMEOUT, 3600);
	nfct_set_attr_u32(ct, ATTR_STATUS,
			  IPS_SEEN_REPLY | IPS_ASSURED | IPS_CONFIRMED);
}

int main(int argc, char **argv)
{
	struct nfct_handle *handle;
	long count;

	if (argc != 3)
		errx(2, "usage: %s COUNT NETNS", argv[0]);
	count = bench_number(argv[1], 1, 1000000);
	bench_enter(argv[2]);
	handle = nfct_open(CONNTRACK, 0);
	if (!handle)
		err(1, "conntrack");
	for (long i = 0; i < count; i++) {
		struct nf_conntrack *ct = nfct_new();

		if (!ct)
			err(1, "memory");
		describe(ct, (uint32_t)i);
		if (nfct_query(handle, NFCT_Q_CREATE, ct) < 0)
			err(1, "entry %ld", i);
		nfct_destroy(ct);
	}
	nfct_close(handle);
	return 0;
}
