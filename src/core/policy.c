/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every weight of the policy in one table, and the sum over a source's
 * evidence. The first of its kind: points for distinct (destination, port),
 * to be replaced by a sequential test.
 */
#include "core/policy.h"

/*
 * Points for each distinct (destination, port); judge_config.threshold (100)
 * lists. So five ports of a probe that no client sends by itself, or seven
 * refused or unanswered connections.
 */
static const struct weight {
	int8_t points;
	bool drop; /* at first sight */
	bool is_stray;
	/*
	 * What it takes in breadth: so many ports of one host, or one port of
	 * so many hosts (0: that does not count). Both 0: none.
	 */
	uint8_t ports, hosts;
} weight[NUM_FINDINGS] = {
	/* A good connection speaks for its source. */
	[FINDING_NONE] = {.points = -15},
	/* No conforming host sends these; no guess about state is needed. */
	[FINDING_NULL_SCAN] = {.points = 20, .drop = true},
	[FINDING_FIN_SCAN] = {.points = 20, .drop = true},
	[FINDING_XMAS_SCAN] = {.points = 20, .drop = true},
	[FINDING_INVALID_FLAGS] = {.points = 20, .drop = true},
	/*
	 * Late segments of forgotten connections look the same: a laptop that
	 * wakes up has one or two for each of a dozen hosts.
	 */
	[FINDING_MAIMON_SCAN] = {20, .is_stray = true, .ports = 3, .hosts = 16},
	[FINDING_ACK_SCAN] = {20, .is_stray = true, .ports = 3, .hosts = 16},
	/*
	 * Backscatter of an attack on somebody else that used our addresses:
	 * the sender is the victim. Never a point.
	 */
	[FINDING_UNSOLICITED_SYN_ACK] = {0, .is_stray = true, .ports = 3},
	[FINDING_UNSOLICITED_RST] = {0, .is_stray = true, .ports = 3},
	/*
	 * Everyone mistypes a port now and then, and a peer-to-peer client
	 * fails at many hosts, each at a port of its own: no scan is like it.
	 */
	[FINDING_SYN_SCAN] = {.points = 15, .ports = 3, .hosts = 5},
	/* One port of many hosts is how a load balancer sees to its own. */
	[FINDING_CONNECT_SCAN] = {.points = 15, .ports = 3},
	/* Whoever floods forges; whoever guesses numbers does too. */
	[FINDING_SYN_FLOOD] = {.points = 0},
	[FINDING_BAD_HANDSHAKE_ACK] = {.points = 0, .drop = true},
	[FINDING_BAD_SYN_ACK] = {.points = 0, .drop = true},
};

const char *const grade_name[] = {
	[GRADE_UNATTRIBUTABLE] = "unattributable",
	[GRADE_PLAUSIBLE] = "plausible",
	[GRADE_PROVED] = "proved",
};
_Static_assert(ARRAY_SIZE(grade_name) == NUM_GRADES, "every grade has a name");

enum grade policy_grade(enum finding finding)
{
	if (weight[finding].points <= 0)
		return GRADE_UNATTRIBUTABLE;
	/* The only one that takes a completed handshake. */
	if (finding == FINDING_CONNECT_SCAN)
		return GRADE_PROVED;
	return GRADE_PLAUSIBLE;
}

bool policy_drops(enum finding finding)
{
	return weight[finding].drop;
}

int policy_points(enum finding finding)
{
	return weight[finding].points;
}

static bool same_place(const struct evidence *x, const struct evidence *y)
{
	return x->host == y->host && x->port == y->port;
}

/* The evidence that is not too old, and how many of its kind on its host. */
struct view {
	const struct evidence *e[SOURCE_EVIDENCE];
	unsigned int n;
};

static struct view recent(const struct source *s, uint64_t now_ns,
			  uint32_t age_ms)
{
	uint32_t now_ms = (uint32_t)(now_ns / NS_PER_MS);
	struct view v = {.n = 0};

	for (unsigned int i = 0; i < s->num_evidence; i++)
		if (now_ms - s->evidence[i].when_ms < age_ms)
			v.e[v.n++] = &s->evidence[i];
	return v;
}

static bool is_stray(const struct evidence *e)
{
	return weight[e->finding].is_stray;
}

static bool is_probe(const struct evidence *e)
{
	return weight[e->finding].points > 0;
}

typedef bool (*kind_fn)(const struct evidence *e);

