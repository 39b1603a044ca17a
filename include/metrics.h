/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's answer to "status" in Prometheus' text format (version 0.0.4):
 * for handshakectl and the exporter, which link nothing else of the daemon's.
 */
#ifndef HANDSHAKED_METRICS_H
#define HANDSHAKED_METRICS_H

#include <jansson.h>
#include <stdio.h>

/* What HTTP calls the format. */
#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/*
 * Writes every metric there is a value for, each with its HELP and TYPE; a
 * member that is missing or not of its type is left out. Findings, outcomes
 * and reasons that have not occurred are written as 0, or rates of them would
 * miss the first. Without an answer, NULL, there is handshaked_up, which is
 * then 0, and no more.
 */
void metrics_print(const json_t *status, FILE *out);

#endif
