/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects the errors of a configuration file, a line of safe text for each. */
#include <stdarg.h>
#include <string.h>

#include "config_reading.h"

/* Room for "\nand 4294967295 more errors". */
#define LEFT_OUT_BYTES 32

char *config_escape(const char *text, char *out, size_t bytes)
{
	size_t len = 0;

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		bool plain = byte >= ' ' && byte <= '~';

		if (len + (plain ? 1 : strlen("\\xHH")) >= bytes)
			break;
		if (plain)
			out[len++] = *text;
		else
			len += (size_t)sprintf(out + len, "\\x%02x", byte);
	}
	out[len] = '\0';
	return out;
}

/* The first error is cut to fit; another that does not fit is only counted. */
static void add(struct config_errors *e, const char *text)
{
	char safe[1024];
	size_t len;

	if (e->count++ == 0) {
		e->used = strlen(config_escape(text, e->text, e->bytes));
		return;
	}
	len = strlen(config_escape(text, safe, sizeof(safe)));
	if (e->left_out > 0 || e->used + 1 + len + LEFT_OUT_BYTES > e->bytes) {
		e->left_out++;
		return;
	}
	e->text[e->used++] = '\n';
	memcpy(e->text + e->used, safe, len + 1);
	e->used += len;
}

void config_errors_end(struct config_errors *e)
{
	if (e->left_out > 0 && e->used + LEFT_OUT_BYTES <= e->bytes)
		snprintf(e->text + e->used, LEFT_OUT_BYTES,
			 "\nand %u more error%s", e->left_out,
			 e->left_out == 1 ? "" : "s");
}

int config_complain(struct reading *r, const char *format, ...)
{
	char text[512], line[16] = "", all[768];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (r->line > 0)
		snprintf(line, sizeof(line), ":%d", r->line);
	snprintf(all, sizeof(all), "%s%s: %s", r->path, line, text);
	add(&r->errors, all);
	return 0;
}

int config_complain_malformed(struct reading *r)
{
	return config_complain(r, "neither \"[section]\" nor \"key = value\"");
}
