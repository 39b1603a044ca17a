/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names, times and numbers as a person reads them; and text made harmless. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "report.h"

#define US_PER_S INT64_C(1000000)

const char *report_finding_name(unsigned int finding)
{
	return finding < NUM_FINDINGS ? finding_name[finding] : "unknown";
}

const char *report_conn_state_words(enum conn_state conn_state)
{
	static const char *const words[] = {
		[CONN_S0] = "no answer to the SYN",
		[CONN_S1] = "established, its end not seen",
		[CONN_SF] = "established, closed by both sides",
		[CONN_REJ] = "refused: answered with a reset",
		[CONN_S2] = "established, closed by the opening side only",
		[CONN_S3] = "established, closed by the answering side only",
		[CONN_RSTO] = "answered, then reset by the opening side",
		[CONN_RSTR] = "answered, then reset by the answering side",
		[CONN_RSTOS0] = "not answered, then reset by the opening side",
		[CONN_RSTRH] = "SYN/ACK, then a reset; the SYN was not seen",
		[CONN_SH] = "SYN, then FIN; no answer was seen",
		[CONN_SHR] = "SYN/ACK, then FIN; the SYN was not seen",
		[CONN_OTH] = "its beginning was not seen",
	};
	_Static_assert(ARRAY_SIZE(words) == NUM_CONN_STATES,
		       "every conn_state has words");

	return words[conn_state];
}

/* ---- text of others ---- */

/* Length of the character that begins here, 0 if it is not UTF-8. */
static size_t character(const unsigned char *t, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = t[0] < 0x80   ? 1
		     : t[0] < 0xc2 ? 0
		     : t[0] < 0xe0 ? 2
		     : t[0] < 0xf0 ? 3
		     : t[0] < 0xf5 ? 4
				   : 0;

	*code = len == 1 ? t[0] : t[0] & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((t[i] & 0xc0) != 0x80) /* the NUL, too */
			return 0;
		*code = *code << 6 | (t[i] & 0x3f);
	}
	if (len && (*code < least[len] || *code > 0x10ffff ||
		    (*code >= 0xd800 && *code < 0xe000)))
		return 0;
	return len;
}

/* Controls, and what a reader cannot see but is led astray by. */
static bool is_harmful(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c ||
	       (code >= 0x200b && code < 0x2010) ||
	       (code >= 0x2028 && code < 0x202f) ||
	       (code >= 0x2060 && code < 0x2070) || code == 0xfeff ||
	       (code >= 0xfff9 && code <= 0xfffb) ||
	       (code & 0xfffe) == 0xfffe || code >= 0xe0000;
}

char *report_clean(char *out, size_t bytes, const char *text)
{
	const unsigned char *t = (const unsigned char *)text;
	size_t at = 0;

	while (*t) {
		uint32_t code;
		size_t len = character(t, &code);
		bool as_it_is = len && !is_harmful(code);
		size_t need = as_it_is ? len : 1;

		if (need >= bytes - at)
			break;
		if (as_it_is)
			memcpy(out + at, t, len);
		else
			out[at] = '?';
		at += need;
		t += len ? len : 1;
	}
	out[at] = '\0';
	return out;
}

/* ---- times and numbers ---- */

char *report_time(int64_t time_us, char text[static REPORT_TIME_BYTES])
{
	time_t seconds = (time_t)(time_us / US_PER_S);
	struct tm utc;

	if (time_us == REPORT_NO_TIME || !gmtime_r(&seconds, &utc))
		strcpy(text, "-");
	else
		strftime(text, REPORT_TIME_BYTES, "%Y-%m-%d %H:%M:%S", &utc);
	return text;
}

char *report_duration(int64_t us, char text[static REPORT_DURATION_BYTES])
{
	static const struct {
		int64_t seconds;
		const char *name, *rest;
		int64_t rest_seconds;
	} unit[] = {{86400, "d", "h", 3600},
		    {3600, "h", "min", 60},
		    {60, "min", "s", 1}};
	int64_t seconds = us / US_PER_S;

	if (us < 10 * US_PER_S) {
		if (us < US_PER_S)
			snprintf(text, REPORT_DURATION_BYTES, "%.3g ms",
				 (double)us / 1000);
		else
			snprintf(text, REPORT_DURATION_BYTES, "%.1f s",
				 (double)us / US_PER_S);
		return text;
	}
	snprintf(text, REPORT_DURATION_BYTES, "%" PRId64 " s", seconds);
	for (size_t i = 0; i < ARRAY_SIZE(unit); i++) {
		int64_t n = seconds / unit[i].seconds;
		int64_t rest = seconds % unit[i].seconds / unit[i].rest_seconds;

		if (n == 0)
			continue;
		if (rest && n < 100)
			snprintf(text, REPORT_DURATION_BYTES,
				 "%" PRId64 " %s %" PRId64 " %s", n,
				 unit[i].name, rest, unit[i].rest);
		else
			snprintf(text, REPORT_DURATION_BYTES, "%" PRId64 " %s",
				 n, unit[i].name);
		break;
	}
	return text;
}

char *report_timeout(uint32_t seconds, char text[static REPORT_DURATION_BYTES])
{
	if (seconds > 0)
		return report_duration(seconds * US_PER_S, text);
	return strcpy(text, "permanent");
}

char *report_number(uint64_t n, char text[static REPORT_NUMBER_BYTES])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n), at = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return text;
}
