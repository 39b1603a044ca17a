/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the file line by line, writes another beside it and renames that. A
 * line that is not of our form is the operator's and is copied.
 */
#include "allowlist_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_START "add element inet handshaked "

/* The line that allows it, without newline. */
static void format_line(const struct prefix *net, char *line, size_t bytes)
{
	char text[PREFIX_TEXT_BYTES];

	snprintf(line, bytes, LINE_START "allowlist%c { %s }",
		 address_is_ipv4(&net->address) ? '4' : '6',
		 prefix_format(net, text));
}

/* ---- what a line says ---- */

struct said {
	unsigned int elements;
	bool has_it;        /* one of them is the network */
	bool has_all_of_it; /* or holds it */
	bool has_some;      /* or is in it */
};

static bool within(const struct prefix *in, const struct prefix *p)
{
	return in->bits >= p->bits && prefix_holds(p, &in->address);
}

static void read_element(char *text, const struct prefix *net, struct said *out)
{
	char *word = strtok(text, " \t");
	struct prefix p;

	if (!word)
		return;
	out->elements++;
	if (!prefix_parse(word, &p))
		return;
	out->has_all_of_it |= within(net, &p);
	out->has_some |= within(&p, net);
	out->has_it |= within(net, &p) && within(&p, net);
}

/* The elements of a line of our form; none of any other. */
static struct said read_line(const char *line, const struct prefix *net)
{
	struct said out = {.elements = 0};
	char *copy = strdup(line), *at = copy, *element, *end;

	if (!copy)
		return out;
	at += strspn(at, " \t");
	if (strncmp(at, LINE_START, strlen(LINE_START)) == 0 &&
	    (at = strchr(at, '{')) && (end = strchr(at, '}'))) {
		*end = '\0';
		at++;
		while ((element = strsep(&at, ",")))
			read_element(element, net, &out);
	}
	free(copy);
	return out;
}

/* ---- writing ---- */

struct edit {
	const struct prefix *net;
	char path[PATH_MAX];
	char *text; /* what the file is to say; to be freed */
	size_t bytes;
	bool found;               /* a line allows all of it */
	bool removed;             /* a line was taken out */
	unsigned int still_there; /* the line that allows some of it, or 0 */
};

/* Copies the lines, all but those to be removed, to `to`. */
static void copy_lines(struct edit *e, FILE *from, FILE *to, bool remove)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	for (unsigned int n = 1; (len = getline(&line, &room, from)) > 0; n++) {
		struct said s = read_line(line, e->net);

		e->found |= s.has_all_of_it;
		if (remove && s.has_it && s.elements == 1) {
			e->removed = true;
			continue;
		}
		if (!e->still_there && (s.has_all_of_it || s.has_some))
			e->still_there = n;
		fputs(line, to);
		if (line[len - 1] != '\n')
			fputc('\n', to);
	}
	free(line);
}

/* Returns 0 or -errno; a file that is not there is an empty one. */
static int read_file(struct edit *e, const char *path, bool remove)
{
	FILE *from, *to;
	int error = 0;

	if (!realpath(path, e->path))
		snprintf(e->path, sizeof(e->path), "%s", path);
	to = open_memstream(&e->text, &e->bytes);
	if (!to)
		return -errno;
	from = fopen(e->path, "re");
	if (from) {
		copy_lines(e, from, to, remove);
		if (ferror(from))
			error = -EIO;
		fclose(from);
	} else if (errno != ENOENT) {
		error = -errno;
	}
	if (!error && !remove && !e->found) {
		char line[128];

		format_line(e->net, line, sizeof(line));
		fprintf(to, "%s\n", line);
	}
	if (fclose(to) == EOF && !error)
		error = -ENOMEM;
	return error;
}

static int write_all(int fd, const char *text, size_t bytes)
{
	while (bytes > 0) {
		ssize_t n = write(fd, text, bytes);

		if (n < 0)
			return -errno;
		text += n;
		bytes -= (size_t)n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int keep_owner_and_mode(int fd, const char *path)
{
	struct stat st = {.st_mode = 0644};

	if (stat(path, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) < 0)
		return -errno;
	return fchmod(fd, st.st_mode & 07777) < 0 ? -errno : 0;
}

static int replace_file(const struct edit *e)
{
	char other[PATH_MAX + 8];
	int fd, error;

	snprintf(other, sizeof(other), "%s.XXXXXX", e->path);
	fd = mkstemp(other);
	if (fd < 0)
		return -errno;
	error = write_all(fd, e->text, e->bytes);
	if (!error)
		error = keep_owner_and_mode(fd, e->path);
	close(fd);
	if (!error && rename(other, e->path) < 0)
		error = -errno;
	if (error)
		unlink(other);
	return error;
}

bool allowlist_file_add(const char *path, const struct prefix *net,
			char note[static ALLOWLIST_FILE_NOTE_BYTES])
{
	struct edit e = {.net = net};
	int error = read_file(&e, path, false);
	char line[128];

	if (!error && !e.found)
		error = replace_file(&e);
	free(e.text);
	format_line(net, line, sizeof(line));
	if (error)
		snprintf(note, ALLOWLIST_FILE_NOTE_BYTES,
			 "until a reboot only: %s: %s; to keep it, put there"
			 " the line: %s",
			 path, strerror(-error), line);
	else
		snprintf(note, ALLOWLIST_FILE_NOTE_BYTES, "%s %s", path,
			 e.found ? "says so already" : "says so now");
	return !error;
}

bool allowlist_file_del(const char *path, const struct prefix *net,
			char note[static ALLOWLIST_FILE_NOTE_BYTES])
{
	struct edit e = {.net = net};
	int error = read_file(&e, path, true);

	if (!error && e.removed)
		error = replace_file(&e);
	free(e.text);
	if (error)
		snprintf(note, ALLOWLIST_FILE_NOTE_BYTES,
			 "perhaps until a reload of the rules only: %s: %s;"
			 " take it out there",
			 path, strerror(-error));
	else if (e.still_there)
		snprintf(note, ALLOWLIST_FILE_NOTE_BYTES,
			 "until a reload of the rules only: line %u of %s"
			 " still allows it; change it there",
			 e.still_there, path);
	else
		snprintf(note, ALLOWLIST_FILE_NOTE_BYTES, "%s %s", path,
			 e.removed ? "says so no more" : "did not say so");
	return !error && !e.still_there;
}
