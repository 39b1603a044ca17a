/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Zeek's conn_state and history, worked out from two small state machines, one
 * an end, that ask of a segment only its flags, whether it has payload, and
 * whether its number was there before.
 */
#include "core/summary.h"

#include <string.h>

const char *const conn_state_name[] = {
	[CONN_S0] = "S0",       [CONN_S1] = "S1",     [CONN_SF] = "SF",
	[CONN_REJ] = "REJ",     [CONN_S2] = "S2",     [CONN_S3] = "S3",
	[CONN_RSTO] = "RSTO",   [CONN_RSTR] = "RSTR", [CONN_RSTOS0] = "RSTOS0",
	[CONN_RSTRH] = "RSTRH", [CONN_SH] = "SH",     [CONN_SHR] = "SHR",
	[CONN_OTH] = "OTH",
};
_Static_assert(ARRAY_SIZE(conn_state_name) == NUM_CONN_STATES,
	       "every conn_state has a name");

/* Letters that each end has once, as bits of summary_end.seen. */
enum seen {
	SEEN_SYN = 1 << 0,
	SEEN_FIN = 1 << 1,
	SEEN_RST = 1 << 2,
	SEEN_ACK = 1 << 3,
	SEEN_DATA = 1 << 4,
	SEEN_MULTI = 1 << 5,
	SEEN_INCONSISTENT = 1 << 6,
};

void summary_begin(struct summary *s, uint64_t now_ns)
{
	memset(s, 0, sizeof(*s));
	s->began_ns = now_ns;
}

/* ---- history ---- */

/* The originator's letters are capitals. */
static void add_letter(struct summary *s, enum handshake_side side, char letter)
{
	size_t len = strlen(s->history);

	if (len + 1 < sizeof(s->history))
		s->history[len] =
			side == HS_ORIG ? (char)(letter - 'a' + 'A') : letter;
}

void summary_flip(struct summary *s)
{
	s->history[0] = '^';
	s->flipped = true;
}

static void letter_once(struct summary *s, enum handshake_side side,
			enum seen which, char letter)
{
	struct summary_end *e = &s->end[side];

	if (!(e->seen & which))
		add_letter(s, side, letter);
	e->seen |= which;
}

/* Again, when the number is another than the last time. */
static void letter_by_number(struct summary *s, enum handshake_side side,
			     enum seen which, char letter, uint32_t *last,
			     uint32_t seq)
{
	if (!(s->end[side].seen & which) || *last != seq)
		add_letter(s, side, letter);
	s->end[side].seen |= which;
	*last = seq;
}

/* The 1st, 10th, 100th, 1000th time. */
static void letter_by_tens(struct summary *s, enum handshake_side side,
			   char letter, uint16_t *times)
{
	if (*times < UINT16_MAX)
		++*times;
	if (*times == 1 || *times == 10 || *times == 100 || *times == 1000)
		add_letter(s, side, letter);
}

static void note_flags(struct summary *s, enum handshake_side side,
		       const struct segment *seg)
{
	struct summary_end *e = &s->end[side];
	uint16_t f = seg->flags;

	switch (f & (TCP_SYN | TCP_FIN | TCP_RST)) {
	case 0:
		if (seg->data_len > 0)
			letter_once(s, side, SEEN_DATA, 'd');
		else if (f & TCP_ACK)
			letter_once(s, side, SEEN_ACK, 'a');
		break;
	case TCP_SYN:
		letter_by_number(s, side, SEEN_SYN, f & TCP_ACK ? 'h' : 's',
				 &e->syn_seq, seg->seq);
		break;
	case TCP_FIN:
		letter_by_number(s, side, SEEN_FIN, 'f', &e->fin_seq,
				 seg->seq + seg->data_len);
		break;
	case TCP_RST:
		letter_by_number(s, side, SEEN_RST, 'r', &e->rst_seq, seg->seq);
		break;
	default:
		if ((f & TCP_FIN) && (f & TCP_RST))
			letter_once(s, side, SEEN_INCONSISTENT, 'i');
		else
			letter_once(s, side, SEEN_MULTI, 'q');
		break;
	}
}

/* A window of zero says something while the other end may still send. */
static void note_window(struct summary *s, enum handshake_side side,
			const struct segment *seg)
{
	struct summary_end *e = &s->end[side];

	if (seg->window == 0 && !(seg->flags & TCP_RST) &&
	    s->end[!side].state != END_CLOSED && e->state != END_RESET)
		letter_by_tens(s, side, 'w', &e->zero_windows);
}

static void note_number(struct summary *s, enum handshake_side side,
			const struct segment *seg, bool is_first)
{
	struct summary_end *e = &s->end[side];
	uint32_t after = seg->seq + seg->data_len + !!(seg->flags & TCP_SYN) +
			 !!(seg->flags & TCP_FIN);

	if (seg->flags & TCP_RST)
		return;
	if (is_first || seg->flags & TCP_SYN || seq_before(e->next_seq, after))
		e->next_seq = after;
	else if (seg->data_len > 0)
		letter_by_tens(s, side, 't', &e->resent);
}

/* ---- states ---- */

static void enter(struct summary_end *e, enum end_state state)
{
	e->before = e->state;
	e->state = (uint8_t)state;
}

