#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# All of it at once, over and over: scans of four kinds, a flood of forged
# sources, garbage, clients that come once, and one innocent all along. Memory
# is flat, no packet is counted twice or not at all, the kernel dropped as many
# as the daemon says, whoever scans is listed and nobody else, and the innocent
# is served; how long he waits is told, not judged.
#
#     85-load.sh [ROUNDS]
#
# Without ROUNDS: a short one. `make load` has ten long ones, which are more
# sources than a million.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"
# shellcheck source=tests/bench/bench.sh
. "$lab_root/tests/bench/bench.sh"

client_net=198.18.0.0/16
if [ $# -gt 0 ]; then
	rounds=$1 flood_s=15 visits=20000 garbage=20000 rest_s=5
	# Such as the first round fills: from then on memory is to be flat.
	tables=(model.flows=32768 model.sources=32768)
else
	# In emulation a second is short.
	rounds=1 flood_s=$((1 + slow)) visits=500 garbage=1000 rest_s=0
	tables=(model.flows=4096 model.sources=4096)
fi

# What the kernel has of TCP on either side of our rules.
load_counters()
{
	lab_nft -f - <<-EOF2
	table inet load {
		counter before { }
		counter after { }
		chain before {
			type filter hook prerouting priority dstnat + 9
			iifname != "lo" meta l4proto tcp counter name before
		}
		chain after {
			type filter hook prerouting priority dstnat + 12
			iifname != "lo" meta l4proto tcp counter name after
		}
	}
	EOF2
}

kernel_counter() # NAME
{
	lab_nft list counter inet load "$1" |
		sed -n 's/.*packets \([0-9]*\) .*/\1/p'
}

# Once everything is at rest: each packet that the rules queued was received, or
# passed because there was no room; what came to the rules and did not leave
# them, we dropped, or they did.
adds_up()
{
	local received accepted dropped unjudged queued over missing

	read -r received accepted dropped unjudged < <(lab_status \
		queue.received queue.accepted queue.dropped queue.unjudged)
	queued=$(lab_counter queued)
	over=$(lab_counter overrate)
	missing=$(($(kernel_counter before) - $(kernel_counter after)))
	echo "$queued queued = $received judged + $unjudged passed;" \
		"$received = $accepted accepted + $dropped dropped;" \
		"kernel: $missing dropped, $over of them above the rate" |
		tee "$lab_dir/sums"
	[ "$received" = $((accepted + dropped)) ] &&
		[ "$queued" = $((received + unjudged)) ] &&
		[ "$missing" = $((dropped + over)) ]
}

# Each packet of a listed source counts for its element.
elements_add_up()
{
	local sum

	sum=$({ lab_list blocklist4; lab_list blocklist6; } |
		grep -oE 'counter packets [0-9]+' |
		awk '{ sum += $3 } END { print sum + 0 }')
	echo "$sum in the elements, $(lab_counter blocked) dropped by rule"
	[ "$sum" = "$(lab_counter blocked)" ]
}

memory_kb() # VmRSS|VmData
{
	awk -v key="$1:" '$1 == key { print $2 }' \
		"/proc/$lab_daemon_pid/status"
}

# ---- what goes on ----

# Each round its own four addresses, and each kind of scan its own ports.
scans()
{
	local kind n=0 address

	for kind in S X A F; do
		n=$((n + 1))
		address=203.0.113.$((8 + round * 4 + n))
		scanners+=("$address")
		lab_addresses scanner eth0 "$address/24"
		lab_in scanner nmap -n -Pn -e eth0 -S "$address" "-s$kind" -T4 \
			--max-retries 0 --min-parallelism 10 \
			--max-rtt-timeout $((100 * slow))ms \
			--initial-rtt-timeout $((100 * slow))ms \
			--host-timeout $((20 * slow))s \
			-p "$n$((round % 10))01-$n$((round % 10))40" $srv4 \
			>/dev/null
	done
}

scanners_are_listed()
{
	local address

	for address in "${scanners[@]}"; do
		lab_listed "$address" || { echo "not $address"; return 1; }
	done
}

# Clients that come for one page, each from an address of its own.
visitors()
{
	lab_in client "$tools/connections" fetch "$visits" 64 20000 \
		"198.18.$((round * 16)).1" 4000 $srv4 8001 >"$lab_dir/visits" &&
		[ "$(value_of failed "$lab_dir/visits")" = 0 ]
}

flood()
{
	nice -n 10 "$tools/generator" flood "$flood_s" 0 "${sides[@]}" \
		>"$lab_dir/flood"
	forged=$((forged + $(value_of packets "$lab_dir/flood")))
}

innocent_begins()
{
	lab_spawn innocent "$tools/connections" fetch 0 512 60000 \
		203.0.113.101 1 $srv4 80 8001 >"$lab_dir/innocent"
	innocent=$!
}

innocent_was_served()
{
	kill -TERM "$innocent"
	wait_child "$innocent" 70 &&
		[ "$(value_of failed "$lab_dir/innocent")" = 0 ]
}

tell_innocent()
{
	local file=$lab_dir/innocent

	note "innocent: $(value_of connections "$file") connections," \
		"$(value_of failed "$file") failed" \
		"$(value_of error "$file"); median" \
		"$(value_of median_ms "$file") ms, 99 % within" \
		"$(value_of p99_ms "$file"), slowest $(value_of max_ms "$file")"
}

one_round()
{
	local begin=$SECONDS

	innocent_begins
	scans
	check "round $round: the scanners are listed" \
		wait_for 10 scanners_are_listed
	check "whoever comes for one page gets it" visitors
	flood
	lab_in scanner "$lab_tools/garbage" "$round" "$garbage" $srv4 >/dev/null
	sleep "$rest_s"
	check "an innocent was served all along" innocent_was_served
	tell_innocent
	check "every packet is accounted for" wait_for 20 adds_up
	note "$(cat "$lab_dir/sums")"
	check "the elements have counted what was dropped" \
		wait_for 3 elements_add_up
	note "round $round: $((SECONDS - begin)) s, $forged forged so far;" \
		"resident $(memory_kb VmRSS) kB, data $(memory_kb VmData) kB"
}

# Addresses are resolved before, so that on a slow machine a late answer to ARP
# does not look like a connection that we have broken.
know() # NAME INTERFACE ADDRESS NAME INTERFACE: the second's, by the first
{
	ip -n "hsd$$-$1" neighbour replace "$3" dev "$2" lladdr "$(
		ip -n "hsd$$-$4" -o link show "$5" |
			sed -n 's/.*link.ether \([^ ]*\).*/\1/p')"
}

