/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A forger who can send any packet from any source address, at any rate, for a
 * simulated day, cannot list: a peer in good standing; an exempt address; more
 * bystanders an hour than configured. No customer in good standing loses a
 * segment, no real offender its record. Tables and rates are a tenth of the
 * defaults, for a tenth of the packets.
 */
#include "forged_world.h"

#include "../scale.h"

/* ---- what must not be ---- */

static void note_bystander(struct simulation *s)
{
	struct world *w = world_of(s);
	uint32_t limit = 61 * w->config.listings_per_minute;
	uint32_t hourly = 0;

	w->listed_ns[w->num_listed++ % MOST_HOURLY] = s->now_ns;
	while (hourly < w->num_listed && hourly < MOST_HOURLY &&
	       w->listed_ns[(w->num_listed - 1 - hourly) % MOST_HOURLY] +
			       NS_PER_HOUR >
		       s->now_ns)
		hourly++;
	if (hourly > w->most_hourly)
		w->most_hourly = hourly;
	if (hourly > limit)
		fail_msg("%u bystanders in an hour, not %u", hourly, limit);
}

static void note_prober(struct prober *p, const struct notice *n)
{
	p->listed++;
	p->listed_proved += n->offender.grade == GRADE_PROVED;
}

static void note_listing(struct simulation *s, const struct notice *n)
{
	struct world *w = world_of(s);
	const struct prefix *source = &n->offender.source;
	struct customer *c = customer_at(w, source);
	char text[PREFIX_TEXT_BYTES];

	for (uint32_t i = 0; i < 4; i++) {
		struct address exempt = world_exempt(w, i);

		if (prefix_holds(source, &exempt))
			fail_msg("on the never list: %s, %s",
				 prefix_format(source, text), n->text);
	}
	if (c && c->good_since_ns)
		fail_msg("in good standing: %s, %s, %s, after %.1f hours, %s",
			 prefix_format(source, text), n->text,
			 grade_name[n->offender.grade],
			 (double)(s->now_ns - SIM_START_NS) / 3.6e12,
			 w->is_host ? "host" : "gateway");
	if (prefix_holds(source, &w->quick.address))
		note_prober(&w->quick, n);
	else if (prefix_holds(source, &w->slow.address))
		note_prober(&w->slow, n);
	else if (prefix_holds(source, &w->sly.address))
		note_prober(&w->sly, n);
	else
		note_bystander(s);
}

static void expect_customers_served(struct simulation *s)
{
	struct world *w = world_of(s);
	uint32_t opened = 0, served = 0, failed = 0;

	for (unsigned int i = 0; i < CUSTOMERS; i++) {
		const struct customer *c = &w->customer[i];

		opened += c->opened;
		served += c->served;
		failed += c->failed;
	}
	print_message("  customers: %u connections, %u served, %u failed; %llu "
		      "segments judged, %llu dropped, %llu answers to forged "
		      "SYNs dropped, %llu SYNs to endpoints unheard of held "
		      "back, %llu SYNs again\n",
		      opened, served, failed, (unsigned long long)w->judged,
		      (unsigned long long)w->dropped,
		      (unsigned long long)w->dropped_answers,
		      (unsigned long long)w->held_back,
		      (unsigned long long)w->late_syns);
	assert_int_equal(w->dropped, 0);
	assert_int_equal(failed, 0);
}

static void expect_offenders_remembered(struct simulation *s)
{
	struct world *w = world_of(s);
	struct explanation e = sim_explain(s, &w->quick.address);

	print_message("  offenders: quick %u/%u proved, now %u; slow %u/%u; "
		      "sly %u/%u\n",
		      w->quick.listed_proved, w->quick.listed,
		      e.offender.offences, w->slow.listed_proved,
		      w->slow.listed, w->sly.listed_proved, w->sly.listed);
	assert_true(e.offender.offences > 0);
	expect_listed(&w->quick, 1);
	expect_listed(&w->slow, 2);
	expect_listed(&w->sly, 1);
}

