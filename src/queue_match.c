/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares two sets of queue numbers and words the difference. */
#include "queue_match.h"

#include <stdio.h>
#include <string.h>

enum {
	NUM_QUEUES = 65536,
	MAX_RANGES = 6, /* written out; what follows is "..." */
	NUMBERS_BYTES = 128,
};

/* ---- words ---- */

static unsigned int count(const struct queue_numbers *n)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i < NUM_QUEUES; i++)
		sum += queue_numbers_has(n, i);
	return sum;
}

static unsigned int end_of_range(const struct queue_numbers *n,
				 unsigned int first)
{
	while (first + 1 < NUM_QUEUES && queue_numbers_has(n, first + 1))
		first++;
	return first;
}

/* "queue 5", "queues 0-3, 7". */
static const char *name(const struct queue_numbers *n,
			char text[static NUMBERS_BYTES])
{
	const char *before = count(n) == 1 ? "queue " : "queues ";
	size_t at = 0;
	int ranges = 0;

	for (unsigned int i = 0; i < NUM_QUEUES; i++) {
		unsigned int last;

		if (!queue_numbers_has(n, i))
			continue;
		last = end_of_range(n, i);
		if (ranges++ == MAX_RANGES) {
			snprintf(text + at, NUMBERS_BYTES - at, ", ...");
			break;
		}
		at += (size_t)snprintf(text + at, NUMBERS_BYTES - at,
				       last > i ? "%s%u-%u" : "%s%u", before, i,
				       last);
		before = ", ";
		i = last;
	}
	return text;
}

/* ---- sets ---- */

static struct queue_numbers range(unsigned int num, unsigned int queues)
{
	struct queue_numbers n = {{0}};

	for (unsigned int i = 0; i < queues && num + i < NUM_QUEUES; i++)
		queue_numbers_add(&n, num + i);
	return n;
}

/* Those of `a`, of which `b` has each (or none, if `is_in` is false). */
static struct queue_numbers only(const struct queue_numbers *a,
				 const struct queue_numbers *b, bool is_in)
{
	struct queue_numbers n;

	for (size_t i = 0; i < NUM_QUEUES / 64; i++)
		n.bits[i] = a->bits[i] & (is_in ? b->bits[i] : ~b->bits[i]);
	return n;
}

/* ---- sentences ---- */

static void word_unserved(struct queue_match *m,
			  const struct rule_queues *rules,
			  const struct queue_numbers *served,
			  const struct queue_numbers *unserved)
{
	const struct queue_numbers lost = only(unserved, &rules->strict, true);
	const struct queue_numbers pass = only(unserved, &rules->strict, false);
	char sent[NUMBERS_BYTES], ours[NUMBERS_BYTES], text[NUMBERS_BYTES];
	size_t at;

	at = (size_t)snprintf(m->unserved_text, sizeof(m->unserved_text),
			      "rules send packets to %s, but this daemon"
			      " serves %s only:",
			      name(&rules->sent, sent), name(served, ours));
	if (count(&pass))
		at += (size_t)snprintf(
			m->unserved_text + at, sizeof(m->unserved_text) - at,
			" packets of %s are accepted unjudged%s",
			name(&pass, text), count(&lost) ? "," : "");
	if (count(&lost))
		snprintf(m->unserved_text + at, sizeof(m->unserved_text) - at,
			 " packets of %s are dropped, their rule having no"
			 " bypass",
			 name(&lost, text));
}

static void word_unfed(struct queue_match *m, const struct queue_numbers *unfed,
		       unsigned int num, unsigned int queues)
{
	char text[NUMBERS_BYTES], also[32] = "";

	if (queues > 1)
		snprintf(also, sizeof(also), ", count = %u", queues);
	snprintf(m->unfed_text, sizeof(m->unfed_text),
		 "[queue] num = %u%s: no rule sends packets to %s, %s", num,
		 also, name(unfed, text),
		 m->unfed == queues ? "nothing is judged"
				    : "the others judge all");
}

void queue_match(struct queue_match *m, const struct rule_queues *rules,
		 unsigned int num, unsigned int queues)
{
	const struct queue_numbers served = range(num, queues);
	const struct queue_numbers unserved =
		only(&rules->sent, &served, false);
	const struct queue_numbers unfed = only(&served, &rules->sent, false);

	memset(m, 0, sizeof(*m));
	m->is_known = true;
	m->unserved = count(&unserved);
	m->unfed = rules->has_unknown ? 0 : count(&unfed);
	if (m->unserved)
		word_unserved(m, rules, &served, &unserved);
	if (m->unfed)
		word_unfed(m, &unfed, num, queues);
}
