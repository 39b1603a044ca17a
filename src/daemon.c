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
	const bool changes = mode != judge_mode(d->judge);

	if (changes)
		d->mode_since_ns = loop_now_ns();
	judge_set_mode(d->judge, mode);
	/* In observe mode the engine's sources are not put into the sets. */
	if (changes && mode == MODE_ENFORCE && d->blocklist &&
	    !d->lists.gone_ns)
		restore_missing(d);
}

/* ---- what the loop calls ---- */

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

static void on_tick(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;

	judge_tick(d->judge, now_ns);
	notices_take(d, now_ns);
	notices_tell(d, now_ns);
	queues_look_after(d);
	queues_count_unjudged(d);
	restore_tick(d, now_ns);
	queue_check_turn(d);
	persist_tick(d, now_ns);
	control_turn(d->control, now_ns);
	networks_turn(d->networks, now_ns);
}

/* With -v: what was found since the last time, a line for each kind. */
static void log_findings(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;
	const struct judge_counters judged = queues_judged(d);
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

	(void)now_ns;
	if (queues_live(d))
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
