/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conntrack.c against the running kernel's table, filled and read back with
 * conntrack(8). Every test has a namespace, and so a table, of its own.
 */
#include "netns.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conntrack.h"

#define HTTP "-p tcp -s 198.51.100.7 -d 192.0.2.1 --sport 4000 --dport 80"
#define DONE "-u SEEN_REPLY,ASSURED --state ESTABLISHED"
#define LIST "conntrack -L 2>/dev/null"

/* The settled bit alone, as conntrack(8) prints it. */
#define MARKED   "mark=268435456 "
#define UNMARKED "mark=0 "

static int setup(void **state)
{
	(void)state;
	netns_enter();
	return 0;
}

static void entry(const char *tuple, const char *rest)
{
	run("conntrack -I %s -t 100 %s >/dev/null 2>&1", tuple, rest);
}

/* Services reported so far, a line "ADDRESS PORT" each. */
struct services {
	char text[4096];
};

static void note_service(void *arg, const struct address *address,
			 uint16_t port)
{
	struct services *s = arg;
	char text[ADDRESS_TEXT_BYTES];
	size_t len = strlen(s->text);

	snprintf(s->text + len, sizeof(s->text) - len, "%s %u\n",
		 address_format(address, text), port);
}

static struct conntrack_counters settle(struct services *s)
{
	struct conntrack_counters counters;

	memset(s, 0, sizeof(*s));
	assert_int_equal(
		conntrack_settle_established(note_service, s, &counters), 0);
	return counters;
}

static void expect_marked(const char *rest)
{
	struct services services;
	struct conntrack_counters counters;

	run("conntrack -F 2>/dev/null");
	entry(HTTP, rest);
	counters = settle(&services);
	assert_contains(output_of(LIST), MARKED);
	assert_string_equal(services.text, "192.0.2.1 80\n");
	assert_int_equal(counters.seen, 1);
	assert_int_equal(counters.settled, 1);
}

static void expect_unmarked(const char *rest)
{
	struct services services;
	struct conntrack_counters counters;

	run("conntrack -F 2>/dev/null");
	entry(HTTP, rest);
	counters = settle(&services);
	assert_contains(output_of(LIST), UNMARKED);
	assert_string_equal(services.text, "");
	assert_int_equal(counters.seen, 1);
	assert_int_equal(counters.settled, 0);
}

/* --- which are marked --- */

static void an_established_and_assured_connection_is_marked(void **state)
{
	(void)state;
	expect_marked("-u SEEN_REPLY,ASSURED --state ESTABLISHED");
}

static void a_closing_connection_is_marked_even_if_not_assured(void **state)
{
	(void)state;
	expect_marked("-u SEEN_REPLY --state FIN_WAIT");
	expect_marked("-u SEEN_REPLY --state CLOSE_WAIT");
	expect_marked("-u SEEN_REPLY --state LAST_ACK");
	expect_marked("-u SEEN_REPLY --state TIME_WAIT");
}

static void an_unfinished_handshake_is_not_marked(void **state)
{
	(void)state;
	expect_unmarked("--state SYN_SENT");
	expect_unmarked("-u SEEN_REPLY --state SYN_RECV");
	expect_unmarked("-u SEEN_REPLY,ASSURED --state SYN_SENT");
	expect_unmarked("-u SEEN_REPLY,ASSURED --state SYN_RECV");
	expect_unmarked("-u SEEN_REPLY,ASSURED --state LISTEN");
	expect_unmarked("-u SEEN_REPLY,ASSURED --state NONE");
}

static void a_reset_connection_is_not_marked(void **state)
{
	(void)state;
	expect_unmarked("-u SEEN_REPLY,ASSURED --state CLOSE");
}

static void established_by_a_lone_ack_is_not_marked(void **state)
{
	(void)state;
	expect_unmarked("--state ESTABLISHED");
	expect_unmarked("-u SEEN_REPLY --state ESTABLISHED");
}

