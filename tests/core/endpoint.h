/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP endpoints on both sides of a judge, small but true to RFC 9293 and RFC
 * 5961 in what answers what: SYN/ACKs with random numbers and their
 * retransmission, challenge ACKs, resets of what nobody asked for. Their
 * connections carry one request and one response.
 */
#ifndef HANDSHAKED_TESTS_ENDPOINT_H
#define HANDSHAKED_TESTS_ENDPOINT_H

#include "tcb.h"

static inline void tcb_over(struct simulation *s, struct tcb *t, bool served)
{
	if (t->active)
		endpoints_of(s)->over(s, t, served);
	tcb_del(endpoints_of(s), t);
}

/* ---- on the way ---- */

static inline void endpoint_receive(struct simulation *s,
				    const struct sim_event *e);

/* The kernel on the way: settled connections are not judged. */
static inline struct decision
endpoint_pass(struct simulation *s, const struct segment *seg, bool *was_judged)
{
	struct endpoints *p = endpoints_of(s);
	struct tcb *from = tcb_of_sender(p, seg);
	struct tcb *to = tcb_of_receiver(p, seg);
	struct decision d = {.verdict = VERDICT_ACCEPT};

	*was_judged = !((from && from->settled) || (to && to->settled)) ||
		      sim_is_listed(s, &seg->src);
	if (*was_judged)
		d = sim_judge(s, seg);
	if (d.settled && from)
		from->settled = true;
	if (d.settled && to)
		to->settled = true;
	return d;
}

/* It travels for about 10 ms if it is let through. True when it is. */
static inline bool endpoint_carry(struct simulation *s,
				  const struct segment *seg, struct decision *d,
				  bool *was_judged)
{
	*d = endpoint_pass(s, seg, was_judged);
	if (d->verdict == VERDICT_DROP)
		return false;
	sim_at(s, s->now_ns + 5 * NS_PER_MS + sim_random_ns(10 * NS_PER_MS),
	       (struct sim_event){endpoint_receive, NULL, 0, *seg});
	return true;
}

/* Of an endpoint; a dropped segment is told, not repeated. */
static inline void endpoint_send(struct simulation *s, const struct segment *of)
{
	struct endpoints *p = endpoints_of(s);
	struct segment seg = *of;
	struct decision d;
	bool was_judged;

	seg.local = p->is_local(s->world, &seg.src);
	endpoint_carry(s, &seg, &d, &was_judged);
	p->sent(s, &seg, d, was_judged);
}

static inline void tcb_send(struct simulation *s, struct tcb *t, uint16_t flags,
			    uint32_t seq, uint32_t data_len)
{
	endpoint_send(s,
		      &(struct segment){
			      .src = t->local,
			      .dst = t->remote,
			      .src_port = t->local_port,
			      .dst_port = t->remote_port,
			      .seq = seq,
			      .ack = flags & TCP_ACK ? t->rcv_nxt : 0,
			      .flags = flags,
			      .options = flags & TCP_SYN ? SIM_OS_OPTIONS : 0,
			      .window = 1024,
			      .ttl = 64,
			      .data_len = data_len,
		      });
}

/* RFC 9293, 3.10.7.1: what nobody asked for is reset. */
static inline void endpoint_reset(struct simulation *s,
				  const struct segment *in)
{
	bool has_ack = in->flags & TCP_ACK;
	uint32_t len = in->data_len + !!(in->flags & TCP_SYN) +
		       !!(in->flags & TCP_FIN);

	if (in->flags & TCP_RST)
		return;
	endpoint_send(s, &(struct segment){
				 .src = in->dst,
				 .dst = in->src,
				 .src_port = in->dst_port,
				 .dst_port = in->src_port,
				 .seq = has_ack ? in->ack : 0,
				 .ack = has_ack ? 0 : in->seq + len,
				 .flags = has_ack ? TCP_RST : TCP_RST | TCP_ACK,
				 .ttl = 64,
			 });
}

/* ---- timers ---- */

static inline void
tcb_later(struct simulation *s, struct tcb *t, uint64_t after_ns,
	  void (*happens)(struct simulation *, const struct sim_event *))
{
	sim_at(s, s->now_ns + after_ns,
	       (struct sim_event){happens, t, t->generation, {.ttl = 64}});
}

/* The connection that a timer was set for, if there still is one. */
static inline struct tcb *tcb_of_timer(const struct sim_event *e)
{
	struct tcb *t = e->who;

	return t->state != TCB_FREE && t->generation == e->value ? t : NULL;
}

static inline void tcb_retransmit(struct simulation *s,
				  const struct sim_event *e)
{
	struct tcb *t = tcb_of_timer(e);

	if (!t || (t->state != TCB_SYN_SENT && t->state != TCB_SYN_RECEIVED))
		return;
	if (++t->tries > 5) {
		tcb_over(s, t, false);
		return;
	}
	tcb_later(s, t, NS_PER_S << t->tries, tcb_retransmit);
	tcb_send(s, t, t->active ? TCP_SYN : TCP_SYN | TCP_ACK, t->snd_una, 0);
}

static inline void tcb_request(struct simulation *s, const struct sim_event *e)
{
	struct tcb *t = tcb_of_timer(e);

	if (!t)
		return;
	t->snd_nxt += 200;
	tcb_send(s, t, TCP_ACK | TCP_PSH, t->snd_nxt - 200, 200);
}

/* ---- receiving ---- */

