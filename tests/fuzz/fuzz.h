/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzz targets share: libFuzzer's entry, a reader that takes an input
 * apart, and claims that hold in every build. A target is one file here; see
 * `run`.
 */
#ifndef HANDSHAKED_TESTS_FUZZ_H
#define HANDSHAKED_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CLAIM(what)                                                      \
	do {                                                             \
		if (!(what)) {                                           \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, \
				__LINE__, #what);                        \
			abort();                                         \
		}                                                        \
	} while (0)

/* What is left of an input; past its end everything is zero. */
struct input {
	const uint8_t *at;
	size_t left;
};

static inline uint32_t input_number(struct input *in, unsigned int bytes)
{
	uint32_t n = 0;

	for (; bytes > 0 && in->left > 0; bytes--, in->left--)
		n = n << 8 | *in->at++;
	return n;
}

/* A piece of up to `want` bytes; *len is how many there are. */
static inline const uint8_t *input_piece(struct input *in, size_t want,
					 size_t *len)
{
	const uint8_t *piece = in->at;

	*len = want < in->left ? want : in->left;
	in->at += *len;
	in->left -= *len;
	return piece;
}

#endif
