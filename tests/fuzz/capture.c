/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a capture, pcap or pcapng: each packet is inside of the file,
 * and what is wrong is said in one line.
 */
#include "file.h"

#include "capture.h"
#include "core/segment.h"

static void look_at(const struct capture_packet *p)
{
	struct segment seg;

	CLAIM(p->is_ip == (p->ip != NULL));
	if (p->is_ip && segment_parse(p->ip, p->len, &seg) == SEG_OK)
		segment_checksum_ok(p->ip, p->len, &seg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture_packet p;
	char error[512] = "";
	struct capture *c;
	int rc;

	c = capture_open(file_with(data, size), error, sizeof(error));
	if (!c) {
		CLAIM(error[0] != '\0' && !strchr(error, '\n'));
		return 0;
	}
	while ((rc = capture_next(c, &p)) == 1)
		look_at(&p);
	if (rc < 0) {
		CLAIM(!strchr(capture_error(c), '\n'));
		CLAIM(capture_next(c, &p) == -1);
	}
	capture_close(c);
	return 0;
}
