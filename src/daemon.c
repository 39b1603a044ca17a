/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon does when something happens: a lane has somebody to list, a
 * second passes, a signal or an operator comes. Here the engine's notices
 * become elements of the sets and lines of the log.
 */
#include "daemon.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <systemd/sd-daemon.h>

#include "log.h"

#define TICK_MS     200
#define FINDINGS_MS 1000

/*
 * The ends of connections are read this often, not as they come: to be woken
 * for each would slow down the connections themselves.
 */
#define ENDED_MS 50

/*
 * A transaction that the kernel refuses costs it 10 to 20 ms, in which no
 * packet gets its verdict: one a second of them is enough to find out whether
 * a full set has room again.
 */
#define SET_FULL_NS (1 * NS_PER_S)

/* ---- notices ---- */

static void list_source(struct daemon *d, const struct notice *n)
{
	const struct offender *o = &n->offender;
	char text[PREFIX_TEXT_BYTES];

	log_info("%s source=%s timeout=%us grade=%s offences=%u reason=\"%s\"",
		 n->enforced ? "listed" : "would list",
		 prefix_format(&o->source, text), n->timeout_s,
		 grade_name[o->grade], o->offences, n->text);
	d->lists.changed = true;
	if (!n->enforced)
		return;
	if (loop_now_ns() < d->set_full_until_ns)
		d->not_tried++;
	else
		blocklist_add(d->blocklist, &o->source, n->timeout_s, n->text);
}

/* The list is full, and somebody worse has come. */
static void unlist_source(struct daemon *d, const struct notice *n)
{
	char text[PREFIX_TEXT_BYTES];

	log_info("%s source=%s: the list is full, it gave way",
		 n->enforced ? "unlisted" : "would unlist",
		 prefix_format(&n->offender.source, text));
	if (n->enforced)
		blocklist_del(d->blocklist, &n->offender.source);
	d->lists.changed = true;
}

static void tell_lockstep(struct daemon *d, const struct notice *n)
{
	char text[ADDRESS_TEXT_BYTES];

	if (log_limit_allows(&d->lockstep))
		log_warnx("lockstep source=%s: %s; perhaps forged, so not"
			  " listed",
			  address_format(&n->address, text), n->text);
}

static void take_notice(struct daemon *d, const struct notice *n)
{
	char text[ADDRESS_TEXT_BYTES];

	switch (n->kind) {
	case NOTICE_LISTED:
		list_source(d, n);
		break;
	case NOTICE_UNLISTED:
		unlist_source(d, n);
		break;
	case NOTICE_FLOOD:
		log_warnx("syn-flood target=%s port=%u half_open=%u",
			  address_format(&n->address, text), n->port,
			  n->half_open);
		break;
	case NOTICE_LOCKSTEP:
		tell_lockstep(d, n);
		break;
	}
}

static void take_notices(struct daemon *d, uint64_t now_ns)
{
	struct notice n;

	log_limit_begin(&d->lockstep, "lockstep", now_ns);
	while (judge_next_notice(d->judge, &n))
		take_notice(d, &n);
	daemon_flush_blocklist(d);
}

static bool next_notice(struct lane *lane, struct notice *n)
{
	bool there = judge_next_notice(lane_enter(lane), n);

	lane_leave(lane);
	return there;
}

/* In the lane's thread: its packets wait for this. */
static void on_lane_notices(void *arg, struct lane *lane)
{
	struct daemon *d = arg;
	struct notice n;

	pthread_mutex_lock(&d->lock);
	log_limit_begin(&d->lockstep, "lockstep", loop_now_ns());
	while (next_notice(lane, &n))
		take_notice(d, &n);
	daemon_flush_blocklist(d);
	pthread_mutex_unlock(&d->lock);
}

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

	if (sent == blocklist_counters(d->blocklist)->transactions)
		return error;
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

void daemon_set_mode(struct daemon *d, enum judge_mode mode)
{
	if (mode != judge_mode(d->judge))
		d->mode_since_ns = loop_now_ns();
	judge_set_mode(d->judge, mode);
}

/* ---- what all lanes did ---- */

/* Both structs hold nothing but numbers of this size. */
static void add_up(void *to, const void *from, size_t bytes)
{
	uint64_t *sum = to;
	const uint64_t *more = from;

	for (size_t i = 0; i < bytes / sizeof(*sum); i++)
		sum[i] += more[i];
}

struct judge_counters daemon_judged(struct daemon *d)
{
	struct judge_counters sum = *judge_counters(d->judge);

	for (unsigned int i = 0; i < d->num_lanes; i++) {
		add_up(&sum, judge_counters(lane_enter(d->lane[i])),
		       sizeof(sum));
		lane_leave(d->lane[i]);
	}
	return sum;
}

