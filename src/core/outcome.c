/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a conversation came to: refused, unanswered, reset half-open, closed
 * without payload. Counts the half-open ones of each endpoint, and looks
 * after those that wait for an answer as time passes.
 */
#include "judge_internal.h"

/* Records looked at in one call of conversation_expire(), per queue. */
#define EXPIRE_AT_ONCE 8192

bool is_served(struct judge *j, const struct address *address, uint16_t port)
{
	bool served;

	endpoints_open(j, address);
	served = service_find(j->services, address, port);
	endpoints_close(j);
	return served;
}

bool responder_serves(struct judge *j, const struct flow *f)
{
	return is_served(j, flow_address(f, HS_RESP), flow_port(f, HS_RESP));
}

bool is_flooded(struct judge *j, const struct address *address, uint16_t port)
{
	const struct service *s;
	bool flooded;

	if (__atomic_load_n(&j->ledger->floods, __ATOMIC_RELAXED) == 0)
		return false;
	endpoints_open(j, address);
	s = service_find(j->services, address, port);
	flooded = s && s->flooded;
	endpoints_close(j);
	return flooded;
}

void hear_host(struct judge *j, const struct address *address)
{
	endpoints_open(j, address);
	host_heard(j->hosts, address, ledger_host_hash(j, address));
	endpoints_close(j);
}

bool responder_is_ours(const struct judge *j, const struct flow *f)
{
	if (j->inside.count == 0 && j->exempt.count == 0)
		return true;
	return f->is_own || source_is_inside(j, flow_address(f, HS_RESP));
}

/*
 * With the part of the endpoint open; NULL if it is none of our business. Where
 * nobody told which side is ours, all is.
 */
static struct service *learn_open(struct judge *j,
				  const struct address *address, uint16_t port,
				  const struct address *peer)
{
	bool spared = source_is_spared(j, address);
	struct service *s;

	if (!spared && j->inside.count > 0 && !source_is_spared(j, peer))
		return NULL;
	s = service_learn(j->services, address, port);
	if (spared && !s->is_ours)
		service_keep(j->services, s);
	return s;
}

void learn_service(struct judge *j, const struct address *address,
		   uint16_t port, const struct address *peer)
{
	endpoints_open(j, address);
	learn_open(j, address, port, peer);
	endpoints_close(j);
}

/* ---- half-open connections, and floods of them ---- */

static void tell_flood(struct judge *j, struct service *s)
{
	struct notice *n = notice_add(j, NOTICE_FLOOD);

	if (!n)
		return;
	s->flooded = true;
	__atomic_add_fetch(&j->ledger->floods, 1, __ATOMIC_RELAXED);
	n->address = s->address;
	n->port = s->port;
	n->half_open = s->half_open;
}

static void half_open_more(struct judge *j, const struct flow *f)
{
	const struct address *responder = flow_address(f, HS_RESP);
	struct service *s;

	endpoints_open(j, responder);
	s = learn_open(j, responder, flow_port(f, HS_RESP),
		       flow_address(f, HS_ORIG));
	if (s)
		s->half_open++;
	if (s && !s->flooded && s->half_open >= j->config.flood_half_open)
		tell_flood(j, s);
	endpoints_close(j);
}

static void half_open_less(struct judge *j, const struct flow *f)
{
	struct service *s;

	endpoints_open(j, flow_address(f, HS_RESP));
	s = service_find(j->services, flow_address(f, HS_RESP),
			 flow_port(f, HS_RESP));
	/* The endpoint may have been evicted and learnt again since. */
	if (s && s->half_open > 0)
		s->half_open--;
	if (s && s->flooded && s->half_open < j->config.flood_half_open / 2) {
		s->flooded = false;
		__atomic_sub_fetch(&j->ledger->floods, 1, __ATOMIC_RELAXED);
		s->calm_ms = (uint32_t)(j->now_ns / NS_PER_MS);
	}
	endpoints_close(j);
}

