/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ten thousand honest clients over a simulated day: none of them is listed,
 * and nothing that they send is dropped. Each behaviour by itself, then all of
 * them together with restarts of the servers and of the daemon.
 */
#include "population.h"

static const struct behaviour behaviours[] = {
	{"browse", opens_a_page, 6500, 4 * NS_PER_HOUR, false},
	{"many users behind one address", many_users, 100, NS_PER_MINUTE,
	 false},
	{"carrier NAT, one in twenty broken", one_in_twenty_is_broken, 20,
	 20 * NS_PER_S, false},
	{"lose the network", loses_the_network, 1000, 2 * NS_PER_HOUR, false},
	{"check health every 2 s", checks_health, 4, 2 * NS_PER_S, false},
	{"monitor", monitors, 4, 5 * NS_PER_MINUTE, false},
	{"happy eyeballs", happy_eyeballs, 1000, 2 * NS_PER_HOUR, false},
	{"reuse their port", reuses_its_port, 500, NS_PER_HOUR, false},
	{"wake up", wakes_up, 500, 4 * NS_PER_HOUR, false},
	{"share files", shares_files, 20, 2 * NS_PER_MINUTE, true},
	{"deliver mail", delivers_mail, 5, 30 * NS_PER_S, true},
	{"surf from inside", surfs_from_inside, 347, NS_PER_HOUR, true},
};

/* ---- what must not be ---- */

void talk_dropped(struct simulation *s, const struct talk *t,
		  const struct segment *seg, const struct decision *d)
{
	char src[ADDRESS_TEXT_BYTES], dst[ADDRESS_TEXT_BYTES];

	if (seg->flags == TCP_SYN && is_closed(seg->dst_port)) {
		tally_of(s)->spared_a_refusal++;
		return;
	}
	if (tally_of(s)->dropped++ < 5)
		print_message("  dropped: %s: %s.%u > %s.%u flags %x, %s\n",
			      t->owner->behaviour->name,
			      address_format(&seg->src, src), seg->src_port,
			      address_format(&seg->dst, dst), seg->dst_port,
			      seg->flags, finding_name[d->finding]);
}

static void nobody_is_listed(struct simulation *s, const struct notice *n)
{
	struct population *p = population_of(s);
	const char *name = "?";
	char text[PREFIX_TEXT_BYTES];

	for (uint32_t i = 0; i < p->num_clients; i++)
		if (prefix_holds(&n->offender.source, &p->client[i].address))
			name = p->client[i].behaviour->name;
	fail_msg("listed: %s, %s: %s, %s, after %.1f hours", name,
		 prefix_format(&n->offender.source, text), n->text,
		 grade_name[n->offender.grade],
		 (double)(s->now_ns - SIM_START_NS) / 3.6e12);
}

/* ---- a day ---- */

static void client_acts(struct simulation *s, const struct sim_event *e)
{
	struct client *c = e->who;
	uint64_t period_ns = c->behaviour->period_ns;

	c->behaviour->acts(s, c);
	sim_at(s, s->now_ns + period_ns / 2 + sim_random_ns(period_ns), *e);
}

static struct address address_of(const struct behaviour *b, uint32_t number)
{
	struct address a = sim_address("2001:db8:f::1");

	if (b->inside)
		return sim_ipv4(0x64400000 + number);
	if (b->acts != happy_eyeballs)
		return sim_ipv4(0x0c000000 | number);
	a.byte[6] = (uint8_t)(number >> 8);
	a.byte[7] = (uint8_t)number;
	return a;
}

static void add_clients(struct simulation *s, const struct behaviour *b)
{
	struct population *p = population_of(s);

	for (uint32_t i = 0; i < b->clients; i++) {
		struct client *c = &p->client[p->num_clients++];

		*c = (struct client){
			.behaviour = b,
			.address = address_of(b, p->num_clients),
			.number = p->num_clients,
			.port = (uint16_t)random_bits(),
		};
		sim_at(s, s->now_ns + sim_random_ns(b->period_ns),
		       (struct sim_event){.happens = client_acts, .who = c});
	}
}

static void set_sides(struct simulation *s)
{
	struct prefix inside[3];

	assert_true(prefix_parse("192.0.2.0/24", &inside[0]));
	assert_true(prefix_parse("2001:db8:1::/48", &inside[1]));
	assert_true(prefix_parse("100.64.0.0/16", &inside[2]));
	judge_set_inside(s->judge, inside, 3);
}

struct day {
	struct simulation sim;
	struct population population;
	struct judge_config config;
	clock_t began;
};

static struct day *day_begin(void)
{
	struct day *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	d->began = clock();
	judge_config_default(&d->config);
	d->population.client = calloc(10000, sizeof(struct client));
	assert_non_null(d->population.client);
	sim_begin(&d->sim, &d->config, &d->population);
	d->sim.listed = nobody_is_listed;
	set_sides(&d->sim);
	return d;
}

