#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# 100,000 malformed packets through the queue: each gets its verdict, and the
# daemon works on. With HSD_DAEMON naming a build with sanitizers it must also
# have nothing to report.
#
# HSD_SEED repeats a run: the seeds are printed.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

seed=${HSD_SEED:-$RANDOM}

lab_tool garbage
lab_up
lab_rules
lab_host garbage 66
lab_host client 100
lab_serve srv
lab_daemon

note "HSD_SEED=$seed"
before=$(lab_counter queued)
check "50,000 bad packets are sent over IPv4" \
	lab_in garbage "$lab_tools/garbage" "$seed" 50000 $srv4
check "50,000 bad packets are sent over IPv6" \
	lab_in garbage "$lab_tools/garbage" "$seed" 50000 $srv6

# What came until the daemon has worked off its queue.
settled()
{
	local was=${received:-}

	received=$(lab_status queue.received)
	[ "$received" = "$was" ]
}

check "the daemon answers afterwards" wait_for 10 settled
received=$(lab_status queue.received)
dropped_before=$(($(lab_status queue.kernel_dropped) +
	$(lab_status queue.user_dropped)))
queued=$(($(lab_counter queued) - before))
note "$queued queued, $received received," \
	"$(lab_status queue.refused) refused, $dropped_before not taken"
check_is "most of them reached the queue" "$queued" -ge 50000
check_is "each of them was received or counted as lost before" \
	$((received + dropped_before)) = "$queued"
check_is "each packet got one verdict" "$received" = \
	$(($(lab_status queue.accepted) + $(lab_status queue.dropped)))
check "a client gets in afterwards" lab_fetch_both client
lab_daemon_stop
check_is "the daemon ends on SIGTERM with exit 0" "$lab_daemon_exit" = 0
check_is "no sanitizer has anything to report" "" = \
	"$(grep -E 'Sanitizer|runtime error' "$lab_dir/daemon.log" || true)"
checks_end
