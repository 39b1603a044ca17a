/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring of what was found in packets. */
#include "core/sighting.h"

void sighting_of(struct sighting *out, const struct segment *seg,
		 const struct decision *d, uint64_t time_ns)
{
	*out = (struct sighting){
		.time_ns = time_ns,
		.src = seg->src,
		.dst = seg->dst,
		.src_port = seg->src_port,
		.dst_port = seg->dst_port,
		.flags = seg->flags,
		.finding = d->finding,
		.dropped = d->verdict == VERDICT_DROP,
	};
	if (!d->charges_dst)
		return;
	out->is_reply = true;
	out->src = seg->dst;
	out->dst = seg->src;
	out->src_port = seg->dst_port;
	out->dst_port = seg->src_port;
}

struct sighting *sighting_add(struct sighting_ring *r)
{
	if (r->num == SIGHTINGS) {
		r->lost++;
		return NULL;
	}
	return &r->sighting[(r->first + r->num++) % SIGHTINGS];
}

bool sighting_next(struct sighting_ring *r, struct sighting *out)
{
	if (r->num == 0)
		return false;
	*out = r->sighting[r->first];
	r->first = (r->first + 1) % SIGHTINGS;
	r->num--;
	return true;
}
