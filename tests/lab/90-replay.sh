#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What was seen inline is what a replay sees: the same packets, captured in
# front of the queue, get the same findings and the same sources listed. The
# daemon watches (observe mode), so that no packet of a scan is missing from
# the capture's far side; nmap's scans over both families, each from an address
# of its own, come one after the other, because what one of them teaches about
# the served ports tells in the next.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# Of -sT all but a few ports are closed, so most of it is a syn-scan.
declare -A finding_of=(
	[S]=syn-scan [T]=syn-scan [N]=null-scan [F]=fin-scan
	[X]=xmas-scan [M]=maimon-scan [A]=ack-scan [W]=ack-scan
)
kinds=(S T N F X M A W)
# Nobody answers on these: the one finding without a packet.
silent_ports=201-212
# Of the ports that nmap probes these are open. They speak when spoken to: a
# greeting that crosses the scanner's reset is captured on the other side of
# the queue, and who was first is not the same on both.
open_ports=(7 19 33 48)
last_port=4242
nmap_options=(-n -Pn -T4 --max-retries 0 --host-timeout $((60 * slow))s)
capture_file= # set once there is a directory

scan() # HOST NMAP-OPTION...
{
	local name=$1

	shift
	lab_in "$name" nmap "${nmap_options[@]}" "$@" $srv4 >/dev/null
	lab_in "$name" nmap -6 "${nmap_options[@]}" "$@" $srv6 >/dev/null
}

listens() { grep -q '^tcpdump: listening' "$lab_dir/tcpdump"; }

start_capture()
{
	capture_file=$lab_dir/capture
	lab_spawn gw tcpdump -Z root -i outside -n -U --immediate-mode \
		-B 8192 -s 256 -w "$capture_file" tcp 2>"$lab_dir/tcpdump"
	tcpdump_pid=$!
	wait_for 10 listens
}

# The FIN of the server, which is sent after all else of that connection.
last_is_captured()
{
	tcpdump -r "$capture_file" -n \
		"tcp dst port $last_port and tcp[tcpflags] & tcp-fin != 0" \
		2>/dev/null | grep -q .
}

stop_capture()
{
	local sentence="the capture is complete"

	lab_fetch innocent http://$srv4/ --local-port $last_port
	wait_for 10 last_is_captured || not_ok "$sentence" "its end is missing"
	kill -INT $tcpdump_pid
	wait_child $tcpdump_pid 10 || true
	check "$sentence" grep -qx '0 packets dropped by kernel' \
		"$lab_dir/tcpdump"
}

replay() # OPTION...
{
	"$lab_ctl_bin" replay -c "$lab_dir/replay.conf" \
		--local 192.0.2.0/24 --local 2001:db8:2::/64 \
		"$@" "$capture_file"
}

# "source reason" of each, in order of the sources.
inline_listings()
{
	sed -n 's/.*would list source=\([^ ]*\) .* reason="\(.*\)".*/\1 \2/p' \
		"$lab_dir/daemon.log" | sort
}

replayed_listings()
{
	"$lab_python" -c '
import json, sys
for event in map(json.loads, open(sys.argv[1])):
    if event["event_type"] == "block":
        print(event["src_ip"], event["reason"])' "$lab_dir/replay.json" | sort
}

# "finding count" of each that was found.
inline_findings()
{
	lab_ctl --json status | "$lab_python" -c '
import json, sys
for name, count in json.load(sys.stdin)["findings"].items():
    if count:
        print(name, count)' | sort
}

# The text has the engine's own counters: the findings without a packet too.
replayed_findings()
{
	sed -n 's/^findings *//p' "$lab_dir/replay.txt" | sed 's/  /\n/g' |
		sort
}

# The same of those that a packet completes, from the packets' own lines.
replayed_events() # FINDING
{
	grep '"event_type":"finding"' "$lab_dir/replay.json" |
		grep -c "\"finding\":\"$1\"" || true
}

findings_about() # ADDRESS...
{
	grep '"event_type":"finding"' "$lab_dir/replay.json" |
		grep -cF "$(printf '_ip":"%s"\n' "$@")" || true
}

# With the difference, "<" inline and ">" replayed.
same_findings()
{
	diff <(inline_findings) <(replayed_findings)
}

same_listings()
{
	diff <(inline_listings) <(replayed_listings)
}

# Of a source both say this, and for the right finding.
reason_of() # SOURCE FINDING
{
	local inline replayed

	inline=$(inline_listings | sed -n "s/^$1 //p")
	replayed=$(replayed_listings | sed -n "s/^$1 //p")
	if [ "$inline" = "$replayed" ] && [[ $inline == "$2: "* ]]; then
		ok "$1: $inline"
	else
		not_ok "$1: $2, inline and replayed" \
			"inline:   ${inline:-(not listed)}" \
			"replayed: ${replayed:-(not listed)}"
	fi
}

# On one processor: on two, what follows closely on another packet may overtake
# it between the capture and the queue, and then each is right about what it saw.
taskset -p 1 $$ >/dev/null

lab_require nmap tcpdump
lab_up
# shellcheck disable=SC2119
lab_rules
lab_host innocent 100
lab_host silent 40
octet=11
for kind in "${kinds[@]}"; do
	lab_host "s$kind" $octet
	octet=$((octet + 1))
done
lab_serve srv 80 443 "${open_ports[@]}"
lab_in srv nft "table inet silent { chain input {
	type filter hook input priority 0; tcp dport $silent_ports drop; }; }"
lab_daemon daemon.mode=observe policy.listings_per_minute=1000
printf '[daemon]\nmode = observe\n[model]\ngrace = 0\n' \
	>"$lab_dir/replay.conf"
printf '[policy]\nlistings_per_minute = 1000\n' >>"$lab_dir/replay.conf"
# The gateway's own address, which the daemon knows: nobody lists its /64.
printf '[network]\nnever = %s\n' 2001:db8:1::fe >>"$lab_dir/replay.conf"
start_capture

check "an innocent client fetches" lab_fetch_both innocent
for kind in "${kinds[@]}"; do
	scan "s$kind" "-s$kind" -p 1-60
	check "and after -s$kind" lab_fetch_both innocent
	# Or the next would be at the same ports at the same moment: in step.
	sleep 1.5
done
scan silent -sS -p $silent_ports
stop_capture

replay --json >"$lab_dir/replay.json"
replay >"$lab_dir/replay.txt"
# Inline the last SYN must wait before it is called unanswered.
wait_for 10 same_findings || true
note "findings: $(inline_findings | paste -sd ' ')"
check "each finding was made as often inline as in the replay" same_findings
for finding in null-scan fin-scan xmas-scan maimon-scan ack-scan connect-scan
do
	check_is "and $finding is told with as many packets" \
		"$(replayed_events $finding)" = "$(lab_status findings.$finding)"
done
octet=11
for kind in "${kinds[@]}"; do
	reason_of 203.0.113.$octet "${finding_of[$kind]}"
	reason_of 2001:db8:1::$octet "${finding_of[$kind]}"
	octet=$((octet + 1))
done
reason_of 203.0.113.40 syn-scan
reason_of 2001:db8:1::40 syn-scan
check "nobody else would be listed, inline or in the replay" same_listings
check_is "and that is 18 sources" "$(replayed_listings | wc -l)" = 18
check_is "no packet of or to the innocent client is a finding" \
	"$(findings_about 203.0.113.100 2001:db8:1::100)" = 0
check_is "nothing was dropped" "$(lab_status queue.dropped)" = 0
checks_end
