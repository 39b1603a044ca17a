#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# When the blocklist cannot take an element - its set is full, its table is
# gone - the daemon says so once, counts it and goes on; with room or the table
# back it lists again.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

scan() # NAME
{
	lab_in "$1" nmap -n -Pn -sF -T4 -p 1-60 --max-retries 0 \
		--host-timeout $((20 * slow))s $srv4 >/dev/null
}

log_lines() { grep -ciE -e "$1" "$lab_dir/daemon.log" || true; }

lab_require nmap
lab_up
lab_rules '/set blocklist/,/}/ s/size 65536/size 3/'
for name in scanner1 scanner2 scanner3; do
	lab_host $name 6${name#scanner}
done
lab_host client 100
lab_serve srv
lab_daemon

check "a block by hand is told" lab_ctl block 198.51.100.1 600
check "and is in the set" lab_listed 198.51.100.1
check "an IPv6 address too" lab_ctl block 2001:db8:9::1 600
check "and is in its set" lab_listed 2001:db8:9::1
check "an unblock is told" lab_ctl unblock 2001:db8:9::1
check_not "and out of the set" lab_listed 2001:db8:9::1
check "a network too" lab_ctl block 2001:db8:9:1::/64 600
check "and is in its set" lab_listed 2001:db8:9:1::/64
check "unblocking one of its addresses lets it in" \
	lab_ctl unblock 2001:db8:9:1::7
check_not "and so takes out the network" lab_listed 2001:db8:9:1::/64
check_not "what is no address is refused" lab_ctl block 198.51.100.256 600
check_not "nor are bits behind a prefix taken" lab_ctl block 2001:db8::7/48 600
check_not "of either family" lab_ctl block 198.51.100.7/24 600
check "another network is" lab_ctl block 2001:db8:a::/48 600
check "of either family" lab_ctl block 198.51.101.0/24 600
check "and all are taken off" lab_ctl unblock 2001:db8:a::/48 198.51.101.0/24
check "an address may say that it is one" lab_ctl block 198.51.100.9/32 600
check "and is taken out like that" lab_ctl unblock 198.51.100.9/32

check "a second block" lab_ctl block 198.51.100.2 600
check "a third block fills the set" lab_ctl block 198.51.100.3 600
check_not "a block too many is refused" lab_ctl block 198.51.100.4 600
check_is "the log tells of the full set in one line" "$(log_lines full)" = 1
scan scanner1
scan scanner2
check_not "a scanner finds no place" lab_listed 203.0.113.61
check_is "the status counts the refusals" \
	"$(lab_status blocklist.set_full)" -ge 2
check_is "the log is not flooded with them" "$(log_lines full)" -le 3
check "a client gets in" lab_fetch_both client
check "one is unblocked" lab_ctl unblock 198.51.100.1
scan scanner3
check "the next scanner takes its place" wait_for 3 lab_listed 203.0.113.63

lab_nft delete table inet handshaked
check_not "without the table a block is refused" \
	lab_ctl block 198.51.100.5 600
check "without the table the daemon answers" lab_answers
check_is "the status counts it" "$(lab_status blocklist.table_missing)" -ge 1
check_is "the log tells of it in one line" \
	"$(log_lines 'table.*(missing|gone|no )|no.*table|nft -f')" = 1
check "without the table a client gets in" lab_fetch_both client
lab_rules
check "with the table back a block is told" lab_ctl block 198.51.100.5 600
check "and is in the set" lab_listed 198.51.100.5
scan scanner1
check "with the table back a scanner is listed" \
	wait_for 3 lab_listed 203.0.113.61
check "a client gets in with all that behind it" lab_fetch_both client
lab_daemon_stop
check_is "the daemon ends on SIGTERM with exit 0" "$lab_daemon_exit" = 0
checks_end
