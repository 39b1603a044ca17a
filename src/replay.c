/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives a replay: packets of a file into the judge, what the judge has to
 * tell to the writer, sums of both. Memory does not grow with the file.
 */
#include "replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "options.h"
#include "report.h"

/* A capture is the same whenever it is replayed: so is the hashes' key. */
static const uint8_t replay_key[16] = "handshake replay";

/* The judge hears of time this often; its queues need no more. */
#define TICK_NS (100 * NS_PER_MS)

/* A progress line is due after so many packets. */
#define PACKETS_PER_PROGRESS 100000

/* Once the capture is over, what waits has not been answered. */
#define AFTERMATH_NS (200 * NS_PER_S)

/* What is written goes out in pieces of this size, unless someone watches. */
#define OUTPUT_BYTES (64 * 1024)

struct replay {
	const char *path;
	const struct replay_options *options;
	const struct replay_writer *writer;
	struct capture *capture;
	struct judge *judge;
	struct replay_totals totals;
	uint64_t packet_findings;
	uint64_t next_tick_ns;
};

/* ---- what the judge has to tell ---- */

static void take_endings(struct replay *r)
{
	struct ending e;

	while (judge_next_ending(r->judge, &e)) {
		r->totals.flows++;
		r->totals.conn_states[e.conn_state]++;
		if (r->writer->ending)
			r->writer->ending(&e);
	}
}

static void take_notices(struct replay *r, uint64_t now_ns)
{
	struct notice n;

	while (judge_next_notice(r->judge, &n)) {
		if (n.kind == NOTICE_LISTED) {
			r->totals.blocks++;
			if (r->writer->listed)
				r->writer->listed(&n, now_ns);
		} else if (n.kind == NOTICE_UNLISTED) {
			r->totals.unblocks++;
			if (r->writer->unlisted)
				r->writer->unlisted(&n, now_ns);
		}
	}
}

static void take_all(struct replay *r, uint64_t now_ns)
{
	if (!judge_has_news(r->judge)) /* as after nearly every packet */
		return;
	take_notices(r, now_ns);
	take_endings(r);
}

/* ---- one packet ---- */

static struct decision judge_bytes(struct replay *r,
				   const struct capture_packet *p,
				   struct segment *seg)
{
	enum segment_error error = segment_parse(p->ip, p->len, seg);

	if (!error && r->options->verify_checksums &&
	    !segment_checksum_ok(p->ip, p->len, seg))
		error = SEG_BAD_CHECKSUM;
	if (!error) {
		r->totals.tcp++;
		return judge_segment(r->judge, seg, p->time_ns);
	}
	if (error != SEG_NOT_IP && error != SEG_NOT_TCP)
		r->totals.refused++;
	return judge_refused(r->judge, error, false);
}

static void take_finding(struct replay *r, const struct segment *seg,
			 const struct decision *d, uint64_t time_ns)
{
	struct sighting s;

	r->packet_findings++;
	if (!r->writer->finding)
		return;
	sighting_of(&s, seg, d, time_ns);
	r->writer->finding(&s);
}

static void take_packet(struct replay *r, const struct capture_packet *p)
{
	struct decision d;
	struct segment seg;

	r->totals.packets++;
	if (!p->is_ip)
		return;
	if (p->time_ns >= r->next_tick_ns) {
		judge_tick(r->judge, p->time_ns);
		r->next_tick_ns = p->time_ns + TICK_NS;
		take_all(r, p->time_ns);
	}
	d = judge_bytes(r, p, &seg);
	if (d.finding != FINDING_NONE)
		take_finding(r, &seg, &d, p->time_ns);
	take_all(r, p->time_ns);
}

/* ---- one file ---- */

/* Of the file's name and contents others decide. */
static void complain(const char *what)
{
	char text[512];

	fprintf(stderr, "handshakectl: %s\n",
		report_clean(text, sizeof(text), what));
}

static void show_progress(const struct replay *r)
{
	uint64_t total = capture_bytes_total(r->capture);
	char name[256];

	fprintf(stderr, "\r%s: %" PRIu64 " packets",
		report_clean(name, sizeof(name), r->path), r->totals.packets);
	if (total)
		fprintf(stderr, ", %" PRIu64 " %%",
			capture_bytes_read(r->capture) * 100 / total);
}

/* Also keeps the clock's span: it may step back, the span does not. */
static int read_packets(struct replay *r)
{
	struct replay_totals *t = &r->totals;
	struct capture_packet p;
	int more;

	while ((more = capture_next(r->capture, &p)) > 0) {
		if (t->packets == 0)
			t->first_ns = t->last_ns = p.time_ns;
		if (p.time_ns > t->last_ns)
			t->last_ns = p.time_ns;
		take_packet(r, &p);
		if (r->options->shows_progress &&
		    t->packets % PACKETS_PER_PROGRESS == 0)
			show_progress(r);
	}
	if (r->options->shows_progress && t->packets >= PACKETS_PER_PROGRESS)
		fputs("\r\033[K", stderr);
	return more;
}

