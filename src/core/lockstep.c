/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A slot for each place, with the last four that were charged there. */
#include "core/lockstep.h"

#include <stdlib.h>

#define SLOTS   (1u << 14) /* 88 bytes each */
#define HITS    4
#define STEP_MS 1000

/* Mates that are counted for one source. */
#define CANDIDATES 16

struct hit {
	struct address source; /* "::" is none */
	uint32_t when_ms;
};

struct slot {
	uint32_t host;
	uint16_t port;
	uint16_t next; /* the hit that gives way */
	struct hit hit[HITS];
};

struct lockstep {
	struct slot slot[SLOTS];
};

struct lockstep *lockstep_new(void)
{
	return calloc(1, sizeof(struct lockstep));
}

void lockstep_free(struct lockstep *l)
{
	free(l);
}

/* The hash of the host is keyed; the port only has to spread. */
static uint32_t slot_of(uint32_t host, uint16_t port)
{
	return (host ^ port * 0x9e3779b1u) % SLOTS;
}

void lockstep_note(struct lockstep *l, const struct address *source,
		   uint32_t host, uint16_t port, uint64_t now_ns)
{
	struct slot *s = &l->slot[slot_of(host, port)];
	struct hit new = {*source, (uint32_t)(now_ns / NS_PER_MS)};

	if (s->host != host || s->port != port)
		*s = (struct slot){.host = host, .port = port};
	for (unsigned int i = 0; i < HITS; i++) {
		if (address_equal(&s->hit[i].source, source)) {
			s->hit[i] = new;
			return;
		}
	}
	s->hit[s->next] = new;
	s->next = (s->next + 1) % HITS;
}

/* ---- who else ---- */

static bool is_nobody(const struct address *a)
{
	static const struct address nobody;

	return address_equal(a, &nobody);
}

struct candidate {
	struct address source;
	unsigned int places;
};

static void count_mate(struct candidate mates[CANDIDATES],
		       const struct address *source)
{
	for (unsigned int i = 0; i < CANDIDATES; i++) {
		if (!is_nobody(&mates[i].source) &&
		    !address_equal(&mates[i].source, source))
			continue;
		mates[i].source = *source;
		mates[i].places++;
		return;
	}
}

static bool at_once(uint32_t when_ms, uint32_t other_ms)
{
	return when_ms - other_ms + STEP_MS <= 2 * STEP_MS;
}

static void count_mates(const struct lockstep *l, const struct address *source,
			const struct evidence *e,
			struct candidate mates[CANDIDATES])
{
	const struct slot *s = &l->slot[slot_of(e->host, e->port)];

	if (s->host != e->host || s->port != e->port)
		return;
	for (unsigned int i = 0; i < HITS; i++) {
		const struct hit *h = &s->hit[i];

		if (!is_nobody(&h->source) &&
		    !address_equal(&h->source, source) &&
		    at_once(e->when_ms, h->when_ms))
			count_mate(mates, &h->source);
	}
}

bool lockstep_has(const struct lockstep *l, const struct source *s,
		  struct lockstep_batch *batch)
{
	struct candidate mates[CANDIDATES] = {{{{0}}, 0}};
	unsigned int places = 0;

	*batch = (struct lockstep_batch){0};
	for (unsigned int i = 0; i < s->num_evidence; i++) {
		if (s->evidence[i].finding == FINDING_NONE)
			continue;
		places++;
		count_mates(l, &s->address, &s->evidence[i], mates);
	}
	for (unsigned int i = 0; i < CANDIDATES; i++) {
		if (mates[i].places < 3 || mates[i].places * 5 < places * 3)
			continue;
		batch->others++;
		if (batch->named < LOCKSTEP_MATES)
			batch->mate[batch->named++] = mates[i].source;
	}
	return batch->others > 0;
}
