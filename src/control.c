/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's end of the control socket. It lives beside the packet path, so
 * a client may be slow, silent or hostile and the daemon must not notice: a
 * fixed number of slots, each with a request that fits its buffer, an answer
 * that is sent as the socket takes it, and a deadline for both together.
 */
#include "control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base.h"

struct client {
	int fd; /* -1: the slot is free */
	uid_t peer;
	uint64_t deadline_ns;
	char request[CONTROL_REQUEST_BYTES];
	size_t request_bytes;
	char *answer; /* NULL while the request is being read */
	size_t answer_bytes, sent_bytes;
};

struct control {
	int epoll_fd, listen_fd;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	control_request_fn request;
	void *arg;
	struct client clients[CONTROL_MAX_CLIENTS];
};

json_t *control_error(const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return json_pack("{s:b, s:s}", "ok", 0, "error", text);
}

/*
 * The answer as a line, `*bytes` long and to be freed; NULL without memory.
 * Takes the reference to `answer`.
 */
static char *answer_line(json_t *answer, size_t *bytes)
{
	char *line;

	if (!answer)
		answer = control_error("internal error");
	line = json_dumps(answer, CONTROL_JSON_FLAGS);
	json_decref(answer);
	if (line) {
		*bytes = strlen(line) + 1;
		line[*bytes - 1] = '\n'; /* where the NUL was */
	}
	return line;
}

static void drop_client(struct client *cl)
{
	close(cl->fd); /* leaves the epoll set with it */
	free(cl->answer);
	cl->fd = -1;
	cl->answer = NULL;
}

/* Sends what the socket takes; drops the client when that was all. */
static void send_answer(struct client *cl)
{
	ssize_t n = send(cl->fd, cl->answer + cl->sent_bytes,
			 cl->answer_bytes - cl->sent_bytes, MSG_NOSIGNAL);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		cl->sent_bytes += (size_t)n;
	if (n < 0 || cl->sent_bytes == cl->answer_bytes)
		drop_client(cl);
}

/* From here on the client is only written to. */
static void start_answer(struct control *c, struct client *cl, json_t *answer)
{
	struct epoll_event writable = {.events = EPOLLOUT, .data.ptr = cl};

	cl->answer = answer_line(answer, &cl->answer_bytes);
	cl->sent_bytes = 0;
	if (!cl->answer ||
	    epoll_ctl(c->epoll_fd, EPOLL_CTL_MOD, cl->fd, &writable) < 0)
		drop_client(cl);
	else
		send_answer(cl);
}

static bool is_printable(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if ((text[i] < ' ' || text[i] > '~') && text[i] != '\t')
			return false;
	return true;
}

/*
 * Cuts the next word out of `*rest`: up to a blank, or what stands in double
 * quotes. Returns NULL at the end, and if a quote is not closed, which leaves
 * `*rest` at it.
 */
static char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t"), *end;
	const bool is_quoted = *word == '"';

	*rest = word;
	if (is_quoted)
		word++;
	end = word + strcspn(word, is_quoted ? "\"" : " \t");
	if (is_quoted ? !*end : end == word)
		return NULL;
	*rest = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

/* `line` is without its newline; the words are cut out of it in place. */
static json_t *answer_request(const struct control *c, uid_t peer, char *line,
			      size_t bytes)
{
	char *argv[CONTROL_MAX_WORDS + 1];
	char *word, *rest = line;
	int argc = 0;

	if (!is_printable(line, bytes))
		return control_error("request is not printable ASCII");
	while ((word = next_word(&rest))) {
		if (argc == CONTROL_MAX_WORDS)
			return control_error("request of more than %d words",
					     CONTROL_MAX_WORDS);
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	if (*rest)
		return control_error("request has a quote that is not closed");
	if (argc == 0)
		return control_error("request is empty");
	return c->request(c->arg, peer, argc, argv);
}

static void read_request(struct control *c, struct client *cl)
{
	char *start = cl->request + cl->request_bytes;
	ssize_t n =
		recv(cl->fd, start, sizeof(cl->request) - cl->request_bytes, 0);
	char *newline;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop_client(cl);
		return;
	}
	cl->request_bytes += (size_t)n;
	newline = memchr(start, '\n', (size_t)n);
	if (newline) {
		*newline = '\0';
		start_answer(c, cl,
			     answer_request(c, cl->peer, cl->request,
					    (size_t)(newline - cl->request)));
	} else if (cl->request_bytes == sizeof(cl->request)) {
		start_answer(c, cl,
			     control_error("request longer than %d bytes",
					   CONTROL_REQUEST_BYTES));
	}
}

static struct client *free_slot(struct control *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(c->clients); i++)
		if (c->clients[i].fd < 0)
			return &c->clients[i];
	return NULL;
}

/* One too many: it is told, as far as its socket takes that at once. */
static void turn_away(int fd)
{
	size_t bytes;
	char *line = answer_line(control_error("too many clients, try again"),
				 &bytes);

	if (line)
		send(fd, line, bytes, MSG_NOSIGNAL);
	free(line);
	close(fd);
}

