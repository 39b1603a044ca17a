/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every TCP scan of nmap at each of its timings against the engine, and what
 * comes of it: seen, dropped, listed, and at which probe. What README.md says
 * about this is generated here and held against it:
 *
 *	COVERAGE_TABLE=1 build/tests/core/test_coverage
 */
#include "coverage.h"

#define README      "README.md"
#define TABLE_BEGIN "<!-- coverage: begin -->\n"
#define TABLE_END   "<!-- coverage: end -->\n"

/* ---- the table ---- */

typedef void (*cell_fn)(char *out, size_t size, const struct technique *q,
			const struct result *r);

static void seen_cell(char *out, size_t size, const struct technique *q,
		      const struct result *r)
{
	if (r->seen)
		snprintf(out, size, "`%s`", finding_name[q->finding]);
	else
		snprintf(out, size, "no");
}

static void number(char *out, size_t size, unsigned int n)
{
	if (n == 0)
		snprintf(out, size, "never");
	else
		snprintf(out, size, "%u", n);
}

static void dropped_cell(char *out, size_t size, const struct technique *q,
			 const struct result *r)
{
	(void)q;
	number(out, size, r->dropped);
}

/* Till the first listing. */
static void through_cell(char *out, size_t size, const struct technique *q,
			 const struct result *r)
{
	(void)q;
	snprintf(out, size, "%u", r->through);
}

static void listed_cell(char *out, size_t size, const struct technique *q,
			const struct result *r)
{
	(void)q;
	number(out, size, r->listed);
}

static void name_cell(char *out, size_t size, const struct technique *q,
		      const struct result *r)
{
	(void)q;
	if (r->in_step)
		snprintf(out, size, "none, told to be in step");
	else if (r->listed == 0)
		snprintf(out, size, "none");
	else
		snprintf(out, size, "`%s`", finding_name[r->listed_as]);
}

/* A cell for all timings: "5", or "T0-T1 7, T2 19, T3-T5 20". */
static void put_cell(FILE *out, int i, cell_fn cell)
{
	char text[TIMINGS][64];
	int last;

	for (int timing = 0; timing < TIMINGS; timing++)
		cell(text[timing], sizeof(text[timing]), &technique[i],
		     &result[i][timing]);
	for (int first = 0; first < TIMINGS; first = last + 1) {
		last = first;
		while (last + 1 < TIMINGS &&
		       strcmp(text[last + 1], text[first]) == 0)
			last++;
		fputs(first > 0 ? ", " : " ", out);
		if (first == last)
			fprintf(out, "T%d ", first);
		else if (first > 0 || last < TIMINGS - 1)
			fprintf(out, "T%d-T%d ", first, last);
		fputs(text[first], out);
	}
	fputs(" |", out);
}

static void put_peers(FILE *out, const char *const peer[NUM_PEERS])
{
	for (int i = 0; i < NUM_PEERS; i++)
		fprintf(out, " %s |", peer[i]);
	fputc('\n', out);
}

static bool is_single_source(int i)
{
	return technique[i].shape == SHAPE_PORTS ||
	       technique[i].shape == SHAPE_HOSTS;
}

/* The worst of what one source does at T0 and T1. */
static void put_slow_row(FILE *out)
{
	unsigned int dropped = 0, listed = 0, through = 0;
	bool seen = true;

	for (int i = 0; i < NUM_TECHNIQUES; i++) {
		for (int k = 0; is_single_source(i) && k < 2; k++) {
			const struct result *r = &result[i][k];

			seen = seen && r->seen && r->dropped && r->listed;
			dropped = r->dropped > dropped ? r->dropped : dropped;
			listed = r->listed > listed ? r->listed : listed;
			through = r->through > through ? r->through : through;
		}
	}
	fprintf(out,
		"| one source, T0 and T1 | %s | %u at most | %u at most |"
		" %u at most | as above |",
		seen ? "all" : "not all", dropped, through, listed);
	put_peers(out, peer_slow);
}

