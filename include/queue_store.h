/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sockets of the queues in systemd's keeping (its file descriptor store),
 * so that what the kernel has queued waits for the next daemon when this one
 * is restarted or crashes. Without systemd all of this does nothing.
 *
 * A store with nobody to come would hold packets up for good, so whatever is
 * not taken over is let go: its packets pass.
 */
#ifndef HANDSHAKED_QUEUE_STORE_H
#define HANDSHAKED_QUEUE_STORE_H

#include <stdbool.h>
#include <stdint.h>

/* As many as systemd is to keep: FileDescriptorStoreMax= of the unit. */
#define QUEUE_STORE_MAX 16

/* What was handed down to this process. Zeroed: nothing. */
struct queue_store {
	unsigned int count;
	struct {
		int fd;
		uint16_t num;
		bool taken;
	} queue[QUEUE_STORE_MAX];
};

/* Takes what systemd hands down; to be called once, before all else. */
void queue_store_open(struct queue_store *s);

/*
 * The socket of queue `num`, which is the caller's from now on, as a duplicate
 * of ours; -1 if there is none.
 */
int queue_store_take(struct queue_store *s, uint16_t num);

/*
 * Gives the socket of queue `num` into keeping, unless it was taken and so is
 * kept already; `fd` stays the caller's. Before queue_store_close().
 */
void queue_store_keep(const struct queue_store *s, uint16_t num, int fd);

/* Takes it out again. Our own duplicate is not concerned. */
void queue_store_drop(uint16_t num);

/*
 * Is over with what was handed down: if all is well what was not taken is let
 * go, else all of it.
 */
void queue_store_close(struct queue_store *s, bool well);

/*
 * Is somebody to come after us? True when systemd is stopping our unit in order
 * to start it again, which the system bus tells within QUEUE_STORE_WAIT_MS;
 * false when it does not. The queues are judged all the while.
 */
bool queue_store_has_heir(void);
#define QUEUE_STORE_WAIT_MS 2000

#endif