static void take_client(struct control *c, int fd, uint64_t now_ns)
{
	struct client *cl = free_slot(c);
	struct epoll_event readable = {.events = EPOLLIN, .data.ptr = cl};
	struct ucred peer;
	socklen_t bytes = sizeof(peer);

	if (!cl) {
		turn_away(fd);
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) < 0 ||
	    epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, fd, &readable) < 0) {
		close(fd);
		return;
	}
	cl->fd = fd;
	cl->peer = peer.uid;
	cl->request_bytes = 0;
	cl->deadline_ns = now_ns + CONTROL_CLIENT_SECONDS * NS_PER_S;
}

/* A bounded number a turn; epoll reports again what is left. */
static void accept_clients(struct control *c, uint64_t now_ns)
{
	int fd;

	for (int i = 0; i < CONTROL_MAX_CLIENTS; i++) {
		fd = accept4(c->listen_fd, NULL, NULL,
			     SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			return;
		take_client(c, fd, now_ns);
	}
}

static void drop_late_clients(struct control *c, uint64_t now_ns)
{
	for (size_t i = 0; i < ARRAY_SIZE(c->clients); i++) {
		struct client *cl = &c->clients[i];

		if (cl->fd >= 0 && now_ns >= cl->deadline_ns)
			drop_client(cl);
	}
}

void control_turn(struct control *c, uint64_t now_ns)
{
	struct epoll_event events[CONTROL_MAX_CLIENTS + 1];
	int n = epoll_wait(c->epoll_fd, events, ARRAY_SIZE(events), 0);

	/*
	 * A client is in `events` once and dropped on its own event only, so
	 * no event is left over for a slot that was given away meanwhile.
	 */
	for (int i = 0; i < n; i++) {
		struct client *cl = events[i].data.ptr;

		if (!cl)
			accept_clients(c, now_ns);
		else if (cl->answer)
			send_answer(cl);
		else
			read_request(c, cl);
	}
	drop_late_clients(c, now_ns);
}

int control_fd(const struct control *c)
{
	return c->epoll_fd;
}

/*
 * Removes a socket that nobody listens on any more. The kernel refuses a
 * connection to any other kind of file in the same way; that one stays, and
 * bind() will say that the address is in use.
 */
static int remove_abandoned(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct stat st;
	int rc;

	if (fd < 0)
		return -errno;
	rc = connect(fd, (const struct sockaddr *)address, sizeof(*address));
	if (rc == 0 || errno == EAGAIN) /* its backlog may be full */
		rc = -EADDRINUSE;
	else
		rc = -errno;
	close(fd);
	if (rc == -ENOENT)
		return 0;
	if (rc != -ECONNREFUSED)
		return rc;
	if (lstat(address->sun_path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(address->sun_path);
	return 0;
}

/* With mode 0660 from its first moment, whatever the umask is. */
static int bind_socket(int fd, const struct sockaddr_un *address)
{
	mode_t old_mask = umask(0117);
	int rc = bind(fd, (const struct sockaddr *)address, sizeof(*address));

	if (rc < 0)
		rc = -errno;
	umask(old_mask);
	return rc;
}

static int start_listening(struct control *c)
{
	struct epoll_event readable = {.events = EPOLLIN, .data.ptr = NULL};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int rc;

	strcpy(address.sun_path, c->path);
	c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	c->listen_fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->epoll_fd < 0 || c->listen_fd < 0 ||
	    epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, c->listen_fd, &readable) < 0)
		return -errno;
	rc = remove_abandoned(&address);
	if (rc < 0)
		return rc;
	rc = bind_socket(c->listen_fd, &address);
	if (rc < 0)
		return rc;
	if (listen(c->listen_fd, CONTROL_MAX_CLIENTS) < 0) {
		rc = -errno;
		unlink(c->path);
	}
	return rc;
}

static void release(struct control *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(c->clients); i++)
		if (c->clients[i].fd >= 0)
			drop_client(&c->clients[i]);
	if (c->listen_fd >= 0)
		close(c->listen_fd);
	if (c->epoll_fd >= 0)
		close(c->epoll_fd);
	free(c);
}

struct control *control_open(const char *path, control_request_fn request,
			     void *arg)
{
	struct control *c;
	int rc;

	if (strlen(path) >= sizeof(c->path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	strcpy(c->path, path);
	c->request = request;
	c->arg = arg;
	c->epoll_fd = c->listen_fd = -1;
	for (size_t i = 0; i < ARRAY_SIZE(c->clients); i++)
		c->clients[i].fd = -1;
	rc = start_listening(c);
	if (rc < 0) {
		release(c);
		errno = -rc;
		return NULL;
	}
	return c;
}

void control_close(struct control *c)
{
	if (!c)
		return;
	unlink(c->path);
	release(c);
}