static char *make_table(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("| technique | seen | dropped from probe | let through till "
	      "listed |"
	      " listed at probe, T0..T5 | name in the set |",
	      out);
	put_peers(out, peer_name);
	for (int i = 0; i < 6 + NUM_PEERS; i++)
		fputs("|---", out);
	fputs("|\n", out);
	for (int i = 0; i < NUM_TECHNIQUES; i++) {
		fprintf(out, "| %s |", technique[i].name);
		put_cell(out, i, seen_cell);
		put_cell(out, i, dropped_cell);
		put_cell(out, i, through_cell);
		put_cell(out, i, listed_cell);
		put_cell(out, i, name_cell);
		put_peers(out, technique[i].peer);
	}
	put_slow_row(out);
	fclose(out);
	return text;
}

/* ---- tests ---- */

static void assert_each(int i, unsigned int (*what)(const struct result *r),
			const unsigned int expected[TIMINGS])
{
	for (int k = 0; k < TIMINGS; k++)
		if (what(&result[i][k]) != expected[k])
			fail_msg("%s at T%d: %u, not %u", technique[i].name, k,
				 what(&result[i][k]), expected[k]);
}

static unsigned int is_seen(const struct result *r)
{
	return r->seen;
}

static unsigned int first_dropped(const struct result *r)
{
	return r->dropped;
}

static unsigned int let_through(const struct result *r)
{
	return r->through;
}

static unsigned int sources_listed(const struct result *r)
{
	return r->sources;
}

static const unsigned int always[TIMINGS] = {1, 1, 1, 1, 1, 1};
static const unsigned int never[TIMINGS];

static void every_segment_gets_one_verdict(void **state)
{
	(void)state;
	for (int i = 0; i < NUM_TECHNIQUES; i++)
		for (int k = 0; k < TIMINGS; k++)
			assert_true(result[i][k].one_verdict_each);
}

static void every_scan_is_seen_by_its_name_at_every_timing(void **state)
{
	(void)state;
	for (int i = 0; i < NUM_TECHNIQUES; i++)
		if (technique[i].shape != SHAPE_FLOOD)
			assert_each(i, is_seen, always);
}

static void flags_are_dropped_from_the_first_probe_on(void **state)
{
	(void)state;
	assert_each(NULL_SCAN, first_dropped, always);
	assert_each(FIN_SCAN, first_dropped, always);
	assert_each(XMAS_SCAN, first_dropped, always);
	assert_each(SYNFIN_SCAN, first_dropped, always);
}

/* Breadth takes three closed ports; the third probe is to an open one. */
static void strays_are_dropped_from_the_fourth_probe_on(void **state)
{
	static const unsigned int fourth[TIMINGS] = {4, 4, 4, 4, 4, 4};

	(void)state;
	assert_each(MAIMON_SCAN, first_dropped, fourth);
	assert_each(ACK_SCAN, first_dropped, fourth);
	assert_each(WINDOW_SCAN, first_dropped, fourth);
}

/*
 * Five places at 2.0 each; a stray to the open port, the third, is noise. Seven
 * that failed at 1.4 each, be the port closed or open. Of a connect scan six of
 * the seven are refused SYNs, and it is listed under their name.
 */
static void one_source_on_one_host_is_listed_by_few_probes(void **state)
{
	(void)state;
	for (int i = 0; i < NUM_TECHNIQUES; i++) {
		const struct technique *q = &technique[i];
		bool strays = q->finding == FINDING_MAIMON_SCAN ||
			      q->finding == FINDING_ACK_SCAN;
		bool failures = q->finding == FINDING_SYN_SCAN ||
				q->finding == FINDING_CONNECT_SCAN;

		for (int k = 0; k < TIMINGS && q->shape == SHAPE_PORTS; k++) {
			const struct result *r = &result[i][k];

			assert_int_equal(r->listed, failures ? 7 : 5 + strays);
			assert_in_range(r->dropped, 1, r->listed + 1);
			assert_int_equal(r->sources, 1);
			assert_int_equal(r->listed_as,
					 failures ? FINDING_SYN_SCAN
						  : q->finding);
		}
	}
}

