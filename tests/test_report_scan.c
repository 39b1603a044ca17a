/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sums behind a report's pictures: shapes of scans, the timeline as it
 * outgrows itself, and that a hundred thousand sources take no more room than
 * was said, while what is left out is told.
 */
#include "report_fixture.h"

#define S INT64_C(1000000)

static struct address ipv4(unsigned int a, unsigned int n)
{
	const uint8_t bytes[] = {(uint8_t)a, (uint8_t)(n >> 16),
				 (uint8_t)(n >> 8), (uint8_t)n};

	return address_from_ipv4(bytes);
}

static void probe(int64_t time_us, unsigned int source, unsigned int host,
		  uint16_t port)
{
	const struct scan_probe p = {ipv4(203, source), ipv4(192, host), port,
				     FINDING_NULL_SCAN};

	report_finding(report, time_us, &p);
	report_at(report, time_us);
}

static const struct scan_source *worst(size_t n)
{
	assert_true(n < report->scans.num_worst);
	return report->scans.worst[n];
}

static void shapes_have_their_names(void **state)
{
	static const struct {
		unsigned int hosts, ports;
		int64_t gap_us;
		const char *name;
	} scans[] = {
		{1, 1000, 1000, "vertical"},
		{1, 20, 15 * S, "slow vertical"},
		{3, 4, S, "vertical"},
		{254, 1, S, "horizontal"},
		{254, 3, S, "horizontal"},
		{30, 1, 300 * S, "slow horizontal"},
		{20, 20, S, "block"},
		{20, 20, 5 * S, "slow block"},
		{2, 2, S, "few targets"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(scans); i++) {
		int64_t now = 0;
		struct address source = ipv4(203, (unsigned int)i);

		for (unsigned int h = 0; h < scans[i].hosts; h++)
			for (uint16_t p = 1; p <= scans[i].ports; p++)
				probe(now += scans[i].gap_us, (unsigned int)i,
				      h, p);
		assert_string_equal(
			scan_shape_name(scan_find(&report->scans, &source)),
			scans[i].name);
	}
}

static void ports_and_hosts_count_once(void **state)
{
	(void)state;
	for (int round = 0; round < 3; round++)
		for (uint16_t n = 0; n < 900; n++)
			probe(n * S, 1, n % 700, (uint16_t)(n % 300));
	report_finish(report);
	assert_int_equal(worst(0)->num_ports, 300);
	assert_int_equal(worst(0)->num_hosts, 700);
	assert_int_equal(worst(0)->probes, 2700);
	assert_false(worst(0)->hosts_left_out);
	assert_false(worst(0)->ports_left_out);
}

static void a_long_scan_is_thinned_over_all_its_time(void **state)
{
	const struct scan_source *s;
	uint32_t late = 0;

	(void)state;
	for (int n = 0; n < 65536; n++)
		probe(n * S, 1, (unsigned int)n % 3000, (uint16_t)n);
	report_finish(report);
	s = worst(0);
	assert_int_equal(s->num_ports, 65536);
	assert_int_equal(s->probes, 65536);
	assert_true(s->num_points <= SCAN_POINTS);
	assert_true(s->num_points >= SCAN_POINTS / 2);
	for (uint32_t i = 0; i < s->num_points; i++) {
		assert_int_equal(s->points[i].time_us / S % (1 << s->thinned),
				 0);
		late += s->points[i].time_us >= 32768 * S;
	}
	assert_in_range(late, s->num_points * 2 / 5, s->num_points * 3 / 5);
	assert_int_equal(s->num_hosts, SCAN_HOSTS);
	assert_true(s->hosts_left_out);
	free(written(report_write_html));
}

static void a_hundred_thousand_sources_do_not_hide_the_scanner(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 100000; n++) {
		probe(n, 100 + n, 1, 80);
		if (n % 100 == 0)
			probe(n, 1, 1, (uint16_t)(n / 100));
	}
	report_finish(report);
	assert_int_equal(worst(0)->probes, 1000);
	assert_int_equal(worst(0)->num_ports, 1000);
	assert_int_equal(report->scans.num_scans, 1);
	assert_true(report->scans.num_sources <= SCAN_SETS * SCAN_WAYS);
	assert_int_equal(report->scans.num_sources + report->scans.replaced,
			 100001);
}

