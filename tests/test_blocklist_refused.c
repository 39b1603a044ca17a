/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blocklist.c when the kernel refuses: full sets, missing tables, no right.
 * What is refused is lost and counted, and nothing else is.
 */
#include "blocklist_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

static int setup(void **state)
{
	return setup_with_room_for(state, 65536);
}

static int setup_with_room_for_three(void **state)
{
	return setup_with_room_for(state, 3);
}

static int setup_without_table(void **state)
{
	(void)state;
	netns_enter();
	return 0;
}

/* --- full sets --- */

static void a_full_set_refuses_one_element_and_keeps_the_rest(void **state)
{
	const struct blocklist_counters *counters = blocklist_counters(*state);

	add(*state, "192.0.2.1", 600, "first");
	add(*state, "192.0.2.2", 600, "second");
	add(*state, "192.0.2.3", 600, "third");
	add(*state, "192.0.2.4", 600, "fourth");
	add(*state, "2001:db8::1", 600, "other set");
	assert_int_equal(blocklist_flush(*state), -ENFILE);
	assert_int_equal(counters->added, 4);
	assert_int_equal(counters->set_full, 1);
	assert_int_equal(counters->transactions, 2);
	assert_contains(output_of(LIST4), "\"first\"");
	assert_contains(output_of(LIST4), "\"second\"");
	assert_contains(output_of(LIST4), "\"third\"");
	assert_lacks(output_of(LIST4), "\"fourth\"");
	assert_contains(output_of(LIST6), "\"other set\"");
}

static void a_full_set_still_renews_what_is_in_it(void **state)
{
	const struct blocklist_counters *counters = blocklist_counters(*state);

	add(*state, "192.0.2.1", 600, "first");
	add(*state, "192.0.2.2", 600, "second");
	add(*state, "192.0.2.3", 600, "third");
	assert_int_equal(blocklist_flush(*state), 0);
	add(*state, "192.0.2.2", 3600, "renewed");
	assert_int_equal(blocklist_flush(*state), 0);
	assert_contains(output_of(LIST4), "timeout 1h");
	assert_contains(output_of(LIST4), "\"renewed\"");
	assert_int_equal(counters->added, 4);
	assert_int_equal(counters->set_full, 0);
}

static void a_renewal_survives_beside_a_refused_newcomer(void **state)
{
	add(*state, "192.0.2.1", 600, "first");
	add(*state, "192.0.2.2", 600, "second");
	add(*state, "192.0.2.3", 600, "third");
	assert_int_equal(blocklist_flush(*state), 0);
	add(*state, "192.0.2.4", 600, "newcomer");
	add(*state, "192.0.2.1", 3600, "renewed");
	assert_int_equal(blocklist_flush(*state), -ENFILE);
	assert_contains(output_of(LIST4), "\"renewed\"");
	assert_contains(output_of(LIST4), "\"second\"");
	assert_lacks(output_of(LIST4), "newcomer");
	assert_int_equal(blocklist_counters(*state)->set_full, 1);
}

static void a_deletion_makes_room_in_a_full_set(void **state)
{
	add(*state, "192.0.2.1", 600, "first");
	add(*state, "192.0.2.2", 600, "second");
	add(*state, "192.0.2.3", 600, "third");
	assert_int_equal(del(*state, "192.0.2.1"), 0);
	add(*state, "192.0.2.4", 600, "fourth");
	assert_int_equal(blocklist_flush(*state), 0);
	assert_contains(output_of(LIST4), "\"fourth\"");
}

static void a_thousand_refusals_leave_the_rest_in(void **state)
{
	const struct blocklist_counters *counters = blocklist_counters(*state);
	unsigned int i;

	for (i = 0; i < 1003; i++) {
		struct prefix a = nth_address(i);

		assert_int_equal(blocklist_add(*state, &a, 600, "flood"), 0);
	}
	assert_int_equal(blocklist_flush(*state), -ENFILE);
	assert_int_equal(counters->added, 3);
	assert_int_equal(counters->set_full, 1000);
	assert_int_equal(counters->failed, 0);
	assert_true(counters->transactions < 10);
}

/* --- missing or odd tables --- */

static void opening_without_a_table_is_enoent(void **state)
{
	(void)state;
	assert_null(blocklist_open());
	assert_int_equal(errno, ENOENT);
}

static void opening_with_one_set_missing_is_enoent(void **state)
{
	make_table(10);
	run("nft delete set inet handshaked blocklist6");
	opening_without_a_table_is_enoent(state);
}

static void opening_without_privilege_is_eperm(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		if (setresuid(65534, 65534, 65534) < 0)
			_exit(1);
		_exit(blocklist_open() || errno != EPERM);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void a_table_deleted_later_costs_what_is_pending(void **state)
{
	const struct blocklist_counters *counters = blocklist_counters(*state);

	run("nft delete table inet handshaked");
	add(*state, "192.0.2.1", 600, "");
	add(*state, "2001:db8::1", 600, "");
	assert_int_equal(blocklist_flush(*state), -ENOENT);
	assert_int_equal(counters->added, 0);
	assert_int_equal(counters->table_missing, 2);
	assert_int_equal(del(*state, "192.0.2.1"), -ENOENT);
}

static void a_table_that_comes_back_is_used_again(void **state)
{
	run("nft flush ruleset");
	add(*state, "192.0.2.1", 600, "before");
	assert_int_equal(blocklist_flush(*state), -ENOENT);
	make_table(10);
	add(*state, "192.0.2.1", 600, "after");
	assert_int_equal(blocklist_flush(*state), 0);
	assert_contains(output_of(LIST4), "\"after\"");
}

static void a_set_of_another_type_fails_its_elements_only(void **state)
{
	run("nft 'delete set inet handshaked blocklist6;"
	    " add set inet handshaked blocklist6"
	    " { type ipv4_addr; flags timeout; }'");
	add(*state, "2001:db8::1", 600, "");
	add(*state, "192.0.2.1", 600, "good");
	assert_int_equal(blocklist_flush(*state), -EINVAL);
	assert_contains(output_of(LIST4), "\"good\"");
	assert_int_equal(blocklist_counters(*state)->added, 1);
	assert_int_equal(blocklist_counters(*state)->failed, 1);
}

static void closing_nothing_is_allowed(void **state)
{
	(void)state;
	blocklist_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TEST_FULL(name)                                                  \
	cmocka_unit_test_setup_teardown(name, setup_with_room_for_three, \
					teardown)
#define TEST_BARE(name) cmocka_unit_test_setup(name, setup_without_table)

int main(void)
{
	struct CMUnitTest tests[] = {
		TEST_FULL(a_full_set_refuses_one_element_and_keeps_the_rest),
		TEST_FULL(a_full_set_still_renews_what_is_in_it),
		TEST_FULL(a_renewal_survives_beside_a_refused_newcomer),
		TEST_FULL(a_deletion_makes_room_in_a_full_set),
		TEST_FULL(a_thousand_refusals_leave_the_rest_in),
		TEST_BARE(opening_without_a_table_is_enoent),
		TEST_BARE(opening_with_one_set_missing_is_enoent),
		TEST_BARE(opening_without_privilege_is_eperm),
		TEST(a_table_deleted_later_costs_what_is_pending),
		TEST(a_table_that_comes_back_is_used_again),
		TEST(a_set_of_another_type_fails_its_elements_only),
		TEST_BARE(closing_nothing_is_allowed),
	};

	netns_required(tests, ARRAY_SIZE(tests));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
