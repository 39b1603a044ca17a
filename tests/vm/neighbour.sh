# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two machines, "neighbour" 203.0.113.9 and "client" 203.0.113.10, beside this
# one, 203.0.113.1, which answers at port 7 whatever it is told; made with what
# a fresh Debian has. Sourced.

neighbour_host() # NAME LAST-OCTET
{
	ip netns add "$1"
	ip link add "to-$1" type veth peer name eth0 netns "$1"
	ip link set "to-$1" master outside
	ip link set "to-$1" up
	ip -n "$1" address add "203.0.113.$2/24" dev eth0
	ip -n "$1" link set eth0 up
}

neighbour_up()
{
	[ ! -e /run/netns/neighbour ] || return 0
	ip link add outside type bridge
	ip address add 203.0.113.1/24 dev outside
	ip link set outside up
	neighbour_host neighbour 9
	neighbour_host client 10
	systemd-run -q --collect --unit=echo systemd-socket-activate \
		--listen=203.0.113.1:7 --accept --inetd cat
	wait_for 5 served client
}

# A new connection from there, a line there and back.
served() # NAME [SECONDS]
{
	# shellcheck disable=SC2016 # for the other shell
	ip netns exec "$1" timeout "${2:-15}" bash -c '
		exec 5<>/dev/tcp/203.0.113.1/7 && echo hello >&5 &&
			read -r line <&5 && [ "$line" = hello ]'
}
