/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file: what is read and what is printed. What is refused
 * is in test_config_errors.c, what numbers may be in test_config_value.c. Runs
 * in the top directory, where the sample file is.
 */
#include "config_fixture.h"

#define SAMPLE "systemd/handshaked.conf"

static const struct config defaults = {
	.judge = {.mode = MODE_ENFORCE,
		  .flows = 262144,
		  .sources = 65536,
		  .services = 65536,
		  .syn_timeout_s = 5,
		  .half_open_timeout_s = 30,
		  .grace_s = 10,
		  .evidence_age_s = 86400,
		  .block_time_s = 600,
		  .block_time_proved_s = 3600,
		  .block_time_max_s = 86400,
		  .listings_per_minute = 20,
		  .blocklist_size = 65536,
		  .inside_failures = 250,
		  .pending = 7,
		  .net_addresses = 3,
		  .flood_half_open = 256},
	.success_benign_milli = 800,
	.success_scanner_milli = 200,
	.detection_milli = 990,
	.false_positive_micro = 100,
	.control = "/run/handshaked/control.sock",
	.state = "/var/lib/handshaked/state",
	.events = "/var/log/handshaked/events.json",
	.events_per_second = 100,
	.queue_count = 1,
	.queue_length = 2048,
};

/* None at its default, each number another. */
static const char every_key[] =
	"[daemon]\nmode = observe\ncontrol = /tmp/c\nstate = /tmp/s\n"
	"[queue]\nnum = 7\ncount = 2\nlength = 64\n"
	"[model]\nflows = 2000\nsources = 2001\nservices = 2002\n"
	"syn_timeout = 11\nhalf_open_timeout = 12\ngrace = 0\n"
	"[policy]\nsuccess_benign = 0.85\nsuccess_scanner = 0.15\n"
	"detection = 0.975\nfalse_positive = 0.000025\nevidence_age = 61\n"
	"block_time = 62\nblock_time_proved = 63\nblock_time_max = 64\n"
	"listings_per_minute = 65\nblocklist_size = 66\n"
	"inside_failures = 67\npending = 68\nnet_addresses = 16\n"
	"flood_half_open = 17\n"
	"[events]\nfile = /tmp/e\nper_second = 18\n"
	"[network]\ninside = 192.0.2.0/24\nnever = 2001:db8::/32\n";

static const struct config every_key_read = {
	.judge = {.mode = MODE_OBSERVE,
		  .flows = 2000,
		  .sources = 2001,
		  .services = 2002,
		  .syn_timeout_s = 11,
		  .half_open_timeout_s = 12,
		  .evidence_age_s = 61,
		  .block_time_s = 62,
		  .block_time_proved_s = 63,
		  .block_time_max_s = 64,
		  .listings_per_minute = 65,
		  .blocklist_size = 66,
		  .inside_failures = 67,
		  .pending = 68,
		  .net_addresses = 16,
		  .flood_half_open = 17},
	.success_benign_milli = 850,
	.success_scanner_milli = 150,
	.detection_milli = 975,
	.false_positive_micro = 25,
	.control = "/tmp/c",
	.state = "/tmp/s",
	.events = "/tmp/e",
	.events_per_second = 18,
	.queue_num = 7,
	.queue_count = 2,
	.queue_length = 64,
	.inside = {{.address = {{[10] = 0xff, 0xff, 192, 0, 2, 0}},
		    .bits = 120}},
	.num_inside = 1,
	.never = {{.address = {{0x20, 0x01, 0x0d, 0xb8}}, .bits = 32}},
	.num_never = 1,
};

/* Compared as text: it shows what differs. */
static void assert_config(const struct config *expected)
{
	char *ours = print(&config), *theirs = print(expected);

	assert_string_equal(ours, theirs);
	free(ours);
	free(theirs);
}

static void assert_inside(size_t i, const char *expected)
{
	char text[PREFIX_TEXT_BYTES];

	assert_true(i < config.num_inside);
	assert_string_equal(prefix_format(&config.inside[i], text), expected);
}

static void the_defaults_are_those_of_the_manual(void **state)
{
	(void)state;
	config_default(&config);
	assert_config(&defaults);
}

static void every_key_is_read_into_its_field(void **state)
{
	(void)state;
	assert_taken(every_key);
	assert_config(&every_key_read);
}

static void an_empty_file_leaves_the_defaults(void **state)
{
	(void)state;
	assert_taken("");
	assert_config(&defaults);
}

static void blanks_comments_and_line_ends_do_not_matter(void **state)
{
	(void)state;
	assert_taken("\xef\xbb\xbf# 1\r\n\r\n; 2\r\n [queue] # 3\r\n"
		     "\tnum = 5 ; 4\r\n  # 5\n \n"
		     "    length=64");
	assert_int_equal(config.queue_num, 5);
	assert_int_equal(config.queue_length, 64);
}

static void a_number_sign_behind_a_blank_begins_a_comment(void **state)
{
	(void)state;
	assert_taken("[queue] # the only one\nnum = 5 # five\n"
		     "length = 64\t#\n[daemon]\nstate = /tmp/a#b;c\n"
		     "control = /tmp/# ; # ;\n"
		     "[network]\nnever = 192.0.2.7 # = 192.0.2.8\n");
	assert_int_equal(config.queue_num, 5);
	assert_int_equal(config.queue_length, 64);
	assert_string_equal(config.state, "/tmp/a#b;c");
	assert_string_equal(config.control, "/tmp/#");
	assert_int_equal(config.num_never, 1);
}

