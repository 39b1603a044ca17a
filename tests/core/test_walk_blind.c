/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whoever forges a source does not see what the responder answers. Up to four
 * segments of such a one, to a responder who does what RFC 9293 says, with
 * his answers seen at once, late or not at all: none of them proves the
 * source, and none takes the connection out of our sight.
 */
#include "walk_routes.h"

/* ---- the responder ---- */

#define OFFERED_WINDOW 65535

struct answer {
	bool is_there;
	uint16_t flags;
	uint32_t seq, ack;
};

/* LISTEN or CLOSED, then SYN-RECEIVED; blindly nobody gets farther. */
struct responder {
	bool listens, is_half_open;
	uint32_t iss, irs, rcv_nxt;
};

static struct answer say_rst(const struct segment *seg)
{
	uint32_t after =
		seg->seq + seg->data_len + !!(seg->flags & (TCP_SYN | TCP_FIN));

	if (seg->flags & TCP_ACK)
		return (struct answer){true, TCP_RST, seg->ack, 0};
	return (struct answer){true, TCP_RST | TCP_ACK, 0, after};
}

/* RFC 9293, 3.10.7.1 and 3.10.7.2. */
static struct answer when_shut(struct responder *r, const struct segment *seg)
{
	if (seg->flags & TCP_RST)
		return (struct answer){.is_there = false};
	if (!r->listens || seg->flags & TCP_ACK)
		return say_rst(seg);
	r->is_half_open = true;
	r->iss += 64021;
	r->irs = seg->seq;
	r->rcv_nxt = seg->seq + 1;
	return (struct answer){true, TCP_SYN | TCP_ACK, r->iss, r->rcv_nxt};
}

/* RFC 9293, 3.10.7.4, with the challenge ACKs of RFC 5961. */
static struct answer when_half_open(struct responder *r,
				    const struct segment *seg)
{
	struct answer challenge = {true, TCP_ACK, r->iss + 1, r->rcv_nxt};
	bool is_rst = seg->flags & TCP_RST;

	if (seg->flags & TCP_SYN && seg->seq == r->irs)
		return (struct answer){true, TCP_SYN | TCP_ACK, r->iss,
				       r->rcv_nxt};
	if (!within(seg->seq, r->rcv_nxt, OFFERED_WINDOW - 1))
		return is_rst ? (struct answer){.is_there = false} : challenge;
	if (is_rst && seg->seq == r->rcv_nxt) {
		r->is_half_open = false;
		return (struct answer){.is_there = false};
	}
	if (is_rst || seg->flags & TCP_SYN)
		return challenge;
	/* First of all: the number was a guess. */
	assert_int_not_equal(seg->ack, r->iss + 1);
	return say_rst(seg);
}

static struct answer responder_gets(struct responder *r,
				    const struct segment *seg)
{
	return r->is_half_open ? when_half_open(r, seg) : when_shut(r, seg);
}

/* ---- the forger ---- */

/* His numbers, from his own ISN; what he acknowledges he makes up. */
static const int32_t own[] = {1, 70001, -100, INT32_MIN};
static const struct {
	enum handshake_side from;
	int32_t more;
} guess[] = {
	{HS_RESP, 123456789}, /* every second guess is as near as that */
	{HS_RESP, INT32_MIN + 123},
	{HS_ORIG, 1},
};
static const struct {
	uint16_t flags;
	uint8_t len;
} guessed[] = {
	{TCP_ACK, 0},
	{TCP_ACK, 10},
	{TCP_FIN | TCP_ACK, 0},
	{TCP_SYN | TCP_ACK, 0},
};

static struct segment forged[80];
static unsigned int num_forged;

static void forge(const struct walk *w, uint16_t flags, int32_t more,
		  uint32_t ack, uint8_t len)
{
	uint32_t seq = w->isn[HS_ORIG] + (uint32_t)more;

	assert_true(num_forged < ARRAY_SIZE(forged));
	forged[num_forged++] = walk_segment(w, HS_ORIG, flags, seq, ack, len);
}

