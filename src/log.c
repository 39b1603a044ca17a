/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place that writes log lines. It exists so that a line is the same
 * under systemd and on a terminal, is written in one piece, and cannot be
 * forged or torn by what is inside it.
 */
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

/* Where in the source a line was written is nobody's business. */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "core/base.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

#define LINE_BYTES 1024
/* Leaves room on the line for the program's name and errno's text. */
#define TEXT_BYTES 896

static struct {
	const char *name;
	bool debug;
	bool journal; /* standard error goes to journald */
	bool fields;  /* and it takes lines with fields */
} logger = {.name = "handshaked"};

/*
 * systemd tells which stream it gave us as "device:inode" (systemd.exec(5));
 * standard error may have been redirected since.
 */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[48];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) < 0)
		return false;
	snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev,
		 (uintmax_t)st.st_ino);
	return strcmp(stream, ours) == 0;
}

void log_open(const char *name, bool debug)
{
	const int saved_errno = errno;

	logger.name = name;
	logger.debug = debug;
	logger.journal = stderr_is_journal();
	/* Without it libsystemd would say that all is well. */
	logger.fields = logger.journal && access(JOURNAL_SOCKET, F_OK) == 0;
	errno = saved_errno;
}

/* A newline would start a forged line, an escape would move the cursor. */
static void replace_controls(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

/* `error` is an errno value whose text is appended, or 0. */
__attribute__((format(printf, 3, 0))) static void
write_line(int priority, int error, const char *format, va_list args)
{
	const int saved_errno = errno;
	char prefix[64], text[TEXT_BYTES], line[LINE_BYTES];
	size_t len;

	/* journald puts the name on the line itself. */
	if (logger.journal)
		snprintf(prefix, sizeof(prefix), "<%d>", priority);
	else
		snprintf(prefix, sizeof(prefix), "%s: ", logger.name);
	vsnprintf(text, sizeof(text), format, args);
	snprintf(line, sizeof(line) - 1, "%s%s%s%s", prefix, text,
		 error ? ": " : "", error ? strerror(error) : "");
	replace_controls(line);
	len = strlen(line);
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, len) < 0) {
		/* There is nowhere left to say so. */
	}
	errno = saved_errno;
}

void log_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_WARNING, errno, format, args);
	va_end(args);
}

void log_warnx(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_WARNING, 0, format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_INFO, 0, format, args);
	va_end(args);
}

void log_debug(const char *format, ...)
{
	va_list args;

	if (!logger.debug)
		return;
	va_start(args, format);
	write_line(LOG_DEBUG, 0, format, args);
	va_end(args);
}

/* ---- with fields ---- */

__attribute__((format(printf, 2, 3))) static void
put_line(int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(priority, 0, format, args);
	va_end(args);
}

/* What goes to the journal in one datagram. */
struct message {
	struct iovec field[LOG_MAX_FIELDS + 3];
	int num;
	char text[4 * LINE_BYTES];
	size_t used;
};

/* What has no room is left out. */
static void put_field(struct message *m, const char *name, const char *value)
{
	char *text = m->text + m->used;
	size_t room = sizeof(m->text) - m->used;
	int len = snprintf(text, room, "%s=%s", name, value);

	if (len < 0 || (size_t)len >= room ||
	    m->num == (int)ARRAY_SIZE(m->field))
		return;
	replace_controls(text);
	m->field[m->num++] = (struct iovec){text, (size_t)len};
	m->used += (size_t)len + 1;
}

static bool send_to_journal(int priority, const struct log_field *fields,
			    const char *line)
{
	struct message m = {.num = 0};
	char number[16];

	snprintf(number, sizeof(number), "%d", priority);
	put_field(&m, "MESSAGE", line);
	put_field(&m, "PRIORITY", number);
	put_field(&m, "SYSLOG_IDENTIFIER", logger.name);
	for (; fields->name; fields++)
		put_field(&m, fields->name, fields->value);
	return sd_journal_sendv(m.field, m.num) >= 0;
}

void log_event(int priority, const struct log_field *fields, const char *line)
{
	const int saved_errno = errno;

	if (!logger.fields || !send_to_journal(priority, fields, line))
		put_line(priority, "%s", line);
	errno = saved_errno;
}
