/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a report is from: when and on which host it is made, and the version
 * and mode of what judged. Events say both when the daemon starts; where they
 * do not, the daemon that writes that file is asked.
 */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "report_command.h"
#include "report_feed.h"
#include "version.h"

#define US_PER_S INT64_C(1000000)

/* As reproducible builds have it: a fixed time for what is made. */
#define FIXED_TIME "SOURCE_DATE_EPOCH"

/* The year 9999 ends. */
#define LAST_SECOND INT64_C(253402300799)

const char *report_socket;

static int64_t made_us(void)
{
	const char *fixed = getenv(FIXED_TIME);
	char *end;
	long long seconds;

	if (!fixed || !*fixed)
		return (int64_t)time(NULL) * US_PER_S;
	errno = 0;
	seconds = strtoll(fixed, &end, 10);
	if (errno || *end || seconds < 0 || seconds > LAST_SECOND) {
		fprintf(stderr,
			"handshakectl: " FIXED_TIME "=%s is no number of "
			"seconds since 1970: the page has the time of now\n",
			fixed);
		return (int64_t)time(NULL) * US_PER_S;
	}
	return seconds * US_PER_S;
}

static void set_host(struct report_origin *o)
{
	char name[HOST_NAME_MAX + 1];

	if (gethostname(name, sizeof(name)) < 0)
		return;
	name[sizeof(name) - 1] = '\0';
	report_clean(o->host, sizeof(o->host), name);
}

/* ---- the daemon ---- */

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static bool is_same_file(const char *a, const char *b)
{
	char path_a[PATH_MAX], path_b[PATH_MAX];

	return realpath(a, path_a) && realpath(b, path_b) &&
	       strcmp(path_a, path_b) == 0;
}

/* What the daemon says holds for the events that it writes, no others. */
static void ask_daemon(struct report_origin *o, const char *path)
{
	char status[] = "status", *words[] = {status}, error[256];
	json_t *answer =
		control_ask(report_socket, 1, words, error, sizeof(error));
	const json_t *events = json_object_get(answer, "events");

	if (is_same_file(text_of(events, "file"), path)) {
		if (!*o->version)
			report_clean(o->version, sizeof(o->version),
				     text_of(answer, "version"));
		if (!*o->mode)
			report_clean(o->mode, sizeof(o->mode),
				     text_of(answer, "mode"));
	}
	json_decref(answer);
}

void report_find_origin(struct report *r, const char *path)
{
	struct report_origin *o = &r->origin;

	o->made_us = made_us();
	set_host(o);
	if (r->is_capture || r->stats.files) {
		report_clean(o->version, sizeof(o->version),
			     HANDSHAKED_VERSION);
		report_clean(o->mode, sizeof(o->mode), "replay");
	} else if (report_socket && (!*o->version || !*o->mode)) {
		ask_daemon(o, path);
	}
}
