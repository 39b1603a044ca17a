/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scans of test_coverage.c: what each says on the wire, what is known of
 * other systems' answer to it, and a simulation of it against the engine, with
 * the kernel's set in front, on the clock of transcript.h.
 */
#ifndef HANDSHAKED_TESTS_COVERAGE_H
#define HANDSHAKED_TESTS_COVERAGE_H

#include "transcript.h"

/* nmap's -T0 to -T5, as time from one probe to the next. */
#define TIMINGS 6
static const uint64_t gap_ns[TIMINGS] = {
	300 * NS_PER_S, 15 * NS_PER_S, 400 * NS_PER_MS,
	10 * NS_PER_MS, 5 * NS_PER_MS, 1 * NS_PER_MS,
};

enum peer {
	PEER_SNORT,
	PEER_SURICATA,
	PEER_ZEEK,
	PEER_PSAD,
	PEER_PORTSENTRY,
	PEER_CROWDSEC,
	NUM_PEERS
};

static const char *const peer_name[NUM_PEERS] = {
	"Snort 3", "Suricata", "Zeek", "psad", "portsentry", "CrowdSec",
};

enum shape {
	SHAPE_PORTS,  /* one source, ports 1, 2, ... of one host */
	SHAPE_HOSTS,  /* one source, one port of many hosts, all dark */
	SHAPE_DECOYS, /* ten sources in step, each as in SHAPE_PORTS */
	SHAPE_FLOOD,  /* each SYN from another source that does not exist */
	NUM_SHAPES
};

/*
 * A dialogue is what prober (>) and target (<) say, in the notation of
 * transcript.h; its first line is the probe. It ends where a line is dropped.
 */
#define DIALOGUE_LINES 4

struct technique {
	const char *name;
	enum shape shape;
	enum finding finding;               /* what it is to be called */
	const char *open[DIALOGUE_LINES];   /* with an open port */
	const char *closed[DIALOGUE_LINES]; /* with a closed one */
	const char *peer[NUM_PEERS];
};

/* In the order of the table in README.md. */
enum {
	SYN_SCAN,
	CONNECT_SCAN,
	NULL_SCAN,
	FIN_SCAN,
	XMAS_SCAN,
	MAIMON_SCAN,
	ACK_SCAN,
	WINDOW_SCAN,
	SYNFIN_SCAN,
	SWEEP,
	DECOYS,
	FLOOD,
	NUM_TECHNIQUES
};

/*
 * Of the peers: the first eight of Snort were measured (3.12 inline, port_scan
 * at medium, 200 ports, one of them open; none of the eight is stopped), the
 * rest is what their sources and documentation say. "?": they say nothing.
 */
