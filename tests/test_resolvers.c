/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * resolvers.c: what counts as a name server in a text, whole or damaged, and
 * files that come, go and are replaced.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "random.h"
#include "resolvers.h"

static struct resolvers resolvers;
static char dir[64], file[96], stub[96], other[96];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/handshaked-resolv.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/resolv.conf", dir);
	snprintf(stub, sizeof(stub), "%s/stub", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	resolvers_init(&resolvers, file, stub);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(file);
	unlink(stub);
	unlink(other);
	return rmdir(dir);
}

/* All addresses, with a blank between them. */
static const char *found(void)
{
	static char list[RESOLVERS_MAX * (ADDRESS_TEXT_BYTES + 1)];
	char text[ADDRESS_TEXT_BYTES];

	list[0] = '\0';
	for (size_t i = 0; i < resolvers.num; i++) {
		if (i > 0)
			strcat(list, " ");
		strcat(list, address_format(&resolvers.address[i], text));
	}
	return list;
}

static const struct text {
	const char *text, *found;
} texts[] = {
	{"", ""},
	{"\n\n\n", ""},
	{"nameserver 192.0.2.53\n", "192.0.2.53"},
	{"nameserver 192.0.2.53", "192.0.2.53"},
	{"nameserver\t 192.0.2.53 \t\n", "192.0.2.53"},
	{"nameserver 192.0.2.53\r\nnameserver 2001:db8::53\r\n",
	 "192.0.2.53 2001:db8::53"},
	{"# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n"
	 "domain example.org\nsearch example.org example.com\n"
	 "options edns0 trust-ad\nsortlist 192.0.2.0/255.255.255.0\n"
	 "nameserver 2001:db8::53\n",
	 "2001:db8::53"},
	{"nameserver fe80::1%eth0\nnameserver fe80::2%3\n", "fe80::1 fe80::2"},
	{"nameserver fe80::1%\n", "fe80::1"},
	{"nameserver 192.0.2.53 # the first\n", "192.0.2.53"},
	{"nameserver 192.0.2.53;x\nnameserver 192.0.2.54#x\n",
	 "192.0.2.53 192.0.2.54"},
	{"nameserver 192.0.2.53 192.0.2.54\n", "192.0.2.53"},
	{"nameserver 192.0.2.53\nnameserver 192.0.2.53\n", "192.0.2.53"},
	{"nameserver 2001:db8:1111:2222:3333:4444:255.255.255.255\n",
	 "2001:db8:1111:2222:3333:4444:ffff:ffff"},
	/* None of these is one. */
	{" nameserver 192.0.2.53\n", ""},
	{"nameserver\n", ""},
	{"nameserver \n192.0.2.53\n", ""},
	{"nameserver192.0.2.53\n", ""},
	{"nameservers 192.0.2.53\n", ""},
	{"NAMESERVER 192.0.2.53\n", ""},
	{"nameserver ns.example.org\n", ""},
	{"nameserver 192.0.2.256\nnameserver 192.0.2\n", ""},
	{"nameserver 192.0.2.0/24\n", ""},
	{"nameserver %eth0\nnameserver #192.0.2.53\n", ""},
	{"nameserver 0000000000000000000000000000000000000000000192.0.2.53\n",
	 ""},
	{"nameserver", ""},
	{"name", ""},
};

static void a_text_is_read_as_the_resolver_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		/* On the heap: a sanitizer then sees a read beyond its end. */
		size_t bytes = strlen(texts[i].text);
		char *copy = malloc(bytes ? bytes : 1);

		memcpy(copy, texts[i].text, bytes);
		resolvers.num = 0;
		assert_false(resolvers_parse(&resolvers, copy, bytes));
		if (strcmp(found(), texts[i].found) != 0)
			fail_msg("\"%s\" gives \"%s\"", texts[i].text, found());
		free(copy);
	}
}

static void the_loopback_interface_is_a_stub(void **state)
{
	static const char *const stubs[] = {
		"nameserver 127.0.0.53\n",
		"nameserver 192.0.2.53\nnameserver 127.1.2.3\n",
		"nameserver ::1\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stubs); i++)
		assert_true(resolvers_parse(&resolvers, stubs[i],
					    strlen(stubs[i])));
	assert_string_equal(found(), "192.0.2.53");
}

static void bytes_of_any_kind_do_no_harm(void **state)
{
	static const char start[] = "nameserver 2001:db8::53%eth0\n"
				    "nameserver 192.0.2.53 ;\n"
				    "nameserver 127.0.0.53\n";
	const size_t bytes = sizeof(start) - 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t len = random_below((uint32_t)bytes + 1);
		char *text = malloc(len ? len : 1);

		memcpy(text, start, len);
		for (int i = 0; len > 0 && i < 3; i++)
			text[random_below((uint32_t)len)] =
				(char)random_below(256);
		resolvers.num = 0;
		resolvers_parse(&resolvers, text, len);
		assert_true(resolvers.num <= 3);
		free(text);
	}
}

