/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "Did you mean ...?": finds the word that the operator probably meant. Used
 * for commands, options and the keys and sections of the configuration.
 */
#ifndef HANDSHAKED_SUGGEST_H
#define HANDSHAKED_SUGGEST_H

/* Longest text of suggest_text(), with the closing NUL. */
#define SUGGEST_BYTES 80

struct suggestion {
	const char *word;    /* as it was typed */
	const char *nearest; /* of those offered; NULL: none is near */
	unsigned int distance;
};

/* Starts the search for `word`, which must outlive it. */
void suggest_start(struct suggestion *s, const char *word);

/*
 * Offers a word that would be right. It is near when at most a third of the
 * typed letters differ, or when it begins as the typed word does.
 */
void suggest_offer(struct suggestion *s, const char *candidate);

/* Returns `text`: "; did you mean \"status\"?", or nothing. */
const char *suggest_text(const struct suggestion *s,
			 char text[static SUGGEST_BYTES]);

#endif
