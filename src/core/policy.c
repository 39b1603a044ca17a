/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every weight of the policy in one table, and the walk over a source's
 * evidence.
 */
#include "core/policy.h"

/* Thousandths of a natural logarithm. */
#define NATS(x) ((int32_t)(1000 * (x)))

/* How a finding weighs. */
enum measure {
	NOTHING,
	FIXED,   /* `weight` */
	FAILURE, /* the test's step for a failed attempt */
	SUCCESS, /* and for a good one */
};

/*
 * The default threshold is 9.2 (one honest host in ten thousand), a failure
 * weighs ln 4 = 1.39: seven refused or unanswered attempts, or five of a probe
 * that no client sends by itself, are enough.
 */
static const struct weight {
	enum measure measure;
	int32_t weight;
	enum grade grade;
	bool drop; /* at first sight */
	bool is_stray;
	/*
	 * What it takes in breadth: so many ports of one host, or one port of
	 * so many hosts (0: that does not count). Both 0: none.
	 */
	uint8_t ports, hosts;
} weight[NUM_FINDINGS] = {
	/* A good connection speaks for its source. */
	[FINDING_NONE] = {.measure = SUCCESS, .grade = GRADE_PROVED},
	/*
	 * No conforming host sends these, so no guess about state is needed;
	 * but anyone can send them in anyone's name.
	 */
	[FINDING_NULL_SCAN] = {FIXED, NATS(2), GRADE_PLAUSIBLE, .drop = true},
	[FINDING_FIN_SCAN] = {FIXED, NATS(2), GRADE_PLAUSIBLE, .drop = true},
	[FINDING_XMAS_SCAN] = {FIXED, NATS(2), GRADE_PLAUSIBLE, .drop = true},
	[FINDING_INVALID_FLAGS] = {FIXED, NATS(2), GRADE_PLAUSIBLE,
				   .drop = true},
	/*
	 * Late segments of forgotten connections look the same: a laptop that
	 * wakes up has one or two for each of a dozen hosts.
	 */
	[FINDING_MAIMON_SCAN] = {FIXED, NATS(2), GRADE_PLAUSIBLE,
				 .is_stray = true, .ports = 3, .hosts = 16},
	[FINDING_ACK_SCAN] = {FIXED, NATS(2), GRADE_PLAUSIBLE, .is_stray = true,
			      .ports = 3, .hosts = 16},
	/*
	 * Backscatter of an attack on somebody else that used our addresses:
	 * the sender is the victim. Never a weight.
	 */
	[FINDING_UNSOLICITED_SYN_ACK] = {.is_stray = true, .ports = 3},
	[FINDING_UNSOLICITED_RST] = {.is_stray = true, .ports = 3},
	/*
	 * Everyone mistypes a port now and then, and a peer-to-peer client
	 * fails at many hosts, each at a port of its own: no scan is like it.
	 * A half-open handshake proves nothing: who reset it need not be who
	 * got the SYN/ACK.
	 */
	[FINDING_SYN_SCAN] = {FAILURE, 0, GRADE_PLAUSIBLE, .ports = 3,
			      .hosts = 5},
	/*
	 * Completed: only the owner of the address was told the number that
	 * the last ACK has to carry. One port of many hosts is how a load
	 * balancer sees to its own.
	 */
	[FINDING_CONNECT_SCAN] = {FAILURE, 0, GRADE_PROVED, .ports = 3},
	/* Whoever floods forges; whoever guesses numbers does too. */
	[FINDING_SYN_FLOOD] = {NOTHING, 0, GRADE_UNATTRIBUTABLE, .drop = false},
	[FINDING_BAD_HANDSHAKE_ACK] = {NOTHING, 0, GRADE_UNATTRIBUTABLE,
				       .drop = true},
	[FINDING_BAD_SYN_ACK] = {NOTHING, 0, GRADE_UNATTRIBUTABLE,
				 .drop = true},
};

const char *const grade_name[] = {
	[GRADE_UNATTRIBUTABLE] = "unattributable",
	[GRADE_PLAUSIBLE] = "plausible",
	[GRADE_PROVED] = "proved",
};
_Static_assert(ARRAY_SIZE(grade_name) == NUM_GRADES, "every grade has a name");

enum grade policy_grade(enum finding finding)
{
	return weight[finding].grade;
}

bool policy_drops(enum finding finding)
{
	return weight[finding].drop;
}

int32_t policy_weight(enum finding finding, const struct policy_test *test)
{
	switch (weight[finding].measure) {
	case NOTHING:
		break;
	case FIXED:
		return weight[finding].weight;
	case FAILURE:
		return test->failure;
	case SUCCESS:
		return test->success;
	}
	return 0;
}

