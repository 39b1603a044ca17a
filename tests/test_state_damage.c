/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state_read.c when the file is damaged: each line stands for itself, is told
 * with its number and value, and nothing that cannot be gets through.
 */
#include "state_fixture.h"

#include <sys/stat.h>

#define HEAD "handshaked-state 1\n"
#define GOOD "offender 203.0.113.66 1799999900000 1800000500000 2 syn-scan"
#define TAIL " plausible 7 1 9712\n"
#define REASON129                                                          \
	"0123456789012345678901234567890123456789012345678901234567890123" \
	"0123456789012345678901234567890123456789012345678901234567890123" \
	"x"
#define OTHER "operator 192.0.2.9 1799999990000 1800007190000\n"

static void read_text(const char *text)
{
	put_file(path, text, strlen(text));
	read_file(&now);
}

/* ---- one damaged line ---- */

static const struct {
	const char *line, *told;
} lines[] = {
	{"", "\"\": must be offender or operator"},
	{"offended 192.0.2.1", "\"offended\": must be offender or operator"},
	{"offender 192.0.2.1 0 1", "4 fields: must be 10"},
	{GOOD " plausible 7 1 9712 9", "11 fields: must be 10"},
	{GOOD "  plausible 7 1", "grade \"\": there is none"},
	{"operator 192.0.2.1 0", "3 fields: must be 4 or more"},
	{"operator 192.0.2.1 0 1 root", "user \"root\": must be a number or -"},
	{"operator 192.0.2.1 0 1 4294967295", "user \"4294967295\": must be"},
	{"operator 192.0.2.1 0 1 0 " REASON129, "must be 128 bytes or less"},
	{"operator 192.0.2.1 0 never", "until \"never\": must be"},
	{"offender 192.0.2.1 0 permanent 1 syn-scan proved 1 1 1",
	 "until \"permanent\": must be"},
	{"operator 192.0.2.256 0 1", "source \"192.0.2.256\": must be"},
	{"offender 192.0.2.0/24 0 1 1 syn-scan proved 1 1 1",
	 "source \"192.0.2.0/24\": must be"},
	{"operator 192.0.2.7/24 0 1", "source \"192.0.2.7/24\": must be"},
	{"operator ::/0 0 1", "source \"::/0\": must be"},
	{"operator 0.0.0.0/0 0 1", "source \"0.0.0.0/0\": must be"},
	{"offender 2001:db8::/48 0 1 1 syn-scan proved 1 1 1",
	 "source \"2001:db8::/48\": must be"},
	{"operator  0 1", "source \"\": must be"},
	{"operator 192.0.2.1 -1 1", "listed \"-1\": must be milliseconds"},
	{"operator 192.0.2.1 0x1 1", "listed \"0x1\": must be milliseconds"},
	{"operator 192.0.2.1 100000000000001 100000000000002",
	 "listed \"100000000000001\": must be"},
	{"operator 192.0.2.1 99999999999999999999 1",
	 "listed \"99999999999999999999\": must be"},
	{"operator 192.0.2.1 5 4", "until \"4\": must be milliseconds, listed"},
	{"operator 192.0.2.1 5 31536000006", "until \"31536000006\": must be"},
	{"operator 192.0.2.1 5 18446744073709551616", "until \"184467440"},
	{"operator 192.0.2.1 5 ", "until \"\": must be"},
	{"offender 192.0.2.1 1 2 0 syn-scan proved 1 1 1",
	 "offences \"0\": must be 1 to 255"},
	{"offender 192.0.2.1 1 2 256 syn-scan proved 1 1 1",
	 "offences \"256\": must be 1 to 255"},
	{"offender 192.0.2.1 1 2 1 none proved 1 1 1",
	 "finding \"none\": there is none"},
	{"offender 192.0.2.1 1 2 1 syn-scam proved 1 1 1",
	 "finding \"syn-scam\": there is none"},
	{"offender 192.0.2.1 1 2 1 syn-scan probed 1 1 1",
	 "grade \"probed\": there is none"},
	{"offender 192.0.2.1 1 2 1 syn-scan proved 65536 1 1",
	 "ports \"65536\": must be 0 to 65535"},
	{"offender 192.0.2.1 1 2 1 syn-scan proved 1 -1 1",
	 "hosts \"-1\": must be 0 to 65535"},
	{"offender 192.0.2.1 1 2 1 syn-scan proved 1 1 2147483648",
	 "score \"2147483648\": must be"},
	{"offender 192.0.2.1 1 2 1 syn-scan proved 1 1 --1",
	 "score \"--1\": must be"},
	{"offender 192.0.2.1 1 2 1 syn-scan proved 1 1 1.5",
	 "score \"1.5\": must be"},
	{"end 9", "\"end\": must be offender or operator"},
	{HEAD, "\"handshaked-state\": must be offender or operator"},
	{"operator 192.0.2.1\t0 1", "byte that is no printable character"},
	{"operator 192.0.2.1 0 1\r", "byte that is no printable character"},
};

