/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writer of events: an object a line, with the field names of EVE.
 *
 * Of findings and handshakes there are many: their lines are put together by
 * hand, which takes a thirtieth of the time, and can be done because nothing
 * in them needs escaping but an interface's name. The others are jansson's.
 */
#include "eve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/policy.h"

#define SECONDS_PER_DAY 86400

/* ---- by hand: each of these returns where the text ends ---- */

static inline char *put(char *p, const char *text)
{
	return stpcpy(p, text);
}

/* Numbers of two digits: "00" to "99". */
static inline char *put_pair(char *p, unsigned int n)
{
	p[0] = (char)('0' + n / 10);
	p[1] = (char)('0' + n % 10);
	return p + 2;
}

static inline char *put_port(char *p, unsigned int n)
{
	char *end = p + 1 + (n > 9) + (n > 99) + (n > 999) + (n > 9999);

	for (char *at = end; at > p; n /= 10)
		*--at = (char)('0' + n % 10);
	return end;
}

static char *put_address(char *p, const struct address *a)
{
	return p + strlen(address_format(a, p));
}

/* "2026-11-22T": the same for a whole day of packets. */
static char *put_date(char *p, uint64_t day)
{
	static uint64_t last_day;
	static char last[16] = "1970-01-01T";
	static size_t len = 11;
	time_t seconds = (time_t)(day * SECONDS_PER_DAY);
	struct tm utc;

	if (day != last_day && gmtime_r(&seconds, &utc)) {
		len = strftime(last, sizeof(last), "%Y-%m-%dT", &utc);
		last_day = day;
	}
	memcpy(p, last, len);
	return p + len;
}

/* "2026-11-22T17:47:00.123456+0000", as Suricata writes it. */
static char *put_time(char *p, uint64_t time_ns)
{
	uint64_t seconds = time_ns / NS_PER_S;
	unsigned int of_day = (unsigned int)(seconds % SECONDS_PER_DAY);
	unsigned int us = (unsigned int)(time_ns % NS_PER_S / 1000);

	p = put_date(p, seconds / SECONDS_PER_DAY);
	p = put_pair(p, of_day / 3600);
	*p++ = ':';
	p = put_pair(p, of_day / 60 % 60);
	*p++ = ':';
	p = put_pair(p, of_day % 60);
	*p++ = '.';
	p = put_pair(p, us / 10000);
	p = put_pair(p, us / 100 % 100);
	p = put_pair(p, us % 100);
	return put(p, "+0000");
}

/* "FIN,SYN", in the order of the header's bits. */
static char *put_flags(char *p, unsigned int flags)
{
	static const char *const name[] = {"FIN", "SYN", "RST", "PSH", "ACK",
					   "URG", "ECE", "CWR", "AE"};

	for (; flags; flags &= flags - 1) {
		p = put(p, name[__builtin_ctz(flags)]);
		if (flags & (flags - 1))
			*p++ = ',';
	}
	return p;
}

/* "\"syn-scan\",\"connect-scan\"", in the order of enum finding. */
static char *put_findings(char *p, unsigned int findings)
{
	for (; findings; findings &= findings - 1) {
		*p++ = '"';
		p = put(p, finding_name[__builtin_ctz(findings)]);
		*p++ = '"';
		if (findings & (findings - 1))
			*p++ = ',';
	}
	return p;
}

static char *put_ends(char *p, const struct address *src, uint16_t src_port,
		      const struct address *dst, uint16_t dst_port)
{
	p = put(p, "\",\"src_ip\":\"");
	p = put_address(p, src);
	p = put(p, "\",\"src_port\":");
	p = put_port(p, src_port);
	p = put(p, ",\"dest_ip\":\"");
	p = put_address(p, dst);
	p = put(p, "\",\"dest_port\":");
	p = put_port(p, dst_port);
	return put(p, ",\"proto\":\"TCP\"");
}

/*
 * The kernel forbids '/', ':' and white space in a name and nothing else:
 * quotes, controls and bytes that are no UTF-8 are replaced.
 */