know_neighbours()
{
	know gw inside 192.0.2.2 srv eth0
	know gw outside 203.0.113.101 innocent eth0
	know innocent eth0 203.0.113.1 gw outside
	know srv eth0 192.0.2.1 gw inside
}

# ---- from here on ----

lab_require nmap
[ -x "$tools/generator" ] || skip_all "no $tools/generator: make tests"
lab_tool garbage
lab_up
lab_host innocent 101
lab_host client 100
lab_host scanner 8
lab_in client ip route replace local $client_net dev lo
lab_in gw ip route replace $client_net via 203.0.113.100
lab_rules
load_counters
generator_sides
know_neighbours
lab_spawn srv "$tools/connections" serve 80 8001
lab_daemon policy.listings_per_minute=1000 policy.block_time=86400 \
	"${tables[@]}"

scanners=() forged=0
for ((round = 0; round <= rounds; round++)); do
	one_round
	if [ $round = 0 ]; then
		# By now each table has been full.
		resident=$(memory_kb VmRSS)
		data=$(memory_kb VmData)
		continue
	fi
	check_is "it has no more memory than when it was warm" \
		"$(memory_kb VmRSS)" -le $((resident + 2048))
	check_is "nor asked for more" "$(memory_kb VmData)" -le \
		$((data + 1024))
done
# Of 16 million at random; some come twice.
[ $# = 0 ] || check_is "a million sources there were" "$forged" -gt 1200000
check_is "nobody is listed but who scanned" "" = "$(
	{ lab_list blocklist4; lab_list blocklist6; } |
		sed -n 's/.*[ \t]\([0-9a-f.:]*\) counter .*/\1/p' |
		grep -vxF -f <(printf '%s\n' "${scanners[@]}" \
			10.0.0.{1..8}) || true)"
check_not "nothing was wrong" grep -iE 'error|cannot|lost' "$lab_dir/daemon.log"
lab_daemon_stop
check_is "it ends as ever" "$lab_daemon_exit" = 0
checks_end
