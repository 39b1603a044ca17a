/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine has to tell becomes elements of the sets, events and lines
 * of the log: notices at once, in the thread of the lane they come from; what
 * was found in packets and how conversations ended a few times a second, while
 * the lanes go on.
 */
#include "daemon.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "eve.h"
#include "log.h"

/*
 * A transaction that the kernel refuses costs it 10 to 20 ms, in which no
 * packet gets its verdict: one a second of them is enough to find out whether
 * a full set has room again.
 */
#define SET_FULL_NS (1 * NS_PER_S)

/* ---- notices ---- */

static json_t *new_unblock(const char *source, bool enforced,
			   const char *reason)
{
	json_t *event = events_new(EVENT_UNBLOCK);

	eve_set_text(event, "src_ip", source);
	eve_set_text(event, "reason", reason);
	json_object_set_new(event, "enforced", json_boolean(enforced));
	return event;
}

static void tell_unlisted(struct daemon *d, const struct prefix *source,
			  const char *reason)
{
	char text[PREFIX_TEXT_BYTES];

	prefix_format(source, text);
	events_tell(d->events, EVENT_UNBLOCK, LOG_INFO,
		    new_unblock(text, true, reason), "unlisted source=%s: %s",
		    text, reason);
	d->lists.changed = true;
}

/* While the table is gone a source stays listed: restore.c puts it back. */
void notices_on_refused(void *arg, const struct prefix *source, int error)
{
	struct daemon *d = arg;

	if (d->lists.sends_listings && error != -ENOENT &&
	    judge_unlist(d->judge, source))
		tell_unlisted(d, source, "the set did not take it");
}

int notices_flush_listings(struct daemon *d)
{
	int error;

	d->lists.sends_listings = true;
	error = daemon_flush_blocklist(d);
	d->lists.sends_listings = false;
	return error;
}

/* An element that the operator wants for longer is left as it is. */
static void add_element(struct daemon *d, const struct notice *n)
{
	const struct prefix *source = &n->offender.source;
	uint64_t now_ns = loop_now_ns();

	if (operator_list_left_ns(d->lists.by_operator, source, now_ns) >=
	    n->timeout_s * NS_PER_S)
		return;
	if (now_ns < d->set_full_until_ns) {
		d->not_tried++;
		if (judge_unlist(d->judge, source))
			tell_unlisted(d, source, "the set did not take it");
		return;
	}
	/* It may flush. */
	d->lists.sends_listings = true;
	restore_add(d, source, n->timeout_s, n->text);
	d->lists.sends_listings = false;
}

static void list_source(struct daemon *d, const struct notice *n)
{
	const struct offender *o = &n->offender;
	char text[PREFIX_TEXT_BYTES];

	/* Unblocked meanwhile, or taken off by another lane. */
	if (n->enforced && !judge_is_listed(d->judge, &o->source))
		return;
	events_tell(d->events, EVENT_BLOCK, LOG_INFO,
		    eve_block(n, events_wall_ns()),
		    "%s source=%s timeout=%us grade=%s offences=%u"
		    " reason=\"%s\"",
		    n->enforced ? "listed" : "would list",
		    prefix_format(&o->source, text), n->timeout_s,
		    grade_name[o->grade], o->offences, n->text);
	d->lists.changed = true;
	if (n->enforced)
		add_element(d, n);
}

static void unlist_source(struct daemon *d, const struct notice *n)
{
	const struct prefix *source = &n->offender.source;

	/* Listed again by another lane, whose notice follows. */
	if (judge_is_listed(d->judge, source))
		return;
	tell_unlisted(d, source, n->text);
	/* A deletion is sent alone: what is pending before it, too. */
	notices_flush_listings(d);
	restore_remove(d, source);
}

static void tell_flood(struct daemon *d, const struct notice *n)
{
	json_t *event = events_new(EVENT_FLOOD);
	char text[ADDRESS_TEXT_BYTES];

	eve_set_text(event, "dest_ip", address_format(&n->address, text));
	eve_set_number(event, "dest_port", n->port);
	eve_set_text(event, "proto", "TCP");
	eve_set_number(event, "half_open", n->half_open);
	events_tell(d->events, EVENT_FLOOD, LOG_WARNING, event,
		    "syn-flood target=%s port=%u half_open=%u", text, n->port,
		    n->half_open);
}

static void tell_lockstep(struct daemon *d, const struct notice *n)
{
	json_t *event = events_new(EVENT_LOCKSTEP);
	char text[ADDRESS_TEXT_BYTES];

	eve_set_text(event, "src_ip", address_format(&n->address, text));
	eve_set_text(event, "reason", n->text);
	if (log_limit_allows(&d->lockstep))
		events_tell(d->events, EVENT_LOCKSTEP, LOG_WARNING, event,
			    "lockstep source=%s: %s; perhaps forged, so not"
			    " listed",
			    text, n->text);
	else
		events_write(d->events, EVENT_LOCKSTEP, event);
}

static void take_notice(struct daemon *d, const struct notice *n)
{
	switch (n->kind) {
	case NOTICE_LISTED:
		list_source(d, n);
		break;
	case NOTICE_UNLISTED:
		unlist_source(d, n);
		break;
	case NOTICE_FLOOD:
		tell_flood(d, n);
		break;
	case NOTICE_LOCKSTEP:
		tell_lockstep(d, n);
		break;
	}
}

static void begin(struct daemon *d, uint64_t now_ns)
{
	log_limit_begin(&d->lockstep, "lockstep", now_ns);
	events_turn(d->events, now_ns);
}

