#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The operator blocks networks of both families, for a time or for good, with
# a reason. Their packets are dropped, those of neighbours and of the allowlist
# are not. The sets, the state file and the daemon agree after a restart, a
# flush, a reload of the rules, an expiry and a deletion by nft.
#
# Takes up to 300 s.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

log_lines() { grep -cE -e "$1" "$lab_dir/daemon.log" || true; }
logged() { [ "$(log_lines "$1")" -ge "${2:-1}" ]; }

# The element of a network; false when it is not in its set.
in_set() # NETWORK
{
	local set=blocklist4_nets

	[[ $1 != *:* ]] || set=blocklist6_nets
	lab_list $set | grep -oE "(^|[ {])$1 counter [^,}]*" | grep .
}

# A member of the answer to a command, as JSON; "." is the first entry.
json() # EXPRESSION COMMAND...
{
	lab_ctl --json "${@:2}" | "$lab_python" -c '
import json, sys
a = json.load(sys.stdin)
print(json.dumps(eval(sys.argv[1])))' "$1" 2>/dev/null || true
}

fetches() { lab_fetch "$1" http://$srv4/ --max-time 1; }
fetches6() { lab_fetch "$1" "http://[$srv6]/" --max-time 1; }
says() # TEXT COMMAND...: it fails, and says so
{
	local text=$1 out
	shift
	out=$("$@" 2>&1) && return 1
	[[ $out = *"$text"* ]] || { note "$out"; return 1; }
}

lab_up
lab_rules
for name in inside1 inside2; do
	lab_host $name 14${name#inside}
done
lab_host neighbour 150
lab_host client 100
lab_serve srv
lab_daemon policy.block_time=3600

# ---- packets ----

for name in inside1 inside2 neighbour; do
	check "before, $name is served" fetches $name
	check "over IPv6, too" fetches6 $name
done
check "a network of IPv4 is blocked" \
	lab_ctl block 203.0.113.140/30 1h30m --reason "test of a network"
check_is "its element has the time and the reason" "$(in_set \
	203.0.113.140/30 | grep -c 'timeout 1h30m .*comment "test of a network"')" = 1
check_not "an address in it is not served" fetches inside1
check_not "nor another" fetches inside2
check "its neighbour is" fetches neighbour
check "over IPv6 they still are" fetches6 inside1
check "a network of IPv6 is blocked" \
	lab_ctl block 2001:db8:1::140/124 2h
check_is "with the usual reason" "$(in_set 2001:db8:1::140/124 |
	grep -c 'comment "blocked by operator"')" = 1
check_not "an address in it is not served" fetches6 inside1
check "its neighbour is" fetches6 neighbour
check "both serve the client" lab_fetch_both client
check_is "the elements count what they dropped" "$(in_set 203.0.113.140/30 |
	sed -n 's/.*packets \([0-9]*\) .*/\1/p')" -ge 2
# Without its file in /etc it is allowed until a reboot, and the exit is 1.
lab_ctl allow 203.0.113.141 >/dev/null 2>&1 || true
check "an allowed address in the network is served" fetches inside1
check_not "the other is not" fetches inside2
check "the network stays" in_set 203.0.113.140/30
check "blocking it anew says who is served" eval \
	"lab_ctl block 203.0.113.140/30 1h30m --reason 'test of a network' |
		grep -q '; 203.0.113.141 is allowed and stays served'"
check "who is" fetches inside1
check "it is explained with network and reason" eval \
	"lab_ctl explain 203.0.113.142 | tr '\n' ' ' |
		grep -q 'by operator, for another 1h.*with 203.0.113.140/30:.*test of a network'"
check "a wide network of IPv6" lab_ctl block 2001:db8:aaaa::/48
check_is "has the usual time" "$(in_set 2001:db8:aaaa::/48 |
	grep -c 'timeout 1h ')" = 1

# ---- what is refused ----

check "bits behind the prefix: the network is named" says \
	"the network is 198.51.100.0/24" lab_ctl block 198.51.100.7/24
