/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each line of a transcript means. tests/transcripts/README describes
 * the language.
 */
#ifndef HANDSHAKED_TESTS_TRANSCRIPT_LINES_H
#define HANDSHAKED_TESTS_TRANSCRIPT_LINES_H

#include "transcript_run.h"

static inline void unreadable(struct run *r, const char *expected,
			      const char *got)
{
	file_fail(&r->file, UNREADABLE, "expected %s, not \"%s\"", expected,
		  got ? got : "");
}

static inline int index_of(const char *word, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(word, names[i]) == 0)
			return i;
	return -1;
}

static inline void read_word(struct run *r, struct expectation *e,
			     const char *word)
{
	int state = index_of(word, handshake_state_name, HS_NUM_STATES);
	int finding = index_of(word, finding_name, NUM_FINDINGS);

	if (state >= 0)
		e->state = state;
	else if (finding > FINDING_NONE)
		e->finding = (enum finding)finding;
	else if (strcmp(word, "settled") == 0)
		e->settled = true;
	else if (strcmp(word, "listed") == 0)
		e->listed = true;
	else
		unreadable(r, "a finding or a state", word);
}

/* "accept|drop [FINDING] STATE|- [settled] [listed]" */
static inline struct expectation read_expectation(struct run *r, char *rest)
{
	struct expectation e = {.state = HS_NUM_STATES};
	char *word = next_word(&rest);

	if (word && strcmp(word, "drop") == 0)
		e.verdict = VERDICT_DROP;
	else if (!word || strcmp(word, "accept") != 0)
		unreadable(r, "accept or drop", word);
	while ((word = next_word(&rest)) != NULL) {
		if (strcmp(word, "-") == 0)
			e.state = -1;
		else
			read_word(r, &e, word);
	}
	if (e.state == HS_NUM_STATES)
		unreadable(r, "a state or -", "");
	return e;
}

/* "+SECONDS", perhaps with a fraction, to nanoseconds. */
static inline bool read_time(const char *word, uint64_t *ns)
{
	double s;
	char *end;

	if (word[1] < '0' || word[1] > '9')
		return false;
	s = strtod(word + 1, &end);
	if (*end != '\0' || s >= 1e6)
		return false;
	*ns = (uint64_t)(s * NS_PER_S + 0.5);
	return true;
}

/* "+SECONDS [SEGMENT => EXPECTATION]" */
static inline void do_time(struct run *r, char *rest)
{
	char error[SEGMENT_TEXT_ERROR_BYTES], *arrow;
	char *time = next_word(&rest);
	struct expectation e;
	struct segment seg;
	uint64_t ns;

	if (r->ended) {
		unreadable(r, "nothing to happen after the end", time);
		return;
	}
	start_judge(r);
	if (!read_time(time, &ns)) {
		unreadable(r, "+SECONDS", time);
		return;
	}
	pass_time(r, ns);
	if (!rest || !*unindented(rest))
		return;
	arrow = strstr(rest, "=>");
	if (!arrow) {
		unreadable(r, "=> after a segment", rest);
		return;
	}
	*arrow = '\0';
	e = read_expectation(r, arrow + 2);
	if (!segment_text_parse(unindented(rest), &seg, error))
		file_fail(&r->file, UNREADABLE, "%s", error);
	if (r->file.failure == FINE)
		show(r, &seg, &e);
}

static inline void end_everything(struct run *r)
{
	start_judge(r);
	r->ended = true;
	while (r->followed && judge_finish(r->judge))
		take_all(r);
}

/* "connection SRC > DST: CONN_STATE HISTORY [FINDING...]" */
static inline void do_connection(struct run *r, char *rest)
{
	char *from = next_word(&rest), *arrow = next_word(&rest);
	char *to = next_word(&rest), *colon = to ? strchr(to, '\0') - 1 : NULL;
	struct segment ends;

	if (!colon || colon < to || *colon != ':' || strcmp(arrow, ">") != 0) {
		unreadable(r, "connection SRC > DST: ...", "");
		return;
	}
	*colon = '\0';
	if (!segment_text_endpoint(from, &ends.src, &ends.src_port) ||
	    !segment_text_endpoint(to, &ends.dst, &ends.dst_port)) {
		unreadable(r, "two ADDRESS.PORT", from);
		return;
	}
	end_everything(r);
	if (r->followed)
		expect_ending(r, &ends, rest ? unindented(rest) : "");
}

