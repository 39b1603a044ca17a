/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends what a queue is to be measured with, as fast as it is taken, through
 * packet sockets on both sides of the gateway:
 *
 *   connections  beginnings of connections, four packets each: SYN, SYN/ACK,
 *                ACK, data; then the daemon settles them and the next begin.
 *                Every one of them is queued.
 *   flood        SYNs of forged sources, half of them to a port that serves,
 *                half to addresses that nobody has.
 *
 * A loop that keeps up with the sender would hide how fast it is, and one that
 * does not has its queue run full, which fails open: what then passes nobody
 * judged. So the loop under test is stopped (SIGSTOP) while as many packets as
 * the queue has room for are sent, and the time is taken that it then has them
 * all answered in. Sender and loop never run at the same time. With process 0
 * nobody is stopped and nothing waited for.
 *
 *     generator MODE COUNT PROCESS GATEWAY-NETNS
 *               OUTSIDE-NETNS INTERFACE MAC INSIDE-NETNS INTERFACE MAC
 *
 * COUNT: connections, or seconds of flood. MAC: the gateway's on that side.
 * Prints the packets, seconds of sending, and seconds until all were answered,
 * a key and a value a line.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <signal.h>
#include <sys/socket.h>

#include "bench.h"

/* Sent by one call. */
#define FRAMES 64

/*
 * A SYN/ACK that overtakes its SYN's verdict finds no entry in the kernel's
 * table. So it is sent a wave later, likewise the ACK, and the data: so many
 * connections begin with each wave, and it has four times as many packets,
 * fewer than the daemon's queue has room for (16384).
 */
#define WAVE 4000

/* Few enough that each source stays far below the ruleset's rate, and that
 * they fit into its set; SERVERS and their ports: far from a flood. */
#define SOURCES 32768
#define SERVERS 64
#define PORTS   4

#define SOURCE_NET   0x0a000000u /* 10.0.0.0/8, routed to the outside */
#define SERVER_NET   0xc0000200u /* 192.0.2.0/24, the lab's inside */
#define FIRST_SERVER 100

#define PAYLOAD "GET / HTTP/1.0\r\n\r\n"

struct frame {
	struct ether_header ether;
	struct iphdr ip;
	struct tcphdr tcp;
	char payload[sizeof(PAYLOAD) - 1];
} __attribute__((packed));

#define HEADER_BYTES (sizeof(struct frame) - sizeof(PAYLOAD) + 1)

struct side {
	int fd;
	struct ether_header ether;
	unsigned int num;
	struct frame frames[FRAMES];
	struct iovec vectors[FRAMES];
	struct mmsghdr messages[FRAMES];
};

static struct side outside, inside;
static int queue_fd;
static pid_t loop;
static uint64_t sent, answering_ns;

/* ---- one frame ---- */

static uint32_t sum16(const void *data, size_t bytes, uint32_t sum)
{
	const uint8_t *at = data;

	for (size_t i = 0; i + 1 < bytes; i += 2)
		sum += (uint32_t)at[i] << 8 | at[i + 1];
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

struct packet {
	uint32_t source, destination;
	uint16_t source_port, destination_port;
	uint32_t seq, ack;
	uint8_t flags;
	bool has_payload;
};

static void flush_side(struct side *s);

static void put(struct side *s, const struct packet *p)
{
	struct frame *f = &s->frames[s->num];
	size_t payload = p->has_payload ? sizeof(f->payload) : 0;
	size_t tcp_bytes = sizeof(f->tcp) + payload;

	f->ether = s->ether;
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
	f->ip.check = fold(sum16(&f->ip, sizeof(f->ip), 0));
	f->tcp = (struct tcphdr){
		.th_sport = htons(p->source_port),
		.th_dport = htons(p->destination_port),
		.th_seq = htonl(p->seq),
		.th_ack = htonl(p->ack),
		.th_off = 5,
		.th_flags = p->flags,
		.th_win = htons(65535),
	};
	memcpy(f->payload, PAYLOAD, payload);
	f->tcp.th_sum = fold(sum16(&f->tcp, tcp_bytes,
				   sum16(&f->ip.saddr, 8, IPPROTO_TCP) +
					   (uint32_t)tcp_bytes));
	s->vectors[s->num++].iov_len = HEADER_BYTES + payload;
	if (s->num == FRAMES)
		flush_side(s);
}

/* What a full device refuses is sent again: nothing may be missing. */
static void flush_side(struct side *s)
{
	unsigned int done = 0;

	while (done < s->num) {
		int n = sendmmsg(s->fd, s->messages + done, s->num - done, 0);

		if (n > 0)
			done += (unsigned int)n;
		else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			err(1, "send");
	}
	sent += s->num;
	s->num = 0;
}

static void open_side(struct side *s, char **argument)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET};
	struct ether_addr *gateway = ether_aton(argument[2]);
	int on = 1;

	bench_enter(argument[0]);
	to.sll_ifindex = (int)if_nametoindex(argument[1]);
	s->fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (!gateway || !to.sll_ifindex || s->fd < 0 ||
	    bind(s->fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    setsockopt(s->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on,
		       sizeof(on)) < 0)
		err(1, "packet socket on %s", argument[1]);
	memcpy(s->ether.ether_dhost, gateway, ETH_ALEN);
	s->ether.ether_shost[0] = 2;
	s->ether.ether_type = htons(ETHERTYPE_IP);
	for (size_t i = 0; i < FRAMES; i++) {
		s->vectors[i].iov_base = &s->frames[i];
		s->messages[i].msg_hdr.msg_iov = &s->vectors[i];
		s->messages[i].msg_hdr.msg_iovlen = 1;
	}
}

/* ---- the queue ---- */

