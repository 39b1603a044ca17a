/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments as text. The parser is a list of parts read one after another;
 * the first that is not as it should be says so, and the rest reads nothing.
 */
#include "core/segment_text.h"

#include <stdio.h>
#include <string.h>

/* The letter of each control bit, from bit 0 on. */
static const char flag_letters[] = "FSRP.UEWN";

/* The name of each option, from bit 0 of enum segment_option on. */
static const char *const option_name[] = {
	"mss", "wscale", "sackOK", "sack", "TS", "FO", "other", "malformed",
};
_Static_assert(1 << (ARRAY_SIZE(option_name) - 1) == SEG_OPT_MALFORMED,
	       "every option has a name");

/* A TTL that goes without saying. */
#define USUAL_TTL 64

/* ---- writing ---- */

/* Where the next part of the text goes. */
struct writer {
	char *text;
	size_t len;
};

static void put(struct writer *w, const char *part)
{
	w->len += (size_t)snprintf(w->text + w->len,
				   SEGMENT_TEXT_BYTES - w->len, "%s", part);
}

static void put_number(struct writer *w, const char *before, uint32_t n)
{
	w->len +=
		(size_t)snprintf(w->text + w->len, SEGMENT_TEXT_BYTES - w->len,
				 "%s%u", before, n);
}

static void put_endpoint(struct writer *w, const struct address *address,
			 uint16_t port)
{
	char text[ADDRESS_TEXT_BYTES];

	put(w, address_format(address, text));
	put_number(w, ".", port);
}

static void put_flags(struct writer *w, uint16_t flags)
{
	char letters[sizeof(flag_letters)], *p = letters;

	for (int bit = 0; flag_letters[bit]; bit++)
		if (flags & 1u << bit)
			*p++ = flag_letters[bit];
	*p = '\0';
	put(w, p == letters ? "-" : letters);
}

static void put_options(struct writer *w, uint8_t options)
{
	const char *before = " <";

	for (size_t bit = 0; bit < ARRAY_SIZE(option_name); bit++) {
		if (!(options & 1u << bit))
			continue;
		put(w, before);
		put(w, option_name[bit]);
		before = ",";
	}
	if (options)
		put(w, ">");
}

char *segment_text_format(const struct segment *seg,
			  char text[static SEGMENT_TEXT_BYTES])
{
	struct writer w = {text, 0};

	put_endpoint(&w, &seg->src, seg->src_port);
	put(&w, " > ");
	put_endpoint(&w, &seg->dst, seg->dst_port);
	put(&w, ": ");
	put_flags(&w, seg->flags);
	put_number(&w, " ", seg->seq);
	put_number(&w, ":", seg->seq + seg->data_len);
	put_number(&w, "(", seg->data_len);
	put(&w, ")");
	if (seg->flags & TCP_ACK || seg->ack != 0)
		put_number(&w, " ack ", seg->ack);
	put_number(&w, " win ", seg->window);
	if (seg->ttl != USUAL_TTL)
		put_number(&w, " ttl ", seg->ttl);
	put_options(&w, seg->options);
	put(&w, seg->local ? " local" : "");
	put(&w, seg->source_routed ? " routed" : "");
	return text;
}

/* ---- reading ---- */

struct reader {
	const char *text;
	const char *p; /* what is not read yet; NULL once something was wrong */
	char *error;
};

/* Says what was expected at `at`, and the word that stands there. */
static void refuse(struct reader *r, const char *at, const char *expected)
{
	int len = (int)strcspn(at, " ");
	const char *quote = len ? "\"" : "", *word = at;

	if (!r->p)
		return;
	r->p = NULL;
	if (len == 0) {
		word = *at ? "a space" : "the end";
		len = 7;
	}
	snprintf(r->error, SEGMENT_TEXT_ERROR_BYTES,
		 "column %zu: expected %s, not %s%.*s%s",
		 (size_t)(at - r->text) + 1, expected, quote,
		 len < 48 ? len : 48, word, quote);
}

/* Does the text go on like this? Then it is read. */
static bool accept(struct reader *r, const char *what)
{
	size_t len = strlen(what);

	if (!r->p)
		return false;
	for (size_t i = 0; i < len; i++)
		if (r->p[i] != what[i])
			return false;
	r->p += len;
	return true;
}

static void expect(struct reader *r, const char *what, const char *expected)
{
	if (r->p && !accept(r, what))
		refuse(r, r->p, expected);
}

static void skip_spaces(struct reader *r)
{
	while (accept(r, " "))
		;
}

/* One part is over: a space, or the end of the text. */
static void end_part(struct reader *r, const char *expected)
{
	if (r->p && *r->p != '\0' && *r->p != ' ')
		refuse(r, r->p, expected);
	skip_spaces(r);
}

/* A number of at most `max`. `expected` says so in words. */
static uint32_t read_number(struct reader *r, uint32_t max,
			    const char *expected)
{
	const char *start = r->p;
	uint64_t n = 0;

	if (!r->p)
		return 0;
	while (*r->p >= '0' && *r->p <= '9' && n <= max)
		n = n * 10 + (uint64_t)(*r->p++ - '0');
	if (r->p == start || n > max || (*start == '0' && r->p - start > 1))
		refuse(r, start, expected);
	return (uint32_t)n;
}

/* The port stands behind the last dot of what is read up to `end`. */
static void read_endpoint(struct reader *r, const char *end,
			  struct address *address, uint16_t *port)
{
	char text[ADDRESS_TEXT_BYTES];
	const char *start = r->p, *dot = end;

