/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where events go: counted, written down, logged and remembered. The lines are
 * eve.c's, the file is event_file.c's.
 */
#include "events.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "eve.h"
#include "event_file.h"
#include "log.h"

#define MESSAGE_BYTES 512

const char *const event_kind_name[NUM_EVENT_KINDS] = {
	[EVENT_HANDSHAKE] = "handshake", [EVENT_FINDING] = "finding",
	[EVENT_BLOCK] = "block",         [EVENT_UNBLOCK] = "unblock",
	[EVENT_FLOOD] = "flood",         [EVENT_LOCKSTEP] = "lockstep",
	[EVENT_MODE] = "mode",           [EVENT_START] = "start",
	[EVENT_STOP] = "stop",
};

struct told {
	enum event_kind kind;
	char time[EVE_TIME_BYTES];
	char message[MESSAGE_BYTES];
};

struct events {
	const char *path;
	struct event_file *file; /* NULL: none */
	int error;               /* of it, as told last */
	uint32_t per_second;
	uint64_t second; /* that these are of: */
	struct {
		uint32_t written;
		uint64_t suppressed;
		uint64_t lost; /* as events_lost() had it last */
	} kind[NUM_EVENT_KINDS];
	uint64_t suppressed;     /* of all kinds, since the start */
	uint64_t wall_offset_ns; /* from our clock to that on the wall */
	struct told last[EVENTS_LAST];
	unsigned int num_told; /* ever */
};

uint64_t events_wall_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

struct events *events_open(const char *path, uint32_t per_second)
{
	struct events *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->path = path;
	e->per_second = per_second;
	if (*path) {
		e->file = event_file_open(path);
		if (!e->file) {
			free(e);
			return NULL;
		}
	}
	return e;
}

/* ---- the file ---- */

static void put_object(struct events *e, const json_t *object)
{
	char buffer[1024], *line;
	size_t len;

	line = eve_line(object, buffer, sizeof(buffer), &len);
	if (line)
		event_file_put(e->file, line, len);
	if (line != buffer)
		free(line);
}

static void tell_suppressed(struct events *e)
{
	for (int kind = 0; kind < NUM_EVENT_KINDS; kind++) {
		json_t *object;

		if (e->kind[kind].suppressed == 0)
			continue;
		e->suppressed += e->kind[kind].suppressed;
		object = eve_new("suppressed", events_wall_ns());
		eve_set_text(object, "kind", event_kind_name[kind]);
		eve_set_number(object, "count", e->kind[kind].suppressed);
		put_object(e, object);
		json_decref(object);
		e->kind[kind].suppressed = 0;
	}
}

/* One line when it begins to fail, fails otherwise, or works again. */
static void tell_error(struct events *e, int error)
{
	if (error == e->error)
		return;
	if (error)
		log_warnx("events %s: cannot be written, they are lost: %s",
			  e->path, strerror(-error));
	else
		log_info("events %s: is written again", e->path);
	e->error = error;
}

void events_turn(struct events *e, uint64_t now_ns)
{
	struct event_file_counters c;

	e->wall_offset_ns = events_wall_ns() - now_ns;
	if (!e->file)
		return;
	if (now_ns / NS_PER_S != e->second) {
		tell_suppressed(e);
		for (int kind = 0; kind < NUM_EVENT_KINDS; kind++)
			e->kind[kind].written = 0;
		e->second = now_ns / NS_PER_S;
	}
	event_file_flush(e->file);
	event_file_counters(e->file, &c);
	tell_error(e, c.error);
}

void events_reopen(struct events *e)
{
	if (e->file)
		event_file_reopen(e->file);
}

void events_close(struct events *e)
{
	if (!e)
		return;
	if (e->file)
		tell_suppressed(e);
	event_file_close(e->file);
	free(e);
}

/* May one more of them be written? If not it counts. */
static bool allows(struct events *e, enum event_kind kind)
{
	if (!e->file)
		return false;
	if (e->kind[kind].written == e->per_second) {
		e->kind[kind].suppressed++;
		return false;
	}
	e->kind[kind].written++;
	return true;
}

/* ---- events ---- */

void events_finding(struct events *e, const struct sighting *s,
		    const char *in_iface)
{
	char line[EVE_LINE_BYTES];

	if (allows(e, EVENT_FINDING))
		event_file_put(e->file, line,
			       eve_finding(line, s, in_iface,
					   s->time_ns + e->wall_offset_ns));
}

