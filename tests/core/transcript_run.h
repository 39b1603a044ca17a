/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transcript against a judge: what a line shows it, what it decides, and
 * what the transcript expects. A run is one of two: `followed`, as a replay
 * does it, or inline, with so much of the kernel around the judge as decides
 * what is shown to it at all: the set of listed sources in front, and the
 * mark of settled connections, which a connection keeps until it is over.
 */
#ifndef HANDSHAKED_TESTS_TRANSCRIPT_RUN_H
#define HANDSHAKED_TESTS_TRANSCRIPT_RUN_H

#include "transcript_file.h"

#include "core/judge.h"
#include "core/segment_text.h"

#define MAX_MARKED   128
#define MAX_PREFIXES 8
#define MAX_NOTICES  64
#define MAX_ENDINGS  512
#define TICK_NS      (100 * NS_PER_MS)

/* A connection with the kernel's mark on it. */
struct marked {
	struct segment first; /* whose ends are the connection's */
	uint8_t fins;         /* a bit for each end that sent one */
	bool is_over;
};

struct run {
	struct file file;
	bool followed;
	const char *only; /* the mode that the transcript is confined to */
	char known_wrong[128];
	struct judge_config config;
	struct judge *judge; /* once the configuration is read */
	uint64_t now_ns, next_tick_ns, shown;
	struct prefix inside[MAX_PREFIXES], exempt[MAX_PREFIXES];
	size_t num_inside, num_exempt;
	struct marked marked[MAX_MARKED];
	size_t num_marked;
	/* Of listings and floods, with when they came; told when claimed. */
	struct notice notices[MAX_NOTICES];
	uint64_t noticed_ns[MAX_NOTICES];
	bool notice_claimed[MAX_NOTICES];
	size_t num_notices;
	struct ending endings[MAX_ENDINGS];
	bool ending_claimed[MAX_ENDINGS];
	size_t num_endings;
	bool speaks_of_listings, ended;
};

struct expectation {
	enum verdict verdict;
	enum finding finding;
	int state; /* -1: not said */
	bool settled, listed;
};

/* ---- the clock and what the judge has to tell ---- */

static inline void take_all(struct run *r)
{
	struct notice n;
	struct ending e;

	while (judge_next_notice(r->judge, &n)) {
		if (r->num_notices == MAX_NOTICES) {
			file_fail(&r->file, UNREADABLE, "too many notices");
			return;
		}
		r->noticed_ns[r->num_notices] = r->now_ns;
		r->notices[r->num_notices++] = n;
	}
	while (judge_next_ending(r->judge, &e)) {
		if (!r->followed)
			continue;
		if (r->num_endings == MAX_ENDINGS) {
			file_fail(&r->file, UNREADABLE, "too many endings");
			return;
		}
		r->endings[r->num_endings++] = e;
	}
}

static inline void pass_time(struct run *r, uint64_t ns)
{
	uint64_t until_ns = r->now_ns + ns;

	while (r->next_tick_ns <= until_ns) {
		r->now_ns = r->next_tick_ns;
		judge_tick(r->judge, r->now_ns);
		take_all(r);
		r->next_tick_ns += TICK_NS;
	}
	r->now_ns = until_ns;
}

/* The first line that is no configuration. */
static inline void start_judge(struct run *r)
{
	if (r->judge)
		return;
	r->config.follow = r->followed;
	r->judge = judge_new(&r->config, (const uint8_t *)"not so secret...");
	assert_non_null(r->judge);
	judge_set_inside(r->judge, r->inside, r->num_inside);
	judge_set_exempt(r->judge, r->exempt, r->num_exempt);
	r->now_ns = r->next_tick_ns = 1000 * NS_PER_S;
	pass_time(r, 0);
}

/* ---- the kernel ---- */

static inline bool is_blocked(const struct run *r, const struct segment *seg)
{
	for (size_t i = 0; i < r->num_notices; i++) {
		const struct notice *n = &r->notices[i];
		uint64_t until_ns = r->noticed_ns[i] + n->timeout_s * NS_PER_S;

		if (n->kind == NOTICE_LISTED && n->enforced &&
		    r->now_ns < until_ns && !seg->local &&
		    prefix_holds(&n->offender.source, &seg->src))
			return true;
	}
	return false;
}

