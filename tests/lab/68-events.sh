#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The file of events: what scans leave in it, every line held against the
# schema, as well as those of a replay; nothing is lost when it is rotated, and
# of too many in a second the rest is counted to the last one; a file that
# cannot be written stops nobody.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

schema=$lab_root/src/events.schema.json

# Events of the files that fit: how many, or one key of each.
events() # PYTHON-EXPRESSION-OF-e [KEY] [FILE...]
{
	"$lab_python" - "$1" "${2:-}" "${@:3}" <<-'EOF2'
	import json, sys
	test, key, files = sys.argv[1], sys.argv[2], sys.argv[3:]
	fit = [e for path in files for e in map(json.loads, open(path))
	       if eval("(%s)" % test, {}, {"e": e})]
	print(*(e.get(key, "none") for e in fit) if key else [len(fit)])
	EOF2
}

count() { events "$1" "" "$file"; }
some() { [ "$(count "$1")" -gt 0 ]; } # EXPRESSION
valid() { "$lab_python" "$lab_here/validate_events.py" "$schema" "$@"; }

# PACKETS without a flag, each to a port of its own.
null_probes() # HOST COUNT
{
	# shellcheck disable=SC2046 # words
	lab_in "$1" "$lab_python" "$lab_here/send_tcp.py" -g 0.001 \
		203.0.113.60 $srv4 - $(seq 1 "$2")
}

scan() # HOST NMAP-OPTION...
{
	local name=$1

	shift
	lab_in "$name" nmap -n -Pn -T4 --max-retries 0 \
		--host-timeout $((30 * slow))s "$@" >/dev/null
}

# Found of null-scan: all, whoever was told.
found()
{
	lab_ctl --json status | "$lab_python" -c '
import json, sys
print(json.load(sys.stdin)["findings"].get("null-scan", 0))'
}

# A finding each, written or counted.
told()
{
	"$lab_python" - "$@" <<-'EOF2'
	import json, sys
	n = 0
	for path in sys.argv[1:]:
	    for e in map(json.loads, open(path)):
	        if e["event_type"] == "finding":
	            n += e["finding"] == "null-scan"
	        elif e["event_type"] == "suppressed" and e["kind"] == "finding":
	            n += e["count"]
	print(n)
	EOF2
}

told_all() { [ "$(told "$@")" = "$(found)" ]; }

declare -A finding_of=([N]=null-scan [F]=fin-scan [X]=xmas-scan
	[M]=maimon-scan [A]=ack-scan [S]=syn-scan)

"$lab_python" -c 'import jsonschema' 2>/dev/null ||
	skip_all "no python3-jsonschema"
lab_require nmap tcpdump
lab_up
lab_serve srv 22 25 80 443 8000 701 702 703 704 705 706
lab_host client 100
lab_host flooder 60
lab_rules
file=$lab_dir/events.json

# ---- what is in it ----

lab_daemon policy.listings_per_minute=1000
lab_spawn gw tcpdump -Z root -i outside -n -U --immediate-mode -s 256 \
	-w "$lab_dir/capture" tcp 2>"$lab_dir/tcpdump"
tcpdump_pid=$!
wait_for 10 grep -q '^tcpdump: listening' "$lab_dir/tcpdump"
octet=11
for kind in N F X M A S; do
	lab_host "s$kind" $octet
	# Each its own ports: else they would be in step.
	scan "s$kind" "-s$kind" -p "${octet}01-${octet}30" $srv4
	# Of a SYN scan it is the refusal that tells, which the server sent.
	from=outside direction=to_server
	[ $kind != S ] || from=inside direction=to_client
	check "-s$kind leaves findings, with the interface" wait_for 10 some \
		"e['event_type'] == 'finding' and e['src_ip'].endswith('.$octet')
		 and e['direction'] == '$direction'
		 and e['finding'] == '${finding_of[$kind]}'
		 and e['in_iface'] == '$from'"
	check "and one block with its evidence" wait_for 10 some \
		"e['event_type'] == 'block' and e['src_ip'].endswith('.$octet')
		 and e['evidence']['finding'] == '${finding_of[$kind]}'
		 and e['enforced']"
	octet=$((octet + 1))
done
lab_host sT 20
scan sT -sT -p 701-706 $srv4
scan sT -sT -p 1-10 $srv4
check "a connect scan leaves handshakes that were completed" wait_for 10 some \
	"e['event_type'] == 'handshake' and e['src_ip'] == '203.0.113.20'
	 and e['dest_port'] == 701 and e['reason'] == 'connect-scan'"
check "and one block with its grade" wait_for 10 some \
	"e['event_type'] == 'block' and e['src_ip'] == '203.0.113.20'
	 and e['grade'] in ('plausible', 'proved')"
