/* SPDX-License-Identifier: GPL-2.0-or-later */
/* epoll, timerfd and signalfd behind three calls. */
#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "core/base.h"

struct source {
	int fd;
	bool is_timer; /* and so ours to read and to close */
	loop_fn fn;
	loop_signal_fn signal_fn; /* a signalfd, likewise ours */
	void *arg;
};

struct loop {
	int epoll_fd;
	bool stopped;
	int status;
	pthread_mutex_t *lock; /* or NULL */
	unsigned int num_sources;
	struct source sources[LOOP_MAX_SOURCES];
};

uint64_t loop_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return LOOP_EPOCH_NS + (uint64_t)t.tv_sec * NS_PER_S +
	       (uint64_t)t.tv_nsec;
}

struct loop *loop_new(void)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd < 0) {
		free(l);
		return NULL;
	}
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	for (unsigned int i = 0; i < l->num_sources; i++)
		if (l->sources[i].is_timer || l->sources[i].signal_fn)
			close(l->sources[i].fd);
	close(l->epoll_fd);
	free(l);
}

static int add(struct loop *l, const struct source *source)
{
	struct source *s = &l->sources[l->num_sources];
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};

	if (l->num_sources == LOOP_MAX_SOURCES)
		return -ENOSPC;
	*s = *source;
	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, s->fd, &event) < 0)
		return -errno;
	l->num_sources++;
	return 0;
}

/* For a descriptor we made ourselves. */
static int add_or_close(struct loop *l, const struct source *source)
{
	int error = add(l, source);

	if (error)
		close(source->fd);
	return error;
}

int loop_on_readable(struct loop *l, int fd, loop_fn fn, void *arg)
{
	struct source s = {.fd = fd, .fn = fn, .arg = arg};

	return add(l, &s);
}

int loop_every(struct loop *l, uint32_t interval_ms, loop_fn fn, void *arg)
{
	struct timespec interval = {
		.tv_sec = interval_ms / 1000,
		.tv_nsec = (long)(interval_ms % 1000) * 1000000,
	};
	struct itimerspec spec = {interval, interval};
	struct source s = {.is_timer = true, .fn = fn, .arg = arg};

	s.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (s.fd < 0)
		return -errno;
	timerfd_settime(s.fd, 0, &spec, NULL);
	return add_or_close(l, &s);
}

int loop_on_signals(struct loop *l, const int *signals, loop_signal_fn fn,
		    void *arg)
{
	struct source s = {.signal_fn = fn, .arg = arg};
	sigset_t set;

	sigemptyset(&set);
	for (; *signals; signals++)
		sigaddset(&set, *signals);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	s.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s.fd < 0)
		return -errno;
	return add_or_close(l, &s);
}

static void take_signals(struct source *s)
{
	struct signalfd_siginfo info;

	while (read(s->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		s->signal_fn(s->arg, (int)info.ssi_signo);
}

static void dispatch(struct source *s, uint64_t now_ns)
{
	uint64_t expirations;

	if (s->signal_fn) {
		take_signals(s);
		return;
	}
	/* How often it expired does not matter, that it did does. */
	if (s->is_timer && read(s->fd, &expirations, sizeof(expirations)) < 0)
		return;
	s->fn(s->arg, now_ns);
}

void loop_guard(struct loop *l, pthread_mutex_t *lock)
{
	l->lock = lock;
}

int loop_run(struct loop *l)
{
	struct epoll_event events[LOOP_MAX_SOURCES];

	l->stopped = false;
	while (!l->stopped) {
		int n = epoll_wait(l->epoll_fd, events, LOOP_MAX_SOURCES, -1);
		uint64_t now_ns = loop_now_ns();

		if (n < 0 && errno != EINTR)
			return -errno;
		if (l->lock)
			pthread_mutex_lock(l->lock);
		for (int i = 0; i < n && !l->stopped; i++)
			dispatch(events[i].data.ptr, now_ns);
		if (l->lock)
			pthread_mutex_unlock(l->lock);
	}
	return l->status;
}

void loop_stop(struct loop *l, int status)
{
	l->stopped = true;
	l->status = status;
}