static char *put_name(char *p, const char *name)
{
	for (int i = 0; i < 15 && name[i]; i++) {
		unsigned char c = (unsigned char)name[i];

		*p++ = c <= ' ' || c > '~' || c == '"' || c == '\\' ? '?'
								    : (char)c;
	}
	return p;
}

/* The last of every line. Returns its length. */
static size_t put_verdict(const char *line, char *p, bool dropped)
{
	p = put(p, ",\"verdict\":\"");
	p = put(p, dropped ? "drop\"}\n" : "accept\"}\n");
	return (size_t)(p - line);
}

size_t eve_finding(char line[static EVE_LINE_BYTES], const struct sighting *s,
		   const char *in_iface, uint64_t time_ns)
{
	char *p = put(line, "{\"timestamp\":\"");

	p = put_time(p, time_ns);
	p = put(p, "\",\"event_type\":\"finding");
	if (in_iface)
		p = put_name(put(p, "\",\"in_iface\":\""), in_iface);
	p = put_ends(p, &s->src, s->src_port, &s->dst, s->dst_port);
	p = put(p, ",\"direction\":\"");
	p = put(p, s->is_reply ? "to_client" : "to_server");
	p = put(p, "\",\"finding\":\"");
	p = put(p, finding_name[s->finding]);
	p = put(p, "\",\"grade\":\"");
	p = put(p, grade_name[policy_grade(s->finding)]);
	p = put(p, "\",\"flags\":\"");
	p = put_flags(p, s->flags);
	*p++ = '"';
	return put_verdict(line, p, s->dropped);
}

size_t eve_handshake(char line[static EVE_LINE_BYTES], const struct ending *e,
		     uint64_t time_ns)
{
	char *p = put(line, "{\"timestamp\":\"");
	const char *reason = ending_reason(e);

	p = put_time(p, time_ns);
	p = put(p, "\",\"event_type\":\"handshake");
	p = put_ends(p, &e->orig, e->orig_port, &e->resp, e->resp_port);
	p = put(p, ",\"conn_state\":\"");
	p = put(p, conn_state_name[e->conn_state]);
	p = put(p, "\",\"history\":\"");
	p = put(p, e->history);
	p = put(p, "\",\"findings\":[");
	p = put_findings(p, e->findings);
	*p++ = ']';
	if (reason)
		p = put(put(put(p, ",\"reason\":\""), reason), "\"");
	return put_verdict(line, p, e->dropped);
}

/* ---- by jansson ---- */

char *eve_time(uint64_t time_ns, char text[static EVE_TIME_BYTES])
{
	put_time(text, time_ns);
	return text;
}

json_t *eve_new(const char *event_type, uint64_t time_ns)
{
	char text[EVE_TIME_BYTES];

	return json_pack("{s:s, s:s}", "timestamp", eve_time(time_ns, text),
			 "event_type", event_type);
}

void eve_set_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

void eve_set_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_string(text));
}

json_t *eve_block(const struct notice *n, uint64_t time_ns)
{
	json_t *event = eve_new("block", time_ns);
	const struct offender *o = &n->offender;
	char text[PREFIX_TEXT_BYTES];

	eve_set_text(event, "src_ip", prefix_format(&o->source, text));
	eve_set_text(event, "reason", n->text);
	eve_set_text(event, "grade", grade_name[o->grade]);
	json_object_set_new(event, "score", json_real(o->score / 1000.0));
	eve_set_number(event, "timeout_s", n->timeout_s);
	json_object_set_new(event, "enforced", json_boolean(n->enforced));
	json_object_set_new(event, "evidence",
			    json_pack("{s:s, s:i, s:i}", "finding",
				      finding_name[o->finding], "ports",
				      (int)o->ports, "hosts", (int)o->hosts));
	return event;
}

char *eve_line(const json_t *object, char *buffer, size_t bytes, size_t *len)
{
	size_t need = json_dumpb(object, buffer, bytes, JSON_COMPACT);
	char *line = buffer;

	if (need == 0)
		return NULL;
	if (need >= bytes) {
		line = malloc(need + 1);
		if (!line ||
		    json_dumpb(object, line, need, JSON_COMPACT) != need) {
			free(line);
			return NULL;
		}
	}
	line[need] = '\n';
	*len = need + 1;
	return line;
}