static void each_kind_of_damage_costs_its_line_only(void **state)
{
	char text[1024], line[300];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		snprintf(line, sizeof(line), "%s", lines[i].line);
		line[strcspn(line, "\n")] = '\0';
		snprintf(text, sizeof(text),
			 HEAD GOOD TAIL "%s\n" OTHER "end 3\n", line);
		read_text(text);
		assert_int_equal(result.error, 0);
		assert_int_equal(result.summary.used, 2);
		assert_int_equal(result.summary.damaged, 1);
		assert_false(result.summary.cut_short);
		assert_int_equal(result.lines[0], 3);
		if (!strstr(result.damage[0], lines[i].told))
			fail_msg("\"%s\": no \"%s\" in \"%s\"", lines[i].line,
				 lines[i].told, result.damage[0]);
	}
}

static void a_line_without_bounds_is_one_damage(void **state)
{
	char *text = malloc(2000000);
	size_t len;

	(void)state;
	assert_non_null(text);
	len = (size_t)sprintf(text, HEAD GOOD TAIL);
	memset(text + len, 'x', 1000000);
	len += 1000000;
	len += (size_t)sprintf(text + len, "\n" OTHER "end 3\n");
	put_file(path, text, len);
	free(text);
	read_file(&now);
	assert_int_equal(result.summary.used, 2);
	assert_int_equal(result.summary.damaged, 1);
	assert_int_equal(result.lines[0], 3);
	assert_false(result.summary.cut_short);
}

static void what_the_taker_refuses_is_damage_with_the_line(void **state)
{
	(void)state;
	result.refuse = true;
	read_text(HEAD GOOD TAIL "end 1\n");
	assert_int_equal(result.summary.used, 0);
	assert_int_equal(result.summary.damaged, 1);
	assert_non_null(strstr(result.damage[0],
			       "\"" GOOD " plausible 7 1 9712\": cannot be"));
}

/* ---- the whole file ---- */

static void no_file_is_enoent(void **state)
{
	(void)state;
	read_file(&now);
	assert_int_equal(result.error, -ENOENT);
}

static void another_version_is_left_alone(void **state)
{
	static const char *const heads[] = {"handshaked-state 2\n",
					    "handshaked-state 10\n",
					    "handshaked-state 1 \n",
					    "handshaked-state\n",
					    "\n",
					    "",
					    "handshaked-state 1",
					    "\x7f"
					    "ELF",
					    "end 0\n",
					    GOOD TAIL};
	char text[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		snprintf(text, sizeof(text), "%s%s", heads[i],
			 *heads[i] && strchr(heads[i], '\n') ? GOOD TAIL
				 "end 1\n"
							     : "");
		read_text(text);
		assert_int_equal(result.error, -EPROTO);
		assert_int_equal(result.num_records, 0);
		assert_int_equal(result.num_damage, 0);
		assert_string_equal(content(), text);
	}
}

static void a_file_cut_anywhere_gives_what_is_whole(void **state)
{
	static const char text[] = HEAD GOOD TAIL OTHER "end 2\n";
	const size_t first = strlen(HEAD GOOD TAIL);
	const size_t second = first + strlen(OTHER);

	(void)state;
	for (size_t len = strlen(HEAD); len < strlen(text); len++) {
		put_file(path, text, len);
		read_file(&now);
		assert_int_equal(result.error, 0);
		assert_true(result.summary.cut_short);
		assert_int_equal(result.summary.used,
				 (len >= first) + (len >= second));
	}
}

