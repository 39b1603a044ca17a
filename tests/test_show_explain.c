/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen of "handshakectl explain", of answers written out here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../src/show.h"

/* `text` is JSON with ' for ". Free what is returned. */
static char *screen_of(const char *text)
{
	char *json = strdup(text), *screen = NULL;
	json_error_t error;
	json_t *answer;
	size_t bytes;
	FILE *out;

	for (char *p = json; *p; p++)
		if (*p == '\'')
			*p = '"';
	answer = json_loads(json, 0, &error);
	if (!answer)
		fail_msg("column %d: %s", error.column, error.text);
	out = open_memstream(&screen, &bytes);
	show_explanation(answer, out);
	fclose(out);
	json_decref(answer);
	free(json);
	return screen;
}

static void assert_screen(const char *answer, const char *expected)
{
	char *screen = screen_of(answer);

	assert_string_equal(screen, expected);
	free(screen);
}

/* The last line alone. */
static void assert_next(const char *answer, const char *expected)
{
	char *screen = screen_of(answer), *line;

	assert_true(strlen(screen) > 0);
	screen[strlen(screen) - 1] = '\0';
	line = strrchr(screen, '\n');
	assert_string_equal(line ? line + 1 : screen, expected);
	free(screen);
}

static void of_nobody_nothing_is_known(void **state)
{
	(void)state;
	assert_screen("{'source': '203.0.113.9', 'known': false}",
		      "nothing is known of 203.0.113.9\n");
	assert_screen("{'source': '203.0.113.1', 'exempt': true}",
		      "nothing is known of 203.0.113.1\n"
		      "on the never list\n");
	assert_screen("{'source': '203.0.113.9', 'blocked_left_s': 60}",
		      "nothing is known of 203.0.113.9\n"
		      "blocked by operator: another 1m\n");
}

static void a_block_is_shown_with_its_reason(void **state)
{
	(void)state;
	assert_screen("{'source': '198.51.100.7', 'blocked_left_s': 5400,"
		      " 'block': {'source': '198.51.100.0/24', 'reason':"
		      " 'ticket 7', 'permanent': false, 'left_s': 5400}}",
		      "nothing is known of 198.51.100.7\n"
		      "  blocked     by operator, for another 1h30m, with"
		      " 198.51.100.0/24:\n"
		      "              ticket 7\n"
		      "blocked by operator: another 1h30m\n");
	assert_screen("{'source': '198.51.100.7', 'blocked_left_s': 0,"
		      " 'block': {'source': '198.51.100.7', 'reason':"
		      " 'ticket 7', 'permanent': true, 'left_s': null}}",
		      "nothing is known of 198.51.100.7\n"
		      "  blocked     by operator, permanently:\n"
		      "              ticket 7\n"
		      "blocked by operator: permanently\n");
}

static void a_scanner_is_shown_with_its_evidence(void **state)
{
	(void)state;
	assert_screen(
		"{'source': '203.0.113.9', 'known': true, 'mode': 'enforce',"
		" 'score': 5.158, 'proved': 0.0, 'threshold': 9.2,"
		" 'failures_left': 3, 'next_timeout_s': 1200, 'offences': 1,"
		" 'offence': {'reason': 'syn-scan: 7 ports of 1 host, score"
		" 9.7', 'grade': 'plausible', 'age_s': 7300,"
		" 'timeout_s': 600}, 'evidence': ["
		"{'age_s': 185, 'destination': '192.0.2.1', 'port': 80,"
		" 'finding': 'none', 'grade': 'proved', 'weight': -1.386},"
		"{'age_s': 9, 'destination': null, 'port': 65535, 'finding':"
		" 'unsolicited-syn-ack', 'grade': 'plausible', 'weight': 0.0},"
		"{'age_s': 0, 'destination': '192.0.2.111', 'port': 23,"
		" 'finding': 'null-scan', 'grade': 'plausible',"
		" 'weight': 2.0}]}",
		"203.0.113.9\n"
		"  score       5.16 of 9.20\n"
		"  listed      no\n"
		"  offences    1, the last 2h ago, for 10m, plausible:\n"
		"              syn-scan: 7 ports of 1 host, score 9.7\n"
		"  standing    none\n"
		"  restricted  no\n"
		"\n"
		"    when  destination  port  finding             grade       "
		"   weight\n"
		"  3m ago  192.0.2.1      80  good connection     proved      "
		"    -1.39\n"
		"  9s ago  -           65535  unsolicited-syn-ack plausible   "
		"        -\n"
		"     now  192.0.2.111    23  null-scan           plausible   "
		"     2.00\n"
		"\n"
		"3 more failed attempts list it for 20m\n");
}

