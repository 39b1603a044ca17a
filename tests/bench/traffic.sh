# shellcheck shell=bash disable=SC2154 # set by run, lab.sh and bench.sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What users notice: new connections and a download through the gateway, with
# the daemon and without it and its rule; and whether an innocent is served
# while others flood. Sourced by run.

# Addresses of the client, enough that no port is used twice and that none
# comes near the rate of one source.
client_net=198.18.0.0/16
client_first=198.18.0.1
client_sources=4096

add_client()
{
	lab_netns_exists client || lab_host client 100
	lab_in client ip route replace local $client_net dev lo
	lab_in gw ip route replace $client_net via 203.0.113.100
}

lab_netns_exists() { [ -e "$(netns_file "$1")" ]; }

serve() # PORT...
{
	lab_spawn srv "$tools/connections" serve "$@"
	server_pid=$!
	wait_for 5 lab_in client "$tools/connections" fetch 1 1 1000 \
		$client_first 1 "$srv4" "$1"
}

unserve() { kill "$server_pid"; wait_child "$server_pid" 5 2>/dev/null || true; }

with_daemon()
{
	forget_connections
	fresh_rules
	lab_daemon
}

without_daemon()
{
	forget_connections
	rules_without_queue
}

# ---- new connections ----

# Leaves connections a second in $rate.
measure_connections() # WHAT
{
	local out=$lab_dir/connections

	lab_in client "$tools/connections" fetch "$connections" 64 5000 \
		$client_first $client_sources "$srv4" 8001 8002 8003 8004 \
		>"$out" || give_up "connections $1" "$out"
	[ "$(value_of failed "$out")" = 0 ] ||
		give_up "connections failed $1" "$out"
	rate=$(value_of per_second "$out")
	echo "  $1 $rate connections/s, median" \
		"$(value_of median_ms "$out") ms"
}

run_connections_with()
{
	with_daemon
	measure_connections with
	with=$rate
	[ "$(lab_status queue.dropped)" = 0 ] ||
		give_up "the daemon dropped packets of honest clients"
	lab_daemon_stop
}

run_connections_without()
{
	without_daemon
	measure_connections without
	without=$rate
}

part_connections()
{
	connections=20000
	[ -z "$quick" ] || connections=3000
	add_client
	without_daemon
	serve 8001 8002 8003 8004
	in_turn connections
	unserve
}

# Which of the two comes first changes from round to round, and what comes
# first of all only warms up.
in_turn() # connections|throughput
{
	local round

	[ -n "$quick" ] || "run_$1_without" >/dev/null
	for ((round = 1; round <= rounds; round++)); do
		if [ $((round % 2)) = 1 ]; then
			"run_$1_with"
			"run_$1_without"
		else
			"run_$1_without"
			"run_$1_with"
		fi
		result "$1_ratio" "$(ratio "$with" "$without")"
	done
}

# ---- throughput ----

# Leaves bits a second in $rate.
measure_throughput() # WHAT
{
	local out=$lab_dir/iperf

	lab_in client iperf3 -c "$srv4" -p 5201 -R -t "$seconds" -J >"$out" ||
		give_up "iperf3 $1" "$out"
	rate=$("$lab_python" -c '
import json, sys
print(int(json.load(sys.stdin)["end"]["sum_received"]["bits_per_second"]))' \
		<"$out")
	echo "  $1 $((rate / 1000000)) Mbit/s"
}

run_throughput_with()
{
	with_daemon
	measure_throughput with
	with=$rate
	lab_daemon_stop
}

run_throughput_without()
{
	without_daemon
	measure_throughput without
	without=$rate
}

part_throughput()
{
	seconds=2
	[ -z "$quick" ] || seconds=1
	add_client
	lab_spawn srv iperf3 -s -p 5201 >/dev/null 2>&1
	server_pid=$!
	in_turn throughput
	unserve
}

# ---- an innocent in a flood ----

# A connection every 20 ms, for so many seconds.
innocent_fetches() # SECONDS FILE
{
	local pid

	lab_spawn innocent "$tools/connections" fetch 0 512 3000 203.0.113.101 1 \
		192.0.2.3 8001 >"$2"
	pid=$!
	sleep "$1"
	kill -TERM $pid
	wait_child $pid 5 || give_up "the innocent's client" "$2"
}

tell_innocent() # WHEN FILE
{
	echo "  $1: $(value_of connections "$2") connections," \
		"$(value_of failed "$2") failed; median" \
		"$(value_of median_ms "$2") ms, 99 % within" \
		"$(value_of p99_ms "$2"), slowest $(value_of max_ms "$2")"
}

# What became of the flood's packets; what was queued but not received passed
# unjudged, as the queue fails open.
tell_flood()
{
	local received dropped

	read -r received dropped < <(lab_status queue.received queue.dropped)
	echo "  the flood: $(value_of packets "$1") SYNs in" \
		"$(value_of sending_s "$1") s; $(lab_counter queued) packets" \
		"queued, $received judged, of which $dropped dropped;" \
		"$(lab_counter overrate) over the rate of one source"
}

# The innocent's results in FILE; the flood's in $lab_dir/flood.
flood_and_fetch() # SECONDS FILE
{
	local generator flood=$lab_dir/flood

	pin 0 "$tools/generator" flood $(($1 + 2)) 0 "${sides[@]}" >"$flood" &
	generator=$!
	sleep 1
	innocent_fetches "$1" "$2"
	wait_child $generator 10 || give_up "the flood's generator" "$flood"
}

part_flood()
{
	local before=$lab_dir/before during=$lab_dir/during seconds=10 key

	[ -z "$quick" ] || seconds=2
	lab_netns_exists innocent || lab_host innocent 101
	add_client
	lab_addresses srv eth0 192.0.2.3/24
	without_daemon
	serve 80 8001
	flood_and_fetch $((seconds / 2)) "$during"
	tell_innocent "in a flood without the daemon" "$during"
	with_daemon
	innocent_fetches 2 "$before"
	tell_innocent "with it, without a flood" "$before"
	flood_and_fetch $seconds "$during"
	tell_innocent "with it, in a flood" "$during"
	tell_flood "$lab_dir/flood"
	lab_daemon_stop
	unserve
	result flood_innocent_success "$(awk -v all="$(value_of connections \
		"$during")" -v failed="$(value_of failed "$during")" \
		'BEGIN { print (all - failed) / all }')"
	for key in min_ms median_ms max_ms; do
		result flood_innocent_latency_ms "$(value_of $key "$during")"
	done
}
