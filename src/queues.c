/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's queues, a lane each: from opening them, or taking them over from
 * a daemon before us, to leaving them to the next.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "daemon.h"
#include "log.h"

/* ---- what they did ---- */

/* Both structs hold nothing but numbers of this size. */
static void add_up(void *to, const void *from, size_t bytes)
{
	uint64_t *sum = to;
	const uint64_t *more = from;

	for (size_t i = 0; i < bytes / sizeof(*sum); i++)
		sum[i] += more[i];
}

struct judge_counters queues_judged(struct daemon *d)
{
	struct judge_counters sum = *judge_counters(d->judge);

	for (unsigned int i = 0; i < d->num_lanes; i++) {
		add_up(&sum, judge_counters(lane_enter(d->lane[i])),
		       sizeof(sum));
		lane_leave(d->lane[i]);
	}
	return sum;
}

struct queue_totals queues_totals(struct daemon *d)
{
	struct queue_totals sum = {.flows = 0};

	for (unsigned int i = 0; i < d->num_lanes; i++) {
		struct lane *lane = d->lane[i];

		sum.flows += judge_num_flows(lane_enter(lane));
		sum.has_conntrack |= lane_has_conntrack(lane);
		add_up(&sum.counters, lane_counters(lane),
		       sizeof(sum.counters));
		lane_leave(lane);
	}
	return sum;
}

static uint64_t received(struct daemon *d)
{
	const struct nfqueue_counters c = queues_totals(d).counters;

	return c.received + c.malformed;
}

/* ---- beginning ---- */

/* The socket of a daemon before us comes with what waits in the queue. */
static struct lane *open_lane(struct daemon *d, uint16_t num)
{
	struct lane_queue from = {.num = num, .length = d->config.queue_length};
	/* Its share, rounded up. */
	uint32_t count = d->config.queue_count;
	uint32_t flows = (d->config.judge.flows + count - 1) / count;
	struct judge *judge;
	uint8_t key[16];

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		return NULL;
	judge = judge_new_beside(d->judge, flows, key);
	if (!judge) {
		errno = ENOMEM;
		return NULL;
	}
	from.fd = queue_store_take(&d->store, num);
	d->inherited += from.fd >= 0;
	return lane_open(&from, judge, loop_now_ns());
}

/*
 * From here on the rules' counter tells. What waited for us was counted before.
 */
static void open_unjudged(struct daemon *d)
{
	uint64_t waited = d->inherited ? received(d) : 0;

	if (unjudged_open(&d->unjudged, waited) < 0)
		log_warn("packets that pass unjudged are not counted");
}

int queues_open(struct daemon *d)
{
	if (d->store.count == 0)
		open_unjudged(d);
	while (d->num_lanes < d->config.queue_count) {
		unsigned int num = d->config.queue_num + d->num_lanes;

		d->lane[d->num_lanes] = open_lane(d, (uint16_t)num);
		if (d->lane[d->num_lanes]) {
			d->num_lanes++;
			continue;
		}
		if (errno == EPERM) /* the privilege was checked before */
			log_warnx("queue %u is taken by another process: set"
				  " [queue] num to a free one, here and in"
				  " queues.nft",
				  num);
		else
			log_warn("queue %u", num);
		return -1;
	}
	if (d->store.count > 0)
		open_unjudged(d);
	if (d->inherited > 0)
		log_info("%u queues taken over, with %llu packets that waited",
			 d->inherited, (unsigned long long)received(d));
	return 0;
}

int queues_start(struct daemon *d)
{
	int error = 0;

	for (unsigned int i = 0; i < d->num_lanes && !error; i++)
		error = lane_start(d->lane[i], notices_of_lane, d);
	if (error)
		log_warnx("threads of the queues: %s", strerror(-error));
	return error;
}

/* ---- while they run ---- */

/* A lane whose queue is gone is over. */
void queues_look_after(struct daemon *d)
{
	for (unsigned int i = 0; i < d->num_lanes; i++) {
		int error = lane_error(d->lane[i]);

		if (!error)
			continue;
		log_warnx("queue %u: %s", d->config.queue_num + i,
			  strerror(-error));
		loop_stop(d->loop, 1);
	}
}

bool queues_live(struct daemon *d)
{
	bool live = true;

	for (unsigned int i = 0; i < d->num_lanes; i++)
		live &= lane_lives(d->lane[i]);
	return live;
}

/* ---- what passed ---- */

void queues_count_unjudged(struct daemon *d)
{
	uint64_t room = (uint64_t)d->num_lanes * d->config.queue_length;
	bool caught_up = true;

	for (unsigned int i = 0; i < d->num_lanes; i++)
		caught_up &= lane_caught_up(d->lane[i]);
	unjudged_turn(&d->unjudged, received(d), caught_up ? 0 : room);
	for (unsigned int i = 0; i < d->num_lanes && caught_up; i++)
		lane_mark(d->lane[i]);
}

/* ---- ending ---- */

/* From now on the queues outlive us. */
void queues_keep(struct daemon *d)
{
	for (unsigned int i = 0; i < d->num_lanes; i++)
		queue_store_keep(&d->store, (uint16_t)(d->config.queue_num + i),
				 lane_fd(d->lane[i]));
	queue_store_close(&d->store, true);
}

/* With an heir the queues go on without us, else they end before we do. */
void queues_stop(struct daemon *d, bool has_heir)
{
	if (has_heir)
		log_info("what comes waits for the next daemon");
	for (unsigned int i = 0; i < d->num_lanes; i++) {
		if (!has_heir)
			queue_store_drop((uint16_t)(d->config.queue_num + i));
		lane_stop(d->lane[i], has_heir);
	}
	for (unsigned int i = 0; i < d->num_lanes; i++)
		lane_wait(d->lane[i]);
}

void queues_close(struct daemon *d)
{
	for (unsigned int i = 0; i < d->num_lanes; i++)
		lane_close(d->lane[i]);
	unjudged_close(&d->unjudged);
}
