#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Who was listed before is listed after, for what is left of his time: after a
# flush of the ruleset under load, with the rules back at once or later; after
# the daemon was killed, or stopped while the rules were flushed. Measured is
# for how long nobody was blocked. And whom the operator takes out by nft stays
# out.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

log_lines() { grep -cE -e "$1" "$lab_dir/daemon.log" || true; }
logged() { [ "$(log_lines "$1")" -ge "${2:-1}" ]; }
now_ms() { date +%s%3N; }

# Of "1h2m3s400ms", in seconds.
seconds_of()
{
	sed -E 's/[0-9]+ms//; s/([0-9]+)d/ \1*86400 +/; s/([0-9]+)h/ \1*3600 +/
		s/([0-9]+)m/ \1*60 +/; s/([0-9]+)s/ \1 +/; s/$/ 0/' |
		{ read -r sum; echo $((sum)); }
}

left_of() # SOURCE: seconds left in the set
{
	lab_listed "$1" | sed -n 's/.*expires \([^ ]*\).*/\1/p' | seconds_of
}

# What a source has left is what it had, less the time since.
check_left() # SENTENCE SOURCE SECONDS-THEN MILLISECONDS-THEN
{
	local since=$((($(now_ms) - $4 + 500) / 1000)) left after

	left=$(left_of "$2")
	# To ask takes its time, too, on a busy machine seconds.
	after=$((($(now_ms) - $4 + 500) / 1000))
	check_is "$1: at least" "${left:-0}" -ge $(($3 - after - 1 - slow))
	check_is "$1: at most" "${left:-0}" -le $(($3 - since + slow))
}

# Fetches on and on; a line for each that failed.
load()
{
	while [ ! -e "$lab_dir/no-load" ]; do
		lab_fetch client http://$srv4/ || echo failed
	done >"$lab_dir/load" 2>&1
}

# How many of the scanner's datagrams got through, and over what time.
gap_begins() { : >"$lab_dir/gap"; }
gap_ends() # WHEN
{
	sleep 0.2
	note "$1: $(awk 'NR == 1 { first = $1 } { last = $1 }
		END { printf "%d datagrams of the scanner passed, ", NR
		      printf "the last %.0f ms after the first", last - first }' \
		"$lab_dir/gap")"
}

blocked() { ! lab_fetch scanner http://$srv4/ --max-time 0.3 2>/dev/null; }

lab_require nmap
lab_up
lab_rules
lab_host client 100
lab_host scanner 66
lab_serve srv
lab_daemon daemon.mode=enforce policy.block_time=3600
lab_in scanner nmap -n -Pn -sF -T4 -p 1-60 --max-retries 0 \
	--host-timeout $((20 * slow))s $srv4 >/dev/null
check "a scanner is listed" wait_for 3 lab_listed 203.0.113.66
check_not "an address of a network is none" lab_ctl block 2001:db8:9::5/64 2h
check "a network is blocked by hand" lab_ctl block 2001:db8:9::/64 2h
check "and is in its set, whole" lab_listed 2001:db8:9::/64
check "and an address" lab_ctl block 198.51.100.1 30m
check "and one to be taken out" lab_ctl block 198.51.100.2 30m
lab_spawn srv "$lab_python" "$lab_here/gap.py" receive $srv4 9 "$lab_dir/gap"
wait_for 5 test -e "$lab_dir/gap"
lab_spawn scanner "$lab_python" "$lab_here/gap.py" send $srv4 9
sleep 0.5
check_is "nothing of the scanner passes" "$(cat "$lab_dir/gap")" = ""
reason=$(lab_listed 203.0.113.66 | grep -o 'comment ".*"')
left=$(left_of 203.0.113.66)
left_net=$(left_of 2001:db8:9::/64)
began=$(now_ms)

# ---- the rules go and come back, under load ----

load &
load=$!
gap_begins
lab_nft flush ruleset
check "a flush is told, with what it means" wait_for 3 logged \
	'is gone, deleted by nft.*nobody is blocked.*restart handshaked-rules'
check "without rules the daemon answers" lab_answers
check_not "without rules nobody is blocked" blocked
sleep 1
gap_begins
lab_rules
check "with the rules back the scanner is listed again" \
	wait_for 3 lab_listed 203.0.113.66
gap_ends "rules gone for a second, counted from their loading"
check "that is told, with the count and the gap" wait_for 3 logged \
	'is back: 4 of 4 sources put back in [0-9]+ transactions'
note "$(grep -o 'is back: .*' "$lab_dir/daemon.log")"
check_left "the scanner has the rest of its time" 203.0.113.66 "$left" "$began"
check_left "and the network, too" 2001:db8:9::/64 "$left_net" "$began"
check_is "and the reason it had" \
	"$(lab_listed 203.0.113.66 | grep -o 'comment ".*"')" = "$reason"
check "it is kept out again" blocked
{ echo "flush ruleset"; grep -v ^include "$lab_dir/handshaked.nft"; } \
	>"$lab_dir/flush.nft"
gap_begins
check "a flush and the rules in one transaction" lab_nft -f "$lab_dir/flush.nft"
case $lab_kernel_path in
*stand-in) lab_in gw "$lab_tools/queue_standin" handshaked divert 0
esac
check "leave nobody out either" wait_for 3 lab_listed 203.0.113.66
gap_ends "flushed and loaded in one transaction"
check "which is told" wait_for 3 logged 'is back: 4 of 4' 2
note "$(grep -o 'is back: .*' "$lab_dir/daemon.log" | tail -n 1)"
check_left "with the rest of its time" 203.0.113.66 "$left" "$began"
gap_begins
lab_nft flush ruleset
lab_rules
check "a flush and the rules right after" wait_for 3 logged 'is back: 4 of 4' 3
gap_ends "flushed, and loaded right after"
touch "$lab_dir/no-load"
wait $load
check_is "all the while every request of a client succeeded" \
	"$(cat "$lab_dir/load")" = ""

