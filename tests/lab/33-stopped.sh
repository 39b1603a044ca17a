#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Promised: a daemon that hangs for five seconds under load, as one that is
# stopped does, cuts nobody off. Its queue fills and fails open, so that under
# a flood nobody even waits; without one nobody waits for longer than it hangs.
# What passed is counted to the packet, what waited is judged, and a scanner
# among it is listed. (tests/vm/unit.sh shows that systemd's watchdog ends a
# daemon that hangs for longer.)

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# What the rules sent to the queue since the daemon was started.
queued() { echo $(($(lab_counter queued) - before)); }
lab_counter() # NAME
{
	lab_in gw nft list counter inet handshaked "$1" |
		sed -nE 's/.*packets ([0-9]+) .*/\1/p'
}

adds_up()
{
	local received passed

	read -r received passed < <(lab_status queue.received queue.unjudged)
	[ $((received + passed)) = "$(queued)" ]
}

# Pages one after the other until told to stop: seconds and status of each.
fetch_on()
{
	rm -f "$lab_dir/enough"
	while [ ! -e "$lab_dir/enough" ]; do
		lab_in client curl -so /dev/null --max-time $((20 * slow)) \
			-w '%{time_total} %{http_code}\n' "http://$srv4/" ||
			echo "99 000"
	done >"$lab_dir/fetched"
}

slowest() { sort -g "$lab_dir/fetched" | tail -n 1 | cut -d' ' -f1; }
answered() { grep -c ' 200$' "$lab_dir/fetched" || true; }
grown() { [ "$(wc -l <"$lab_dir/talk")" -gt "$1" ]; }

# Stopped for five seconds, with pages fetched before, meanwhile and after.
hangs() # COMMAND...: meanwhile
{
	fetch_on &
	fetcher=$!
	sleep 1
	kill -STOP "$lab_daemon_pid"
	"$@" &
	sleep 5
	wait $! # emulated, it takes longer
	kill -CONT "$lab_daemon_pid"
	sleep 1
	touch "$lab_dir/enough"
	wait $fetcher
	note "$(answered) pages, the slowest took $(slowest) s," \
		"$(lab_status queue.unjudged) packets passed unjudged"
}

# Some hundred SYNs a second, to one port: many times what the queue holds.
flood()
{
	lab_in flooder "$lab_python" "$lab_here/send_tcp.py" -g 0.002 \
		-c $((slow > 1 ? 600 : 2000)) 203.0.113.60 $srv4 S 80
}

lab_up
lab_rules
lab_host client 100
lab_host scanner 66
lab_host flooder 60
lab_serve srv
before=$(lab_counter queued)
lab_daemon queue.length=256
lab_spawn client "$lab_python" "$lab_here/client.py" session $srv4 22 \
	"$lab_dir/talk"
talker=$!
wait_for 5 test -s "$lab_dir/talk"

hangs lab_in scanner "$lab_python" "$lab_here/send_tcp.py" -g 0.02 \
	203.0.113.66 $srv4 - 101 102 103 104 105
check_is "it hangs for 5 s: every page came" "$(answered)" = \
	"$(wc -l <"$lab_dir/fetched")"
[ "$slow" != 1 ] || check_is "none waited for much longer" \
	"$(slowest | cut -d. -f1)" -le 7
check_is "the queue held all there was" "$(lab_status queue.unjudged)" = 0
check "the scanner of meanwhile is listed" wait_for 5 lab_listed 203.0.113.66
check "every packet was judged" wait_for 5 adds_up

hangs flood
check_is "it hangs for 5 s in a flood: every page came" "$(answered)" = \
	"$(wc -l <"$lab_dir/fetched")"
[ "$slow" != 1 ] || check_is "and hardly had to wait" \
	"$(slowest | cut -d. -f1)" -le 3
check_is "the queue failed open" "$(lab_status queue.unjudged)" -ge 100
check "how often is known to the packet" wait_for 5 adds_up
check "each that was judged got one verdict" lab_verdicts_add_up
check "an open connection goes on" wait_for 5 grown \
	$(($(wc -l <"$lab_dir/talk") + 2))
kill -TERM $talker
check "every line of it was answered" wait_child $talker 20
check_not "the client is not listed" lab_listed 203.0.113.100
lab_daemon_stop
check_is "the daemon ends as ever" "$lab_daemon_exit" = 0
checks_end
