/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the options of handshaked-exporter, and where it listens. */
#include "exporter_options.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "options.h"
#include "version.h"

#define DEFAULT_LISTEN "127.0.0.1:9794"

#define EXIT_USAGE 2

static int print_help(void)
{
	fputs("usage: handshaked-exporter [-s SOCKET] [-l ADDRESS:PORT]\n\n"
	      "Serves the counters of handshaked over HTTP, for Prometheus;"
	      " see\nhandshaked-exporter(8).\n\n"
	      "options:\n"
	      "  -s, --socket SOCKET        the daemon's control socket instead"
	      " of\n"
	      "                             " CONFIG_DEFAULT_SOCKET "\n"
	      "  -l, --listen ADDRESS:PORT  listen there instead"
	      " of " DEFAULT_LISTEN ";\n"
	      "                             IPv6 as [::1]:9794\n"
	      "  -h, --help                 print this text\n"
	      "      --version              print the version\n\n"
	      "example:\n"
	      "  handshaked-exporter -l 192.0.2.1:9794\n\n"
	      "exit status: 0 stopped by a signal; 1 failed; 2 wrong usage\n",
	      stdout);
	return EXIT_SUCCESS;
}

/* Digits only, 1 to 65535; 0 when it is anything else. */
static uint16_t parse_port(const char *text)
{
	unsigned long n;

	if (strlen(text) > 5 || text[strspn(text, "0123456789")] != '\0')
		return 0;
	n = strtoul(text, NULL, 10);
	return n <= UINT16_MAX ? (uint16_t)n : 0;
}

/* "192.0.2.1:9794" or "[2001:db8::1]:9794"; 0 when it is neither. */
static socklen_t parse_listen(const char *text, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
	struct sockaddr_in *in = (struct sockaddr_in *)out;
	const char *colon = strrchr(text, ':');
	char address[INET6_ADDRSTRLEN + 2]; /* with its brackets */
	size_t len = colon ? (size_t)(colon - text) : 0;
	uint16_t port;

	if (len == 0 || len >= sizeof(address))
		return 0;
	memcpy(address, text, len);
	address[len] = '\0';
	port = parse_port(colon + 1);
	memset(out, 0, sizeof(*out));
	if (port == 0)
		return 0;
	if (inet_pton(AF_INET, address, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		return sizeof(*in);
	}
	if (address[0] != '[' || address[len - 1] != ']')
		return 0;
	address[len - 1] = '\0';
	if (inet_pton(AF_INET6, address + 1, &in6->sin6_addr) != 1)
		return 0;
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	return sizeof(*in6);
}

/* Returns -1 to go on, else the exit status. */
static int parse_words(struct exporter_options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"socket", required_argument, NULL, 's'},
		{"listen", required_argument, NULL, 'l'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = options_next(argc, argv, "handshaked-exporter", ":s:l:h",
				 options)) != -1) {
		switch (c) {
		case 's':
			o->socket_path = optarg;
			break;
		case 'l':
			o->listen_text = optarg;
			break;
		case 'h':
			return print_help();
		case 'V':
			puts("handshaked-exporter " HANDSHAKED_VERSION);
			return EXIT_SUCCESS;
		default: /* options_next() has said what is wrong */
			return EXIT_USAGE;
		}
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "handshaked-exporter: unexpected argument \"%s\"\n",
		argv[optind]);
	return EXIT_USAGE;
}

int exporter_options_parse(struct exporter_options *o, int argc, char **argv)
{
	int rc;

	*o = (struct exporter_options){.socket_path = CONFIG_DEFAULT_SOCKET,
				       .listen_text = DEFAULT_LISTEN};
	rc = parse_words(o, argc, argv);
	if (rc >= 0)
		return rc;
	o->address_bytes = parse_listen(o->listen_text, &o->address);
	if (o->address_bytes > 0)
		return -1;
	fprintf(stderr,
		"handshaked-exporter: -l \"%s\": must be ADDRESS:PORT or"
		" [IPV6-ADDRESS]:PORT, the port 1 to 65535\n",
		o->listen_text);
	return EXIT_USAGE;
}
