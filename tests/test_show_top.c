/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screen of "handshakectl top": how lines are cut and tables sorted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../src/show.h"

/* ---- lines ---- */

static void assert_cut(const char *text, int columns, int rows,
		       const char *expected)
{
	char *cut = NULL;
	size_t bytes;
	FILE *out = open_memstream(&cut, &bytes);
	int lines = 0;

	assert_non_null(out);
	for (const char *c = expected; *c; c++)
		lines += *c == '\n';
	assert_int_equal(show_cut(text, columns, rows, out), lines);
	fclose(out);
	assert_string_equal(cut, expected);
	free(cut);
}

static void a_line_ends_at_the_last_column(void **state)
{
	(void)state;
	assert_cut("12345\n123456\n1234567\n", 6, 9, "12345\n123456\n123456\n");
	assert_cut("no newline", 4, 9, "no n\n");
	assert_cut("\n\nx\n", 1, 9, "\n\nx\n");
	assert_cut("", 5, 9, "");
}

static void lines_end_at_the_last_row(void **state)
{
	(void)state;
	assert_cut("1\n2\n3\n", 5, 2, "1\n2\n");
	assert_cut("1\n2", 5, 0, "");
}

static void colours_take_no_room_and_are_ended(void **state)
{
	(void)state;
	assert_cut("\033[1;31mred\033[0m\n", 3, 9, "\033[1;31mred\033[0m\n");
	assert_cut("\033[31mred and more\033[0m tail\n", 3, 9,
		   "\033[31mred\033[0m\n");
	/* One that is cut off is not taken for letters. */
	assert_cut("ab\033[3", 5, 9, "ab\033[3\n");
	assert_cut("ab\033[", 5, 9, "ab\033[\n");
}

static void a_character_of_several_bytes_is_one_column(void **state)
{
	(void)state;
	assert_cut("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z", 3, 9,
		   "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\n");
	assert_cut("\xc3\xa4\xe2\x82\xac", 1, 9, "\xc3\xa4\n");
	/* What is no UTF-8 is a column a byte, and hides no newline. */
	assert_cut("\xff\xc3\nab", 2, 9, "\xff\xc3\nab\n");
}

/* ---- tables ---- */

static json_t *sources(void)
{
	return json_pack("{s:i, s:[{s:s,s:i,s:i},{s:s,s:i,s:i},{s:s,s:i,s:i}]}",
			 "total", 5000, "sources", "source", "a", "ports", 3,
			 "seen_age_s", 50, "source", "b", "ports", 9,
			 "seen_age_s", 20, "source", "c", "ports", 9,
			 "seen_age_s", 10);
}

static json_t *blocklist(void)
{
	return json_pack("{s:[{s:s,s:i,s:i},{s:s,s:i,s:i},{s:s,s:i,s:i}]}",
			 "entries", "source", "a", "timeout_s", 0, "packets", 7,
			 "source", "b", "timeout_s", 60, "expires_s", 40,
			 "source", "c", "timeout_s", 60, "expires_s", 4);
}

/* Takes the reference. The names in the order of the key. */
static void assert_order(json_t *answer, char key, size_t keep,
			 const char *expected)
{
	const struct top_order *order = top_order_of(key);
	const char *name;
	json_t *list, *o;
	char names[16] = "";
	size_t i;

	assert_non_null(order);
	top_sort(answer, order, keep);
	name = order->list == TOP_SOURCES ? "sources" : "entries";
	list = json_object_get(answer, name);
	json_array_foreach(list, i, o)
	{
		strcat(names, show_word(o, "source"));
	}
	assert_string_equal(names, expected);
	/* Only of the daemon's own order it is "the worst 3 of 5000". */
	if (order->list == TOP_SOURCES)
		assert_int_equal(show_number(answer, "total"),
				 order->member ? 0 : 5000);
	json_decref(answer);
}

static void each_key_has_its_order(void **state)
{
	(void)state;
	assert_order(sources(), 's', 9, "abc");
	assert_order(sources(), 't', 9, "cba");
	assert_order(sources(), 'o', 9, "bca"); /* of equals the worse one */
	assert_order(sources(), 'o', 2, "bc");
	assert_order(blocklist(), 'n', 9, "abc");
	assert_order(blocklist(), 'e', 9, "cba"); /* never comes last */
	assert_order(blocklist(), 'p', 1, "a");
	assert_order(blocklist(), 'p', 0, "");
	assert_null(top_order_of('x'));
	assert_null(top_order_of('\0'));
}

static void an_answer_of_another_form_is_survived(void **state)
{
	json_t *answer = json_pack("{s:s}", "sources", "none");
	json_t *odd = json_pack("{s:[i,s,{}]}", "sources", 1, "x");

	(void)state;
	top_sort(answer, top_order_of('o'), 5);
	top_sort(odd, top_order_of('o'), 2);
	assert_int_equal(json_array_size(json_object_get(odd, "sources")), 2);
	json_decref(answer);
	json_decref(odd);
}

/* Every key is on the screen that explains them, and on the last line. */
static void every_key_is_explained(void **state)
{
	const struct top_order *order[2] = {top_order_of('t'),
					    top_order_of('b')};
	char text[2048] = "", line[128] = "", row[80];
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	show_top_keys(out);
	fclose(out);
	out = fmemopen(line, sizeof(line), "w");
	show_top_line(order, out);
	fclose(out);
	assert_string_equal(line, "h help  q quit  sort sources s [t] o d"
				  "  list n e p [b]\n");
	for (const struct top_order *o = top_orders; o->key; o++) {
		snprintf(row, sizeof(row), "\n  %c     %s\n", o->key, o->help);
		assert_non_null(strstr(text, row));
	}
	assert_non_null(strstr(text, "\n  q     quit\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_ends_at_the_last_column),
		cmocka_unit_test(lines_end_at_the_last_row),
		cmocka_unit_test(colours_take_no_room_and_are_ended),
		cmocka_unit_test(a_character_of_several_bytes_is_one_column),
		cmocka_unit_test(each_key_has_its_order),
		cmocka_unit_test(an_answer_of_another_form_is_survived),
		cmocka_unit_test(every_key_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
