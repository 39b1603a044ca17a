/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of keys, the sample and the manual are held against each other:
 * each key has its place in all of them, with the same range and default, and
 * whoever reads either knows which keys need a restart. Runs in the top
 * directory, where the files are.
 */
#include "config_fixture.h"

#include <ctype.h>

#include "../src/config_value.h"

#define SAMPLE "systemd/handshaked.conf"
#define MANUAL "src/handshaked.conf.5"

/* A text of a file, words with one blank between them. */
struct prose {
	char text[4096];
	size_t len;
};

static void add_words(struct prose *p, const char *line)
{
	for (; *line; line++) {
		char c = isspace((unsigned char)*line) ? ' ' : *line;

		if (c == ' ' && (p->len == 0 || p->text[p->len - 1] == ' '))
			continue;
		assert_true(p->len + 2 < sizeof(p->text));
		p->text[p->len++] = c;
	}
	p->text[p->len] = '\0';
}

static void assert_says(const struct prose *p, const struct config_key *k,
			const char *what, const char *words, bool says)
{
	if (!strstr(p->text, words) == says)
		fail_msg("%s, [%s] %s: %s \"%s\" in \"%s\"", what, k->section,
			 k->name, says ? "no" : "why is there", words, p->text);
}

/* "1 to 16" of "a whole number from 1 to 16", and so on. */
static void range_of(const struct config_key *k, char *range, size_t bytes)
{
	char legal[CONFIG_LEGAL_BYTES], *from, *end;

	config_describe(k, legal);
	if (k->type == CONFIG_PREFIXES)
		snprintf(range, bytes, "up to %u ", k->max);
	else if (k->type == CONFIG_PATH)
		snprintf(range, bytes, "at most %u bytes", k->max);
	else if (k->type == CONFIG_MODE)
		snprintf(range, bytes, "enforce");
	else {
		from = strstr(legal, " from ");
		assert_non_null(from);
		end = strchr(from, ',');
		if (end)
			*end = '\0';
		snprintf(range, bytes, "%s", from + strlen(" from "));
	}
}

/* The default as it is printed, or "none". */
static void default_of(const struct config_key *k, char *text, size_t bytes)
{
	struct config defaults;
	FILE *out = fmemopen(text, bytes, "w");

	assert_non_null(out);
	config_default(&defaults);
	config_print_value(&defaults, k, out);
	if (config_is_empty(&defaults, k))
		fputs("none", out);
	fclose(out);
}

/* ---- the sample ---- */

/* The comment above "#name =" in its section. */
static void find_comment(const struct config_key *k, struct prose *p)
{
	char line[256], section[64] = "", assigned[80];
	FILE *in = fopen(SAMPLE, "r");
	bool found = false;

	assert_non_null(in);
	snprintf(assigned, sizeof(assigned), "#%s =", k->name);
	p->len = 0;
	while (!found && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "[%63[^]]]", section) == 1 || *line == '\n')
			p->len = 0;
		else if (strncmp(line, "# ", 2) == 0)
			add_words(p, line + 2);
		else if (!strncmp(line, assigned, strlen(assigned)) &&
			 !strcmp(section, k->section))
			found = true;
		else
			p->len = 0;
	}
	fclose(in);
	if (!found || p->len == 0)
		fail_msg(SAMPLE ": nothing on [%s] %s", k->section, k->name);
}

static void the_sample_tells_range_and_restart_of_every_key(void **state)
{
	(void)state;
	for (const struct config_key *k = config_keys; k->name; k++) {
		struct prose p;
		char range[CONFIG_LEGAL_BYTES];

		find_comment(k, &p);
		range_of(k, range, sizeof(range));
		assert_says(&p, k, SAMPLE, range, true);
		assert_says(&p, k, SAMPLE, "(restart)", !k->live);
	}
}

/* ---- the manual ---- */

