/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first few of many: what sorting all of them would leave at the front. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/best.h"

#define MANY 500

struct item {
	uint8_t key;
	uint32_t number; /* a second key, so that no two are the same */
	char rest[7];
};

static int compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void assert_first(const struct item *all, unsigned int count,
			 unsigned int max)
{
	struct item kept[MANY + 1], sorted[MANY];
	struct best b = {.items = (unsigned char *)kept,
			 .bytes = sizeof(struct item),
			 .max = max,
			 .compare = compare};
	unsigned int left = count < max ? count : max;

	kept[max].key = 77; /* the end of its room */
	for (unsigned int i = 0; i < count; i++)
		best_add(&b, &all[i]);
	best_sort(&b);
	memcpy(sorted, all, count * sizeof(*all));
	qsort(sorted, count, sizeof(*sorted), compare);
	assert_int_equal(b.count, left);
	for (unsigned int i = 0; i < left; i++)
		assert_int_equal(kept[i].number, sorted[i].number);
	assert_int_equal(kept[max].key, 77);
}

static void they_are_those_that_sorting_leaves_in_front(void **state)
{
	static const unsigned int counts[] = {0, 1, 2, 3, 19, 20, 21, MANY};
	struct item all[MANY] = {{0}};

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		all[i] = (struct item){.key = (uint8_t)(i * 7919 >> 3),
				       .number = i};
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		assert_first(all, counts[i], 1);
		assert_first(all, counts[i], 20);
		assert_first(all, counts[i], MANY);
	}
}

static void the_last_of_them_is_known(void **state)
{
	struct item kept[2], items[] = {{.key = 5}, {.key = 3}, {.key = 4}};
	struct best b = {.items = (unsigned char *)kept,
			 .bytes = sizeof(struct item),
			 .max = 2,
			 .compare = compare};

	(void)state;
	assert_null(best_last(&b));
	best_add(&b, &items[0]);
	best_add(&b, &items[1]);
	assert_int_equal(((const struct item *)best_last(&b))->key, 5);
	assert_true(best_wants(&b, &items[2]));
	best_add(&b, &items[2]);
	assert_int_equal(((const struct item *)best_last(&b))->key, 4);
	assert_false(best_wants(&b, &items[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_those_that_sorting_leaves_in_front),
		cmocka_unit_test(the_last_of_them_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
