/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The handshake table and its guards: nothing is left unwritten, findings
 * stand only where they may, and no walk through it settles a connection that
 * its two ends did not agree on.
 */
#include "transcript.h"

#include "core/handshake.h"

static uint64_t seed;

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static void every_cell_was_written_by_someone(void **state)
{
	(void)state;
	for (int side = 0; side < HS_NUM_SIDES; side++)
		for (int event = 0; event < HS_NUM_EVENTS; event++)
			for (int s = 0; s < HS_NUM_STATES; s++)
				assert_int_not_equal(
					handshake_cell(side, event, s).action,
					HS_UNWRITTEN);
}

static void names_are_distinct(void **state)
{
	(void)state;
	for (int a = 0; a < HS_NUM_STATES; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(handshake_state_name[a],
						handshake_state_name[b]);
	for (int a = 0; a < HS_NUM_EVENTS; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(handshake_event_name[a],
						handshake_event_name[b]);
}

/* Strays are findings where nothing is known; numbers where they are known. */
static void findings_stand_only_where_state_justifies_them(void **state)
{
	(void)state;
	for (int side = 0; side < HS_NUM_SIDES; side++) {
		for (int event = 0; event < HS_NUM_EVENTS; event++) {
			for (int s = 0; s < HS_NUM_STATES; s++) {
				struct handshake_cell c =
					handshake_cell(side, event, s);

				if (c.action != HS_FINDING)
					continue;
				assert_true(s == HS_NONE ||
					    event == HS_EV_ACK_BAD ||
					    event == HS_EV_SYN_ACK_BAD);
				assert_int_not_equal(c.finding, FINDING_NONE);
			}
		}
	}
}

static void a_conversation_begins_with_a_syn_only(void **state)
{
	(void)state;
	for (int event = 0; event < HS_NUM_EVENTS; event++) {
		struct handshake_cell c =
			handshake_cell(HS_ORIG, event, HS_NONE);
		bool is_syn = event == HS_EV_SYN || event == HS_EV_SYN_NEW;

		assert_int_equal(c.action, is_syn ? HS_MOVE : HS_FINDING);
	}
}

/* The number that a blind forger would have to guess. */
static void only_the_responders_isn_plus_one_completes_a_handshake(void **state)
{
	struct handshake_numbers n = {.iss = 100, .irs = 0xfffffff0};
	struct segment seg = {.flags = TCP_ACK, .seq = 101};
	unsigned int accepted = 0;

	(void)state;
	for (uint32_t i = 0; i < 2000000; i++) {
		seg.ack = n.irs - 1000000 + i;
		if (handshake_event(HS_ORIG, HS_SYN_RECEIVED, &n, &seg) !=
		    HS_EV_ACK)
			continue;
		accepted++;
		assert_int_equal(seg.ack, n.irs + 1);
	}
	assert_int_equal(accepted, 1);
	seg.flags |= TCP_FIN;
	seg.ack = 7;
	assert_int_equal(handshake_event(HS_ORIG, HS_SYN_RECEIVED, &n, &seg),
			 HS_EV_ACK_BAD);
}

static void a_rst_in_syn_sent_must_acknowledge_the_syn(void **state)
{
	struct handshake_numbers n = {.iss = 100};
	struct segment seg = {.flags = TCP_RST | TCP_ACK, .ack = 101};

	(void)state;
	assert_int_equal(handshake_event(HS_RESP, HS_SYN_SENT, &n, &seg),
			 HS_EV_RST);
	seg.ack = 100;
	assert_int_equal(handshake_event(HS_RESP, HS_SYN_SENT, &n, &seg),
			 HS_EV_RST_BAD);
	seg.ack = 101;
	seg.flags = TCP_RST;
	assert_int_equal(handshake_event(HS_RESP, HS_SYN_SENT, &n, &seg),
			 HS_EV_RST_BAD);
}

static void every_segment_is_an_event_in_every_state(void **state)
{
	(void)state;
	for (int i = 0; i < 1000000; i++) {
		struct handshake_numbers n = {any(10), any(10), any(2), any(2),
					      any(2)};
		struct segment seg = {.flags = (uint16_t)any(512),
				      .seq = any(12) - 1,
				      .ack = any(12) - 1};

		assert_in_range(handshake_event(any(HS_NUM_SIDES),
						any(HS_NUM_STATES), &n, &seg),
				0, HS_NUM_EVENTS - 1);
	}
}

/* What an independent witness of one pair of ends has seen. */
struct witness {
	unsigned int acks[2]; /* segments with ACK, not RST, of each end */
	unsigned int sent[2];
};

/*
 * Random segments with numbers from a small range, so that they fit by
 * chance, between two ends that both open, acknowledge, close and reset.
 */
static void no_walk_settles_what_one_end_alone_wanted(void **state)
{
	struct transcript *t = *state;
	unsigned int settled = 0;

	for (unsigned int pair = 0; pair < 20000; pair++) {
		struct witness w = {{0}, {0}};

		for (int i = 0; i < 12; i++) {
			static const char *const flags[] = {
				"S", "SA", "A", "PA", "FA", "R", "RA"};
			unsigned int end = any(2);
			const char *f = flags[any(ARRAY_SIZE(flags))];
			unsigned int port = 1024 + pair;

			if (any(8) == 0) /* mostly one end only */
				end = 0;
			say(t,
			    end ? "S:80 > c:%u %s %u %u %u"
				: "c:%u > S:80 %s %u %u %u",
			    port, f, any(4), any(4), any(2) * 10);
			w.sent[end]++;
			if (strchr(f, 'A') && !strchr(f, 'R'))
				w.acks[end]++;
			if (!t->last.settled)
				continue;
			settled++;
			assert_true((w.acks[0] && w.acks[1]) ||
				    w.sent[0] >= 8 || w.sent[1] >= 8);
		}
	}
	/* The walk gets there, or it would show nothing. */
	assert_true(settled > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_was_written_by_someone),
		cmocka_unit_test(names_are_distinct),
		cmocka_unit_test(
			findings_stand_only_where_state_justifies_them),
		cmocka_unit_test(a_conversation_begins_with_a_syn_only),
		cmocka_unit_test(
			only_the_responders_isn_plus_one_completes_a_handshake),
		cmocka_unit_test(a_rst_in_syn_sent_must_acknowledge_the_syn),
		cmocka_unit_test(every_segment_is_an_event_in_every_state),
		transcript_test(no_walk_settles_what_one_end_alone_wanted),
	};
	const char *given = getenv("SEED");

	seed = given ? strtoull(given, NULL, 0) : 20261122;
	print_message("SEED=%llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
