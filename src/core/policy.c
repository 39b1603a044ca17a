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
static const struct {
	int8_t points;
	bool drop; /* at first sight */
	bool is_stray;
	bool in_breadth; /* POLICY_BREADTH_PORTS */
} weight[NUM_FINDINGS] = {
	/* A good connection speaks for its source. */
	[FINDING_NONE] = {.points = -15},
	/* No conforming host sends these; no guess about state is needed. */
	[FINDING_NULL_SCAN] = {.points = 20, .drop = true},
	[FINDING_FIN_SCAN] = {.points = 20, .drop = true},
	[FINDING_XMAS_SCAN] = {.points = 20, .drop = true},
	[FINDING_INVALID_FLAGS] = {.points = 20, .drop = true},
	/* Late segments of forgotten connections look the same. */
	[FINDING_MAIMON_SCAN] = {20, .is_stray = true, .in_breadth = true},
	[FINDING_ACK_SCAN] = {20, .is_stray = true, .in_breadth = true},
	/*
	 * Backscatter of an attack on somebody else that used our addresses:
	 * the sender is the victim. Never a point.
	 */
	[FINDING_UNSOLICITED_SYN_ACK] = {0, .is_stray = true},
	[FINDING_UNSOLICITED_RST] = {0, .is_stray = true},
	/* Everyone mistypes a port now and then. */
	[FINDING_SYN_SCAN] = {.points = 15},
	[FINDING_CONNECT_SCAN] = {.points = 15, .in_breadth = true},
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

/* So many good connections count; more cannot be saved up. */
#define MOST_SUCCESSES 4

bool policy_drops(enum finding finding)
{
	return weight[finding].drop;
}

bool policy_is_stray(enum finding finding)
{
	return weight[finding].is_stray;
}

int policy_points(enum finding finding)
{
	return weight[finding].points;
}

static bool needs_breadth(const struct evidence *e)
{
	return weight[e->finding].in_breadth || (e->flags & EVIDENCE_SERVED);
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

/* Is this place named by an earlier piece that weighs something? */
static bool seen_before(const struct view *v, unsigned int i)
{
	for (unsigned int k = 0; k < i; k++)
		if (same_place(v->e[k], v->e[i]) &&
		    weight[v->e[k]->finding].points > 0)
			return true;
	return false;
}

/* Distinct ports of the host of piece `i` among those like it. */
static unsigned int breadth(const struct view *v, unsigned int i,
			    bool (*like)(const struct evidence *))
{
	unsigned int ports = 0;

	for (unsigned int k = 0; k < v->n; k++) {
		bool again = false;

		if (v->e[k]->host != v->e[i]->host || !like(v->e[k]))
			continue;
		for (unsigned int m = 0; m < k && !again; m++)
			again = same_place(v->e[m], v->e[k]) && like(v->e[m]);
		ports += !again;
	}
	return ports;
}

static bool is_stray(const struct evidence *e)
{
	return weight[e->finding].is_stray;
}

static bool is_probe(const struct evidence *e)
{
	return weight[e->finding].points > 0;
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

struct assessment policy_assess(const struct source *s, uint64_t now_ns,
				uint32_t age_ms)
{
	struct assessment a = {.score = 0};
	struct view v = recent(s, now_ns, age_ms);
	int points[NUM_FINDINGS] = {0};
	bool weighed[SOURCE_EVIDENCE] = {false};
	unsigned int successes = 0;

	for (unsigned int i = 0; i < v.n; i++) {
		const struct evidence *e = v.e[i];
		bool new_host = true;

		if (e->finding == FINDING_NONE && successes++ < MOST_SUCCESSES)
			a.score += weight[FINDING_NONE].points;
		if (is_stray(e) && breadth(&v, i, is_stray) > a.stray_ports)
			a.stray_ports = (uint16_t)breadth(&v, i, is_stray);
		if (!is_probe(e) || seen_before(&v, i))
			continue;
		if (needs_breadth(e) &&
		    breadth(&v, i, is_probe) < POLICY_BREADTH_PORTS)
			continue;
		a.score += weight[e->finding].points;
		points[e->finding] += weight[e->finding].points;
		weighed[i] = true;
		for (unsigned int k = 0; k < i && new_host; k++)
			new_host = !weighed[k] || v.e[k]->host != e->host;
		a.hosts += new_host;
		a.ports++;
	}
	a.finding = heaviest(points, &v);
	return a;
}