/* Was it opened in a flood, its source then most likely being forged? */
static bool is_of_flood(struct judge *j, const struct flow *f)
{
	const struct service *s;
	uint32_t now_ms;
	bool is_one;

	endpoints_open(j, flow_address(f, HS_RESP));
	now_ms = (uint32_t)(j->now_ns / NS_PER_MS);
	s = service_find(j->services, flow_address(f, HS_RESP),
			 flow_port(f, HS_RESP));
	is_one = s &&
		 (s->flooded || (s->calm_ms && now_ms - f->touched_ms >=
						       now_ms - s->calm_ms));
	endpoints_close(j);
	return is_one;
}

void set_state(struct judge *j, struct flow *f, enum handshake_state state)
{
	if (f->state == HS_SYN_RECEIVED && state != HS_SYN_RECEIVED)
		half_open_less(j, f);
	if (f->state != HS_SYN_RECEIVED && state == HS_SYN_RECEIVED)
		half_open_more(j, f);
	f->state = (uint8_t)state;
}

void forget(struct judge *j, struct flow *f)
{
	summary_ends(j, f);
	gate_lets_go(j, f);
	set_state(j, f, HS_CLOSED);
	flow_del(j->flows, f);
}

/* ---- what is charged to whom ---- */

struct charge charge_to_originator(const struct judge *j, const struct flow *f,
				   enum finding finding)
{
	return (struct charge){
		.source = flow_address(f, HS_ORIG),
		.destination = flow_address(f, HS_RESP),
		.port = flow_port(f, HS_RESP),
		.finding = finding,
		.flags = f->flags & FLOW_OS_SYN ? EVIDENCE_OS_SYN : 0,
		.began_ns = j->now_ns,
	};
}

/*
 * Does an attempt that was refused or not answered speak against who made it?
 * A served port that fails is the responder's trouble.
 */
static bool is_failure(struct judge *j, const struct flow *f)
{
	return !(f->flags & FLOW_UNCHARGED) && !responder_serves(j, f);
}

static bool charge_failure(struct judge *j, const struct flow *f)
{
	struct charge c = charge_to_originator(j, f, FINDING_SYN_SCAN);

	return charge_source(j, &c);
}

/* A handshake with a served port that the originator did not mean. */
static bool charge_probe_of_open_port(struct judge *j, const struct flow *f,
				      enum finding finding)
{
	struct charge c = charge_to_originator(j, f, finding);

	if (f->flags & FLOW_BOTH_SYN)
		return false;
	c.flags |= EVIDENCE_SERVED;
	return charge_source(j, &c);
}

/* What time has run out for was sent a while ago. */
static void fail_by_time(struct judge *j, const struct flow *f, uint8_t flags)
{
	struct charge c = charge_to_originator(j, f, FINDING_SYN_SCAN);

	c.flags |= flags;
	c.began_ns -= flow_waited_ns(f, j->now_ns);
	c.by_silence = true;
	j->counters.findings[FINDING_SYN_SCAN]++;
	summary_of_finding(j, f, FINDING_SYN_SCAN, false);
	charge_source(j, &c);
}

/* Opened, and no end of it answered: nobody knows yet what it was for. */
static bool is_attempt(unsigned int state)
{
	return state == HS_SYN_SENT || state == HS_HALF_SEEN;
}

/* Payload that comes with the FIN, or that the FIN is first to acknowledge. */
static bool says_something(const struct flow *f, const struct segment *seg)
{
	if (seg->flags & TCP_RST)
		return false;
	return seg->data_len > 0 ||
	       (f->flags & FLOW_RESP_DATA && seg->ack != f->irs + 1);
}

/* Closes without having said anything, or read on. */
static bool is_unused(const struct flow *f, const struct segment *seg)
{
	if (says_something(f, seg))
		return false;
	if (f->state == HS_SYN_RECEIVED)
		return true;
	/* Its next number is known: any other is somebody else's guess. */
	if (seg->seq != f->iss + 1)
		return false;
	return f->state == HS_ESTABLISHED && f->flags & FLOW_PROVED &&
	       !(f->flags & FLOW_ORIG_DATA);
}

