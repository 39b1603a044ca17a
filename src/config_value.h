/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys of the configuration file, and for each type of value how it is
 * read, printed and described. Private to config.c and its neighbours, which
 * know files, lines and sections.
 */
#ifndef HANDSHAKED_CONFIG_VALUE_H
#define HANDSHAKED_CONFIG_VALUE_H

#include "config.h"

enum config_type {
	CONFIG_NUMBER,
	CONFIG_SECONDS,  /* a number too, or written as 1h30m */
	CONFIG_MILLI,    /* a real number, kept in thousandths */
	CONFIG_MICRO,    /* the same in millionths */
	CONFIG_MODE,     /* enum judge_mode */
	CONFIG_PATH,     /* char[max + 1] */
	CONFIG_PREFIXES, /* struct prefix[max]; the key may be repeated */
};

struct config_key {
	const char *section, *name;
	enum config_type type;
	size_t offset;     /* in struct config, of the value */
	size_t num_offset; /* of the size_t that counts CONFIG_PREFIXES */
	uint32_t min, max; /* of numbers; in the unit they are kept in */
	bool live; /* a reload applies it; if not, the next start does */
};

/* More than there are. */
#define CONFIG_MAX_KEYS 64

/* Longest text of a number and of what is legal, with the closing NUL. */
#define CONFIG_NUMBER_BYTES 16
#define CONFIG_LEGAL_BYTES  96

/*
 * In the order in which they are printed, a section's keys together; the name
 * after the last is NULL.
 */
extern const struct config_key config_keys[];

/* The key, or NULL when there is none of that name in that section. */
const struct config_key *config_find_key(const char *section, const char *name);

/*
 * Reads a value of any type but CONFIG_PREFIXES into its place in *c; false,
 * and *c as it was, when it is none.
 */
bool config_read_value(struct config *c, const struct config_key *k,
		       const char *value);

/* The prefixes of a key of CONFIG_PREFIXES, and how many there are. */
struct prefix *config_prefixes(struct config *c, const struct config_key *k);
size_t *config_num_prefixes(struct config *c, const struct config_key *k);

/* What is kept for a number of any kind. */
uint32_t config_number(const struct config *c, const struct config_key *k);

/* The same as text, in a form that is read back. Returns `text`. */
char *config_format_number(const struct config *c, const struct config_key *k,
			   char text[static CONFIG_NUMBER_BYTES]);

/* Is the value the same in both? Takes it over from the other. */
bool config_same(const struct config *a, const struct config *b,
		 const struct config_key *k);
void config_copy(struct config *to, const struct config *from,
		 const struct config_key *k);

/* No prefix, or no path? */
bool config_is_empty(const struct config *c, const struct config_key *k);

/* Prints the value alone, prefixes with commas between them. */
void config_print_value(const struct config *c, const struct config_key *k,
			FILE *out);

/*
 * Prints "name = value", a line for each prefix where that is what the key
 * takes.
 */
void config_print_key(const struct config *c, const struct config_key *k,
		      FILE *out);

/* What a value must be: "a whole number from 1 to 5". Returns `text`. */
char *config_describe(const struct config_key *k,
		      char text[static CONFIG_LEGAL_BYTES]);

#endif
