/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other end of the control socket: one request, one answer. Apart from
 * control.c so that handshakectl links nothing of the daemon's. It may block,
 * for a while: a person is waiting.
 */
#include "control.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static bool append(char line[static CONTROL_REQUEST_BYTES], size_t *len,
		   const char *text)
{
	size_t bytes = strlen(text);

	if (bytes >= CONTROL_REQUEST_BYTES - *len)
		return false;
	memcpy(line + *len, text, bytes + 1);
	*len += bytes;
	return true;
}

/* Joins the words into a request line; -EMSGSIZE when they are too long. */
static ssize_t write_request(int argc, char **argv,
			     char line[static CONTROL_REQUEST_BYTES])
{
	size_t len = 0;

	for (int i = 0; i < argc; i++) {
		const char *quote = strpbrk(argv[i], " \t") ? "\"" : "";

		if (!append(line, &len, quote) ||
		    !append(line, &len, argv[i]) || !append(line, &len, quote))
			return -EMSGSIZE;
		line[len++] = i + 1 < argc ? ' ' : '\n';
	}
	return (ssize_t)len;
}

/* Nothing the daemon does may keep us for longer than it allows a client. */
static int limit_waiting(int fd)
{
	const struct timeval limit = {.tv_sec = CONTROL_CLIENT_SECONDS};

	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0)
		return -errno;
	return 0;
}

/* Returns a connected socket or -errno. */
static int connect_daemon(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, rc;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	rc = limit_waiting(fd);
	if (rc == 0 &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		rc = -errno;
	if (rc < 0) {
		close(fd);
		return rc;
	}
	return fd;
}

/*
 * The group that may connect: the socket's, or, where its directory hides the
 * socket, the directory's.
 */
static const char *group_of(const char *path)
{
	char directory[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	const struct group *group;
	struct stat st;

	snprintf(directory, sizeof(directory), "%s", path);
	if (stat(path, &st) < 0 && stat(dirname(directory), &st) < 0)
		return "handshaked";
	group = getgrgid(st.st_gid);
	return group ? group->gr_name : "handshaked";
}

static void explain_refusal(const char *path, const char *reason, char *error,
			    size_t bytes)
{
	const char *group = group_of(path);

	if (strcmp(group, "root") == 0)
		snprintf(error, bytes,
			 "cannot reach the daemon at %s: %s; be root", path,
			 reason);
	else
		snprintf(error, bytes,
			 "cannot reach the daemon at %s: %s; be root, or of"
			 " the group %s to look: adduser USER %s",
			 path, reason, group, group);
}

/* One line of text on what went wrong, where, and what to do about it. */
static void explain(int rc, const char *path, char *error, size_t bytes)
{
	switch (-rc) {
	case ENOENT:
	case ECONNREFUSED:
		snprintf(error, bytes,
			 "cannot reach the daemon at %s: %s; is it running?"
			 " (systemctl status handshaked)",
			 path, strerror(-rc));
		break;
	case EACCES:
	case EPERM:
		explain_refusal(path, strerror(-rc), error, bytes);
		break;
	case EAGAIN:
		snprintf(error, bytes,
			 "the daemon at %s does not answer (systemctl status"
			 " handshaked)",
			 path);
		break;
	default:
		snprintf(error, bytes, "cannot reach the daemon at %s: %s",
			 path, strerror(-rc));
	}
}

/*
 * Sends all of the line. A daemon that has too many clients answers and
 * closes without reading: then sending fails, and there is something to read.
 */
static int send_request(int fd, const char *line, size_t bytes)
{
	ssize_t n;

	while (bytes > 0) {
		n = send(fd, line, bytes, MSG_NOSIGNAL);
		if (n < 0 && errno == EPIPE)
			return 0;
		if (n < 0)
			return -errno;
		line += n;
		bytes -= (size_t)n;
	}
	return 0;
}

/* Takes the descriptor over. */
static json_t *read_answer(int fd, const char *path, char *error, size_t bytes)
{
	FILE *in = fdopen(fd, "r");
	json_error_t fault;
	json_t *answer;

	if (!in) {
		explain(-errno, path, error, bytes);
		close(fd);
		return NULL;
	}
	/* The object's end is the answer's; what follows is not waited for. */
	answer = json_loadf(in, JSON_DISABLE_EOF_CHECK, &fault);
	if (!answer && ferror(in))
		explain(-errno, path, error, bytes);
	else if (!json_is_object(answer))
		snprintf(error, bytes, "no valid answer from the daemon: %s",
			 answer ? "not an object" : fault.text);
	fclose(in);
	if (json_is_object(answer))
		return answer;
	json_decref(answer);
	return NULL;
}

json_t *control_ask(const char *path, int argc, char **argv, char *error,
		    size_t error_bytes)
{
	char line[CONTROL_REQUEST_BYTES];
	ssize_t len = write_request(argc, argv, line);
	int fd, rc;

	if (len < 0) {
		snprintf(error, error_bytes, "request longer than %d bytes",
			 CONTROL_REQUEST_BYTES);
		return NULL;
	}
	fd = connect_daemon(path);
	if (fd < 0) {
		explain(fd, path, error, error_bytes);
		return NULL;
	}
	rc = send_request(fd, line, (size_t)len);
	if (rc < 0) {
		explain(rc, path, error, error_bytes);
		close(fd);
		return NULL;
	}
	return read_answer(fd, path, error, error_bytes);
}
