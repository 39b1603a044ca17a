/* SPDX-License-Identifier: GPL-2.0-or-later */
/* resolv.conf(5): read when it has changed, a line at a time. */
#include "resolvers.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Of a file this much is read; the real ones have a few hundred bytes. */
#define MAX_FILE_BYTES 16384

static const char blanks[] = " \t\r\v\f";

void resolvers_init(struct resolvers *r, const char *file,
		    const char *stub_file)
{
	memset(r, 0, sizeof(*r));
	r->path[0] = file;
	r->path[1] = stub_file;
}

static void add(struct resolvers *r, const struct address *address)
{
	for (size_t i = 0; i < r->num; i++)
		if (address_equal(&r->address[i], address))
			return;
	if (r->num < RESOLVERS_MAX)
		r->address[r->num++] = *address;
}

static bool is_loopback(const struct address *address)
{
	struct prefix p;

	return (prefix_parse("127.0.0.0/8", &p) && prefix_holds(&p, address)) ||
	       (prefix_parse("::1", &p) && prefix_holds(&p, address));
}

/* Moves *text past a word that ends at a blank or with the line. */
static size_t take_word(const char **text, const char *end)
{
	const char *start = *text;

	while (*text < end && !strchr(blanks, **text))
		++*text;
	return (size_t)(*text - start);
}

/* As the resolver reads it: the keyword in the first column. */
static bool parse_line(const char *line, const char *end, struct address *out)
{
	static const char keyword[] = "nameserver";
	char text[64]; /* no address is that long */
	const char *word = line;
	size_t len = take_word(&word, end);

	if (len != strlen(keyword) || memcmp(line, keyword, len) != 0)
		return false;
	while (word < end && strchr(blanks, *word))
		word++;
	line = word;
	len = take_word(&word, end);
	for (size_t i = 0; i < len; i++)
		if (strchr("%;#", line[i]))
			len = i;
	if (len >= sizeof(text))
		return false;
	memcpy(text, line, len);
	text[len] = '\0';
	return address_parse(text, out);
}

bool resolvers_parse(struct resolvers *r, const char *text, size_t bytes)
{
	const char *const end = text + bytes;
	bool loopback = false;
	struct address address;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = newline ? newline : end;

		if (parse_line(text, line_end, &address)) {
			if (is_loopback(&address))
				loopback = true;
			else
				add(r, &address);
		}
		text = newline ? newline + 1 : end;
	}
	return loopback;
}

/* Nothing that is no plain file: to open a FIFO would be to wait. */
static size_t read_file(const char *path, char *bytes, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		n = 0;
	while (n > 0 && len < max) {
		n = read(fd, bytes + len, max - len);
		if (n > 0)
			len += (size_t)n;
	}
	close(fd);
	return len;
}

static void read_files(struct resolvers *r)
{
	char bytes[MAX_FILE_BYTES];
	bool loopback = true;

	r->num = 0;
	for (size_t i = 0; i < ARRAY_SIZE(r->path) && loopback; i++) {
		size_t len = read_file(r->path[i], bytes, sizeof(bytes));

		loopback = resolvers_parse(r, bytes, len);
	}
}

/* Is it another file, or one with other contents, than the last time? */
static bool file_changed(const char *path, struct stat *last)
{
	struct stat now;
	bool same;

	if (stat(path, &now) < 0)
		memset(&now, 0, sizeof(now));
	same = now.st_dev == last->st_dev && now.st_ino == last->st_ino &&
	       now.st_size == last->st_size &&
	       now.st_mtim.tv_sec == last->st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == last->st_mtim.tv_nsec &&
	       now.st_ctim.tv_sec == last->st_ctim.tv_sec &&
	       now.st_ctim.tv_nsec == last->st_ctim.tv_nsec;
	*last = now;
	return !same;
}

bool resolvers_refresh(struct resolvers *r)
{
	const struct resolvers before = *r;
	bool changed = false;

	for (size_t i = 0; i < ARRAY_SIZE(r->path); i++)
		changed |= file_changed(r->path[i], &r->read[i]);
	if (!changed)
		return false;
	read_files(r);
	return r->num != before.num ||
	       memcmp(r->address, before.address,
		      r->num * sizeof(r->address[0])) != 0;
}
