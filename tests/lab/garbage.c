/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Test only: sends packets that are wrong in many ways but right enough for
 * IP to forward them, so that they reach the queue: random bytes instead of
 * TCP, TCP with bytes changed, with random options and flags, cut short, behind
 * IP options or IPv6 extension headers, in fragments. Sources are mostly
 * addresses used once, so that no blocklist stops them; some are used again,
 * so that conversations come about.
 *
 *     garbage SEED COUNT DESTINATION
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define PACKETS_PER_MS 25 /* a daemon with sanitizers keeps up with it */
#define PACKET_BYTES   400

static uint64_t random_state;

/* splitmix64: the same packets for the same seed. */
static uint32_t random_bits(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)(z >> 32);
}

static unsigned below(unsigned limit)
{
	return random_bits() % limit;
}

static void random_fill(uint8_t *bytes, size_t len)
{
	while (len--)
		*bytes++ = (uint8_t)random_bits();
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint32_t sum16(const uint8_t *bytes, size_t len, uint32_t sum)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (len & 1)
		sum += (uint32_t)bytes[len - 1] << 8;
	return sum;
}

static unsigned fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* Well-formed options, of any kind and content; the rest is padding. */
static void options_write(uint8_t *at, size_t len)
{
	while (len >= 2) {
		uint8_t bytes = (uint8_t)(2 + below(9));

		if (bytes > len || below(4) == 0)
			break;
		at[0] = (uint8_t)(2 + below(2) * below(253));
		at[1] = bytes;
		at += bytes;
		len -= bytes;
	}
	memset(at, 1, len);
}

/*
 * A header with options, some payload; flags as of a conversation or random.
 * Few ports, so that segments meet. Returns its length.
 */
static size_t tcp_write(uint8_t *tcp)
{
	static const uint8_t usual[] = {0x02, 0x12, 0x10, 0x18, 0x11, 0x04};
	static const uint16_t ports[] = {22, 25, 80, 443, 8000, 1, 2, 3};
	size_t header = 20 + 4 * below(11), data = below(2) * below(64);

	random_fill(tcp, header + data);
	put16(tcp, 1024 + below(4));
	put16(tcp + 2, ports[below(sizeof(ports) / sizeof(*ports))]);
	memset(tcp + 4, (int)below(2), 8); /* numbers that may fit */
	tcp[12] = (uint8_t)(header / 4 << 4 | below(2) * below(16));
	if (below(4))
		options_write(tcp + 20, header - 20);
	if (below(3))
		tcp[13] = usual[below(sizeof(usual))];
	return header + data;
}

static void tcp_checksum(uint8_t *tcp, size_t len, const uint8_t *addresses,
			 size_t addresses_len)
{
	uint32_t sum = sum16(addresses, addresses_len, IPPROTO_TCP);

	if (len < 20)
		return;
	put16(tcp + 16, 0);
	put16(tcp + 16, fold(sum16(tcp, len, sum + (uint32_t)len)));
}

/* What goes in place of TCP, at most 140 bytes. */
static size_t payload_write(uint8_t *at, const uint8_t *addresses,
			    size_t addresses_len)
{
	size_t len, changes;

	if (below(8) == 0) {
		len = below(100);
		random_fill(at, len);
		return len;
	}
	len = tcp_write(at);
	if (below(8) == 0)
		len = below((unsigned)len + 1); /* cut short */
	for (changes = below(2) * below(8); changes && len; changes--)
		at[below((unsigned)len)] = (uint8_t)random_bits();
	if (below(8))
		tcp_checksum(at, len, addresses, addresses_len);
	return len;
}

/*
 * Overwrites the host's part of a source: one time in 4 an address that comes
 * again.
 */
static void source_write(uint8_t *host, size_t len)
{
	random_fill(host, len);
	if (below(4) == 0) {
		memset(host, 0, len - 1);
		host[len - 1] = (uint8_t)(1 + below(8));
	}
}

