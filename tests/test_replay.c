/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handshakectl replay from file to output: captures built here, packet by
 * packet, what is written for them, and what happens when one cannot be read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "../src/replay.h"
#include "../src/report_command.h"

static char directory[] = "/tmp/test_replay.XXXXXX";
static char capture_path[64], output_path[64], errors_path[64];

/* A pcap of raw IPv4 (link type 101), microseconds, in our byte order. */
static FILE *begin_capture(void)
{
	static const uint32_t header[] = {0xa1b2c3d4, 2 | 4 << 16, 0,
					  0,          65535,       101};
	FILE *file = fopen(capture_path, "wb");

	assert_non_null(file);
	fwrite(header, sizeof(header), 1, file);
	return file;
}

static void put_be16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put_be32(uint8_t *at, uint32_t value)
{
	put_be16(at, value >> 16);
	put_be16(at + 2, value & 0xffff);
}

static uint8_t last_octet = 9, data_offset = 5;

/* 203.0.113.9 to 192.0.2.1, or the way back when `reply`. No checksums. */
static void put_packet(FILE *file, uint32_t ms, bool reply, uint16_t port,
		       uint8_t flags, uint32_t seq, uint32_t ack)
{
	const uint8_t scanner[] = {203, 0, 113, last_octet};
	static const uint8_t server[] = {192, 0, 2, 1};
	uint32_t header[] = {1700000000 + ms / 1000, ms % 1000 * 1000, 40, 40};
	uint8_t p[40] = {0x45, [8] = 64, [9] = 6,
			 [32] = (uint8_t)(data_offset << 4), [34] = 4};

	put_be16(p + 2, sizeof(p));
	memcpy(p + 12, reply ? server : scanner, 4);
	memcpy(p + 16, reply ? scanner : server, 4);
	put_be16(p + 20, reply ? port : 40000);
	put_be16(p + 22, reply ? 40000 : port);
	put_be32(p + 24, seq);
	put_be32(p + 28, ack);
	p[33] = flags;
	fwrite(header, sizeof(header), 1, file);
	fwrite(p, sizeof(p), 1, file);
}

/* A SYN scan of ports 1 to 20, all closed. */
static void write_scan(void)
{
	FILE *file = begin_capture();

	for (uint16_t port = 1; port <= 20; port++) {
		put_packet(file, port, false, port, 0x02, 100, 0);
		put_packet(file, port, true, port, 0x14, 0, 101);
	}
	fclose(file);
}

/*
 * One of each that is counted: a scan that is listed by its seventh refusal and
 * dropped from then on, three SYNs that nobody answers, a packet that cannot
 * be read.
 */
static void write_mixture(void)
{
	FILE *file = begin_capture();

	for (uint16_t port = 201; port <= 203; port++)
		put_packet(file, port, false, port, 0x02, 100, 0);
	for (uint16_t port = 1; port <= 10; port++) {
		put_packet(file, 300 + port, false, port, 0x02, 100, 0);
		put_packet(file, 300 + port, true, port, 0x14, 0, 101);
	}
	data_offset = 4;
	put_packet(file, 400, false, 80, 0x02, 100, 0);
	data_offset = 5;
	fclose(file);
}

/* So many ports that refuse a SYN. */
static void write_refusals(uint16_t ports)
{
	FILE *file = begin_capture();

	for (uint16_t port = 1; port <= ports; port++) {
		put_packet(file, port, false, port, 0x02, 100, 0);
		put_packet(file, port, true, port, 0x14, 0, 101);
	}
	fclose(file);
}

static void write_in_step(void)
{
	FILE *file = begin_capture();

	for (uint16_t port = 1; port <= 7; port++) {
		for (last_octet = 9; last_octet <= 10; last_octet++) {
			put_packet(file, port, false, port, 0x02, 100, 0);
			put_packet(file, port, true, port, 0x14, 0, 101);
		}
	}
	last_octet = 9;
	fclose(file);
}

static bool is_report;

/* Runs the command with standard output and error going to files. */
static int run(const char *option, const char *path)
{
	char *argv[] = {(char *)"replay", (char *)option, (char *)path, NULL};
	int out = dup(1), err = dup(2), status;

	fflush(stdout);
	assert_non_null(freopen(output_path, "w", stdout));
	assert_non_null(freopen(errors_path, "w", stderr));
	status = is_report ? report_main(3, argv, false)
			   : replay_main(3, argv, false);
	fflush(stdout);
	fflush(stderr);
	dup2(out, 1);
	dup2(err, 2);
	close(out);
	close(err);
	return status;
}

static json_t *events[64];

static size_t read_events(void)
{
	FILE *file = fopen(output_path, "r");
	char line[1024];
	size_t n = 0;

	while (fgets(line, sizeof(line), file)) {
		events[n] = json_loads(line, 0, NULL);
		assert_non_null(events[n++]);
	}
	fclose(file);
	return n;
}

static void drop_events(size_t n)
{
	while (n > 0)
		json_decref(events[--n]);
}

static const char *text_of(const json_t *event, const char *key)
{
	const json_t *value = json_object_get(event, key);

	assert_true(json_is_string(value));
	return json_string_value(value);
}

static int number_of(const json_t *event, const char *key)
{
	assert_true(json_is_integer(json_object_get(event, key)));
	return (int)json_integer_value(json_object_get(event, key));
}

static const json_t *first_event(size_t n, const char *type)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(text_of(events[i], "event_type"), type) == 0)
			return events[i];
	fail_msg("no event of type %s", type);
	return NULL;
}