static void a_one_sided_connection_is_not_marked(void **state)
{
	(void)state;
	expect_unmarked("-u ASSURED --state ESTABLISHED");
	expect_unmarked("-u ASSURED --state FIN_WAIT");
}

static void other_protocols_are_not_looked_at(void **state)
{
	struct services services;

	(void)state;
	entry("-p udp -s 198.51.100.7 -d 192.0.2.1 --sport 4000 --dport 53",
	      "-u SEEN_REPLY,ASSURED");
	assert_int_equal(settle(&services).seen, 0);
	assert_contains(output_of(LIST), UNMARKED);
}

static void an_empty_table_is_no_error(void **state)
{
	struct services services;

	(void)state;
	assert_int_equal(settle(&services).seen, 0);
}

/* --- how, and what --- */

static void the_other_bits_of_the_mark_stay(void **state)
{
	struct services services;

	(void)state;
	entry(HTTP, DONE " -m 0x2000000f");
	settle(&services);
	/* 0x3000000f */
	assert_contains(output_of(LIST), "mark=805306383 ");
}

static void a_connection_marked_before_counts_and_is_reported(void **state)
{
	struct services services;

	(void)state;
	entry(HTTP, DONE);
	settle(&services);
	assert_int_equal(settle(&services).settled, 1);
	assert_string_equal(services.text, "192.0.2.1 80\n");
	assert_contains(output_of(LIST), MARKED);
}

static void an_ipv6_connection_is_marked_and_reported(void **state)
{
	struct services services;

	(void)state;
	entry("-p tcp -s 2001:db8::7 -d 2001:db8::1 --sport 4000 --dport 443",
	      DONE);
	entry(HTTP, DONE);
	assert_int_equal(settle(&services).settled, 2);
	assert_contains(services.text, "2001:db8::1 443\n");
	assert_contains(services.text, "192.0.2.1 80\n");
	assert_contains(output_of("conntrack -L -f ipv6 2>/dev/null"), MARKED);
	assert_contains(output_of("conntrack -L -f ipv4 2>/dev/null"), MARKED);
}

static void behind_nat_both_ends_of_the_service_are_reported(void **state)
{
	struct services services;

	(void)state;
	entry(HTTP, DONE " -r 10.0.0.2 -q 198.51.100.7"
			 " --reply-port-src 8080 --reply-port-dst 4000");
	assert_int_equal(settle(&services).settled, 1);
	assert_string_equal(services.text, "10.0.0.2 8080\n192.0.2.1 80\n");
	assert_contains(output_of(LIST), MARKED);
}

static void a_port_moved_by_nat_is_reported_too(void **state)
{
	struct services services;

	(void)state;
	entry(HTTP, DONE " --reply-port-src 8080 --reply-port-dst 4000"
			 " -r 192.0.2.1 -q 198.51.100.7");
	settle(&services);
	assert_string_equal(services.text, "192.0.2.1 8080\n192.0.2.1 80\n");
}

static void source_nat_does_not_make_a_second_service(void **state)
{
	struct services services;

	(void)state;
	entry(HTTP, DONE " -r 192.0.2.1 -q 203.0.113.1"
			 " --reply-port-src 80 --reply-port-dst 61000");
	assert_int_equal(settle(&services).settled, 1);
	assert_string_equal(services.text, "192.0.2.1 80\n");
	assert_contains(output_of(LIST), MARKED);
}

static void the_same_tuple_in_several_zones_is_marked_in_each(void **state)
{
	struct services services;
	const char *list;

	(void)state;
	entry(HTTP, DONE);
	entry(HTTP, DONE " -w 5");
	entry(HTTP, DONE " --orig-zone 7 -r 192.0.2.1 -q 203.0.113.1"
			 " --reply-port-src 80 --reply-port-dst 61000");
	entry(HTTP, "--state SYN_SENT -w 9");
	assert_int_equal(settle(&services).settled, 3);
	list = output_of(LIST);
	assert_contains(list, MARKED "zone=5");
	assert_contains(list, UNMARKED "zone=9");
	assert_contains(list, "zone-orig=7");
	run("test $(conntrack -L 2>/dev/null | grep -c '" MARKED "') = 3");
}