static void prefixes_stand_between_commas_or_blanks(void **state)
{
	(void)state;
	assert_taken("[network]\ninside = 192.0.2.0/24,198.51.100.7 ,\t::/0\n");
	assert_int_equal(config.num_inside, 3);
	assert_inside(0, "192.0.2.0/24");
	assert_inside(1, "198.51.100.7");
	assert_inside(2, "::/0");
}

/* It is longer than any that is printed. */
static void a_prefix_written_out_in_full_is_not_cut(void **state)
{
	(void)state;
	assert_taken("[network]\ninside = "
		     "0000:0000:0000:0000:0000:ffff:255.255.255.255/128\n");
	assert_inside(0, "255.255.255.255");
}

static void inside_may_be_repeated(void **state)
{
	(void)state;
	assert_taken("[network]\ninside = 192.0.2.0/24\ninside = ::/0\n");
	assert_inside(0, "192.0.2.0/24");
	assert_inside(1, "::/0");
	/* Another reading starts over. */
	assert_int_equal(config_read(&config, path, error, sizeof(error)), 0);
	assert_int_equal(config.num_inside, 2);
}

static void never_is_a_list_of_its_own(void **state)
{
	char text[PREFIX_TEXT_BYTES];

	(void)state;
	assert_taken("[network]\nnever = 192.0.2.7\ninside = 192.0.2.0/24\n"
		     "never = 2001:db8::53, 198.51.100.0/24\n");
	assert_int_equal(config.num_inside, 1);
	assert_inside(0, "192.0.2.0/24");
	assert_int_equal(config.num_never, 3);
	prefix_format(&config.never[2], text);
	assert_string_equal(text, "198.51.100.0/24");
}

/* `count` lines of the longest prefixes there are; to be freed. */
static char *many_prefixes(const char *key, int count)
{
	size_t bytes;
	char *text;
	FILE *f = open_memstream(&text, &bytes);

	assert_non_null(f);
	fprintf(f, "[network]\n");
	for (int i = 0; i < count; i++)
		fprintf(f, "%s = 1111:2222:3333:4444:5555:6666:7777:%x/127\n",
			key, 0x1000 + 2 * i);
	fclose(f);
	return text;
}

static void there_is_room_for_64_prefixes_and_no_more(void **state)
{
	char *fits = many_prefixes("inside", 64);
	char *too_many = many_prefixes("inside", 65);
	char *never = many_prefixes("never", 65);

	(void)state;
	assert_taken(fits);
	assert_int_equal(config.num_inside, 64);
	assert_refused(too_many, "66: [network] inside: more than 64 prefixes");
	assert_refused(never, "66: [network] never: more than 64 prefixes");
	free(fits);
	free(too_many);
	free(never);
}

static void what_is_printed_reads_back_the_same(void **state)
{
	char *prefixes = many_prefixes("never", 64);
	const char *const files[] = {"", every_key, prefixes};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct config before;
		char *text;

		assert_taken(files[i]);
		before = config;
		text = print(&before);
		assert_taken(text);
		assert_config(&before);
		free(text);
	}
	free(prefixes);
}

static void the_print_tells_what_is_legal(void **state)
{
	static const char start[] =
		"[daemon]\n# enforce or observe\nmode = enforce\n"
		"# an absolute path of at most 107 bytes\n"
		"control = /run/handshaked/control.sock\n"
		"# an absolute path of at most 107 bytes, or nothing\n"
		"state = /var/lib/handshaked/state\n\n"
		"[queue]\n# a whole number from 0 to 65535\nnum = 0\n";
	char *text = print(&defaults);

	(void)state;
	text[strlen(start)] = '\0';
	assert_string_equal(text, start);
	free(text);
}

/*
 * Its lines that are sections or keys, to be freed. "# text" is a comment,
 * "#key = value" a key.
 */
static char *bare_lines(FILE *in)
{
	char *text, line[256];
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	while (fgets(line, sizeof(line), in)) {
		const char *start = line;

		if (line[0] == '#' && !strchr(" \n", line[1]))
			start++;
		if (!strchr("#\n", *start))
			fputs(start, out);
	}
	fclose(out);
	fclose(in);
	return text;
}

static void the_sample_file_shows_every_key_at_its_default(void **state)
{
	char *text = print(&defaults);
	char *printed = bare_lines(fmemopen(text, strlen(text), "r"));
	char *sample = bare_lines(fopen(SAMPLE, "r"));

	(void)state;
	assert_string_equal(sample, printed);
	assert_taken(sample);
	free(text);
	free(printed);
	free(sample);
}

static void the_sample_file_as_it_is_changes_nothing(void **state)
{
	(void)state;
	config_default(&config);
	assert_int_equal(config_read(&config, SAMPLE, error, sizeof(error)), 0);
	assert_config(&defaults);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_are_those_of_the_manual),
		cmocka_unit_test(every_key_is_read_into_its_field),
		cmocka_unit_test(an_empty_file_leaves_the_defaults),
		cmocka_unit_test(blanks_comments_and_line_ends_do_not_matter),
		cmocka_unit_test(a_number_sign_behind_a_blank_begins_a_comment),
		cmocka_unit_test(prefixes_stand_between_commas_or_blanks),
		cmocka_unit_test(a_prefix_written_out_in_full_is_not_cut),
		cmocka_unit_test(inside_may_be_repeated),
		cmocka_unit_test(never_is_a_list_of_its_own),
		cmocka_unit_test(there_is_room_for_64_prefixes_and_no_more),
		cmocka_unit_test(what_is_printed_reads_back_the_same),
		cmocka_unit_test(the_print_tells_what_is_legal),
		cmocka_unit_test(
			the_sample_file_shows_every_key_at_its_default),
		cmocka_unit_test(the_sample_file_as_it_is_changes_nothing),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
