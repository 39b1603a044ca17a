/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conntrack_events.c against the running kernel: entries are made and deleted
 * with conntrack(8), in a namespace and so a table of their own. What they
 * carried cannot be made up that way; tests/lab/35-outcomes.sh has that.
 */
#include "netns.h"

#include <poll.h>
#include <unistd.h>

#include "conntrack_events.h"

#define HTTP "-p tcp -s 198.51.100.7 -d 192.0.2.1 --sport 4000 --dport 80"
/* conntrack(8) takes a mark for what it is only behind the status. */
#define SETTLED " -m 0x10000000"
#define DONE    "-u SEEN_REPLY,ASSURED --state"

struct told {
	struct conntrack_events *events;
	struct settled_end last;
	unsigned int count;
};

static void note_end(void *arg, const struct settled_end *e)
{
	struct told *t = arg;

	t->last = *e;
	t->count++;
}

static int setup(void **state)
{
	struct told *t = calloc(1, sizeof(*t));

	netns_enter();
	t->events = conntrack_events_open(note_end, t);
	assert_non_null(t->events);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct told *t = *state;

	conntrack_events_close(t->events);
	free(t);
	return 0;
}

static void make(const char *tuple, const char *rest)
{
	run("conntrack -I %s -t 100 %s >/dev/null 2>&1", tuple, rest);
}

/* Makes an entry, deletes it, reads what is told of that. */
static void make_and_end(struct told *t, const char *tuple, const char *rest)
{
	struct pollfd p = {.fd = conntrack_events_fd(t->events),
			   .events = POLLIN};

	t->count = 0;
	make(tuple, rest);
	run("conntrack -F 2>/dev/null; conntrack -F -f ipv6 2>/dev/null");
	while (poll(&p, 1, 50) > 0)
		conntrack_events_read(t->events);
}

static void assert_end(const struct told *t, const char *orig,
		       uint16_t orig_port, const char *resp, uint16_t resp_port)
{
	char text[ADDRESS_TEXT_BYTES];

	assert_int_equal(t->count, 1);
	assert_string_equal(address_format(&t->last.orig, text), orig);
	assert_string_equal(address_format(&t->last.resp, text), resp);
	assert_int_equal(t->last.orig_port, orig_port);
	assert_int_equal(t->last.resp_port, resp_port);
}

static void a_settled_connection_is_told_with_its_ends(void **state)
{
	struct told *t = *state;

	make_and_end(t, HTTP, DONE " TIME_WAIT" SETTLED);
	assert_end(t, "198.51.100.7", 4000, "192.0.2.1", 80);
	assert_true(t->last.complete);
	make_and_end(t,
		     "-p tcp -s 2001:db8::7 -d 2001:db8::1"
		     " --sport 4000 --dport 443",
		     DONE " TIME_WAIT" SETTLED);
	assert_end(t, "2001:db8::7", 4000, "2001:db8::1", 443);
	assert_int_equal(conntrack_events_counters(t->events)->ended, 2);
}

static void other_bits_of_the_mark_do_not_matter(void **state)
{
	struct told *t = *state;

	make_and_end(t, HTTP, DONE " TIME_WAIT -m 0xf00000ff");
	assert_int_equal(t->count, 1);
	make_and_end(t, HTTP, DONE " TIME_WAIT -m 0xefffffff");
	assert_int_equal(t->count, 0);
}

static void behind_nat_the_responder_is_the_real_one(void **state)
{
	struct told *t = *state;

	make_and_end(t, HTTP " --dst-nat 10.0.0.1:8080",
		     DONE " TIME_WAIT" SETTLED);
	assert_end(t, "198.51.100.7", 4000, "10.0.0.1", 8080);
}

static void what_is_not_ours_is_not_told(void **state)
{
	struct told *t = *state;

	make_and_end(t, HTTP, DONE " TIME_WAIT");
	assert_int_equal(t->count, 0);
	make_and_end(t,
		     "-p udp -s 198.51.100.7 -d 192.0.2.1 --sport 4000"
		     " --dport 53",
		     "-u SEEN_REPLY" SETTLED);
	assert_int_equal(t->count, 0);
}

static void the_kernels_state_becomes_a_conn_state(void **state)
{
	static const struct {
		const char *state;
		enum conn_state conn_state;
	} cases[] = {
		{"ESTABLISHED", CONN_S1}, {"FIN_WAIT", CONN_S2},
		{"CLOSE_WAIT", CONN_S2},  {"LAST_ACK", CONN_SF},
		{"TIME_WAIT", CONN_SF},   {"CLOSE", CONN_RSTO},
		{"SYN_SENT", CONN_OTH},
	};
	struct told *t = *state;
	char rest[128];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(rest, sizeof(rest), DONE " %s" SETTLED,
			 cases[i].state);
		make_and_end(t, HTTP, rest);
		assert_int_equal(t->count, 1);
		assert_int_equal(t->last.conn_state, cases[i].conn_state);
	}
}

static void a_half_heard_connection_is_OTH_and_not_complete(void **state)
{
	struct told *t = *state;

	make_and_end(t, HTTP, "--state ESTABLISHED" SETTLED);
	assert_int_equal(t->count, 1);
	assert_int_equal(t->last.conn_state, CONN_OTH);
	assert_false(t->last.complete);
}

/* Nothing is said of what was not counted. */
static void without_accounting_payload_is_not_denied(void **state)
{
	struct told *t = *state;

	run("sysctl -qw net.netfilter.nf_conntrack_acct=0");
	make_and_end(t, HTTP, DONE " TIME_WAIT" SETTLED);
	assert_int_equal(t->count, 1);
	assert_false(t->last.no_payload);
}

/* More than the socket holds: counted, and it goes on. */
static void too_many_at_once_are_an_overrun(void **state)
{
	struct told *t = *state;
	char batch[] = "/tmp/hsd-conntrack.XXXXXX";
	FILE *f = fdopen(mkstemp(batch), "w");

	for (int port = 1; port <= 20000; port++)
		fprintf(f,
			"-I -p tcp -s 198.51.100.7 -d 192.0.2.1 --sport %d"
			" --dport 80 -t 100 -u SEEN_REPLY"
			" --state TIME_WAIT" SETTLED "\n",
			port);
	fclose(f);
	run("conntrack -R %s >/dev/null 2>&1", batch);
	unlink(batch);
	run("conntrack -F 2>/dev/null; conntrack -F -f ipv6 2>/dev/null");
	for (int i = 0; i < 200; i++)
		conntrack_events_read(t->events);
	assert_true(conntrack_events_counters(t->events)->overruns > 0);
	make_and_end(t, HTTP, DONE " TIME_WAIT" SETTLED);
	assert_end(t, "198.51.100.7", 4000, "192.0.2.1", 80);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_settled_connection_is_told_with_its_ends),
		TEST(other_bits_of_the_mark_do_not_matter),
		TEST(behind_nat_the_responder_is_the_real_one),
		TEST(what_is_not_ours_is_not_told),
		TEST(the_kernels_state_becomes_a_conn_state),
		TEST(a_half_heard_connection_is_OTH_and_not_complete),
		TEST(without_accounting_payload_is_not_denied),
		TEST(too_many_at_once_are_an_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