/* clang-format off */
static const struct technique technique[NUM_TECHNIQUES] = {
	[SYN_SCAN] = {
		"-sS", SHAPE_PORTS, FINDING_SYN_SCAN,
		{"> S 100", "< SA 500 101", "> R 101"},
		{"> S 100", "< RA 0 101"},
		/* Suricata: but for the rules of others. */
		{"alert", "no", "closed ports", "partly", "yes", "no type"},
	},
	[CONNECT_SCAN] = {
		"-sT", SHAPE_PORTS, FINDING_CONNECT_SCAN,
		{"> So 100", "< SA 500 101", "> A 101 501", "> RA 101 501"},
		{"> So 100", "< RA 0 101"},
		/* Zeek: S1 and SF are left out by design. */
		{"alert", "no", "closed ports", "log", "yes", "log"},
	},
	[NULL_SCAN] = {
		"-sN", SHAPE_PORTS, FINDING_NULL_SCAN,
		{"> -"},
		{"> -", "< RA 0 7"},
		/* Suricata: the stream engine accepts it, without an event. */
		{"alert", "no", "log", "partly", "yes", "no type"},
	},
	[FIN_SCAN] = {
		"-sF", SHAPE_PORTS, FINDING_FIN_SCAN,
		{"> F 7"},
		{"> F 7", "< RA 0 8"},
		/* Suricata: fin_but_no_session, whose rule ships disabled. */
		{"alert", "drop, no alert", "log", "partly", "yes", "no type"},
	},
	[XMAS_SCAN] = {
		"-sX", SHAPE_PORTS, FINDING_XMAS_SCAN,
		{"> FPU 7"},
		{"> FPU 7", "< RA 0 8"},
		{"alert", "partly", "log", "partly", "yes", "no type"},
	},
	[MAIMON_SCAN] = {
		"-sM", SHAPE_PORTS, FINDING_MAIMON_SCAN,
		{"> FA 7 9", "< R 9"},
		{"> FA 7 9", "< R 9"},
		/* psad ignores ACK and RST, portsentry skips them. */
		{"no", "drop, no alert", "partly", "no", "no", "no"},
	},
	[ACK_SCAN] = {
		"-sA", SHAPE_PORTS, FINDING_ACK_SCAN,
		{"> A 7 9", "< R 9"},
		{"> A 7 9", "< R 9"},
		/* Suricata: by midstream policy, with any open connection. */
		{"no", "drop, no alert", "log", "no", "no", "no"},
	},
	/* The same probe; what it reads is the window of the RST. */
	[WINDOW_SCAN] = {
		"-sW", SHAPE_PORTS, FINDING_ACK_SCAN,
		{"> A 7 9", "< R 9"},
		{"> A 7 9", "< R 9"},
		{"no", "drop, no alert", "log", "no", "no", "no"},
	},
	[SYNFIN_SCAN] = {
		"--scanflags SYNFIN", SHAPE_PORTS, FINDING_INVALID_FLAGS,
		{"> SF 100", "< SA 500 101", "> R 101"},
		{"> SF 100", "< RA 0 102"},
		{"alert", "partly", "log", "?", "?", "?"},
	},
	[SWEEP] = {
		"-sS, a port of 20 dark hosts", SHAPE_HOSTS, FINDING_SYN_SCAN,
		{NULL},
		{"> S 100"},
		{"alert", "no", "yes", "yes", "per host", "no"},
	},
	/* The decoys are up and reset what they did not ask for. */
	[DECOYS] = {
		"-sS -D, 10 sources in step", SHAPE_DECOYS, FINDING_SYN_SCAN,
		{"> S 100", "< SA 500 101", "> R 101"},
		{"> S 100", "< RA 0 101"},
		{"alert", "no", "partly", "?", "?", "?"},
	},
	[FLOOD] = {
		"SYN flood, forged", SHAPE_FLOOD, FINDING_SYN_FLOOD,
		{"> S 100", "< SA 500 101"},
		{NULL},
		{"partly", "partly", "no", "no", "no", "no"},
	},
};
/* clang-format on */

/*
 * A probe in 15 s or slower. Snort: `high` has a window of 600 s. Zeek with
 * scan-NG. psad forgets after an hour, portsentry never.
 */
static const char *const peer_slow[NUM_PEERS] = {
	"partly", "no", "yes", "within 1 h", "yes", "no",
};

/* ---- simulation ---- */

#define SOURCES    10 /* that scan in step, in SHAPE_DECOYS */
#define PROBES     20 /* of each source */
#define FLOOD_SYNS 400
#define SERVED     80
#define TICK_NS    (NS_PER_S / 10)
#define ON_WIRE_NS 10000
#define SETTLE_S   60 /* longer than the engine waits for an answer */

/* Probes count from 1; 0: it did not happen. */
struct result {
	bool seen;            /* by its right name */
	unsigned int dropped; /* the first probe that was */
	unsigned int through; /* of one source, till the first listing */
	unsigned int listed;  /* probes sent when the first source was */
	unsigned int sources; /* that were listed */
	unsigned int in_step; /* told to probe in step with others */
	enum finding listed_as;
	bool one_verdict_each;
};

static struct result result[NUM_TECHNIQUES][TIMINGS];

/* The kernel's set: what is in it is dropped and not seen by the engine. */
struct element {
	struct address address;
	uint64_t until_ns;
};

struct simulation {
	struct transcript *t;
	const struct technique *technique;
	uint64_t next_tick_ns;
	unsigned int probe; /* the number of the last one sent */
	struct element set[SOURCES];
	struct result result;
};

/* ---- the engine and the set ---- */

static struct element *find_element(struct simulation *s,
				    const struct address *address)
{
	for (unsigned int i = 0; i < s->result.sources; i++)
		if (address_equal(&s->set[i].address, address))
			return &s->set[i];
	return NULL;
}

static void list(struct simulation *s, const struct notice *n)
{
	const struct address *address = &n->offender.source.address;
	struct element *e = find_element(s, address);

	if (s->result.listed == 0) {
		s->result.listed = s->probe;
		s->result.listed_as = n->offender.finding;
	}
	if (!e && s->result.sources == SOURCES)
		fail_msg("more sources are listed than there are");
	if (!e)
		e = &s->set[s->result.sources++];
	e->address = *address;
	e->until_ns = s->t->now_ns + n->timeout_s * NS_PER_S;
}

static void fetch_notices(struct simulation *s)
{
	struct notice n;

	while (judge_next_notice(s->t->judge, &n)) {
		if (n.kind == NOTICE_LISTED)
			list(s, &n);
		s->result.in_step += n.kind == NOTICE_LOCKSTEP;
	}
}

