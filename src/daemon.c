/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon does when something happens: a second passes, a signal or
 * an operator comes, the kernel has something to say. What follows from the
 * engine's notices is in notices.c.
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
		error = lane_start(d->lane[i], notices_of_lane, d);
	return error;
}

static void on_ended(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;

	conntrack_events_read(d->ended);
	notices_take(d, now_ns);
}

static void on_interfaces(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;

	(void)now_ns;
	interfaces_read(d->interfaces);
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
	notices_take(d, now_ns);
	notices_tell(d, now_ns);
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
		events_reopen(d->events);
		json_decref(daemon_reload(d));
		return;
	}
	notices_stopping(d, strsignal(signal));
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
	if (!error && d->interfaces)
		error = loop_on_readable(d->loop, interfaces_fd(d->interfaces),
					 on_interfaces, d);
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
