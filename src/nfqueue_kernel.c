/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel counts of its queues. */
#include <stdio.h>

#include "nfqueue.h"

/*
 * Each queue of this network namespace is a line: number, port id of its
 * owner, packets waiting, copy mode, copy range, dropped by the kernel,
 * dropped at the socket, last id, 1. Only root may read it.
 */
bool nfqueue_kernel_counters(uint16_t first, unsigned int count,
			     struct nfqueue_kernel_counters *out)
{
	FILE *file = fopen("/proc/self/net/netfilter/nfnetlink_queue", "re");
	unsigned long long kernel, user;
	unsigned int num;

	*out = (struct nfqueue_kernel_counters){0};
	if (!file)
		return false;
	/* The kernel's own figures. NOLINTNEXTLINE(cert-err34-c) */
	while (fscanf(file, "%u %*u %*u %*u %*u %llu %llu %*u %*u", &num,
		      &kernel, &user) == 3) {
		if (num < first || num - first >= count)
			continue;
		out->kernel_dropped += kernel;
		out->user_dropped += user;
	}
	fclose(file);
	return true;
}
