/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of reload.c: as much of a daemon as has to do with it, what it
 * answers and what it logs.
 */
#ifndef HANDSHAKED_TESTS_RELOAD_FIXTURE_H
#define HANDSHAKED_TESTS_RELOAD_FIXTURE_H

#include "config_fixture.h"

#include "core/explain.h"

#include "../src/daemon.h"

#define START "[model]\nflows = 1024\nsources = 1024\nservices = 256\n"

static struct daemon daemon_;
static json_t *answer;
static char log_text[16384];

static inline void write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	fclose(f);
}

static inline int start(void **state)
{
	static const uint8_t key[16] = {1, 2, 3};

	(void)state;
	memset(&daemon_, 0, sizeof(daemon_));
	assert_taken(START);
	daemon_.config = config;
	daemon_.config_file = path;
	daemon_.judge = judge_new(&config.judge, key);
	assert_non_null(daemon_.judge);
	daemon_.events = events_open("", 100);
	assert_non_null(daemon_.events);
	daemon_.networks = networks_open(&daemon_.config, daemon_.judge);
	assert_non_null(daemon_.networks);
	return 0;
}

static inline int stop(void **state)
{
	(void)state;
	json_decref(answer);
	answer = NULL;
	networks_close(daemon_.networks);
	events_close(daemon_.events);
	judge_free(daemon_.judge);
	return 0;
}

/* As handshakectl asks for it; what is logged meanwhile goes to log_text. */
static inline void reload_file(void)
{
	char *argv[] = {(char *)"reload", NULL};
	FILE *log = tmpfile();
	int stderr_fd = dup(STDERR_FILENO);
	size_t bytes;

	assert_non_null(log);
	dup2(fileno(log), STDERR_FILENO);
	json_decref(answer);
	answer = daemon_request(&daemon_, 0, 1, argv);
	dup2(stderr_fd, STDERR_FILENO);
	close(stderr_fd);
	rewind(log);
	bytes = fread(log_text, 1, sizeof(log_text) - 1, log);
	log_text[bytes] = '\0';
	fclose(log);
}

static inline void reload(const char *text)
{
	write_file(text);
	reload_file();
}

static inline const char *text_of(const char *member)
{
	const char *text = json_string_value(json_object_get(answer, member));

	return text ? text : "";
}

/* `message` is what follows the file's name in answer and log. */
static inline void assert_told(const char *member, const char *message)
{
	size_t len = strlen(path);
	char line[1024];

	assert_memory_equal(text_of(member), path, len);
	assert_string_equal(text_of(member) + len, message);
	snprintf(line, sizeof(line), "reload: %s%.*s\n", path,
		 (int)strcspn(message, "\n"), message);
	if (!strstr(log_text, line))
		fail_msg("\"%s\" is not in \"%s\"", line, log_text);
}

/* One entry of "applied" or "needs_restart", as compact JSON. */
static inline void assert_entry(const char *list, size_t i,
				const char *expected)
{
	json_t *entries = json_object_get(answer, list);
	char *entry = json_dumps(json_array_get(entries, i), JSON_COMPACT);

	assert_non_null(entry);
	assert_string_equal(entry, expected);
	free(entry);
}

static inline void assert_entries(size_t applied, size_t needs_restart)
{
	assert_true(json_is_true(json_object_get(answer, "ok")));
	assert_int_equal(json_array_size(json_object_get(answer, "applied")),
			 applied);
	assert_int_equal(
		json_array_size(json_object_get(answer, "needs_restart")),
		needs_restart);
}

/* What holds is what `text` says, read from the defaults on. */
static inline void assert_holds(const char *text)
{
	char *ours = print(&daemon_.config), *theirs;

	assert_taken(text);
	theirs = print(&config);
	assert_string_equal(ours, theirs);
	assert_memory_equal(&daemon_.config.judge.test, &config.judge.test,
			    sizeof(config.judge.test));
	free(ours);
	free(theirs);
}

static inline struct explanation explain(const char *source)
{
	struct explanation x;
	struct prefix prefix;

	assert_true(prefix_parse(source, &prefix));
	judge_explain(daemon_.judge, &prefix, loop_now_ns(), &x);
	return x;
}

#define reload_test(name) cmocka_unit_test_setup_teardown(name, start, stop)

#endif
