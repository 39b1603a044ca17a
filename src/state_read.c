/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the state file back. It may have been damaged by anything: every field
 * has its bounds, and no value reaches anybody that state_write() could not
 * have written.
 */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LINE_BYTES = 256, /* the longest that is written takes some 220 */
	NUM_OFFENDER_FIELDS = 10,
	/* The user is missing in files of earlier versions. */
	MIN_OPERATOR_FIELDS = 4,
	NUM_OPERATOR_FIELDS = 5,
	MS_PER_S = 1000,
};

#define MAX_LISTED_MS ((uint64_t)STATE_MAX_LISTED_S * MS_PER_S)

/* What is older is as good as this old. */
#define MAX_AGE_MS MAX_LISTED_MS

/* Of the wall clock: the year 5138. */
#define MAX_WALL_MS UINT64_C(100000000000000)

/* ---- fields ---- */

static bool parse_number(const char *text, uint64_t min, uint64_t max,
			 uint64_t *out)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t n;

	if (digits == 0 || digits > 19 || text[digits])
		return false;
	n = strtoull(text, NULL, 10);
	if (n < min || n > max)
		return false;
	*out = n;
	return true;
}

static bool parse_score(const char *text, int32_t *out)
{
	bool negative = *text == '-';
	uint64_t n;

	if (!parse_number(text + negative, negative, INT32_MAX, &n))
		return false;
	*out = negative ? -(int32_t)n : (int32_t)n;
	return true;
}

