# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The network that the tests of this directory run in, made of namespaces that
# carry this process's number, and helpers to run the daemon in it. Sourced.
#
#   hosts (lab_host) --- net ------------ gw ------------ srv
#   203.0.113.N          203.0.113.254    203.0.113.1
#                        a bridge:        192.0.2.1       192.0.2.2
#   2001:db8:1::N        the outside      2001:db8:1::1   2001:db8:2::2
#                                         2001:db8:2::1
#
# handshaked runs in gw, whose default route points to net. Checksum offload of
# the veth pairs stays as it is: packets with a checksum yet to be computed are
# a case the daemon has to live with.

lab_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
lab_root=${lab_here%/tests/lab}
# shellcheck source=tests/lab/check.sh
. "$lab_here/check.sh"

lab_daemon_bin=${HSD_DAEMON:-$lab_root/build/handshaked}
lab_ctl_bin=${HSD_CTL:-$lab_root/build/handshakectl}
lab_tools=$lab_root/build/tests/lab
lab_python=/usr/bin/python3
lab_dir=
lab_daemon_pid=
# Set by a test that has a machine to itself (in the VM): the machine's own
# namespace is then the gateway, as systemd's units need it.
lab_gw_is_machine=
# shellcheck disable=SC2034 # for the tests
lab_daemon_exit=
lab_kernel_path=

srv4=192.0.2.2		srv6=2001:db8:2::2
# shellcheck disable=SC2034
gw4=203.0.113.1		gw6=2001:db8:1::1

# Runs a command in a namespace; the process that starts is the command itself.
lab_in() # NAME COMMAND...
{
	local name=$1

	shift
	nsenter --net="/run/netns/hsd$$-$name" "$@"
}

# In the background; $! is its pid. Ended by lab_down.
lab_spawn() # NAME COMMAND...
{
	local name=$1

	shift
	nsenter --net="/run/netns/hsd$$-$name" "$@" </dev/null &
}

# shellcheck disable=SC2120 # some tests need more
lab_require() # [PROGRAM...]
{
	local program

	[ "$(id -u)" = 0 ] || skip_all "needs root"
	for program in ip nft nsenter curl "$lab_python" "$@"; do
		[ -n "$(type -P "$program")" ] || skip_all "no $program"
	done
}

# Compiles a C program of this directory when it is newer than what make or an
# earlier test left.
lab_tool() # NAME [LIBRARY...]
{
	local source=$lab_here/$1.c program=$lab_tools/$1
	local warnings="-Wall -Wextra -Wshadow -Wstrict-prototypes"

	shift
	[ ! "$program" -nt "$source" ] || return 0
	mkdir -p "$lab_tools"
	# shellcheck disable=SC2086 # words
	${CC:-cc} -std=gnu11 -O2 $warnings -o "$program.$$" "$source" "$@"
	mv "$program.$$" "$program"
}

# The same for what is to be preloaded, which is in preload/.
lab_preload() # NAME
{
	local source=$lab_here/preload/$1.c library=$lab_tools/$1.so

	[ ! "$library" -nt "$source" ] || return 0
	mkdir -p "$lab_tools"
	${CC:-cc} -std=gnu11 -O2 -Wall -Wextra -Wshadow -shared -fPIC \
		-o "$library.$$" "$source"
	mv "$library.$$" "$library"
}

lab_netns() # NAME
{
	local dir key

	if [ "$1" = gw ] && [ -n "$lab_gw_is_machine" ]; then
		ip netns attach "hsd$$-gw" 1
	else
		ip netns add "hsd$$-$1"
	fi
	ip -n "hsd$$-$1" link set lo up
	# Addresses are usable at once, and only those given are there.
	for dir in all default; do
		for key in ipv6/conf/$dir/accept_dad \
			   ipv6/conf/$dir/router_solicitations \
			   ipv6/conf/$dir/accept_ra ipv4/conf/$dir/rp_filter
		do
			echo "echo 0 >/proc/sys/net/$key"
		done
	done | lab_in "$1" sh
}

lab_addresses() # NAME INTERFACE ADDRESS...
{
	local name=$1 interface=$2 address nodad

	shift 2
	for address; do
		nodad=
		[[ $address != *:* ]] || nodad=nodad
		# shellcheck disable=SC2086 # a word or none
		ip -n "hsd$$-$name" address add "$address" dev "$interface" \
			$nodad
	done
}

lab_link() # NAME INTERFACE NAME INTERFACE
{
	ip link add "$2" netns "hsd$$-$1" type veth \
		peer name "$4" netns "hsd$$-$3"
	ip -n "hsd$$-$1" link set "$2" up
	ip -n "hsd$$-$3" link set "$4" up
}

