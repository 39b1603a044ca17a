/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which sets of control bits are found at fault: all 512 words, against the
 * rule in other words than the code's; and the names of the findings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/finding.h"
#include "core/segment.h"

#define ALL_FLAGS 0x1ff

static bool has(unsigned int flags, unsigned int flag)
{
	return flags & flag;
}

/*
 * The kernel's tcp_valid_flags[], told as a rule: at most one of SYN, FIN and
 * RST; everything is acknowledged but the first SYN and a RST; only what may
 * carry data, or ask for some, is urgent: not a RST and not a SYN/ACK.
 */
static bool conforms(unsigned int flags)
{
	bool syn = has(flags, TCP_SYN), fin = has(flags, TCP_FIN);
	bool rst = has(flags, TCP_RST), ack = has(flags, TCP_ACK);

	if (syn + fin + rst > 1)
		return false;
	if (!ack && !syn && !rst)
		return false;
	return !has(flags, TCP_URG) || !(rst || (syn && ack));
}

/* nmap(1): NULL sets nothing, FIN just FIN, Xmas FIN, PSH and URG. */
static enum finding expected(unsigned int flags)
{
	bool fin = has(flags, TCP_FIN), urg = has(flags, TCP_URG);

	if (conforms(flags))
		return FINDING_NONE;
	if (flags & (TCP_SYN | TCP_RST | TCP_ACK))
		return FINDING_INVALID_FLAGS;
	if (fin)
		return urg ? FINDING_XMAS_SCAN : FINDING_FIN_SCAN;
	return urg ? FINDING_INVALID_FLAGS : FINDING_NULL_SCAN;
}

static void every_set_of_flags_gets_its_finding(void **state)
{
	(void)state;
	for (unsigned int flags = 0; flags <= ALL_FLAGS; flags++)
		if (finding_of_flags((uint16_t)flags) != expected(flags))
			fail_msg(
				"flags 0x%03x: %s instead of %s", flags,
				finding_name[finding_of_flags((uint16_t)flags)],
				finding_name[expected(flags)]);
}

/* Nine sets, each with all combinations of PSH, ECE, CWR and AE. */
static void nine_sets_of_flags_are_in_order(void **state)
{
	unsigned int in_order = 0;

	(void)state;
	for (unsigned int flags = 0; flags <= ALL_FLAGS; flags++)
		in_order += finding_of_flags((uint16_t)flags) == FINDING_NONE;
	assert_int_equal(in_order, 9 * 16);
}

static void push_and_congestion_flags_change_nothing(void **state)
{
	const unsigned int masked = TCP_PSH | TCP_ECE | TCP_CWR | TCP_AE;

	(void)state;
	for (unsigned int flags = 0; flags <= ALL_FLAGS; flags++)
		assert_int_equal(finding_of_flags((uint16_t)flags),
				 finding_of_flags((uint16_t)(flags & ~masked)));
}

static void every_finding_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < NUM_FINDINGS; i++) {
		assert_non_null(finding_name[i]);
		assert_true(finding_name[i][0]);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(finding_name[i],
						finding_name[j]);
	}
}

static void findings_have_the_names_used_everywhere(void **state)
{
	static const char *const names[NUM_FINDINGS] = {
		[FINDING_NONE] = "none",
		[FINDING_NULL_SCAN] = "null-scan",
		[FINDING_FIN_SCAN] = "fin-scan",
		[FINDING_XMAS_SCAN] = "xmas-scan",
		[FINDING_INVALID_FLAGS] = "invalid-flags",
		[FINDING_MAIMON_SCAN] = "maimon-scan",
		[FINDING_ACK_SCAN] = "ack-scan",
		[FINDING_UNSOLICITED_SYN_ACK] = "unsolicited-syn-ack",
		[FINDING_UNSOLICITED_RST] = "unsolicited-rst",
		[FINDING_SYN_SCAN] = "syn-scan",
		[FINDING_CONNECT_SCAN] = "connect-scan",
		[FINDING_SYN_FLOOD] = "syn-flood",
		[FINDING_BAD_HANDSHAKE_ACK] = "bad-handshake-ack",
		[FINDING_BAD_SYN_ACK] = "bad-syn-ack",
	};

	(void)state;
	for (int i = 0; i < NUM_FINDINGS; i++)
		assert_string_equal(finding_name[i], names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_set_of_flags_gets_its_finding),
		cmocka_unit_test(nine_sets_of_flags_are_in_order),
		cmocka_unit_test(push_and_congestion_flags_change_nothing),
		cmocka_unit_test(every_finding_has_a_name_of_its_own),
		cmocka_unit_test(findings_have_the_names_used_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
