/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of "sources", "blocklist", "allow", and the screen of "top". */
#include "show_fixture.h"

static void without_evidence_that_is_said(void **state)
{
	(void)state;
	assert_shows(show_sources, "{'total': 0, 'sources': []}",
		     "no evidence is held against anyone\n");
}

static const char three_sources[] =
	"{'total': 3, 'threshold': 9.2, 'sources': ["
	"{'source': '203.0.113.9', 'score': 9.7, 'finding': 'syn-scan',"
	" 'ports': 7, 'hosts': 1, 'listed': true, 'listed_left_s': 581,"
	" 'seen_age_s': 19},"
	"{'source': '2001:db8:1:2::/64', 'score': 5.158, 'finding':"
	" 'invalid-flags', 'ports': 12, 'hosts': 12, 'restricted': true,"
	" 'in_step': true, 'seen_age_s': 7300},"
	"{'source': '203.0.113.100', 'score': -1.386, 'finding': 'none',"
	" 'good': true, 'seen_age_s': 0}]}";

static void the_columns_of_sources_are_aligned(void **state)
{
	(void)state;
	assert_shows(show_sources, three_sources,
		     "source              score  finding        ports  hosts"
		     "  state           last seen\n"
		     "203.0.113.9          9.70  syn-scan           7      1"
		     "  listed, 9m41s   19s ago\n"
		     "2001:db8:1:2::/64    5.16  invalid-flags     12     12"
		     "  in step         2h ago\n"
		     "203.0.113.100       -1.39  -                  0      0"
		     "  good standing   now\n"
		     "\n"
		     "listed from 9.20 on\n");
}

static void that_there_are_more_is_said(void **state)
{
	char *screen =
		screen_of(show_sources, "{'total': 40, 'sources': [{'source':"
					" '203.0.113.9'}]}");

	(void)state;
	assert_memory_equal(screen, "the worst 1 of 40\n\nsource ", 26);
	free(screen);
}

static void the_columns_of_the_blocklist_are_aligned(void **state)
{
	(void)state;
	assert_shows(
		show_blocklist,
		"{'total': 3, 'entries': ["
		"{'source': '203.0.113.66', 'timeout_s': 600, 'expires_s': 594,"
		" 'packets': 992, 'bytes': 43632, 'reason':"
		" 'syn-scan: 7 ports of 1 host, score 9.7'},"
		"{'source': '2001:db8:1:2:3:4:5:6', 'timeout_s': 86400,"
		" 'expires_s': 7200, 'packets': 12345678, 'bytes': 1234567890,"
		" 'reason': 'blocked by operator'},"
		"{'source': '192.0.2.9', 'timeout_s': 0, 'expires_s': 0,"
		" 'packets': 0, 'bytes': 0, 'reason': ''}]}",
		"source                 expires        of     packets"
		"         bytes  reason\n"
		"203.0.113.66             9m54s       10m         992"
		"         43632  syn-scan: 7 ports of 1 host, score 9.7\n"
		"2001:db8:1:2:3:4:5:6        2h        1d    12345678"
		"    1234567890  blocked by operator\n"
		"192.0.2.9                never         -           0"
		"             0  \n");
	assert_shows(show_blocklist,
		     "{'total': 1, 'entries': [{'source': '198.51.100.0/24',"
		     " 'timeout_s': 600, 'expires_s': 594, 'by': 'operator',"
		     " 'reason': 'ticket 7'}]}",
		     "source            expires        of     packets"
		     "         bytes  reason\n"
		     "198.51.100.0/24     9m54s       10m           0"
		     "             0  ticket 7 (by operator)\n");
	assert_shows(show_blocklist, "{'total': 0, 'entries': []}",
		     "nobody is listed\n");
}

static void who_is_allowed_has_a_line_each(void **state)
{
	(void)state;
	assert_shows(show_allowed,
		     "{'allowed': ['192.0.2.0/24', '10.0.0.1-10.0.0.6']}",
		     "192.0.2.0/24\n10.0.0.1-10.0.0.6\n");
	assert_shows(show_allowed, "{'allowed': []}",
		     "nobody is allowed past the judge\n");
}