/*
 * Silence takes five seconds to be an answer. A fast sweep would be over by
 * then; but it waits for seven answers, and no more of it gets through.
 */
static void seven_probes_of_a_sweep_get_through_at_every_timing(void **state)
{
	static const unsigned int all[TIMINGS] = {7, 7, 7, 7, 7, 7};
	static const unsigned int dropped[TIMINGS] = {8, 8, 8, 8, 8, 8};

	(void)state;
	assert_each(SWEEP, first_dropped, dropped);
	assert_each(SWEEP, let_through, all);
	assert_each(SWEEP, sources_listed, always);
	for (int k = 0; k < TIMINGS; k++)
		assert_int_equal(result[SWEEP][k].listed_as, FINDING_SYN_SCAN);
}

/*
 * Nine of the ten are bystanders, and nobody can tell which. They are told
 * again when a restriction ran out in between, as at T0.
 */
static void decoys_are_recognised_and_nobody_is_listed(void **state)
{
	static const unsigned int dropped[TIMINGS] = {8, 8, 8, 8, 8, 8};

	(void)state;
	assert_each(DECOYS, sources_listed, never);
	assert_each(DECOYS, first_dropped, dropped);
	for (int k = 0; k < TIMINGS; k++)
		assert_int_equal(result[DECOYS][k].in_step % SOURCES, 0);
	for (int i = 0; i < NUM_TECHNIQUES; i++)
		for (int k = 0; k < TIMINGS; k++)
			assert_true((result[i][k].in_step > 0) ==
				    (i == DECOYS));
}

/* Below 256 half-open connections in 30 s there is no flood to speak of. */
static void a_flood_is_seen_and_lists_nobody(void **state)
{
	static const unsigned int fast[TIMINGS] = {0, 0, 0, 1, 1, 1};

	(void)state;
	assert_each(FLOOD, is_seen, fast);
	assert_each(FLOOD, sources_listed, never);
	assert_each(FLOOD, first_dropped, never);
}

/* All of a file, or NULL. */
static char *read_whole(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return NULL;
	/* No NUL in it: one "line". */
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

static bool has_table(const char *readme, const char *table)
{
	const char *begin = strstr(readme, TABLE_BEGIN);
	size_t len = strlen(table);

	if (!begin)
		return false;
	begin += strlen(TABLE_BEGIN);
	return strncmp(begin, table, len) == 0 &&
	       strncmp(begin + len, TABLE_END, strlen(TABLE_END)) == 0;
}

static void readme_has_this_table(void **state)
{
	char *readme = read_whole(README), *table = make_table();
	bool found = readme && table && has_table(readme, table);
	bool is_there = readme != NULL;

	(void)state;
	free(table);
	free(readme);
	if (!is_there) {
		print_message("no " README " in the current directory\n");
		skip();
	}
	if (!found)
		fail_msg(README " has another table, or none");
}

static int print_table(void)
{
	char *table;

	simulate_all(NULL);
	table = make_table();
	if (!table)
		return 1;
	fputs(table, stdout);
	free(table);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_segment_gets_one_verdict),
		cmocka_unit_test(
			every_scan_is_seen_by_its_name_at_every_timing),
		cmocka_unit_test(flags_are_dropped_from_the_first_probe_on),
		cmocka_unit_test(strays_are_dropped_from_the_fourth_probe_on),
		cmocka_unit_test(
			one_source_on_one_host_is_listed_by_few_probes),
		cmocka_unit_test(
			seven_probes_of_a_sweep_get_through_at_every_timing),
		cmocka_unit_test(decoys_are_recognised_and_nobody_is_listed),
		cmocka_unit_test(a_flood_is_seen_and_lists_nobody),
		cmocka_unit_test(readme_has_this_table),
	};

	if (getenv("COVERAGE_TABLE"))
		return print_table();
	return cmocka_run_group_tests(tests, simulate_all, NULL);
}
