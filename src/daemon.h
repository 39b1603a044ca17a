/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running daemon consists of. main.c puts it together, daemon.c
 * drives it, requests.c answers the operator.
 */
#ifndef HANDSHAKED_DAEMON_H
#define HANDSHAKED_DAEMON_H

#include "blocklist.h"
#include "config.h"
#include "conntrack.h"
#include "conntrack_events.h"
#include "control.h"
#include "handshake_log.h"
#include "loop.h"
#include "nfqueue.h"

#define HANDSHAKED_VERSION "0.1.0"

struct daemon {
	struct config config;
	struct loop *loop;
	struct judge *judge;
	struct nfqueue *queue;
	struct blocklist *blocklist;
	struct control *control;
	struct conntrack_events *ended; /* NULL: the kernel tells nothing */
	struct handshake_log handshakes;
	uint64_t started_ns;
	struct conntrack_counters connections; /* found at start */
	uint64_t findings_told[NUM_FINDINGS];  /* by log_findings() */
	int blocklist_error;                   /* last told; 0: all is well */
	/* A set was full: until then nothing is tried, only counted. */
	uint64_t set_full_until_ns;
	uint64_t not_tried;
};

/* Registers everything with the loop. Returns 0 or -errno. */
int daemon_attach(struct daemon *d);

/* Gives what waits in the queue its verdicts, before it is closed. */
void daemon_drain(struct daemon *d);

/* Reads which networks are ours and tells the judge. */
void daemon_read_networks(struct daemon *d);

/* Sends what is pending for the sets, and logs when that begins to fail. */
int daemon_flush_blocklist(struct daemon *d);

/* A control_request_fn; `arg` is the struct daemon. */
json_t *daemon_request(void *arg, int argc, char **argv);

#endif