static void let_time_pass(struct replay *r)
{
	uint64_t until_ns = r->totals.last_ns + AFTERMATH_NS;

	/* An ending may wait for room, so ask until nothing more comes. */
	for (uint64_t flows = UINT64_MAX; flows != r->totals.flows;) {
		flows = r->totals.flows;
		judge_tick(r->judge, until_ns);
		take_all(r, until_ns);
	}
	while (judge_finish(r->judge))
		take_all(r, until_ns);
}

static void sum_up(struct replay *r, const struct judge_config *config)
{
	const struct judge_counters *c = judge_counters(r->judge);
	struct replay_totals *t = &r->totals;

	t->accepted = c->accepted;
	t->dropped = c->dropped;
	t->withheld[WITHHELD_STANDING] = c->withheld_standing;
	t->withheld[WITHHELD_IN_STEP] = c->withheld_in_step;
	t->withheld[WITHHELD_RATE] = c->withheld_rate;
	memcpy(t->by_finding, c->findings, sizeof(c->findings));
	for (int f = FINDING_NONE + 1; f < NUM_FINDINGS; f++)
		t->findings += t->by_finding[f];
	t->unanswered = t->findings - r->packet_findings;
	if (t->blocks == 0)
		t->num_nearest = replay_find_nearest(r->judge, t->last_ns,
						     config, t->nearest);
	r->writer->end(r->path, t);
}

static int replay_file(struct replay *r, const struct config *config)
{
	char error[512];
	int more;

	r->capture = capture_open(r->path, error, sizeof(error));
	if (!r->capture) {
		complain(error);
		return -1;
	}
	r->judge = judge_new(&config->judge, replay_key);
	if (!r->judge) {
		fprintf(stderr, "handshakectl: no memory for %u flows\n",
			config->judge.flows);
		capture_close(r->capture);
		return -1;
	}
	judge_set_inside(r->judge, r->options->local, r->options->num_local);
	judge_set_exempt(r->judge, config->never, config->num_never);
	more = read_packets(r);
	if (more < 0)
		complain(capture_error(r->capture));
	let_time_pass(r);
	sum_up(r, &config->judge);
	judge_free(r->judge);
	capture_close(r->capture);
	return more;
}

/* ---- the command ---- */

static int usage(const char *problem, const char *what)
{
	fprintf(stderr,
		"handshakectl replay: %s%s\n"
		"usage: handshakectl replay [-c FILE] [--json]"
		" [--local PREFIX]... [--verify-checksums] CAPTURE...\n",
		problem, what);
	return 2;
}

bool replay_add_local(struct replay_options *o, const char *text)
{
	return o->num_local < ARRAY_SIZE(o->local) &&
	       prefix_parse(text, &o->local[o->num_local++]);
}

/* Returns -1 to go on, else the exit status. */
static int parse_options(int argc, char **argv, struct replay_options *o,
			 bool *as_json)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"local", required_argument, NULL, 'l'},
		{"verify-checksums", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};
	int option;

	optind = 0; /* glibc: begin anew */
	while ((option = options_next(argc, argv, "handshakectl replay",
				      ":c:", options)) >= 0) {
		switch (option) {
		case 'c':
			o->config_file = optarg;
			break;
		case 'j':
			*as_json = true;
			break;
		case 'l':
			if (!replay_add_local(o, optarg))
				return usage("not a prefix, or too many: ",
					     optarg);
			break;
		case 'v':
			o->verify_checksums = true;
			break;
		default: /* options_next() has said what is wrong */
			return 2;
		}
	}
	if (optind == argc)
		return usage("which capture?", "");
	return -1;
}

static int read_config(struct replay_options *o, struct config *config)
{
	char errors[CONFIG_ERRORS_BYTES], *rest = errors, *line;

	config_default(config);
	/*
	 * A capture has no time before it that we could have missed the
	 * connections of while others went on: strays count from the start.
	 */
	config->judge.grace_s = 0;
	if (o->config_file &&
	    config_read(config, o->config_file, errors, sizeof(errors)) < 0) {
		while ((line = strsep(&rest, "\n")))
			fprintf(stderr, "handshakectl: %s\n", line);
		return -1;
	}
	for (size_t i = 0; i < config->num_inside; i++)
		if (o->num_local < ARRAY_SIZE(o->local))
			o->local[o->num_local++] = config->inside[i];
	config->judge.follow = true;
	return 0;
}

int replay_captures(char *const *paths, int num_paths,
		    const struct replay_options *options,
		    const struct replay_writer *writer)
{
	struct replay_options o = *options;
	struct config config;
	int status = 0;

	if (read_config(&o, &config) < 0)
		return 1;
	for (int i = 0; i < num_paths; i++) {
		struct replay r = {
			.path = paths[i],
			.options = &o,
			.writer = writer,
		};

		if (replay_file(&r, &config) < 0)
			status = 1;
	}
	return status;
}

int replay_main(int argc, char **argv, bool as_json)
{
	static char output[OUTPUT_BYTES];
	struct replay_options o = {0};
	int status = parse_options(argc, argv, &o, &as_json);

	if (status >= 0)
		return status;
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, output, _IOFBF, sizeof(output));
	o.shows_progress = !as_json && isatty(STDERR_FILENO);
	return replay_captures(argv + optind, argc - optind, &o,
			       as_json ? &replay_json : &replay_text);
}
