#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# systemd keeps the queues while it restarts the daemon: of the connections
# opened during twenty restarts, or HSD_RESTARTS, none is lost, and nothing
# passes unjudged. A stop lets everything pass. To be run by tests/vm/run.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/../lab/lab.sh"

[ "${IN_VM:-}" = 1 ] || skip_all "not in the VM: run it with tests/vm/run"
# shellcheck disable=SC2034 # for lab.sh
lab_gw_is_machine=1
restarts=${HSD_RESTARTS:-20}

unit() { systemctl show -P "$1" handshaked; } # PROPERTY
active() { [ "$(unit ActiveState)" = active ]; }
restarted() { active && [ "$(unit MainPID)" != "$1" ]; } # OLD-PID
kept() { [ "$(unit NFileDescriptorStore)" = "$1" ]; }    # COUNT
logged() { journalctl -u handshaked -o cat | grep -c -e "$1" || true; }
status() # PATH
{
	handshakectl --json status | "$lab_python" -c '
import functools, json, sys
print(functools.reduce(lambda value, key: value[key], sys.argv[1].split("."),
                       json.load(sys.stdin)))' "$1"
}

# Since the daemon that answers began.
each_queue_received()
{
	handshakectl --json status | "$lab_python" -c '
import json, sys
queues = json.load(sys.stdin)["queues"]
sys.exit(len(queues) != 4 or not all(q["received"] for q in queues))'
}

# Until the file is gone: connections, one after the other.
connect_on() # FILE
{
	lab_in client "$lab_python" -c "
import os, socket, sys, time
times, failed = [], 0
while os.path.exists(sys.argv[1]):
    begin = time.monotonic()
    try:
        with socket.create_connection(('$srv4', 80), 60) as s:
            s.sendall(b'GET / HTTP/1.0\r\n\r\n')
            failed += not s.recv(1)
    except OSError as error:
        print(error)
        failed += 1
    times.append(time.monotonic() - begin)
    time.sleep(0.05)
times.sort()
print(failed, 'of', len(times), 'failed; the median took',
      '%.2f s, the slowest %.2f s' % (times[len(times) // 2], times[-1]))
sys.exit(failed > 0 or len(times) < 20)" "$1"
}

# Until the file is gone: probes, each from another source, in turn.
probe_on() # FILE
{
	local octet=120

	while [ -e "$1" ]; do
		lab_in prober "$lab_python" "$lab_here/send_tcp.py" \
			"203.0.113.$octet" $srv4 - 80
		octet=$((octet < 250 ? octet + 1 : 120))
		echo probed
	done
}

lab_up
lab_serve srv
lab_host client 100
lab_host prober 66
lab_in srv nft 'table inet count { counter null { }
	chain input { type filter hook input priority 0
		tcp flags == 0 counter name null; }; }'
check "make install puts everything in place" \
	make -C "$lab_root" --no-print-directory install
systemd-sysusers
systemctl daemon-reload
printf '[model]\ngrace = 0\n[queue]\ncount = 4\n' \
	>/etc/handshaked/handshaked.conf
echo "redefine queue_num = 0-3" >/etc/handshaked/queues.nft
check "both units start" systemctl enable --now handshaked-rules handshaked
check "the daemon is up" active
check_is "rules and daemon have the same four queues" \
	"$(status queue.unserved) $(status queue.unfed)" = "0 0"
check "systemd keeps a socket for each queue" wait_for 5 kept 4

touch "$lab_dir/on"
connect_on "$lab_dir/on" >"$lab_dir/connected" 2>&1 &
client=$!
probe_on "$lab_dir/on" >"$lab_dir/probed" 2>&1 &
prober=$!
failed=0
for ((i = 0; i < restarts; i++)); do
	systemctl restart handshaked || failed=$((failed + 1))
done
check "the kernel feeds each of the queues" wait_for 20 each_queue_received
rm "$lab_dir/on"
check_is "$restarts restarts in a row" $failed = 0
check "no connection is lost" wait_child $client 60
note "$(tail -n 1 "$lab_dir/connected")"
wait_child $prober 60
check_is "each daemon but the first took all queues over" \
	"$(logged '4 queues taken over')" = $restarts
check_is "knowing that another comes" \
	"$(logged 'what comes waits for the next')" = $restarts
note "$(logged 'taken over, with [1-9]') times packets had waited"
check "none of $(wc -l <"$lab_dir/probed") probes has passed" \
	grep -q 'packets 0 ' <(lab_in srv nft list counter inet count null)
check_is "nothing passed unjudged" "$(status queue.unjudged)" = 0
check "still the sockets are kept" kept 4

pid=$(unit MainPID)
kill -KILL "$pid"
check "after a crash connections come about" lab_fetch_both client
check "and there is a new daemon" wait_for 15 restarted "$pid"
check_is "which took the queues over" \
	"$(logged '4 queues taken over')" = $((restarts + 1))

# One that cannot start holds nobody up, however often it is started.
echo nonsense >>/etc/handshaked/handshaked.conf
systemctl restart handshaked 2>/dev/null || true
check "with an error in its file it does not start, and lets the queues go" \
	wait_for 10 kept 0
check "so that connections come about" lab_fetch_both client
sed -i '$d' /etc/handshaked/handshaked.conf
check "without it starts again" systemctl restart handshaked
check "and its sockets are kept" wait_for 5 kept 4

# One that is not even there.
mv /usr/sbin/handshaked /usr/sbin/handshaked.away
systemctl restart handshaked 2>/dev/null || true
check "without the program the queues are let go" wait_for 10 kept 0
check "so that connections come about" lab_fetch_both client
mv /usr/sbin/handshaked.away /usr/sbin/handshaked
check "with it there again it starts" systemctl restart handshaked
check "and its sockets are kept" wait_for 5 kept 4

systemctl stop handshaked
check "after a stop nothing is kept" wait_for 5 kept 0
check "connections come about" lab_fetch_both client
check_is "as if nobody were to come" \
	"$(logged 'what comes waits for the next')" = $((restarts + 2))
systemctl disable --now handshaked handshaked-rules 2>/dev/null
checks_end