/* "listed nobody" or "listed ADDRESS "TEXT"", which is how its text begins */
static inline void do_listed(struct run *r, char *rest)
{
	char *who = next_word(&rest), *text, *end;
	struct address address;

	r->speaks_of_listings = true;
	if (who && strcmp(who, "nobody") == 0)
		return;
	text = rest ? strchr(rest, '"') : NULL;
	end = text ? strchr(text + 1, '"') : NULL;
	if (!end || !who || !address_parse(who, &address)) {
		unreadable(r, "listed nobody, or ADDRESS \"TEXT\"", who);
		return;
	}
	*end = '\0';
	expect_listing(r, &address, text + 1);
}

static inline void do_endpoint(struct run *r, bool is_served, char *rest)
{
	char *end = next_word(&rest);
	struct address address;
	uint16_t port;

	if (!end || !segment_text_endpoint(end, &address, &port)) {
		unreadable(r, "ADDRESS.PORT", end);
		return;
	}
	start_judge(r);
	if (is_served)
		judge_learn_service(r->judge, &address, port);
	else
		expect_flood(r, &address, port);
}

/* "in-step ADDRESS" */
static inline void do_in_step(struct run *r, const char *who)
{
	struct address address;

	if (who && address_parse(who, &address))
		expect_in_step(r, &address);
	else
		unreadable(r, "in-step ADDRESS", who);
}

static inline void add_prefix(struct run *r, const char *word,
			      struct prefix *list, size_t *count)
{
	if (!word || *count == MAX_PREFIXES ||
	    !prefix_parse(word, &list[(*count)++]))
		unreadable(r, "a prefix, and not too many", word);
}

/* What the judge is made with. Returns false when it is something else. */
static inline bool do_configuration(struct run *r, const char *what,
				    const char *word)
{
	unsigned long n = 0;

	if (strcmp(what, "inside") == 0) {
		add_prefix(r, word, r->inside, &r->num_inside);
	} else if (strcmp(what, "exempt") == 0) {
		add_prefix(r, word, r->exempt, &r->num_exempt);
	} else if (strcmp(what, "grace") == 0) {
		if (!whole_number(word, 3600, &n))
			unreadable(r, "0 to 3600 seconds", word);
		r->config.grace_s = (uint32_t)n;
	} else if (strcmp(what, "flood") == 0) {
		if (!whole_number(word, 100000, &n))
			unreadable(r, "0 to 100000 connections", word);
		r->config.flood_half_open = (uint32_t)n;
	} else if (strcmp(what, "mode") == 0) {
		if (!word || (strcmp(word, "observe") != 0 &&
			      strcmp(word, "enforce") != 0))
			unreadable(r, "observe or enforce", word);
		else if (*word == 'o')
			r->config.mode = MODE_OBSERVE;
	} else {
		return false;
	}
	if (r->judge)
		unreadable(r, "configuration before the rest", what);
	return true;
}

/* "only followed|inline: REASON" */
static inline void do_only(struct run *r, char *rest)
{
	char *mode = next_word(&rest);

	if (mode && strcmp(mode, "followed:") == 0)
		r->only = "followed";
	else if (mode && strcmp(mode, "inline:") == 0)
		r->only = "inline";
	if (!r->only || !rest)
		unreadable(r, "followed: or inline:, and why", mode);
}

static inline void do_line(void *context, char *line)
{
	struct run *r = context;
	char *rest = line, *word;

	if (r->only && strcmp(r->only, mode_name(r)) != 0)
		return;
	if (*line == '+') {
		do_time(r, line);
		return;
	}
	word = next_word(&rest);
	if (strcmp(word, "connection") == 0)
		do_connection(r, rest);
	else if (strcmp(word, "listed") == 0)
		do_listed(r, rest);
	else if (strcmp(word, "served") == 0 || strcmp(word, "flooded") == 0)
		do_endpoint(r, *word == 's', rest);
	else if (strcmp(word, "in-step") == 0)
		do_in_step(r, next_word(&rest));
	else if (strcmp(word, "known-wrong:") == 0 && rest)
		snprintf(r->known_wrong, sizeof(r->known_wrong), "%s", rest);
	else if (strcmp(word, "only") == 0)
		do_only(r, rest);
	else if (!do_configuration(r, word, next_word(&rest)))
		unreadable(r, "a line that README describes", word);
}

#endif
