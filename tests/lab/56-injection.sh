#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Text that others choose: comments of set elements, names of interfaces and of
# files, with quotes, newlines, markup and commands to a terminal in them. None
# of it gets to a screen, a line of the log, an event or a page as anything but
# text; and nobody is lost for it.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

esc=$'\033'
interface="o\"\\<b>$esc[2J"
bad="$esc]0;x$esc[31m<script>alert(1)</script>"

# Nothing but what can be printed, and ends of lines.
is_plain() # FILE...
{
	[ -s "$1" ] && ! LC_ALL=C grep -n -a '[^ -~]' "$@"
}

is_json() # FILE: each line an object
{
	[ -s "$1" ] && "$lab_python" -c '
import json, sys
for line in open(sys.argv[1], "rb"):
    assert isinstance(json.loads(line), dict)' "$1"
}

# By the other notation of nft, in which a comment may have anything.
add_element() # SET ADDRESS COMMENT-AS-JSON
{
	printf '{"nftables": [{"add": {"element": {"family": "inet",
		"table": "handshaked", "name": "%s", "elem": [{"elem": {
		"val": "%s", "timeout": 7200, "comment": %s}}]}}}]}' "$@" |
		lab_nft -j -f -
}

comments()
{
	local n=1 comment

	for comment in '"\u001b[2J\u001b]0;x\u0007"' '"a\nlisted: nobody"' \
		'"\" timeout 1s }, { 203.0.113.100"' '"\\"' '"\u009b31m"' \
		'"</script><script>alert(1)</script>"' '"%s%n%5000d"'; do
		add_element blocklist4 198.51.100.$n "$comment"
		add_element blocklist6 2001:db8:66::$n "$comment"
		n=$((n + 1))
	done
	lab_ctl blocklist >"$lab_dir/screen"
	check "comments of others are plain on the screen" \
		is_plain "$lab_dir/screen"
	check_is "each has its line" 14 = \
		"$(grep -cE '^(198\.51|2001:db8:66)' "$lab_dir/screen")"
	lab_ctl --json blocklist >"$lab_dir/answer"
	check "and as JSON" is_json "$lab_dir/answer"
	check "explain is plain, too" lab_ctl explain 198.51.100.1
	lab_ctl explain 198.51.100.1 >"$lab_dir/screen"
	check "in all it says" is_plain "$lab_dir/screen"
}

# What is not ours is told when it goes, and put back when all goes.
flush_and_restart()
{
	lab_nft delete element inet handshaked blocklist4 '{ 198.51.100.1 }'
	lab_daemon_stop
	lab_daemon
	check_is "after a restart nobody innocent is listed" "" = \
		"$(lab_listed 203.0.113.100 || true)"
	check "the client is served" lab_fetch_both client
}

names_of_interfaces()
{
	lab_netns odd
	lab_link gw "$interface" odd eth0
	lab_addresses gw "$interface" 198.18.0.1/24
	lab_addresses odd eth0 198.18.0.2/24
	ip -n "hsd$$-odd" route add default via 198.18.0.1
	sleep 1 # the daemon hears of it
	lab_spawn gw tcpdump -Z root -i "$interface" -n -U --immediate-mode \
		-w "$lab_dir/capture" tcp 2>"$lab_dir/tcpdump"
	capturing=$!
	wait_for 10 grep -q 'listening' "$lab_dir/tcpdump"
	lab_in odd nmap -n -Pn -sX -T4 --max-retries 0 -p 101-120 \
		--host-timeout $((20 * slow))s $srv4 >/dev/null
	kill -INT $capturing
	wait_child $capturing 5 || true
	check "who comes in by an interface of an odd name has events" \
		wait_for 5 grep -q \
		'"event_type":"finding".*"in_iface":"o??<b>?\[2J"' \
		"$lab_dir/events.json"
	check "each is JSON in one line" is_json "$lab_dir/events.json"
	check "and plain" is_plain "$lab_dir/events.json"
}

names_of_files()
{
	local dir="$lab_dir/$bad"$'\n'"x" file

	mkdir -p "$dir"
	cp "$lab_dir/capture" "$dir/c.pcap"
	cp "$lab_dir/events.json" "$dir/events.json"
	for file in "$dir/c.pcap" "$dir/events.json" "$dir/none"; do
		"$lab_ctl_bin" report "$file" >"$lab_dir/out" 2>&1 || true
		check "a report of ${file##*/} is plain" \
			is_plain "$lab_dir/out"
		"$lab_ctl_bin" replay "$file" >"$lab_dir/out" 2>&1 || true
		check "so is a replay" is_plain "$lab_dir/out"
	done
	"$lab_ctl_bin" replay --json "$dir/c.pcap" >"$lab_dir/out"
	check "a replay as JSON is that" is_json "$lab_dir/out"
	"$lab_ctl_bin" report --html "$lab_dir/page" "$dir/events.json" \
		>"$lab_dir/out" 2>&1
	check_is "a page has no script but its own data" 1 = \
		"$(grep -c '<script' "$lab_dir/page")"
	check_not "nor markup of an interface" grep -q '<b>' "$lab_dir/page"
	check_not "nor commands to a terminal" grep -q "$esc" "$lab_dir/page"
}

lab_require nmap tcpdump
lab_up
lab_host client 100
lab_serve srv
lab_rules
lab_daemon
comments
names_of_interfaces
flush_and_restart
names_of_files
check "the log is plain, all of it" is_plain "$lab_dir/daemon.log"
check "each packet got one verdict" lab_verdicts_add_up
checks_end
