/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One-shot HTTP, client and server, so that what limits new connections is the
 * gateway between them and not the tools: each connection is opened, asks one
 * thing, is answered and closed by the server.
 *
 *     connections serve PORT...
 *     connections fetch COUNT PARALLEL TIMEOUT-MS FIRST-SOURCE SOURCES
 *                       ADDRESS PORT...
 *
 * The client takes its source addresses in turn, from FIRST-SOURCE on; they
 * must be its own. With COUNT 0 it goes on until SIGTERM, and begins one every
 * 20 ms, however long those before it take: who waits for the slow ones sees
 * mostly fast ones. Prints how many
 * connections there were and how many of them failed, how long all of it took,
 * and how long one did.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "bench.h"

#define MOST_PARALLEL 512
#define MOST_COUNT    1000000
#define EVENTS        128
#define INTERVAL_NS   20000000

static const char question[] = "GET / HTTP/1.0\r\n\r\n";
static const char answer[] = "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nok\n";

static int poll_fd;
static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = true;
}

static void watch(int fd, uint32_t events, uint64_t data)
{
	struct epoll_event e = {.events = events, .data.u64 = data};

	if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &e) < 0)
		err(1, "epoll");
}

/* ---- server ---- */

/* Listening sockets are told from others by this bit. */
#define LISTENING (UINT64_C(1) << 32)

static void listen_on(uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    listen(fd, 4096) < 0)
		err(1, "port %u", port);
	watch(fd, EPOLLIN, LISTENING | (uint32_t)fd);
}

static void take_clients(int listening)
{
	int fd;

	while ((fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) >= 0)
		watch(fd, EPOLLIN, (uint32_t)fd);
}

static void answer_client(int fd)
{
	char text[1024];
	ssize_t n = recv(fd, text, sizeof(text), 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n > 0)
		send(fd, answer, sizeof(answer) - 1, MSG_NOSIGNAL);
	close(fd);
}

static void serve(int ports, char **port)
{
	struct epoll_event events[EVENTS];

	for (int i = 0; i < ports; i++)
		listen_on((uint16_t)bench_number(port[i], 1, 65535));
	while (!stopped) {
		int n = epoll_wait(poll_fd, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			int fd = (int)(uint32_t)events[i].data.u64;

			if (events[i].data.u64 & LISTENING)
				take_clients(fd);
			else
				answer_client(fd);
		}
	}
}

/* ---- client ---- */

struct connection {
	int fd; /* -1: none */
	bool asked;
	bool answered;
	uint64_t began_ns;
};

static struct client {
	long count, parallel;
	uint64_t timeout_ns;
	uint32_t first_source, sources, address;
	uint16_t ports[16];
	int num_ports;
	long begun, ended, failed;
	int error; /* the last one's errno */
	struct connection connections[MOST_PARALLEL];
	uint64_t took_ns[MOST_COUNT];
} client;

static bool is_more_to_do(const struct client *c)
{
	return !stopped && (c->count == 0 || c->begun < c->count) &&
	       c->begun < MOST_COUNT;
}

static void begin(struct client *c, struct connection *k)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	struct sockaddr_in to = {.sin_family = AF_INET};
	int on = 1;

	if (!is_more_to_do(c))
		return;
	from.sin_addr.s_addr =
		htonl(c->first_source + (uint32_t)c->begun % c->sources);
	to.sin_addr.s_addr = htonl(c->address);
	to.sin_port = htons(c->ports[c->begun % c->num_ports]);
	c->begun++;
	*k = (struct connection){.began_ns = bench_now_ns()};
	k->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (k->fd < 0 ||
	    setsockopt(k->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,
		       sizeof(on)) < 0 ||
	    bind(k->fd, (struct sockaddr *)&from, sizeof(from)) < 0)
		err(1, "socket");
	if (connect(k->fd, (struct sockaddr *)&to, sizeof(to)) < 0 &&
	    errno != EINPROGRESS)
		err(1, "connect");
	watch(k->fd, EPOLLOUT | EPOLLIN | EPOLLET,
	      (uint64_t)(k - c->connections));
}

static void end(struct client *c, struct connection *k, bool is_good)
{
	close(k->fd);
	k->fd = -1;
	c->took_ns[c->ended++] = bench_now_ns() - k->began_ns;
	c->failed += !is_good;
	if (c->count)
		begin(c, k);
}

