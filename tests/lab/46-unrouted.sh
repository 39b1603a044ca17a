#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A SYN/ACK proves a handshake, so one in the name of an address of ours that
# comes in from outside is kept from the judge; real ones are not.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# Ten of them, from outside.
forge() # SOURCE DESTINATION
{
	lab_in evil "$lab_python" "$lab_here/send_tcp.py" -g 0.002 \
		"$1" "$2" SA $(seq 3001 3010)
}

lab_up
lab_rules
lab_host evil 66
lab_host client 100
lab_serve srv
lab_serve gw
lab_daemon

check "a client fetches from behind the gateway" lab_fetch_both client
check "and from the gateway itself" lab_fetch client "http://$gw4/"
check "the server fetches from the gateway" lab_fetch srv "http://$gw4/"
check_is "no answer of these was unrouted" "$(lab_counter unrouted)" = 0

forge $srv4 $gw4
check_is "ten in the name of a server inside are" "$(lab_counter unrouted)" = 10
forge $srv6 $gw6
check_is "over IPv6 too" "$(lab_counter unrouted)" = 20
forge $gw4 $srv4
check_is "and in the name of the gateway" "$(lab_counter unrouted)" = 30
check_is "the judge has seen none of them" \
	"$(lab_ctl --json status | grep -c unsolicited-syn-ack || true)" = 0
forge 203.0.113.66 $srv4
check_is "who sends them in his own name is judged" \
	"$(lab_counter unrouted)" = 30
check "and told" grep -q unsolicited-syn-ack <(lab_ctl --json status)
check "the client fetches on" lab_fetch_both client
checks_end
