/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Endings as log lines, so many in a second and no more. */
#include "handshake_log.h"

#include <stdio.h>
#include <syslog.h>

#include "log.h"

static void write_line(const struct ending *e)
{
	char orig[ADDRESS_TEXT_BYTES], orig_port[8];
	char resp[ADDRESS_TEXT_BYTES], resp_port[8], line[256];
	const char *state = conn_state_name[e->conn_state];
	const struct log_field fields[] = {
		{"HANDSHAKED_EVENT", "handshake"},
		{"SRC_IP", address_format(&e->orig, orig)},
		{"SRC_PORT", orig_port},
		{"DEST_IP", address_format(&e->resp, resp)},
		{"DEST_PORT", resp_port},
		{"CONN_STATE", state},
		{"HISTORY", e->history},
		{"REASON", ending_reason(e)},
		{NULL, NULL},
	};

	snprintf(orig_port, sizeof(orig_port), "%u", e->orig_port);
	snprintf(resp_port, sizeof(resp_port), "%u", e->resp_port);
	snprintf(line, sizeof(line),
		 "handshake src_ip=%s src_port=%s dest_ip=%s dest_port=%s"
		 " conn_state=%s history=%s reason=\"%s\"",
		 orig, orig_port, resp, resp_port, state, e->history,
		 ending_reason(e));
	log_event(LOG_INFO, fields, line);
}

void handshake_log_begin(struct handshake_log *log, uint64_t now_ns)
{
	log_limit_begin(&log->limit, "handshake", now_ns);
}

void handshake_log_add(struct handshake_log *log, const struct ending *e)
{
	if (log_limit_allows(&log->limit))
		write_line(e);
}

void handshake_log_lost(struct handshake_log *log, uint64_t lost)
{
	log->limit.suppressed += lost - log->lost;
	log->lost = lost;
}
