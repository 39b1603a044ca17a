# shellcheck shell=bash disable=SC2154 # set by run, lab.sh and bench.sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How soon a source is in the kernel's set, how many can be put there in a
# second, and how long the daemon takes to start among many connections.
# Sourced by run.

part_latency()
{
	local out=$lab_dir/latency ms count=200

	[ -z "$quick" ] || count=20
	forget_connections
	fresh_rules
	lab_daemon policy.listings_per_minute=100000
	"$tools/list_latency" $count "$(netns_file gw)" "${sides[@]:1:3}" \
		>"$out" || give_up "not listed" "$lab_dir/daemon.log"
	lab_daemon_stop
	while read -r ms; do
		result list_latency_ms "$ms"
	done <"$out"
}

part_elements()
{
	local round out=$lab_dir/elements count=100000

	for ((round = 1; round <= rounds; round++)); do
		fresh_rules 's/size 65536/size 200000/'
		"$tools/fill_set" $count "$(netns_file gw)" >"$out" ||
			give_up "elements were not added" "$out"
		echo "  $(value_of per_second "$out") elements/s in" \
			"$(value_of transactions "$out") transactions"
		result elements_per_s "$(value_of per_second "$out")"
	done
	fresh_rules
}

# From exec to the line that says so.
start_once()
{
	local begin log=$lab_dir/start.log ms

	lab_config
	begin=${EPOCHREALTIME/[^0-9]/}
	coproc starting {
		exec nsenter --net="$(netns_file gw)" "$lab_daemon_bin" \
			-c "$lab_dir/handshaked.conf" 2>&1
	}
	# shellcheck disable=SC2034 # for lab_daemon_stop
	lab_daemon_pid=$starting_PID
	until [[ ${line:-} == *ready:* ]]; do
		read -r -t 30 line <&"${starting[0]}" ||
			give_up "the daemon does not start" "$log"
		echo "$line" >>"$log"
	done
	ms=$(((${EPOCHREALTIME/[^0-9]/} - begin) / 1000))
	echo "  $ms ms: ${line#*ready: }"
	result start_ms "$ms"
	line=
	lab_daemon_stop
}

part_start()
{
	local round count=100000

	forget_connections
	fresh_rules
	for ((round = 1; round <= rounds; round++)); do
		forget_connections
		"$tools/fill_conntrack" $count "$(netns_file gw)" ||
			give_up "the kernel's table was not filled"
		start_once
	done
	forget_connections
}
