# shellcheck shell=bash disable=SC2154 # set by run, lab.sh and bench.sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the parts of the benchmark share: the lab with addresses of its own, who
# runs on which processor, and the results. Sourced by run, after lab.sh.

# shellcheck disable=SC2034 # for the parts
tools=$lab_root/build/tests/bench
rounds=7
quick=

# The generator has one processor, the loop under test the other; with one
# alone there is nothing to keep apart.
pin() # PROCESSOR COMMAND...
{
	local cpu=$1

	shift
	if [ "$(nproc)" -gt 1 ]; then
		taskset -c "$cpu" "$@"
	else
		"$@"
	fi
}

pin_daemon()
{
	[ "$(nproc)" = 1 ] || taskset -acp 1 "$lab_daemon_pid" >/dev/null
}

netns_file() { echo "/run/netns/hsd$$-$1"; }

mac_of() # NAME INTERFACE
{
	lab_in "$1" cat "/sys/class/net/$2/address" 2>/dev/null |
		grep : || ip -n "hsd$$-$1" -o link show "$2" |
		sed -n 's/.*link.ether \([^ ]*\).*/\1/p'
}

# The two ends of which the generator sends, and where it looks at the queue.
generator_sides()
{
	sides=("$(netns_file gw)"
		"$(netns_file net)" to-gw "$(mac_of gw outside)"
		"$(netns_file srv)" eth0 "$(mac_of gw inside)")
}

# As lab_rules, into a table that was not there before, with all sets empty,
# and with no list to be put back into them.
fresh_rules() # [SED-EXPRESSION]
{
	rm -f "$lab_dir/state"
	lab_nft delete table inet handshaked 2>/dev/null || true
	lab_rules "$@"
}

# The same rules, but the one that queues: counted, and then passed.
rules_without_queue()
{
	local path=$lab_kernel_path

	lab_kernel_path=none
	fresh_rules 's/ queue num .*//'
	lab_kernel_path=$path
}

# Empties the kernel's table of connections. Some entries stay until packets
# that the kernel has done with, and keeps for later, are freed.
forget_connections()
{
	lab_in gw conntrack -F >/dev/null 2>&1
	wait_for 20 connections_are_forgotten
}

connections_are_forgotten()
{
	[ "$(lab_in gw cat /proc/sys/net/netfilter/nf_conntrack_count)" -lt 1000 ]
}

# A key's value in what a program of ours printed.
value_of() # KEY FILE
{
	sed -n "s/^$1 //p" "$2" | tail -n 1
}

# User and system time of a process so far, of all its threads, in ticks.
ticks_of() # PID
{
	awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

# Notes one measurement; several of a key make a median.
result() # KEY VALUE
{
	echo "$1 $2" >>"$lab_dir/results"
}

ratio() # A B
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.4f\n", a / b }'
}

# A part that cannot go on: what it was, and what the program said.
give_up() # WHAT [FILE...]
{
	echo "bench: $1" >&2
	shift
	[ $# = 0 ] || tail -n 5 "$@" >&2
	exit 1
}
