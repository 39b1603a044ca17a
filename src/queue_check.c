/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports queue numbers of the rules that the daemon does not serve, and queues
 * of the daemon that no rule sends to: in the log here, and in d->match for
 * "status" and "reload". The rules are read at start, at a reload and after
 * they changed, never for a packet.
 */
#include "daemon.h"

#include <string.h>

#include "log.h"

static void log_match(const struct queue_match *m)
{
	if (m->unserved)
		log_warnx("%s", m->unserved_text);
	if (m->unfed)
		log_warnx("%s", m->unfed_text);
}

static bool is_good(const struct queue_match *m)
{
	return m->unserved == 0 && m->unfed == 0;
}

/* While the table is missing that is reported, and nothing else. */
static struct queue_match look(struct daemon *d)
{
	struct rule_queues rules;
	struct queue_match m = {.is_known = false};
	int error;

	if (d->lists.gone_ns)
		return m;
	error = rule_queues_read(&rules);
	if (!error)
		queue_match(&m, &rules, d->config.queue_num, d->num_lanes);
	else if (error != d->match_error)
		log_warnx("which queues the rules send packets to is not"
			  " known: %s",
			  strerror(-error));
	d->match_error = error;
	return m;
}

void queue_check(struct daemon *d, bool log_again)
{
	const struct queue_match before = d->match;
	struct queue_match *m = &d->match;

	d->rules_changed = false;
	*m = look(d);
	if (log_again || strcmp(m->unserved_text, before.unserved_text) != 0 ||
	    strcmp(m->unfed_text, before.unfed_text) != 0)
		log_match(m);
	if (m->is_known && is_good(m) && !is_good(&before))
		log_info("the rules send packets to the queues that the daemon"
			 " serves");
}

void queue_check_turn(struct daemon *d)
{
	if (d->rules_changed)
		queue_check(d, false);
}