#define IPV4(members) "{'source': '203.0.113.9', 'known': true, " members "}"

static void the_last_line_says_what_comes_next(void **state)
{
	(void)state;
	assert_next(IPV4("'failures_left': 1, 'next_timeout_s': 5400"),
		    "1 more failed attempt lists it for 1h30m");
	assert_next(IPV4("'listed': true, 'listed_left_s': 581"),
		    "listed: another 9m41s");
	assert_next(IPV4("'failures_left': 4, 'blocked_left_s': 59"),
		    "blocked by operator: another 59s");
	assert_next(IPV4("'failures_left': 4, 'net': {'listed': true,"
			 " 'listed_left_s': 3600}"),
		    "listed with its /64: another 1h");
	assert_next(IPV4("'exempt': true, 'failures_left': 7"),
		    "on the never list");
	assert_next(IPV4("'good': true, 'failures_left': 3"),
		    "in good standing: 3 more failed attempts would restrict"
		    " it, not list it");
	assert_next(IPV4("'good': true, 'restricted': true"),
		    "in good standing: restricted, not listed");
	assert_next(IPV4("'restricted': true, 'in_step': true"),
		    "in step with others, perhaps forged: restricted, not"
		    " listed");
	assert_next(IPV4("'restricted': true"),
		    "restricted, not listed: too many were listed in a minute,"
		    " or the list is full");
	assert_next(IPV4("'failures_left': 0"),
		    "the next failed attempt lists it");
	assert_next(IPV4("'mode': 'observe', 'failures_left': 0"),
		    "mode observe: would be listed");
	assert_next(IPV4("'mode': 'observe', 'failures_left': 2,"
			 " 'next_timeout_s': 600"),
		    "mode observe: 2 more failed attempts would list it for"
		    " 10m");
}

static void the_protected_side_is_a_count_of_hosts(void **state)
{
	(void)state;
	assert_screen("{'source': '192.0.2.7', 'known': true, 'inside': true,"
		      " 'sweep': {'port': 445, 'failed': 212, 'limit': 250,"
		      " 'answered': 3}}",
		      "192.0.2.7, on the protected side\n"
		      "  listed      no\n"
		      "\n"
		      "protected side: 212 of 250 hosts failed at port 445, 3"
		      " answered\n");
}

static void of_nobody_on_the_protected_side_no_port_is_named(void **state)
{
	(void)state;
	assert_next("{'source': '192.0.2.7', 'inside': true, 'sweep':"
		    " {'port': 0, 'failed': 0, 'limit': 250, 'answered': 0}}",
		    "protected side: 0 of 250 hosts failed");
}

static void a_net_is_listed_for_several_of_its_addresses(void **state)
{
	(void)state;
	assert_next("{'source': '2001:db8::/64', 'known': true,"
		    " 'failures_left': 4, 'addresses_needed': 3,"
		    " 'next_timeout_s': 600}",
		    "4 more failed attempts, with 3 of its addresses taking"
		    " part, list it for 10m");
	assert_next("{'source': '2001:db8::/64', 'known': true,"
		    " 'addresses_needed': 3}",
		    "listed when 3 of its addresses have taken part");
	assert_screen("{'source': '2001:db8::9', 'known': false, 'net':"
		      " {'source': '2001:db8::/64', 'known': true,"
		      " 'score': 9.7, 'listed': true, 'listed_left_s': 30}}",
		      "nothing is known of 2001:db8::9\n"
		      "  its /64     score 9.70, listed for another 30s:"
		      " explain 2001:db8::/64\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_nobody_nothing_is_known),
		cmocka_unit_test(a_block_is_shown_with_its_reason),
		cmocka_unit_test(a_scanner_is_shown_with_its_evidence),
		cmocka_unit_test(the_last_line_says_what_comes_next),
		cmocka_unit_test(the_protected_side_is_a_count_of_hosts),
		cmocka_unit_test(
			of_nobody_on_the_protected_side_no_port_is_named),
		cmocka_unit_test(a_net_is_listed_for_several_of_its_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
