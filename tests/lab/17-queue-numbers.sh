#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Queue numbers of the rules and of the daemon. Four queues are set by files
# that an upgrade leaves alone. Numbers that do not agree are reported at start,
# at a reload, when the rules change, by status and as metrics, until they are
# repaired; traffic passes meanwhile. Status counts what the kernel dropped.
#
# Takes up to 300 s.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# Addresses of the server, enough to reach all queues by.
hosts=$(seq 10 41)

queues_nft() { echo "redefine queue_num = $1" >"$lab_dir/queues.nft"; } # RANGE
log_lines() { wc -l <"$lab_dir/daemon.log"; }
# In the log, from a line on.
logged() { tail -n +"$(($1 + 1))" "$lab_dir/daemon.log" | grep -F -e "$2"; }
numbers_are() { [ "$(lab_status queue.unserved queue.unfed)" = "$1" ]; }
mismatch() { lab_status queue.mismatch; }
# The screen's lines, joined as they were before it broke them.
screen() { lab_ctl status | sed 's/^mismatch  *//' | tr -s '\n ' ' '; }
screen_says() { screen | grep -F -e "$1"; }
screen_is_clean() { ! lab_ctl status | grep mismatch; }
metric() { lab_ctl metrics | sed -n "s/^handshaked_$1 //p"; }

fetch_from() # HOST...: how many of them answer
{
	local host

	for host; do
		! lab_in client curl -so /dev/null --max-time 5 \
			"http://192.0.2.$host/" || echo "$host"
	done | wc -l
}

# Each queue received something.
all_took_part()
{
	lab_ctl --json status | "$lab_python" -c '
import json, sys
queues = json.load(sys.stdin)["queues"]
sys.exit(len(queues) != 4 or not all(q["received"] for q in queues))'
}

# Everywhere where a mismatch is reported while it lasts.
check_reported() # NUMBERS SENTENCE...: of status, unserved and unfed
{
	local from sentence

	check "status counts $1" wait_for 3 numbers_are "$1"
	check_is "so does the metric of unserved queues" \
		"$(metric queues_unserved)" = "${1% *}"
	check_is "and that of queues without a rule" \
		"$(metric queues_unfed)" = "${1#* }"
	lab_ctl reload >"$lab_dir/said"
	from=$(log_lines)
	kill -HUP "$lab_daemon_pid"
	for sentence in "${@:2}"; do
		check "the screen says: $sentence" screen_says "$sentence"
		check "and the answer to reload" \
			grep -qxF "  $sentence" "$lab_dir/said"
		check "and the log after SIGHUP" \
			wait_for 3 logged "$from" "$sentence"
	done
}

check_agreed() # WHEN
{
	check "$1: status counts none" wait_for 3 numbers_are "0 0"
	check_is "$1: nor says a word" "$(mismatch)" = "[]"
	check "$1: nor the screen" screen_is_clean
	check_is "$1: nor the metrics" \
		"$(metric queues_unserved) $(metric queues_unfed)" = "0 0"
	lab_ctl reload >"$lab_dir/said"
	check_is "$1: nor the answer to reload" \
		"$(wc -l <"$lab_dir/said")" = 1
}

four_queues_by_files_of_the_operator()
{
	queues_nft 0-3
	lab_rules
	lab_daemon queue.count=4
	# shellcheck disable=SC2086 # words
	check_is "four queues: every connection is served" \
		"$(fetch_from $hosts)" = "$(wc -w <<<"$hosts")"
	check "all four took part" all_took_part
	check_agreed "four queues"
	check_not "and the log had nothing to say" grep -F \
		-e 'rules send packets' -e 'no rule sends' "$lab_dir/daemon.log"
	lab_daemon_stop
}

rules_with_more()
{
	local from said="rules send packets to queues 0-3, but this daemon\
 serves queue 0 only: packets of queues 1-3 are accepted unjudged"

	from=$(log_lines)
	lab_daemon
	check "rules with more queues than the daemon: said at start" \
		logged "$from" "$said"
	check_reported "3 0" "$said"
	check_is "connections come about all the same" \
		"$(fetch_from 10 11 12 13 14 15 16 17)" = 8
	from=$(log_lines)
	rm "$lab_dir/queues.nft"
	lab_rules
	check "repaired in the rules: said" wait_for 3 logged "$from" \
		'the rules send packets to the queues that the daemon serves'
	check_agreed "repaired in the rules"
}