void events_handshake(struct events *e, const struct ending *ending)
{
	char line[EVE_LINE_BYTES];

	if (allows(e, EVENT_HANDSHAKE))
		event_file_put(
			e->file, line,
			eve_handshake(line, ending,
				      ending->ended_ns + e->wall_offset_ns));
}

void events_lost(struct events *e, enum event_kind kind, uint64_t lost)
{
	if (e->file)
		e->kind[kind].suppressed += lost - e->kind[kind].lost;
	e->kind[kind].lost = lost;
}

json_t *events_new(enum event_kind kind)
{
	return eve_new(event_kind_name[kind], events_wall_ns());
}

void events_write(struct events *e, enum event_kind kind, json_t *object)
{
	if (allows(e, kind))
		put_object(e, object);
	json_decref(object);
}

/* ---- what is logged as well ---- */

struct fields {
	struct log_field field[LOG_MAX_FIELDS + 1];
	char names[LOG_MAX_FIELDS][32], numbers[LOG_MAX_FIELDS][24];
	int num;
};

static const char *field_name(struct fields *f, const char *key)
{
	char *name = f->names[f->num];
	size_t i;

	for (i = 0; i < sizeof(f->names[0]) - 1 && key[i]; i++)
		name[i] = (char)toupper((unsigned char)key[i]);
	name[i] = '\0';
	return name;
}

static const char *field_value(struct fields *f, const json_t *value)
{
	char *number = f->numbers[f->num];

	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (!json_is_number(value))
		return NULL;
	snprintf(number, sizeof(f->numbers[0]), "%.15g",
		 json_number_value(value));
	return number;
}

/* The journal knows the time, and what the type is called there. */
static void fields_of(struct fields *f, json_t *object)
{
	const char *key;
	json_t *value;

	f->num = 0;
	json_object_foreach(object, key, value)
	{
		const char *text = field_value(f, value);

		if (!text || f->num == LOG_MAX_FIELDS ||
		    strcmp(key, "timestamp") == 0)
			continue;
		f->field[f->num].name = strcmp(key, "event_type") == 0
						? "HANDSHAKED_EVENT"
						: field_name(f, key);
		f->field[f->num].value = text;
		f->num++;
	}
	f->field[f->num] = (struct log_field){NULL, NULL};
}

void events_tell(struct events *e, enum event_kind kind, int priority,
		 json_t *object, const char *format, ...)
{
	struct told *told = &e->last[e->num_told++ % EVENTS_LAST];
	struct fields fields;
	const char *time;
	va_list args;

	told->kind = kind;
	time = json_string_value(json_object_get(object, "timestamp"));
	snprintf(told->time, sizeof(told->time), "%s", time ? time : "");
	va_start(args, format);
	vsnprintf(told->message, sizeof(told->message), format, args);
	va_end(args);
	fields_of(&fields, object);
	log_event(priority, fields.field, told->message);
	events_write(e, kind, object);
}

/* ---- for `status` ---- */

json_t *events_last(const struct events *e)
{
	unsigned int n = e->num_told < EVENTS_LAST ? e->num_told : EVENTS_LAST;
	json_t *array = json_array();

	for (unsigned int i = e->num_told - n; i != e->num_told; i++) {
		const struct told *t = &e->last[i % EVENTS_LAST];
		json_t *o = json_object();

		eve_set_text(o, "timestamp", t->time);
		eve_set_text(o, "event_type", event_kind_name[t->kind]);
		eve_set_text(o, "message", t->message);
		json_array_append_new(array, o);
	}
	return array;
}

json_t *events_status(const struct events *e)
{
	struct event_file_counters c = {.error = 0};
	uint64_t suppressed = e->suppressed;
	json_t *o = json_object();

	if (e->file)
		event_file_counters(e->file, &c);
	for (int kind = 0; kind < NUM_EVENT_KINDS; kind++)
		suppressed += e->kind[kind].suppressed;
	eve_set_text(o, "file", e->path);
	eve_set_number(o, "written", c.written);
	eve_set_number(o, "lost", c.lost);
	eve_set_number(o, "suppressed", suppressed);
	if (c.error)
		eve_set_text(o, "error", strerror(-c.error));
	return o;
}
