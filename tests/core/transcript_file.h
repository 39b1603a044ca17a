/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transcript as a file, before anyone asks what its lines mean: comments,
 * names and loops. tests/transcripts/README describes the language.
 *
 *	name server 192.0.2.1.80	"server" stands for that from here on
 *	for port in 1..7		the lines up to "done", $port 1 to 7
 *	done
 */
#ifndef HANDSHAKED_TESTS_TRANSCRIPT_FILE_H
#define HANDSHAKED_TESTS_TRANSCRIPT_FILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MAX_LINES     400
#define MAX_NAMES     32
#define MAX_LINE      512
#define MAX_LOOP_TURN 10000

enum failure {
	FINE,
	UNREADABLE, /* the transcript itself is at fault */
	WRONG,      /* something else came than is expected */
};

struct name {
	char name[24], text[64];
};

struct file {
	const char *path;
	char *text;
	char *line[MAX_LINES]; /* into text */
	size_t num_lines;
	size_t at; /* the line being read, from 0 */
	struct name names[MAX_NAMES];
	size_t num_names;
	enum failure failure;
	char message[1024]; /* "tests/transcripts/x.hs:12: ..." */
};

/* Called with each line, everything replaced, spaces trimmed; may cut it up. */
typedef void (*line_fn)(void *context, char *line);

/* The first failure counts; what follows from it is not told. */
__attribute__((format(printf, 3, 4))) static inline void
file_fail(struct file *f, enum failure failure, const char *format, ...)
{
	va_list ap;
	int len;

	if (f->failure != FINE)
		return;
	f->failure = failure;
	len = snprintf(f->message, sizeof(f->message), "%s:%zu: ", f->path,
		       f->at + 1);
	va_start(ap, format);
	vsnprintf(f->message + len, sizeof(f->message) - (size_t)len, format,
		  ap);
	va_end(ap);
}

/* `text` is taken over. */
static inline void file_init(struct file *f, const char *path, char *text)
{
	char *rest = text, *line;

	memset(f, 0, sizeof(*f));
	f->path = path;
	f->text = text;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (f->num_lines == MAX_LINES) {
			file_fail(f, UNREADABLE, "too many lines");
			return;
		}
		f->line[f->num_lines++] = line;
	}
	/* What stands behind the last newline is no line. */
	if (f->num_lines > 0 && *f->line[f->num_lines - 1] == '\0')
		f->num_lines--;
}

static inline void file_fini(struct file *f)
{
	free(f->text);
}

/* Cuts the next word off, or returns NULL at the end of the line. */
static inline char *next_word(char **rest)
{
	char *word;

	while ((word = strsep(rest, " \t")) != NULL)
		if (*word)
			return word;
	return NULL;
}

/* Digits only, at most `max`. */
static inline bool whole_number(const char *text, unsigned long max,
				unsigned long *out)
{
	char *end;

	if (!text || *text < '0' || *text > '9')
		return false;
	*out = strtoul(text, &end, 10);
	return *end == '\0' && *out <= max;
}

/* ---- names ---- */

#define LOWER_CASE "abcdefghijklmnopqrstuvwxyz"
#define NAME_CHARS LOWER_CASE "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

static inline void set_name(struct file *f, const char *name, const char *text)
{
	struct name *n = f->names;

	while (n < f->names + f->num_names && strcmp(n->name, name) != 0)
		n++;
	if (n == f->names + MAX_NAMES || strlen(name) >= sizeof(n->name) ||
	    strlen(text) >= sizeof(n->text)) {
		file_fail(f, UNREADABLE, "too many names, or too long: %s",
			  name);
		return;
	}
	if (n == f->names + f->num_names)
		f->num_names++;
	strcpy(n->name, name);
	strcpy(n->text, text);
}

/* The name that stands at `p`, or NULL. That of a variable has no digits. */
static inline const struct name *name_at(const struct file *f, const char *p)
{
	bool is_variable = *p == '$';
	size_t len = is_variable ? 1 + strspn(p + 1, LOWER_CASE)
				 : strspn(p, NAME_CHARS);

	for (const struct name *n = f->names; n < f->names + f->num_names; n++)
		if (strlen(n->name) == len && strncmp(n->name, p, len) == 0)
			return n;
	return NULL;
}

