#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The daemon's metrics, by handshakectl and over HTTP: what a live daemon says
# after a scan, every number of its status, hostile clients, and no daemon.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

exporter_bin=${HSD_EXPORTER:-$lab_root/build/handshaked-exporter}
status_py=$lab_root/tests/metrics/status.py
base=http://127.0.0.1:9794
# What moves with nothing but time.
passing_time="^handshaked_(uptime|mode)_seconds"
exporter_pid=
slow_pid=

exporter() # ARGUMENT...: in the background
{
	lab_spawn gw "$exporter_bin" -s "$lab_dir/control.sock" "$@" \
		2>>"$lab_dir/exporter.log"
	exporter_pid=$!
}

# HTTP status, or 000 and false when there is no answer.
http() # PATH [CURL-OPTION...]
{
	lab_in gw curl -gsS --noproxy '*' --max-time $((8 * slow)) \
		-o "$lab_dir/body" -D "$lab_dir/head" -w '%{http_code}' \
		"${@:2}" "$base$1"
}

http_is() { [ "$(http "${@:2}")" = "$1" ]; } # STATUS PATH [OPTION...]
scrape() { http_is 200 /metrics && cp "$lab_dir/body" "$lab_dir/metrics"; }
up_is() { scrape && grep -qx "handshaked_up $1" "$lab_dir/metrics"; }
value() { "$lab_python" "$status_py" value "$lab_dir/metrics" "$1"; }

promtool_is_content() # COMMAND...: with no line of advice either
{
	local said

	said=$("$lab_root/tests/promtool" "$@" 2>&1) || { echo "$said"; false; }
	[ -z "$said" ] || { echo "$said"; false; }
}

check_promtool() # SENTENCE FILE
{
	if [ -n "$has_promtool" ]; then
		check "$1" promtool_is_content check metrics <"$2"
	else
		note "skipped: no promtool: $1"
	fi
}

# Two readings of a quiet daemon: nothing but time has passed in between.
numbers_are_the_same()
{
	lab_ctl metrics | grep -vE "$passing_time" >"$lab_dir/ours"
	lab_ctl metrics >"$lab_dir/all"
	sleep 0.3
	scrape
	grep -vE "$passing_time" "$lab_dir/metrics" |
		diff "$lab_dir/ours" - >"$lab_dir/differing"
}

numbers_agree()
{
	wait_for 5 numbers_are_the_same || { cat "$lab_dir/differing"; false; }
}

# The live status, each integer another: each has to be some metric's.
every_integer_is_exported()
{
	lab_ctl --json status | "$lab_python" "$status_py" number \
		>"$lab_dir/numbered"
	"$lab_python" "$status_py" serve "$lab_dir/numbered.sock" \
		"$lab_dir/numbered" &
	wait_for 5 test -S "$lab_dir/numbered.sock"
	"$lab_ctl_bin" -s "$lab_dir/numbered.sock" metrics \
		>"$lab_dir/numbered.metrics"
	kill $!
	"$lab_python" "$status_py" compare "$lab_dir/numbered" \
		"$lab_dir/numbered.metrics"
}