check "a set alone" lab_nft "flush chain inet handshaked blocklist;
	delete set inet handshaked blocklist4"
check "is missed" wait_for 3 logged 'or a set of it is gone' 2
lab_rules
check "and filled again" wait_for 3 lab_listed 203.0.113.66

# ---- the operator's hand ----

lab_nft "delete element inet handshaked blocklist4 { 198.51.100.2 }"
check "whom nft takes out is told" wait_for 3 logged \
	'unlisted source=198.51.100.2 by nft'
lab_nft "delete element inet handshaked blocklist6_nets { 2001:db8:9::/64 }"
check "and a network" wait_for 3 logged 'unlisted source=2001:db8:9::/64 by nft'
lab_nft flush ruleset
lab_rules
check "after the next flush the others are back" \
	wait_for 3 lab_listed 203.0.113.66
check_not "but not the address" lab_listed 198.51.100.2
check_not "nor the network" lab_listed 2001:db8:9::/64
check "an unblock holds, too" lab_ctl unblock 198.51.100.1

# ---- the daemon goes ----

check "a block by hand" lab_ctl block 2001:db8:8::/64 1h
sleep 3 # it is written after two seconds
lab_daemon_kill9
check_is "the state file is its owner's alone" \
	"$(stat -c %a "$lab_dir/state")" = 600
check "killed, it leaves everyone listed" lab_listed 203.0.113.66
packets() { lab_listed 203.0.113.66 | sed -n 's/.*packets \([0-9]*\) .*/\1/p'; }
blocked || true
before=$(packets)
lab_daemon policy.block_time=3600
check "a new daemon remembers" logged 'state .*: 2 sources remembered'
check_is "and touches nothing that is in place" "$(packets)" -ge "$before"
check_is "counters and all" "$before" -ge 1
lab_daemon_kill9
lab_nft flush ruleset
lab_rules
check_not "without daemon and rules the lists are empty" \
	lab_listed 203.0.113.66
lab_daemon policy.block_time=3600
check "the next daemon fills them again" lab_listed 203.0.113.66
check "and says so" logged '2 sources were not in the sets: 2 put back'
check_left "with the rest of its time" 203.0.113.66 "$left" "$began"
check "the network as well" lab_listed 2001:db8:8::/64
check_not "and nobody who was taken out" lab_listed 198.51.100.2

check "a last block, and the daemon stops at once" \
	lab_ctl block 198.51.100.3 1h
lab_daemon_stop
check_is "it ends with exit 0" "$lab_daemon_exit" = 0
lab_nft flush ruleset
sleep 1
lab_rules
lab_daemon policy.block_time=3600
check "what was last is remembered as well" lab_listed 198.51.100.3
check_left "the scanner's time has gone on" 203.0.113.66 "$left" "$began"
check "it is kept out" blocked

# ---- the file ----

lab_daemon_stop
sed -i '2s/ [0-9]* / yesterday /' "$lab_dir/state"
lab_daemon policy.block_time=3600
check "a damaged line is told with its number and value" \
	logged 'state .*/state:2: .*"yesterday"'
check_is "and the others are used" "$(log_lines ': 2 sources remembered')" = 3
lab_daemon_stop
echo "handshaked-state 99" >"$lab_dir/state"
lab_daemon policy.block_time=3600
check "a file of another version is told" \
	logged 'is not of version 1: kept as .*state.unread'
check_is "and kept" "$(cat "$lab_dir/state.unread")" = "handshaked-state 99"
lab_daemon_stop
lab_daemon daemon.state=/nonexistent/directory/state
check "a directory that is not there is told" lab_ctl block 198.51.100.4 1h
check "and ends nothing" wait_for 5 logged \
	'state /nonexistent/directory/state: cannot be written: No such file'
check "a client gets in with all that behind it" lab_fetch_both client
check_not "and is not listed" lab_listed 203.0.113.100
checks_end
