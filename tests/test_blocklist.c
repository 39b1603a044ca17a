/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blocklist.c against the running kernel, with nft as the witness of what is
 * in the sets. Every test has a namespace and a fresh table of its own.
 */
#include "blocklist_fixture.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int setup(void **state)
{
	return setup_with_room_for(state, 65536);
}

static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

/* --- adding --- */

static void an_element_shows_its_timeout_counter_and_comment(void **state)
{
	const char *list;

	add(*state, "192.0.2.1", 600, "syn-scan: 7 ports of 1 host");
	assert_int_equal(blocklist_flush(*state), 0);
	list = output_of(LIST4);
	assert_contains(list, "192.0.2.1 counter packets 0 bytes 0 timeout 10m"
			      " expires ");
	assert_contains(list, "comment \"syn-scan: 7 ports of 1 host\"");
	assert_int_equal(blocklist_counters(*state)->added, 1);
	assert_int_equal(blocklist_counters(*state)->transactions, 1);
}

static void an_ipv6_element_goes_to_the_set_of_its_family(void **state)
{
	add(*state, "2001:db8::1", 86400, "ack-scan");
	add(*state, "192.0.2.1", 600, "syn-scan");
	assert_int_equal(blocklist_flush(*state), 0);
	assert_contains(output_of(LIST6), "2001:db8::1 counter packets 0"
					  " bytes 0 timeout 1d expires ");
	assert_contains(output_of(LIST6), "comment \"ack-scan\"");
	assert_lacks(output_of(LIST4), "ack-scan");
}

static void nothing_is_sent_before_the_flush(void **state)
{
	add(*state, "192.0.2.1", 600, "syn-scan");
	assert_lacks(output_of(LIST4), "192.0.2.1");
	assert_int_equal(blocklist_counters(*state)->transactions, 0);
}

static void flushing_nothing_sends_nothing(void **state)
{
	assert_int_equal(blocklist_flush(*state), 0);
	assert_int_equal(blocklist_counters(*state)->transactions, 0);
}

static void a_thousand_elements_go_in_at_one_flush(void **state)
{
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		struct prefix a = nth_address(i);

		assert_int_equal(blocklist_add(*state, &a, 600, "flood"), 0);
	}
	assert_int_equal(blocklist_flush(*state), 0);
	assert_int_equal(blocklist_counters(*state)->added, 1000);
	assert_int_equal(count_of(output_of(LIST4), "\"flood\""), 1000);
}

static void a_timeout_out_of_range_is_refused(void **state)
{
	struct prefix a = prefix("192.0.2.1");

	assert_int_equal(blocklist_add(*state, &a, 0, ""), -EINVAL);
	assert_int_equal(blocklist_add(*state, &a, 31536001, ""), -EINVAL);
	assert_int_equal(blocklist_add(*state, &a, 31536000, ""), 0);
	assert_int_equal(blocklist_flush(*state), 0);
	assert_contains(output_of(LIST4), "timeout 365d");
}

static void an_element_leaves_when_its_time_is_up(void **state)
{
	add(*state, "192.0.2.1", 1, "short");
	assert_int_equal(blocklist_flush(*state), 0);
	usleep(1200000);
	assert_lacks(output_of(LIST4), "192.0.2.1");
	add(*state, "192.0.2.1", 600, "again");
	assert_int_equal(blocklist_flush(*state), 0);
	assert_contains(output_of(LIST4), "\"again\"");
}

/* --- comments --- */

static void a_long_comment_is_cut_where_nft_would_refuse_it(void **state)
{
	char comment[300];
	char shown[BLOCKLIST_COMMENT_BYTES + 2];

	memset(comment, 'x', sizeof(comment) - 1);
	comment[sizeof(comment) - 1] = '\0';
	add(*state, "192.0.2.1", 600, comment);
	add(*state, "2001:db8::1", 600, comment);
	assert_int_equal(blocklist_flush(*state), 0);
	snprintf(shown, sizeof(shown), "\"%.*s\"", BLOCKLIST_COMMENT_BYTES - 1,
		 comment);
	assert_contains(output_of(LIST4), shown);
	assert_contains(output_of(LIST6), shown);
}

