/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen of "handshakectl status", of answers written out here. */
#include "show_fixture.h"

static const char answer[] =
	"{'version': '0.1.0', 'mode': 'enforce', 'pid': 812, 'uptime_s': 7300,"
	" 'started': '2026-11-22T17:47:00.123456+0000',"
	" 'mode_since': '2026-11-22T19:47:00.123456+0000', 'mode_for_s': 100,"
	" 'queue': {'num': 0, 'count': 1, 'length': 2048, 'received': 1000,"
	" 'accepted': 990, 'dropped': 10, 'refused': 3, 'malformed': 0,"
	" 'overruns': 0, 'verdict_errors': 0, 'unjudged': 9, 'kernel_dropped': "
	"7,"
	" 'user_dropped': 0}, 'engine': {'settled': 90, 'flows': 12,"
	" 'sources': 4, 'services': 2, 'listed': 1, 'listings': 2,"
	" 'withheld_standing': 1, 'withheld_in_step': 0, 'withheld_rate': 0,"
	" 'held_back': 5}, 'rules': {'blocked_packets': 812345,"
	" 'blocked_bytes': 48740700, 'overrate_packets': 12,"
	" 'overrate_bytes': 720}, 'outcomes': {}, 'findings': {'syn-scan': 7},"
	" 'blocklist': {'added': 2, 'put_back': 0, 'deleted': 1, 'set_full':"
	" 0, 'not_tried': 0, 'table_missing': 0, 'failed': 0},"
	" 'last_events': [{'timestamp': '2026-11-22T19:48:00.000001+0000',"
	" 'event_type': 'block', 'message': 'listed source=203.0.113.9'}]}";

static void it_is_one_screen_of_what_matters(void **state)
{
	(void)state;
	assert_shows(
		show_status, answer,
		"handshaked 0.1.0, pid 812\n"
		"mode       enforce, since 2026-11-22 19:47:00, for 1m40s\n"
		"started    2026-11-22 17:47:00, 2h ago\n"
		"\n"
		"queue      0, of 2048 packets\n"
		"received           1000     flows                12\n"
		"accepted            990     settled              90\n"
		"dropped              10     sources               4\n"
		"refused               3     services              2\n"
		"held back             5     listed now            1\n"
		"malformed             0     listings              2\n"
		"in kernel  812345 packets, 48740700 bytes blocked; 12, 720"
		" over rate\n"
		"\n"
		"fail-open  9 passed unjudged; lost: 7 queue full, 0 socket"
		" full\n"
		"errors     0 overruns, 0 verdicts not taken\n"
		"blocklist  2 added, 0 put back, 1 deleted\n"
		"not listed 0 set full, 0 not tried, 0 no table, 0 otherwise\n"
		"withheld   1 good standing, 0 in step, 0 rate or room\n"
		"\n"
		"findings   syn-scan 7\n"
		"outcomes   none\n"
		"refused    -\n"
		"\n"
		"last events\n"
		"  2026-11-22 19:48:00  listed source=203.0.113.9\n");
}

static void what_the_kernel_does_not_tell_is_a_dash(void **state)
{
	char *screen = screen_of(show_status, "{'queue': {'received': 1}}");

	(void)state;
	assert_non_null(
		strstr(screen,
		       "\nfail-open  - passed unjudged; lost: - queue full, "));
	assert_non_null(strstr(screen, "\nreceived              1 "));
	assert_non_null(strstr(screen, "\naccepted              - "));
	assert_non_null(
		strstr(screen, "\nin kernel  - packets, - bytes blocked"));
	assert_null(strstr(screen, "mismatch"));
	free(screen);
}

static void several_queues_are_told(void **state)
{
	char *screen = screen_of(
		show_status, "{'queue': {'num': 3, 'count': 4, 'length': 64}}");

	(void)state;
	assert_non_null(
		strstr(screen, "\nqueues     3 to 6, each of 64 packets\n"));
	free(screen);
}

static void a_mismatch_is_wrapped(void **state)
{
	char *screen = screen_of(
		show_status,
		"{'queue': {'mismatch': [5, 'rules send packets to queues 0-3,"
		" but this daemon serves queue 0 only: packets of queues 1-3"
		" are accepted unjudged', '[queue] num = 0, count = 4: no']}}");

	(void)state;
	assert_non_null(strstr(
		screen,
		"\n"
		"mismatch   rules send packets to queues 0-3, but this daemon"
		" serves queue 0\n"
		"           only: packets of queues 1-3 are accepted unjudged\n"
		"mismatch   [queue] num = 0, count = 4: no\n"
		"fail-open  "));
	free(screen);
}

/* With every kind of finding, of outcome and of refusal it is one still. */
static void a_busy_daemon_fits_on_the_screen(void **state)
{
	char text[8192] = "{'findings': {", *screen, *line;
	unsigned int lines = 0;

	(void)state;
	for (int i = 0; i < 12; i++)
		sprintf(text + strlen(text), "'unsolicited-%02d': %d,", i,
			123456789);
	strcat(text, "'z': 1}, 'refused': {");
	for (int i = 0; i < 12; i++)
		sprintf(text + strlen(text), "'bad-option-len-%02d': 1,", i);
	strcat(text, "'z': 1}, 'last_events': [");
	for (int i = 0; i < 10; i++)
		strcat(text, "{'message': 'x'},");
	strcat(text, "{'message': 'x'}]}");
	screen = screen_of(show_status, text);
	for (line = strtok(screen, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(strlen(line) <= 80);
		lines++;
	}
	assert_in_range(lines + 5, 20, 45);
	free(screen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_one_screen_of_what_matters),
		cmocka_unit_test(what_the_kernel_does_not_tell_is_a_dash),
		cmocka_unit_test(several_queues_are_told),
		cmocka_unit_test(a_mismatch_is_wrapped),
		cmocka_unit_test(a_busy_daemon_fits_on_the_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