/*
 * An attempt that its own originator resets counts as failed, for a scanner
 * would reset each to escape that; an answer that comes all the same takes it
 * back (outcome_of_late_answer).
 */
enum finding outcome(struct judge *j, const struct flow *f,
		     enum handshake_side side, enum handshake_state to,
		     const struct segment *seg, bool *listed)
{
	if (is_attempt(f->state) && to == HS_CLOSED) {
		if (!is_failure(j, f))
			return FINDING_NONE;
		*listed = charge_failure(j, f);
		return FINDING_SYN_SCAN;
	}
	if (side != HS_ORIG || f->flags & FLOW_UNCHARGED)
		return FINDING_NONE;
	if (f->state == HS_SYN_RECEIVED && to == HS_CLOSED) {
		*listed = charge_probe_of_open_port(j, f, FINDING_SYN_SCAN);
		return FINDING_SYN_SCAN;
	}
	if ((to == HS_CLOSED || to == HS_FIN_WAIT_1) && is_unused(f, seg)) {
		*listed = charge_probe_of_open_port(j, f, FINDING_CONNECT_SCAN);
		return FINDING_CONNECT_SCAN;
	}
	return FINDING_NONE;
}

void outcome_of_late_answer(struct judge *j, const struct flow *f)
{
	struct charge c = charge_to_originator(j, f, FINDING_SYN_SCAN);

	learn_service(j, c.destination, c.port, c.source);
	hear_host(j, c.destination);
	retract_charge(j, &c);
}

/* ---- time passing ---- */

static void expire_syn(struct judge *j)
{
	struct flow *f;

	for (int i = 0; i < EXPIRE_AT_ONCE; i++) {
		f = flow_expired(j->flows, FLOW_Q_SYN, j->now_ns);
		if (!f)
			return;
		if (f->state == HS_SYN_SENT && is_failure(j, f))
			fail_by_time(j, f, 0);
		gate_lets_go(j, f);
		flow_touch(j->flows, f, FLOW_Q_SILENT, j->now_ns);
	}
}

static void expire_half_open(struct judge *j)
{
	for (int i = 0; i < EXPIRE_AT_ONCE && ending_has_room(j); i++) {
		struct flow *f = flow_expired(j->flows, FLOW_Q_HALF, j->now_ns);

		if (!f)
			return;
		if (!is_of_flood(j, f) &&
		    !(f->flags & (FLOW_UNCHARGED | FLOW_BOTH_SYN)))
			fail_by_time(j, f, EVIDENCE_SERVED);
		forget(j, f);
	}
}

/*
 * Half seen, never answered and without payload: on an asymmetric route it
 * would have had some by now. A SYN with an ACK behind it is a SYN.
 */
static void expire_strays(struct judge *j)
{
	for (int i = 0; i < EXPIRE_AT_ONCE && ending_has_room(j); i++) {
		struct flow *f =
			flow_expired(j->flows, FLOW_Q_STRAY, j->now_ns);

		if (!f)
			return;
		if (f->state == HS_HALF_SEEN && !(f->flags & FLOW_ORIG_DATA) &&
		    is_failure(j, f))
			fail_by_time(j, f, 0);
		forget(j, f);
	}
}

static void expire_quietly(struct judge *j, enum flow_queue queue)
{
	for (int i = 0; i < EXPIRE_AT_ONCE && ending_has_room(j); i++) {
		struct flow *f = flow_expired(j->flows, queue, j->now_ns);

		if (!f)
			return;
		forget(j, f);
	}
}

void conversation_expire(struct judge *j)
{
	expire_syn(j);
	expire_half_open(j);
	expire_quietly(j, FLOW_Q_SILENT);
	expire_quietly(j, FLOW_Q_LINGER);
	expire_strays(j);
	expire_quietly(j, FLOW_Q_OPEN);
}
