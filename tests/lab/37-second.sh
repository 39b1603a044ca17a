#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Promised: a second daemon is refused, whatever of the first one's it would
# take, and the first one, its lists, its files and its connections do not
# notice. Nor do they notice clients of the control socket that ask for much
# and never read it, or do not get to the end: others are served, they are dropped after five seconds,
# and memory is what it was. Nor an interface that goes away, with packets of
# its own still in the queue, and comes back.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

memory() { awk '/^VmData/ { print $2 }' "/proc/$lab_daemon_pid/status"; }
descriptors() { find "/proc/$lab_daemon_pid/fd" -type l | wc -l; }
all_gone() { [ "$(descriptors)" = "$fds" ]; }
grown() { [ "$(wc -l <"$lab_dir/talk")" -gt "$1" ]; }
goes_on()
{
	check "$1 the open connection goes on" \
		wait_for 5 grown $(($(wc -l <"$lab_dir/talk") + 2))
}

# In gw, with other settings than the first one's; it must end by itself.
second_is_refused() # SENTENCE SETTING...
{
	local exit=0 state lists

	mv "$lab_dir/handshaked.conf" "$lab_dir/first.conf"
	lab_config "${@:2}"
	mv "$lab_dir/handshaked.conf" "$lab_dir/second.conf"
	mv "$lab_dir/first.conf" "$lab_dir/handshaked.conf"
	state=$(cat "$lab_dir/state")
	lists=$(lab_ctl blocklist | awk '{ print $1 }')
	lab_in gw timeout $((5 * slow)) "$lab_daemon_bin" \
		-c "$lab_dir/second.conf" 2>"$lab_dir/second" || exit=$?
	check_is "$1 is refused" "$exit $(wc -l <"$lab_dir/second")" = "1 1"
	note "$(sed "s,$lab_dir/,,g" "$lab_dir/second")"
	check "$1: the first answers" lab_answers
	check_is "$1: the state is what it was" "$(cat "$lab_dir/state")" = \
		"$state"
	check_is "$1: so are the lists" "$lists" = \
		"$(lab_ctl blocklist | awk '{ print $1 }')"
	goes_on "$1:"
	check "$1: a client gets in" lab_fetch_both client
}

# So many that ask for much and never read it, or never end their question.
never_read() # COUNT
{
	rm -f "$lab_dir/asked"
	"$lab_python" - "$lab_dir/control.sock" "$1" "$lab_dir/asked" <<-'EOF2' &
	import socket, sys, time
	held = []
	for i in range(int(sys.argv[2])):
	    s = socket.socket(socket.AF_UNIX)
	    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
	    s.connect(sys.argv[1])
	    s.sendall(b"blocklist 1000\n" if i % 2 else b"block")
	    held.append(s)
	open(sys.argv[3], "w")
	time.sleep(1000)
	EOF2
	idlers=$!
	wait_for 10 test -e "$lab_dir/asked"
}

lab_up
lab_rules
lab_host client 100
lab_host passing 101
lab_serve srv
lab_daemon
check "an address is blocked" lab_ctl block 198.51.100.1 1h
lab_spawn client "$lab_python" "$lab_here/client.py" session $srv4 22 \
	"$lab_dir/talk"
talker=$!
wait_for 5 test -s "$lab_dir/talk"
wait_for 5 grep -q 198.51.100.1 "$lab_dir/state"

# ---- a second daemon ----

second_is_refused "one with the same configuration"
second_is_refused "one with its own socket" \
	daemon.control="$lab_dir/second.sock"
# ---- clients that never read ----

{
	echo "add element inet handshaked blocklist4 {"
	for i in {0..5000}; do
		echo "10.0.$((i / 250)).$((i % 250)) timeout 1h,"
	done
	echo "}"
} >"$lab_dir/elements"
lab_nft -f "$lab_dir/elements"
fds=$(descriptors)
# The first time the heap grows to what an answer takes.
for round in 1 2; do
	never_read 12
	check "beside 12 that never read, another one is served" lab_answers
	check "and a client" lab_fetch_both client
	check "they are dropped after a time" wait_for 10 all_gone
	kill $idlers
	wait $idlers 2>/dev/null || true
	[ $round != 1 ] || before=$(memory)
done
note "memory: $before KiB before, $(memory) KiB after"
check_is "memory is what it was" $(($(memory) - before)) -le 528
goes_on "after them"

# ---- an interface goes away ----

kill -STOP "$lab_daemon_pid"
lab_fetch passing http://$srv4/ --max-time 1 2>/dev/null || true
ip -n "hsd$$-gw" link delete outside
kill -CONT "$lab_daemon_pid"
check "an interface goes away under queued packets: it answers" lab_answers
check "every packet had its verdict" lab_verdicts_add_up
note "$(lab_status queue.verdict_errors) verdicts came too late"
lab_link gw outside net to-gw
ip -n "hsd$$-net" link set to-gw master bridge
lab_addresses gw outside 203.0.113.1/24 2001:db8:1::1/64
lab_default_route gw 203.0.113.254 2001:db8:1::fe
for name in client net; do # they know the old one's address yet
	ip -n "hsd$$-$name" neigh flush all
done
check "it comes back: a client gets in" wait_for 10 lab_fetch_both client
check_not "who is not listed" lab_listed 203.0.113.100
goes_on "with it"
kill -TERM $talker
check "every line of it was answered" wait_child $talker 20
lab_daemon_stop
check_is "the daemon ends as ever" "$lab_daemon_exit" = 0
checks_end
