/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long it takes from the probe that tips a source's score until the source
 * is in the kernel's set. Each of COUNT sources, new ones, sends five NULL
 * probes, each to a port of its own, since those who do the same at the same
 * time are in step and not listed; and the kernel tells of each new element.
 *
 *     list_latency COUNT GATEWAY-NETNS OUTSIDE-NETNS INTERFACE MAC
 *
 * Prints the milliseconds, a line a source.
 */
#include <poll.h>
#include <stdio.h>

#include <libmnl/libmnl.h>
#include <libnftnl/set.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "frame.h"

#define PROBES     5
#define FIRST_PORT 10000

static struct mnl_socket *events;
static int packets_fd;
static struct ether_header ether;

static void send_probe(uint32_t source, uint16_t port)
{
	struct frame f;
	size_t bytes = frame_write(&f, &ether,
				   &(struct packet){
					   .source = source,
					   .destination = FRAME_SERVER,
					   .source_port = 40000,
					   .destination_port = port,
				   });

	if (send(packets_fd, &f, bytes, 0) != (ssize_t)bytes)
		err(1, "send");
}

static void open_events(const char *netns)
{
	int group = NFNLGRP_NFTABLES;

	bench_enter(netns);
	events = mnl_socket_open(NETLINK_NETFILTER);
	if (!events || mnl_socket_bind(events, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(events, NETLINK_ADD_MEMBERSHIP, &group,
				  sizeof(group)) < 0)
		err(1, "events of nftables");
}

static int compare_key(struct nftnl_set_elem *element, void *arg)
{
	uint32_t *source = arg, bytes;
	const void *key =
		nftnl_set_elem_get(element, NFTNL_SET_ELEM_KEY, &bytes);

	if (key && bytes == 4 && memcmp(key, source, 4) == 0)
		*source = 0;
	return 0;
}

static bool tells_of(const struct nlmsghdr *nlh, uint32_t source)
{
	struct nftnl_set *set;
	uint32_t be = htonl(source);

	if (nlh->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSETELEM))
		return false;
	set = nftnl_set_alloc();
	if (!set || nftnl_set_elems_nlmsg_parse(nlh, set) < 0)
		err(1, "event");
	nftnl_set_elem_foreach(set, compare_key, &be);
	nftnl_set_free(set);
	return be == 0;
}

/* Returns when it came, or 0 after two seconds without. */
static uint64_t await_element(uint32_t source)
{
	static _Alignas(struct nlmsghdr) char bytes[65536];
	struct pollfd p = {.fd = mnl_socket_get_fd(events), .events = POLLIN};
	const struct nlmsghdr *nlh;
	uint64_t now;
	int len;

	while (poll(&p, 1, 2000) > 0) {
		now = bench_now_ns();
		len = (int)mnl_socket_recvfrom(events, bytes, sizeof(bytes));
		if (len < 0)
			err(1, "events");
		for (nlh = (const struct nlmsghdr *)bytes;
		     mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
			if (tells_of(nlh, source))
				return now;
	}
	return 0;
}

static void measure(long i)
{
	uint32_t source = FRAME_SOURCES + 1 + (uint32_t)i;
	uint16_t port = (uint16_t)(FIRST_PORT + i * PROBES);
	/* Times that do not repeat with the daemon's. */
	const struct timespec pause = {.tv_nsec = 5000000 + i % 7 * 1000000};
	uint64_t began, listed;

	for (int k = 0; k < PROBES - 1; k++)
		send_probe(source, (uint16_t)(port + k));
	nanosleep(&pause, NULL);
	began = bench_now_ns();
	send_probe(source, (uint16_t)(port + PROBES - 1));
	listed = await_element(source);
	if (!listed)
		errx(1, "source %ld was not listed within 2 s", i);
	printf("%.4f\n", (double)(listed - began) / 1e6);
}

int main(int argc, char **argv)
{
	long count;

	if (argc != 6)
		errx(2,
		     "usage: %s COUNT GATEWAY-NETNS"
		     " NETNS INTERFACE MAC",
		     argv[0]);
	count = bench_number(argv[1], 1, 10000);
	open_events(argv[2]);
	packets_fd = frame_socket(argv[3], argv[4], argv[5], &ether);
	for (long i = 0; i < count; i++)
		measure(i);
	return 0;
}