static bool parse_name(const char *text, const char *const *names, int first,
		       int count, int *out)
{
	for (int i = first; i < count; i++) {
		if (strcmp(text, names[i]) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

/* An address, or a /64 of IPv6. */
static bool parse_source(const char *text, struct prefix *out)
{
	return prefix_parse(text, out) &&
	       (out->bits == 128 ||
		(out->bits == 64 && !address_is_ipv4(&out->address)));
}

/* An address or a network, and what is not all addresses. */
static bool parse_operators(const char *text, struct prefix *out)
{
	struct prefix net;

	if (!prefix_parse(text, out))
		return false;
	net = prefix_network(out);
	return address_equal(&net.address, &out->address) &&
	       out->bits > (address_is_ipv4(&out->address) ? 96 : 0);
}

/* ---- lines ---- */

struct reading {
	const struct state_clock *clock;
	const struct state_reader *reader;
	struct state_summary *summary;
	uint32_t line;
};

__attribute__((format(printf, 2, 3))) static bool
complain(struct reading *r, const char *format, ...)
{
	char text[LINE_BYTES + 64];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	r->summary->damaged++;
	r->reader->damage(r->reader->arg, r->line, text);
	return false;
}

static uint64_t before(const struct state_clock *clock, uint64_t ms)
{
	return ms * NS_PER_MS < clock->now_ns ? clock->now_ns - ms * NS_PER_MS
					      : 0;
}

/*
 * By the wall clock; if that is before the listing, it was just now, and so
 * nobody is listed for longer than the whole time.
 */
static void set_times(const struct state_clock *clock, uint64_t listed_ms,
		      uint64_t whole_ms, struct offender *o)
{
	uint64_t age_ms = 0;

	if (listed_ms < clock->wall_ms)
		age_ms = clock->wall_ms - listed_ms;
	if (age_ms > MAX_AGE_MS)
		age_ms = MAX_AGE_MS;
	o->listed_ns = before(clock, age_ms);
	if (whole_ms > age_ms)
		o->until_ns = clock->now_ns + (whole_ms - age_ms) * NS_PER_MS;
	else
		o->until_ns = before(clock, age_ms - whole_ms);
}

static bool parse_times(struct reading *r, char *const *field, bool by_operator,
			struct offender *o)
{
	uint64_t listed_ms, until_ms;

	if (!parse_number(field[2], 0, MAX_WALL_MS, &listed_ms))
		return complain(r, "listed \"%s\": must be milliseconds",
				field[2]);
	if (by_operator && strcmp(field[3], "permanent") == 0) {
		set_times(r->clock, listed_ms, MAX_LISTED_MS, o);
		o->until_ns = STATE_FOR_GOOD;
		return true;
	}
	if (!parse_number(field[3], listed_ms, listed_ms + MAX_LISTED_MS,
			  &until_ms))
		return complain(r,
				"until \"%s\": must be milliseconds, listed"
				" and a year more at most",
				field[3]);
	set_times(r->clock, listed_ms, until_ms - listed_ms, o);
	return true;
}

static bool parse_offence(struct reading *r, char *const *field,
			  struct offender *o)
{
	uint64_t offences, ports, hosts;
	int finding, grade;

	if (!parse_number(field[4], 1, UINT8_MAX, &offences))
		return complain(r, "offences \"%s\": must be 1 to 255",
				field[4]);
	if (!parse_name(field[5], finding_name, FINDING_NONE + 1, NUM_FINDINGS,
			&finding))
		return complain(r, "finding \"%s\": there is none", field[5]);
	if (!parse_name(field[6], grade_name, 0, NUM_GRADES, &grade))
		return complain(r, "grade \"%s\": there is none", field[6]);
	if (!parse_number(field[7], 0, UINT16_MAX, &ports))
		return complain(r, "ports \"%s\": must be 0 to 65535",
				field[7]);
	if (!parse_number(field[8], 0, UINT16_MAX, &hosts))
		return complain(r, "hosts \"%s\": must be 0 to 65535",
				field[8]);
	if (!parse_score(field[9], &o->score))
		return complain(r, "score \"%s\": must be a whole number",
				field[9]);
	o->offences = (uint8_t)offences;
	o->finding = (enum finding)finding;
	o->grade = (enum grade)grade;
	o->ports = (uint16_t)ports;
	o->hosts = (uint16_t)hosts;
	return true;
}

/* In place. Returns how many there are, of which the first `max` are told. */
static size_t split(char *line, char **field, size_t max)
{
	size_t count = 0;
	char *rest = line, *word;

	while ((word = strsep(&rest, " ")))
		if (count++ < max)
			field[count - 1] = word;
	return count;
}

static bool parse_offender(struct reading *r, char *line,
			   struct state_record *out)
{
	char *field[NUM_OFFENDER_FIELDS];
	size_t count = split(line, field, ARRAY_SIZE(field));

	*out = (struct state_record){0};
	if (strcmp(field[0], "offender") != 0)
		return complain(r, "\"%s\": must be offender or operator",
				field[0]);
	if (count != NUM_OFFENDER_FIELDS)
		return complain(r, "%zu fields: must be %d", count,
				NUM_OFFENDER_FIELDS);
	if (!parse_source(field[1], &out->offender.source))
		return complain(r,
				"source \"%s\": must be an address or an IPv6"
				" /64",
				field[1]);
	return parse_times(r, field, false, &out->offender) &&
	       parse_offence(r, field, &out->offender);
}

static bool parse_user(struct reading *r, const char *text, uint32_t *out)
{
	uint64_t uid = STATE_UID_UNKNOWN;

	if (strcmp(text, "-") != 0 &&
	    !parse_number(text, 0, UINT32_MAX - 1, &uid))
		return complain(r, "user \"%s\": must be a number or -", text);
	*out = (uint32_t)uid;
	return true;
}

/* The reason is the rest of the line: it may have blanks. */
static bool parse_operator(struct reading *r, char *line,
			   struct state_record *out)
{
	char *field[NUM_OPERATOR_FIELDS], *rest = line;
	size_t count = 0;

	while (rest && count < ARRAY_SIZE(field))
		field[count++] = strsep(&rest, " ");
	*out = (struct state_record){
		.by_operator = true, .uid = STATE_UID_UNKNOWN, .reason = rest};
	if (count < MIN_OPERATOR_FIELDS)
		return complain(r, "%zu fields: must be %d or more", count,
				MIN_OPERATOR_FIELDS);
	if (!parse_operators(field[1], &out->offender.source))
		return complain(r,
				"source \"%s\": must be an address or a"
				" network",
				field[1]);
	if (rest && strlen(rest) > STATE_MAX_REASON)
		return complain(r, "reason \"%s\": must be %d bytes or less",
				rest, STATE_MAX_REASON);
	return parse_times(r, field, true, &out->offender) &&
	       (count == MIN_OPERATOR_FIELDS ||
		parse_user(r, field[MIN_OPERATOR_FIELDS], &out->uid));
}

static bool parse_record(struct reading *r, char *line,
			 struct state_record *out)
{
	if (strncmp(line, "operator ", strlen("operator ")) == 0)
		return parse_operator(r, line, out);
	return parse_offender(r, line, out);
}

static void take_line(struct reading *r, char *line)
{
	struct state_summary *s = r->summary;
	char copy[LINE_BYTES];
	struct state_record record;

	if (s->used == STATE_MAX_RECORDS) {
		s->beyond++;
		return;
	}
	strcpy(copy, line);
	if (!parse_record(r, line, &record))
		return;
	if (r->reader->record(r->reader->arg, &record))
		s->used++;
	else
		complain(r, "\"%s\": cannot be", copy);
}

/* Of the whole line without its end; false at the end of the file. */
static bool next_line(struct reading *r, FILE *in, char line[LINE_BYTES],
		      const char **fault)
{
	size_t len = 0;
	int c;

	*fault = NULL;
	while ((c = getc(in)) != EOF && c != '\n') {
		if (c < ' ' || c > '~')
			*fault = "has a byte that is no printable character";
		else if (len == LINE_BYTES - 1)
			*fault = "is too long";
		else
			line[len++] = (char)c;
	}
	line[len] = '\0';
	if (c == EOF && len == 0 && !*fault)
		return false;
	if (c == EOF)
		*fault = "does not end";
	r->line++;
	return true;
}

/* "end COUNT" of all the lines between; only the last line may say so. */
static bool is_end(const struct reading *r, const char *line)
{
	char wanted[LINE_BYTES];

	snprintf(wanted, sizeof(wanted), "end %" PRIu32, r->line - 2);
	return strcmp(line, wanted) == 0;
}

static void read_records(struct reading *r, FILE *in)
{
	const char *fault;
	char line[LINE_BYTES];

	r->summary->cut_short = true;
	while (next_line(r, in, line, &fault)) {
		r->summary->cut_short = fault || !is_end(r, line);
		if (fault)
			complain(r, "\"%s\": %s", line, fault);
		else if (r->summary->cut_short)
			take_line(r, line);
	}
}

static int read_header(struct reading *r, FILE *in)
{
	char line[LINE_BYTES], wanted[LINE_BYTES];
	const char *fault;

	snprintf(wanted, sizeof(wanted), STATE_HEADER " %d", STATE_VERSION);
	if (!next_line(r, in, line, &fault))
		return ferror(in) ? -errno : -EPROTO;
	return fault || strcmp(line, wanted) != 0 ? -EPROTO : 0;
}

/* No pipe or device, which may have no end. */
static int open_file(const char *path, FILE **in)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), error = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	/* Read from above: each test stands on those before it. */
	if (fstat(fd, &st) < 0)
		error = -errno; /* NOLINT(bugprone-branch-clone) */
	else if (!S_ISREG(st.st_mode))
		error = -EINVAL;
	else if (st.st_size > STATE_MAX_BYTES)
		error = -EFBIG;
	else if (!(*in = fdopen(fd, "r")))
		error = -errno;
	if (error)
		close(fd);
	return error;
}

int state_read(const char *path, const struct state_clock *clock,
	       const struct state_reader *reader, struct state_summary *out)
{
	struct reading r = {clock, reader, out, 0};
	FILE *in = NULL;
	int error = open_file(path, &in);

	*out = (struct state_summary){0};
	if (error)
		return error;
	errno = 0;
	error = read_header(&r, in);
	if (!error)
		read_records(&r, in);
	if (!error && ferror(in))
		error = errno ? -errno : -EIO;
	fclose(in);
	return error;
}