static size_t packet4(uint8_t *p, const uint8_t *destination)
{
	size_t header = below(4) ? 20 : 20 + 4 * below(11), len;

	random_fill(p, header);
	memset(p + 20, 1, header - 20); /* no-operation: others are dropped */
	p[0] = (uint8_t)(0x40 | header / 4);
	put16(p + 6, below(16) ? 0x4000 : random_bits() & 0x3fff);
	p[8] = 64;
	p[9] = IPPROTO_TCP;
	p[12] = 10;
	source_write(p + 13, 3);
	memcpy(p + 16, destination, 4);
	len = header + payload_write(p + header, p + 12, 8);
	put16(p + 2, (unsigned)len); /* the kernel adds the checksum */
	return len;
}

/*
 * Destination options of padding, or a routing header or fragment of random
 * content. Returns the bytes written.
 */
static size_t extension_write(uint8_t *at, uint8_t *next)
{
	size_t len = 8;

	switch (below(8)) {
	case 0:
		*next = IPPROTO_ROUTING;
		random_fill(at, len);
		at[1] = at[3] = 0; /* no segments left: ignored by nodes */
		break;
	case 1:
		*next = IPPROTO_FRAGMENT;
		random_fill(at, len);
		if (below(2))
			put16(at + 2, 0); /* whole in one fragment */
		break;
	default:
		*next = IPPROTO_DSTOPTS;
		len = 8 + 8 * below(4);
		memset(at, 0, len);
		at[1] = (uint8_t)(len / 8 - 1);
	}
	return len;
}

static size_t packet6(uint8_t *p, const uint8_t *destination)
{
	uint8_t *next = p + 6;
	size_t len = 40;
	unsigned extensions = below(4) ? 0 : below(5);

	memset(p, 0, len);
	p[0] = 0x60;
	p[7] = 64;
	memcpy(p + 8, "\x20\x01\x0d\xb8\x66", 5);
	/* Of many networks, or theirs would be listed before long. */
	source_write(p + 13, 11);
	memcpy(p + 24, destination, 16);
	while (extensions--) {
		size_t bytes = extension_write(p + len, next);

		next = p + len;
		len += bytes;
	}
	*next = IPPROTO_TCP;
	len += payload_write(p + len, p + 8, 32);
	put16(p + 4, (unsigned)len - 40);
	return len;
}

static void send_all(int fd, unsigned long count, const struct sockaddr *to,
		     socklen_t to_len, const uint8_t *destination)
{
	const struct timespec pause = {0, 1000000};
	uint8_t packet[PACKET_BYTES];
	unsigned long refused = 0, i;

	for (i = 0; i < count; i++) {
		size_t len = to->sa_family == AF_INET ?
				     packet4(packet, destination) :
				     packet6(packet, destination);

		if (sendto(fd, packet, len, 0, to, to_len) < 0)
			refused++;
		if (i % PACKETS_PER_MS == 0)
			nanosleep(&pause, NULL);
	}
	printf("%lu sent, %lu refused by the sender's own kernel\n",
	       count - refused, refused);
	if (refused * 10 > count) {
		perror("garbage: the last refusal");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in to4 = {.sin_family = AF_INET};
	struct sockaddr_in6 to6 = {.sin6_family = AF_INET6};
	unsigned long count;
	int fd;

	if (argc != 4) {
		fprintf(stderr, "usage: %s SEED COUNT DESTINATION\n", argv[0]);
		return 2;
	}
	random_state = strtoull(argv[1], NULL, 10);
	count = strtoul(argv[2], NULL, 10);
	/* This protocol number makes the header ours, in both families. */
	if (inet_pton(AF_INET, argv[3], &to4.sin_addr) == 1) {
		fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
		send_all(fd, count, (struct sockaddr *)&to4, sizeof(to4),
			 (const uint8_t *)&to4.sin_addr);
	} else if (inet_pton(AF_INET6, argv[3], &to6.sin6_addr) == 1) {
		fd = socket(AF_INET6, SOCK_RAW, IPPROTO_RAW);
		send_all(fd, count, (struct sockaddr *)&to6, sizeof(to6),
			 (const uint8_t *)&to6.sin6_addr);
	} else {
		fprintf(stderr, "garbage: no address: %s\n", argv[3]);
		return 2;
	}
	return 0;
}
