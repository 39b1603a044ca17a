/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration files with damage of every kind. Each is either taken, and then
 * what is printed of it is read back as the same; or refused, with lines of
 * printable text, each of which names the file.
 */
#include "random.h"

#include "config_fixture.h"

#define FILES 1000

/* Every key, in its smallest form. */
static const char whole[] =
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
	"[network]\ninside = 192.0.2.0/24, ::/0\nnever = 2001:db8::/32\n";

struct text {
	char bytes[2 * sizeof(whole)];
	size_t len;
};

/* What matters to the one who reads comes more often than the rest. */
static char random_byte(void)
{
	static const char often[] = "\n\r\t =;#[],./:0123456789-+e\"'\\%\x1b";

	if (random_once_in(4))
		return (char)random_bits();
	return often[random_below(sizeof(often))]; /* NUL too */
}

static void move_tail(struct text *t, size_t from, size_t to)
{
	memmove(t->bytes + to, t->bytes + from, t->len - from);
	t->len = t->len - from + to;
}

/* At one place: another byte, one more, some less, or a piece of it again. */
static void damage(struct text *t)
{
	size_t at = random_below((uint32_t)t->len);
	size_t some = 1 + random_below(20);

	if (some > t->len - at)
		some = t->len - at;
	switch (random_below(4)) {
	case 0:
		t->bytes[at] = random_byte();
		break;
	case 1:
		if (t->len < sizeof(t->bytes)) {
			move_tail(t, at, at + 1);
			t->bytes[at] = random_byte();
		}
		break;
	case 2:
		if (some < t->len)
			move_tail(t, at + some, at);
		break;
	default:
		if (t->len + some <= sizeof(t->bytes))
			move_tail(t, at, at + some);
		break;
	}
}

/* Returns whether it was taken. */
static bool assert_told(void)
{
	if (error[0] == '\0')
		return true;
	for (char *rest = error, *line; (line = strsep(&rest, "\n"));) {
		if (!rest && strncmp(line, "and ", 4) == 0)
			break; /* so many more */
		assert_memory_equal(line, path, strlen(path));
		assert_true(strlen(line) > strlen(path) + strlen(": "));
		for (const char *c = line; *c; c++)
			assert_in_range((unsigned char)*c, ' ', '~');
	}
	return false;
}

static void assert_reads_back(void)
{
	char *printed = print(&config), *again;

	assert_taken(printed);
	again = print(&config);
	assert_string_equal(again, printed);
	free(printed);
	free(again);
}

static void what_is_not_refused_is_printed_and_reads_back(void **state)
{
	unsigned int taken = 0, refused = 0;

	(void)state;
	for (int i = 0; i < FILES; i++) {
		struct text t = {.len = sizeof(whole) - 1};
		int rc;

		memcpy(t.bytes, whole, t.len);
		for (uint32_t n = random_below(4); n > 0; n--)
			damage(&t);
		rc = read_bytes(t.bytes, t.len);
		assert_int_equal(rc, assert_told() ? 0 : -1);
		if (rc == 0)
			assert_reads_back();
		taken += rc == 0;
		refused += rc != 0;
	}
	print_message("%u taken, %u refused\n", taken, refused);
	assert_true(taken > FILES / 10);
	assert_true(refused > FILES / 10);
}

static void bytes_of_any_kind_are_survived(void **state)
{
	char bytes[512];

	(void)state;
	for (int i = 0; i < FILES; i++) {
		size_t len = random_below(sizeof(bytes));

		for (size_t j = 0; j < len; j++)
			bytes[j] = random_byte();
		read_bytes(bytes, len);
		assert_told();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		random_test(what_is_not_refused_is_printed_and_reads_back),
		random_test(bytes_of_any_kind_are_survived),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