static inline void receive_in_syn_sent(struct simulation *s, struct tcb *t,
				       const struct segment *in)
{
	bool is_acceptable = in->flags & TCP_ACK && in->ack == t->snd_nxt;

	if (in->flags & TCP_RST) {
		if (is_acceptable)
			tcb_over(s, t, false);
		return;
	}
	if (in->flags & TCP_ACK && !is_acceptable) {
		endpoint_reset(s, in);
		return;
	}
	if ((in->flags & (TCP_SYN | TCP_ACK)) != (TCP_SYN | TCP_ACK))
		return;
	t->state = TCB_ESTABLISHED;
	t->rcv_nxt = in->seq + 1;
	t->snd_una = in->ack;
	tcb_send(s, t, TCP_ACK, t->snd_nxt, 0);
	if (!t->mute)
		tcb_later(s, t,
			  1 + sim_random_ns(endpoints_of(s)->think_ns + 1),
			  tcb_request);
}

/* A passive end answers data with data; an active one closes after it. */
static inline void receive_data(struct simulation *s, struct tcb *t,
				const struct segment *in)
{
	t->rcv_nxt += in->data_len + !!(in->flags & TCP_FIN);
	if (in->flags & TCP_FIN) {
		tcb_send(s, t,
			 t->state == TCB_FIN_SENT ? TCP_ACK : TCP_ACK | TCP_FIN,
			 t->snd_nxt, 0);
		tcb_over(s, t, true);
	} else if (t->active) {
		tcb_send(s, t, TCP_ACK | TCP_FIN, t->snd_nxt++, 0);
		t->state = TCB_FIN_SENT;
	} else {
		t->snd_nxt += 1000;
		tcb_send(s, t, TCP_ACK | TCP_PSH, t->snd_nxt - 1000, 1000);
	}
}

/* RFC 9293, 3.10.7.4, with the challenge ACKs of RFC 5961. */
static inline void receive_otherwise(struct simulation *s, struct tcb *t,
				     const struct segment *in)
{
	if (t->state == TCB_SYN_RECEIVED && in->flags & TCP_SYN &&
	    in->seq + 1 == t->rcv_nxt) {
		tcb_send(s, t, TCP_SYN | TCP_ACK, t->snd_una, 0);
	} else if (in->flags & TCP_RST && in->seq == t->rcv_nxt) {
		/* Whoever has closed has had its answer. */
		tcb_over(s, t, t->state == TCB_FIN_SENT);
	} else if (in->flags & TCP_RST &&
		   !seq_between(in->seq, t->rcv_nxt, t->rcv_nxt + 65535)) {
		return;
	} else if (in->flags & (TCP_SYN | TCP_RST) || in->seq != t->rcv_nxt) {
		tcb_send(s, t, TCP_ACK, t->snd_nxt, 0);
	} else if (!(in->flags & TCP_ACK)) {
		return;
	} else if (t->state == TCB_SYN_RECEIVED && in->ack != t->snd_nxt) {
		endpoint_reset(s, in);
	} else if (!seq_between(in->ack, t->snd_una - 65535, t->snd_nxt)) {
		tcb_send(s, t, TCP_ACK, t->snd_nxt, 0);
	} else {
		if (t->state == TCB_SYN_RECEIVED)
			t->state = TCB_ESTABLISHED;
		if (in->data_len > 0 || in->flags & TCP_FIN)
			receive_data(s, t, in);
	}
}

static inline void receive_of_nobody(struct simulation *s,
				     const struct segment *in)
{
	struct endpoints *p = endpoints_of(s);
	uint32_t iss = (uint32_t)random_bits();
	struct tcb *t;

	if ((in->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN ||
	    !p->is_open(s->world, &in->dst, in->dst_port)) {
		endpoint_reset(s, in);
		return;
	}
	t = tcb_add(p, (struct tcb){
			       .local = in->dst,
			       .remote = in->src,
			       .local_port = in->dst_port,
			       .remote_port = in->src_port,
			       .state = TCB_SYN_RECEIVED,
			       .snd_una = iss,
			       .snd_nxt = iss + 1,
			       .rcv_nxt = in->seq + 1,
		       });
	if (!t)
		return;
	tcb_later(s, t, NS_PER_S, tcb_retransmit);
	tcb_send(s, t, TCP_SYN | TCP_ACK, iss, 0);
}

static inline void endpoint_receive(struct simulation *s,
				    const struct sim_event *e)
{
	struct endpoints *p = endpoints_of(s);
	struct tcb *t = tcb_of_receiver(p, &e->seg);

	if (!p->is_alive(s->world, &e->seg.dst))
		return;
	if (!t)
		receive_of_nobody(s, &e->seg);
	else if (t->state == TCB_SYN_SENT)
		receive_in_syn_sent(s, t, &e->seg);
	else
		receive_otherwise(s, t, &e->seg);
}

/* Opens a connection; `over` is told of its end. */
static inline struct tcb *
endpoint_open(struct simulation *s, void *owner, const struct address *local,
	      uint16_t port, const struct address *remote, uint16_t remote_port)
{
	uint32_t iss = (uint32_t)random_bits();
	struct tcb *t =
		tcb_add(endpoints_of(s), (struct tcb){
						 .local = *local,
						 .remote = *remote,
						 .local_port = port,
						 .remote_port = remote_port,
						 .state = TCB_SYN_SENT,
						 .active = true,
						 .snd_una = iss,
						 .snd_nxt = iss + 1,
						 .owner = owner,
					 });

	assert_non_null(t);
	tcb_later(s, t, NS_PER_S, tcb_retransmit);
	tcb_send(s, t, TCP_SYN, iss, 0);
	return t;
}

#endif
