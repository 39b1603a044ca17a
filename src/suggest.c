/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares words by the letters that have to change to make one the other. */
#include "suggest.h"

#include <stdio.h>
#include <string.h>

/* Longer words get no suggestion: no command, option or key is longer. */
#define MAX_LETTERS 40

#define NOT_NEAR 1000U

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * Number of letters to insert, remove, replace, or swap with their neighbour.
 * Neither word is longer than MAX_LETTERS.
 */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[3][MAX_LETTERS + 1];
	unsigned int *above2 = row[0], *above = row[1], *here = row[2], *oldest;
	const size_t width = strlen(b);

	for (size_t j = 0; j <= width; j++)
		above[j] = (unsigned int)j;
	for (size_t i = 1; i <= strlen(a); i++) {
		here[0] = (unsigned int)i;
		for (size_t j = 1; j <= width; j++) {
			here[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
			here[j] = least(here[j], above[j] + 1);
			here[j] = least(here[j], here[j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				here[j] = least(here[j], above2[j - 2] + 1);
		}
		oldest = above2;
		above2 = above;
		above = here;
		here = oldest;
	}
	return above[width];
}

void suggest_start(struct suggestion *s, const char *word)
{
	*s = (struct suggestion){.word = word, .distance = NOT_NEAR};
}

void suggest_offer(struct suggestion *s, const char *candidate)
{
	const size_t len = strlen(s->word);
	unsigned int changes, d, limit = least((unsigned int)len / 3, 3);

	if (len < 2 || len > MAX_LETTERS || strlen(candidate) > MAX_LETTERS)
		return;
	changes = d = distance(s->word, candidate);
	if (strncmp(candidate, s->word, len) == 0)
		d = least(d, 1);
	if (d > (limit > 1 ? limit : 1))
		return;
	/* Of two that are as near, the one with fewer changes. */
	d = d * 2 * MAX_LETTERS + changes;
	if (d < s->distance) {
		s->nearest = candidate;
		s->distance = d;
	}
}

const char *suggest_text(const struct suggestion *s,
			 char text[static SUGGEST_BYTES])
{
	text[0] = '\0';
	if (s->nearest)
		snprintf(text, SUGGEST_BYTES, "; did you mean \"%s\"?",
			 s->nearest);
	return text;
}
