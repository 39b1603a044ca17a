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

/* Digits only, 10 s to 30 days, as the configuration's block_time. */
static bool parse_seconds(const char *text, uint32_t *out)
{
	char *end;
	unsigned long n;

	if (text[strspn(text, "0123456789")] != '\0' || strlen(text) > 8)
		return false;
	n = strtoul(text, &end, 10);
	if (end == text || n < 10 || n > 2592000)
		return false;
	*out = (uint32_t)n;
	return true;
}

bool request_parse_source(const char *text, struct prefix *out)
{
	if (!prefix_parse(text, out) || !blocklist_takes(out))
		return false;
	memset(out->address.byte + out->bits / 8, 0, 16 - out->bits / 8);
	return true;
}

/* The block stands in any case; this makes it outlive daemon and rules. */
static void remember_block(struct daemon *d, const struct prefix *source,
			   uint32_t seconds)
{
	const uint64_t now_ns = loop_now_ns();
	const struct operator_block b = {*source, now_ns,
					 now_ns + seconds * NS_PER_S};

	d->lists.changed = true;
	if (!operator_list_add(d->lists.by_operator, &b, now_ns))
		log_warnx("more than %d blocks by operator: this one ends with"
			  " the rules",
			  OPERATOR_LIST_SIZE);
}

static json_t *block(struct daemon *d, int argc, char **argv)
{
	uint32_t seconds = d->config.judge.block_time_s;
	struct prefix source;
	int error;

	if (!request_parse_source(argv[1], &source))
		return control_error(REQUEST_SOURCE_FORM, argv[1]);
	if (argc > 2 && !parse_seconds(argv[2], &seconds))
		return control_error(
			"duration \"%s\": must be 10 to 2592000 seconds",
			argv[2]);
	blocklist_add(d->blocklist, &source, seconds, REASON_OPERATOR);
	error = daemon_flush_blocklist(d);
	if (error)
		return control_error("%s was not blocked: %s", argv[1],
				     request_reason(error));
	remember_block(d, &source, seconds);
	notices_blocked(d, &source, seconds);
	return request_done("%s blocked for %u s", argv[1], seconds);
}

/* Out of the set and of all that could put it back. */
int request_forget(struct daemon *d, const struct prefix *source)
{
	judge_forgive(d->judge, source);
	operator_list_del(d->lists.by_operator, source);
	d->lists.changed = true;
	return blocklist_del(d->blocklist, source);
}

/* An address is let in again only if its /64 is not blocked either. */
static int forget_with_net(struct daemon *d, const struct prefix *source)
{
	int error = request_forget(d, source), net_error;
	struct prefix net = *source;

	if (source->bits == 64 || address_is_ipv4(&source->address))
		return error;
	net.bits = 64;
	memset(net.address.byte + 8, 0, 8);
	net_error = request_forget(d, &net);
	return error == -ENOENT ? net_error : error;
}

static json_t *unblock(struct daemon *d, int argc, char **argv)
{
	struct prefix source;
	int error;

	(void)argc;
	if (!request_parse_source(argv[1], &source))
		return control_error(REQUEST_SOURCE_FORM, argv[1]);
	error = forget_with_net(d, &source);
	if (error == -ENOENT)
		return control_error("%s is not blocked", argv[1]);
	if (error)
		return control_error("%s was not unblocked: %s", argv[1],
				     strerror(-error));
	notices_unblocked(d, &source, "by operator", true);
	return request_done("%s unblocked", argv[1]);
}

static json_t *mode(struct daemon *d, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "enforce") == 0)
		daemon_set_mode(d, MODE_ENFORCE);
	else if (argc == 2 && strcmp(argv[1], "observe") == 0)
		daemon_set_mode(d, MODE_OBSERVE);
	else if (argc == 2)
		return control_error("mode \"%s\": must be enforce or observe",
				     argv[1]);
	if (argc == 2)
		notices_mode(d, argv[1]);
	return request_done("mode is %s",
			    request_mode_name(judge_mode(d->judge)));
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
	{"block", 2, 3, 0, block},
	{"unblock", 2, 2, 0, unblock},
	{"allow", 1, 2, 1, request_allow},
	{"disallow", 2, 2, 0, request_disallow},
	{"mode", 1, 2, 1, mode},
	{"reload", 1, 1, 0, request_reload},
};

static bool may_change(uid_t peer)
{
	return peer == 0 || peer == geteuid();
}

static json_t *answer(struct daemon *d, const struct request *r, uid_t peer,
		      int argc, char **argv)
{
	if (argc < r->min_words || argc > r->max_words)
		return control_error("%s: wrong number of words", r->name);
	if (argc > r->reads && !may_change(peer))
		return control_error("%s changes something, which only root"
				     " may: try it with sudo",
				     r->name);
	return r->answer(d, argc, argv);
}

json_t *daemon_request(void *arg, uid_t peer, int argc, char **argv)
{
	for (size_t i = 0; argc > 0 && i < ARRAY_SIZE(requests); i++)
		if (strcmp(argv[0], requests[i].name) == 0)
			return answer(arg, &requests[i], peer, argc, argv);
	return control_error("unknown request \"%s\"", argc ? argv[0] : "");
}
