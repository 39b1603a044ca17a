/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon does when something happens: packets wait, a second passes,
 * a signal or an operator comes. Here the engine's notices become elements of
 * the sets and lines of the log.
 */
#include "daemon.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <systemd/sd-daemon.h>

#include "log.h"

/* Batches taken before the loop looks at anything else. */
#define BATCHES_PER_TURN 16

/* And when stopping: the queue's default length several times over. */
#define BATCHES_TO_DRAIN 1024

#define TICK_MS     200
#define FINDINGS_MS 1000

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

static void take_notices(struct daemon *d, uint64_t now_ns)
{
	char text[ADDRESS_TEXT_BYTES];
	struct notice n;

	log_limit_begin(&d->lockstep, "lockstep", now_ns);
	while (judge_next_notice(d->judge, &n)) {
		switch (n.kind) {
		case NOTICE_LISTED:
			list_source(d, &n);
			break;
		case NOTICE_UNLISTED:
			unlist_source(d, &n);
			break;
		case NOTICE_FLOOD:
			log_warnx("syn-flood target=%s port=%u half_open=%u",
				  address_format(&n.address, text), n.port,
				  n.half_open);
			break;
		case NOTICE_LOCKSTEP:
			tell_lockstep(d, &n);
			break;
		}
	}
	daemon_flush_blocklist(d);
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

/* ---- what the loop calls ---- */

/*
 * A batch: whom it got listed is in the set before it is answered. The log can
 * wait until after.
 */
static int take_batch(struct daemon *d, uint64_t now_ns)
{
	int n = nfqueue_receive(d->queue, now_ns);

	take_notices(d, now_ns);
	nfqueue_answer(d->queue);
	handshake_log_take(&d->handshakes, d->judge, now_ns);
	return n;
}

static void on_packets(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;
	int n = NFQUEUE_BATCH;

	for (int i = 0; i < BATCHES_PER_TURN && n == NFQUEUE_BATCH; i++) {
		n = take_batch(d, now_ns);
		now_ns = loop_now_ns();
	}
	if (n < 0) {
		log_warnx("queue %u: %s", d->config.queue_num, strerror(-n));
		loop_stop(d->loop, 1);
	}
}

/*
 * Closing the queue drops what waits in it: what is there already gets its
 * verdict first. Bounded, for packets may come as fast as they go.
 */
void daemon_drain(struct daemon *d)
{
	for (int i = 0; i < BATCHES_TO_DRAIN; i++)
		if (take_batch(d, loop_now_ns()) <= 0)
			return;
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

static void on_tick(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;

	judge_tick(d->judge, now_ns);
	take_notices(d, now_ns);
	handshake_log_take(&d->handshakes, d->judge, now_ns);
	restore_tick(d, now_ns);
	persist_tick(d, now_ns);
	control_turn(d->control, now_ns);
	networks_turn(d->networks, now_ns);
}

/* With -v: what was found since the last time, a line for each kind. */
static void log_findings(void *arg, uint64_t now_ns)
{
	struct daemon *d = arg;
	const uint64_t *found = judge_counters(d->judge)->findings;

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
	(void)arg;
	(void)now_ns;
	sd_notify(0, "WATCHDOG=1");
}

static void on_signal(void *arg, int signal)
{
	struct daemon *d = arg;

	if (signal == SIGHUP) {
		networks_refresh(d->networks);
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

	error = loop_on_readable(d->loop, nfqueue_fd(d->queue), on_packets, d);
	if (!error)
		error = loop_on_readable(d->loop, control_fd(d->control),
					 on_control, d);
	if (!error && d->ended)
		error = loop_on_readable(d->loop, conntrack_events_fd(d->ended),
					 on_ended, d);
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