static void make_forgeries(struct walk *w, unsigned int owns,
			   unsigned int guesses)
{
	num_forged = 0;
	walk_begin(w, 1000, 3000000000);
	forge(w, TCP_SYN, 0, 0, 0);
	forge(w, TCP_SYN, 1000, 0, 0);
	forge(w, TCP_RST, 1, 0, 0);
	if (owns == ARRAY_SIZE(own)) {
		forge(w, TCP_SYN, 0, 0, 10);
		forge(w, TCP_SYN, INT32_MIN, 0, 0);
		forge(w, TCP_RST, 0, 0, 0);
		forge(w, TCP_RST, 70001, 0, 0);
	}
	for (unsigned int g = 0; g < guesses; g++) {
		uint32_t ack = w->isn[guess[g].from] + (uint32_t)guess[g].more;

		for (unsigned int i = 0; i < owns; i++)
			for (unsigned int k = 0; k < ARRAY_SIZE(guessed); k++)
				forge(w, guessed[k].flags, own[i], ack,
				      guessed[k].len);
	}
}

/* ---- the attack ---- */

enum delivery {
	AT_ONCE,
	AFTER_THE_NEXT,
	ANOTHER_WAY, /* never seen by us */
	AND_RESET,   /* at once, and the host that was forged resets it */
	NUM_DELIVERIES
};

typedef void (*judged_fn)(struct walk *w, const struct decision *d);

static judged_fn judged;

static void deliver(struct walk *w, struct answer *a)
{
	struct decision d;

	if (!a->is_there)
		return;
	a->is_there = false;
	d = walk_say(w, HS_RESP, a->flags, a->seq, a->ack, 0);
	judged(w, &d);
}

static void attack(struct walk *w, bool listens, enum delivery how,
		   const unsigned int *word, unsigned int length)
{
	struct responder r = {.listens = listens};
	struct answer late = {.is_there = false}, a;

	walk_begin(w, 1000, 3000000000);
	w->route = listens ? "blind, open port" : "blind, closed port";
	r.iss = w->isn[HS_RESP];
	for (unsigned int i = 0; i < length; i++) {
		const struct segment *seg = &forged[word[i]];
		struct decision d = walk_say(w, HS_ORIG, seg->flags, seg->seq,
					     seg->ack, seg->data_len);

		judged(w, &d);
		a.is_there = false;
		if (d.verdict == VERDICT_ACCEPT)
			a = responder_gets(&r, seg);
		deliver(w, &late);
		if (how == AFTER_THE_NEXT)
			late = a;
		else if (how != ANOTHER_WAY)
			deliver(w, &a);
		if (how == AND_RESET && a.flags == (TCP_SYN | TCP_ACK))
			walk_say(w, HS_ORIG, TCP_RST, a.ack, 0, 0);
	}
	deliver(w, &late);
}

/* Every word of that length, to either port, each way of delivery. */
static unsigned long each_attack(struct walk *w, unsigned int length)
{
	unsigned int word[4] = {0};
	unsigned long n = 0, words = 1;

	for (unsigned int i = 0; i < length; i++)
		words *= num_forged;
	for (unsigned long i = 0; i < words; i++) {
		unsigned long rest = i;

		for (unsigned int k = 0; k < length; k++) {
			word[k] = (unsigned int)(rest % num_forged);
			rest /= num_forged;
		}
		for (int how = 0; how < NUM_DELIVERIES * 2; how++, n++)
			attack(w, how % 2, how / 2, word, length);
	}
	return n;
}

static void attack_with_all(judged_fn f)
{
	unsigned long n;
	struct walk w;

	judged = f;
	walk_open(&w, MODE_ENFORCE);
	make_forgeries(&w, ARRAY_SIZE(own), ARRAY_SIZE(guess));
	n = each_attack(&w, 1) + each_attack(&w, 2) + each_attack(&w, 3);
	make_forgeries(&w, 2, 1);
	n += each_attack(&w, 4);
	walk_close(&w);
	print_message("%lu attacks\n", n);
}