struct queue_totals daemon_queued(struct daemon *d)
{
	struct queue_totals sum = {.flows = 0};

	for (unsigned int i = 0; i < d->num_lanes; i++) {
		struct lane *lane = d->lane[i];

		sum.flows += judge_num_flows(lane_enter(lane));
		sum.has_conntrack |= lane_has_conntrack(lane);
		add_up(&sum.counters, lane_counters(lane),
		       sizeof(sum.counters));
		lane_leave(lane);
	}
	return sum;
}

/* ---- what the loop calls ---- */

static bool next_ending(struct lane *lane, struct ending *e)
{
	bool there = judge_next_ending(lane_enter(lane), e);

	lane_leave(lane);
	return there;
}

/* Lines are written here, while the lanes go on; what overflows is counted. */
static void log_handshakes(struct daemon *d, uint64_t now_ns)
{
	struct ending e;

	handshake_log_begin(&d->handshakes, now_ns);
	for (unsigned int i = 0; i < d->num_lanes; i++)
		while (next_ending(d->lane[i], &e))
			handshake_log_add(&d->handshakes, &e);
	handshake_log_lost(&d->handshakes, daemon_judged(d).endings_lost);
}

/* A lane whose queue is gone is over. */
static void look_after_lanes(struct daemon *d)
{
	for (unsigned int i = 0; i < d->num_lanes; i++) {
		int error = lane_error(d->lane[i]);

		if (!error)
			continue;
		log_warnx("queue %u: %s", d->config.queue_num + i,
			  strerror(-error));
		loop_stop(d->loop, 1);
	}
}

int daemon_start_lanes(struct daemon *d)
{
	int error = 0;

	for (unsigned int i = 0; i < d->num_lanes && !error; i++)
		error = lane_start(d->lane[i], on_lane_notices, d);
	return error;
}

static void on_ended(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;

	conntrack_events_read(d->ended);
	take_notices(d, now_ns);
}

static void on_control(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;

	control_turn(d->control, now_ns);
}

static void count_unjudged(struct daemon *d)
{
	const struct nfqueue_counters c = daemon_queued(d).counters;

	unjudged_turn(&d->unjudged, c.received + c.malformed);
}

static void on_tick(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;

	judge_tick(d->judge, now_ns);
	take_notices(d, now_ns);
	log_handshakes(d, now_ns);
	look_after_lanes(d);
	count_unjudged(d);
	restore_tick(d, now_ns);
	persist_tick(d, now_ns);
	control_turn(d->control, now_ns);
	networks_turn(d->networks, now_ns);
}

/* With -v: what was found since the last time, a line for each kind. */
static void log_findings(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;
	const struct judge_counters judged = daemon_judged(d);
	const uint64_t *found = judged.findings;

	(void)now_ns;
	for (int f = FINDING_NONE + 1; f < NUM_FINDINGS; f++) {
		if (found[f] != d->findings_told[f])
			log_debug("finding=%s segments=%llu", finding_name[f],
				  (unsigned long long)(found[f] -
						       d->findings_told[f]));
		d->findings_told[f] = found[f];
	}
}

static void on_watchdog(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;
	bool live = true;

	(void)now_ns;
	for (unsigned int i = 0; i < d->num_lanes; i++)
		live &= lane_lives(d->lane[i]);
	if (live)
		sd_notify(0, "WATCHDOG=1");
}

static void on_signal(void *arg, int signal)
{
	struct daemon *d = arg;

	if (signal == SIGHUP) {
		json_decref(daemon_reload(d));
		return;
	}
	log_info("stopping: %s", strsignal(signal));
	loop_stop(d->loop, 0);
}

static int attach_watchdog(struct daemon *d)
{
	uint64_t timeout_us;

	if (sd_watchdog_enabled(0, &timeout_us) <= 0)
		return 0;
	return loop_every(d->loop, (uint32_t)(timeout_us / 1000 / 3),
			  on_watchdog, d);
}

int daemon_attach(struct daemon *d)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, 0};
	int error;

	loop_guard(d->loop, &d->lock);
	error = loop_on_readable(d->loop, control_fd(d->control), on_control,
				 d);
	if (!error && d->ended)
		error = loop_every(d->loop, ENDED_MS, on_ended, d);
	if (!error && d->lists.events)
		error = loop_on_readable(d->loop,
					 nft_events_fd(d->lists.events),
					 restore_on_events, d);
	if (!error)
		error = loop_every(d->loop, TICK_MS, on_tick, d);
	if (!error)
		error = networks_attach(d->networks, d->loop);
	if (!error)
		error = loop_every(d->loop, FINDINGS_MS, log_findings, d);
	if (!error)
		error = attach_watchdog(d);
	if (!error)
		error = loop_on_signals(d->loop, signals, on_signal, d);
	return error;
}