static void tell(struct simulation *s, clock_t began)
{
	struct world *w = world_of(s);
	const struct judge_counters *c = judge_counters(s->judge);

	print_message(
		"  %s: %llu forged, %llu dropped at once, %llu by the set; "
		"%u bystanders listed, %u of %u in the worst hour; "
		"withheld: %llu standing, %llu in step, %llu rate; "
		"%u sources, %.1f s\n",
		w->is_host ? "host" : "gateway",
		(unsigned long long)w->forger.sent,
		(unsigned long long)w->forger.dropped,
		(unsigned long long)s->blocked, w->num_listed, w->most_hourly,
		61 * w->config.listings_per_minute,
		(unsigned long long)c->withheld_standing,
		(unsigned long long)c->withheld_in_step,
		(unsigned long long)c->withheld_rate,
		judge_num_sources(s->judge),
		(double)(clock() - began) / CLOCKS_PER_SEC);
}

/* ---- a day ---- */

static struct world *world_new(void)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->net.is_alive = world_is_alive;
	w->net.is_open = world_is_open;
	w->net.is_local = world_is_local;
	w->net.sent = world_sent;
	w->net.over = world_over;
	w->net.think_ns = 4 * NS_PER_S;
	w->forger.customer = world_customer;
	w->forger.exempt = world_exempt;
	w->forger.server = world_server;
	w->forger.dark = world_dark;
	w->forger.open_port = world_open_port;
	judge_config_default(&w->config);
	w->config.flows /= 10;
	w->config.sources /= 10;
	w->config.services /= 10;
	w->config.blocklist_size /= 10;
	w->config.listings_per_minute /= 10;
	return w;
}

/* A host has addresses of its own, a gateway a protected side. */
static void tell_the_judge(struct simulation *s)
{
	struct prefix exempt[4 + 2 * SERVERS], inside[2];
	uint32_t n = 4;

	for (uint32_t i = 0; i < 4; i++)
		exempt[i] = (struct prefix){world_exempt(NULL, i), 128};
	for (uint32_t i = 0; world_of(s)->is_host && i < 2 * SERVERS; i++)
		exempt[n++] =
			(struct prefix){world_server(i, i >= SERVERS), 128};
	judge_set_exempt(s->judge, exempt, n);
	assert_true(prefix_parse("192.0.2.0/24", &inside[0]));
	assert_true(prefix_parse("2001:db8:1::/48", &inside[1]));
	judge_set_inside(s->judge, inside, world_of(s)->is_host ? 0 : 2);
}

static void run_day(const struct strategy *plan, bool is_host)
{
	struct world *w = world_new();
	struct strategy scaled_plan = *plan;
	struct simulation s;
	clock_t began = clock();

	scaled_plan.packets = scaled(plan->packets, "forged packets");
	w->is_host = is_host;
	if (plan->listings_per_minute)
		w->config.listings_per_minute = plan->listings_per_minute;
	sim_begin(&s, &w->config, w);
	s.listed = note_listing;
	tell_the_judge(&s);
	for (unsigned int i = 0; i < CUSTOMERS; i++)
		world_add_customer(&s, i);
	world_add_prober(&s, &w->quick, 0xc6336442, NS_PER_S);
	world_add_prober(&s, &w->slow, 0xc633644d, NS_PER_HOUR);
	world_add_prober(&s, &w->sly, 0xc6336458, 10 * NS_PER_MINUTE);
	w->sly.is_sly = true;
	sim_run(&s, SIM_START_NS + 15 * NS_PER_MINUTE);
	forger_begin(&s, &scaled_plan);
	sim_run(&s, SIM_START_NS + NS_PER_DAY);
	tell(&s, began);
	expect_customers_served(&s);
	expect_offenders_remembered(&s);
	sim_end(&s);
	free(w);
}

/* A host that is guarded, and a gateway. */
static void on_both(void **state, const struct strategy *plan)
{
	(void)state;
	run_day(plan, true);
	run_day(plan, false);
}

/* ---- strategies ---- */

/* The last has a test of its own. */
#define ALL_FORGERIES (ALL_OF(NUM_FORGERIES) & ~(1u << FORGE_WITH_ROUTER))
#define ALL_SOURCES   ALL_OF(NUM_FORGED_SOURCES)
#define ALL_TARGETS   ALL_OF(NUM_FORGED_TARGETS)

/* SEED repeats the first of the days. */
static void any_strategy_that_comes_to_his_mind(void **state)
{
	static const struct strategy plan = {
		ALL_FORGERIES, ALL_SOURCES, ALL_TARGETS, 200, 300000, 0,
	};

	(void)state;
	for (int i = 0; i < (getenv("SEED") ? 1 : 4); i++) {
		print_message("SEED=%llu\n", (unsigned long long)random_state);
		run_day(&plan, random_once_in(2));
	}
}