static void from_inactive(struct summary_end *e, struct summary_end *peer,
			  enum handshake_side side, const struct segment *seg)
{
	uint16_t f = seg->flags;

	if (f & TCP_SYN && side == HS_ORIG) {
		enter(e, f & TCP_ACK ? END_SYN_ACK_SENT : END_SYN_SENT);
	} else if (f & TCP_SYN) {
		if (peer->state == END_SYN_SENT)
			enter(peer, END_ESTABLISHED);
		enter(e, END_ESTABLISHED);
	}
	if (f & TCP_FIN)
		enter(e, END_CLOSED);
	if (f & TCP_RST)
		enter(e, END_RESET);
	if (e->state != END_INACTIVE)
		return;
	/* An ACK ahead of the SYN/ACK says nothing of the responder yet. */
	if (side == HS_RESP && seg->data_len == 0 &&
	    peer->state == END_SYN_SENT)
		return;
	enter(e, f & TCP_ACK && peer->state == END_ESTABLISHED ? END_ESTABLISHED
							       : END_PARTIAL);
}

static void from_open(struct summary_end *e, struct summary_end *peer,
		      uint16_t f)
{
	if (f & TCP_SYN && !(f & TCP_ACK) && e->state == END_PARTIAL &&
	    peer->state == END_INACTIVE)
		enter(e, END_SYN_SENT);
	if (f & TCP_FIN && !(f & TCP_RST)) {
		enter(e, END_CLOSED);
		/* It closed, then reset what came late: a normal end. */
		if (peer->state == END_RESET && peer->before == END_CLOSED)
			enter(peer, END_CLOSED);
	}
	if (f & TCP_RST)
		enter(e, END_RESET);
}

static void move(struct summary *s, enum handshake_side side,
		 const struct segment *seg)
{
	struct summary_end *e = &s->end[side], *peer = &s->end[!side];

	switch ((enum end_state)e->state) {
	case END_INACTIVE:
		from_inactive(e, peer, side, seg);
		break;
	case END_SYN_SENT:
	case END_SYN_ACK_SENT:
		if (seg->flags & TCP_FIN)
			enter(e, END_CLOSED);
		if (seg->flags & TCP_RST)
			enter(e, END_RESET);
		break;
	case END_PARTIAL:
	case END_ESTABLISHED:
		from_open(e, peer, seg->flags);
		break;
	case END_CLOSED:
		if (seg->flags & TCP_RST && peer->state != END_CLOSED)
			enter(e, END_RESET);
		break;
	case END_RESET:
		break;
	}
}

void summary_segment(struct summary *s, enum handshake_side side,
		     const struct segment *seg)
{
	struct summary_end *e;
	bool is_first;

	if (s->flipped)
		side = side == HS_ORIG ? HS_RESP : HS_ORIG;
	e = &s->end[side];
	is_first = e->state == END_INACTIVE && e->seen == 0;
	note_flags(s, side, seg);
	note_window(s, side, seg);
	note_number(s, side, seg, is_first);
	if (seg->data_len > 0 && !(seg->flags & TCP_RST))
		e->has_data = true;
	move(s, side, seg);
}

/* ---- conn_state ---- */

static bool is_inactive(enum end_state state)
{
	return state == END_INACTIVE || state == END_PARTIAL;
}

static enum conn_state reset_by_responder(const struct summary *s)
{
	enum end_state orig = s->end[HS_ORIG].state;
	bool empty = !s->end[HS_ORIG].has_data && !s->end[HS_RESP].has_data;

	if (orig == END_SYN_SENT || orig == END_SYN_ACK_SENT ||
	    (orig == END_RESET && empty))
		return CONN_REJ;
	return is_inactive(orig) ? CONN_RSTRH : CONN_RSTR;
}

/* "SYN followed by a RST": between them nothing that opens, closes or
 * acknowledges. */
static bool is_syn_then_rst(const char *history)
{
	if (*history == '^')
		history++;
	return *history == 'S' && history[strcspn(history, "HAFGIQR")] == 'R';
}

static enum conn_state reset_by_originator(const struct summary *s)
{
	if (!is_inactive(s->end[HS_RESP].state))
		return CONN_RSTO;
	return is_syn_then_rst(s->history) ? CONN_RSTOS0 : CONN_OTH;
}

enum conn_state summary_conn_state(const struct summary *s)
{
	enum end_state orig = s->end[HS_ORIG].state;
	enum end_state resp = s->end[HS_RESP].state;

	if (resp == END_RESET)
		return reset_by_responder(s);
	if (orig == END_RESET)
		return reset_by_originator(s);
	if (orig == END_CLOSED && resp == END_CLOSED)
		return CONN_SF;
	if (orig == END_CLOSED)
		return is_inactive(resp) ? CONN_SH : CONN_S2;
	if (resp == END_CLOSED)
		return is_inactive(orig) ? CONN_SHR : CONN_S3;
	if (orig == END_SYN_SENT && resp == END_INACTIVE)
		return CONN_S0;
	if (orig == END_ESTABLISHED && resp == END_ESTABLISHED)
		return CONN_S1;
	return CONN_OTH;
}
