/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a state file: no record that a judge would not have written
 * reaches it.
 */
#include "file.h"

#include "core/judge.h"
#include "state.h"

static struct judge *judge;
static size_t records;

static bool take(void *arg, const struct state_record *r)
{
	(void)arg;
	records++;
	CLAIM(r->by_operator || r->offender.source.bits == 128 ||
	      r->offender.source.bits == 64);
	CLAIM(r->offender.source.bits > 0 && r->offender.source.bits <= 128);
	CLAIM(!r->reason || strlen(r->reason) <= STATE_MAX_REASON);
	return r->by_operator ||
	       judge_restore_offender(judge, &r->offender, 1000 * NS_PER_S);
}

static void damage(void *arg, uint32_t line, const char *what)
{
	(void)arg;
	CLAIM(line > 0 && what && *what);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[16];
	const struct state_clock clock = {1000 * NS_PER_S, 1767225600000};
	const struct state_reader reader = {take, damage, NULL};
	struct state_summary summary;
	struct judge_config config;

	judge_config_default(&config);
	config.flows = config.sources = 1024;
	judge = judge_new(&config, key);
	CLAIM(judge);
	records = 0;
	if (state_read(file_with(data, size), &clock, &reader, &summary) == 0)
		CLAIM(summary.used <= records);
	judge_free(judge);
	return 0;
}