static void nobody_forges(void **state)
{
	static const struct strategy plan = {1, 1, 1, 0, 0, 0};

	on_both(state, &plan);
}

static void flags_and_strays_in_a_customers_name(void **state)
{
	static const struct strategy plan = {
		1 << FORGE_FLAGS | 1 << FORGE_ACK | 1 << FORGE_FIN |
			1 << FORGE_SYN_ACK | 1 << FORGE_RST,
		1 << SOURCE_CUSTOMER | 1 << SOURCE_EXEMPT,
		ALL_TARGETS,
		50,
		60000,
		0,
	};

	on_both(state, &plan);
}

static void handshakes_begun_in_a_customers_name(void **state)
{
	static const struct strategy plan = {
		1 << FORGE_SYN | 1 << FORGE_HALF_OPEN | 1 << FORGE_BLIND_ACK,
		1 << SOURCE_CUSTOMER | 1 << SOURCE_EXEMPT,
		ALL_TARGETS,
		50,
		60000,
		0,
	};

	on_both(state, &plan);
}

/* FIN and RST with any numbers, while the customer is quiet at first. */
static void forged_segments_inside_connections(void **state)
{
	static const struct strategy plan = {
		1 << FORGE_INSIDE,
		1 << SOURCE_CUSTOMER,
		1 << TARGET_OPEN,
		1,
		1000,
		0,
	};

	on_both(state, &plan);
}

/*
 * As he could from beside us, on the same link: what they say is not said to
 * us, so that nobody here knows whether they do.
 */
static void conversations_with_third_parties(void **state)
{
	static const struct strategy plan = {
		1 << FORGE_BOTH_HALVES,
		1 << SOURCE_CUSTOMER,
		ALL_TARGETS,
		20,
		10000,
		0,
	};

	on_both(state, &plan);
}

/* Who is never listed need not be one of us, whose answers are our own. */
static void conversations_with_the_router(void **state)
{
	static const struct strategy plan = {
		1 << FORGE_WITH_ROUTER,
		1 << SOURCE_CUSTOMER,
		ALL_TARGETS,
		20,
		10000,
		0,
	};

	on_both(state, &plan);
}

static void neighbours_in_a_customers_network(void **state)
{
	static const struct strategy plan = {
		ALL_FORGERIES, 1 << SOURCE_SAME_NET, ALL_TARGETS, 50, 60000, 0,
	};

	on_both(state, &plan);
}

static void in_step_with_customers(void **state)
{
	static const struct strategy plan = {
		ALL_FORGERIES, 1 << SOURCE_IN_STEP, ALL_TARGETS, 50, 60000, 0,
	};

	on_both(state, &plan);
}

static void a_flood_of_bystanders(void **state)
{
	static const struct strategy plan = {
		1 << FORGE_FLAGS | 1 << FORGE_SYN,
		1 << SOURCE_BYSTANDER,
		ALL_TARGETS,
		100,
		200000,
		0,
	};

	on_both(state, &plan);
}

/* More of them in a day than the table has room for. */
static void more_listings_than_sources(void **state)
{
	static const struct strategy plan = {
		1 << FORGE_FLAGS,
		1 << SOURCE_BYSTANDER,
		1 << TARGET_CLOSED,
		200,
		300000,
		20,
	};

	(void)state;
	run_day(&plan, false);
}

/* So that a customer who is restricted finds no port that is known to serve. */
static void services_that_nobody_has(void **state)
{
	static const struct strategy plan = {
		1 << FORGE_SYN_ACK_TEN | 1 << FORGE_FLAGS,
		1 << SOURCE_BYSTANDER | 1 << SOURCE_CUSTOMER,
		1 << TARGET_CLOSED,
		100,
		200000,
		0,
	};

	on_both(state, &plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		random_test(nobody_forges),
		random_test(flags_and_strays_in_a_customers_name),
		random_test(handshakes_begun_in_a_customers_name),
		random_test(forged_segments_inside_connections),
		random_test(conversations_with_third_parties),
		random_test(conversations_with_the_router),
		random_test(neighbours_in_a_customers_network),
		random_test(in_step_with_customers),
		random_test(a_flood_of_bystanders),
		random_test(more_listings_than_sources),
		random_test(services_that_nobody_has),
		random_test(any_strategy_that_comes_to_his_mind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