a_live_daemon()
{
	local dropped

	check "it serves" wait_for 5 up_is 1
	check "the type is Prometheus' text" grep -qi \
		'^content-type: text/plain; version=0.0.4' "$lab_dir/head"
	lab_in scanner nmap -n -Pn -sX -p 101-120 --max-retries 0 \
		--host-timeout $((20 * slow))s $srv4 >/dev/null
	check "a scanner is listed" wait_for 5 lab_listed 203.0.113.61
	check "HTTP has the numbers of handshakectl metrics" numbers_agree
	check_promtool "promtool is content with the scrape" "$lab_dir/metrics"
	check_promtool "and with handshakectl metrics" "$lab_dir/all"
	for pair in 'engine.segments handshaked_segments_total' \
		'engine.listings handshaked_listings_total' \
		'engine.listed handshaked_listed_sources' \
		'blocklist.added handshaked_blocklist_added_total' \
		'findings.xmas-scan handshaked_findings_total{finding="xmas-scan"}'
	do
		check_is "${pair#* } is ${pair% *} of the status" \
			"$(value "${pair#* }")" = "$(lab_status "${pair% *}")"
	done
	check_is "a listing there was" "$(value handshaked_listings_total)" = 1
	check_is "what has not occurred is 0" \
		"$(value 'handshaked_findings_total{finding="syn-flood"}')" = 0
	check_is "the mode is enforce" \
		"$(value 'handshaked_mode{mode="enforce"}')" = 1
	check_is "and not observe" \
		"$(value 'handshaked_mode{mode="observe"}')" = 0
	dropped=$(value 'handshaked_packets_dropped_total{queue="0"}')
	check_is "the queue has its number" "$dropped" = \
		"$(lab_status queue.dropped)"
	check "each integer of the status is one metric's" \
		every_integer_is_exported
	check "alerts and dashboard ask for what is there" names_exist
	check_promtool "names that need it are escaped" \
		"$lab_dir/numbered.metrics"
}

# Alerts, their tests and the dashboard; prints what no metric is called.
names_exist()
{
	"$lab_python" "$status_py" names "$lab_dir/metrics" >"$lab_dir/names"
	! grep -ohE 'handshaked_[a-z_]+' "$lab_root/systemd/alerts.yml" \
		"$lab_root/systemd/grafana.json" \
		"$lab_root/tests/metrics/alerts.yml" | sort -u |
		grep -vxF -f "$lab_dir/names"
}

requests()
{
	check "/ is a page" http_is 200 /
	check "with a link" grep -q 'href="/metrics"' "$lab_dir/body"
	check "a query does not matter" http_is 200 '/metrics?x=1'
	check "HEAD is answered" http_is 200 /metrics -I
	for path in /metrics/ /Metrics //metrics /../etc/passwd \
		"/$(printf 'a%.0s' {1..2000})"
	do
		check "${path:0:20} is 404" http_is 404 "$path" --path-as-is
	done
	for method in POST PUT DELETE OPTIONS TRACE PATCH BREW; do
		check "$method is 405" http_is 405 /metrics -X $method
	done
	check "and says what is allowed" grep -qi '^allow: GET' "$lab_dir/head"
	head -c 2000000 /dev/zero >"$lab_dir/big"
	http /metrics --data-binary @"$lab_dir/big" >/dev/null 2>&1 || true
	check "a large body does no harm" up_is 1
	check "headers without end are refused" \
		http_is 431 /metrics -H "X: $(printf 'a%.0s' {1..20000})"
	check "it still serves" up_is 1
}

# Clients that only begin: more of them than there is room for.
slow_clients() # COUNT: each a request without end, a byte every half second
{
	cat >"$lab_dir/slow.py" <<'PYTHON'
import socket, sys, time
clients = []
for _ in range(int(sys.argv[1])):
    s = socket.create_connection(("127.0.0.1", 9794))
    s.sendall(b"GET /metrics HTTP/1.1\r\nX: ")
    clients.append(s)
print("connected", flush=True)
while True:
    for s in clients:
        try:
            s.send(b"a")
        except OSError:
            pass
    time.sleep(0.5)
PYTHON
	lab_spawn gw "$lab_python" "$lab_dir/slow.py" "$1" >"$lab_dir/slow"
	slow_pid=$!
	wait_for 5 grep -q connected "$lab_dir/slow"
}

hostile_clients()
{
	local begin

	lab_in gw "$lab_python" - <<'PYTHON'
import os, socket
for what in (b"\0" * 4096, b"GET\r\n\r\n", b"\r\n\r\n\r\n", os.urandom(4096),
             b"GET /metrics HTTP/9.9\r\n\r\n", b"GET " + b"/" * 9000,
             b"GET /metrics HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
             b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
    with socket.create_connection(("127.0.0.1", 9794), 5) as s:
        try:
            s.sendall(what)
            s.shutdown(socket.SHUT_WR)
            while s.recv(4096):
                pass
        except OSError:
            pass
PYTHON
	check "garbage does no harm" up_is 1
	slow_clients 8
	check "slow clients do not stop others" up_is 1
	kill "$slow_pid"
	slow_clients 40
	begin=$SECONDS
	check "all the places taken: served when their time is over" \
		wait_for 25 up_is 1
	note "after $((SECONDS - begin)) s"
	kill "$slow_pid"
	check "the exporter lives" kill -0 "$exporter_pid"
}

no_daemon()
{
	kill -STOP "$lab_daemon_pid"
	check "a daemon that hangs is down" wait_for 5 up_is 0
	kill -CONT "$lab_daemon_pid"
	check "and up again" wait_for 5 up_is 1
	lab_daemon_stop
	check "a daemon that is stopped is down" wait_for 5 up_is 0
	check_is "nothing else is said then" \
		"$(grep -c '^handshaked' "$lab_dir/metrics")" = 1
	check_promtool "promtool is content" "$lab_dir/metrics"
	check "the log says what to do" grep -q \
		'cannot reach the daemon at .*; is it running' \
		"$lab_dir/exporter.log"
	for _ in 1 2 3; do sleep 0.3; scrape; done
	check_is "once" "$(grep -c 'is it running' "$lab_dir/exporter.log")" = 1
	check_not "handshakectl metrics fails" lab_ctl metrics
	lab_daemon
	check "started again, it is up" wait_for 5 up_is 1
}

exits() # CODE ARGUMENT...
{
	local exit=0

	lab_in gw timeout 5 "$exporter_bin" "${@:2}" \
		>"$lab_dir/said" 2>&1 || exit=$?
	cat "$lab_dir/said"
	[ "$exit" = "$1" ]
}

wrong_usage()
{
	for where in 127.0.0.1 127.0.0.1: :9794 127.0.0.1:0 127.0.0.1:65536 \
		127.0.0.1:-1 127.0.0.1:http localhost:9794 ::1:9794 '[::1]' \
		'[::1:9794' '[127.0.0.1]:9794' 127.1:9794 ''
	do
		check "\"$where\" is no place to listen" exits 2 -l "$where"
		check "which is said" grep -qF "\"$where\": must be" \
			"$lab_dir/said"
	done
	check "an argument is too much" exits 2 more
	check "a port that is taken is said" exits 1
	grep -q '127.0.0.1:9794: Address already in use' "$lab_dir/said" ||
		not_ok "by its name" "$(cat "$lab_dir/said")"
	check "so is an address of others" exits 1 -l 198.51.100.1:9794
}

# What it costs: the processor time of the daemon with and without.
a_minute_of_scrapes() # SECONDS
{
	local before after i

	before=$(daemon_ticks)
	sleep "$1"
	after=$(daemon_ticks)
	note "idle: $((after - before)) ticks of 10 ms in $1 s"
	before=$(daemon_ticks)
	for ((i = 0; i < $1; i++)); do scrape; sleep 0.97; done
	after=$(daemon_ticks)
	note "scraped every second: $((after - before)) ticks in $1 s"
}

daemon_ticks() { awk '{ print $14 + $15 }' "/proc/$lab_daemon_pid/stat"; }

lab_require nmap
lab_up
has_promtool=
! "$lab_root/tests/promtool" --version >/dev/null 2>&1 || has_promtool=1
lab_host scanner 61
lab_serve srv
lab_rules
lab_daemon
exporter
a_live_daemon
requests
hostile_clients
no_daemon
wrong_usage
[ -z "${MEASURE:-}" ] || a_minute_of_scrapes "$MEASURE"
kill "$exporter_pid"
exit=0
wait_child "$exporter_pid" 5 || exit=$?
check_is "SIGTERM ends it well" "$exit" = 0
base='http://[::1]:9794'
exporter -l '[::1]:9794'
check "IPv6 is served too" wait_for 5 up_is 1
checks_end