rules_that_change()
{
	local from said="rules send packets to queues 7-8, but this daemon\
 serves queue 0 only: packets of queues 7-8 are accepted unjudged"
	local idle="[queue] num = 0: no rule sends packets to queue 0, nothing\
 is judged"

	from=$(log_lines)
	queues_nft 7-8
	lab_rules
	check "rules that change under the daemon: said" \
		wait_for 3 logged "$from" "$said"
	check_reported "2 1" "$said" "$idle"
	from=$(log_lines)
	lab_nft flush chain inet handshaked divert
	check "no queue at all" wait_for 3 numbers_are "0 1"
	check_is "is one sentence" "$(mismatch)" = "['$idle']"
	from=$(log_lines)
	lab_nft delete table inet handshaked
	check "no table: said as before" wait_for 3 logged "$from" \
		'is gone, deleted by nft'
	check_is "and nothing of queues" "$(mismatch)" = "[]"
	check_is "no metric either" "$(metric queues_unserved)" = ""
	check "a reload does not add to it" lab_ctl reload
	check_not "not in the log" logged "$from" 'no rule sends'
	queues_nft 0
	lab_rules
	check_agreed "the table is back"
	lab_daemon_stop
}

a_daemon_with_more()
{
	local from said="[queue] num = 0, count = 4: no rule sends packets to\
 queues 1-3, the others judge all"

	from=$(log_lines)
	lab_daemon queue.count=4
	check "a daemon with more queues than the rules: said at start" \
		logged "$from" "$said"
	check_reported "0 3" "$said"
	lab_daemon_stop
	from=$(log_lines)
	lab_daemon queue.num=5
	said="[queue] num = 5: no rule sends packets to queue 5, nothing is\
 judged"
	check "another number: said at start" logged "$from" "$said"
	check_reported "1 1" "$said"
	queues_nft 5
	lab_rules
	check_agreed "the rules have it too"
	lab_daemon_stop
}

drops_are_those_of_nft() # as one moment has them
{
	[ "$(lab_status rules.blocked_packets rules.blocked_bytes)" = \
		"$(lab_nft list counter inet handshaked blocked |
			sed -n 's/.*packets \([0-9]*\) bytes \([0-9]*\).*/\1 \2/p')" ]
}

what_the_kernel_dropped()
{
	rm "$lab_dir/queues.nft"
	lab_rules
	lab_daemon
	check_is "at first the kernel dropped nothing" \
		"$(lab_status rules.blocked_packets)" = 0
	check "a source is blocked" lab_ctl block 203.0.113.61
	check "it sends 50 packets" lab_in scanner "$lab_python" \
		"$lab_here/send_tcp.py" -c 50 203.0.113.61 $srv4 S 80
	check "status has them, packets and bytes, as nft has" \
		wait_for 3 drops_are_those_of_nft
	check_is "which are 50" "$(lab_status rules.blocked_packets)" = 50
	check_is "and none of the daemon's" "$(lab_status queue.dropped)" = 0
	check "the screen has them" screen_says "in kernel 50 packets,"
	check_is "and the metric" "$(metric \
		'rules_dropped_packets_total{reason="listed"}')" = 50
	check_is "nothing was above the rate" \
		"$(lab_status rules.overrate_packets rules.overrate_bytes)" = \
		"0 0"
	check "the client is served" lab_fetch_both client
	lab_daemon_stop
	check_is "the daemon stops as it should" "$lab_daemon_exit" = 0
}

lab_up
for host in $hosts; do
	lab_addresses srv eth0 "192.0.2.$host/24"
done
lab_host client 100
lab_host scanner 61
lab_serve srv
four_queues_by_files_of_the_operator
rules_with_more
rules_that_change
a_daemon_with_more
what_the_kernel_dropped
checks_end
