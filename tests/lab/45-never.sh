#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A source address is a claim: whoever sends scans in the name of a gateway, of
# a resolver, of the machine itself or of somebody configured gets none of them
# listed, and gets himself listed in his own name. Who is never listed follows
# what changes while the daemon runs.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

next_port=2000

# Everything that lists somebody, to ports where nobody listens, and to others
# each time: sources that do the same at the same time would be told as such.
scan_as() # ADDRESS
{
	local target=$srv4 flags ports

	ports=$(seq $next_port $((next_port + 19)))
	next_port=$((next_port + 20))
	[[ $1 != *:* ]] || target=$srv6
	for flags in S - FPU F FA A; do
		# shellcheck disable=SC2086 # words
		lab_in evil "$lab_python" "$lab_here/send_tcp.py" -g 0.002 \
			"$1" $target $flags $ports
	done
}

# The daemon gets an /etc of its own, whose resolv.conf is ours to replace.
own_etc()
{
	cp -a /etc "$lab_dir/etc"
	resolvers 198.51.100.53 2001:db8:53::53 fe80::53%outside
	cat >"$lab_dir/handshaked" <<-EOF2
	#!/bin/sh
	exec unshare --mount --propagation private sh -c '
		mount --bind "$lab_dir/etc" /etc && exec "\$@"' - \
		"$lab_daemon_bin" "\$@"
	EOF2
	chmod +x "$lab_dir/handshaked"
	lab_daemon_bin=$lab_dir/handshaked
}

# By rename, as those do who write it.
resolvers() # ADDRESS...
{
	printf 'nameserver %s\n' "$@" >"$lab_dir/etc/resolv.conf.new"
	mv "$lab_dir/etc/resolv.conf.new" "$lab_dir/etc/resolv.conf"
}

gw_ip() { ip -n "hsd$$-gw" "$@"; }

check_never() # WHO ADDRESS...
{
	local who=$1 address

	shift
	for address; do
		check_not "$who is never listed: $address" lab_listed "$address"
	done
}

lab_require unshare
lab_up
lab_rules
lab_serve srv
lab_host evil 66
own_etc
gw_ip route add 198.18.0.0/15 via 203.0.113.253
gw_ip route add 198.18.0.0/16 nexthop via 203.0.113.252 \
	nexthop via 203.0.113.251
gw_ip -6 neigh add 2001:db8:1::fd lladdr 02:00:00:00:00:fd dev outside router
lab_daemon model.syn_timeout=1 \
	"network.never=198.51.100.128/25 2001:db8:77::/48"

gateways=(203.0.113.254 2001:db8:1::fe 203.0.113.253 203.0.113.252
	203.0.113.251)
routers=(2001:db8:1::fd)
own=(203.0.113.1 192.0.2.1 2001:db8:1::1 2001:db8:2::1)
name_servers=(198.51.100.53 2001:db8:53::53)
configured=(198.51.100.200 2001:db8:77::66)
for address in "${gateways[@]}" "${routers[@]}" "${own[@]}" \
	"${name_servers[@]}" "${configured[@]}"
do
	scan_as $address
done

# From now on others: two seconds are enough.
gw_ip address add 203.0.113.77/24 dev outside
gw_ip address add 2001:db8:1::77/64 dev outside nodad
gw_ip route add 198.19.0.0/16 via 203.0.113.78
gw_ip -6 neigh add 2001:db8:1::79 lladdr 02:00:00:00:00:79 dev outside router
resolvers 198.51.100.54
sleep $((2 * slow))
scan_as 203.0.113.77
scan_as 2001:db8:1::77
scan_as 203.0.113.78
scan_as 2001:db8:1::79
scan_as 198.51.100.54

scan_as 203.0.113.66
check "who scans in his own name is listed" wait_for 5 lab_listed 203.0.113.66
sleep 3 # for the SYNs that wait for an answer
check_never "a gateway" "${gateways[@]}"
check_never "a router on the link" "${routers[@]}"
check_never "the machine itself" "${own[@]}"
check_never "a resolver" "${name_servers[@]}"
check_never "who is configured" "${configured[@]}"
check_never "an address that was added" 203.0.113.77 2001:db8:1::77
check_never "the gateway of a route that was added" 203.0.113.78
check_never "a router that showed up" 2001:db8:1::79
check_never "a new resolver" 198.51.100.54
check_is "nobody else is listed" 1 = \
	"$({ lab_list blocklist4; lab_list blocklist6; } |
		grep -o comment | wc -l)"

# And it ends with what it was for.
gw_ip address del 203.0.113.77/24 dev outside
lab_addresses evil eth0 203.0.113.77/24
sleep $((2 * slow))
scan_as 203.0.113.77
check "an address that was taken away is nobody special" \
	wait_for 5 lab_listed 203.0.113.77

# More routers than there is room for push nobody out, and are told of once.
neighbour='neigh add 2001:db8:1::99:%d lladdr 02:00:00:00:00:99 dev outside'
# shellcheck disable=SC2059 # a format it is
printf "$neighbour router\n" {1..300} | gw_ip -6 -batch -
sleep $((2 * slow))
gw_ip address add 203.0.113.80/24 dev outside
sleep $((2 * slow))
scan_as 203.0.113.80
scan_as 198.51.100.54
check_never "with 300 routers, an address that was added" 203.0.113.80
check_never "with 300 routers, a resolver" 198.51.100.54
check_is "that they are too many is told once" 1 = \
	"$(grep -c 'more than 256 addresses' "$lab_dir/daemon.log")"
check "each packet got one verdict" lab_verdicts_add_up
checks_end