lab_default_route() # NAME ADDRESS4 ADDRESS6
{
	ip -n "hsd$$-$1" route add default via "$2"
	ip -n "hsd$$-$1" -6 route add default via "$3"
}

lab_outside() # NAME INTERFACE LAST-OCTET
{
	lab_netns "$1"
	lab_link "$1" "$2" net "to-$1"
	ip -n "hsd$$-net" link set "to-$1" master bridge
	lab_addresses "$1" "$2" "203.0.113.$3/24" "2001:db8:1::$3/64"
}

# A host on the outside, which reaches the inside through the gateway.
lab_host() # NAME LAST-OCTET
{
	lab_outside "$1" eth0 "$2"
	lab_default_route "$1" 203.0.113.1 2001:db8:1::1
}

lab_up()
{
	lab_require
	[ -x "$lab_daemon_bin" ] || skip_all "no $lab_daemon_bin: make"
	lab_dir=$(mktemp -d /tmp/hsd-lab.XXXXXX)
	checks_output=$lab_dir/output
	trap lab_down EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	lab_netns net
	ip -n "hsd$$-net" link add bridge up type bridge mcast_snooping 0
	# shellcheck disable=SC2016 # for that shell
	lab_in net sh -c 'for f in /proc/sys/net/bridge/*-call-*; do
		[ ! -e "$f" ] || echo 0 >"$f"
	done'
	lab_addresses net bridge 203.0.113.254/24 2001:db8:1::fe/64
	lab_outside gw outside 1
	lab_default_route gw 203.0.113.254 2001:db8:1::fe
	lab_netns srv
	lab_link gw inside srv eth0
	lab_addresses gw inside 192.0.2.1/24 2001:db8:2::1/64
	lab_addresses srv eth0 192.0.2.2/24 2001:db8:2::2/64
	lab_default_route srv 192.0.2.1 2001:db8:2::1
	lab_in gw sh -c 'cd /proc/sys/net; echo 1 >ipv4/ip_forward
		echo 1 >ipv6/conf/all/forwarding'
}

lab_namespaces() { ip netns list | sed -n "s/^\(hsd$$-[^ ]*\).*/\1/p"; }

# Our own children, and whatever runs in our namespaces: started by us too.
lab_signal_all() # SIGNAL: false when nothing is left
{
	local pids

	# shellcheck disable=SC2046 # words
	pids=$(jobs -pr
		lab_namespaces | grep -vxF "${lab_gw_is_machine:+hsd$$-gw}" |
			xargs -r -n 1 ip netns pids)
	# shellcheck disable=SC2086
	[ -n "$pids" ] && kill "-$1" $pids 2>/dev/null
}

lab_none_left() { ! lab_signal_all 0; }

lab_down()
{
	trap '' HUP INT TERM
	lab_signal_all TERM || true
	wait_for 5 lab_none_left || lab_signal_all KILL || true
	wait || true
	lab_namespaces | xargs -r -n 1 ip netns delete
	[ -z "$lab_dir" ] || rm -rf "$lab_dir"
	lab_dir=
}

# The servers of server.py; default: those every test may rely on.
lab_serve() # NAME [PORT...]
{
	local name=$1 ready=$lab_dir/ready-$1

	shift
	[ $# -gt 0 ] || set -- 22 25 80 443 8000
	rm -f "$ready"
	lab_spawn "$name" "$lab_python" "$lab_here/server.py" "$ready" "$@"
	wait_for 10 test -e "$ready"
}

# Where the kernel has no nft_queue, xt_NFQUEUE stands in for the one word.
lab_probe_kernel()
{
	local rules="add table inet t; add chain inet t c;
		add rule inet t c queue num 0 bypass"

	if unshare -n nft "$rules" 2>/dev/null; then
		lab_kernel_path="the shipped queue rule"
	else
		lab_kernel_path="xt_NFQUEUE stand-in"
		lab_tool queue_standin -lmnl -lnftnl
	fi
	note "kernel path: $lab_kernel_path"
}

# Loads nft/handshaked.nft into gw; again: reloads it. A test's queues.nft is
# $lab_dir/queues.nft, not that of this machine.
lab_rules() # [SED-EXPRESSION]: a change that a test needs
{
	local file=$lab_dir/handshaked.nft queues

	[ -n "$lab_kernel_path" ] || lab_probe_kernel
	sed -e "s,/etc/handshaked/queue,$lab_dir/queue," -e "${1:-}" \
		"$lab_root/nft/handshaked.nft" >"$file"
	case $lab_kernel_path in
	*stand-in) sed -i 's/\(counter name queued\) queue num .*/\1/' "$file"
	esac
	lab_nft -f "$file"
	case $lab_kernel_path in
	*stand-in)
		# What nft would read: a redefinition in queues.nft holds.
		queues=$({ cat "$file"
			cat "$lab_dir/queues.nft" 2>/dev/null || true; } |
			sed -n 's/^\(re\)*define queue_num = //p' | tail -n 1)
		lab_in gw "$lab_tools/queue_standin" handshaked divert "$queues"
	esac
}

