/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast sources get into the kernel's set: adds COUNT distinct addresses by
 * the daemon's own code (src/blocklist.c), in transactions as full as it makes
 * them. The set must have room. Prints elements a second.
 *
 *     fill_set COUNT NETNS
 */
#include <stdio.h>

#include "bench.h"
#include "blocklist.h"

int main(int argc, char **argv)
{
	const struct blocklist_counters *counters;
	struct blocklist *b;
	uint64_t began, ns;
	uint32_t count;

	if (argc != 3)
		errx(2, "usage: %s COUNT NETNS", argv[0]);
	count = (uint32_t)bench_number(argv[1], 1, 1000000);
	bench_enter(argv[2]);
	b = blocklist_open();
	if (!b)
		err(1, "the sets");
	began = bench_now_ns();
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t bytes[] = {10, (uint8_t)(i >> 16),
					 (uint8_t)(i >> 8), (uint8_t)i};
		struct prefix source = {address_from_ipv4(bytes), 128};

		blocklist_add(b, &source, 600,
			      "syn-scan: 7 ports of 1 host, score 9.7");
	}
	blocklist_flush(b);
	ns = bench_now_ns() - began;
	counters = blocklist_counters(b);
	if (counters->added != count)
		errx(1, "of %u elements %llu were added", count,
		     (unsigned long long)counters->added);
	printf("elements %u\ntransactions %llu\nper_second %.0f\n", count,
	       (unsigned long long)counters->transactions,
	       (double)count * 1e9 / (double)ns);
	blocklist_close(b);
	return 0;
}