/* Without the macro; what stands behind one may be closed by " .". */
static void add_manual_line(struct prose *p, char *line)
{
	size_t len = strcspn(line, "\n");

	line[len] = '\0';
	if (*line == '.') {
		line += strcspn(line, " ");
		if (len > 2 && strcmp(line + strlen(line) - 2, " .") == 0)
			strcpy(line + strlen(line) - 2, ".");
	}
	add_words(p, line);
	add_words(p, " ");
}

/* What the manual says of a key, in its section. */
static void find_item(const struct config_key *k, struct prose *p)
{
	char line[256], section[64] = "", item[80];
	FILE *in = fopen(MANUAL, "r");
	bool inside = false, found = false;

	assert_non_null(in);
	snprintf(item, sizeof(item), ".It Ic %s No =", k->name);
	p->len = 0;
	while (fgets(line, sizeof(line), in)) {
		sscanf(line, ".Ss Section %63s", section);
		if (!strncmp(line, ".It ", 4) || !strncmp(line, ".El", 3))
			inside = !strncmp(line, item, strlen(item)) &&
				 !strcmp(section, k->section);
		found |= inside;
		if (inside)
			add_manual_line(p, line);
	}
	fclose(in);
	if (!found)
		fail_msg(MANUAL ": nothing on [%s] %s", k->section, k->name);
}

static void the_manual_tells_all_of_every_key(void **state)
{
	(void)state;
	for (const struct config_key *k = config_keys; k->name; k++) {
		struct prose p;
		char text[256] = "Default: ";
		size_t len = strlen(text);

		find_item(k, &p);
		default_of(k, text + len, sizeof(text) - len);
		assert_says(&p, k, MANUAL, text, true);
		assert_true(strchr(".;, ", strstr(p.text, text)[strlen(text)]));
		range_of(k, text, sizeof(text));
		assert_says(&p, k, MANUAL, text, true);
		assert_says(&p, k, MANUAL, "Needs a restart.", !k->live);
	}
}

/* Each is a whole file, that can be copied as it stands. */
static void the_examples_of_the_manual_are_right(void **state)
{
	char line[256], text[2048] = "";
	FILE *in = fopen(MANUAL, "r");
	bool inside = false;
	int taken = 0;

	(void)state;
	assert_non_null(in);
	while (fgets(line, sizeof(line), in)) {
		if (strncmp(line, ".Ed", 3) == 0) {
			inside = false;
			if (*text == '[') {
				assert_taken(text);
				taken++;
			}
			*text = '\0';
		}
		assert_true(strlen(text) + strlen(line) < sizeof(text));
		if (inside)
			strcat(text, line);
		if (strncmp(line, ".Bd -literal", 12) == 0)
			inside = true;
	}
	fclose(in);
	assert_in_range(taken, 4, 20);
}

/* ---- what is printed ---- */

static void what_is_printed_tells_every_default(void **state)
{
	char *text;
	const char *at;
	int told = 0;

	(void)state;
	assert_taken("[queue]\ncount = 4\n[policy]\nfalse_positive = 0.001\n"
		     "[daemon]\nstate =\n[network]\nnever = ::/0\n");
	text = print(&config);
	assert_non_null(strstr(text, "from 1 to 16; default: 1\ncount = 4\n"));
	assert_non_null(strstr(text, "decimals; default: 0.0001\n"
				     "false_positive = 0.001\n"));
	assert_non_null(strstr(text, "default: /var/lib/handshaked/state\n"
				     "state = \n"));
	assert_non_null(strstr(text, "; default: none\nnever = ::/0\n"));
	/* And of nothing else. */
	for (at = text; (at = strstr(at, "default: ")); at++)
		told++;
	assert_int_equal(told, 4);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_sample_tells_range_and_restart_of_every_key),
		cmocka_unit_test(the_manual_tells_all_of_every_key),
		cmocka_unit_test(the_examples_of_the_manual_are_right),
		cmocka_unit_test(what_is_printed_tells_every_default),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