void notices_take(struct daemon *d, uint64_t now_ns)
{
	struct notice n;

	begin(d, now_ns);
	while (judge_next_notice(d->judge, &n))
		take_notice(d, &n);
	notices_flush_listings(d);
}

static bool next_notice(struct lane *lane, struct notice *n)
{
	bool there = judge_next_notice(lane_enter(lane), n);

	lane_leave(lane);
	return there;
}

/* In the lane's thread: its packets wait for this. */
void notices_of_lane(void *arg, struct lane *lane)
{
	struct daemon *d = arg;
	struct notice n;

	pthread_mutex_lock(&d->lock);
	begin(d, loop_now_ns());
	while (next_notice(lane, &n))
		take_notice(d, &n);
	notices_flush_listings(d);
	pthread_mutex_unlock(&d->lock);
}

/* ---- the sets ---- */

static void log_blocklist_error(int error)
{
	switch (error) {
	case 0:
		log_info("blocklist: elements are taken again");
		break;
	case -ENFILE:
		log_warnx("blocklist: a set of table inet " BLOCKLIST_TABLE
			  " is full: sources are not listed; raise its size in"
			  " handshaked.nft");
		break;
	default:
		log_warnx("blocklist: elements are not taken: %s",
			  strerror(-error));
		break;
	}
}

/* One line when it begins to fail, fails otherwise, or works again. */
int daemon_flush_blocklist(struct daemon *d)
{
	uint64_t sent = blocklist_counters(d->blocklist)->transactions;
	int error = blocklist_flush(d->blocklist);

	if (!error && sent == blocklist_counters(d->blocklist)->transactions)
		return 0;
	if (error == -ENOENT) { /* which tells, if it is true */
		restore_look(d);
		return error;
	}
	if (error != d->blocklist_error)
		log_blocklist_error(error);
	d->blocklist_error = error;
	if (error == -ENFILE)
		d->set_full_until_ns = loop_now_ns() + SET_FULL_NS;
	return error;
}

/* ---- packets and conversations ---- */

static bool next_ending(struct lane *lane, struct ending *e)
{
	bool there = judge_next_ending(lane_enter(lane), e);

	lane_leave(lane);
	return there;
}

static bool next_sighting(struct lane *lane, struct sighting *s)
{
	bool there;

	lane_enter(lane);
	there = sighting_next(lane_sightings(lane), s);
	lane_leave(lane);
	return there;
}

static void tell_finding(struct daemon *d, const struct sighting *s)
{
	char name[IF_NAMESIZE], *in_iface = NULL;

	if (d->interfaces)
		in_iface = interfaces_name(d->interfaces, s->in_ifindex, name);
	events_finding(d->events, s, in_iface);
}

static void tell_ending(struct daemon *d, const struct ending *e)
{
	handshake_log_add(&d->handshakes, e);
	events_handshake(d->events, e);
}

/* What keeps coming of a lane does not keep us from the next one. */
void notices_tell(struct daemon *d, uint64_t now_ns)
{
	uint64_t endings_lost = queues_judged(d).endings_lost, lost = 0;
	struct sighting s;
	struct ending e;

	handshake_log_begin(&d->handshakes, now_ns);
	for (unsigned int i = 0; i < d->num_lanes; i++) {
		struct lane *lane = d->lane[i];

		for (int n = 0; n < SIGHTINGS && next_sighting(lane, &s); n++)
			tell_finding(d, &s);
		while (next_ending(lane, &e))
			tell_ending(d, &e);
		lane_enter(lane);
		lost += lane_sightings(lane)->lost;
		lane_leave(lane);
	}
	handshake_log_lost(&d->handshakes, endings_lost);
	events_lost(d->events, EVENT_HANDSHAKE, endings_lost);
	events_lost(d->events, EVENT_FINDING, lost);
}

/* ---- what is done to us ---- */

void notices_blocked(struct daemon *d, const struct operator_block *b,
		     uint32_t seconds)
{
	const char *reason = *b->reason ? b->reason : REASON_OPERATOR;
	json_t *event = events_new(EVENT_BLOCK);
	char text[PREFIX_TEXT_BYTES], timeout[24] = "none";

	if (seconds)
		snprintf(timeout, sizeof(timeout), "%us", seconds);
	eve_set_text(event, "src_ip", prefix_format(&b->source, text));
	eve_set_text(event, "reason", reason);
	eve_set_number(event, "timeout_s", seconds);
	json_object_set_new(event, "enforced", json_true());
	eve_set_text(event, "by", "operator");
	eve_set_number(event, "uid", b->uid);
	events_tell(d->events, EVENT_BLOCK, LOG_INFO, event,
		    "listed source=%s timeout=%s uid=%u reason=\"%s\"", text,
		    timeout, b->uid, reason);
}

void notices_unblocked(struct daemon *d, const struct prefix *source,
		       const char *by, bool logged)
{
	char text[PREFIX_TEXT_BYTES];
	json_t *event = new_unblock(prefix_format(source, text), true, by);

	if (logged)
		events_tell(d->events, EVENT_UNBLOCK, LOG_INFO, event,
			    "unlisted source=%s %s", text, by);
	else
		events_write(d->events, EVENT_UNBLOCK, event);
}

void notices_mode(struct daemon *d, const char *mode)
{
	json_t *event = events_new(EVENT_MODE);

	eve_set_text(event, "mode", mode);
	events_tell(d->events, EVENT_MODE, LOG_INFO, event,
		    "mode=%s by operator", mode);
}

void notices_stopping(struct daemon *d, const char *why)
{
	json_t *event = events_new(EVENT_STOP);

	eve_set_text(event, "reason", why);
	events_tell(d->events, EVENT_STOP, LOG_INFO, event, "stopping: %s",
		    why);
}
