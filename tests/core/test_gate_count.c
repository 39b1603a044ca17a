/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source's count of first contacts is that of its connections that wait for
 * an answer, whatever is said: no slot is lost, and none is given back twice.
 */
#include "../random.h"

#include "transcript.h"

#include "../../src/core/judge_internal.h"

#define CLIENTS 4
#define SERVERS 6

/* Few ends and numbers, so that much of it meets. */
static void say_anything(struct transcript *t)
{
	static const char *const flags[] = {"S",  "So", "S",  "SA", "SA", "A",
					    "RA", "R",  "PA", "FA", "F"};
	char client = (char)('a' + (int)random_below(CLIENTS));
	char server = (char)('A' + (int)random_below(SERVERS));
	unsigned int from = 4000 + random_below(3), to = 80 + random_below(2);
	const char *what = flags[random_below(ARRAY_SIZE(flags))];
	unsigned int seq = random_below(2) ? 100 : 101 + random_below(2);
	unsigned int ack = random_below(4) ? 101 : 500 + random_below(3);

	if (random_below(2))
		say(t, "%c:%u > %c:%u %s %u %u", client, from, server, to, what,
		    seq, ack);
	else
		say(t, "%c:%u > %c:%u %s %u %u", server, to, client, from, what,
		    seq, ack);
}

static struct flow *flow_between(struct transcript *t, char client,
				 unsigned int from, char server,
				 unsigned int to)
{
	struct segment seg = {
		.src = host_address(client),
		.dst = host_address(server),
		.src_port = (uint16_t)from,
		.dst_port = (uint16_t)to,
	};

	return flow_find(t->judge->flows, &seg);
}

/* Connections of `host` that wait, of all there can be. */
static unsigned int waiting(struct transcript *t, char host)
{
	struct address address = host_address(host);
	unsigned int n = 0;

	for (unsigned int i = 0; i < CLIENTS * SERVERS * 3 * 2; i++) {
		const struct flow *f =
			flow_between(t, (char)('a' + (int)(i % CLIENTS)),
				     4000 + i / CLIENTS / SERVERS % 3,
				     (char)('A' + (int)(i / CLIENTS % SERVERS)),
				     80 + i / CLIENTS / SERVERS / 3);

		n += f && f->flags & FLOW_PENDING &&
		     address_equal(flow_address(f, HS_ORIG), &address);
	}
	return n;
}

static unsigned int counted(struct transcript *t, char host)
{
	struct address address = host_address(host);
	const struct source *s = source_find(t->judge->sources, &address);

	return s ? s->pending : 0;
}

static void assert_counted(struct transcript *t)
{
	for (int i = 0; i < CLIENTS; i++)
		assert_int_equal(counted(t, (char)('a' + i)),
				 waiting(t, (char)('a' + i)));
	for (int i = 0; i < SERVERS; i++)
		assert_int_equal(counted(t, (char)('A' + i)),
				 waiting(t, (char)('A' + i)));
}

static void run(struct transcript *t, const struct judge_config *config)
{
	struct notice n;
	struct ending e;

	for (int again = 0; again < 30; again++) {
		begin_with(t, config);
		for (int i = 0; i < 400; i++) {
			say_anything(t);
			assert_counted(t);
			if (random_below(50) == 0)
				wait_s(t, random_below(12));
			while (judge_next_notice(t->judge, &n))
				;
			while (judge_next_ending(t->judge, &e))
				;
		}
		for (int i = 0; i < 300; i++) {
			wait_s(t, 1);
			while (judge_next_ending(t->judge, &e))
				;
		}
		for (int i = 0; i < CLIENTS; i++)
			assert_int_equal(counted(t, (char)('a' + i)), 0);
	}
}

static void inline_the_count_is_right(void **state)
{
	struct judge_config config = transcript_config();

	random_seed(NULL);
	run(*state, &config);
}

static void in_observe_mode_the_count_is_right(void **state)
{
	struct judge_config config = transcript_config();

	config.mode = MODE_OBSERVE;
	random_seed(NULL);
	run(*state, &config);
}

static void followed_the_count_is_right(void **state)
{
	struct judge_config config = transcript_config();

	config.follow = true;
	random_seed(NULL);
	run(*state, &config);
}

/* Connections are pushed out while they wait. */
static void with_a_full_table_the_count_is_right(void **state)
{
	struct judge_config config = transcript_config();

	config.flows = 10;
	random_seed(NULL);
	run(*state, &config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		transcript_test(inline_the_count_is_right),
		transcript_test(in_observe_mode_the_count_is_right),
		transcript_test(followed_the_count_is_right),
		transcript_test(with_a_full_table_the_count_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