static void odd_bytes_in_a_comment_become_question_marks(void **state)
{
	add(*state, "192.0.2.1", 600, "a\nb\tc\x1b[31m\x7f\xc3\xa9 \\ 100%");
	assert_int_equal(blocklist_flush(*state), 0);
	assert_contains(output_of(LIST4), "\"a?b?c?[31m??? \\ 100%\"");
}

static void a_listing_with_any_comment_can_be_loaded_again(void **state)
{
	add(*state, "192.0.2.1", 600, "say \"x\"; } flush ruleset # \\");
	assert_int_equal(blocklist_flush(*state), 0);
	run("nft list table inet handshaked | nft -c -f -");
	assert_contains(output_of(LIST4), "say ?x?; } flush ruleset # \\\"");
}

static void an_empty_comment_is_left_out(void **state)
{
	add(*state, "192.0.2.1", 600, "");
	assert_int_equal(blocklist_flush(*state), 0);
	assert_contains(output_of(LIST4), "192.0.2.1");
	assert_lacks(output_of(LIST4), "comment");
}

/* --- renewal --- */

static void renewal_restarts_the_timeout_and_replaces_the_comment(void **state)
{
	const char *list;

	run("nft add element inet handshaked blocklist4"
	    " '{ 192.0.2.1 timeout 10m expires 30s comment \"first\" }'");
	assert_lacks(output_of(LIST4), "expires 9m");
	add(*state, "192.0.2.1", 600, "second");
	assert_int_equal(blocklist_flush(*state), 0);
	list = output_of(LIST4);
	assert_contains(list, "timeout 10m expires ");
	assert_lacks(list, "expires 30s");
	assert_lacks(list, "expires 29s");
	assert_contains(list, "\"second\"");
	assert_lacks(list, "\"first\"");
	assert_int_equal(count_of(list, "192.0.2.1"), 1);
}

static void renewal_may_shorten_the_timeout(void **state)
{
	add(*state, "192.0.2.1", 3600, "first");
	assert_int_equal(blocklist_flush(*state), 0);
	add(*state, "192.0.2.1", 60, "second");
	assert_int_equal(blocklist_flush(*state), 0);
	assert_contains(output_of(LIST4), "timeout 1m expires ");
}

static void of_two_entries_for_one_source_the_later_holds(void **state)
{
	add(*state, "192.0.2.1", 600, "first");
	add(*state, "192.0.2.1", 3600, "second");
	assert_int_equal(blocklist_flush(*state), 0);
	assert_contains(output_of(LIST4), "timeout 1h");
	assert_contains(output_of(LIST4), "\"second\"");
	assert_int_equal(blocklist_counters(*state)->added, 2);
	assert_int_equal(blocklist_counters(*state)->transactions, 1);
}

enum {
	NUM_PACKETS = 50000
};

/* Sends from a listed address, and ends its process when done. */
static void send_packets(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	struct sockaddr_in from = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int i;

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	inet_pton(AF_INET, "127.0.0.2", &from.sin_addr);
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0)
		_exit(1);
	for (i = 0; i < NUM_PACKETS; i++)
		sendto(fd, "", 1, 0, (struct sockaddr *)&to, sizeof(to));
	_exit(0);
}

static long packets_counted(const char *counter)
{
	char command[100];
	const char *packets;

	snprintf(command, sizeof(command),
		 "nft list counter inet handshaked %s", counter);
	packets = strstr(output_of(command), "packets ");
	assert_non_null(packets);
	return strtol(packets + strlen("packets "), NULL, 10);
}

