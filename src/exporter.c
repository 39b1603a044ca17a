/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handshaked-exporter: the daemon's metrics over HTTP, for Prometheus. A
 * program of its own, so that the daemon, which has a capability, listens on
 * no network. It asks the daemon as handshakectl does, one thing at a time;
 * whatever comes over the network costs the daemon one question in
 * ASK_INTERVAL_NS at most, and no connection lives longer than CLIENT_NS.
 */
#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control.h"
#include "core/base.h"
#include "exporter_options.h"
#include "log.h"
#include "loop.h"
#include "metrics.h"

#define MAX_CLIENTS     32
#define CLIENT_NS       (10 * NS_PER_S)
#define CLIENT_BYTES    8192 /* of a request, its headers included */
#define ASK_INTERVAL_NS (NS_PER_S / 4)

static const char front_page[] =
	"<!DOCTYPE html><title>handshaked-exporter</title>"
	"<a href=\"/metrics\">metrics</a>\n";

struct client {
	int fd; /* -1: a free place */
	uint64_t end_ns;
};

struct exporter {
	const char *socket_path;
	struct loop *loop;
	struct MHD_Daemon *http;
	struct client clients[MAX_CLIENTS];
	/* The last answer, as text; NULL before the first. */
	char *metrics;
	size_t metrics_bytes;
	uint64_t asked_ns;
	bool unreachable;
};

/* ---- the daemon's side ---- */

/* Said once, not with every scrape. */
static void note_reachable(struct exporter *e, bool reachable,
			   const char *error)
{
	if (!reachable && !e->unreachable)
		log_warnx("%s", error);
	else if (reachable && e->unreachable)
		log_info("the daemon answers");
	e->unreachable = !reachable;
}

static void ask_daemon(struct exporter *e)
{
	char request[] = "status", *words[] = {request}, error[256];
	json_t *status;
	FILE *out;

	status = control_ask(e->socket_path, 1, words, error, sizeof(error));
	if (status && !json_is_true(json_object_get(status, "ok")))
		snprintf(error, sizeof(error), "the daemon refused to answer");
	note_reachable(e, json_is_true(json_object_get(status, "ok")), error);
	free(e->metrics);
	e->metrics = NULL;
	out = open_memstream(&e->metrics, &e->metrics_bytes);
	if (out) {
		metrics_print(status, out);
		if (fclose(out) == EOF) {
			free(e->metrics);
			e->metrics = NULL;
		}
	}
	json_decref(status);
	e->asked_ns = loop_now_ns();
}

/* ---- the network's side ---- */

static enum MHD_Result respond(struct MHD_Connection *connection,
			       unsigned int code, const char *type,
			       const char *text, size_t bytes)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	response = MHD_create_response_from_buffer(bytes, (void *)text,
						   MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	/* A connection is one request: who waits for a place gets it sooner. */
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
					"GET, HEAD");
	result = MHD_queue_response(connection, code, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result respond_text(struct MHD_Connection *connection,
				    unsigned int code, const char *text)
{
	return respond(connection, code, "text/plain; charset=utf-8", text,
		       strlen(text));
}

/* Answered as soon as the headers are there; a body is not waited for. */
static enum MHD_Result answer(void *arg, struct MHD_Connection *connection,
			      const char *url, const char *method,
			      const char *version, const char *body,
			      size_t *body_bytes, void **context)
{
	struct exporter *e = arg;

	(void)version;
	(void)body;
	(void)body_bytes;
	(void)context;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return respond_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
				    "only GET\n");
	if (strcmp(url, "/") == 0)
		return respond(connection, MHD_HTTP_OK,
			       "text/html; charset=utf-8", front_page,
			       strlen(front_page));
	if (strcmp(url, "/metrics") != 0)
		return respond_text(connection, MHD_HTTP_NOT_FOUND,
				    "not here; see /metrics\n");
	if (!e->metrics || loop_now_ns() - e->asked_ns >= ASK_INTERVAL_NS)
		ask_daemon(e);
	if (!e->metrics)
		return respond_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
				    "no memory\n");
	return respond(connection, MHD_HTTP_OK, METRICS_CONTENT_TYPE,
		       e->metrics, e->metrics_bytes);
}

