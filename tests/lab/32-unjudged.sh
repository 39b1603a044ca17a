#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A daemon that hangs fills its queue, and then packets pass: nobody is cut off
# for long, and how many were not judged is known to the packet.

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

scan()
{
	lab_in scanner nmap -n -Pn -sS -T5 -p 1-500 --max-retries 0 \
		--host-timeout $((20 * slow))s $srv4 >/dev/null
}

lab_require nmap
lab_up
lab_rules
lab_host client 100
lab_host scanner 66
lab_serve srv
before=$(lab_counter queued)
lab_daemon daemon.mode=observe queue.length=64
check "connections come about" lab_fetch_both client
check "every packet was judged" wait_for 3 adds_up
check_is "none has passed" "$(lab_status queue.unjudged)" = 0

kill -STOP "$lab_daemon_pid"
scan
check "while it hangs connections come about" lab_fetch_both client
kill -CONT "$lab_daemon_pid"
check "what it did not get is counted, to the packet" wait_for 5 adds_up
check_is "which is most of the scan" "$(lab_status queue.unjudged)" -gt 400
lab_ctl status >"$lab_dir/screen"
check "and on the screen" grep -qE '^fail-open  [0-9]{3,} passed unjudged' \
	"$lab_dir/screen"
checks_end
