/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command: finds out what it is to read and where the page goes. A page is
 * written beside its name and takes its place when it is whole.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "options.h"
#include "report_command.h"
#include "report_feed.h"

struct report_options {
	const char *html; /* NULL: text, or JSON */
	bool as_json;
	const char *path;
	struct replay_options replay;
};

static int usage(const char *problem, const char *what)
{
	fprintf(stderr,
		"handshakectl report: %s%s\n"
		"usage: handshakectl report [--html FILE | --json]"
		" [-c FILE]"
		" [--local PREFIX]... [--verify-checksums]"
		" [CAPTURE | EVENTS]\n",
		problem, what);
	return 2;
}

/* Returns -1 to go on, else the exit status. */
static int parse_options(int argc, char **argv, struct report_options *o)
{
	static const struct option options[] = {
		{"html", required_argument, NULL, 'o'},
		{"json", no_argument, NULL, 'j'},
		{"local", required_argument, NULL, 'l'},
		{"verify-checksums", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};
	int option;

	optind = 0; /* glibc: begin anew */
	while ((option = options_next(argc, argv, "handshakectl report",
				      ":c:", options)) >= 0) {
		switch (option) {
		case 'o':
			o->html = optarg;
			break;
		case 'j':
			o->as_json = true;
			break;
		case 'c':
			o->replay.config_file = optarg;
			break;
		case 'l':
			if (!replay_add_local(&o->replay, optarg))
				return usage("not a prefix, or too many: ",
					     optarg);
			break;
		case 'v':
			o->replay.verify_checksums = true;
			break;
		default: /* options_next() has said what is wrong */
			return 2;
		}
	}
	if (o->html && o->as_json)
		return usage("either --json or ", "--html");
	if (argc - optind > 1)
		return usage("one file at a time, not also ", argv[optind + 1]);
	o->path = optind < argc ? argv[optind] : CONFIG_DEFAULT_EVENTS;
	return -1;
}

/* ---- what is read ---- */

static bool is_capture(FILE *in)
{
	static const uint8_t magic[][4] = {
		{0xa1, 0xb2, 0xc3, 0xd4}, {0xd4, 0xc3, 0xb2, 0xa1},
		{0xa1, 0xb2, 0x3c, 0x4d}, {0x4d, 0x3c, 0xb2, 0xa1},
		{0xa1, 0xb2, 0xcd, 0x34}, {0x34, 0xcd, 0xb2, 0xa1},
		{0x0a, 0x0d, 0x0d, 0x0a},
	};
	uint8_t begin[4];
	size_t len = fread(begin, 1, sizeof(begin), in);

	rewind(in);
	for (size_t i = 0; i < ARRAY_SIZE(magic) && len == 4; i++)
		if (memcmp(begin, magic[i], sizeof(begin)) == 0)
			return true;
	return false;
}

/* Says what there is to say of the lines; 0 if all were good. */
static int judge_lines(const struct report *r)
{
	if (r->bad_lines == 0)
		return 0;
	if (r->events == 0) {
		fprintf(stderr,
			"handshakectl: %s: neither a capture nor events\n",
			r->path);
		return -1;
	}
	fprintf(stderr,
		"handshakectl: %s: %" PRIu64 " lines are no events, the first "
		"is line %" PRIu64 ": %s\n",
		r->path, r->bad_lines, r->first_bad_line, r->first_bad);
	return 1;
}

/* 0: all read, 1: not all, -1: nothing to report. */
static int read_input(struct report *r, const struct report_options *o)
{
	bool is_stdin = strcmp(o->path, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(o->path, "re");
	int error;

	if (in && !is_stdin && is_capture(in)) {
		fclose(in);
		if (report_read_capture(r, o->path, &o->replay) == 0)
			return 0;
		/* The engine came to its end if the file opened at all. */
		return r->stats.files ? 1 : -1;
	}
	error = in ? report_read_events(r, in) : -1;
	if (error < 0)
		fprintf(stderr, "handshakectl: %s: %s\n", r->path,
			strerror(errno));
	if (in && !is_stdin)
		fclose(in);
	return error < 0 ? (r->lines ? 1 : -1) : judge_lines(r);
}

/* ---- where it goes ---- */

/* As the owner's umask would have it, which mkstemp() does not ask. */
static int allow_others(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	return fchmod(fd, 0666 & ~mask);
}

static int write_page(const struct report *r, const char *path)
{
	char temporary[PATH_MAX];
	FILE *out = NULL;
	bool done;
	int fd;

	if ((size_t)snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >=
	    sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkstemp(temporary);
	if (fd < 0)
		return -1;
	if (allow_others(fd) == 0)
		out = fdopen(fd, "w");
	if (!out) {
		close(fd);
		goto failed;
	}
	report_write_html(r, out);
	done = fflush(out) == 0 && !ferror(out) && fsync(fd) == 0;
	if (fclose(out) == 0 && done && rename(temporary, path) == 0)
		return 0;
failed:
	unlink(temporary);
	return -1;
}

static int write_report(const struct report *r, const char *html, bool as_json)
{
	if (as_json) {
		report_write_json(r, stdout);
		putchar('\n');
	} else if (!html) {
		report_write_text(r, stdout);
	} else if (strcmp(html, "-") == 0) {
		report_write_html(r, stdout);
	} else if (write_page(r, html) < 0) {
		fprintf(stderr, "handshakectl: %s: %s\n", html,
			strerror(errno));
		return -1;
	}
	return 0;
}

int report_main(int argc, char **argv, bool as_json)
{
	struct report_options o = {.as_json = as_json};
	struct report *r;
	int status = parse_options(argc, argv, &o);

	if (status >= 0)
		return status;
	r = report_new(strcmp(o.path, "-") == 0 ? "standard input" : o.path);
	if (!r) {
		fputs("handshakectl: no memory for a report\n", stderr);
		return 1;
	}
	status = read_input(r, &o);
	if (status >= 0) {
		r->is_partial = status > 0;
		report_find_origin(r, o.path);
		report_finish(r);
		if (write_report(r, o.html, o.as_json) < 0)
			status = -1;
	}
	report_free(r);
	return status ? 1 : 0;
}
