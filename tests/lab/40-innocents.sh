#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What resembles a probe and is none: each kind from an address of its own. All
# real connections succeed, and in the end the blocklist is empty. The time
# limits are the shortest that can be set, which is the hardest on innocents.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

raw() # NAME SEND-TCP-ARGUMENT...
{
	local name=$1

	shift
	lab_in "$name" "$lab_python" "$lab_here/send_tcp.py" "$@"
}

client() # NAME CLIENT-ARGUMENT...
{
	local name=$1

	shift
	lab_in "$name" "$lab_python" "$lab_here/client.py" "$@"
}

# An attempt at a port whose packets vanish: the kernel repeats its SYN after
# one second and after three.
start_retries()
{
	lab_in srv nft "table inet silent { chain input {
		type filter hook input priority 0; tcp dport 9 drop; }; }"
	lab_host retry 101
	lab_spawn retry "$lab_python" "$lab_here/client.py" wait $srv4 9 4
	retry4=$!
	lab_spawn retry "$lab_python" "$lab_here/client.py" wait $srv6 9 4
	retry6=$!
}

# What comes after a NAT entry, a firewall's state or a server's memory of a
# connection has expired.
late_segments()
{
	local port

	lab_host late 102
	for port in 22 25 80 443 8000; do
		client usual close $srv4 $port 1
		client usual close $srv6 $port 1
	done
	for flags in FA A R RA PA; do
		raw late 203.0.113.102 $srv4 $flags 22 25 80 443 8000
		raw late 2001:db8:1::102 $srv6 $flags 22 25 80 443 8000
	done
	check "who sent late FINs, ACKs and RSTs to open ports still gets in" \
		lab_fetch_both late
}

health_checkers()
{
	lab_host half-open 103
	raw half-open -c 30 203.0.113.103 $srv4 S 80
	raw half-open -c 30 2001:db8:1::103 $srv6 S 80
	check "who half-opens one port 30 times still gets in" \
		lab_fetch_both half-open
	lab_host closer 104
	check "who connects and closes 30 times is let" \
		client closer close $srv4 25 30
	check "and over IPv6" client closer close $srv6 25 30
	check "and still gets in" lab_fetch_both closer
}

busy_clients()
{
	lab_host quick 105
	check "200 quick connections succeed" client quick quick $srv4 80 200
	check "and over IPv6" client quick quick $srv6 80 200

	lab_host ecn 106
	lab_in ecn sh -c 'echo 1 >/proc/sys/net/ipv4/tcp_ecn'
	check "connections that ask for ECN succeed" client ecn quick $srv4 80 9
	check "and over IPv6" client ecn quick $srv6 80 9

	lab_host fast 107
	for name in fast srv; do
		lab_in $name sh -c 'echo 3 >/proc/sys/net/ipv4/tcp_fastopen'
	done
	check "TCP Fast Open succeeds" client fast fast-open $srv4 80 9
	check "and over IPv6" client fast fast-open $srv6 80 9
	check_is "and most of their SYNs carried the request" \
		"$(lab_in fast nstat -asz TcpExtTCPFastOpenActive |
			awk '/^Tcp/ { print $2 }')" -ge 16
}

address_translation()
{
	lab_host web 108
	lab_serve web
	lab_host visitor 109
	lab_nft -f - <<-EOF2
	table inet nat {
		chain prerouting {
			type nat hook prerouting priority dstnat
			iifname outside tcp dport 8080 dnat ip to $srv4:80
			iifname outside tcp dport 8080 dnat ip6 to [$srv6]:80
		}
		chain postrouting {
			type nat hook postrouting priority srcnat
			oifname outside masquerade
		}
	}
	EOF2
	check "from behind a masquerading gateway connections succeed" \
		client srv quick 203.0.113.108 80 50
	check "and over IPv6" client srv quick 2001:db8:1::108 80 50
	check "through destination NAT connections succeed" \
		client visitor quick $gw4 8080 50
	check "and over IPv6" client visitor quick $gw6 8080 50
}

lab_require nmap nstat
lab_up
lab_rules
lab_serve srv
lab_host usual 100
lab_daemon model.syn_timeout=1 model.half_open_timeout=5

start_retries
late_segments
health_checkers
busy_clients
address_translation
check "SYNs to a filtered port are repeated until the client gives up" \
	wait_child "$retry4" 20
check "and over IPv6" wait_child "$retry6" 20
check "who tried a filtered port still gets in" lab_fetch_both retry

sleep 6 # for what the time limits may still bring
check_is "nobody is listed" "" = \
	"$({ lab_list blocklist4; lab_list blocklist6; } |
		grep comment || true)"
lab_host scanner 66
lab_in scanner nmap -n -Pn -sS -T4 -p 1-60 --max-retries 0 \
	--host-timeout $((20 * slow))s $srv4 >/dev/null
check "a scanner, for comparison, is" wait_for 3 lab_listed 203.0.113.66
checks_end
