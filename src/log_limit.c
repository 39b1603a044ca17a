/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts the lines of a second. */
#include "log_limit.h"

#include "core/base.h"
#include "log.h"

void log_limit_begin(struct log_limit *l, const char *kind, uint64_t now_ns)
{
	uint64_t second = now_ns / NS_PER_S;

	if (second == l->second)
		return;
	if (l->suppressed)
		log_info("%s suppressed=%llu: more than %d in a second", kind,
			 (unsigned long long)l->suppressed, LOG_LIMIT_LINES);
	*l = (struct log_limit){.second = second};
}

bool log_limit_allows(struct log_limit *l)
{
	if (l->written == LOG_LIMIT_LINES) {
		l->suppressed++;
		return false;
	}
	l->written++;
	return true;
}
