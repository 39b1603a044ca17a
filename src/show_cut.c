/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cuts text to the size of a screen. A terminal that does not wrap lines writes
 * what is too long over its last column, so lines are cut here.
 */
#include "show.h"

/* Length of the escape sequence at `text`, as "\033[1m"; 0: there is none. */
static size_t escape_bytes(const char *text)
{
	size_t len = 2;

	if (text[0] != '\033' || text[1] != '[')
		return 0;
	while (text[len] >= ' ' && text[len] < '@') /* parameters */
		len++;
	return text[len] ? len + 1 : len;
}

/* Bytes of the character at `text`: UTF-8, or one byte of anything else. */
static size_t character_bytes(const char *text)
{
	const unsigned char first = (unsigned char)text[0];
	size_t len = 1, whole = first >= 0xf0   ? 4
				: first >= 0xe0 ? 3
				: first >= 0xc0 ? 2
						: 1;

	while (len < whole && ((unsigned char)text[len] & 0xc0) == 0x80)
		len++;
	return len;
}

/* One line up to its newline or end, which is returned. */
static const char *cut_line(const char *text, int columns, FILE *out)
{
	int column = 0;
	size_t len;

	while (*text && *text != '\n') {
		len = escape_bytes(text);
		if (len > 0) { /* takes no room, and may end a colour */
			fwrite(text, 1, len, out);
		} else {
			len = character_bytes(text);
			if (column++ < columns)
				fwrite(text, 1, len, out);
		}
		text += len;
	}
	return text;
}

int show_cut(const char *text, int columns, int rows, FILE *out)
{
	int row = 0;

	while (*text && row < rows) {
		text = cut_line(text, columns, out);
		if (*text == '\n')
			text++;
		fputc('\n', out);
		row++;
	}
	return row;
}
