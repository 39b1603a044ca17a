/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Offences outlive the element in the set, a restart and a reboot: what is
 * written down of a source that was listed, and how it is taken over.
 */
#include <stdio.h>
#include <string.h>

#include "judge_internal.h"

struct offender offender_of(const struct source *s)
{
	return (struct offender){
		.source = {s->address, s->is_net ? 64 : 128},
		.listed_ns = s->listed_ns,
		.until_ns = s->until_ns,
		.offences = s->offences,
		.finding = s->finding,
		.grade = s->grade,
		.ports = s->ports,
		.hosts = s->hosts,
		.score = s->score,
	};
}

void offender_keep(struct judge *j, struct source *s, const struct offender *o)
{
	bool is_proved = o->grade == GRADE_PROVED, is_over;

	s->listed_ns = o->listed_ns;
	s->until_ns = o->until_ns;
	s->offences = o->offences;
	s->finding = (uint8_t)o->finding & 0xf;
	s->grade = (uint8_t)o->grade & 0x3;
	s->withheld = WITHHELD_NO;
	s->ports = o->ports;
	s->hosts = o->hosts;
	s->score = o->score;
	is_over = o->until_ns <= j->now_ns;
	if (is_proved)
		source_move(j->sources, s,
			    is_over ? SOURCE_Q_PROVED_OFFENDER
				    : SOURCE_Q_PROVED);
	else
		source_move(j->sources, s,
			    is_over ? SOURCE_Q_OFFENDER : SOURCE_Q_LISTED);
}

/* From *number on in the part that is open. */
static bool next_open(const struct judge *j, uint32_t *number,
		      struct offender *out)
{
	const struct source *s;

	while ((s = source_by_number(j->sources, ++*number))) {
		if (s->offences == 0)
			continue;
		*out = offender_of(s);
		return true;
	}
	return false;
}

/* The cursor has the part above, the number in it below. */
bool judge_next_offender(struct judge *j, uint64_t *cursor,
			 struct offender *out)
{
	for (;;) {
		unsigned int part = (unsigned int)(*cursor >> 32);
		uint32_t number = (uint32_t)*cursor;
		bool found;

		if (part == j->ledger->num_parts)
			return false;
		sources_open_part(j, part);
		found = next_open(j, &number, out);
		sources_close(j);
		*cursor = (uint64_t)part << 32 | number;
		if (found)
			return true;
		*cursor = (uint64_t)(part + 1) << 32;
	}
}

/* An address, or a /64 of IPv6 with nothing behind it. */
static bool is_source(const struct prefix *p)
{
	static const uint8_t nothing[8];

	return p->bits == 128 ||
	       (p->bits == 64 && !address_is_ipv4(&p->address) &&
		memcmp(p->address.byte + 8, nothing, 8) == 0);
}

static bool is_sound(const struct judge *j, const struct offender *o)
{
	/* Not that of now, which may have been longer when it was listed. */
	uint64_t longest = JUDGE_MOST_BLOCK_TIME_S * NS_PER_S;

	return is_source(&o->source) && o->offences > 0 &&
	       o->finding > FINDING_NONE && o->finding < NUM_FINDINGS &&
	       policy_grade(o->finding) > GRADE_UNATTRIBUTABLE &&
	       o->grade > GRADE_UNATTRIBUTABLE && o->grade < NUM_GRADES &&
	       o->listed_ns <= j->now_ns && o->listed_ns <= o->until_ns &&
	       o->until_ns <= j->now_ns + longest && o->hosts > 0 &&
	       o->hosts <= o->ports && o->score > 0;
}

static struct source *source_of(struct judge *j, const struct prefix *p)
{
	return p->bits == 64 ? source_learn_net(j->sources, &p->address)
			     : source_learn(j->sources, &p->address);
}

bool judge_restore_offender(struct judge *j, const struct offender *o,
			    uint64_t now_ns)
{
	bool is_over, has_room;

	judge_set_time(j, now_ns);
	if (!is_sound(j, o))
		return false;
	sources_open(j, &o->source.address);
	is_over = o->until_ns <= j->now_ns;
	has_room = listing_count(j) < j->config.blocklist_size &&
		   listing_part_has_room(j);
	if (is_over || has_room)
		offender_keep(j, source_of(j, &o->source), o);
	sources_close(j);
	return is_over || has_room;
}

char *offender_reason(const struct offender *o,
		      char text[static OFFENDER_REASON_BYTES])
{
	snprintf(text, OFFENDER_REASON_BYTES,
		 "%s: %u port%s of %u host%s, score %d.%d",
		 finding_name[o->finding], o->ports, o->ports == 1 ? "" : "s",
		 o->hosts, o->hosts == 1 ? "" : "s", o->score / 1000,
		 o->score % 1000 / 100);
	return text;
}
