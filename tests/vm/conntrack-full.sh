#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Promised: when the kernel's table of connections is full it drops what is new,
# and the daemon does not make that worse: connections that stand go on, nobody
# is listed for what the kernel dropped, and with room again all is as before.
# The limit is the machine's, so this is for a machine of its own: to be run by
# tests/vm/run.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/../lab/lab.sh"

[ "${IN_VM:-}" = 1 ] || skip_all "not in the VM: run it with tests/vm/run"
limit=/proc/sys/net/netfilter/nf_conntrack_max

tracked() { lab_in gw cat /proc/sys/net/netfilter/nf_conntrack_count; }
# Have the answers grown by so many since?
grown() { [ "$(wc -l <"$lab_dir/talk")" -gt "$1" ]; }
talks_on()
{
	wait_for 10 grown $(($(wc -l <"$lab_dir/talk") + 2))
}

lab_up
lab_rules
lab_host client 100
lab_host crowd 66
lab_serve srv
lab_daemon
lab_spawn client "$lab_python" "$lab_here/client.py" session $srv4 22 \
	"$lab_dir/talk"
talker=$!
check "a connection stands" wait_for 10 talks_on
before=$(cat $limit)
echo 40 >$limit
# Each is a connection under way, from an address of its own, to what serves.
lab_in crowd "$lab_python" "$lab_here/send_tcp.py" \
	203.0.113.120-203.0.113.219 $srv4 S 80
check_is "the table is full" "$(($(tracked) >= 40))" = 1
check_not "nobody new gets in" lab_fetch client "http://$srv4/" --max-time 3
check "the connection goes on" talks_on
check "the daemon answers" lab_answers
check "each packet has one verdict" lab_verdicts_add_up
echo "$before" >$limit
check "with room again everybody gets in" lab_fetch_both client
check_is "nobody is listed" "$(lab_status engine.listed)" = 0
kill -TERM $talker
check "every line of the connection was answered" wait_child $talker 10
checks_end
