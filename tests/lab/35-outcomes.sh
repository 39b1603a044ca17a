#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What became of connections: those that left the queue are told by the kernel
# when it forgets them, with payload or without; handshakes that nobody
# completed are in the log, one line each, as long as they are not too many.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"


# The kernel would take a minute or two.
forget_connections() { lab_in gw conntrack -F 2>/dev/null; }

outcomes() # CONN_STATE: how often
{
	lab_ctl --json status |
		"$lab_python" -c 'import json, sys
print(json.load(sys.stdin)["outcomes"].get(sys.argv[1], 0))' "$1"
}

findings() # NAME: how often
{
	lab_ctl --json status |
		"$lab_python" -c 'import json, sys
print(json.load(sys.stdin)["findings"].get(sys.argv[1], 0))' "$1"
}

is() { [ "$("${@:3}")" "$1" "$2" ]; } # OPERATOR VALUE COMMAND...

# Connects, says nothing, stays.
hold() # NAME ADDRESS PORT
{
	lab_spawn "$1" bash -c "exec 3<>/dev/tcp/$2/$3; exec sleep 1000"
}

established() # COUNT: so many are, to port 80
{
	is = "$1" bash -c "ip netns exec hsd$$-gw conntrack -L -p tcp \
		--state ESTABLISHED --dport 80 2>/dev/null | wc -l"
}

half_open() # NAME ADDRESS COUNT: all to port 80
{
	lab_in "$1" "$lab_python" "$lab_here/send_tcp.py" -c "$3" \
		"${host4[$1]}" "$2" S 80
}

told() # how many resets were, in a line of their own or in a count
{
	sed -n 's/.*conn_state=RSTO.*/1/p; s/.*suppressed=\([0-9]*\):.*/\1/p' \
		"$log" | awk '{ sum += $1 } END { print sum }'
}

declare -A host4=([client]=203.0.113.100 [prober]=203.0.113.61)

lab_require conntrack
lab_up
log=$lab_dir/daemon.log
lab_host client 100
lab_host prober 61
lab_serve srv
lab_rules
# Else (2) the kernel tells of connections only if somebody listened when they
# began.
lab_in gw sh -c 'echo 1 >/proc/sys/net/netfilter/nf_conntrack_events'

hold prober $srv4 80
held=$!
check "a connection without payload is older than the daemon" \
	wait_for 5 established 1
lab_daemon
check_is "the rules turn the kernel's accounting on" 1 = \
	"$(lab_in gw cat /proc/sys/net/netfilter/nf_conntrack_acct)"

check "a client fetches a page over both families" lab_fetch_both client
forget_connections
check "the kernel tells of both ends: SF" wait_for 5 is = 2 outcomes SF
check "and of the idle one: S1" wait_for 5 is = 1 outcomes S1
check_is "neither is a connect scan" "$(findings connect-scan)" = 0
kill "$held"
lab_daemon_stop
wait_for 5 gone "$held"
forget_connections

hold prober $srv4 80
held=$!
check "again, a connection without payload" wait_for 5 established 1
lab_daemon
kill "$held"
check "is closed" wait_for 5 established 0
forget_connections
check "and told as a connect scan, by the kernel's count of bytes" \
	wait_for 5 is = 1 findings connect-scan

lab_serve srv 8001
server=$!
check "port 8001 serves" lab_fetch client "http://$srv4:8001/"
kill "$server"
wait_for 5 gone "$server"
check_not "and then does not" lab_fetch client "http://$srv4:8001/"
half_open prober $srv4 1
check "a refusal by a served port is in the log" wait_for 15 grep -q \
	"src_ip=203\.0\.113\.100 .* dest_port=8001 conn_state=REJ history=Sr reason=\"refused by a served port\"" \
	"$log"
check "a handshake reset half-open is in the log" wait_for 15 grep -q \
	"src_ip=203\.0\.113\.61 .* dest_port=80 conn_state=RSTO history=ShR reason=\"syn-scan\"" \
	"$log"
check_not "a page that was fetched is not" grep -q \
	"dest_port=80 conn_state=SF" "$log"

half_open prober $srv4 200
check "of too many in a second the rest is counted" \
	wait_for 20 grep -q "handshake suppressed=[0-9]*:" "$log"
check "one line or one count each" wait_for 20 is = 201 told
check_not "and nobody is listed for it" lab_listed 203.0.113.61
checks_end
