#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A daemon that dies leaves its queue in the service manager's keeping, and with
# it what waits there: the next one judges that as if nothing had been. Whoever
# cannot take the queue over lets it go, so that nobody is held up for good.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

store() { cat "$lab_dir/store/$1" 2>/dev/null; } # FILE
kept_is() { [ "$(store kept | paste -sd ' ')" = "$1" ]; } # NAMES
answered_by_another() # PID
{
	[ "$(store pid)" != "$1" ] && lab_answers
}

started_again() { [ "$(store starts)" -gt "$1" ]; } # TIMES
waiting() # COUNT: are so many connections not through yet?
{
	[ "$(jobs -pr | grep -cxFf "$lab_dir/fetchers")" = "$1" ]
}

# In the background, each with the time it took to connect.
fetch_later() # COUNT
{
	local i

	: >"$lab_dir/fetchers"
	for ((i = 0; i < $1; i++)); do
		lab_spawn innocent curl -gsS --noproxy '*' --max-time 60 \
			-o /dev/null -w '%{time_connect}\n' "http://$srv4/" \
			>"$lab_dir/connect.$i"
		echo $! >>"$lab_dir/fetchers"
	done
}

connected() { cat "$lab_dir"/connect.*; }

kill_daemon()
{
	local pid

	pid=$(store pid)
	lab_ctl --json status >/dev/null
	kill -KILL "$pid"
	wait_for 5 gone "$pid"
}

lab_up
lab_rules 's/^define queue_num = .*/define queue_num = 0-3/'
lab_host innocent 100
lab_host prober 66
lab_serve srv
lab_config queue.count=4
mkdir "$lab_dir/store"
lab_spawn gw "$lab_python" "$lab_here/fd_store.py" "$lab_dir/store" \
	"$lab_daemon_bin" -c "$lab_dir/handshaked.conf" 2>"$lab_dir/daemon.log"
check "the daemon runs" wait_for 10 lab_answers
check "and its queues are kept" wait_for 5 kept_is \
	"queue-0 queue-1 queue-2 queue-3"
check "connections come about" lab_fetch_both innocent

# Nobody is there: what comes waits.
touch "$lab_dir/store/hold"
pid=$(store pid)
kill_daemon
fetch_later 5
# From many sources, or the first would be listed. Nothing of it may pass.
lab_in srv nft 'table inet count { counter null { }
	chain input { type filter hook input priority 0
		tcp flags == 0 counter name null; }; }'
for octet in $(seq 150 169); do
	lab_in prober "$lab_python" "$lab_here/send_tcp.py" \
		"203.0.113.$octet" $srv4 - 80
done
check "with nobody there connections wait" waiting 5
rm "$lab_dir/store/hold"
check "the next one takes the queues over" wait_for 10 \
	answered_by_another "$pid"
check "which it says" grep -q '4 queues taken over' "$lab_dir/daemon.log"
check "and now they come about" wait_for 20 waiting 0
check_is "all of them" "$(connected | wc -l)" = 5
note "connected after: $(connected | sort -n | paste -sd ' ') s"
check_is "a probe that waited is dropped like any other" \
	"$(lab_status findings.null-scan)" = 20
check "none of them has passed" grep -q 'packets 0 ' \
	<(lab_in srv nft list counter inet count null)
check "each packet has one verdict" lab_verdicts_add_up
check_is "and no verdict was refused" "$(lab_status queue.verdict_errors)" = 0
check_is "nothing passed unjudged" "$(lab_status queue.unjudged)" = 0

# Killed again and again in the middle of it.
lab_in innocent "$lab_python" -c "
import socket, sys, time
slowest = 0
for i in range(300):
    begin = time.monotonic()
    socket.create_connection(('$srv4', 80), 20).close()
    slowest = max(slowest, time.monotonic() - begin)
    time.sleep(0.005)
print('slowest %.3f s' % slowest)" >"$lab_dir/talk" 2>&1 &
talker=$!
kills=0
while ! gone $talker && [ $kills -lt 50 ]; do
	pid=$(store pid)
	kill -KILL "$pid"
	wait_for 10 answered_by_another "$pid" || break
	kills=$((kills + 1))
done
check "300 connections come about while it is killed $kills times" \
	wait_child $talker 60
note "$(cat "$lab_dir/talk")"
check_is "more than once, that is" "$((kills > 1))" = 1

# One that cannot start: nobody waits for it.
pid=$(store pid) starts=$(store starts)
mv "$lab_dir/handshaked.conf" "$lab_dir/good.conf"
echo nonsense >"$lab_dir/handshaked.conf"
kill -KILL "$pid"
check "one that cannot start" wait_for 10 started_again "$((starts + 1))"
check "lets the queues go" wait_for 5 kept_is ""
check "so that connections come about without" lab_fetch_both innocent
cp "$lab_dir/good.conf" "$lab_dir/handshaked.conf"
check "a good one comes" wait_for 10 lab_answers
check "with new queues, which are kept" wait_for 5 kept_is \
	"queue-0 queue-1 queue-2 queue-3"

# A smaller one leaves no queue behind.
pid=$(store pid)
sed -i 's/^count = 4/count = 2/' "$lab_dir/handshaked.conf"
lab_rules 's/^define queue_num = .*/define queue_num = 0-1/'
kill -KILL "$pid"
check "one with two queues comes" wait_for 10 answered_by_another "$pid"
check "and the other two are let go" wait_for 5 kept_is "queue-0 queue-1"
check "connections come about" lab_fetch_both innocent

# An orderly end, after which nobody is known to come.
touch "$lab_dir/store/hold"
pid=$(store pid)
kill -TERM "$pid"
check "it ends in order" wait_for 10 gone "$pid"
check "and leaves nothing" wait_for 5 kept_is ""
check "connections come about without it" lab_fetch_both innocent
checks_end