/* --- at large --- */

static void a_connection_made_by_the_kernel_itself_is_marked(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int listener, one, other;
	struct services services;
	char expected[32];

	(void)state;
	run("ip link set lo up; nft 'add table inet t;"
	    " add chain inet t c { type filter hook output priority 0; };"
	    " add rule inet t c ct state established accept'");
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	one = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (void *)&address, len), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (void *)&address, &len), 0);
	assert_int_equal(connect(one, (void *)&address, len), 0);
	other = accept(listener, NULL, NULL);
	assert_int_equal(settle(&services).settled, 1);
	snprintf(expected, sizeof(expected), "127.0.0.1 %u\n",
		 ntohs(address.sin_port));
	assert_string_equal(services.text, expected);
	assert_contains(output_of(LIST), MARKED);
	close(other);
	close(one);
	close(listener);
}

static void count_service(void *arg, const struct address *address,
			  uint16_t port)
{
	(void)address;
	(void)port;
	(*(unsigned int *)arg)++;
}

static void thousands_are_marked_in_one_walk(void **state)
{
	struct conntrack_counters counters;
	unsigned int services = 0;

	(void)state;
	run("seq 1 5000 | sed 's/.*/-A -t 100 -u SEEN_REPLY,ASSURED"
	    " -s 198.51.100.7 -d 192.0.2.1 -p tcp --sport & --dport 80"
	    " --state ESTABLISHED/' | conntrack -R - 2>/dev/null");
	assert_int_equal(conntrack_settle_established(count_service, &services,
						      &counters),
			 0);
	assert_int_equal(counters.seen, 5000);
	assert_int_equal(counters.settled, 5000);
	assert_int_equal(services, 5000);
	run("test $(conntrack -L 2>/dev/null | grep -c '" MARKED "') = 5000");
}

static void flush_table(void *arg, const struct address *address, uint16_t port)
{
	(void)arg;
	(void)address;
	(void)port;
	run("conntrack -F 2>/dev/null");
}

static void an_entry_that_vanishes_before_its_update_is_no_error(void **state)
{
	struct conntrack_counters counters;

	(void)state;
	entry(HTTP, DONE);
	assert_int_equal(
		conntrack_settle_established(flush_table, NULL, &counters), 0);
	assert_int_equal(counters.seen, 1);
}

static void without_privilege_it_is_eperm(void **state)
{
	struct conntrack_counters counters;
	unsigned int services = 0;
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		if (setresuid(65534, 65534, 65534) < 0)
			_exit(1);
		_exit(conntrack_settle_established(count_service, &services,
						   &counters) != -EPERM);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(an_established_and_assured_connection_is_marked),
		TEST(a_closing_connection_is_marked_even_if_not_assured),
		TEST(an_unfinished_handshake_is_not_marked),
		TEST(a_reset_connection_is_not_marked),
		TEST(established_by_a_lone_ack_is_not_marked),
		TEST(a_one_sided_connection_is_not_marked),
		TEST(other_protocols_are_not_looked_at),
		TEST(an_empty_table_is_no_error),
		TEST(the_other_bits_of_the_mark_stay),
		TEST(a_connection_marked_before_counts_and_is_reported),
		TEST(an_ipv6_connection_is_marked_and_reported),
		TEST(behind_nat_both_ends_of_the_service_are_reported),
		TEST(a_port_moved_by_nat_is_reported_too),
		TEST(source_nat_does_not_make_a_second_service),
		TEST(the_same_tuple_in_several_zones_is_marked_in_each),
		TEST(a_connection_made_by_the_kernel_itself_is_marked),
		TEST(thousands_are_marked_in_one_walk),
		TEST(an_entry_that_vanishes_before_its_update_is_no_error),
		TEST(without_privilege_it_is_eperm),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
