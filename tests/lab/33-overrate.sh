#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One source that sends more than the rules let through has the rest dropped
# before the queue, and counted; nobody else notices. With a rate that a slow
# sender exceeds, too.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

flood() # ADDRESS SERVER: 600 SYNs to one port, in a row
{
	lab_in flooder "$lab_python" "$lab_here/send_tcp.py" -c 600 "$1" "$2" \
		S 80
}

lab_up
lab_host client 100
lab_host flooder 66
lab_serve srv
lab_rules 's,20000/second burst 20000,5/second burst 20,'
lab_daemon
for pair in "203.0.113.66 $srv4" "2001:db8:1::66 $srv6"; do
	over=$(lab_counter overrate)
	queued=$(lab_counter queued)
	# shellcheck disable=SC2086 # two words
	check "${pair% *} sends 600 SYNs" flood $pair
	check_is "most of them are dropped by the rules" \
		"$(lab_counter overrate)" -gt $((over + 300))
	check_is "few come to the queue" \
		"$(lab_counter queued)" -lt $((queued + 300))
	check "somebody else is served" lab_fetch_both client
done
check_not "and nobody listed for it" lab_listed 203.0.113.66
check "each packet got one verdict" lab_verdicts_add_up
checks_end