check "every address" says "0.0.0.0/0 is every address" lab_ctl block 0.0.0.0/0
check "of IPv6" says "::/0 is every address" lab_ctl block ::/0
check "an own address is named" says \
	"203.0.113.0/24 holds 203.0.113.1, which is never blocked" \
	lab_ctl block 203.0.113.0/24
check "a network that holds many" says "which is never blocked" \
	lab_ctl block 128.0.0.0/1
check "of IPv6, too" says "2001:db8:1::1, which is never blocked" \
	lab_ctl block 2001:db8:1::/48
check "an allowed address" says "203.0.113.141 is allowed" \
	lab_ctl block 203.0.113.141
check "a network in a blocked one is refused, which is named" says \
	"2001:db8:aaaa:1::/64 is in 2001:db8:aaaa::/48" \
	lab_ctl block 2001:db8:aaaa:1::/64
check "a reason that is too long" says "more than 128 bytes" lab_ctl block \
	198.51.100.9 --reason "$(printf '%0129d' 0)"
check "a reason with a quote" says "double quote" lab_ctl block 198.51.100.9 \
	--reason 'a "b" c'
check "a duration that is none" says '"30m1h" is not a duration' \
	lab_ctl block 198.51.100.9 30m1h
check "two durations" says '"10m" is a duration: only one, behind' \
	lab_ctl block 198.51.100.9 10m 20m
check "a duration before the source" says '"permanent" is a duration' \
	lab_ctl block permanent 198.51.100.9
lab_nft "add element inet handshaked blocklist4_nets { 192.168.7.1-192.168.7.9 }"
check "what overlaps a range that nft added is refused" says \
	"it overlaps 192.168.7.1-192.168.7.9" lab_ctl block 192.168.7.0/29
lab_nft "delete element inet handshaked blocklist4_nets { 192.168.7.1-192.168.7.9 }"
check_not "nothing of that is in the set" in_set 198.51.100.0/24

# ---- networks in networks ----

check "a small network, for good" \
	lab_ctl block 198.51.100.64/26 permanent --reason "for good"
check_not "has no timeout" eval "in_set 198.51.100.64/26 | grep timeout"
check "a larger one takes its place" eval "lab_ctl block 198.51.100.0/24 10s |
	grep -q 'in place of 1 network in it'"
check "and is in the set" in_set 198.51.100.0/24
check_not "alone" in_set 198.51.100.64/26
check "it expires" wait_for $((15 * slow)) eval '! in_set 198.51.100.0/24'
check "and the small one is back" wait_for 5 in_set 198.51.100.64/26
check_is "with its reason, for good" "$(in_set 198.51.100.64/26 |
	grep -v timeout | grep -c 'comment "for good"')" = 1

# ---- as JSON ----

check_is "a block: the source" "$(json 'a["source"]' block 198.51.100.9 10m \
	--reason 'as JSON')" = '"198.51.100.9"'
entry='[e for e in a["entries"] if e["source"] == "%s"][0]'
# shellcheck disable=SC2059
one() { printf "$entry" "$1"; }
check_is "the blocklist: who and why" "$(json "(lambda e: [e['reason'], e['by'],
	e['uid'], e['timeout_s'], e['grade']])($(one 198.51.100.9))" blocklist)" \
	= '["as JSON", "operator", 0, 600, null]'
check_is "until when, ISO 8601" "$(json "$(one 198.51.100.9)['until'][0:11:10]" \
	blocklist)" = '"2T"'
check_is "for good is null" \
	"$(json "$(one 198.51.100.64/26)['until']" blocklist)" = null
check_is "since when is there all the same" \
	"$(json "$(one 198.51.100.64/26)['since'][:2]" blocklist)" = '"20"'
check_is "the mode" "$(json 'a["mode"]' mode)" = '"enforce"'
check_is "an unblock" "$(json 'a["source"]' unblock 198.51.100.9)" \
	= '"198.51.100.9"'
