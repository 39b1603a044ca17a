/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of config.c: a file to write a text into and read it from.
 * Included first, for cmocka wants certain headers before its own.
 */
#ifndef HANDSHAKED_TESTS_CONFIG_FIXTURE_H
#define HANDSHAKED_TESTS_CONFIG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"

static char path[] = "/tmp/handshaked-config.XXXXXX";
static struct config config;
static char error[CONFIG_ERRORS_BYTES];

static inline int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static inline int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

/* Reads `text` over the defaults, through a file. */
static inline int read_bytes(const char *text, size_t bytes)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, bytes, f), bytes);
	fclose(f);
	config_default(&config);
	error[0] = '\0';
	return config_read(&config, path, error, sizeof(error));
}

static inline int read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static inline void assert_taken(const char *text)
{
	int rc = read_text(text);

	assert_string_equal(error, "");
	assert_int_equal(rc, 0);
}

/* `message` is what follows the file's name and a colon. */
static inline void assert_message(const char *message)
{
	size_t len = strlen(path);

	assert_memory_equal(error, path, len);
	assert_int_equal(error[len], ':');
	assert_string_equal(error + len + 1, message);
}

static inline void assert_refused(const char *text, const char *message)
{
	assert_int_equal(read_text(text), -1);
	assert_message(message);
}

/* What config_print() makes of it, to be freed. */
static inline char *print(const struct config *c)
{
	size_t bytes;
	char *text;
	FILE *f = open_memstream(&text, &bytes);

	assert_non_null(f);
	config_print(c, f);
	fclose(f);
	return text;
}

#endif
