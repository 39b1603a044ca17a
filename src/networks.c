/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When our networks are read, and what is made of it. Word of a change makes a
 * reading due; so does half a minute, for not every change is told. Readings
 * keep a distance, and a wider one where they take long, so that routes which
 * come and go all the time do not keep the daemon from its packets.
 */
#include "networks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "local.h"
#include "local_events.h"
#include "log.h"
#include "resolvers.h"

/* A reading is due after this time at the latest. */
#define INTERVAL_NS (30 * NS_PER_S)

/* From the end of one to the next: this, or so many times what it took. */
#define REST_NS    (1 * NS_PER_S)
#define REST_TIMES 10

#define RESOLVERS_NS (1 * NS_PER_S)

struct prefixes {
	struct prefix prefix[JUDGE_MAX_PREFIXES];
	size_t num;
	size_t left_out;
};

struct networks {
	const struct config *config;
	struct judge *judge;
	struct local *local;
	struct local_events *events;
	struct resolvers resolvers;
	struct prefixes never; /* what the judge was told */
	bool truncation_told;
	bool failure_told;
	bool due;
	uint64_t begun_ns;      /* the last reading */
	uint64_t not_before_ns; /* the next */
	uint64_t resolvers_ns;  /* when they were looked at last */
};

/* ---- what is told to the judge ---- */

static void add(struct prefixes *list, const struct prefix *prefix, size_t num)
{
	for (; num > 0; num--, prefix++) {
		size_t i = 0;

		while (i < list->num &&
		       (list->prefix[i].bits != prefix->bits ||
			!address_equal(&list->prefix[i].address,
				       &prefix->address)))
			i++;
		if (i < list->num)
			continue;
		if (list->num == ARRAY_SIZE(list->prefix))
			list->left_out++;
		else
			list->prefix[list->num++] = *prefix;
	}
}

static void add_resolvers(struct prefixes *list, const struct resolvers *r)
{
	for (size_t i = 0; i < r->num; i++) {
		struct prefix p = {.address = r->address[i], .bits = 128};

		add(list, &p, 1);
	}
}

/*
 * Routers last: a neighbour that says it is one needs no more than that to get
 * onto the list, and must not push out who is there by our own word.
 */
static void collect(const struct networks *n, struct prefixes *list)
{
	const struct local_networks *found = local_found(n->local);

	add(list, found->exempt, found->num_exempt);
	add_resolvers(list, &n->resolvers);
	add(list, n->config->never, n->config->num_never);
	add(list, found->routers, found->num_routers);
}

static void tell_truncation(struct networks *n, bool truncated)
{
	if (truncated && !n->truncation_told)
		log_warnx("more than %d addresses that are never listed, or"
			  " networks inside: the rest is left out, routers"
			  " first",
			  JUDGE_MAX_PREFIXES);
	n->truncation_told = truncated;
}

static void tell_never(struct networks *n)
{
	struct prefixes now;
	size_t bytes;

	now.num = now.left_out = 0;
	collect(n, &now);
	tell_truncation(n,
			now.left_out > 0 || local_found(n->local)->truncated);
	bytes = now.num * sizeof(now.prefix[0]);
	if (now.num == n->never.num &&
	    memcmp(now.prefix, n->never.prefix, bytes) == 0)
		return;
	n->never = now;
	judge_set_exempt(n->judge, now.prefix, now.num);
	log_debug("never listed: %zu prefixes, %zu of them resolvers,"
		  " %zu configured, %zu routers",
		  now.num, n->resolvers.num, n->config->num_never,
		  local_found(n->local)->num_routers);
}

const struct prefix *networks_never_in(const struct networks *n,
				       const struct prefix *p)
{
	for (size_t i = 0; i < n->never.num; i++)
		if (prefix_overlaps(p, &n->never.prefix[i]))
			return &n->never.prefix[i];
	return NULL;
}

static void tell_inside(struct networks *n)
{
	const struct local_networks *found = local_found(n->local);
	const struct config *c = n->config;

	if (c->num_inside)
		judge_set_inside(n->judge, c->inside, c->num_inside);
	else
		judge_set_inside(n->judge, found->inside, found->num_inside);
}

/* ---- when it is read ---- */

/* A line when it begins to fail; it is tried again. */
static void end_reading(struct networks *n, int error)
{
	uint64_t now_ns = loop_now_ns();
	uint64_t rest_ns = REST_TIMES * (now_ns - n->begun_ns);

	n->not_before_ns = now_ns + (rest_ns > REST_NS ? rest_ns : REST_NS);
	if (error && !n->failure_told)
		log_warnx("own networks cannot be read: %s", strerror(-error));
	n->failure_told = error != 0;
	if (error) {
		n->due = true;
		return;
	}
	tell_never(n);
	tell_inside(n);
}

static void begin_reading(struct networks *n, uint64_t now_ns)
{
	int error;

	n->due = false;
	n->begun_ns = now_ns;
	error = local_begin(n->local);
	if (error)
		end_reading(n, error);
}

static void look_at_resolvers(struct networks *n, uint64_t now_ns)
{
	if (now_ns < n->resolvers_ns + RESOLVERS_NS)
		return;
	n->resolvers_ns = now_ns;
	if (resolvers_refresh(&n->resolvers))
		tell_never(n);
}

void networks_turn(struct networks *n, uint64_t now_ns)
{
	look_at_resolvers(n, now_ns);
	if (now_ns >= n->begun_ns + INTERVAL_NS)
		n->due = true;
	if (n->due && now_ns >= n->not_before_ns && !local_is_reading(n->local))
		begin_reading(n, now_ns);
}

void networks_refresh(struct networks *n)
{
	tell_never(n);
	tell_inside(n);
	n->due = true;
	n->not_before_ns = 0;
	n->resolvers_ns = 0;
	networks_turn(n, loop_now_ns());
}

static void on_event(void *arg, uint64_t now_ns)
{
	struct networks *n = arg;

	if (local_events_read(n->events))
		n->due = true;
	networks_turn(n, now_ns);
}

static void on_answer(void *arg, uint64_t now_ns)
{
	struct networks *n = arg;
	int more = local_step(n->local);

	(void)now_ns;
	if (more <= 0)
		end_reading(n, more);
}

int networks_attach(struct networks *n, struct loop *l)
{
	int error =
		loop_on_readable(l, local_events_fd(n->events), on_event, n);

	if (!error)
		error = loop_on_readable(l, local_fd(n->local), on_answer, n);
	return error;
}

struct networks *networks_open(const struct config *config, struct judge *judge)
{
	struct networks *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->config = config;
	n->judge = judge;
	resolvers_init(&n->resolvers, RESOLVERS_FILE, RESOLVERS_STUB_FILE);
	/* First, so that no change falls between the reading and it. */
	n->events = local_events_open();
	n->local = n->events ? local_open() : NULL;
	if (!n->local) {
		networks_close(n);
		return NULL;
	}
	n->begun_ns = n->resolvers_ns = loop_now_ns();
	resolvers_refresh(&n->resolvers);
	end_reading(n, local_read(n->local));
	return n;
}

void networks_close(struct networks *n)
{
	int error = errno;

	if (!n)
		return;
	local_close(n->local);
	local_events_close(n->events);
	free(n);
	errno = error;
}
