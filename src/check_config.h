/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "handshakectl check-config": is a configuration file right? */
#ifndef HANDSHAKED_CHECK_CONFIG_H
#define HANDSHAKED_CHECK_CONFIG_H

#include <stdbool.h>

/*
 * Reads the file, or the default one for NULL, as a daemon would that starts;
 * needs none, nor root. Prints "FILE: good" and returns 0, or all errors, on
 * standard error, and returns 1. As JSON either is an object on standard
 * output.
 */
int check_config(const char *file, bool as_json);

#endif