static void go_on(struct client *c, struct connection *k, uint32_t events)
{
	char text[1024];
	ssize_t n;

	if (k->fd < 0)
		return;
	if (!k->asked && events & EPOLLOUT && !(events & EPOLLERR)) {
		k->asked = true;
		send(k->fd, question, sizeof(question) - 1, MSG_NOSIGNAL);
	}
	do {
		n = recv(k->fd, text, sizeof(text), 0);
		k->answered |= n >= (ssize_t)sizeof(answer) - 1;
	} while (n > 0);
	if (n < 0 && errno != EAGAIN)
		c->error = errno;
	if (n == 0 || errno != EAGAIN)
		end(c, k, n == 0 && k->answered);
}

static void end_overdue(struct client *c)
{
	uint64_t now = bench_now_ns();

	for (long i = 0; i < c->parallel; i++) {
		struct connection *k = &c->connections[i];

		if (k->fd >= 0 && now - k->began_ns > c->timeout_ns)
			end(c, k, false);
	}
}

/* For the first slot that is free, when its time has come. */
static void begin_due(struct client *c, uint64_t *due_ns)
{
	long i = 0;

	if (bench_now_ns() < *due_ns)
		return;
	while (i < c->parallel && c->connections[i].fd >= 0)
		i++;
	if (i == c->parallel) /* it is late, then */
		return;
	*due_ns += INTERVAL_NS;
	begin(c, &c->connections[i]);
}

static void fetch_all(struct client *c)
{
	uint64_t looked = bench_now_ns(), due_ns = looked;
	struct epoll_event events[EVENTS];

	for (long i = 0; i < c->parallel; i++) {
		c->connections[i].fd = -1;
		if (c->count)
			begin(c, &c->connections[i]);
	}
	while (c->ended < c->begun || is_more_to_do(c)) {
		int n = epoll_wait(poll_fd, events, EVENTS, c->count ? 100 : 2);

		for (int i = 0; i < n; i++)
			go_on(c, &c->connections[events[i].data.u64],
			      events[i].events);
		if (!c->count)
			begin_due(c, &due_ns);
		if (bench_now_ns() - looked < 100000000)
			continue;
		end_overdue(c);
		looked = bench_now_ns();
	}
}

static void tell(struct client *c, double seconds)
{
	size_t n = (size_t)c->ended;

	if (n == 0)
		errx(1, "no connections");
	qsort(c->took_ns, n, sizeof(*c->took_ns), bench_compare);
	if (c->error)
		printf("error %s\n", strerror(c->error));
	printf("connections %ld\nfailed %ld\nseconds %.4f\nper_second %.1f\n"
	       "min_ms %.3f\nmedian_ms %.3f\np99_ms %.3f\nmax_ms %.3f\n",
	       c->ended, c->failed, seconds, (double)c->ended / seconds,
	       (double)c->took_ns[0] / 1e6, (double)c->took_ns[n / 2] / 1e6,
	       (double)c->took_ns[n * 99 / 100] / 1e6,
	       (double)c->took_ns[n - 1] / 1e6);
}

static uint32_t address(const char *text)
{
	struct in_addr a;

	if (inet_pton(AF_INET, text, &a) != 1)
		errx(2, "\"%s\" is no address", text);
	return ntohl(a.s_addr);
}

static void fetch(int argc, char **argv)
{
	struct client *c = &client;
	uint64_t began;

	c->count = bench_number(argv[0], 0, MOST_COUNT);
	c->parallel = bench_number(argv[1], 1, MOST_PARALLEL);
	c->timeout_ns = (uint64_t)bench_number(argv[2], 1, 100000) * 1000000;
	c->first_source = address(argv[3]);
	c->sources = (uint32_t)bench_number(argv[4], 1, 65536);
	c->address = address(argv[5]);
	for (int i = 6; i < argc && c->num_ports < 16; i++)
		c->ports[c->num_ports++] =
			(uint16_t)bench_number(argv[i], 1, 65535);
	began = bench_now_ns();
	fetch_all(c);
	tell(c, (double)(bench_now_ns() - began) / 1e9);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGTERM, &action, NULL);
	poll_fd = epoll_create1(0);
	if (poll_fd < 0)
		err(1, "epoll");
	if (argc > 2 && strcmp(argv[1], "serve") == 0)
		serve(argc - 2, argv + 2);
	else if (argc > 8 && strcmp(argv[1], "fetch") == 0)
		fetch(argc - 2, argv + 2);
	else
		errx(2,
		     "usage: %s serve PORT... | fetch COUNT PARALLEL"
		     " TIMEOUT-MS FIRST-SOURCE SOURCES ADDRESS PORT...",
		     argv[0]);
	return 0;
}