/* ---- breadth ---- */

/* What is told apart when breadth is counted: both can hold. */
enum kind {
	PROBE,  /* stands against its source */
	PROVED, /* and is proved: what can be forged must not hide it */
	STRAY,
	NUM_KINDS
};

/*
 * A piece of evidence that is not too old, and how broad the evidence of its
 * kind is around it: distinct ports of its host, distinct hosts at its port.
 */
struct piece {
	const struct evidence *e;
	uint8_t number;         /* in the source */
	bool is[NUM_KINDS];     /* is it of that kind, */
	bool is_new[NUM_KINDS]; /* and the first at its place? */
	uint8_t ports[NUM_KINDS], hosts[NUM_KINDS];
};

struct view {
	struct piece piece[SOURCE_EVIDENCE];
	unsigned int n;
};

static bool stands_against(enum finding finding)
{
	enum measure m = weight[finding].measure;

	return m == FIXED || m == FAILURE;
}

static bool is_proved(enum finding finding)
{
	return weight[finding].grade == GRADE_PROVED;
}

/* Only the pieces that there are are written to: most sources have few. */
static void take_recent(struct view *v, const struct source *s, uint64_t now_ns,
			uint32_t age_ms)
{
	uint32_t now_ms = (uint32_t)(now_ns / NS_PER_MS);

	v->n = 0;
	for (unsigned int i = 0; i < s->num_evidence; i++) {
		const struct evidence *e = &s->evidence[i];

		if (now_ms - e->when_ms >= age_ms)
			continue;
		v->piece[v->n++] = (struct piece){
			.e = e,
			.number = (uint8_t)i,
			.is = {[PROBE] = stands_against(e->finding),
			       [PROVED] = stands_against(e->finding) &&
					  is_proved(e->finding),
			       [STRAY] = weight[e->finding].is_stray},
		};
	}
}

static bool same_place(const struct evidence *x, const struct evidence *y)
{
	return x->host == y->host && x->port == y->port;
}

static void find_new(struct view *v, enum kind kind)
{
	for (unsigned int i = 0; i < v->n; i++) {
		struct piece *p = &v->piece[i];

		p->is_new[kind] = p->is[kind];
		for (unsigned int k = 0; k < i && p->is_new[kind]; k++)
			if (v->piece[k].is_new[kind] &&
			    same_place(v->piece[k].e, p->e))
				p->is_new[kind] = false;
	}
}

static void measure_breadth(struct view *v, enum kind kind)
{
	find_new(v, kind);
	for (unsigned int k = 0; k < v->n; k++) {
		const struct evidence *e = v->piece[k].e;

		if (!v->piece[k].is_new[kind])
			continue;
		for (unsigned int i = 0; i < v->n; i++) {
			struct piece *p = &v->piece[i];

			p->ports[kind] += e->host == p->e->host;
			p->hosts[kind] += e->port == p->e->port;
		}
	}
}

/* One port of so many hosts that they were swept? */
static bool is_swept(const struct piece *p, enum kind kind)
{
	const struct weight *w = &weight[p->e->finding];

	/* What a served port was asked may be a load balancer's check. */
	return w->hosts && p->hosts[kind] >= w->hosts &&
	       !(p->e->flags & EVIDENCE_SERVED);
}

/* What else failed at a host that was swept is of the sweep. */
static bool is_of_sweep(const struct view *v, const struct piece *p)
{
	if (weight[p->e->finding].measure != FAILURE)
		return false;
	for (unsigned int k = 0; k < v->n; k++)
		if (v->piece[k].e->host == p->e->host &&
		    v->piece[k].is[PROBE] && is_swept(&v->piece[k], PROBE))
			return true;
	return false;
}

static bool is_broad(const struct view *v, const struct piece *p,
		     enum kind kind)
{
	const struct weight *w = &weight[p->e->finding];

	return w->ports == 0 || p->ports[kind] >= w->ports ||
	       is_swept(p, kind) || is_of_sweep(v, p);
}

/* ---- names ---- */

/*
 * Half-open and connect scans look alike where ports are closed. What tells
 * them apart is how they treat an open one, reset half-open or completed, and
 * short of that whether an operating system or a scanner wrote the SYN. This
 * decides where there is as much evidence of the one as of the other.
 */
