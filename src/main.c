/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handshaked: options, then the stages in which the daemon is put together.
 * Whatever fails here ends in one line and exit 1 (2 for wrong usage), before
 * a single packet depends on us.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "conntrack.h"
#include "daemon.h"
#include "eve.h"
#include "log.h"
#include "options.h"
#include "sandbox.h"

struct options {
	const char *config_file;
	bool check_only;
	bool verbose;
};

static int print_help(void)
{
	fputs("usage: handshaked [-c FILE] [-n] [-v]\n\n"
	      "Guards against abuse of the TCP handshake: judges the packets"
	      " that the rules of\ntable inet handshaked send to it. Stays in"
	      " the foreground; see handshaked(8).\n\n"
	      "options:\n"
	      "  -c, --config FILE  read FILE instead of " CONFIG_DEFAULT_FILE
	      "\n"
	      "  -n, --check        check the configuration, print it resolved,"
	      " exit\n"
	      "  -v, --verbose      log more\n"
	      "  -h, --help         print this text\n"
	      "      --version      print the version\n\n"
	      "example:\n"
	      "  handshaked -n -c ./handshaked.conf\n\n"
	      "exit status: 0 stopped by a signal, or the configuration is"
	      " good; 1 failed;\n2 wrong usage\n",
	      stdout);
	return 0;
}

/* Returns -1 to go on, else the exit status. */
static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"check", no_argument, NULL, 'n'},
		{"verbose", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	int c;

	*o = (struct options){.config_file = CONFIG_DEFAULT_FILE};
	while ((c = options_next(argc, argv, "handshaked", ":c:nvh",
				 options)) != -1) {
		switch (c) {
		case 'c':
			o->config_file = optarg;
			break;
		case 'n':
			o->check_only = true;
			break;
		case 'v':
			o->verbose = true;
			break;
		case 'h':
			return print_help();
		case 'V':
			puts("handshaked " HANDSHAKED_VERSION);
			return 0;
		default: /* options_next() has said what is wrong */
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "handshaked: unexpected argument \"%s\"\n",
			argv[optind]);
		return 2;
	}
	return -1;
}

static int read_config(struct daemon *d, const struct options *o)
{
	char errors[CONFIG_ERRORS_BYTES], *rest = errors, *line;

	d->config_file = o->config_file;
	config_default(&d->config);
	if (config_read(&d->config, o->config_file, errors, sizeof(errors)) ==
	    0)
		return 0;
	while ((line = strsep(&rest, "\n")))
		log_warnx("%s", line);
	return -1;
}

static int open_judge(struct daemon *d)
{
	struct judge_config config = d->config.judge;
	uint8_t key[16];

	if (getrandom(key, sizeof(key), 0) != sizeof(key)) {
		log_warn("no random key for the tables");
		return -1;
	}
	/* One for each lane, and ours, which sees no packets. */
	config.judges = d->config.queue_count + 1;
	config.flows = 1;
	d->judge = judge_new(&config, key);
	if (!d->judge) {
		log_warnx("no memory for tables of %u flows and %u sources",
			  d->config.judge.flows, d->config.judge.sources);
		return -1;
	}
	judge_tick(d->judge, loop_now_ns());
	return 0;
}

static int open_networks(struct daemon *d)
{
	d->networks = networks_open(&d->config, d->judge);
	if (d->networks)
		return 0;
	log_warn("own networks cannot be asked for");
	return -1;
}

static int open_blocklist(struct daemon *d)
{
	d->blocklist = blocklist_open();
	if (d->blocklist) {
		blocklist_on_refused(d->blocklist, notices_on_refused, d);
		return 0;
	}
	if (errno == ENOENT)
		log_warnx("table inet " BLOCKLIST_TABLE
			  " with its sets " BLOCKLIST_SET4 ", " BLOCKLIST_SET6
			  ", " BLOCKLIST_NETS4 " and " BLOCKLIST_NETS6
			  " is not there: load handshaked.nft (systemctl"
			  " restart handshaked-rules)");
	else
		log_warn("table inet " BLOCKLIST_TABLE);
	return -1;
}

/* Without their names events do without. */
static int open_events(struct daemon *d)
{
	d->events = events_open(d->config.events, d->config.events_per_second);
	if (!d->events) {
		log_warn("events %s", d->config.events);
		return -1;
	}
	d->interfaces = interfaces_open();
	if (!d->interfaces)
		log_warn("names of interfaces are not known");
	return 0;
}

static int open_control(struct daemon *d)
{
	d->control = control_open(d->config.control, daemon_request, d);
	if (d->control)
		return 0;
	if (errno == EADDRINUSE)
		log_warnx("control socket %s: another daemon answers there",
			  d->config.control);
	else
		log_warn("control socket %s", d->config.control);
	return -1;
}

