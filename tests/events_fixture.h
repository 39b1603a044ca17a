/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory for a file of events, and what is in the file. */
#ifndef HANDSHAKED_TESTS_EVENTS_FIXTURE_H
#define HANDSHAKED_TESTS_EVENTS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[32], events_path[64], other_path[64];

static inline int make_directory(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/hsd-events.XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(events_path, sizeof(events_path), "%s/events.json",
		 directory);
	snprintf(other_path, sizeof(other_path), "%s/events.json.1",
		 directory);
	return 0;
}

static inline int remove_directory(void **state)
{
	(void)state;
	unlink(events_path);
	unlink(other_path);
	return rmdir(directory);
}

/* All of a file; "" when there is none. The caller frees. */
static inline char *content_of(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	if (!file)
		return strdup("");
	if (getdelim(&text, &room, '\0', file) < 0)
		text[0] = '\0';
	fclose(file);
	return text;
}

static inline size_t lines_of(const char *path)
{
	char *text = content_of(path);
	size_t lines = 0;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	free(text);
	return lines;
}

#endif