static bool is_connect_by_vote(const struct view *v)
{
	const int open_port = 3;
	int connect = 0;

	for (unsigned int i = 0; i < v->n; i++) {
		const struct evidence *e = v->piece[i].e;

		if (e->finding == FINDING_CONNECT_SCAN)
			connect += open_port;
		else if (e->finding != FINDING_SYN_SCAN)
			continue;
		else if (e->flags & EVIDENCE_SERVED)
			connect -= open_port;
		connect += e->flags & EVIDENCE_OS_SYN ? 1 : -1;
	}
	return connect > 0;
}

static enum finding heaviest(const int32_t weights[NUM_FINDINGS],
			     const struct view *v)
{
	enum finding best = FINDING_NONE;
	int32_t most = 0;

	for (enum finding f = FINDING_NONE + 1; f < NUM_FINDINGS; f++) {
		if (weights[f] > most) {
			best = f;
			most = weights[f];
		}
	}
	if (best == FINDING_SYN_SCAN && weights[FINDING_CONNECT_SCAN] == most &&
	    is_connect_by_vote(v))
		return FINDING_CONNECT_SCAN;
	return best;
}

/* Proof that is enough alone has the name: it decides for how long. */
static enum finding heaviest_proved(const int32_t weights[NUM_FINDINGS],
				    const struct view *v)
{
	int32_t proved[NUM_FINDINGS] = {0};

	for (enum finding f = FINDING_NONE + 1; f < NUM_FINDINGS; f++)
		if (is_proved(f))
			proved[f] = weights[f];
	return heaviest(proved, v);
}

/* ---- the walk ---- */

/* Both ends are clamped: nothing can be saved up, nothing piles up. */
static int32_t walk(int32_t at, int32_t step, const struct policy_test *test)
{
	/* Beyond the threshold it still tells how clear the case is. */
	const int32_t ceiling = 2 * test->threshold;

	at += step;
	if (at < test->floor)
		return test->floor;
	return at > ceiling ? ceiling : at;
}

static bool weighs(const struct piece *p, const struct assessment *a)
{
	return p->is[PROBE] && a->step[p->number] != 0;
}

/* The first that weighs of its sender, or of its finding at its host? */
static bool is_first(const struct view *v, const struct assessment *a,
		     unsigned int i, bool by_who)
{
	const struct evidence *e = v->piece[i].e;

	for (unsigned int k = 0; k < i; k++) {
		const struct evidence *o = v->piece[k].e;

		if (weighs(&v->piece[k], a) &&
		    (by_who ? o->who == e->who
			    : o->finding == e->finding && o->host == e->host))
			return false;
	}
	return true;
}

/* What is counted is what is named. */
static void count_named(const struct view *v, struct assessment *a)
{
	for (unsigned int i = 0; i < v->n; i++) {
		const struct piece *p = &v->piece[i];

		if (!weighs(p, a) || p->e->finding != a->finding)
			continue;
		a->ports++;
		a->hosts += is_first(v, a, i, false);
	}
}

/* The walk over proved evidence, good connections included, alone. */
static int32_t walk_proved(const struct view *v, const struct policy_test *test)
{
	int32_t at = 0;

	for (unsigned int i = 0; i < v->n; i++) {
		const struct piece *p = &v->piece[i];

		if (p->is[PROVED] ? p->is_new[PROVED] && is_broad(v, p, PROVED)
				  : p->e->finding == FINDING_NONE)
			at = walk(at, policy_weight(p->e->finding, test), test);
	}
	return at;
}

struct assessment policy_assess(const struct source *s,
				const struct policy_test *test, uint64_t now_ns,
				uint32_t age_ms)
{
	struct assessment a = {.score = 0};
	struct view v;
	int32_t weights[NUM_FINDINGS] = {0};

	take_recent(&v, s, now_ns, age_ms);
	measure_breadth(&v, PROBE);
	measure_breadth(&v, PROVED);
	measure_breadth(&v, STRAY);
	for (unsigned int i = 0; i < v.n; i++) {
		const struct piece *p = &v.piece[i];
		int32_t step = policy_weight(p->e->finding, test);

		if (p->is[STRAY] && is_broad(&v, p, STRAY))
			a.drops_strays = true;
		if (p->is[PROBE] &&
		    (!p->is_new[PROBE] || !is_broad(&v, p, PROBE)))
			continue;
		a.step[p->number] = step;
		a.score = walk(a.score, step, test);
		if (!p->is[PROBE])
			continue;
		weights[p->e->finding] += step;
		a.who += is_first(&v, &a, i, true);
	}
	a.proved = walk_proved(&v, test);
	a.finding = a.proved >= test->threshold ? heaviest_proved(weights, &v)
						: heaviest(weights, &v);
	count_named(&v, &a);
	return a;
}