/* What is still to come is forgotten with its conversation. */
static void free_talks(struct simulation *s)
{
	while (s->num_due > 0) {
		struct sim_event e = s->pool[sim_pop(s).event];

		if (e.happens == talk_segment)
			talk_end(e.who);
	}
}

static void day_end(struct day *d)
{
	const struct judge_counters *c = judge_counters(d->sim.judge);
	const struct tally *t = &d->population.tally;

	print_message(
		"  %u clients, %llu segments, %llu judged, %llu dropped, "
		"%llu SYNs to closed ports held back; withheld: %llu "
		"standing, %llu in step; %.1f s\n",
		d->population.num_clients, (unsigned long long)t->segments,
		(unsigned long long)t->judged, (unsigned long long)t->dropped,
		(unsigned long long)t->spared_a_refusal,
		(unsigned long long)c->withheld_standing,
		(unsigned long long)c->withheld_in_step,
		(double)(clock() - d->began) / CLOCKS_PER_SEC);
	assert_int_equal(c->listings, 0);
	assert_int_equal(t->dropped, 0);
	free_talks(&d->sim);
	sim_end(&d->sim);
	free(d->population.client);
	free(d);
}

static void run_hours(struct day *d, unsigned int hours)
{
	sim_run(&d->sim, d->sim.now_ns + hours * NS_PER_HOUR);
}

static void one_behaviour(void (*acts)(struct simulation *, struct client *))
{
	struct day *d = day_begin();

	for (size_t i = 0; i < ARRAY_SIZE(behaviours); i++)
		if (behaviours[i].acts == acts)
			add_clients(&d->sim, &behaviours[i]);
	run_hours(d, 24);
	day_end(d);
}

/* ---- one by one ---- */

#define alone(name, acts)              \
	static void name(void **state) \
	{                              \
		(void)state;           \
		one_behaviour(acts);   \
	}

alone(those_who_browse,
      opens_a_page) alone(many_users_behind_one_address,
			  many_users) alone(a_carrier_nat_with_broken_clients,
					    one_in_twenty_is_broken)
	alone(mobile_clients_with_late_fins,
	      loses_the_network) alone(a_health_checker_that_half_opens,
				       checks_health) alone(monitoring,
							    monitors)
		alone(the_losers_of_happy_eyeballs, happy_eyeballs) alone(
			the_same_port_again,
			reuses_its_port) alone(laptops_that_wake_up, wakes_up)
			alone(peers_of_file_sharing_that_are_gone, shares_files)
				alone(a_mail_server_with_dead_peers,
				      delivers_mail) alone(surfing_from_inside,
							   surfs_from_inside)

	/* ---- together ---- */

	static void add_all(struct day *d)
{
	for (size_t i = 0; i < ARRAY_SIZE(behaviours); i++)
		add_clients(&d->sim, &behaviours[i]);
}

static void restart_daemon(struct day *d)
{
	sim_restart(&d->sim, &d->config);
	set_sides(&d->sim);
}

static void a_server_is_restarted(void **state)
{
	struct day *d = day_begin();

	(void)state;
	add_clients(&d->sim, &behaviours[0]);
	for (unsigned int i = 0; i < 24; i++) {
		run_hours(d, 1);
		d->population.refuses = i % 4 == 1 ? 0xff : 0;
		d->population.silent = i % 4 == 2 ? 0xff00 : 0;
	}
	day_end(d);
}

static void the_daemon_is_restarted(void **state)
{
	struct day *d = day_begin();

	(void)state;
	add_clients(&d->sim, &behaviours[0]);
	add_clients(&d->sim, &behaviours[3]);
	for (unsigned int i = 0; i < 24; i++) {
		run_hours(d, 1);
		restart_daemon(d);
	}
	day_end(d);
}

static void all_of_them_for_a_day(void **state)
{
	struct day *d = day_begin();

	(void)state;
	add_all(d);
	for (unsigned int i = 0; i < 24; i++) {
		run_hours(d, 1);
		d->population.refuses = i % 6 == 2 ? 1u << random_below(20) : 0;
		d->population.silent = i % 6 == 4 ? 1u << random_below(20) : 0;
		if (i == 12)
			restart_daemon(d);
	}
	day_end(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		random_test(those_who_browse),
		random_test(many_users_behind_one_address),
		random_test(a_carrier_nat_with_broken_clients),
		random_test(mobile_clients_with_late_fins),
		random_test(a_health_checker_that_half_opens),
		random_test(monitoring),
		random_test(the_losers_of_happy_eyeballs),
		random_test(the_same_port_again),
		random_test(laptops_that_wake_up),
		random_test(peers_of_file_sharing_that_are_gone),
		random_test(a_mail_server_with_dead_peers),
		random_test(surfing_from_inside),
		random_test(a_server_is_restarted),
		random_test(the_daemon_is_restarted),
		random_test(all_of_them_for_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
