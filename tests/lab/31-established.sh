#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A connection that is older than the rules, than the kernel's tracking of it
# and than the daemon goes on through whatever an administrator does to them.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

grown() { [ "$(wc -l <"$1")" -gt "$2" ]; }

talk_on() # WHEN
{
	local talk

	for talk in "${talks[@]}"; do
		check "$1 the connection to ${talk##*/} goes on" \
			wait_for 5 grown "$talk" $(($(wc -l <"$talk") + 2))
	done
}

lab_up
lab_host client 100
lab_serve srv
lab_serve gw
talks=()
talkers=()
for address in $srv4 $srv6 $gw4; do
	talks+=("$lab_dir/$address")
	lab_spawn client "$lab_python" "$lab_here/client.py" \
		session "$address" 22 "$lab_dir/$address"
	talkers+=($!)
	wait_for 5 test -s "$lab_dir/$address"
done

check_is "the gateway's kernel does not track connections yet" 0 = \
	"$(lab_in gw cat /proc/sys/net/netfilter/nf_conntrack_count)"
lab_rules
talk_on "with the rules loaded"
lab_daemon model.grace=
talk_on "with the daemon started"
lab_daemon_stop
check_is "the daemon ends on SIGTERM with exit 0" "$lab_daemon_exit" = 0
talk_on "with the daemon stopped"
lab_rules
talk_on "with the rules reloaded"
lab_daemon model.grace=
talk_on "with the daemon started again"
lab_rules
talk_on "with the rules reloaded under the daemon"
check_is "the daemon dropped nothing" "$(lab_status queue.dropped)" = 0
before=$(lab_counter queued)
talk_on "settled"
check_is "and none of it is queued" "$(lab_counter queued)" = "$before"
for pid in "${talkers[@]}"; do
	kill -TERM "$pid"
	check "every line was answered" wait_child "$pid" 10
done
check_not "the client is not listed" lab_listed 203.0.113.100
checks_end
