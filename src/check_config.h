/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "handshakectl check-config": is a configuration file right? */
#ifndef HANDSHAKED_CHECK_CONFIG_H
#define HANDSHAKED_CHECK_CONFIG_H

/*
 * Reads the file, or the default one for NULL, as a daemon would that starts;
 * needs none, nor root. Prints "FILE: good" and returns 0, or the first error,
 * on standard error, and returns 1.
 */
int check_config(const char *file);

#endif
