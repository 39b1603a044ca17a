/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the test programs of replay share: captures built packet by packet, the
 * command run with its output in files, and events read back.
 */
#ifndef HANDSHAKED_TESTS_REPLAY_FIXTURE_H
#define HANDSHAKED_TESTS_REPLAY_FIXTURE_H

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
static inline FILE *begin_capture(void)
{
	static const uint32_t header[] = {0xa1b2c3d4, 2 | 4 << 16, 0,
					  0,          65535,       101};
	FILE *file = fopen(capture_path, "wb");

	assert_non_null(file);
	fwrite(header, sizeof(header), 1, file);
	return file;
}

static inline void put_be16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void put_be32(uint8_t *at, uint32_t value)
{
	put_be16(at, value >> 16);
	put_be16(at + 2, value & 0xffff);
}

static uint8_t last_octet = 9, data_offset = 5;

/* 203.0.113.9 to 192.0.2.1, or the way back when `reply`. No checksums. */
static inline void put_packet(FILE *file, uint32_t ms, bool reply,
			      uint16_t port, uint8_t flags, uint32_t seq,
			      uint32_t ack)
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
static inline void write_scan(void)
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
static inline void write_mixture(void)
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
static inline void write_refusals(uint16_t ports)
{
	FILE *file = begin_capture();

	for (uint16_t port = 1; port <= ports; port++) {
		put_packet(file, port, false, port, 0x02, 100, 0);
		put_packet(file, port, true, port, 0x14, 0, 101);
	}
	fclose(file);
}

static inline void write_in_step(void)
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
static inline int run(const char *option, const char *path)
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

static inline size_t read_events(void)
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

static inline void drop_events(size_t n)
{
	while (n > 0)
		json_decref(events[--n]);
}

static inline const char *text_of(const json_t *event, const char *key)
{
	const json_t *value = json_object_get(event, key);

	assert_true(json_is_string(value));
	return json_string_value(value);
}

static inline int number_of(const json_t *event, const char *key)
{
	assert_true(json_is_integer(json_object_get(event, key)));
	return (int)json_integer_value(json_object_get(event, key));
}

static inline const json_t *first_event(size_t n, const char *type)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(text_of(events[i], "event_type"), type) == 0)
			return events[i];
	fail_msg("no event of type %s", type);
	return NULL;
}

static inline bool output_has(const char *path, const char *text)
{
	char all[8192] = "";
	FILE *file = fopen(path, "r");
	size_t n = fread(all, 1, sizeof(all) - 1, file);

	all[n] = '\0';
	fclose(file);
	return strstr(all, text);
}

static inline int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(capture_path, sizeof(capture_path), "%s/pcap", directory);
	snprintf(output_path, sizeof(output_path), "%s/out", directory);
	snprintf(errors_path, sizeof(errors_path), "%s/err", directory);
	return 0;
}

static inline int remove_directory(void **state)
{
	(void)state;
	unlink(capture_path);
	unlink(output_path);
	unlink(errors_path);
	return rmdir(directory);
}

#endif
