/* SPDX-License-Identifier: GPL-2.0-or-later */
/* systemd's file descriptor store, by sd_notify(3) and sd_listen_fds(3). */
#include "queue_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>

#include "nfqueue.h"

#define NAME_PREFIX "queue-"

#define SYSTEMD "org.freedesktop.systemd1"

/* ---- what was handed down ---- */

/* "queue-7": 7. -1 when it is none of ours. */
static int parse_name(const char *name)
{
	const char *digits = name + strlen(NAME_PREFIX);
	unsigned long num;
	char *end;

	if (strncmp(name, NAME_PREFIX, strlen(NAME_PREFIX)) != 0 ||
	    *digits < '0' || *digits > '9')
		return -1;
	num = strtoul(digits, &end, 10);
	return *end || num > UINT16_MAX ? -1 : (int)num;
}

static void note(struct queue_store *s, int fd, const char *name)
{
	int num = parse_name(name);

	if (num < 0 || s->count == QUEUE_STORE_MAX) {
		close(fd);
		return;
	}
	s->queue[s->count].fd = fd;
	s->queue[s->count].num = (uint16_t)num;
	s->count++;
}

void queue_store_open(struct queue_store *s)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(1, &names);

	*s = (struct queue_store){.count = 0};
	for (int i = 0; i < count; i++) {
		note(s, SD_LISTEN_FDS_START + i, names[i]);
		free(names[i]);
	}
	free(names);
}

int queue_store_take(struct queue_store *s, uint16_t num)
{
	for (unsigned int i = 0; i < s->count; i++) {
		if (s->queue[i].num != num || s->queue[i].taken)
			continue;
		s->queue[i].taken = true;
		return fcntl(s->queue[i].fd, F_DUPFD_CLOEXEC, 3);
	}
	return -1;
}

void queue_store_close(struct queue_store *s, bool well)
{
	for (unsigned int i = 0; i < s->count; i++) {
		if (well && s->queue[i].taken) {
			close(s->queue[i].fd);
			continue;
		}
		queue_store_drop(s->queue[i].num);
		nfqueue_let_go(s->queue[i].fd, s->queue[i].num);
	}
	s->count = 0;
}

/* ---- what is to be kept ---- */

static bool was_taken(const struct queue_store *s, uint16_t num)
{
	for (unsigned int i = 0; i < s->count; i++)
		if (s->queue[i].num == num && s->queue[i].taken)
			return true;
	return false;
}

/* Never polled: systemd would drop it for an error on it. */
void queue_store_keep(const struct queue_store *s, uint16_t num, int fd)
{
	char state[64];

	if (was_taken(s, num))
		return;
	snprintf(state, sizeof(state),
		 "FDSTORE=1\nFDPOLL=0\nFDNAME=" NAME_PREFIX "%u", num);
	sd_pid_notify_with_fds(0, 0, state, &fd, 1);
}

void queue_store_drop(uint16_t num)
{
	sd_notifyf(0, "FDSTOREREMOVE=1\nFDNAME=" NAME_PREFIX "%u", num);
}

/* ---- whether somebody comes ---- */

/* Our unit's path on the bus, as an answer; NULL when we are in none. */
static sd_bus_message *ask_for_unit(sd_bus *bus, const char **path)
{
	sd_bus_message *reply = NULL;

	/* Process 0: whoever asks. */
	if (sd_bus_call_method(bus, SYSTEMD, "/org/freedesktop/systemd1",
			       SYSTEMD ".Manager", "GetUnitByPID", NULL, &reply,
			       "u", 0) >= 0 &&
	    sd_bus_message_read(reply, "o", path) > 0)
		return reply;
	sd_bus_message_unref(reply);
	return NULL;
}

/* The type of the job that systemd has for it; NULL when there is none. */
static char *ask_for_job(sd_bus *bus, const char *unit)
{
	sd_bus_message *reply = NULL;
	const char *job = NULL;
	char *type = NULL;
	uint32_t id = 0;

	if (sd_bus_get_property(bus, SYSTEMD, unit, SYSTEMD ".Unit", "Job",
				NULL, &reply, "(uo)") >= 0 &&
	    sd_bus_message_read(reply, "(uo)", &id, &job) > 0 && id)
		sd_bus_get_property_string(bus, SYSTEMD, job, SYSTEMD ".Job",
					   "JobType", NULL, &type);
	sd_bus_message_unref(reply);
	return type;
}

static bool restarts(sd_bus *bus)
{
	sd_bus_message *answer;
	const char *unit = NULL;
	char *job = NULL;
	bool restart;

	sd_bus_set_method_call_timeout(bus, QUEUE_STORE_WAIT_MS * 1000);
	answer = ask_for_unit(bus, &unit);
	if (answer)
		job = ask_for_job(bus, unit);
	restart = job && (strcmp(job, "restart") == 0 ||
			  strcmp(job, "try-restart") == 0);
	free(job);
	sd_bus_message_unref(answer);
	return restart;
}

bool queue_store_has_heir(void)
{
	sd_bus *bus = NULL;
	bool heir = false;

	if (getenv("NOTIFY_SOCKET") && sd_bus_open_system(&bus) >= 0)
		heir = restarts(bus);
	sd_bus_flush_close_unref(bus);
	return heir;
}