check "a client fetches" lab_fetch_both client
check "the operator unblocks" lab_ctl unblock 203.0.113.20
check "and blocks" lab_ctl block 203.0.113.99 10m
check "and changes the mode" lab_ctl mode observe
check "which are events" wait_for 10 some \
	"e['event_type'] == 'mode' and e['mode'] == 'observe'"
check_is "one unblock" "$(count "e['event_type'] == 'unblock'
	and e['src_ip'] == '203.0.113.20' and e['reason'] == 'by operator'")" = 1
check_is "one block" "$(count "e['event_type'] == 'block'
	and e['src_ip'] == '203.0.113.99' and e['timeout_s'] == 600")" = 1
lab_ctl --json status >"$lab_dir/status"
check "status tells the last of them" "$lab_python" -c '
import json, sys
last = json.load(open(sys.argv[1]))["last_events"]
assert [e["event_type"] for e in last[-3:]] == ["unblock", "block", "mode"]
assert last[-1]["message"] == "mode=observe by operator"
assert len(last) == 10' "$lab_dir/status"
lab_daemon_stop
kill -INT "$tcpdump_pid"
wait_child "$tcpdump_pid" 10 || true
check_is "of the client's connections there is nothing" "$(count \
	"e.get('src_ip') in ('203.0.113.100', '2001:db8:1::100')")" = 0
check_is "it begins with the start" start = \
	"$(head -n 1 "$file" | grep -o '"event_type":"start"' | cut -d'"' -f4)"
check_is "and has the stop" "$(count "e['event_type'] == 'stop'
	and e['reason'] == 'Terminated'")" = 1
check "each line is as the schema says" valid "$file"
check_is "only owner and group may read it" 640 = "$(stat -c %a "$file")"

# ---- a replay writes the same ----

"$lab_ctl_bin" replay --json "$lab_dir/capture" >"$lab_dir/replay.json"
check "and each of a replay of the same scans" valid "$lab_dir/replay.json"
check_is "which has findings, handshakes, blocks and a sum" 4 = "$(
	grep -oE '"event_type":"(finding|handshake|block|stats)"' \
		"$lab_dir/replay.json" | sort -u | wc -l)"
sed 's/"proto":"TCP"/&,"more":1/' "$lab_dir/replay.json" >"$lab_dir/other"
check_not "a member that the schema does not know is an error" \
	valid "$lab_dir/other"
sed 's/"xmas-scan"/"xmas"/' "$lab_dir/replay.json" >"$lab_dir/other"
check_not "so is a name that it does not know" valid "$lab_dir/other"

# ---- too many, and rotation ----

# Observing: nobody is dropped by the kernel, each probe is found. (The rules
# let no more than so many of one source through to us; found tells.)
rm -f "$file"
lab_daemon daemon.mode=observe events.per_second=20
check "a flood of probes is sent" null_probes flooder 600
check "written or counted, not one is missing" \
	wait_for 10 told_all "$file"
check "more than 20 were found" [ "$(found)" -gt 100 ]
check "most of them were only counted" \
	[ "$(count "e['event_type'] == 'finding'")" -lt "$(found)" ]
seconds=$(count "e['event_type'] == 'suppressed'")
check_is "of one second no more than 20 are written" \
	"$(count "e['event_type'] == 'finding'")" -le $((20 * (seconds + 1)))
check_is "status counts them as well" "$(lab_status events.suppressed)" = \
	"$(events "e['event_type'] == 'suppressed'" count "$file" |
		tr ' ' '\n' | awk '{ sum += $1 } END { print sum }')"
lab_daemon_stop

rm -f "$file"
lab_daemon daemon.mode=observe events.per_second=100000
null_probes flooder 300 &
probes=$!
for i in 1 2 3; do
	sleep 0.1
	mv "$file" "$file.$i"
	kill -HUP "$lab_daemon_pid"
	check "after a rotation there is a new file" \
		wait_for 5 test -e "$file"
done
wait "$probes"
check "no finding is lost by three rotations" wait_for 10 told_all \
	"$file" "$file".[123]
lab_daemon_stop
check "and every line is whole" valid "$file" "$file".[123]
check_is "start and stop are there, too" 2 = \
	"$(cat "$file" "$file".[123] | grep -c '"event_type":"st[ao]')"

# ---- a file that cannot be written ----

lab_daemon events.file=/dev/full daemon.mode=observe
null_probes flooder 5
check "a full disk is in the log" wait_for 5 grep -q \
	'events /dev/full: cannot be written, they are lost: No space left' \
	"$lab_dir/daemon.log"
check "the daemon goes on" lab_fetch_both client
check "what is lost is counted" [ "$(lab_status events.lost)" -gt 0 ]
lab_daemon_stop
check_is "it ends as ever" "$lab_daemon_exit" = 0
check_is "and told it once" 1 = \
	"$(grep -c 'events /dev/full' "$lab_dir/daemon.log")"
checks_end
