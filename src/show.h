/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What handshakectl makes of the daemon's answers for a person to read. An
 * answer that lacks something is shown as far as it goes.
 */
#ifndef HANDSHAKED_SHOW_H
#define HANDSHAKED_SHOW_H

#include <jansson.h>
#include <stdio.h>

typedef void (*show_fn)(const json_t *answer, FILE *out);

/* show_status.c: to "status". */
void show_status(const json_t *answer, FILE *out);

/* show_explain.c: to "explain SOURCE". */
void show_explanation(const json_t *answer, FILE *out);

#endif
