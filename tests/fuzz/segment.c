/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a packet: refused by name, or a segment whose parts lie inside
 * of it, which its text says in full.
 */
#include "fuzz.h"

#include "core/segment_text.h"

static void check_text(const struct segment *seg)
{
	char text[SEGMENT_TEXT_BYTES], again[SEGMENT_TEXT_BYTES];
	char error[SEGMENT_TEXT_ERROR_BYTES];
	struct segment read;

	segment_text_format(seg, text);
	CLAIM(segment_text_parse(text, &read, error));
	CLAIM(strcmp(segment_text_format(&read, again), text) == 0);
}

static void check_any_text(const uint8_t *data, size_t size)
{
	char text[300], error[SEGMENT_TEXT_ERROR_BYTES];
	struct segment seg;
	struct address address;
	uint16_t port;

	size = size < sizeof(text) ? size : sizeof(text) - 1;
	memcpy(text, data, size);
	text[size] = '\0';
	if (segment_text_parse(text, &seg, error))
		check_text(&seg);
	else
		CLAIM(error[0] != '\0');
	if (segment_text_endpoint(text, &address, &port))
		CLAIM(strchr(text, '.'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Of its exact size, so that a byte too many is noticed. */
	uint8_t *packet = malloc(size ? size : 1);
	struct segment seg;
	enum segment_error error;

	CLAIM(packet);
	if (size)
		memcpy(packet, data, size);
	error = segment_parse(packet, size, &seg);
	CLAIM(error < SEG_NUM_ERRORS && error != SEG_BAD_CHECKSUM);
	if (error == SEG_OK) {
		CLAIM(seg.tcp_offset >= 20);
		CLAIM((size_t)seg.tcp_offset + 20 <= size);
		CLAIM(seg.flags < 0x200);
		segment_checksum_ok(packet, size, &seg);
		check_text(&seg);
	}
	free(packet);
	check_any_text(data, size);
	return 0;
}