# nft 1.0.6 warns of the stand-in's rule each time it sees it.
lab_nft() # ARGUMENT...
{
	lab_in gw nft "$@" \
		2> >(grep -v -e iptables-nft -e 'unhandled NFPROTO' >&2 || true)
}

lab_list() # SET
{
	lab_nft list set inet handshaked "$1"
}

lab_counter() # NAME: its packets
{
	lab_nft list counter inet handshaked "$1" |
		sed -n 's/.*packets \([0-9]*\) .*/\1/p'
}

# The element of an address or /64 in the blocklist; false when it is not there.
lab_listed() # ADDRESS
{
	local set=blocklist4

	# Of an interval nft 1.0.6 gets no more than that it is there.
	if [[ $1 = */64 ]]; then
		lab_list blocklist6_nets | grep -oE "$1 .*[^ ,}]"
		return
	fi
	[[ $1 != *:* ]] || set=blocklist6
	lab_nft get element inet handshaked $set "{ $1 }" 2>/dev/null |
		grep -o "$1 .*"
}

# Writes the configuration: SECTION.KEY=VALUE, or what every test needs.
lab_config() # [SETTING...]
{
	local setting name
	local -A settings=(
		[daemon.mode]=enforce
		[daemon.control]=$lab_dir/control.sock
		[daemon.state]=$lab_dir/state
		[events.file]=$lab_dir/events.json
		[queue.num]=0
		[model.grace]=0
	)

	for setting; do
		settings[${setting%%=*}]=${setting#*=}
	done
	for name in "${!settings[@]}"; do
		[ -z "${settings[$name]}" ] ||
			printf '[%s]\n%s = %s\n' "${name%%.*}" "${name#*.}" \
				"${settings[$name]}"
	done >"$lab_dir/handshaked.conf"
}

# Starts the daemon in gw and waits until it answers. An empty value leaves
# the key out: the daemon's own default.
lab_daemon() # [SECTION.KEY=VALUE...]
{
	lab_config "$@"
	lab_spawn gw "$lab_daemon_bin" -c "$lab_dir/handshaked.conf" \
		2>>"$lab_dir/daemon.log"
	lab_daemon_pid=$!
	wait_for "${HSD_PATIENCE:-10}" lab_answers_or_died && lab_answers >/dev/null && return
	echo "Bail out! the daemon does not answer"
	sed 's/^/# /' "$lab_dir/daemon.log"
	return 1
}

lab_ctl() { "$lab_ctl_bin" -s "$lab_dir/control.sock" "$@"; }
lab_answers() { lab_ctl status; }
lab_answers_or_died() { gone "$lab_daemon_pid" || lab_answers; }

# Values out of one `handshakectl --json status`, in one line.
lab_status() # PATH...: "queue.dropped"
{
	lab_ctl --json status | "$lab_python" -c '
import functools, json, sys
status = json.load(sys.stdin)
print(*(functools.reduce(lambda value, key: value[key], path.split("."), status)
        for path in sys.argv[1:]))' "$@"
}

# received = accepted + dropped, at one moment.
lab_verdicts_add_up()
{
	local received accepted dropped

	read -r received accepted dropped < <(
		lab_status queue.received queue.accepted queue.dropped)
	echo "$received received, $accepted accepted, $dropped dropped"
	[ "$received" = $((accepted + dropped)) ]
}

# Leaves the daemon's exit code in $lab_daemon_exit.
lab_daemon_stop() # [SIGNAL]
{
	kill "-${1:-TERM}" "$lab_daemon_pid"
	lab_daemon_exit=0
	# shellcheck disable=SC2034
	wait_child "$lab_daemon_pid" 10 2>/dev/null || lab_daemon_exit=$?
}

lab_daemon_kill9() { lab_daemon_stop KILL; }

# Fetches what is at a URL; nothing is printed but an error.
lab_fetch() # NAME URL [CURL-OPTION...]
{
	local name=$1 url=$2

	shift 2
	lab_in "$name" curl -gsS --noproxy '*' --max-time $((10 * slow)) \
		-o /dev/null "$@" "$url"
}

# Both families, from the server behind the gateway.
lab_fetch_both() # NAME
{
	lab_fetch "$1" "http://$srv4/" && lab_fetch "$1" "http://[$srv6]/"
}