/* Is the place of piece `i` named by an earlier one of this kind? */
static bool seen_before(const struct view *v, unsigned int i, kind_fn kind)
{
	for (unsigned int k = 0; k < i; k++)
		if (same_place(v->e[k], v->e[i]) && kind(v->e[k]))
			return true;
	return false;
}

/*
 * How broad the evidence of a kind is around piece `i`: distinct ports of its
 * host, and distinct hosts at its port.
 */
static void measure(const struct view *v, unsigned int i, kind_fn kind,
		    unsigned int *ports, unsigned int *hosts)
{
	*ports = *hosts = 0;
	for (unsigned int k = 0; k < v->n; k++) {
		if (!kind(v->e[k]) || seen_before(v, k, kind))
			continue;
		*ports += v->e[k]->host == v->e[i]->host;
		*hosts += v->e[k]->port == v->e[i]->port;
	}
}

static bool is_broad(const struct view *v, unsigned int i, kind_fn kind)
{
	const struct weight *w = &weight[v->e[i]->finding];
	/* What a served port was asked may be a load balancer's check. */
	bool counts_hosts = w->hosts && !(v->e[i]->flags & EVIDENCE_SERVED);
	unsigned int ports, hosts;

	if (w->ports == 0)
		return true;
	measure(v, i, kind, &ports, &hosts);
	return ports >= w->ports || (counts_hosts && hosts >= w->hosts);
}

/*
 * Half-open and connect scans look alike where ports are closed. What tells
 * them apart is how they treat an open one, reset half-open or completed, and
 * short of that whether an operating system or a scanner wrote the SYN. A
 * scanner's first look (nmap sends one SYN by hand) must not outweigh what
 * follows, so it is put to the vote.
 */
static enum finding syn_or_connect(const struct view *v)
{
	enum {
		OPEN_PORT_VOTES = 3
	};
	int connect = 0;

	for (unsigned int i = 0; i < v->n; i++) {
		const struct evidence *e = v->e[i];

		if (e->finding == FINDING_CONNECT_SCAN)
			connect += OPEN_PORT_VOTES;
		else if (e->finding != FINDING_SYN_SCAN)
			continue;
		else if (e->flags & EVIDENCE_SERVED)
			connect -= OPEN_PORT_VOTES;
		connect += e->flags & EVIDENCE_OS_SYN ? 1 : -1;
	}
	return connect > 0 ? FINDING_CONNECT_SCAN : FINDING_SYN_SCAN;
}

static enum finding heaviest(const int points[NUM_FINDINGS],
			     const struct view *v)
{
	enum finding best = FINDING_NONE;
	int syn = points[FINDING_SYN_SCAN] + points[FINDING_CONNECT_SCAN];
	int most = 0;

	for (enum finding f = FINDING_NONE + 1; f < NUM_FINDINGS; f++) {
		if (points[f] > most) {
			best = f;
			most = points[f];
		}
	}
	return syn > 0 && syn >= most ? syn_or_connect(v) : best;
}

static bool names_host(const struct view *v, uint32_t host)
{
	for (unsigned int i = 0; i < v->n; i++)
		if (v->e[i]->host == host)
			return true;
	return false;
}

/* Adds a piece that weighs something to the sum. */
static void add_up(struct assessment *a, int points[NUM_FINDINGS],
		   const struct evidence *e)
{
	a->score += weight[e->finding].points;
	points[e->finding] += weight[e->finding].points;
	a->ports++;
}

struct assessment policy_assess(const struct source *s, uint64_t now_ns,
				uint32_t age_ms)
{
	struct assessment a = {.score = 0};
	struct view v = recent(s, now_ns, age_ms), weighed = {.n = 0};
	int points[NUM_FINDINGS] = {0};
	unsigned int successes = 0;

	for (unsigned int i = 0; i < v.n; i++) {
		const struct evidence *e = v.e[i];

		if (e->finding == FINDING_NONE &&
		    successes++ < POLICY_SUCCESSES)
			a.score += weight[FINDING_NONE].points;
		if (is_stray(e) && is_broad(&v, i, is_stray))
			a.drops_strays = true;
		if (!is_probe(e) || seen_before(&v, i, is_probe) ||
		    !is_broad(&v, i, is_probe))
			continue;
		add_up(&a, points, e);
		a.hosts += !names_host(&weighed, e->host);
		weighed.e[weighed.n++] = e;
	}
	a.finding = heaviest(points, &v);
	return a;
}
