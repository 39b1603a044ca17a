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
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "frame.h"

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

#define FIRST_SERVER 100

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

/* ---- sending ---- */

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

static void put(struct side *s, const struct packet *p)
{
	s->vectors[s->num].iov_len =
		frame_write(&s->frames[s->num], &s->ether, p);
	if (++s->num == FRAMES)
		flush_side(s);
}

static void open_side(struct side *s, char **argument)
{
	s->fd = frame_socket(argument[0], argument[1], argument[2], &s->ether);
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
		.source = FRAME_SOURCES + 1 + i % SOURCES,
		.destination = FRAME_SERVERS + FIRST_SERVER + i % SERVERS,
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
				.source = FRAME_SOURCES | random_bits() >> 8,
				.destination = FRAME_SERVER,
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