static inline bool same_way(const struct segment *x, const struct segment *y)
{
	return x->src_port == y->src_port && x->dst_port == y->dst_port &&
	       address_equal(&x->src, &y->src) &&
	       address_equal(&x->dst, &y->dst);
}

static inline bool opposite_way(const struct segment *x,
				const struct segment *y)
{
	return x->src_port == y->dst_port && x->dst_port == y->src_port &&
	       address_equal(&x->src, &y->dst) &&
	       address_equal(&x->dst, &y->src);
}

static inline struct marked *find_marked(struct run *r,
					 const struct segment *seg)
{
	for (size_t i = 0; i < r->num_marked; i++)
		if (same_way(&r->marked[i].first, seg) ||
		    opposite_way(&r->marked[i].first, seg))
			return &r->marked[i];
	return NULL;
}

/* Both FINs or a RST: the next SYN is another connection to the kernel. */
static inline void note_passing(struct marked *m, const struct segment *seg)
{
	if (seg->flags & TCP_FIN)
		m->fins |= same_way(&m->first, seg) ? 1 : 2;
	if (seg->flags & TCP_RST || m->fins == 3)
		m->is_over = true;
}

static inline void mark(struct run *r, const struct segment *seg)
{
	if (r->num_marked == MAX_MARKED) {
		file_fail(&r->file, UNREADABLE, "too many connections settle");
		return;
	}
	r->marked[r->num_marked++] = (struct marked){.first = *seg};
	note_passing(&r->marked[r->num_marked - 1], seg);
}

/*
 * Does it pass by its connection's mark? What has no valid flags belongs to
 * no connection in the kernel's eyes.
 */