/* What would let the forged source be listed for good, or credited. */
static void is_unproved(struct walk *w, const struct decision *d)
{
	const struct flow *f = walk_flow(w);
	struct source *s = source_find(w->judge->sources, &w->end[HS_ORIG]);

	walk_assert(w, !f || !(f->flags & FLOW_PROVED));
	walk_assert(w, d->finding == FINDING_NONE ||
			       policy_grade(d->finding) != GRADE_PROVED);
	for (unsigned int i = 0; s && i < s->num_evidence; i++) {
		enum finding finding = s->evidence[i].finding;

		walk_assert(w, finding != FINDING_NONE);
		walk_assert(w, policy_grade(finding) != GRADE_PROVED);
	}
}

static void nobody_proves_a_source_blindly(void **state)
{
	(void)state;
	attack_with_all(is_unproved);
}

static void is_not_settled(struct walk *w, const struct decision *d)
{
	walk_assert(w, !d->settled);
}

static void nobody_settles_a_connection_blindly(void **state)
{
	(void)state;
	attack_with_all(is_not_settled);
}

/*
 * The responder tries its SYN/ACK again when we have forgotten the SYN. What
 * answers that must acknowledge it, and not just anything.
 */
static void what_we_forgot_is_not_settled_blindly(void **state)
{
	unsigned long n = 0;
	struct walk w;

	(void)state;
	walk_open(&w, MODE_ENFORCE);
	make_forgeries(&w, ARRAY_SIZE(own), ARRAY_SIZE(guess));
	for (unsigned int i = 0; i < num_forged * num_forged; i++, n++) {
		const struct segment *one = &forged[i / num_forged];
		const struct segment *two = &forged[i % num_forged];
		struct decision d;

		walk_begin(&w, 1000, 3000000000);
		w.route = "a SYN/ACK tried again after 31 s";
		walk_say(&w, HS_ORIG, TCP_SYN, 1000, 0, 0);
		walk_say(&w, HS_RESP, TCP_SYN | TCP_ACK, 3000000000, 1001, 0);
		w.now_ns += 31 * NS_PER_S;
		judge_tick(w.judge, w.now_ns);
		walk_say(&w, HS_RESP, TCP_SYN | TCP_ACK, 3000000000, 1001, 0);
		d = walk_say(&w, HS_ORIG, one->flags, one->seq, one->ack,
			     one->data_len);
		is_not_settled(&w, &d);
		d = walk_say(&w, HS_ORIG, two->flags, two->seq, two->ack,
			     two->data_len);
		is_not_settled(&w, &d);
	}
	walk_close(&w);
	print_message("%lu attacks\n", n);
}

/*
 * RFC 7413, 4.2: data in the SYN lets the responder write early. It does not
 * let the originator acknowledge what was not written: that would make one
 * guess in 65536 a good one.
 */
static void data_in_the_syn_makes_no_guess_good(void **state)
{
	static const struct route *fast;
	struct walk w;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(routes); i++)
		if (strcmp(routes[i].name, "fast half-open") == 0)
			fast = &routes[i];
	walk_open(&w, MODE_ENFORCE);
	for (uint32_t more = 0; more <= UNSCALED_WINDOW + 2; more++) {
		struct decision d;

		route_take(&w, fast, 1000, 3000000000);
		d = walk_say(&w, HS_ORIG, TCP_ACK, w.next[HS_ORIG],
			     w.isn[HS_RESP] + more, 0);
		walk_assert(&w, (d.to == HS_ESTABLISHED) == (more == 1));
	}
	walk_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_proves_a_source_blindly),
		cmocka_unit_test(nobody_settles_a_connection_blindly),
		cmocka_unit_test(what_we_forgot_is_not_settled_blindly),
		cmocka_unit_test(data_in_the_syn_makes_no_guess_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
