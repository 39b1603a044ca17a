/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The thread that writes the state file. The records belong to the thread
 * while `busy` is set and to the caller otherwise; everything else that both
 * touch is under the lock.
 */
#include "state_writer.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct state_writer {
	char *path;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool busy, ending;
	struct state_record *records; /* STATE_MAX_RECORDS */
	size_t count;
	struct state_clock clock;
	uint64_t written;
	int error;
};

static void *write_on_demand(void *arg)
{
	struct state_writer *w = arg;
	int error;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		while (!w->busy && !w->ending)
			pthread_cond_wait(&w->changed, &w->lock);
		if (!w->busy)
			break;
		pthread_mutex_unlock(&w->lock);
		error = state_write(w->path, w->records, w->count, &w->clock);
		pthread_mutex_lock(&w->lock);
		w->written++;
		w->error = error;
		w->busy = false;
		pthread_cond_broadcast(&w->changed);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* A signal to the process is then the loop's, whatever comes first. */
static int start_thread(struct state_writer *w)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&w->thread, NULL, write_on_demand, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

/* If it cannot be made, writing will tell. */
static void make_directory_of(const char *path)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return;
	snprintf(directory, sizeof(directory), "%.*s", (int)(slash - path),
		 path);
	mkdir(directory, 0700);
}

static void free_writer(struct state_writer *w)
{
	free(w->path);
	free(w->records);
	free(w);
}

struct state_writer *state_writer_open(const char *path)
{
	struct state_writer *w = calloc(1, sizeof(*w));
	int error = ENOMEM;

	if (!w)
		return NULL;
	w->path = strdup(path);
	/* Not touched until it is needed, and no memory until then. */
	w->records = malloc(STATE_MAX_RECORDS * sizeof(*w->records));
	if (w->path && w->records) {
		make_directory_of(path);
		pthread_mutex_init(&w->lock, NULL);
		pthread_cond_init(&w->changed, NULL);
		error = start_thread(w);
	}
	if (error) {
		free_writer(w);
		errno = error;
		return NULL;
	}
	return w;
}

void state_writer_close(struct state_writer *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free_writer(w);
}

static bool is_busy(struct state_writer *w)
{
	bool busy;

	pthread_mutex_lock(&w->lock);
	busy = w->busy;
	pthread_mutex_unlock(&w->lock);
	return busy;
}

struct state_record *state_writer_records(struct state_writer *w)
{
	return is_busy(w) ? NULL : w->records;
}

void state_writer_write(struct state_writer *w, size_t count,
			const struct state_clock *clock)
{
	pthread_mutex_lock(&w->lock);
	w->count = count;
	w->clock = *clock;
	w->busy = true;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

void state_writer_wait(struct state_writer *w)
{
	pthread_mutex_lock(&w->lock);
	while (w->busy)
		pthread_cond_wait(&w->changed, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

uint64_t state_writer_count(struct state_writer *w, int *error)
{
	uint64_t written;

	pthread_mutex_lock(&w->lock);
	written = w->written;
	*error = w->error;
	pthread_mutex_unlock(&w->lock);
	return written;
}
