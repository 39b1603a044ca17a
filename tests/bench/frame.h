/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP packets as the benchmarks' programs write them themselves: frames sent
 * through a packet socket straight to the gateway, with every address they
 * like.
 */
#ifndef HANDSHAKED_BENCH_FRAME_H
#define HANDSHAKED_BENCH_FRAME_H

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "bench.h"

#define FRAME_PAYLOAD "GET / HTTP/1.0\r\n\r\n"

#define FRAME_SOURCES 0x0a000000u /* 10.0.0.0/8, routed to the outside */
#define FRAME_SERVERS 0xc0000200u /* 192.0.2.0/24, the lab's inside */
#define FRAME_SERVER  (FRAME_SERVERS + 2)

struct frame {
	struct ether_header ether;
	struct iphdr ip;
	struct tcphdr tcp;
	char payload[sizeof(FRAME_PAYLOAD) - 1];
} __attribute__((packed));

/* What differs between packets, in host byte order. */
struct packet {
	uint32_t source, destination;
	uint16_t source_port, destination_port;
	uint32_t seq, ack;
	uint8_t flags;
	bool has_payload;
};

static inline uint32_t frame_sum(const void *data, size_t bytes, uint32_t sum)
{
	const uint8_t *at = data;

	for (size_t i = 0; i + 1 < bytes; i += 2)
		sum += (uint32_t)at[i] << 8 | at[i + 1];
	return sum;
}

static inline uint16_t frame_checksum(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* Returns the frame's length. */
static inline size_t frame_write(struct frame *f,
				 const struct ether_header *ether,
				 const struct packet *p)
{
	size_t payload = p->has_payload ? sizeof(f->payload) : 0;
	size_t tcp_bytes = sizeof(f->tcp) + payload;

	f->ether = *ether;
	f->ip = (struct iphdr){
		.version = 4,
		.ihl = 5,
		.tot_len = htons((uint16_t)(sizeof(f->ip) + tcp_bytes)),
		.frag_off = htons(IP_DF),
		.ttl = 64,
		.protocol = IPPROTO_TCP,
		.saddr = htonl(p->source),
		.daddr = htonl(p->destination),
	};
	f->ip.check = frame_checksum(frame_sum(&f->ip, sizeof(f->ip), 0));
	f->tcp = (struct tcphdr){
		.th_sport = htons(p->source_port),
		.th_dport = htons(p->destination_port),
		.th_seq = htonl(p->seq),
		.th_ack = htonl(p->ack),
		.th_off = 5,
		.th_flags = p->flags,
		.th_win = htons(65535),
	};
	memcpy(f->payload, FRAME_PAYLOAD, payload);
	f->tcp.th_sum = frame_checksum(frame_sum(
		&f->tcp, tcp_bytes,
		frame_sum(&f->ip.saddr, 8, IPPROTO_TCP) + (uint32_t)tcp_bytes));
	return sizeof(f->ether) + sizeof(f->ip) + tcp_bytes;
}

/*
 * A packet socket on an interface of a namespace; *ether becomes the header
 * of frames to `mac`. It does not wait in a queueing discipline.
 */
static inline int frame_socket(const char *netns, const char *interface,
			       const char *mac, struct ether_header *ether)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET};
	struct ether_addr *gateway = ether_aton(mac);
	int fd, on = 1;

	bench_enter(netns);
	to.sll_ifindex = (int)if_nametoindex(interface);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (!gateway || !to.sll_ifindex || fd < 0 ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) <
		    0)
		err(1, "packet socket on %s", interface);
	memcpy(ether->ether_dhost, gateway, ETH_ALEN);
	ether->ether_shost[0] = 2; /* a local address, nobody's */
	ether->ether_type = htons(ETHERTYPE_IP);
	return fd;
}

#endif
