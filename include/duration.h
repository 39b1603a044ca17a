/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a duration as an operator writes it. Used by handshakectl, the daemon
 * and the configuration.
 */
#ifndef HANDSHAKED_DURATION_H
#define HANDSHAKED_DURATION_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads seconds from text such as "90", "90s", "10m", "1h30m", "2d12h" or
 * "1w". Each unit (w d h m s) stands at most once, the longer before the
 * shorter; a number without a unit is seconds and stands alone. Returns false
 * for any other text and above 2^64 - 1 seconds; *seconds is then unchanged.
 */
bool duration_parse(const char *text, uint64_t *seconds);

#endif
