#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# An operator asks why: handshakectl explain, of a scanner before and after it
# is listed, of one that was forgiven, and of those whom a forger could have
# named and who are restricted instead: a client in good standing, and decoys.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# A SYN to each port, slowly enough for the answers, all of which are RSTs.
probe() # NAME ADDRESS PORT...
{
	lab_in "$1" "$lab_python" "$lab_here/send_tcp.py" \
		-g "$(printf '0.%02d' $((5 * slow)))" "$2" $srv4 S "${@:3}"
}

# Leaves the screen where `says` looks for a line.
explain() { lab_ctl explain "$1" >"$lab_dir/screen"; }
says() { grep -E -e "$1" "$lab_dir/screen" || ! cat "$lab_dir/screen"; }

# One member of the answer as JSON.
member() # ADDRESS NAME
{
	lab_ctl --json explain "$1" | "$lab_python" -c '
import json, sys
value = json.load(sys.stdin)[sys.argv[1]]
print(len(value) if isinstance(value, list) else value)' "$2"
}

is() { [ "$(member "$1" "$2")" = "$3" ]; } # ADDRESS NAME VALUE

exits() # CODE ARGUMENT...
{
	local exit=0

	lab_ctl "${@:2}" >/dev/null 2>&1 || exit=$?
	[ "$exit" = "$1" ]
}

nobody_is_listed()
{
	! { lab_list blocklist4; lab_list blocklist6; } | grep comment
}

a_scanner()
{
	explain 203.0.113.61
	check "of an address that nobody has seen nothing is known" \
		says '^nothing is known of 203\.0\.113\.61$'
	probe scanner 203.0.113.61 101 102 103 104
	check "after four probes there is evidence of four" \
		wait_for 3 is 203.0.113.61 evidence 4
	explain 203.0.113.61
	check "which comes to a score" says 'score +5\.54 of 9\.20$'
	check "and has a line for each, with what it weighs" \
		says "(ago|now)  192\.0\.2\.2 +104  syn-scan +plausible +1\.39$"
	check "it is not listed" says 'listed +no$'
	check "but would be" says '^3 more failed attempts list it for 10m$'

	probe scanner 203.0.113.61 105 106 107
	check "three more list it" wait_for 3 lab_listed 203.0.113.61
	explain 203.0.113.61
	check "it is said for how long" says 'listed +for another (9m[0-9]+s|10m)$'
	check "and why" says 'syn-scan: 7 ports of 1 host, score 9\.7$'
	check "on what kind of evidence" says 'for 10m, plausible:$'
	check "and what comes next" says '^listed: another '
	check_is "one source is listed now" "$(lab_status engine.listed)" = 1

	check "it is unblocked" lab_ctl unblock 203.0.113.61
	check "nothing is held against it any more" is 203.0.113.61 evidence 0
	check "it has no score" is 203.0.113.61 score 0.0
	check "nor an offence" is 203.0.113.61 offences 0
	check_is "none is listed now" "$(lab_status engine.listed)" = 0
}

a_client()
{
	check "a client fetches a page" lab_fetch_both client
	check "and is known for it" wait_for 3 is 203.0.113.100 good True
	explain 203.0.113.100
	check "it is in good standing" says 'standing +good, by a connection'
	check "which an IPv6 network is too" is 2001:db8:1::/64 good True
	probe client 203.0.113.100 $(seq 201 220)
	check_not "a scan of twenty ports does not list it" \
		lab_listed 203.0.113.100
	explain 203.0.113.100
	check "it is restricted" says 'restricted +for another '
	check "in plain words" \
		says '^in good standing: restricted, not listed$'
	check "which is counted" \
		test "$(lab_status engine.withheld_standing)" -ge 1
	check "the rest of its probes was dropped" \
		test "$(lab_status engine.held_back)" -ge 10
	check "the next page is fetched" lab_fetch_both client
}

decoys()
{
	lab_in decoyed nmap -n -Pn -sS -T4 -p 101-160 --max-retries 0 \
		--host-timeout $((20 * slow))s \
		-D 203.0.113.72,203.0.113.73,ME $srv4 >/dev/null
	check "neither a scanner nor its decoys are listed" nobody_is_listed
	check "the log says who is in step with whom" wait_for 3 grep -qE \
		'lockstep source=203\.0\.113\.7[123]: in step with [12] others?: 203' \
		"$lab_dir/daemon.log"
	explain 203.0.113.71
	check "explain does too" says 'restricted +for .*, in step with others$'
	check "a decoy gets its pages" lab_fetch_both decoy72
}

errors()
{
	check "no address is wrong usage" exits 2 explain
	check "nor is a name an address" exits 2 explain example
	check "nor is a network known that nobody blocked" \
		exits 1 explain 203.0.113.0/24
	check "two are too many" exits 2 explain 203.0.113.1 203.0.113.2
	check "what the operator blocked is known as such" \
		lab_ctl block 198.51.100.1 2h
	explain 198.51.100.1
	check "with the time that is left" says '^blocked by operator: another (2h|1h59m)$'
	explain 203.0.113.1
	check "an own address is on the never list" says '^on the never list$'
	explain 192.0.2.2
	check "one on the protected side is measured as such" \
		says '^protected side: 0 of [0-9]+ hosts failed'
}

lab_require nmap
lab_up
lab_host scanner 61
lab_host client 100
lab_host decoyed 71
lab_host decoy72 72
lab_host decoy73 73
lab_serve srv
lab_rules
lab_daemon
check_not "at first nobody is listed" lab_listed 203.0.113.61
a_scanner
a_client
decoys
errors
check "each packet got one verdict" lab_verdicts_add_up
checks_end