static void memory_is_bounded_and_numbers_of_probes_hold(void **state)
{
	char *page;

	(void)state;
	for (unsigned int source = 1; source <= 20000; source++)
		for (uint16_t n = 0; n < 200; n++)
			probe(n, source, n, n);
	report_finish(report);
	assert_true(report->scans.bytes <= SCAN_MAX_BYTES);
	assert_true(report->scans.bytes > SCAN_MAX_BYTES / 2);
	assert_int_equal(report->scans.num_scans + report->scans.replaced,
			 20000);
	assert_in_range(report->scans.replaced, 0, 200); /* crowded sets */
	for (size_t i = 0; i < SCAN_WORST; i++)
		assert_int_equal(worst(i)->probes, 200);
	assert_false(worst(0)->ports_left_out);
	page = written(report_write_html);
	assert_non_null(strstr(page, " other sources with three"));
	free(page);
	scan_table_fini(&report->scans);
	assert_int_equal(report->scans.bytes, 0);
}

static uint64_t in_timeline(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < REPORT_BINS; i++)
		sum += report->timeline.bin[i].finding[FINDING_NULL_SCAN];
	return sum;
}

/* Each bar has what was in its time. */
static void check_bars(const int64_t *times, size_t num)
{
	const struct report_timeline *t = &report->timeline;

	for (int64_t i = 0; i < REPORT_BINS; i++) {
		int64_t begin = t->origin_us + i * t->width_us;
		uint32_t inside = 0;

		for (size_t n = 0; n < num; n++)
			inside += times[n] >= begin &&
				  times[n] < begin + t->width_us;
		assert_int_equal(t->bin[i].finding[FINDING_NULL_SCAN], inside);
	}
}

static void the_timeline_grows_both_ways(void **state)
{
	static const int64_t times[] = {1000000 * S,
					1000000 * S + 1,
					1000001 * S,
					999999 * S,
					0,
					4323196799 * S,
					3 * S,
					2000000000 * S,
					INT64_C(-86400) * S};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		probe(times[i], 1, 1, 1);
		assert_int_equal(in_timeline(), i + 1);
	}
	report_finish(report);
	assert_true(report->first_us == -86400 * S);
	assert_true(report->last_us == 4323196799 * S);
	check_bars(times, ARRAY_SIZE(times));
	free(written(report_write_html));
}

static void time_that_goes_backwards_loses_nothing(void **state)
{
	int64_t times[2000];

	(void)state;
	for (int n = 0; n < 2000; n++) {
		times[n] = (2000 - n) * S;
		probe(times[n], 1, 1, 1);
	}
	check_bars(times, ARRAY_SIZE(times));
	report_finish(report);
	assert_true(worst(0)->first_us == S);
	assert_true(worst(0)->last_us == 2000 * S);
}

static void of_the_listed_the_latest_are_kept(void **state)
{
	struct report_listed l = {.grade = NUM_GRADES, .score = -1};
	const struct report_listed *kept;
	size_t n = 0;

	(void)state;
	for (l.timeout_s = 1; l.timeout_s <= 1234; l.timeout_s++)
		report_listing(report, &l);
	report_finish(report);
	for (; (kept = report_listed_at(report, n)); n++)
		assert_int_equal(kept->timeout_s, 1234 - REPORT_LISTED + 1 + n);
	assert_int_equal(n, REPORT_LISTED);
	assert_int_equal(report_listed_left_out(report), 1234 - REPORT_LISTED);
}

static void the_listed_come_first(void **state)
{
	struct report_listed l = {.time_us = S};

	(void)state;
	l.source = (struct prefix){ipv4(203, 5), 128};
	for (uint16_t n = 0; n < 50; n++)
		probe(n * S, 1, 1, n);
	for (uint16_t n = 0; n < 4; n++)
		probe(n * S, 5, 1, n);
	probe(S, 6, 1, 1);
	report_listing(report, &l);
	report_finish(report);
	assert_int_equal(report->scans.num_scans, 2);
	assert_int_equal(worst(0)->probes, 4);
	assert_true(worst(0)->listed);
	assert_int_equal(worst(1)->probes, 50);
	assert_true(report_listed_at(report, 0)->last_us == 3 * S);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, new_report, free_report)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shapes_have_their_names),
		TEST(ports_and_hosts_count_once),
		TEST(a_long_scan_is_thinned_over_all_its_time),
		TEST(a_hundred_thousand_sources_do_not_hide_the_scanner),
		TEST(memory_is_bounded_and_numbers_of_probes_hold),
		TEST(the_timeline_grows_both_ways),
		TEST(time_that_goes_backwards_loses_nothing),
		TEST(of_the_listed_the_latest_are_kept),
		TEST(the_listed_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