static int connection_fd(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

static void note_connection(void *arg, struct MHD_Connection *connection,
			    void **context,
			    enum MHD_ConnectionNotificationCode code)
{
	struct exporter *e = arg;
	struct client *c = *context;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (c)
			c->fd = -1;
		return;
	}
	for (c = e->clients; c < e->clients + MAX_CLIENTS; c++) {
		if (c->fd >= 0)
			continue;
		c->fd = connection_fd(connection);
		c->end_ns = loop_now_ns() + CLIENT_NS;
		*context = c;
		return;
	}
}

/*
 * libmicrohttpd's own time-out is of silence: who sends a byte now and then
 * would keep his place for ever.
 */
static void end_old_clients(struct exporter *e, uint64_t now_ns)
{
	for (struct client *c = e->clients; c < e->clients + MAX_CLIENTS; c++) {
		if (c->fd < 0 || now_ns < c->end_ns)
			continue;
		shutdown(c->fd, SHUT_RDWR);
		c->end_ns = UINT64_MAX;
	}
}

static void turn(void *arg, uint64_t now_ns)
{
	struct exporter *e = arg;
	MHD_UNSIGNED_LONG_LONG wait_ms;
	int rounds = 0;

	end_old_clients(e, now_ns);
	do {
		MHD_run(e->http);
	} while (++rounds < 2 * MAX_CLIENTS &&
		 MHD_get_timeout(e->http, &wait_ms) == MHD_YES && wait_ms == 0);
}

/* ---- start ---- */

/* Returns a descriptor, or -1 with errno set. */
static int listen_at(const struct sockaddr_storage *address, socklen_t bytes)
{
	const int on = 1;
	int fd = socket(address->ss_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    bind(fd, (const struct sockaddr *)address, bytes) == 0 &&
	    listen(fd, MAX_CLIENTS) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Takes the descriptor over when it succeeds. */
static int start_http(struct exporter *e, int fd)
{
	for (int i = 0; i < MAX_CLIENTS; i++)
		e->clients[i].fd = -1;
	e->http = MHD_start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, answer, e,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned int)MAX_CLIENTS, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned int)(CLIENT_NS / NS_PER_S),
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CLIENT_BYTES,
		MHD_OPTION_NOTIFY_CONNECTION, note_connection, e,
		MHD_OPTION_END);
	return e->http ? 0 : -1;
}

static void stop_loop(void *arg, int signal)
{
	struct exporter *e = arg;

	(void)signal;
	loop_stop(e->loop, 0);
}

static int run(struct exporter *e)
{
	static const int signals[] = {SIGTERM, SIGINT, 0};
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(e->http, MHD_DAEMON_INFO_EPOLL_FD);
	int rc;

	e->loop = loop_new();
	if (!e->loop || !info)
		return -1;
	rc = loop_on_signals(e->loop, signals, stop_loop, e);
	if (rc == 0)
		rc = loop_on_readable(e->loop, info->epoll_fd, turn, e);
	if (rc == 0)
		rc = loop_every(e->loop, 1000, turn, e);
	return rc == 0 ? loop_run(e->loop) : rc;
}

int main(int argc, char **argv)
{
	struct exporter e = {0};
	struct exporter_options o;
	int fd, rc = exporter_options_parse(&o, argc, argv);

	if (rc >= 0)
		return rc;
	e.socket_path = o.socket_path;
	log_open("handshaked-exporter", false);
	signal(SIGPIPE, SIG_IGN);
	fd = listen_at(&o.address, o.address_bytes);
	if (fd < 0) {
		log_warn("cannot listen at %s", o.listen_text);
		return EXIT_FAILURE;
	}
	rc = start_http(&e, fd);
	if (rc < 0) {
		log_warnx("HTTP cannot be served");
		close(fd);
		return EXIT_FAILURE;
	}
	log_info("metrics at http://%s/metrics", o.listen_text);
	rc = run(&e);
	MHD_stop_daemon(e.http);
	loop_free(e.loop);
	free(e.metrics);
	if (rc != 0)
		log_warnx("event loop failed");
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
