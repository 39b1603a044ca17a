/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses and prefixes: comparison and text. Our own text code because the
 * engine makes no system calls and links to nothing; it is short enough to
 * be read, and the tests hold it against inet_pton() and inet_ntop().
 */
#include "core/address.h"

#include <stdio.h>
#include <string.h>

/* One decimal number of at most `max`, without leading zeros. */
static const char *parse_decimal(const char *p, unsigned int max,
				 unsigned int *out)
{
	unsigned int n = 0;
	const char *start = p;

	while (*p >= '0' && *p <= '9' && n <= max)
		n = n * 10 + (unsigned int)(*p++ - '0');
	if (p == start || n > max || (*start == '0' && p - start > 1))
		return NULL;
	*out = n;
	return p;
}

static const char *parse_ipv4(const char *p, uint8_t out[static 4])
{
	unsigned int n;

	for (int i = 0; i < 4; i++) {
		if (i > 0 && *p++ != '.')
			return NULL;
		p = parse_decimal(p, 255, &n);
		if (!p)
			return NULL;
		out[i] = (uint8_t)n;
	}
	return p;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One group of one to four hex digits. */
static const char *parse_group(const char *p, uint8_t out[static 2])
{
	unsigned int n = 0;
	int digits = 0;

	while (digits < 4 && hex_value(*p) >= 0) {
		n = n << 4 | (unsigned int)hex_value(*p++);
		digits++;
	}
	if (digits == 0 || hex_value(*p) >= 0)
		return NULL;
	out[0] = (uint8_t)(n >> 8);
	out[1] = (uint8_t)n;
	return p;
}

/*
 * Text of RFC 4291 section 2.2. `gap` is where "::" stood; what follows it is
 * moved to the end once all is read.
 */
static const char *parse_ipv6(const char *p, uint8_t out[static 16])
{
	int len = 0, gap = -1;

	memset(out, 0, 16);
	if (p[0] == ':' && p[1] != ':')
		return NULL;
	while (len < 16) {
		if (p[0] == ':' && p[1] == ':') {
			if (gap >= 0)
				return NULL;
			gap = len;
			p += 2;
			if (hex_value(*p) < 0)
				break;
		} else if (len > 0 && gap != len) {
			if (*p != ':')
				break;
			p++;
		}
		if (len <= 12 && parse_ipv4(p, out + len)) {
			p = parse_ipv4(p, out + len);
			len += 4;
			break;
		}
		p = parse_group(p, out + len);
		if (!p)
			return NULL;
		len += 2;
	}
	/* "::" stands for one group at least. */
	if (gap < 0 ? len != 16 : len > 14)
		return NULL;
	if (gap >= 0) {
		int tail = len - gap;

		memmove(out + 16 - tail, out + gap, (size_t)tail);
		memset(out + gap, 0, (size_t)(16 - len));
	}
	return p;
}

/* Returns where the address ends, or NULL. */
static const char *parse_address(const char *text, struct address *out)
{
	uint8_t bytes[16];
	const char *end = parse_ipv4(text, bytes);

	if (end) {
		*out = address_from_ipv4(bytes);
		return end;
	}
	end = parse_ipv6(text, bytes);
	if (end)
		*out = address_from_ipv6(bytes);
	return end;
}

bool address_parse(const char *text, struct address *out)
{
	struct address a;
	const char *end = parse_address(text, &a);

	if (!end || *end != '\0')
		return false;
	*out = a;
	return true;
}

bool prefix_parse(const char *text, struct prefix *out)
{
	struct prefix p;
	unsigned int bits, most;
	const char *end = parse_address(text, &p.address);

	if (!end)
		return false;
	/* "::ffff:192.0.2.1" is an IPv4 address too: the text decides. */
	most = strchr(text, ':') ? 128 : 32;
	bits = most;
	if (*end == '/')
		end = parse_decimal(end + 1, most, &bits);
	if (!end || *end != '\0')
		return false;
	p.bits = (uint8_t)(bits + 128 - most);
	*out = p;
	return true;
}

static void format_ipv4(const uint8_t b[static 4], char *text)
{
	char *p = text;

	for (int i = 0; i < 4; i++) {
		unsigned int n = b[i], tens = n / 10;

		if (n >= 100)
			*p++ = (char)('0' + n / 100);
		if (n >= 10)
			*p++ = (char)('0' + tens % 10);
		*p++ = (char)('0' + n - tens * 10);
		*p++ = '.';
	}
	p[-1] = '\0';
}

/* The longest run of two or more zero groups, the first of equals. */
static int longest_zeros(const struct address *a, int *run)
{
	int best = -1, best_len = 1;

	for (int i = 0; i < 8; i++) {
		int len = 0;

		while (i + len < 8 && get_be16(a->byte + 2 * (i + len)) == 0)
			len++;
		if (len > best_len) {
			best = i;
			best_len = len;
		}
	}
	*run = best_len;
	return best;
}

static void format_ipv6(const struct address *a, char *text)
{
	char *p = text;
	int run, zeros = longest_zeros(a, &run);

	for (int i = 0; i < 8; i++) {
		if (i == zeros) {
			p += sprintf(p, "::");
			i += run - 1;
			continue;
		}
		p += sprintf(p, "%s%x", p == text || p[-1] == ':' ? "" : ":",
			     get_be16(a->byte + 2 * i));
	}
}

char *address_format(const struct address *a,
		     char text[static ADDRESS_TEXT_BYTES])
{
	if (address_is_ipv4(a))
		format_ipv4(a->byte + 12, text);
	else
		format_ipv6(a, text);
	return text;
}

char *prefix_format(const struct prefix *p, char text[static PREFIX_TEXT_BYTES])
{
	bool is_ipv4 = address_is_ipv4(&p->address) && p->bits >= 96;
	int bits = p->bits - (is_ipv4 ? 96 : 0);
	char address[ADDRESS_TEXT_BYTES];

	if (is_ipv4)
		format_ipv4(p->address.byte + 12, address);
	else
		format_ipv6(&p->address, address);
	if (p->bits == 128)
		snprintf(text, PREFIX_TEXT_BYTES, "%s", address);
	else
		snprintf(text, PREFIX_TEXT_BYTES, "%s/%d", address, bits);
	return text;
}