check "the events are as the schema says" "$lab_python" \
	"$lab_here/validate_events.py" "$lab_root/src/events.schema.json" \
	"$lab_dir/events.json"
check_is "an event has who and why" "$(grep '"event_type":"block"' \
	"$lab_dir/events.json" | grep -c '"reason":"as JSON".*"by":"operator"')" = 1

# ---- what outlives what ----

all_there()
{
	in_set 203.0.113.140/30 && in_set 198.51.100.64/26 &&
		in_set 2001:db8:aaaa::/48 && in_set 2001:db8:1::140/124
}
lab_rules
check "after a reload of the rules all are there" all_there
lab_nft flush ruleset
check "a flush is missed" wait_for 3 logged 'is gone'
lab_rules
check "after a flush all are there" wait_for 3 all_there
check_is "with the reason" "$(in_set 203.0.113.140/30 |
	grep -c 'comment "test of a network"')" = 1
check_is "for good" "$(in_set 198.51.100.64/26 | grep -vc timeout)" = 1
sleep 3 # the state is written after two seconds
lab_daemon_kill9
check "killed, it leaves them" all_there
lab_nft flush ruleset
lab_rules
lab_daemon policy.block_time=3600
check "a new daemon puts them back, as after a reboot" all_there
check_is "with the reason" "$(in_set 203.0.113.140/30 |
	grep -c 'comment "test of a network"')" = 1
check_is "for good" "$(in_set 198.51.100.64/26 | grep -vc timeout)" = 1
check_is "and who did it" "$(json "$(one 198.51.100.64/26)['by']" blocklist)" \
	= '"operator"'
check_not "they are dropped" fetches inside2
lab_daemon_stop
lab_daemon policy.block_time=3600
check "after a stop and a start all are there" all_there

# ---- off again ----

lab_nft "delete element inet handshaked blocklist6_nets { 2001:db8:aaaa::/48 }"
check "what nft deletes is off the list" wait_for 3 logged \
	'unlisted source=2001:db8:aaaa::/48 by nft'
lab_nft flush ruleset
lab_rules
check "after the next flush the others are back" \
	wait_for 3 in_set 203.0.113.140/30
check_not "but not that one" in_set 2001:db8:aaaa::/48
check "an address in a network is not unblocked" says \
	"not blocked by itself, but with 203.0.113.140/30" \
	lab_ctl unblock 203.0.113.142
check "a list of them is" \
	lab_ctl unblock 203.0.113.140/30 2001:db8:1::140/124
check "who is served again" fetches inside2
check "over IPv6" fetches6 inside2
check "one that is not blocked is named" says "198.51.100.200 is not blocked" \
	lab_ctl unblock 198.51.100.200 198.51.100.64/26
check_not "the other of the list is off" in_set 198.51.100.64/26
check "several at a time" lab_ctl block 198.51.100.1 198.51.100.2 \
	2001:db8:9::/64 198.51.100.128/25 10m
check_is "and all off at a time" "$(lab_ctl unblock --all)" \
	= "4 sources unblocked"
check_is "none is in the sets" "$(json 'a["total"]' blocklist)" = 0
lab_nft flush ruleset
lab_rules
sleep 1
check_is "nor is put back" "$(json 'a["total"]' blocklist)" = 0
check_is "with none left it says so" "$(lab_ctl unblock --all)" \
	= "0 sources unblocked"

# ---- the state of an earlier version ----

lab_daemon_stop
wall=$(date +%s)000
printf '%s\n' 'handshaked-state 1' \
	"operator 198.51.100.77 $wall $((wall + 3600000))" 'end 1' \
	>"$lab_dir/state"
lab_daemon policy.block_time=3600
check "is read" lab_listed 198.51.100.77
check_is "with the usual reason" "$(lab_listed 198.51.100.77 |
	grep -c 'comment "blocked by operator"')" = 1
check "a client is served with all that behind it" lab_fetch_both client
checks_end
