/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of handshaked-exporter. */
#ifndef HANDSHAKED_EXPORTER_OPTIONS_H
#define HANDSHAKED_EXPORTER_OPTIONS_H

#include <sys/socket.h>

struct exporter_options {
	const char *socket_path, *listen_text;
	struct sockaddr_storage address; /* of listen_text */
	socklen_t address_bytes;
};

/*
 * Returns -1 to go on, else the exit status: help was printed, or an option is
 * wrong, which standard error says.
 */
int exporter_options_parse(struct exporter_options *o, int argc, char **argv);

#endif
