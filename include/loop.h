/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's one loop: epoll over descriptors, a timer and the signals it
 * was told of (signalfd). It knows nothing of what it drives.
 */
#ifndef HANDSHAKED_LOOP_H
#define HANDSHAKED_LOOP_H

#include <pthread.h>
#include <stdint.h>

struct loop;

typedef void (*loop_fn)(void *arg, uint64_t now_ns);
typedef void (*loop_signal_fn)(void *arg, int signal);

/*
 * CLOCK_MONOTONIC, nanoseconds, begun two years before the boot: what was
 * before the boot has a time, too.
 */
#define LOOP_EPOCH_NS (UINT64_C(2) * 365 * 24 * 3600 * 1000000000)
uint64_t loop_now_ns(void);

/* Returns NULL with errno set. loop_free(NULL) is fine. */
struct loop *loop_new(void);
void loop_free(struct loop *l);

/*
 * Calls fn(arg) whenever `fd` is readable, every `interval_ms`, or when one of
 * the `signals` (ended by 0, blocked from then on) arrives. Up to
 * LOOP_MAX_SOURCES in all. Return 0 or -errno.
 */
#define LOOP_MAX_SOURCES 16
int loop_on_readable(struct loop *l, int fd, loop_fn fn, void *arg);
int loop_every(struct loop *l, uint32_t interval_ms, loop_fn fn, void *arg);
int loop_on_signals(struct loop *l, const int *signals, loop_signal_fn fn,
		    void *arg);

/* Everything that the loop calls is called with `lock` held. */
void loop_guard(struct loop *l, pthread_mutex_t *lock);

/* Runs until loop_stop(); returns what that was given, or -errno. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l, int status);

#endif