/*
 * Deleting and adding in two transactions lets half of the packets through.
 * In one, kernels before about 6.17 still miss the element now and then: when
 * a commit takes it out while another CPU looks for it. Debian's 6.1 missed
 * one packet in 50,000 here, of several thousand renewals.
 */
static void no_packet_slips_through_while_an_element_is_renewed(void **state)
{
	int status;
	pid_t child;

	run("ip link set lo up; nft 'add counter inet handshaked caught;"
	    " add counter inet handshaked missed;"
	    " add chain inet handshaked input { type filter hook input"
	    " priority 0; };"
	    " add rule inet handshaked input ip saddr @blocklist4"
	    " counter name caught drop;"
	    " add rule inet handshaked input ip saddr 127.0.0.2"
	    " counter name missed'");
	add(*state, "127.0.0.2", 600, "");
	assert_int_equal(blocklist_flush(*state), 0);
	child = fork();
	if (child == 0)
		send_packets();
	do {
		add(*state, "127.0.0.2", 600, "renewed");
		assert_int_equal(blocklist_flush(*state), 0);
	} while (waitpid(child, &status, WNOHANG) == 0);
	assert_int_equal(status, 0);
	assert_true(blocklist_counters(*state)->added > 100);
	assert_true(packets_counted("missed") < NUM_PACKETS / 1000);
	assert_true(packets_counted("caught") >
		    NUM_PACKETS - NUM_PACKETS / 1000);
}

/* --- deletion --- */

static void a_deleted_element_is_gone_at_once(void **state)
{
	add(*state, "192.0.2.1", 600, "one");
	add(*state, "2001:db8::1", 600, "other");
	assert_int_equal(blocklist_flush(*state), 0);
	assert_int_equal(del(*state, "192.0.2.1"), 0);
	assert_int_equal(del(*state, "2001:db8::1"), 0);
	assert_lacks(output_of(LIST4), "\"one\"");
	assert_lacks(output_of(LIST6), "\"other\"");
	assert_int_equal(blocklist_counters(*state)->deleted, 2);
}

static void deleting_what_is_not_there_is_enoent_and_no_failure(void **state)
{
	assert_int_equal(del(*state, "192.0.2.1"), -ENOENT);
	assert_int_equal(blocklist_counters(*state)->deleted, 0);
	assert_int_equal(blocklist_counters(*state)->failed, 0);
	assert_int_equal(blocklist_counters(*state)->table_missing, 0);
}

static void a_deletion_finds_what_was_still_pending(void **state)
{
	add(*state, "192.0.2.1", 600, "one");
	add(*state, "192.0.2.2", 600, "two");
	assert_int_equal(del(*state, "192.0.2.1"), 0);
	assert_lacks(output_of(LIST4), "\"one\"");
	assert_contains(output_of(LIST4), "\"two\"");
	assert_int_equal(blocklist_counters(*state)->added, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST(an_element_shows_its_timeout_counter_and_comment),
		TEST(an_ipv6_element_goes_to_the_set_of_its_family),
		TEST(nothing_is_sent_before_the_flush),
		TEST(flushing_nothing_sends_nothing),
		TEST(a_thousand_elements_go_in_at_one_flush),
		TEST(a_timeout_out_of_range_is_refused),
		TEST(an_element_leaves_when_its_time_is_up),
		TEST(a_long_comment_is_cut_where_nft_would_refuse_it),
		TEST(odd_bytes_in_a_comment_become_question_marks),
		TEST(a_listing_with_any_comment_can_be_loaded_again),
		TEST(an_empty_comment_is_left_out),
		TEST(renewal_restarts_the_timeout_and_replaces_the_comment),
		TEST(renewal_may_shorten_the_timeout),
		TEST(of_two_entries_for_one_source_the_later_holds),
		TEST(no_packet_slips_through_while_an_element_is_renewed),
		TEST(a_deleted_element_is_gone_at_once),
		TEST(deleting_what_is_not_there_is_enoent_and_no_failure),
		TEST(a_deletion_finds_what_was_still_pending),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