static void pass_time(struct simulation *s, uint64_t ns)
{
	uint64_t until_ns = s->t->now_ns + ns;

	for (; s->next_tick_ns <= until_ns; s->next_tick_ns += TICK_NS) {
		s->t->now_ns = s->next_tick_ns;
		judge_tick(s->t->judge, s->t->now_ns);
		fetch_notices(s);
	}
	s->t->now_ns = until_ns;
}

static enum verdict send_segment(struct simulation *s,
				 const struct segment *seg)
{
	const struct element *e = find_element(s, &seg->src);
	struct decision d;

	if (e && s->t->now_ns < e->until_ns)
		return VERDICT_DROP;
	d = judge_segment(s->t->judge, seg, s->t->now_ns);
	fetch_notices(s);
	s->t->now_ns += ON_WIRE_NS;
	return d.verdict;
}

/* ---- the prober and its target ---- */

/* One in ten, and it had clients before. */
static bool is_open(const struct simulation *s, unsigned int port)
{
	if (s->technique->shape == SHAPE_FLOOD)
		return port == SERVED;
	return s->technique->shape != SHAPE_HOSTS && port % 10 == 3;
}

static char target_host(const struct simulation *s)
{
	if (s->technique->shape == SHAPE_HOSTS)
		return (char)('A' + (int)s->probe - 1);
	return 'S';
}

static unsigned int target_port(const struct simulation *s)
{
	if (s->technique->shape == SHAPE_FLOOD)
		return SERVED;
	return s->technique->shape == SHAPE_HOSTS ? 22 : s->probe;
}

/* Of the benchmarking network (RFC 2544): one for each SYN of a flood. */
static struct address forged_address(unsigned int n)
{
	uint8_t forged[4] = {198, 18, (uint8_t)(n >> 8), (uint8_t)n};

	return address_from_ipv4(forged);
}

static struct segment read_line(const struct simulation *s, char source,
				const char *line)
{
	unsigned int from = 40000 + s->probe, to = target_port(s);
	bool answer = line[0] == '<', forged;
	char host = target_host(s), text[64];
	struct segment seg;

	snprintf(text, sizeof(text), "%c:%u > %c:%u %s", answer ? host : source,
		 answer ? to : from, answer ? source : host, answer ? from : to,
		 line + 2);
	seg = parse_say(text);
	forged = s->technique->shape == SHAPE_FLOOD;
	if (forged && answer)
		seg.dst = forged_address(s->probe);
	else if (forged)
		seg.src = forged_address(s->probe);
	return seg;
}

static void probe(struct simulation *s, char source)
{
	bool open = is_open(s, target_port(s));
	const struct technique *q = s->technique;
	const char *const *line = open ? q->open : q->closed;
	struct segment seg;

	for (int i = 0; i < DIALOGUE_LINES && line[i]; i++) {
		seg = read_line(s, source, line[i]);
		if (send_segment(s, &seg) == VERDICT_ACCEPT) {
			s->result.through += i == 0 && source == 'a' &&
					     s->result.listed == 0;
			continue;
		}
		if (i == 0 && s->result.dropped == 0)
			s->result.dropped = s->probe;
		return;
	}
}

static void run(struct simulation *s, uint64_t gap)
{
	enum shape shape = s->technique->shape;
	unsigned int probes = shape == SHAPE_FLOOD ? FLOOD_SYNS : PROBES;
	int sources = shape == SHAPE_DECOYS ? SOURCES : 1;

	for (unsigned int port = 1; port <= SERVED; port++)
		if (is_open(s, port))
			serve(s->t, 'S', port);
	for (s->probe = 1; s->probe <= probes; s->probe++) {
		for (int i = 0; i < sources; i++)
			probe(s, (char)('a' + i));
		pass_time(s, gap);
	}
	s->probe = probes;
	pass_time(s, SETTLE_S * NS_PER_S);
}

static struct result simulate(const struct technique *q, uint64_t gap)
{
	struct simulation s = {.technique = q};
	const struct judge_counters *c;
	void *state;

	if (transcript_start(&state) != 0)
		return s.result;
	s.t = state;
	s.next_tick_ns = s.t->now_ns + TICK_NS;
	run(&s, gap);
	c = judge_counters(s.t->judge);
	s.result.seen = c->findings[q->finding] > 0;
	s.result.one_verdict_each = transcript_end(&state) == 0;
	return s.result;
}

static inline int simulate_all(void **state)
{
	(void)state;
	for (int i = 0; i < NUM_TECHNIQUES; i++)
		for (int timing = 0; timing < TIMINGS; timing++)
			result[i][timing] =
				simulate(&technique[i], gap_ns[timing]);
	return 0;
}

#endif