static bool output_has(const char *path, const char *text)
{
	char all[8192] = "";
	FILE *file = fopen(path, "r");
	size_t n = fread(all, 1, sizeof(all) - 1, file);

	all[n] = '\0';
	fclose(file);
	return strstr(all, text);
}

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

static int count_events(size_t n, const char *type)
{
	int count = 0;

	for (size_t i = 0; i < n; i++)
		count += strcmp(text_of(events[i], "event_type"), type) == 0;
	return count;
}

static int report(const char *path)
{
	int status;

	is_report = true;
	status = run("--", path);
	is_report = false;
	return status;
}

/* Of text, JSON, and the report of the capture and of the JSON's lines. */
static void each_way_counts_the_same(void **state)
{
	char json_path[96];
	const json_t *e;
	size_t n;

	(void)state;
	write_mixture();
	assert_int_equal(run("--json", capture_path), 0);
	snprintf(json_path, sizeof(json_path), "%s/json", directory);
	assert_int_equal(rename(output_path, json_path), 0);
	assert_int_equal(link(json_path, output_path), 0);
	n = read_events();
	e = events[n - 1];
	assert_int_equal(number_of(e, "refused"), 1);
	assert_int_equal(number_of(e, "flows"), 13);
	assert_int_equal(number_of(e, "unanswered"), 3);
	assert_int_equal(number_of(e, "blocks"), 1);
	assert_int_equal(number_of(e, "dropped"), 4);
	assert_int_equal(number_of(e, "findings"),
			 count_events(n, "finding") + 3);
	assert_int_equal(count_events(n, "handshake"), 13);
	assert_int_equal(count_events(n, "block"), 1);
	assert_int_equal(number_of(e, "findings"), 13);
	unlink(output_path);
	assert_int_equal(run("--", capture_path), 0);
	assert_true(output_has(output_path, "23 TCP, 1 refused"));
	assert_true(output_has(output_path, "in all      13 flows, 13 findings,"
					    " 3 of them unanswered"));
	assert_true(output_has(output_path, "findings    syn-scan 13\n"));
	assert_true(output_has(output_path, "dropped 4\n"));
	assert_true(output_has(output_path, "listed      1\n"));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(report(i ? json_path : capture_path), 0);
		assert_true(output_has(output_path,
				       "23 of TCP, 1 refused, 4 dropped\n"));
		assert_true(output_has(output_path, "connections  13\n"));
		assert_true(output_has(output_path, "findings     13, 3 of them"
						    " unanswered\n"));
		assert_true(output_has(output_path, "listed       1\n"));
	}
	unlink(json_path);
	drop_events(n);
}

/* Text, JSON and report say how far it is from being listed. */
static void where_no_source_is_listed_it_says_why(void **state)
{
	static const char why[] = "syn-scan: 4 ports of 1 host, score 5.5 of"
				  " 9.2; 3 more failed attempts would list it";
	const json_t *nearest;
	size_t n;

	(void)state;
	write_refusals(4);
	assert_int_equal(run("--json", capture_path), 0);
	n = read_events();
	nearest = json_object_get(events[n - 1], "nearest");
	assert_int_equal(json_array_size(nearest), 1);
	nearest = json_array_get(nearest, 0);
	assert_string_equal(text_of(nearest, "source"), "203.0.113.9");
	assert_string_equal(text_of(nearest, "reason"), why);
	drop_events(n);
	assert_int_equal(run("--", capture_path), 0);
	assert_true(output_has(output_path, "not listed  203.0.113.9"));
	assert_true(output_has(output_path, why));
	assert_int_equal(report(capture_path), 0);
	assert_true(output_has(output_path, "not listed   203.0.113.9"));
	assert_true(output_has(output_path, why));
	write_scan();
	assert_int_equal(run("--", capture_path), 0);
	assert_false(output_has(output_path, "not listed"));
}

/* Two sources at the same ports at the same moment, as decoys are. */
static void what_is_withheld_is_said_with_its_reason(void **state)
{
	size_t n;

	(void)state;
	write_in_step();
	assert_int_equal(run("--json", capture_path), 0);
	n = read_events();
	assert_int_equal(number_of(events[n - 1], "blocks"), 0);
	assert_int_not_equal(
		number_of(json_object_get(events[n - 1], "withheld"),
			  "in_step"),
		0);
	drop_events(n);
	assert_int_equal(run("--", capture_path), 0);
	assert_true(output_has(output_path, "score 9.7 of 9.2; in step with"
					    " other sources, so restricted"));
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

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(capture_path, sizeof(capture_path), "%s/pcap", directory);
	snprintf(output_path, sizeof(output_path), "%s/out", directory);
	snprintf(errors_path, sizeof(errors_path), "%s/err", directory);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(capture_path);
	unlink(output_path);
	unlink(errors_path);
	return rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scan_is_told_connection_by_connection),
		cmocka_unit_test(a_finding_names_the_source_that_is_charged),
		cmocka_unit_test(whom_it_would_list_is_a_block),
		cmocka_unit_test(the_last_line_sums_up),
		cmocka_unit_test(each_way_counts_the_same),
		cmocka_unit_test(where_no_source_is_listed_it_says_why),
		cmocka_unit_test(what_is_withheld_is_said_with_its_reason),
		cmocka_unit_test(the_protected_side_is_not_listed),
		cmocka_unit_test(who_is_configured_is_never_listed),
		cmocka_unit_test(a_person_gets_a_table),
		cmocka_unit_test(wrong_checksums_count_only_when_asked),
		cmocka_unit_test(a_file_cut_short_gives_what_was_readable),
		cmocka_unit_test(what_cannot_be_read_or_done_is_said),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
