/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The thread that appends events to their file. There are two buffers: while
 * the thread writes one, what comes goes into the other. `filling` is under
 * the lock, the file and the other buffer are the thread's.
 */
#include "event_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES (EVENT_FILE_BYTES / 2)

struct buffer {
	char *bytes; /* BUFFER_BYTES of whole lines */
	size_t len;
	uint64_t lines;
};

struct event_file {
	char *path;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct buffer filling, writing;
	bool flush, reopen, ending;
	struct event_file_counters counters;
	int fd; /* -1: not open */
};

/* ---- the thread ---- */

/* If it cannot be made, opening will tell. */
static void make_directory_of(const char *path)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return;
	snprintf(directory, sizeof(directory), "%.*s", (int)(slash - path),
		 path);
	mkdir(directory, 0750);
}

/*
 * Not blocking: a FIFO that nobody reads is to be an error. A new file is for
 * the group as well, whatever the umask: log collectors are to read it.
 */
static int open_path(const char *path)
{
	const int flags =
		O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, flags);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = open(path, flags | O_CREAT | O_EXCL, 0640);
	if (fd >= 0 && fchmod(fd, 0640) < 0) {
		/* Then they are not. */
	}
	return fd;
}

static int open_file(struct event_file *f)
{
	if (f->fd >= 0)
		return 0;
	f->fd = open_path(f->path);
	if (f->fd < 0 && errno == ENOENT) {
		make_directory_of(f->path);
		f->fd = open_path(f->path);
	}
	return f->fd < 0 ? -errno : 0;
}

static void close_file(struct event_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

/* All of it, or how much of it. */
static size_t write_bytes(int fd, const char *bytes, size_t len, int *error)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(fd, bytes + done, len - done);

		if (n > 0) {
			done += (size_t)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		*error = n < 0 ? -errno : -EIO;
		break;
	}
	return done;
}

/* Half a line would spoil the next one: the file ends where it began. */
static void cut_off(int fd, size_t bytes)
{
	struct stat st;

	if (bytes == 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size < (off_t)bytes)
		return;
	if (ftruncate(fd, st.st_size - (off_t)bytes) < 0) {
		/* A reader will find a line that is none. */
	}
}

/* Returns how many lines were written. */
static uint64_t write_lines(struct event_file *f, const struct buffer *b,
			    int *error)
{
	size_t len = write_bytes(f->fd, b->bytes, b->len, error);
	uint64_t lines = 0;
	size_t whole = 0;

	if (len == b->len)
		return b->lines;
	for (const char *end = b->bytes;
	     (end = memchr(end, '\n', len - (size_t)(end - b->bytes)));) {
		whole = (size_t)(++end - b->bytes);
		lines++;
	}
	cut_off(f->fd, len - whole);
	return lines;
}

/* With the lock, which it gives away while it writes. */
static void write_buffer(struct event_file *f)
{
	const struct buffer full = f->filling;
	bool reopen = f->reopen;
	uint64_t lines = 0;
	int error;

	f->filling = (struct buffer){.bytes = f->writing.bytes};
	f->writing = full;
	f->flush = f->reopen = false;
	pthread_mutex_unlock(&f->lock);
	if (reopen)
		close_file(f);
	error = open_file(f);
	if (!error && full.len > 0)
		lines = write_lines(f, &full, &error);
	pthread_mutex_lock(&f->lock);
	f->counters.written += lines;
	f->counters.lost += full.lines - lines;
	f->counters.error = error;
}

static bool has_work(const struct event_file *f)
{
	return f->reopen || (f->flush && f->filling.len > 0);
}

static void *write_on_demand(void *arg)
{
	struct event_file *f = arg;

	pthread_mutex_lock(&f->lock);
	for (;;) {
		while (!f->ending && !has_work(f))
			pthread_cond_wait(&f->changed, &f->lock);
		if (f->ending && f->filling.len == 0)
			break;
		write_buffer(f);
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

/* ---- its owner ---- */

/* A signal to the process is then the loop's, whatever comes first. */
static int start_thread(struct event_file *f)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&f->thread, NULL, write_on_demand, f);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static void free_file(struct event_file *f)
{
	close_file(f);
	free(f->filling.bytes);
	free(f->writing.bytes);
	free(f->path);
	free(f);
}

struct event_file *event_file_open(const char *path)
{
	struct event_file *f = calloc(1, sizeof(*f));
	int error = ENOMEM;

	if (!f)
		return NULL;
	f->fd = -1;
	f->path = strdup(path);
	f->filling.bytes = malloc(BUFFER_BYTES);
	f->writing.bytes = malloc(BUFFER_BYTES);
	/* That it cannot be opened is known at once, not by the first line. */
	f->reopen = true;
	if (f->path && f->filling.bytes && f->writing.bytes) {
		pthread_mutex_init(&f->lock, NULL);
		pthread_cond_init(&f->changed, NULL);
		error = start_thread(f);
	}
	if (error) {
		free_file(f);
		errno = error;
		return NULL;
	}
	return f;
}

void event_file_close(struct event_file *f)
{
	if (!f)
		return;
	pthread_mutex_lock(&f->lock);
	f->ending = true;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	pthread_join(f->thread, NULL);
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->lock);
	free_file(f);
}

void event_file_put(struct event_file *f, const char *line, size_t len)
{
	struct buffer *b = &f->filling;

	pthread_mutex_lock(&f->lock);
	if (len > BUFFER_BYTES - b->len) {
		f->counters.lost++;
	} else {
		memcpy(b->bytes + b->len, line, len);
		b->len += len;
		b->lines++;
		if (b->len > BUFFER_BYTES / 2 && !f->flush) {
			f->flush = true;
			pthread_cond_broadcast(&f->changed);
		}
	}
	pthread_mutex_unlock(&f->lock);
}

void event_file_flush(struct event_file *f)
{
	pthread_mutex_lock(&f->lock);
	if (f->filling.len > 0) {
		f->flush = true;
		pthread_cond_broadcast(&f->changed);
	}
	pthread_mutex_unlock(&f->lock);
}

void event_file_reopen(struct event_file *f)
{
	pthread_mutex_lock(&f->lock);
	f->reopen = true;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

void event_file_counters(struct event_file *f, struct event_file_counters *out)
{
	pthread_mutex_lock(&f->lock);
	*out = f->counters;
	pthread_mutex_unlock(&f->lock);
}
