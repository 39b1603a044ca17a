/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages of nfqueue_verdict.c, given to a queue that does what the
 * kernel's does with them: random batches must leave every packet with the
 * verdict and the marks that were asked for.
 */
#include "verdict_messages.h"

struct queued {
	uint32_t id;
	uint32_t mark, ct_mark; /* of the packet, of its connection */
	uint32_t verdict;
	unsigned int verdicts; /* how many it got */
	enum verdict want;
	enum settle_means settle;
	uint32_t mark_before, ct_mark_before;
};

static void apply_one(struct queued *q, const struct message *m)
{
	/* ctnetlink_change_mark(): the mask names the bits to be replaced. */
	if (m->has_ct)
		q->ct_mark = (q->ct_mark & ~m->ct_mask) ^ m->ct_mark;
	if (m->has_mark)
		q->mark = m->mark;
	q->verdict = m->verdict;
	q->verdicts++;
}

/*
 * nfnetlink_queue.c: a verdict is for the packet of that id; a batch verdict
 * for all up to it, counted modulo 2^32, that still wait, and without NFQA_CT.
 */
static void apply(struct queued *queue, unsigned int count,
		  const struct message *m)
{
	bool is_batch = m->type == NFQNL_MSG_VERDICT_BATCH;
	unsigned int reached = 0;

	assert_false(is_batch && m->has_ct);
	assert_true(is_batch || m->type == NFQNL_MSG_VERDICT);
	for (unsigned int i = 0; i < count; i++) {
		struct queued *q = &queue[i];

		if (q->verdicts ||
		    (is_batch ? (int32_t)(q->id - m->id) > 0 : q->id != m->id))
			continue;
		apply_one(q, m);
		reached++;
	}
	assert_in_range(reached, 1, NFQUEUE_BATCH);
}

static void assert_as_asked(const struct queued *q)
{
	bool by_ct = q->settle == SETTLE_CONNTRACK;
	bool by_mark = q->settle == SETTLE_MARK;

	assert_int_equal(q->verdicts, 1);
	assert_int_equal(q->verdict,
			 q->want == VERDICT_ACCEPT ? NF_ACCEPT : NF_DROP);
	assert_int_equal(q->ct_mark, q->ct_mark_before | (by_ct ? SETTLED : 0));
	assert_int_equal(q->mark, q->mark_before | (by_mark ? SETTLED : 0));
}

/* Ids rise, but what the kernel could not hand over to us is missing. */
static void random_batch(struct queued *queue, unsigned int count)
{
	uint32_t id = random_once_in(4) ? -random_below(200)
					: (uint32_t)random_bits();
	uint32_t drops = 1 + random_below(8), settles = 1 + random_below(8);

	for (unsigned int i = 0; i < count; i++) {
		struct queued *q = &queue[i];
		uint32_t mark = (uint32_t)random_bits();
		uint32_t ct_mark = (uint32_t)random_bits();

		id += 1 + (random_once_in(4) ? random_below(4) : 0);
		*q = (struct queued){
			.id = id,
			.mark = mark,
			.ct_mark = ct_mark,
			.mark_before = mark,
			.ct_mark_before = ct_mark,
		};
		q->want = random_once_in(drops) ? VERDICT_DROP : VERDICT_ACCEPT;
		if (q->want == VERDICT_ACCEPT && random_once_in(settles))
			q->settle = random_once_in(2) ? SETTLE_CONNTRACK
						      : SETTLE_MARK;
	}
}

static void every_packet_ends_with_the_verdict_asked_for(void **state)
{
	static struct queued queue[NFQUEUE_BATCH];

	for (int round = 0; round < 20000; round++) {
		unsigned int count = random_below(NFQUEUE_BATCH + 1);

		random_batch(queue, count);
		begin(state);
		for (unsigned int i = 0; i < count; i++)
			verdict_put(&buffer, queue[i].id, queue[i].want,
				    queue[i].settle, queue[i].mark);
		end();
		for (unsigned int i = 0; i < num_messages; i++)
			apply(queue, count, &messages[i]);
		for (unsigned int i = 0; i < count; i++)
			assert_as_asked(&queue[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		random_test(every_packet_ends_with_the_verdict_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