/* Comments away, names and variables replaced, into out[MAX_LINE]. */
static inline void expand(struct file *f, const char *line, char *out)
{
	bool begins_word = true;
	size_t len = 0;

	while (*line && *line != '#' && len < MAX_LINE - 1) {
		const struct name *n = NULL;

		if (begins_word || *line == '$')
			n = name_at(f, line);
		if (*line == '$' && !n)
			file_fail(f, UNREADABLE, "what is %s?", line);
		begins_word = *line == ' ' || *line == '\t';
		if (!n) {
			out[len++] = *line++;
			continue;
		}
		line += strlen(n->name);
		len += (size_t)snprintf(out + len, MAX_LINE - len, "%s",
					n->text);
	}
	if (len >= MAX_LINE - 1)
		file_fail(f, UNREADABLE, "too long a line");
	while (len > 0 && (out[len - 1] == ' ' || out[len - 1] == '\t'))
		len--;
	out[len] = '\0';
}

/* ---- loops ---- */

static inline bool begins_with(const char *line, const char *word)
{
	size_t len = strlen(word);

	return strncmp(line, word, len) == 0 &&
	       (line[len] == ' ' || line[len] == '\0');
}

static inline const char *unindented(const char *line)
{
	return line + strspn(line, " \t");
}

/* The line of the "done" that belongs to the "for" in line `from`. */
static inline size_t find_done(const struct file *f, size_t from)
{
	int depth = 0;

	for (size_t i = from; i < f->num_lines; i++) {
		const char *line = unindented(f->line[i]);

		depth += begins_with(line, "for");
		depth -= begins_with(line, "done");
		if (depth == 0)
			return i;
	}
	return f->num_lines;
}

static inline void run_lines(struct file *f, size_t from, size_t to,
			     line_fn what, void *context);

static inline void run_loop(struct file *f, char *rest, line_fn what,
			    void *context)
{
	size_t begin = f->at, done = find_done(f, begin);
	char variable[24], turn[16];
	unsigned int first, last;

	if (sscanf(rest, "for %22[a-z] in %u..%u", variable + 1, &first,
		   &last) != 3 ||
	    first > last || last - first >= MAX_LOOP_TURN) {
		file_fail(f, UNREADABLE, "expected for NAME in 1..7");
		return;
	}
	if (done == f->num_lines) {
		file_fail(f, UNREADABLE, "for without done");
		return;
	}
	variable[0] = '$';
	for (unsigned int i = first; i <= last && f->failure == FINE; i++) {
		snprintf(turn, sizeof(turn), "%u", i);
		set_name(f, variable, turn);
		run_lines(f, begin + 1, done, what, context);
	}
	if (f->failure == FINE)
		f->at = done;
}

static inline void run_line(struct file *f, line_fn what, void *context)
{
	char line[MAX_LINE], *rest = line, *name;

	expand(f, unindented(f->line[f->at]), line);
	if (f->failure != FINE || !*line)
		return;
	if (begins_with(line, "for")) {
		run_loop(f, line, what, context);
	} else if (begins_with(line, "done")) {
		file_fail(f, UNREADABLE, "done without for");
	} else if (begins_with(line, "name")) {
		next_word(&rest);
		name = next_word(&rest);
		if (name && *name >= 'a' && *name <= 'z' && rest &&
		    *unindented(rest))
			set_name(f, name, unindented(rest));
		else
			file_fail(f, UNREADABLE,
				  "expected name NAME TEXT, once");
	} else {
		what(context, line);
	}
}

static inline void run_lines(struct file *f, size_t from, size_t to,
			     line_fn what, void *context)
{
	for (f->at = from; f->at < to && f->failure == FINE;) {
		run_line(f, what, context);
		if (f->failure == FINE)
			f->at++;
	}
}

#endif
