#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Scans in disguise, each from an address of its own: fragments, extension
# headers, IP options, wrong checksums, short TTLs, odd flags, payload, source
# port 53. Each is listed like the scan it is, or nothing of it arrives; what
# passes is said. And the honest traffic that looks like it.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

probes=20
last=10 # of the scanners' addresses, the last byte
not_to_be_listed=()
expected=() what=() sources=() running=()

# What the server's TCP says, by whom to: RST to what comes to a closed port.
count_at_server()
{
	lab_in srv nft -f - <<-EOF2
	table inet seen {
		set out4 { type ipv4_addr; flags dynamic; counter; size 999; }
		set out6 { type ipv6_addr; flags dynamic; counter; size 999; }
		chain output {
			type filter hook output priority 0
			meta l4proto tcp add @out4 { ip daddr }
			meta l4proto tcp add @out6 { ip6 daddr }
		}
	}
	EOF2
}

answers() # ADDRESS: packets
{
	local set=out4 n

	[[ $1 != *:* ]] || set=out6
	n=$(lab_in srv nft get element inet seen $set "{ $1 }" 2>/dev/null |
		sed -n 's/.*packets \([0-9]*\) .*/\1/p')
	echo "${n:-0}"
}

# Of those that follow one after the other each its own ports: else they would
# be in step.
ports() { seq $((last * 100)) $((last * 100 + probes - 1)); }

new_scanner()
{
	last=$((last + 1))
	lab_addresses scanner eth0 203.0.113.$last/24 2001:db8:1::$last/64
}

nmap_as() # FAMILY OPTION...
{
	local target=$srv4 source=203.0.113.$last family=$1

	shift
	if [ "$family" = 6 ]; then
		target=$srv6 source=2001:db8:1::$last
		set -- -6 "$@"
	fi
	lab_in scanner nmap -n -Pn -T4 -e eth0 -S "$source" --max-retries 0 \
		--min-parallelism 3 --max-parallelism 3 \
		--max-rtt-timeout $((50 * slow))ms \
		--initial-rtt-timeout $((50 * slow))ms \
		--host-timeout $((20 * slow))s "$@" \
		-p "$((last * 100))-$((last * 100 + probes - 1))" $target \
		>/dev/null
}

evade_as() # FAMILY DISGUISE OPTION...
{
	local target=$srv4 source=203.0.113.$last family=$1 disguise=$2

	shift 2
	[ "$family" = 4 ] || target=$srv6 source=2001:db8:1::$last
	# shellcheck disable=SC2046 # words
	lab_in scanner "$lab_python" "$lab_here/evade.py" \
		-g "$(printf '0.%02d' $((2 * slow)))" "$@" \
		$source $target "$disguise" $(ports)
}

source_of() # FAMILY
{
	[ "$1" = 4 ] && echo 203.0.113.$last || echo 2001:db8:1::$last
}

is_listed_as() # ADDRESS FINDING
{
	[[ $(lab_listed "$1") == *"comment \"$2:"* ]]
}

# Begins a scan and notes what is to come of it: listed for FINDING, with few of
# its probes answered or, with /0 behind it, none; or "nothing", no listing and no
# answer.
scan() # FINDING[/0]|nothing FAMILY WHAT nmap|evade OPTION...
{
	local by=$4 family=$2

	new_scanner
	expected+=("$1")
	what+=("$3")
	sources+=("$(source_of "$2")")
	shift 4
	"${by}_as" "$family" "$@" &
	running+=($!)
}

# Of all scans that were begun.
verdicts()
{
	local i pid source

	for pid in "${running[@]}"; do
		wait_child "$pid" 30 || not_ok "a scan came to its end"
	done
	for i in "${!sources[@]}"; do
		source=${sources[i]}
		case ${expected[i]} in
		nothing)
			check_is "${what[i]}: none is answered" \
				"$(answers "$source")" = 0
			not_to_be_listed+=("$source") ;;
		*/0)
			check "${what[i]}: listed for ${expected[i]%/0}" \
				wait_for 5 is_listed_as "$source" \
				"${expected[i]%/0}"
			check_is "of which none is answered" \
				"$(answers "$source")" = 0 ;;
		*)
			check "${what[i]}: listed for ${expected[i]}" \
				wait_for 5 is_listed_as "$source" \
				"${expected[i]}"
			check_is "of $probes probes a few are answered" \
				"$(answers "$source")" -le $((probes * 3 / 4)) ;;
		esac
	done
	expected=() what=() sources=() running=()
}

refused() # REASON: how many so far
{
	lab_ctl --json status | "$lab_python" -c '
import json, sys
print(json.load(sys.stdin)["refused"].get(sys.argv[1], 0))' "$1"
}

fragments()
{
	scan syn-scan 4 "SYNs in fragments of 8 bytes" nmap -sS -f
	scan fin-scan 4 "FINs in fragments of 16 bytes" nmap -sF --mtu 16
	scan syn-scan 6 "SYNs in IPv6 fragments" evade fragments
	scan nothing 6 "SYNs in IPv6 fragments too small" evade crumbs
	scan nothing 4 "fragments that overlap" evade overlap
	scan nothing 6 "IPv6 fragments that overlap" evade overlap
	verdicts
}

extension_headers()
{
	local kind

	for kind in hop-by-hop destination atomic; do
		scan syn-scan 6 "SYNs behind an extension header ($kind)" \
			evade $kind
	done
	# What a node is to reach next is none of TCP's business.
	scan syn-scan/0 6 "SYNs behind a routing header" evade routing
	scan nothing 6 "SYNs behind nine extension headers" evade nine
	scan nothing 6 "SYNs behind a header longer than what we look at" evade long
	verdicts
	check_is "these two are refused" $((2 * probes)) = \
		$(($(refused too_many_ext_headers) +
			$(refused truncated_ext_header)))
}

