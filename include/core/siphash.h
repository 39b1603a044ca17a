/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF",
 * 2012): the hash of our tables. Keyed with a secret, so that no sender can
 * choose addresses that collide; one and three rounds are what the Linux
 * kernel and several languages use for tables.
 */
#ifndef HANDSHAKED_CORE_SIPHASH_H
#define HANDSHAKED_CORE_SIPHASH_H

#include "core/base.h"

uint64_t siphash13(const uint8_t key[16], const void *bytes, size_t len);

#endif
