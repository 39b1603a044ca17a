/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Endings as log lines, so many in a second and no more. */
#include "handshake_log.h"

#include "log.h"

static void write_line(const struct ending *e)
{
	char orig[ADDRESS_TEXT_BYTES], resp[ADDRESS_TEXT_BYTES];

	log_info("handshake src_ip=%s src_port=%u dest_ip=%s dest_port=%u"
		 " conn_state=%s history=%s reason=\"%s\"",
		 address_format(&e->orig, orig), e->orig_port,
		 address_format(&e->resp, resp), e->resp_port,
		 conn_state_name[e->conn_state], e->history, ending_reason(e));
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
