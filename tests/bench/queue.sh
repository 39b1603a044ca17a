# shellcheck shell=bash disable=SC2154 # set by run, lab.sh and bench.sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Packets a second through the queue: the daemon beside two loops that accept
# everything, over the same rules, with the same packets and the same empty
# tables. Sourced by run.

queue_length=16384

# What the server and the outside would answer is not part of it: dropped as
# it arrives.
silence() # NAME INTERFACE...
{
	local name=$1 interface

	shift
	for interface; do
		lab_in "$name" nft "add table netdev silence
			add chain netdev silence $interface { type filter hook ingress device \"$interface\" priority 0; policy drop; }"
	done
}

# Nobody answers ARP any more either.
know_neighbours()
{
	local octet mac

	mac=$(mac_of srv eth0)
	for octet in {100..163}; do
		echo "neighbour replace 192.0.2.$octet lladdr $mac dev inside"
	done | ip -n "hsd$$-gw" -batch -
	mac=$(mac_of net bridge)
	ip -n "hsd$$-gw" neighbour replace 203.0.113.254 lladdr "$mac" \
		dev outside
}

forget_neighbours()
{
	ip -n "hsd$$-gw" neighbour flush nud permanent
}

unsilence()
{
	local name

	forget_neighbours
	for name in net srv; do
		lab_in $name nft delete table netdev silence
	done
}

start_loop() # daemon|batch|single [SECTION.KEY=VALUE...]
{
	local kind=$1

	shift
	if [ "$kind" = daemon ]; then
		lab_daemon "queue.length=$queue_length" "$@"
		[ "${pinned:-1}" = 0 ] || pin_daemon
		loop_pid=$lab_daemon_pid
		return
	fi
	lab_spawn gw taskset -c "$loop_cpu" "$tools/reference" "$kind" 0 \
		$queue_length >"$lab_dir/reference"
	loop_pid=$!
	wait_for 5 grep -q ready "$lab_dir/reference"
}

# Leaves in $loop_packets how many packets the loop says it had.
stop_loop() # KIND
{
	if [ "$1" = daemon ]; then
		loop_packets=$(lab_status queue.received)
		lab_verdicts_add_up >/dev/null ||
			give_up "verdicts do not add up"
		lab_daemon_stop
		return
	fi
	kill -TERM "$loop_pid"
	wait_child "$loop_pid" 5 || give_up "reference" "$lab_dir/reference"
	loop_packets=$(value_of packets "$lab_dir/reference")
}

# One run. Leaves the rate in $rate; all packets must have come and gone by the
# queue, else it was not the queue that was measured.
measure_loop() # KIND [SECTION.KEY=VALUE...]
{
	local kind=$1 ticks out=$lab_dir/generator

	forget_connections
	"${queue_rules:-fresh_rules}"
	start_loop "$@"
	ticks=$(ticks_of "$loop_pid")
	pin 0 "$tools/generator" connections "$queue_connections" \
		"$loop_pid" "${sides[@]}" >"$out" ||
		give_up "the generator failed" "$out"
	ticks=$(($(ticks_of "$loop_pid") - ticks))
	stop_loop "$kind"
	check_all_were_queued "$kind" "$(value_of packets "$out")"
	rate=$(ratio "$loop_packets" "$(value_of answering_s "$out")")
	awk -v kind="$kind" -v rate="$rate" -v ticks="$ticks" \
		-v hz="$(getconf CLK_TCK)" -v packets="$loop_packets" \
		-v sending="$(value_of sending_s "$out")" 'BEGIN {
		printf "  %-7s %7d packets/s, %.2f us of processor each" \
			" (to queue one took %.2f us)\n", kind, rate,
			ticks / hz / packets * 1e6, sending / packets * 1e6
	}'
}

check_all_were_queued() # KIND SENT
{
	local queued

	queued=$(lab_counter queued)
	if [ "$queued" != "$2" ] || [ "$loop_packets" != "$2" ]; then
		give_up "$1: of $2 packets $queued queued, $loop_packets judged"
	fi
}

# What the generator and the kernel's other rules can do at most.
measure_sender()
{
	local out=$lab_dir/generator

	forget_connections
	rules_without_queue
	pin 0 "$tools/generator" connections "$queue_connections" 0 \
		"${sides[@]}" >"$out" || give_up "the generator failed" "$out"
	echo "  without a queue the generator sends" \
		"$(ratio "$(value_of packets "$out")" \
			"$(value_of sending_s "$out")") packets/s"
}

begin_queue()
{
	queue_connections=24000
	[ -z "$quick" ] || queue_connections=12000
	loop_cpu=0
	[ "$(nproc)" = 1 ] || loop_cpu=1
	silence net to-gw
	silence srv eth0
	know_neighbours
}

part_queue()
{
	local round daemon batch

	begin_queue
	measure_sender
	for ((round = 1; round <= rounds; round++)); do
		measure_loop daemon
		daemon=$rate
		measure_loop batch
		batch=$rate
		result queue_vs_batch "$(ratio "$daemon" "$batch")"
		measure_loop single
		result queue_vs_single "$(ratio "$daemon" "$rate")"
	done
	unsilence
}

# ---- two queues ----

has_several_queues()
{
	lab_config queue.count=2
	"$lab_daemon_bin" -n -c "$lab_dir/handshaked.conf" >/dev/null 2>&1
}

two_queues()
{
	fresh_rules 's/^define queue_num = 0$/define queue_num = 0-1/'
	[[ $lab_kernel_path == *stand-in ]] || return 0
	lab_nft flush chain inet handshaked divert
	lab_nft add rule inet handshaked divert counter name queued
	lab_in gw "$lab_tools/queue_standin" handshaked divert 0-1
}

# The daemon may use all processors here: the sender pauses while it answers,
# so that two processors are enough to see what a second thread brings.
part_two_queues()
{
	local round pinned=0 one

	if ! has_several_queues; then
		echo "  this daemon has one queue: nothing to compare"
		return
	fi
	begin_queue
	for ((round = 1; round <= rounds; round++)); do
		measure_loop daemon queue.count=1
		one=$rate
		queue_rules=two_queues measure_loop daemon queue.count=2
		result two_queues_vs_one "$(ratio "$rate" "$one")"
	done
	unsilence
}