static void open_queue(const char *netns)
{
	bench_enter(netns);
	queue_fd = open("/proc/thread-self/net/netfilter/nfnetlink_queue",
			O_RDONLY | O_CLOEXEC);
	if (queue_fd < 0)
		err(1, "nfnetlink_queue of %s", netns);
}

/* A line a queue: number, port id, packets waiting, and so on. */
static long waiting(void)
{
	char text[4096], *line = text;
	ssize_t n = pread(queue_fd, text, sizeof(text) - 1, 0);
	long sum = 0, count;

	if (n < 0)
		err(1, "nfnetlink_queue");
	text[n] = '\0';
	for (; line && *line; line = strchr(line, '\n')) {
		line += strspn(line, "\n");
		if (sscanf(line, "%*u %*u %ld", &count) == 1)
			sum += count;
	}
	return sum;
}

static void pause_us(long us)
{
	nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
}

static void signal_loop(int number)
{
	if (kill(loop, number) < 0)
		err(1, "process %d", (int)loop);
}

static void hold_loop(void)
{
	if (!loop)
		return;
	signal_loop(SIGSTOP);
	pause_us(1000);
}

/* Looks often, compared with the 50 ms or more that a wave takes. */
static void time_answers(void)
{
	uint64_t began = bench_now_ns(), limit = began + 30000000000;

	if (!loop)
		return;
	signal_loop(SIGCONT);
	while (waiting() > 0) {
		pause_us(50);
		if (bench_now_ns() > limit)
			errx(1, "packets have been waiting for 30 s");
	}
	answering_ns += bench_now_ns() - began;
}

/* ---- connections ---- */

/* The i-th: its ends, and the two ISNs. */
static struct packet originator(uint32_t i)
{
	uint32_t round = i / SOURCES;

	return (struct packet){
		.source = SOURCE_NET + 1 + i % SOURCES,
		.destination = SERVER_NET + FIRST_SERVER + i % SERVERS,
		.source_port = (uint16_t)(20000 + round),
		.destination_port = (uint16_t)(8000 + i / SERVERS % PORTS),
		.seq = i * 2654435761u,
		.ack = i * 40503u,
	};
}

static void put_of_originator(uint32_t i, uint8_t flags, bool has_payload)
{
	struct packet p = originator(i);

	p.flags = flags;
	p.has_payload = has_payload;
	if (flags & TH_SYN) {
		p.ack = 0;
	} else {
		p.seq++;
		p.ack++;
	}
	put(&outside, &p);
}

static void put_syn_ack(uint32_t i)
{
	struct packet p = originator(i);

	put(&inside, &(struct packet){
			     .source = p.destination,
			     .destination = p.source,
			     .source_port = p.destination_port,
			     .destination_port = p.source_port,
			     .seq = p.ack,
			     .ack = p.seq + 1,
			     .flags = TH_SYN | TH_ACK,
		     });
}

/* Each packet that is due of the connections that are due, mixed. */
static void send_wave(long first, long count)
{
	for (long i = first; i < first + WAVE; i++) {
		long syn_ack = i - WAVE, ack = i - 2 * WAVE;
		long data = i - 3 * WAVE;

		if (i < count)
			put_of_originator((uint32_t)i, TH_SYN, false);
		if (syn_ack >= 0 && syn_ack < count)
			put_syn_ack((uint32_t)syn_ack);
		if (ack >= 0 && ack < count)
			put_of_originator((uint32_t)ack, TH_ACK, false);
		if (data >= 0 && data < count)
			put_of_originator((uint32_t)data, TH_PUSH | TH_ACK,
					  true);
	}
	flush_side(&outside);
	flush_side(&inside);
}

static void send_connections(long count)
{
	for (long i = 0; i < count + 3 * WAVE; i += WAVE) {
		hold_loop();
		send_wave(i, count);
		time_answers();
	}
}

/* ---- flood ---- */

static uint64_t random_state;

/* splitmix64: the same flood each time. */
static uint32_t random_bits(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)(z >> 32);
}

static void send_flood(long seconds)
{
	uint64_t end = bench_now_ns() + (uint64_t)seconds * 1000000000;

	while (bench_now_ns() < end) {
		for (int i = 0; i < 1024; i++) {
			uint32_t bits = random_bits();
			bool dark = bits & 1;
			struct packet p = {
				.source = SOURCE_NET | random_bits() >> 8,
				.destination = SERVER_NET + 2,
				.source_port = (uint16_t)(1024 + (bits >> 17)),
				.destination_port = 80,
				.seq = random_bits(),
				.flags = TH_SYN,
			};

			if (dark) {
				p.destination +=
					FIRST_SERVER + (bits >> 1) % SERVERS;
				p.destination_port = (uint16_t)(bits >> 7);
			}
			put(&outside, &p);
		}
		flush_side(&outside);
	}
}

/* ---- all together ---- */

int main(int argc, char **argv)
{
	uint64_t began;
	bool flood;
	long count;

	if (argc != 11)
		errx(2,
		     "usage: %s connections|flood COUNT PROCESS"
		     " GATEWAY-NETNS {NETNS INTERFACE MAC} x 2",
		     argv[0]);
	flood = strcmp(argv[1], "flood") == 0;
	count = bench_number(argv[2], 1, 100000000);
	loop = (pid_t)bench_number(argv[3], 0, INT32_MAX);
	open_queue(argv[4]);
	open_side(&outside, argv + 5);
	open_side(&inside, argv + 8);
	began = bench_now_ns();
	if (flood)
		send_flood(count);
	else
		send_connections(count);
	printf("packets %llu\nsending_s %.4f\nanswering_s %.4f\n",
	       (unsigned long long)sent,
	       (double)(bench_now_ns() - began - answering_ns) / 1e9,
	       (double)answering_ns / 1e9);
	return 0;
}
