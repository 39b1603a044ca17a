#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Each of nmap's TCP scans, of a server behind the gateway and of the gateway
# itself, over both families, each from an address of its own, each kind at
# ports of its own, while an innocent client goes about its business: 32 scanners,
# 20 under emulation. The kernel drops each of them within its first 30 probes
# and says why.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# Of -sT the closed ports are a syn-scan and the open ones a connect-scan: the
# reason has the name of what there was more of until it was listed.
declare -A finding_of=(
	[S]=syn-scan [T]='(syn|connect)-scan' [N]=null-scan [F]=fin-scan
	[X]=xmas-scan [M]=maimon-scan [A]=ack-scan [W]=ack-scan
)
max_probes=30
kinds=(S T N F X M A W)
# No kernel treats NULL or FIN otherwise than Xmas, or a window scan otherwise
# than an ACK scan, which are the same on the wire.
[ "${IN_VM:-}" != 1 ] || kinds=(S T X M A)
# Two that scan the same ports at the same moment are in step, and neither is
# listed: so each kind has a thousand of its own, with ten that are open.
ports_of() { echo $(($1 * 1000 + 1))-$(($1 * 1000 + 1000)); } # NUMBER
late_ports()
{
	local i port

	for i in "${!kinds[@]}"; do
		for port in 602 611 624 633 645 658 667 671 689 692; do
			echo $((i * 1000 + port))
		done
	done
}
# At first nmap has 10 probes under way, and more only as answers come. Since a
# listed scanner hears nothing and would go on for hours, it keeps 15 under way
# here, each for a tenth of a second. (Not --min-rate: kept waiting for the
# processor by the 31 others, nmap makes up for it with bursts of a hundred.)
probe_timeout=$((100 * slow))ms
nmap_options=(-n -Pn -T4 --max-retries 0
	--min-parallelism 15 --max-parallelism 15
	--min-rtt-timeout "$probe_timeout" --max-rtt-timeout "$probe_timeout"
	--initial-rtt-timeout "$probe_timeout"
	--host-timeout $((60 * slow))s)

# Counts what passes the blocklist, before the daemon sees it: of handshake
# scans the SYNs (the rest of a handshake is no probe), of the others all.
load_probe_counters()
{
	lab_nft -f - <<-EOF2
	table inet lab {
		set syn4 { type ipv4_addr; flags dynamic; counter; size 999; }
		set syn6 { type ipv6_addr; flags dynamic; counter; size 999; }
		set any4 { type ipv4_addr; flags dynamic; counter; size 999; }
		set any6 { type ipv6_addr; flags dynamic; counter; size 999; }
		chain prerouting {
			type filter hook prerouting priority raw - 5
			iifname != "outside" accept
			meta l4proto != tcp accept
			add @any4 { ip saddr }
			add @any6 { ip6 saddr }
			tcp flags & (syn | ack) != syn accept
			add @syn4 { ip saddr }
			add @syn6 { ip6 saddr }
		}
	}
	EOF2
}

probes() # ADDRESS KIND
{
	local set=any

	[[ $2 != [ST] ]] || set=syn
	[[ $1 == *:* ]] && set+=6 || set+=4
	lab_nft get element inet lab $set "{ $1 }" |
		sed -n 's/.*packets \([0-9]*\) .*/\1/p'
}

# Of how many ports nmap's report knows more than that nothing came back.
learnt() # XML-REPORT
{
	grep -oE -e '<state state="[^"]*"' -e '<extraports [^>]*>' "$1" |
		awk -F'"' '$2 ~ /^(open|closed|unfiltered)$/ {
			sum += /^<extra/ ? $4 : 1
		} END { print sum + 0 }'
}

# Scans from one host over both families; two background processes.
scan() # HOST KIND PORTS TARGET4 TARGET6
{
	local report=$lab_dir/$1

	lab_spawn "$1" nice -n 19 nmap "${nmap_options[@]}" "-s$2" -p "$3" \
		-oX "$report-4" "$4" >/dev/null
	scans+=($!)
	lab_spawn "$1" nice -n 19 nmap -6 "${nmap_options[@]}" "-s$2" \
		-p "$3" -oX "$report-6" "$5" >/dev/null
	scans+=($!)
}

verdict_on() # KIND TARGET SOURCE REPORT
{
	local finding=${finding_of[$1]} element count known
	local what="-s$1 of $2 from $3"

	element=$(lab_listed "$3") || element="(not listed)"
	count=$(probes "$3" "$1") || count=0
	known=$(learnt "$4") || known=1000
	if [[ $element =~ comment\ \"$finding: ]] &&
		((count <= max_probes && known <= max_probes)); then
		ok "$what: $finding after $count probes, $known ports learnt"
	else
		not_ok "$what: $finding within $max_probes probes" \
			"$element" "$count probes, $known ports learnt"
	fi
}

fetch_until_told()
{
	until [ -e "$lab_dir/stop" ]; do
		lab_fetch_both innocent && echo "ok" || echo "failed"
		sleep 0.1
	done >"$lab_dir/fetched" 2>&1
}

# Often enough, and always with success.
fetched()
{
	wait_child $fetcher 30
	uniq -c "$lab_dir/fetched"
	[ "$(grep -c '^ok' "$lab_dir/fetched")" -ge 3 ] &&
		! grep -qv '^ok' "$lab_dir/fetched"
}

lab_require nmap
lab_up
lab_rules
load_probe_counters
lab_host innocent 100
mapfile -t served < <(late_ports)
lab_serve srv 22 25 80 443 8000 "${served[@]}"
lab_serve gw 22 25 80 443 8000 "${served[@]}"
lab_daemon policy.listings_per_minute=1000

octet=11
for kind in "${kinds[@]}"; do
	lab_host "s$kind" $octet
	lab_host "g$kind" $((octet + 20))
	octet=$((octet + 1))
done
check "an innocent client fetches before the scans" lab_fetch_both innocent

fetch_until_told &
fetcher=$!
scans=()
for i in "${!kinds[@]}"; do
	kind=${kinds[$i]}
	scan "s$kind" "$kind" "$(ports_of "$i")" $srv4 $srv6
	scan "g$kind" "$kind" "$(ports_of "$i")" $gw4 $gw6
	sleep $((slow == 1 ? 2 : 5))
done
for pid in "${scans[@]}"; do
	wait_child "$pid" 90 || not_ok "nmap runs to its end" "exit $?"
done
touch "$lab_dir/stop"
check "during all scans the innocent client's fetches succeed" fetched
check "and after them" lab_fetch_both innocent

octet=11
for kind in "${kinds[@]}"; do
	verdict_on $kind $srv4 203.0.113.$octet "$lab_dir/s$kind-4"
	verdict_on $kind $srv6 2001:db8:1::$octet "$lab_dir/s$kind-6"
	verdict_on $kind $gw4 203.0.113.$((octet + 20)) "$lab_dir/g$kind-4"
	verdict_on $kind $gw6 2001:db8:1::$((octet + 20)) "$lab_dir/g$kind-6"
	octet=$((octet + 1))
done
for address in 203.0.113.100 2001:db8:1::100 203.0.113.254 2001:db8:1::fe \
	$srv4 $srv6 $gw4 $gw6; do
	check_not "$address is not listed" lab_listed "$address"
done
check_is "no more than the scanners are listed" $((4 * ${#kinds[@]})) = \
	"$({ lab_list blocklist4; lab_list blocklist6; } |
		grep -o comment | wc -l)"
check "each packet got one verdict" lab_verdicts_add_up
checks_end