static inline bool passes_by_mark(struct run *r, const struct segment *seg)
{
	bool is_syn = (seg->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	struct marked *m = find_marked(r, seg);

	if (!m || finding_of_flags(seg->flags) != FINDING_NONE)
		return false;
	if (is_syn && m->is_over) {
		*m = r->marked[--r->num_marked];
		return false;
	}
	note_passing(m, seg);
	return true;
}

/* ---- one segment ---- */

static inline const char *describe(char *text, size_t size, enum verdict v,
				   enum finding f, int state, bool settled,
				   bool listed)
{
	snprintf(text, size, "%s%s%s %s%s%s",
		 v == VERDICT_DROP ? "drop" : "accept",
		 f == FINDING_NONE ? "" : " ",
		 f == FINDING_NONE ? "" : finding_name[f],
		 state < 0 ? "-" : handshake_state_name[state],
		 settled ? " settled" : "", listed ? " listed" : "");
	return text;
}

static inline const char *mode_name(const struct run *r)
{
	return r->followed ? "followed" : "inline";
}

static inline void compare(struct run *r, const struct expectation *e,
			   const struct decision *d)
{
	char expected[128], got[128];

	describe(expected, sizeof(expected), e->verdict, e->finding, e->state,
		 e->settled, e->listed);
	describe(got, sizeof(got), d->verdict, d->finding,
		 e->state < 0 ? -1 : (int)d->to, d->settled, d->listed);
	if (strcmp(expected, got) != 0)
		file_fail(&r->file, WRONG, "%s: expected %s, got %s",
			  mode_name(r), expected, got);
}

/* Not shown to the judge: only the verdict can be as expected. */
static inline void compare_unseen(struct run *r, const struct expectation *e,
				  enum verdict verdict, const char *why)
{
	if (e->verdict != verdict)
		file_fail(&r->file, WRONG, "%s: expected %s, but %s",
			  mode_name(r),
			  e->verdict == VERDICT_DROP ? "drop" : "accept", why);
}

static inline void show(struct run *r, const struct segment *seg,
			const struct expectation *e)
{
	struct decision d;

	if (!r->followed && is_blocked(r, seg)) {
		compare_unseen(r, e, VERDICT_DROP, "its source is listed");
		return;
	}
	if (!r->followed && passes_by_mark(r, seg)) {
		compare_unseen(r, e, VERDICT_ACCEPT,
			       "its connection is settled");
		return;
	}
	d = judge_segment(r->judge, seg, r->now_ns);
	r->shown++;
	if (d.settled && !r->followed)
		mark(r, seg);
	take_all(r);
	compare(r, e, &d);
}

/* ---- at the end ---- */

static inline void expect_listing(struct run *r, const struct address *address,
				  const char *text)
{
	const char *got = NULL;

	for (size_t i = 0; i < r->num_notices; i++) {
		const struct notice *n = &r->notices[i];

		if (r->notice_claimed[i] || n->kind != NOTICE_LISTED ||
		    !address_equal(&n->offender.source.address, address))
			continue;
		got = n->text;
		if (strncmp(got, text, strlen(text)) != 0)
			continue;
		r->notice_claimed[i] = true;
		return;
	}
	file_fail(&r->file, WRONG, "%s: expected listed \"%s\", got %s",
		  mode_name(r), text, got ? got : "nothing of this source");
}

static inline void expect_flood(struct run *r, const struct address *address,
				uint16_t port)
{
	for (size_t i = 0; i < r->num_notices; i++) {
		const struct notice *n = &r->notices[i];

		if (r->notice_claimed[i] || n->kind != NOTICE_FLOOD ||
		    !address_equal(&n->address, address) || n->port != port)
			continue;
		r->notice_claimed[i] = true;
		return;
	}
	file_fail(&r->file, WRONG, "%s: expected a flood, got none",
		  mode_name(r));
}

static inline void expect_in_step(struct run *r, const struct address *address)
{
	for (size_t i = 0; i < r->num_notices; i++) {
		const struct notice *n = &r->notices[i];

		if (r->notice_claimed[i] || n->kind != NOTICE_LOCKSTEP ||
		    !address_equal(&n->address, address))
			continue;
		r->notice_claimed[i] = true;
		return;
	}
	file_fail(&r->file, WRONG, "%s: expected a source in step, got none",
		  mode_name(r));
}

static inline const char *describe_ending(char *text, size_t size,
					  const struct ending *e)
{
	size_t len = (size_t)snprintf(text, size, "%s %s",
				      conn_state_name[e->conn_state],
				      *e->history ? e->history : "-");

	for (int f = FINDING_NONE + 1; f < NUM_FINDINGS; f++)
		if (e->findings & 1u << f)
			len += (size_t)snprintf(text + len, size - len, " %s",
						finding_name[f]);
	return text;
}

/* `ends` has its originator as src. The next ending of theirs must be so. */
static inline void expect_ending(struct run *r, const struct segment *ends,
				 const char *expected)
{
	char got[256];

	for (size_t i = 0; i < r->num_endings; i++) {
		const struct ending *e = &r->endings[i];
		struct segment its = {.src = e->orig,
				      .dst = e->resp,
				      .src_port = e->orig_port,
				      .dst_port = e->resp_port};

		if (r->ending_claimed[i] || !same_way(&its, ends))
			continue;
		r->ending_claimed[i] = true;
		describe_ending(got, sizeof(got), e);
		if (strcmp(got, expected) != 0)
			file_fail(&r->file, WRONG, "%s: expected %s, got %s",
				  mode_name(r), expected, got);
		return;
	}
	file_fail(&r->file, WRONG, "%s: expected %s, got no such connection",
		  mode_name(r), expected);
}

/* What nobody expected. */
static inline void expect_no_more(struct run *r)
{
	static const char *const what[] = {
		[NOTICE_LISTED] = "the listing",
		[NOTICE_UNLISTED] = "that the list is full",
		[NOTICE_FLOOD] = "the flood",
		[NOTICE_LOCKSTEP] = "the step",
	};
	char text[256], from[ADDRESS_TEXT_BYTES], to[ADDRESS_TEXT_BYTES];

	for (size_t i = 0; i < r->num_notices; i++) {
		const struct notice *n = &r->notices[i];
		bool is_of_list =
			n->kind == NOTICE_LISTED || n->kind == NOTICE_UNLISTED;

		if (r->notice_claimed[i])
			continue;
		address_format(is_of_list ? &n->offender.source.address
					  : &n->address,
			       from);
		file_fail(&r->file, WRONG, "%s: nobody expected %s of %s %s",
			  mode_name(r), what[n->kind], from, n->text);
	}
	for (size_t i = 0; i < r->num_endings; i++) {
		const struct ending *e = &r->endings[i];

		if (!r->ending_claimed[i])
			file_fail(&r->file, WRONG,
				  "%s: nobody expected connection "
				  "%s.%u > %s.%u: %s",
				  mode_name(r), address_format(&e->orig, from),
				  e->orig_port, address_format(&e->resp, to),
				  e->resp_port,
				  describe_ending(text, sizeof(text), e));
	}
}

#endif
