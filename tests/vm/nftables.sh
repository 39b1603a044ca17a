#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The shipped units beside the real nftables.service, which flushes the whole
# ruleset whenever it is started, stopped, restarted or reloaded: our rules come
# back by themselves or their absence is told, the daemon goes on, and its lists
# are filled again. To be run by tests/vm/run.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/../lab/lab.sh"

[ "${IN_VM:-}" = 1 ] || skip_all "not in the VM: run it with tests/vm/run"
lab_require
checks_output=$(mktemp)

log() { journalctl -u handshaked -o cat --no-pager; }
log_lines() { log | grep -cE -e "$1" || true; }
logged() { [ "$(log_lines "$1")" -ge "${2:-1}" ]; }
listed() { nft get element inet handshaked blocklist4 "{ $1 }"; }
pid() { systemctl show -P MainPID handshaked; }
active() { systemctl is-active "$1"; }
whole() { nft list chain inet handshaked divert | grep -q 'queue.* bypass'; }
table() { nft list table inet handshaked; }
foreign_table() { nft list table inet filter; }

backs=0
check_back() # WHEN
{
	backs=$((backs + 1))
	check "$1 our rules are back" wait_for 10 table
	check "$1 they are whole" wait_for 5 whole
	check "$1 the blocked one is blocked again" wait_for 10 \
		listed 203.0.113.67
	check "$1 that is told" wait_for 5 logged \
		'is back: 2 of 2 sources put back' $backs
	note "$(log | grep -o 'is back: .*' | tail -n 1)"
	check_is "$1 the daemon is the same" "$(pid)" = "$daemon"
	check "$1 nftables' own rules are there" foreign_table
}

check "it is installed" make -C "$lab_root" --no-print-directory install
check "the user is made" systemd-sysusers
check "the units are read" systemctl daemon-reload
# Of another test in the same machine.
rm -f /var/lib/handshaked/state
check "handshaked starts while nftables.service does not run" \
	systemctl enable --now handshaked-rules handshaked
check_not "which stays so" active nftables
check "a block by hand" handshakectl block 203.0.113.67 2h
check "and a network" handshakectl block 2001:db8:9::/64 2h
daemon=$(pid)

# Nothing tells our unit of a first start: the daemon tells the operator.
check "nftables.service is enabled and started" \
	systemctl enable --now nftables
check "that our rules are gone is told" wait_for 5 logged \
	'is gone, deleted by nft.*restart handshaked-rules'
check "what it says to do works" systemctl restart handshaked-rules
check_back "after a start and the restart it asks for,"

check "nftables.service is restarted" systemctl restart nftables
check_back "after a restart"
check "nftables.service is reloaded" systemctl reload nftables
check_back "after a reload"
check "nftables.service is stopped" systemctl stop nftables
check "that our rules are gone is told" wait_for 5 logged 'is gone' 3
check_is "the daemon is the same" "$(pid)" = "$daemon"
check "nftables.service is started" systemctl start nftables
check_back "after a stop and a start"
check "our own rules are restarted" systemctl restart handshaked-rules
check_back "after that"
check "an element that nft takes out is forgiven" \
	nft delete element inet handshaked blocklist4 '{ 203.0.113.67 }'
check "and told" wait_for 5 logged 'unlisted source=203.0.113.67 by nft'

# A machine without nftables.service.
rm /lib/systemd/system/nftables.service
rm -f /etc/systemd/system/*.wants/nftables.service
check "without nftables.service the units are read" systemctl daemon-reload
check "and enabled" systemctl reenable handshaked-rules
check "and the rules are restarted" systemctl restart handshaked-rules
check "and reloaded" systemctl reload handshaked-rules
check "the units are correct" systemd-analyze verify --man=no \
	/usr/lib/systemd/system/handshaked.service \
	/usr/lib/systemd/system/handshaked-rules.service
check_is "and the daemon is still the same" "$(pid)" = "$daemon"
systemctl disable --now handshaked handshaked-rules 2>/dev/null
checks_end
