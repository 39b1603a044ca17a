/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring of what was found in packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/sighting.h"

static struct sighting_ring ring;

static int reset(void **state)
{
	(void)state;
	memset(&ring, 0, sizeof(ring));
	return 0;
}

static bool add(uint64_t time_ns)
{
	struct sighting *s = sighting_add(&ring);

	if (s)
		*s = (struct sighting){.time_ns = time_ns};
	return s;
}

/* The time of the oldest, which is taken out; 0 when there is none. */
static uint64_t next(void)
{
	struct sighting s;

	return sighting_next(&ring, &s) ? s.time_ns : 0;
}

static void the_oldest_comes_first(void **state)
{
	(void)state;
	assert_int_equal(next(), 0);
	for (uint64_t i = 1; i <= 3; i++)
		assert_true(add(i));
	for (uint64_t i = 1; i <= 3; i++)
		assert_int_equal(next(), i);
	assert_int_equal(next(), 0);
	assert_int_equal(ring.lost, 0);
}

static void what_has_no_room_is_counted_and_replaces_nothing(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= SIGHTINGS; i++)
		assert_true(add(i));
	for (uint64_t i = 0; i < 7; i++)
		assert_false(add(1000 + i));
	assert_int_equal(ring.lost, 7);
	for (uint64_t i = 1; i <= SIGHTINGS; i++)
		assert_int_equal(next(), i);
	assert_int_equal(next(), 0);
}

static void the_ring_goes_round(void **state)
{
	uint64_t in = 1, out = 1;

	(void)state;
	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 100; i++)
			assert_true(add(in++));
		for (int i = 0; i < 100; i++)
			assert_int_equal(next(), out++);
	}
	assert_int_equal(ring.lost, 0);
}

static void a_sighting_has_what_the_packet_had(void **state)
{
	const struct segment seg = {
		.src = {{[15] = 1}},
		.dst = {{[15] = 2}},
		.src_port = 3,
		.dst_port = 4,
		.flags = TCP_FIN | TCP_URG,
	};
	const struct decision d = {
		.verdict = VERDICT_DROP,
		.finding = FINDING_XMAS_SCAN,
	};
	struct sighting s;

	(void)state;
	sighting_of(&s, &seg, &d, 5);
	assert_int_equal(s.time_ns, 5);
	assert_memory_equal(&s.src, &seg.src, sizeof(s.src));
	assert_memory_equal(&s.dst, &seg.dst, sizeof(s.dst));
	assert_int_equal(s.src_port, 3);
	assert_int_equal(s.dst_port, 4);
	assert_int_equal(s.flags, TCP_FIN | TCP_URG);
	assert_int_equal(s.finding, FINDING_XMAS_SCAN);
	assert_true(s.dropped);
	assert_false(s.is_reply);
	assert_int_equal(s.in_ifindex, 0);
}

/* Of a refusal: its destination is the source that the finding is of. */
static void a_refused_syn_is_of_its_sender(void **state)
{
	const struct segment seg = {
		.src = {{[15] = 1}},
		.dst = {{[15] = 2}},
		.src_port = 80,
		.dst_port = 4000,
		.flags = TCP_RST | TCP_ACK,
	};
	const struct decision d = {
		.finding = FINDING_SYN_SCAN,
		.charges_dst = true,
	};
	struct sighting s;

	(void)state;
	sighting_of(&s, &seg, &d, 5);
	assert_memory_equal(&s.src, &seg.dst, sizeof(s.src));
	assert_memory_equal(&s.dst, &seg.src, sizeof(s.dst));
	assert_int_equal(s.src_port, 4000);
	assert_int_equal(s.dst_port, 80);
	assert_true(s.is_reply);
	assert_int_equal(s.flags, TCP_RST | TCP_ACK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_oldest_comes_first, reset),
		cmocka_unit_test_setup(
			what_has_no_room_is_counted_and_replaces_nothing,
			reset),
		cmocka_unit_test_setup(the_ring_goes_round, reset),
		cmocka_unit_test_setup(a_sighting_has_what_the_packet_had,
				       reset),
		cmocka_unit_test(a_refused_syn_is_of_its_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