static void more_than_there_is_room_for_are_left_out(void **state)
{
	char line[64];

	(void)state;
	for (int i = 0; i < RESOLVERS_MAX + 5; i++) {
		snprintf(line, sizeof(line), "nameserver 192.0.2.%d\n", i);
		resolvers_parse(&resolvers, line, strlen(line));
	}
	assert_int_equal(resolvers.num, RESOLVERS_MAX);
}

/* ---- files ---- */

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void an_absent_file_is_no_resolver(void **state)
{
	(void)state;
	assert_false(resolvers_refresh(&resolvers));
	assert_string_equal(found(), "");
	write_file(file, "nameserver 192.0.2.53\n");
	assert_true(resolvers_refresh(&resolvers));
	assert_string_equal(found(), "192.0.2.53");
	assert_false(resolvers_refresh(&resolvers));
	unlink(file);
	assert_true(resolvers_refresh(&resolvers));
	assert_string_equal(found(), "");
}

static void a_file_is_read_again_when_it_was_replaced(void **state)
{
	(void)state;
	write_file(file, "nameserver 192.0.2.53\n");
	assert_true(resolvers_refresh(&resolvers));
	write_file(other, "nameserver 192.0.2.54\n");
	rename(other, file);
	assert_true(resolvers_refresh(&resolvers));
	assert_string_equal(found(), "192.0.2.54");
}

static void a_file_is_read_again_when_it_was_written_to(void **state)
{
	(void)state;
	write_file(file, "nameserver 192.0.2.53\n");
	assert_true(resolvers_refresh(&resolvers));
	usleep(20000); /* file systems tell times by the timer's tick */
	write_file(file, "nameserver 192.0.2.54\n");
	assert_true(resolvers_refresh(&resolvers));
	assert_string_equal(found(), "192.0.2.54");
	usleep(20000);
	write_file(file, "nameserver 192.0.2.54 # x\n");
	assert_false(resolvers_refresh(&resolvers)); /* the same servers */
}

static void a_link_is_followed(void **state)
{
	(void)state;
	write_file(other, "nameserver 192.0.2.53\n");
	assert_int_equal(symlink(other, file), 0);
	assert_true(resolvers_refresh(&resolvers));
	unlink(other);
	assert_true(resolvers_refresh(&resolvers));
	assert_string_equal(found(), "");
	write_file(other, "nameserver 192.0.2.54\n");
	assert_true(resolvers_refresh(&resolvers));
	assert_string_equal(found(), "192.0.2.54");
}

static void behind_a_stub_are_others(void **state)
{
	(void)state;
	write_file(stub, "nameserver 192.0.2.1\nnameserver fe80::1%eth0\n");
	write_file(file, "nameserver 192.0.2.53\n");
	assert_true(resolvers_refresh(&resolvers));
	assert_string_equal(found(), "192.0.2.53");
	write_file(file, "nameserver 127.0.0.53\noptions edns0\n");
	assert_true(resolvers_refresh(&resolvers));
	assert_string_equal(found(), "192.0.2.1 fe80::1");
	unlink(stub);
	assert_true(resolvers_refresh(&resolvers));
	assert_string_equal(found(), "");
}

static void what_is_no_plain_file_is_not_waited_for(void **state)
{
	(void)state;
	resolvers_init(&resolvers, "/dev/zero", "/");
	assert_false(resolvers_refresh(&resolvers));
	assert_int_equal(mkfifo(file, 0600), 0);
	resolvers_init(&resolvers, file, stub);
	assert_false(resolvers_refresh(&resolvers));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_text_is_read_as_the_resolver_does),
		TEST(the_loopback_interface_is_a_stub),
		random_test(bytes_of_any_kind_do_no_harm),
		TEST(more_than_there_is_room_for_are_left_out),
		TEST(an_absent_file_is_no_resolver),
		TEST(a_file_is_read_again_when_it_was_replaced),
		TEST(a_file_is_read_again_when_it_was_written_to),
		TEST(a_link_is_followed),
		TEST(behind_a_stub_are_others),
		TEST(what_is_no_plain_file_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