ip_and_tcp_options()
{
	scan syn-scan 4 "SYNs with the IP option record-route" \
		nmap -sS --ip-options R
	scan syn-scan 4 "SYNs whose TCP options overlap" evade options
	scan syn-scan 6 "the same over IPv6" evade options
	verdicts
}

checksums()
{
	scan nothing 4 "SYNs with a wrong checksum" nmap -sS --badsum
	scan nothing 6 "the same over IPv6" nmap -sS --badsum
	scan nothing 4 "FINs with a wrong checksum" evade bad-sum -f 1
	verdicts
	check_is "all of them are refused" "$(refused bad_TCP_checksum)" = \
		$((3 * probes))
}

# Of what dies on its way behind us we see no more than that nothing comes back.
short_ttls()
{
	scan syn-scan/0 4 "SYNs that die at the gateway" nmap -sS --ttl 1
	scan syn-scan 4 "SYNs that just arrive" nmap -sS --ttl 2
	scan fin-scan/0 4 "FINs that die at the gateway" nmap -sF --ttl 1
	verdicts
}

# PSH 8, ECE 64, CWR 128, AE 256.
decorations()
{
	scan syn-scan 4 "SYN with PSH, ECE and CWR" nmap -sS --scanflags 202
	scan null-scan 4 "PSH, ECE and CWR alone" nmap -sN --scanflags 200
	scan fin-scan 4 "FIN with PSH, ECE and CWR" nmap -sF --scanflags 201
	scan xmas-scan 4 "Xmas with ECE and CWR" nmap -sX --scanflags 233
	verdicts
	scan maimon-scan 4 "Maimon with PSH, ECE, CWR" nmap -sM --scanflags 217
	scan ack-scan 4 "ACK with PSH, ECE and CWR" nmap -sA --scanflags 216
	scan invalid-flags 4 "SYN+FIN, PSH, ECE, CWR" nmap -sF --scanflags 203
	scan syn-scan 6 "SYN with AE, CWR and ECE" evade none -f 450
	scan null-scan 6 "AE alone" evade none -f 256
	scan ack-scan 6 "ACK with AE" evade none -f 272
	verdicts
}

ports_and_payload()
{
	scan syn-scan 4 "SYNs from port 53" nmap -sS -g 53
	scan ack-scan 6 "ACKs from port 53" nmap -sA -g 53
	scan syn-scan 4 "SYNs with payload" nmap -sS --data-length 25
	scan xmas-scan 4 "Xmas with payload" nmap -sX --data-length 25
	verdicts
	# What the threat model says is not seen.
	new_scanner
	nmap_as 4 -sA --data-length 25
	check_is "ACKs with payload are answered, all of them" \
		"$(answers 203.0.113.$last)" = $probes
	not_to_be_listed+=(203.0.113.$last)
}

# ---- the honest ----

# Someone whose packets are cut in pieces before they come to us.
behind_a_narrow_link()
{
	lab_host router 120
	lab_in router sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
	lab_netns narrow
	lab_link router inside narrow eth0
	lab_addresses router inside 198.51.100.1/24
	lab_addresses narrow eth0 198.51.100.2/24
	ip -n "hsd$$-narrow" route add default via 198.51.100.1
	ip -n "hsd$$-gw" route add 198.51.100.0/24 via 203.0.113.120
	ip -n "hsd$$-router" route add 192.0.2.0/24 via 203.0.113.1 \
		mtu lock 576
	lab_in narrow sh -c 'echo 1 >/proc/sys/net/ipv4/ip_no_pmtu_disc'
	check "who is behind a narrow link is served" lab_fetch narrow \
		"http://$srv4/" -H "X: $(head -c 9000 /dev/zero | tr '\0' x)"
	check_is "in fragments" "$(lab_in router nstat -asz IpFragCreates |
		awk '/^Ip/ { print $2 }')" -ge 4
}

honest()
{
	local ttl

	behind_a_narrow_link
	check "who comes from port 53 is served" \
		lab_fetch client "http://$srv4/" --local-port 53
	check "over IPv6, too" \
		lab_fetch client "http://[$srv6]/" --local-port 53 \
		--interface 2001:db8:1::100
	check "who sends extension headers is served" \
		lab_in client "$lab_python" "$lab_here/client.py" \
		extended $srv6 80 30
	lab_in client sh -c 'echo 1 >/proc/sys/net/ipv4/tcp_ecn'
	check "who asks for ECN is served" lab_fetch_both client
	# A traceroute by TCP to a port that serves.
	lab_host tracer 121
	for ttl in 1 2 3 4 5; do
		lab_in tracer "$lab_python" "$lab_here/evade.py" -t $ttl \
			203.0.113.121 $srv4 none 80 80 80
	done
	check "who traced the route to a server gets in" lab_fetch_both tracer
}

lab_require nmap nstat
lab_up
lab_host scanner 10
lab_host client 100
lab_serve srv
count_at_server
lab_rules
lab_daemon policy.listings_per_minute=1000 model.syn_timeout=1

fragments
extension_headers
ip_and_tcp_options
checksums
short_ttls
decorations
ports_and_payload
honest
sleep $((2 * slow)) # what is not answered counts after a second
for address in 203.0.113.100 2001:db8:1::100 203.0.113.121 198.51.100.2 \
	"${not_to_be_listed[@]}"; do
	check_not "$address is not listed" lab_listed $address
done
check "each packet got one verdict" lab_verdicts_add_up
checks_end
