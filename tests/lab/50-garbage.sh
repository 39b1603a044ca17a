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
# Nothing is to pass because the queue is full: all of it is to be judged.
lab_daemon queue.length=16384

note "HSD_SEED=$seed"
before=$(lab_counter queued)
check "50,000 bad packets are sent over IPv4" \
	lab_in garbage "$lab_tools/garbage" "$seed" 50000 $srv4
check "50,000 bad packets are sent over IPv6" \
	lab_in garbage "$lab_tools/garbage" "$seed" 50000 $srv6

# What it answers to garbage goes on for a while: repeated SYN/ACKs.
wait_for 10 lab_answers || true
queued=$(($(lab_counter queued) - before))
read -r received refused lost1 lost2 < <(lab_status queue.received \
	queue.refused queue.kernel_dropped queue.user_dropped)
queued_since=$(($(lab_counter queued) - before - queued))
note "$queued queued, $received received, $refused refused by the parser," \
	"$((lost1 + lost2)) lost before, $queued_since came since"
check_is "most of them reached the queue" "$queued" -ge 50000
check_is "the daemon received, or counted as lost, what was queued" \
	$((received + lost1 + lost2)) -ge "$queued"
check_is "and nothing twice" \
	$((received + lost1 + lost2)) -le $((queued + queued_since))
check_is "the parser refused some" "$refused" -gt 10000
check_is "and let the judge have some" $((received - refused)) -gt 10000
check "each packet got one verdict" lab_verdicts_add_up
check "a client gets in afterwards" lab_fetch_both client
lab_daemon_stop
check_is "the daemon ends on SIGTERM with exit 0" "$lab_daemon_exit" = 0
check_is "no sanitizer has anything to report" "" = \
	"$(grep -E 'Sanitizer|runtime error' "$lab_dir/daemon.log" || true)"
checks_end