/* Whoever writes an element, or answers at the socket, may be hostile. */
static void no_text_is_a_command_to_the_terminal(void **state)
{
	static const show_fn screens[] = {show_sources, show_blocklist,
					  show_allowed, show_status,
					  show_explanation};
	static const char hostile[] =
		"{'source': '\\u001b[2J', 'mode': '\\u001b]0;x\\u0007',"
		" 'known': true, 'version': '\\u009b31m', 'started': '\\r\\n',"
		" 'findings': {'\\u001b[31m': 3, 'syn-scan': 1},"
		" 'allowed': ['\\u001b[1m', '\\u007f'],"
		" 'last_events': [{'timestamp': '\\u001b', 'message': '\\n'}],"
		" 'sources': [{'source': '\\u001b[2J', 'finding': '\\b'}],"
		" 'entries': [{'source': '\\u202e', 'reason': '\\u001b[31m',"
		" 'timeout_s': '\\u001b'}], 'total': '\\u001b'}";

	(void)state;
	for (size_t i = 0; i < sizeof(screens) / sizeof(*screens); i++) {
		char *screen = screen_of(screens[i], hostile);

		for (const char *c = screen; *c; c++)
			if (*c != '\n')
				assert_in_range(*c, ' ', '~');
		free(screen);
	}
	assert_shows(show_allowed, "{'allowed': ['\\u001b[1m\\n']}", "?[1m?\n");
}

static void what_is_missing_is_shown_as_far_as_it_goes(void **state)
{
	static const char *const odd[] = {
		"{}", "{'sources': 1, 'entries': 'x', 'allowed': {}}",
		"{'sources': [1, null, []], 'entries': [{}], 'allowed': [7]}"};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		free(screen_of(show_sources, odd[i]));
		free(screen_of(show_blocklist, odd[i]));
		free(screen_of(show_allowed, odd[i]));
		free(screen_of(show_status, odd[i]));
	}
}

/* ---- top ---- */

static const char before[] =
	"{'queue': {'received': 1000, 'dropped': 10}, 'engine': {'settled':"
	" 5}, 'findings': {'syn-scan': 3}, 'rules':"
	" {'blocked_packets': 100, 'overrate_packets': 4}}";
static const char now[] =
	"{'version': '0.1.0', 'mode': 'enforce', 'uptime_s': 3700,"
	" 'queue': {'received': 1500, 'dropped': 10}, 'engine': {'settled':"
	" 15, 'flows': 7, 'sources': 3, 'listed': 1},"
	" 'findings': {'syn-scan': 5, 'fin-scan': 8}, 'rules':"
	" {'blocked_packets': 190, 'overrate_packets': 10}}";

static char *top_of(const char *first, const char *second)
{
	json_t *sources = answer_of("{'total': 0, 'sources': []}");
	json_t *blocklist = answer_of("{'total': 0, 'entries': []}");
	struct top top = {
		.before = first ? answer_of(first) : NULL,
		.now = answer_of(second),
		.seconds = 2,
		.sources = sources,
		.blocklist = blocklist,
	};
	char *screen = NULL;
	size_t bytes;
	FILE *out = open_memstream(&screen, &bytes);

	show_top(&top, out);
	fclose(out);
	json_decref((json_t *)top.before);
	json_decref((json_t *)top.now);
	json_decref(sources);
	json_decref(blocklist);
	return screen;
}

static void top_shows_what_came_in_a_second(void **state)
{
	char *screen = top_of(before, now);

	(void)state;
	assert_string_equal(
		screen,
		"handshaked 0.1.0, mode enforce, up 1h1m\n"
		"packets 250/s, dropped 0/s, settled 5/s, findings 5/s\n"
		"flows 7, sources 3, listed 1, dropped by the kernel 48/s\n"
		"\n"
		"worst sources\n"
		"no evidence is held against anyone\n"
		"\n"
		"newest on the list\n"
		"nobody is listed\n");
	free(screen);
}

static void top_of_a_daemon_just_restarted_shows_no_rates(void **state)
{
	char *screen = top_of(now, before);

	(void)state;
	assert_non_null(strstr(screen, "\npackets 0/s, dropped 0/s, settled"
				       " 0/s, findings 0/s\n"));
	free(screen);
	screen = top_of(NULL, now);
	assert_non_null(strstr(screen, "\npackets 0/s, dropped 0/s, settled"
				       " 0/s, findings 0/s\n"));
	free(screen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_evidence_that_is_said),
		cmocka_unit_test(the_columns_of_sources_are_aligned),
		cmocka_unit_test(that_there_are_more_is_said),
		cmocka_unit_test(the_columns_of_the_blocklist_are_aligned),
		cmocka_unit_test(who_is_allowed_has_a_line_each),
		cmocka_unit_test(no_text_is_a_command_to_the_terminal),
		cmocka_unit_test(what_is_missing_is_shown_as_far_as_it_goes),
		cmocka_unit_test(top_shows_what_came_in_a_second),
		cmocka_unit_test(top_of_a_daemon_just_restarted_shows_no_rates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
