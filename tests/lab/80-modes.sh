#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What an operator can set: observe mode finds and tells but drops and lists
# nothing, the mode can be changed while the daemon runs, and who is on the
# allowlist is left alone.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# Prints of how many of the 60 ports nmap got an answer: all are closed.
answers_to() # NAME
{
	lab_in "$1" nmap -n -Pn -sX -T4 -p 101-160 --max-retries 2 \
		--host-timeout $((20 * slow))s -oX - $srv4 |
		sed -n 's/.*<extraports state="closed" count="\([0-9]*\).*/\1/p'
}

lab_require nmap
lab_up
lab_rules
for octet in 61 62 63; do
	lab_host scanner$octet $octet
done
lab_serve srv
lab_daemon daemon.mode=observe

check_is "in observe mode a scanner hears of all 60 ports" \
	"$(answers_to scanner61)" = 60
check_is "the status counts what it sent" \
	"$(lab_status findings.xmas-scan)" -ge 60
check_is "and one listing, had it been for real" \
	"$(lab_status engine.listings)" = 1
check "the log tells of it" grep -q '203\.0\.113\.61' "$lab_dir/daemon.log"
check_not "it is not listed" lab_listed 203.0.113.61
check_is "nothing is dropped" "$(lab_status queue.dropped)" = 0

# Two that scan the same ports within a second are in step: neither is listed.
sleep 2
check "the mode is changed" lab_ctl mode enforce
check_is "and is told so" "$(lab_status mode)" = enforce
check_is "from then on a scanner hears of none" "$(answers_to scanner62)" = ""
check "and is listed" wait_for 3 lab_listed 203.0.113.62

lab_nft add element inet handshaked allowlist4 '{ 203.0.113.63 }'
check_is "who is on the allowlist hears of all 60 ports" \
	"$(answers_to scanner63)" = 60
check_not "and is not listed" lab_listed 203.0.113.63
lab_rules
check_is "a reload of the rules keeps the allowlist" \
	"$(answers_to scanner63)" = 60
check "and the blocklist" lab_listed 203.0.113.62

lab_daemon_stop
lab_nft flush set inet handshaked blocklist4
lab_daemon daemon.mode=observe
check_not "started in observe mode it puts no source back" \
	lab_listed 203.0.113.62
check "the mode is changed" lab_ctl mode enforce
check "with it the source is back" wait_for 3 lab_listed 203.0.113.62

# A set that has room for one, which somebody else's element takes.
lab_daemon_stop
lab_nft flush ruleset
lab_rules 's/size 65536/size 1/'
lab_nft add element inet handshaked blocklist4 '{ 198.51.100.77 timeout 1h }'
check "it starts though the set takes no source back" lab_daemon
check "and logs which" \
	grep -q 'unlisted source=203\.0\.113\.62' "$lab_dir/daemon.log"
check_is "set and daemon agree" "$(lab_status engine.listed)" = 0
checks_end
