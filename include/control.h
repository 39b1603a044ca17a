/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: handshakectl's way into the running daemon. A Unix
 * stream socket, mode 0660. A request is one line of words ("status",
 * "block 203.0.113.9 600"); a word in double quotes may have blanks in it, and
 * no escape for a quote exists. The answer is one line of JSON, an object with
 * "ok": true, or false with "error": text; then the daemon closes. Nothing a
 * client does or leaves undone blocks the daemon: sockets are non-blocking, a
 * request is at most CONTROL_REQUEST_BYTES long, CONTROL_MAX_CLIENTS may be
 * connected, and each has CONTROL_CLIENT_SECONDS in all.
 */
#ifndef HANDSHAKED_CONTROL_H
#define HANDSHAKED_CONTROL_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CONTROL_REQUEST_BYTES  256 /* with the newline */
#define CONTROL_MAX_CLIENTS    16
#define CONTROL_CLIENT_SECONDS 5
#define CONTROL_MAX_WORDS      8

/*
 * How an answer is written, by the daemon and again by handshakectl --json: in
 * ASCII, so that no terminal takes part of it for a command.
 */
#define CONTROL_JSON_FLAGS \
	(JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(6))

/*
 * Answers a request of `argc` words; `peer` is the user who asks, as the kernel
 * knows him since he connected. Returns a new JSON object (its reference goes
 * to the control socket); NULL is answered as an internal error.
 */
typedef json_t *(*control_request_fn)(void *arg, uid_t peer, int argc,
				      char **argv);

struct control;

/*
 * Binds `path` (an abandoned socket there is replaced; one that answers
 * belongs to another daemon and is -EADDRINUSE) and listens. Returns NULL with
 * errno set. control_close() removes the socket file and accepts NULL.
 */
struct control *control_open(const char *path, control_request_fn request,
			     void *arg);
void control_close(struct control *c);

/*
 * One epoll descriptor for all of it: when it is readable, call
 * control_turn(), which serves what is ready and never blocks; call it once a
 * second too, for the time-outs. now_ns is monotonic.
 */
int control_fd(const struct control *c);
void control_turn(struct control *c, uint64_t now_ns);

/* {"ok": false, "error": text}, for control_request_fn. */
__attribute__((format(printf, 1, 2))) json_t *control_error(const char *format,
							    ...);

/*
 * The client's half, for handshakectl: sends the words as one line, those with
 * blanks in double quotes, and returns
 * the answer, or NULL with one line of text in `error` that says what to do
 * ("cannot reach the daemon at PATH: ...; is it running?").
 */
json_t *control_ask(const char *path, int argc, char **argv, char *error,
		    size_t error_bytes);

#endif
