/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What handshakectl can ask of the running daemon: a table of requests, each
 * answered with a JSON object.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon.h"
#include "log.h"

const char *request_mode_name(enum judge_mode mode)
{
	return mode == MODE_ENFORCE ? "enforce" : "observe";
}

json_t *request_done(const char *format, ...)
{
	va_list ap;
	json_t *text;

	va_start(ap, format);
	text = json_vsprintf(format, ap);
	va_end(ap);
	return json_pack("{s:b, s:o}", "ok", 1, "message", text);
}

const char *request_reason(int error)
{
	if (error == -ENOENT)
		return "table inet " BLOCKLIST_TABLE
		       " is not there: systemctl restart handshaked-rules";
	if (error == -ENFILE)
		return "the set is full: raise its size in handshaked.nft";
	return strerror(-error);
}

json_t *request_number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

json_t *request_timestamp(uint64_t at_ns)
{
	struct timespec wall;
	uint64_t now_ns = loop_now_ns(), us;
	char text[48], zone[8];
	struct tm tm;
	time_t s;

	clock_gettime(CLOCK_REALTIME, &wall);
	us = (uint64_t)wall.tv_sec * 1000000 + (uint64_t)wall.tv_nsec / 1000;
	if (at_ns > now_ns)
		us += (at_ns - now_ns) / 1000;
	else
		us -= (now_ns - at_ns) / 1000;
	s = (time_t)(us / 1000000);
	localtime_r(&s, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	return json_sprintf("%s.%06u%s", text, (unsigned int)(us % 1000000),
			    zone);
}

unsigned int request_entries(int argc, char **argv, unsigned int usual)
{
	unsigned long n;

	if (argc < 2)
		return usual;
	if (argv[1][strspn(argv[1], "0123456789")] != '\0' ||
	    strlen(argv[1]) > 8)
		return 0;
	n = strtoul(argv[1], NULL, 10);
	return n <= REQUEST_MOST_ENTRIES ? (unsigned int)n : 0;
}

/* ---- changes ---- */

/* With nothing behind the prefix: that may be a typing error. */
json_t *request_parse_network(const char *text, struct prefix *out)
{
	char whole[PREFIX_TEXT_BYTES], one[ADDRESS_TEXT_BYTES];
	struct prefix net;

	if (!prefix_parse(text, out))
		return control_error(REQUEST_NETWORK_FORM, text);
	net = prefix_network(out);
	if (address_equal(&net.address, &out->address))
		return NULL;
	return control_error("\"%s\": the network is %s, the address %s", text,
			     prefix_format(&net, whole),
			     address_format(&out->address, one));
}

static json_t *mode(struct daemon *d, int argc, char **argv)
{
	const char *name;

	if (argc == 2 && strcmp(argv[1], "enforce") == 0)
		daemon_set_mode(d, MODE_ENFORCE);
	else if (argc == 2 && strcmp(argv[1], "observe") == 0)
		daemon_set_mode(d, MODE_OBSERVE);
	else if (argc == 2)
		return control_error("mode \"%s\": must be enforce or observe",
				     argv[1]);
	if (argc == 2)
		notices_mode(d, argv[1]);
	name = request_mode_name(judge_mode(d->judge));
	return json_pack("{s:b, s:o, s:s, s:o}", "ok", 1, "message",
			 json_sprintf("mode is %s", name), "mode", name,
			 "since",
			 request_timestamp(d->mode_since_ns ? d->mode_since_ns
							    : d->started_ns));
}

/*
 * `reads`: with so few words it only looks, whoever asks; with more, or with
 * `reads` 0 always, it changes something.
 */
static const struct request {
	const char *name;
	int min_words, max_words; /* its name among them */
	int reads;
	json_t *(*answer)(struct daemon *d, int argc, char **argv);
} requests[] = {
	{"status", 1, 1, 1, request_status},
	{"sources", 1, 2, 2, request_sources},
	{"blocklist", 1, 2, 2, request_blocklist},
	{"explain", 2, 2, 2, request_explain},
	{"block", 2, 4, 0, request_block},
	{"unblock", 2, 2, 0, request_unblock},
	{"allow", 1, 2, 1, request_allow},
	{"disallow", 2, 2, 0, request_disallow},
	{"mode", 1, 2, 1, mode},
	{"reload", 1, 1, 0, request_reload},
};

static bool may_change(uid_t peer)
{
	return peer == 0 || peer == geteuid();
}

static json_t *try_request(struct daemon *d, const struct request *r,
			   uid_t peer, int argc, char **argv)
{
	if (argc < r->min_words || argc > r->max_words)
		return control_error("%s: wrong number of words", r->name);
	if (argc > r->reads && !may_change(peer))
		return control_error("%s changes something, which only root"
				     " may: try it with sudo",
				     r->name);
	d->peer = peer;
	return r->answer(d, argc, argv);
}

/* One of many sources may be refused: the answer has its name. */
static json_t *answer(struct daemon *d, const struct request *r, uid_t peer,
		      int argc, char **argv)
{
	json_t *o = try_request(d, r, peer, argc, argv);

	if ((r->answer == request_block || r->answer == request_unblock) &&
	    argc > 1 && strcmp(argv[1], "all") != 0 &&
	    !json_is_true(json_object_get(o, "ok")))
		json_object_set_new(o, "source", json_string(argv[1]));
	return o;
}

json_t *daemon_request(void *arg, uid_t peer, int argc, char **argv)
{
	for (size_t i = 0; argc > 0 && i < ARRAY_SIZE(requests); i++)
		if (strcmp(argv[0], requests[i].name) == 0)
			return answer(arg, &requests[i], peer, argc, argv);
	return control_error("unknown request \"%s\"", argc ? argv[0] : "");
}
