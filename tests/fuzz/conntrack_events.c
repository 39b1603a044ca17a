/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any datagrams as ctnetlink's, of connections that ended. Attributes of a
 * wrong size are left to libnetfilter_conntrack, which ends the program: for
 * it that is a kernel with another ABI. Here it ends the input.
 */
#include "fake_netlink.h"

#include <linux/netfilter/nfnetlink.h>
#include <setjmp.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include "conntrack_events.h"

static uint64_t told;
static jmp_buf broken;

/* In place of the library's. */
void __abi_breakage(const char *file, int line, const char *reason);
void __abi_breakage(const char *file, int line, const char *reason)
{
	(void)file, (void)line, (void)reason;
	longjmp(broken, 1);
}

static void note_end(void *arg, const struct settled_end *e)
{
	(void)arg;
	CLAIM(e->conn_state < NUM_CONN_STATES);
	told++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct conntrack_events *e;

	e = conntrack_events_open(note_end, NULL);
	CLAIM(e);
	told = 0;
	fake_netlink_receive(&in,
			     NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE);
	if (setjmp(broken) == 0) {
		while (in.left > 0)
			conntrack_events_read(e);
		CLAIM(conntrack_events_counters(e)->ended == told);
	}
	conntrack_events_close(e);
	return 0;
}