static void learn_service(void *arg, const struct address *address,
			  uint16_t port)
{
	judge_learn_service(arg, address, port);
}

/* Connections older than us are settled: none of them is to notice. */
static int settle_established(struct daemon *d)
{
	int error = conntrack_settle_established(learn_service, d->judge,
						 &d->connections);

	if (error)
		log_warnx("established connections cannot be read, they will"
			  " be picked up as they speak: %s",
			  strerror(-error));
	return 0;
}

static void note_ended(void *arg, const struct settled_end *e)
{
	judge_settled_ended(arg, e, loop_now_ns());
}

/* They tell what became of connections; the verdicts do without. */
static int open_ended(struct daemon *d)
{
	d->ended = conntrack_events_open(note_ended, d->judge);
	if (!d->ended)
		log_warn("outcomes of settled connections are not told");
	return 0;
}

static int open_loop(struct daemon *d)
{
	int error;

	d->loop = loop_new();
	error = d->loop ? daemon_attach(d) : -errno;
	if (error)
		log_warnx("event loop: %s", strerror(-error));
	return error;
}

static int enter_sandbox(void)
{
	int error = sandbox_enter();

	if (error)
		log_warnx("privileges cannot be dropped: %s", strerror(-error));
	return error;
}

/* A kernel that cannot restrict us is no reason to leave it unguarded. */
static int seal(void)
{
	int error = sandbox_seal();

	if (error)
		log_warnx("system calls are not restricted: %s",
			  strerror(-error));
	return 0;
}

/*
 * In this order: established connections are marked before the first packet
 * is ours to judge, and until the queue is bound nothing passes through us.
 */
static int start(struct daemon *d)
{
	d->started_ns = loop_now_ns();
	if (!sandbox_may_administer()) {
		log_warnx("CAP_NET_ADMIN is missing: run as root, or by the"
			  " systemd unit");
		return -1;
	}
	if (enter_sandbox() || open_judge(d) || open_networks(d) ||
	    open_blocklist(d) || open_control(d) || open_events(d) ||
	    persist_open(d) || restore_open(d) || open_ended(d) ||
	    settle_established(d) || queues_open(d) || open_loop(d) || seal() ||
	    queues_start(d))
		return -1;
	return 0;
}

/* Only a daemon that was ready has something to write down. */
static void stop(struct daemon *d, bool was_ready, bool has_heir)
{
	queues_stop(d, has_heir);
	if (was_ready) {
		notices_tell(d, loop_now_ns());
		persist_last(d);
	}
	loop_free(d->loop);
	queues_close(d);
	control_close(d->control);
	conntrack_events_close(d->ended);
	restore_close(d);
	persist_close(d);
	blocklist_close(d->blocklist);
	networks_close(d->networks);
	interfaces_close(d->interfaces);
	events_close(d->events);
	judge_free(d->judge);
}

static void tell_ready(struct daemon *d)
{
	const char *mode =
		d->config.judge.mode == MODE_ENFORCE ? "enforce" : "observe";
	json_t *event = events_new(EVENT_START);
	char queues[32];

	snprintf(queues, sizeof(queues),
		 d->num_lanes > 1 ? "queues %u-%u" : "queue %u",
		 d->config.queue_num, d->config.queue_num + d->num_lanes - 1);
	eve_set_text(event, "version", HANDSHAKED_VERSION);
	eve_set_text(event, "mode", mode);
	eve_set_number(event, "queue_num", d->config.queue_num);
	eve_set_number(event, "queue_count", d->num_lanes);
	events_tell(d->events, EVENT_START, LOG_INFO, event,
		    "ready: %s, mode %s; %u of %u TCP connections settled",
		    queues, mode, d->connections.settled, d->connections.seen);
}

static int check(struct daemon *d, const struct options *o)
{
	if (read_config(d, o) < 0)
		return 1;
	config_print(&d->config, stdout);
	return 0;
}

int main(int argc, char **argv)
{
	struct daemon d = {.lock = PTHREAD_MUTEX_INITIALIZER};
	struct options o;
	int status = parse_options(argc, argv, &o);
	bool ready;

	if (status >= 0)
		return status;
	log_open("handshaked", o.verbose);
	if (o.check_only)
		return check(&d, &o);
	queue_store_open(&d.store);
	status = 1;
	ready = read_config(&d, &o) == 0 && start(&d) == 0;
	if (ready) {
		queues_keep(&d);
		pthread_mutex_lock(&d.lock); /* the lanes run already */
		tell_ready(&d);
		queue_check(&d, true);
		pthread_mutex_unlock(&d.lock);
		persist_tell(&d);
		sd_notify(0, "READY=1");
		status = loop_run(d.loop);
		sd_notify(0, "STOPPING=1");
	}
	queue_store_close(&d.store, false);
	stop(&d, ready, status == 0 && queue_store_has_heir());
	return status == 0 ? 0 : 1;
}
