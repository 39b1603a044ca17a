#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Four queues with a thread each. Every connection works, on whichever it comes;
# a scanner who asks a port of many hosts is seen by all four, and what he did
# adds up to the same listing as with one; stopping loses nothing.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# Addresses of the server, enough to reach all queues by.
hosts=$(seq 10 41)

scan() # NAME ADDRESS: a closed port of each, one after the other
{
	local host

	for host in $hosts; do
		lab_in "$1" "$lab_python" "$lab_here/send_tcp.py" \
			"$2" "192.0.2.$host" S 81
		! lab_listed "$2" >/dev/null || return 0
	done
}

reason() { lab_listed "$1" | grep -o 'comment .*'; } # ADDRESS

fetch_all() # NAME: how many of the hosts answer
{
	local host

	for host in $hosts; do
		! lab_in "$1" curl -so /dev/null --max-time 5 \
			"http://192.0.2.$host/" || echo "$host"
	done | wc -l
}

# For three seconds, one after the other: how long each took to connect.
fetch_on() # NAME
{
	local host end=$((SECONDS + 3))

	while [ $SECONDS -lt $end ]; do
		for host in $hosts; do
			lab_in "$1" curl -so /dev/null --max-time 5 \
				-w '%{time_connect}\n' "http://192.0.2.$host/"
		done
	done >"$lab_dir/connects"
}

received()
{
	lab_ctl --json status | "$lab_python" -c '
import json, sys
for q in json.load(sys.stdin)["queues"]:
    print(q["received"] > 0, q["received"] == q["accepted"] + q["dropped"])'
}

all_took_part() { [ "$(received | grep -c "True True")" = "$1" ]; } # QUEUES

one_queue()
{
	lab_rules
	lab_daemon
	fetch_all innocent >/dev/null
	scan one 203.0.113.61
	one=$(reason 203.0.113.61)
	note "one queue: $one"
	check_is "one queue: the scanner is listed" "${one:+yes}" = yes
	lab_daemon_stop
}

four_queues()
{
	lab_rules 's/^define queue_num = .*/define queue_num = 0-3/'
	lab_daemon queue.count=4
	check_is "four queues: every connection is served" \
		"$(fetch_all innocent)" = "$(wc -w <<<"$hosts")"
	check "all four took part, each packet with one verdict" \
		all_took_part 4
	scan two 203.0.113.62
	four=$(reason 203.0.113.62)
	note "four queues: $four"
	check_is "what the scanner did to all of them adds up" "$four" = "$one"
	check "the verdicts add up" lab_verdicts_add_up
	fetch_on innocent &
	fetcher=$!
	sleep 1
	lab_daemon_stop
	check_is "the daemon stops as it should" "$lab_daemon_exit" = 0
	wait "$fetcher"
	# A SYN that is lost is sent again after a second.
	[ "$slow" != 1 ] ||
		check "no connection waits for a SYN lost as it stops" \
			awk '$1 >= 0.9 { n++ } END { exit n > 0 || NR < 20 }' \
			"$lab_dir/connects"
}

lab_up
for host in $hosts; do
	lab_addresses srv eth0 "192.0.2.$host/24"
done
lab_host innocent 60
lab_host one 61
lab_host two 62
lab_serve srv
one_queue
four_queues
checks_end