static void an_end_with_another_count_shows(void **state)
{
	(void)state;
	read_text(HEAD GOOD TAIL "end 2\n");
	assert_true(result.summary.cut_short);
	read_text(HEAD GOOD TAIL "end 1\n" OTHER);
	assert_true(result.summary.cut_short);
	assert_int_equal(result.summary.used, 2);
	read_text(HEAD GOOD TAIL "end 1\n");
	assert_false(result.summary.cut_short);
}

static void what_is_no_regular_file_is_refused(void **state)
{
	const struct state_reader reader = {note_record, note_damage, NULL};

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	read_file(&now);
	assert_int_equal(result.error, -EINVAL);
	assert_int_equal(
		state_read("/dev/zero", &now, &reader, &result.summary),
		-EINVAL);
	assert_int_equal(state_read("/tmp", &now, &reader, &result.summary),
			 -EINVAL);
}

static void a_file_beyond_all_measure_is_refused(void **state)
{
	(void)state;
	put_file(path, HEAD, strlen(HEAD));
	assert_int_equal(truncate(path, (off_t)STATE_MAX_BYTES + 1), 0);
	read_file(&now);
	assert_int_equal(result.error, -EFBIG);
}

static void more_records_than_fit_are_left_out(void **state)
{
	FILE *out = fopen(path, "w");

	(void)state;
	assert_non_null(out);
	fprintf(out, HEAD);
	for (int i = 0; i < STATE_MAX_RECORDS + 10; i++)
		fprintf(out, OTHER);
	fprintf(out, "end %d\n", STATE_MAX_RECORDS + 10);
	fclose(out);
	read_file(&now);
	assert_int_equal(result.summary.used, STATE_MAX_RECORDS);
	assert_int_equal(result.summary.beyond, 10);
	assert_false(result.summary.cut_short);
}

/* ---- at random ---- */

static void assert_possible(void)
{
	for (size_t i = 0; i < result.num_records; i++) {
		const struct state_record *r = &result.records[i];
		const struct offender *o = &r->offender;

		assert_true(o->until_ns >= o->listed_ns);
		assert_true(o->until_ns - o->listed_ns <=
			    STATE_MAX_LISTED_S * NS_PER_S);
		assert_true(o->listed_ns <= now.now_ns);
		assert_true(o->source.bits == 128 || o->source.bits == 64);
		if (r->by_operator)
			continue;
		assert_in_range(o->offences, 1, 255);
		assert_in_range(o->finding, 1, NUM_FINDINGS - 1);
		assert_in_range(o->grade, 0, NUM_GRADES - 1);
	}
}

static void random_bytes_do_no_harm(void **state)
{
	char bytes[4096];
	size_t head;

	(void)state;
	for (int i = 0; i < 300; i++) {
		head = random_once_in(4) ? 0 : strlen(HEAD);
		random_fill(bytes, sizeof(bytes));
		memcpy(bytes, HEAD, head);
		put_file(path, bytes, random_below(sizeof(bytes)));
		read_file(&now);
		assert_possible();
	}
}

static void a_file_with_random_changes_gives_only_what_can_be(void **state)
{
	char text[512];
	size_t len;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		len = (size_t)snprintf(text, sizeof(text),
				       HEAD GOOD TAIL OTHER "end 2\n");
		for (uint32_t n = 1 + random_below(4); n > 0; n--)
			text[strlen(HEAD) +
			     random_below((uint32_t)(len - strlen(HEAD)))] =
				random_once_in(2)
					? (char)('0' + random_below(10))
					: (char)random_bits();
		put_file(path, text, len);
		read_file(&now);
		assert_possible();
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int random_setup(void **state)
{
	return setup(state) || random_seed(state) ? -1 : 0;
}

#define RANDOM(name) \
	cmocka_unit_test_setup_teardown(name, random_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_kind_of_damage_costs_its_line_only),
		TEST(a_line_without_bounds_is_one_damage),
		TEST(what_the_taker_refuses_is_damage_with_the_line),
		TEST(no_file_is_enoent),
		TEST(another_version_is_left_alone),
		TEST(a_file_cut_anywhere_gives_what_is_whole),
		TEST(an_end_with_another_count_shows),
		TEST(what_is_no_regular_file_is_refused),
		TEST(a_file_beyond_all_measure_is_refused),
		TEST(more_records_than_fit_are_left_out),
		RANDOM(random_bytes_do_no_harm),
		RANDOM(a_file_with_random_changes_gives_only_what_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
