/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handshakectl replay from file to output: captures built here, packet by
 * packet, what is written for them, and what happens when one cannot be read.
 */
#include "replay_fixture.h"

static void a_scan_is_told_connection_by_connection(void **state)
{
	const json_t *e;
	size_t n;

	(void)state;
	write_scan();
	assert_int_equal(run("--json", capture_path), 0);
	n = read_events();
	/* 20 findings, 20 connections, a block, the sum. */
	assert_int_equal(n, 42);
	e = first_event(n, "handshake");
	assert_string_equal(text_of(e, "src_ip"), "203.0.113.9");
	assert_int_equal(number_of(e, "src_port"), 40000);
	assert_string_equal(text_of(e, "dest_ip"), "192.0.2.1");
	assert_string_equal(text_of(e, "proto"), "TCP");
	assert_string_equal(text_of(e, "conn_state"), "REJ");
	assert_string_equal(text_of(e, "history"), "Sr");
	assert_string_equal(text_of(e, "timestamp"),
			    "2023-11-14T22:13:20.001000+0000");
	e = first_event(n, "finding");
	assert_string_equal(text_of(e, "finding"), "syn-scan");
	assert_string_equal(text_of(e, "grade"), "plausible");
	assert_string_equal(text_of(e, "flags"), "RST,ACK");
	drop_events(n);
}

/* The server sent the packet; the source of the finding probed it. */
static void a_finding_names_the_source_that_is_charged(void **state)
{
	const json_t *e;
	size_t n;

	(void)state;
	write_scan();
	assert_int_equal(run("--json", capture_path), 0);
	n = read_events();
	e = first_event(n, "finding");
	assert_string_equal(text_of(e, "src_ip"), "203.0.113.9");
	assert_int_equal(number_of(e, "src_port"), 40000);
	assert_string_equal(text_of(e, "dest_ip"), "192.0.2.1");
	assert_int_equal(number_of(e, "dest_port"), 1);
	assert_string_equal(text_of(e, "direction"), "to_client");
	assert_string_equal(text_of(e, "flags"), "RST,ACK");
	drop_events(n);
}

static void whom_it_would_list_is_a_block(void **state)
{
	const json_t *e;
	size_t n;

	(void)state;
	write_scan();
	run("--json", capture_path);
	n = read_events();
	e = first_event(n, "block");
	assert_string_equal(text_of(e, "src_ip"), "203.0.113.9");
	assert_string_equal(text_of(e, "reason"),
			    "syn-scan: 7 ports of 1 host, score 9.7");
	assert_int_equal(number_of(e, "timeout_s"), 600);
	drop_events(n);
}

static void the_last_line_sums_up(void **state)
{
	const json_t *e;
	size_t n;

	(void)state;
	write_scan();
	run("--json", capture_path);
	n = read_events();
	e = events[n - 1];
	assert_string_equal(text_of(e, "event_type"), "stats");
	assert_int_equal(number_of(e, "packets"), 40);
	assert_int_equal(number_of(e, "tcp"), 40);
	assert_int_equal(number_of(e, "flows"), 20);
	assert_int_equal(number_of(e, "blocks"), 1);
	assert_int_equal(number_of(e, "accepted") + number_of(e, "dropped"),
			 40);
	/* The 13 SYNs after the listing. */
	assert_int_equal(number_of(e, "dropped"), 13);
	drop_events(n);
}

static void the_protected_side_is_not_listed(void **state)
{
	(void)state;
	write_scan();
	/* getopt takes "--local=PREFIX" as one word. */
	assert_int_equal(run("--local=203.0.113.0/24", capture_path), 0);
	assert_true(output_has(output_path, "listed      0"));
}

static void who_is_configured_is_never_listed(void **state)
{
	char path[96], option[112];
	FILE *file;

	(void)state;
	write_scan();
	snprintf(path, sizeof(path), "%s/conf", directory);
	snprintf(option, sizeof(option), "-c%s", path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("[network]\nnever = 203.0.113.9\n", file);
	fclose(file);
	assert_int_equal(run(option, capture_path), 0);
	assert_true(output_has(output_path, "listed      0"));
	unlink(path);
}

static void a_person_gets_a_table(void **state)
{
	(void)state;
	write_scan();
	assert_int_equal(run("--", capture_path), 0);
	assert_true(output_has(output_path, "would list  203.0.113.9"));
	assert_true(output_has(output_path, "connections REJ 20"));
	assert_true(output_has(output_path, "findings    syn-scan 20"));
}

static void wrong_checksums_count_only_when_asked(void **state)
{
	size_t n;

	(void)state;
	write_scan();
	run("--json", capture_path);
	n = read_events();
	assert_int_equal(number_of(events[n - 1], "refused"), 0);
	drop_events(n);
	assert_int_equal(run("--verify-checksums", capture_path), 0);
	assert_true(output_has(output_path, "40 refused"));
}

static void a_file_cut_short_gives_what_was_readable(void **state)
{
	size_t n;

	(void)state;
	write_scan();
	assert_int_equal(truncate(capture_path, 24 + 5 * 56 + 30), 0);
	assert_int_equal(run("--json", capture_path), 1);
	n = read_events();
	assert_int_equal(number_of(events[n - 1], "packets"), 5);
	drop_events(n);
	assert_true(output_has(errors_path, capture_path));
	assert_true(output_has(errors_path, "packet 6"));
}

static void what_cannot_be_read_or_done_is_said(void **state)
{
	(void)state;
	assert_int_equal(run("--json", "/nonexistent.pcap"), 1);
	assert_true(output_has(errors_path, "/nonexistent.pcap"));
	assert_int_equal(run("--bogus", capture_path), 2);
	assert_int_equal(run("--local=x", capture_path), 2);
	assert_true(output_has(errors_path, "not a prefix"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scan_is_told_connection_by_connection),
		cmocka_unit_test(a_finding_names_the_source_that_is_charged),
		cmocka_unit_test(whom_it_would_list_is_a_block),
		cmocka_unit_test(the_last_line_sums_up),
		cmocka_unit_test(the_protected_side_is_not_listed),
		cmocka_unit_test(who_is_configured_is_never_listed),
		cmocka_unit_test(a_person_gets_a_table),
		cmocka_unit_test(wrong_checksums_count_only_when_asked),
		cmocka_unit_test(a_file_cut_short_gives_what_was_readable),
		cmocka_unit_test(what_cannot_be_read_or_done_is_said),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
