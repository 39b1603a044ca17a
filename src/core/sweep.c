/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Failures by host at one port. Which port is found by majority vote (Boyer
 * and Moore): each failure there adds to its weight, each elsewhere takes off,
 * and without weight the next failure's port takes over.
 */
#include "core/sweep.h"

#include <string.h>

_Static_assert(SWEEP_MOST_FAILURES < 8 * sizeof((struct sweep){0}.failed),
	       "so many bits can be set");

static void set_bit(uint8_t *bits, size_t bytes, uint32_t host)
{
	uint32_t bit = host % (8 * (uint32_t)bytes);

	bits[bit / 8] |= (uint8_t)(1u << bit % 8);
}

static unsigned int count_bits(const uint8_t *bits, size_t bytes)
{
	unsigned int n = 0;

	for (size_t i = 0; i < bytes; i++)
		for (unsigned int left = bits[i]; left; left &= left - 1)
			n++;
	return n;
}

static void begin(struct sweep *w, uint16_t port, uint32_t now_ms)
{
	memset(w, 0, sizeof(*w));
	w->since_ms = now_ms;
	w->port = port;
}

void sweep_failed(struct sweep *w, uint32_t host, uint16_t port,
		  uint64_t now_ns, uint32_t age_ms)
{
	uint32_t now_ms = (uint32_t)(now_ns / NS_PER_MS);

	if (w->weight == 0 || now_ms - w->since_ms >= age_ms)
		begin(w, port, now_ms);
	if (port != w->port) {
		w->weight--;
		return;
	}
	if (w->weight < UINT32_MAX)
		w->weight++;
	set_bit(w->failed, sizeof(w->failed), host);
}

void sweep_good(struct sweep *w, uint32_t host, uint16_t port)
{
	if (w->weight > 0 && port == w->port)
		set_bit(w->good, sizeof(w->good), host);
}

unsigned int sweep_num_failed(const struct sweep *w)
{
	return count_bits(w->failed, sizeof(w->failed));
}

unsigned int sweep_num_good(const struct sweep *w)
{
	return count_bits(w->good, sizeof(w->good));
}

bool sweep_is_one(const struct sweep *w, unsigned int failures)
{
	unsigned int failed = sweep_num_failed(w);

	return failed >= failures && sweep_num_good(w) * 4 < failed;
}