	if (!r->p)
		return;
	while (dot > start && *dot != '.')
		dot--;
	if (dot == start || (size_t)(dot - start) >= sizeof(text)) {
		refuse(r, start, "ADDRESS.PORT");
		return;
	}
	memcpy(text, start, (size_t)(dot - start));
	text[dot - start] = '\0';
	if (!address_parse(text, address)) {
		refuse(r, start, "ADDRESS.PORT");
		return;
	}
	r->p = dot + 1;
	*port = (uint16_t)read_number(r, UINT16_MAX, "a port (0 to 65535)");
	if (r->p && r->p != end)
		refuse(r, dot + 1, "a port (0 to 65535)");
}

static void read_ends(struct reader *r, struct segment *seg)
{
	const char *end = r->p + strcspn(r->p, " ");

	read_endpoint(r, end, &seg->src, &seg->src_port);
	skip_spaces(r);
	expect(r, "> ", "\"> \" after the first end");
	skip_spaces(r);
	if (!r->p)
		return;
	end = r->p + strcspn(r->p, " ");
	if (end == r->p || end[-1] != ':') {
		refuse(r, r->p, "ADDRESS.PORT and a colon");
		return;
	}
	read_endpoint(r, end - 1, &seg->dst, &seg->dst_port);
	expect(r, ":", "a colon after the second end");
	skip_spaces(r);
}

static void read_flags(struct reader *r, struct segment *seg)
{
	static const char expected[] = "flags (each of FSRP.UEWN once, or -)";
	const char *start = r->p, *letter;

	if (!r->p)
		return;
	if (!accept(r, "-")) {
		for (; *r->p && *r->p != ' '; r->p++) {
			letter = strchr(flag_letters, *r->p);
			if (!letter ||
			    seg->flags & 1u << (letter - flag_letters)) {
				refuse(r, start, expected);
				return;
			}
			seg->flags |= (uint16_t)(1u << (letter - flag_letters));
		}
	}
	if (r->p == start)
		refuse(r, start, expected);
	end_part(r, expected);
}

static void read_range(struct reader *r, struct segment *seg)
{
	static const char number[] = "START:END(LEN) of 32 bits each";
	const char *start = r->p;
	uint32_t end;

	seg->seq = read_number(r, UINT32_MAX, number);
	expect(r, ":", "a colon between START and END");
	end = read_number(r, UINT32_MAX, number);
	expect(r, "(", "(LEN) after END");
	seg->data_len = read_number(r, UINT32_MAX, number);
	expect(r, ")", "a closing parenthesis");
	if (r->p && end != seg->seq + seg->data_len)
		refuse(r, start, "END to be START + LEN");
	end_part(r, "a space after START:END(LEN)");
}

static void read_numbers(struct reader *r, struct segment *seg)
{
	if (accept(r, "ack ")) {
		seg->ack = read_number(r, UINT32_MAX, "a number of 32 bits");
		end_part(r, "a number of 32 bits");
	} else if (r->p && seg->flags & TCP_ACK) {
		refuse(r, r->p, "\"ack N\", for ACK is set");
	}
	expect(r, "win ", "\"win N\"");
	seg->window =
		(uint16_t)read_number(r, UINT16_MAX, "a window (0 to 65535)");
	end_part(r, "a window (0 to 65535)");
	if (!accept(r, "ttl "))
		return;
	seg->ttl = (uint8_t)read_number(r, UINT8_MAX, "a TTL (0 to 255)");
	end_part(r, "a TTL (0 to 255)");
}

/* One name of an option; the longest that fits. */
static void read_option(struct reader *r, struct segment *seg)
{
	size_t len = r->p ? strcspn(r->p, ",> ") : 0;

	for (size_t bit = 0; r->p && bit < ARRAY_SIZE(option_name); bit++) {
		if (strlen(option_name[bit]) != len ||
		    !accept(r, option_name[bit]))
			continue;
		seg->options |= (uint8_t)(1u << bit);
		return;
	}
	if (r->p)
		refuse(r, r->p,
		       "an option (mss wscale sackOK sack TS FO other "
		       "malformed)");
}

static void read_options(struct reader *r, struct segment *seg)
{
	if (!accept(r, "<"))
		return;
	do
		read_option(r, seg);
	while (accept(r, ","));
	expect(r, ">", "a comma or > after an option");
	end_part(r, "a space after >");
}

static void read_marks(struct reader *r, struct segment *seg)
{
	seg->local = accept(r, "local");
	if (seg->local)
		end_part(r, "a space after \"local\"");
	seg->source_routed = accept(r, "routed");
	skip_spaces(r);
	if (r->p && *r->p != '\0')
		refuse(r, r->p, "the end of the segment");
}

bool segment_text_parse(const char *text, struct segment *out,
			char error[static SEGMENT_TEXT_ERROR_BYTES])
{
	struct reader r = {text, text, error};
	struct segment seg = {.ttl = USUAL_TTL};

	read_ends(&r, &seg);
	read_flags(&r, &seg);
	read_range(&r, &seg);
	read_numbers(&r, &seg);
	read_options(&r, &seg);
	read_marks(&r, &seg);
	if (!r.p)
		return false;
	*out = seg;
	return true;
}

bool segment_text_endpoint(const char *text, struct address *address,
			   uint16_t *port)
{
	char error[SEGMENT_TEXT_ERROR_BYTES];
	struct reader r = {text, text, error};
	struct address a;
	uint16_t p = 0;

	read_endpoint(&r, text + strlen(text), &a, &p);
	if (!r.p)
		return false;
	*address = a;
	*port = p;
	return true;
}
