/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The thread of a queue: batches, and the time passing between them. */
#include "lane.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "loop.h"

/* And when stopping: the queue's default length many times over. */
#define BATCHES_TO_DRAIN 1024

/* The judge's; the wait for packets is no longer than that. */
#define TICK_MS NFQUEUE_WAIT_MS

struct lane {
	struct nfqueue *queue;
	struct judge *judge;
	struct sighting_ring sightings;
	pthread_mutex_t lock; /* whoever uses these or the counters */
	lane_notices_fn fn;
	void *arg;
	pthread_t thread;
	bool started;
	uint64_t tick_ns; /* the next */
	bool stop;        /* written by the others, read by the thread */
	bool hands_over;  /* its queue, when it stops; written before */
	uint32_t turns;   /* the other way, as is error */
	uint32_t emptied; /* too: how often its queue was found empty */
	int error;
	uint32_t turns_seen;     /* by lane_lives() */
	uint32_t emptied_marked; /* by lane_mark() */
};

struct lane *lane_open(const struct lane_queue *from, struct judge *judge,
		       uint64_t now_ns)
{
	struct lane *l = calloc(1, sizeof(*l));
	int error;

	if (!l) {
		judge_free(judge);
		if (from->fd >= 0)
			close(from->fd);
		return NULL;
	}
	l->judge = judge;
	pthread_mutex_init(&l->lock, NULL);
	if (from->fd < 0)
		l->queue = nfqueue_open(from->num, from->length, judge,
					&l->sightings, now_ns);
	else
		l->queue = nfqueue_take_over(from->fd, from->num, from->length,
					     judge, &l->sightings, now_ns);
	if (l->queue)
		return l;
	error = errno;
	lane_close(l);
	errno = error;
	return NULL;
}

/* ---- the thread ---- */

struct judge *lane_enter(struct lane *l)
{
	pthread_mutex_lock(&l->lock);
	return l->judge;
}

void lane_leave(struct lane *l)
{
	pthread_mutex_unlock(&l->lock);
}

static void take_notices(struct lane *l, bool there_are)
{
	if (there_are)
		l->fn(l->arg, l);
}

/* Whom it got listed is in the set before it is answered. */
static void judge_batch(struct lane *l)
{
	bool has_notices;

	lane_enter(l);
	nfqueue_judge(l->queue, loop_now_ns());
	has_notices = judge_has_notices(l->judge);
	lane_leave(l);
	take_notices(l, has_notices);
	nfqueue_answer(l->queue);
}

static int take_batch(struct lane *l)
{
	int n = nfqueue_receive(l->queue);

	if (n > 0)
		judge_batch(l);
	/* Only now: what was received before is counted as such. */
	if (n < NFQUEUE_BATCH)
		__atomic_add_fetch(&l->emptied, 1, __ATOMIC_RELEASE);
	return n;
}

static void tick(struct lane *l, uint64_t now_ns)
{
	bool has_notices;

	if (now_ns < l->tick_ns)
		return;
	l->tick_ns = now_ns + TICK_MS * NS_PER_MS;
	lane_enter(l);
	judge_tick(l->judge, now_ns);
	has_notices = judge_has_notices(l->judge);
	lane_leave(l);
	take_notices(l, has_notices);
}

/*
 * What waits gets its verdict, what comes now passes; or both wait for who
 * comes next. Closed at once, not when the other lanes are done and the lists
 * are written.
 */
static void part(struct lane *l)
{
	if (!l->hands_over) {
		nfqueue_retire(l->queue);
		for (int i = 0; i < BATCHES_TO_DRAIN && take_batch(l) > 0; i++)
			;
	}
	nfqueue_close(l->queue);
	l->queue = NULL;
}

static void *run(void *arg)
{
	struct lane *l = arg;
	int n = 0;

	while (n >= 0 && !__atomic_load_n(&l->stop, __ATOMIC_ACQUIRE)) {
		n = take_batch(l);
		tick(l, loop_now_ns());
		__atomic_add_fetch(&l->turns, 1, __ATOMIC_RELAXED);
	}
	if (n >= 0)
		part(l);
	else
		__atomic_store_n(&l->error, n, __ATOMIC_RELAXED);
	return NULL;
}

/* ---- its owner ---- */

int lane_start(struct lane *l, lane_notices_fn fn, void *arg)
{
	int error;

	l->fn = fn;
	l->arg = arg;
	error = pthread_create(&l->thread, NULL, run, l);
	l->started = error == 0;
	return -error;
}

void lane_stop(struct lane *l, bool hands_over)
{
	l->hands_over = hands_over;
	__atomic_store_n(&l->stop, true, __ATOMIC_RELEASE);
}

void lane_wait(struct lane *l)
{
	if (l->started)
		pthread_join(l->thread, NULL);
	l->started = false;
}

void lane_close(struct lane *l)
{
	if (!l)
		return;
	nfqueue_close(l->queue);
	judge_free(l->judge);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

const struct nfqueue_counters *lane_counters(const struct lane *l)
{
	return nfqueue_counters(l->queue);
}

int lane_fd(const struct lane *l)
{
	return nfqueue_fd(l->queue);
}

struct sighting_ring *lane_sightings(struct lane *l)
{
	return &l->sightings;
}

bool lane_has_conntrack(const struct lane *l)
{
	return nfqueue_has_conntrack(l->queue);
}

bool lane_lives(struct lane *l)
{
	uint32_t turns = __atomic_load_n(&l->turns, __ATOMIC_RELAXED);
	bool lives = turns != l->turns_seen;

	l->turns_seen = turns;
	return lives;
}

void lane_mark(struct lane *l)
{
	l->emptied_marked = __atomic_load_n(&l->emptied, __ATOMIC_ACQUIRE);
}

/* The first time after the mark may have been before it. */
bool lane_caught_up(const struct lane *l)
{
	uint32_t emptied = __atomic_load_n(&l->emptied, __ATOMIC_ACQUIRE);

	return emptied - l->emptied_marked >= 2;
}

int lane_error(const struct lane *l)
{
	return __atomic_load_n(&l->error, __ATOMIC_RELAXED);
}
