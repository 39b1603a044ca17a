#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Each of nmap's TCP scans from a source of its own, all eight at once, of a
# server with open ports, whose SYN/ACKs are repeated for half a minute after
# the kernel has begun to drop the scanner. A minute later the kernel's set,
# blocklist, explain, sources and status say the same of each source: listed,
# with the same reason, and with the evidence. With HSD_LONG=1 also just before
# the listing is over and just after it, ten minutes later.
#
# Takes up to 900 s.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

kinds=(S T A W M N F X)
declare -A address_of
for i in "${!kinds[@]}"; do
	address_of[${kinds[$i]}]=203.0.113.$((31 + i))
done

# Ports of its own for each, or they would be in step with each other.
first_port() { echo $((1000 + 100 * $1)); } # NUMBER

open_ports() # All: eight of forty in each range.
{
	local i port

	for i in "${!kinds[@]}"; do
		for port in 3 8 13 18 23 28 33 38; do
			echo $((1000 + 100 * i + port))
		done
	done
}

scan() # KIND NUMBER
{
	local first

	first=$(first_port "$2")
	lab_spawn "s$1" nice -n 19 nmap -n -Pn -T4 --max-retries 0 "-s$1" \
		-p "$first-$((first + 39))" \
		--host-timeout $((20 * slow))s $srv4 >/dev/null
	scans+=($!)
}

all_listed()
{
	local kind

	for kind in "${kinds[@]}"; do
		lab_listed "${address_of[$kind]}" >/dev/null || return
	done
}

# All that is said of the eight at one moment, a line each: the address, then
# what the set, blocklist, explain and sources say ("yes" or "no", the reason
# behind it), and whether explain shows evidence that adds up to its score.
ask()
{
	local a

	for a in "${address_of[@]}"; do
		lab_listed "$a" >"$lab_dir/set-$a" || true
		lab_ctl --json explain "$a" >"$lab_dir/explain-$a"
	done
	lab_ctl --json blocklist >"$lab_dir/blocklist"
	lab_ctl --json sources 100 >"$lab_dir/sources"
	"$lab_python" - "$lab_dir" "${address_of[@]}" <<-'END'
	import json, re, sys

	def read(name):
	    with open(f"{sys.argv[1]}/{name}") as file:
	        return file.read()

	entries = {e["source"]: e["reason"]
	           for e in json.loads(read("blocklist"))["entries"]}
	sources = {s["source"]: s for s in json.loads(read("sources"))["sources"]}
	for a in sys.argv[2:]:
	    element = re.search('comment "(.*)"', read("set-" + a))
	    x = json.loads(read("explain-" + a))
	    weight = sum(e["weight"] for e in x["evidence"])
	    print(a, "|".join((
	        "yes " + element[1] if element else "no",
	        "yes " + entries[a] if a in entries else "no",
	        "yes " + x["offence"]["reason"] if x["listed"] else "no",
	        "yes" if sources.get(a, {}).get("listed") else "no",
	        "yes" if x["score"] >= x["threshold"] and
	        abs(weight - x["score"]) < 0.01 else "no")), sep="|")
	END
}

agree() # WHEN LISTED: yes or no
{
	local kind a set blocklist explain sources evidence answers count=0

	answers=$(ask)
	for kind in "${kinds[@]}"; do
		a=${address_of[$kind]}
		IFS='|' read -r _ set blocklist explain sources evidence \
			< <(grep -F "$a|" <<<"$answers")
		check_is "-s$kind, $1, in the set: $2" "${set%% *}" = "$2"
		check_is "and blocklist says the same" "$blocklist" = "$set"
		check_is "and explain" "$explain" = "$set"
		check_is "and sources" "$sources" = "$2"
		check_is "and its evidence is there: $2" "$evidence" = "$2"
	done
	[ "$2" = no ] || count=${#kinds[@]}
	check_is "status counts as many, $1" \
		"$(lab_status engine.listed)" = "$count"
}

# Seconds until the first of the listings is over, or the last of them.
left() # min|max
{
	lab_ctl --json blocklist | "$lab_python" -c "
import json, sys
print($1(e['expires_s'] for e in json.load(sys.stdin)['entries']))"
}

lab_require nmap
lab_up
lab_rules
# shellcheck disable=SC2046 # words
lab_serve srv $(open_ports)
lab_daemon
for i in "${!kinds[@]}"; do
	lab_host "s${kinds[$i]}" $((31 + i))
done
scans=()
for i in "${!kinds[@]}"; do
	scan "${kinds[$i]}" "$i"
done
check "all eight are listed" wait_for 60 all_listed
wait "${scans[@]}" || true
agree "at once" yes
sleep 65
agree "a minute later" yes
check_not "a block that ends before the listing is refused" \
	lab_ctl block ${address_of[S]} 20
agree "which changes nothing" yes
check_not "none was taken off the list meanwhile" \
	grep -E 'unlisted' "$lab_dir/daemon.log"
check_is "each was listed once" \
	"$(grep -c ' listed source=' "$lab_dir/daemon.log")" = 8
if [ "${HSD_LONG:-}" = 1 ]; then
	# The answers are not of one moment: on a busy machine, of many seconds.
	sleep $(($(left min) - 40))
	agree "just before it is over" yes
	sleep $(($(left max) + 2))
	agree "just after it is over" no
	check_not "none was taken off the list before its time" \
		grep -E 'unlisted' "$lab_dir/daemon.log"
else
	note "just before and after ten minutes: with HSD_LONG=1"
fi
check "each packet got one verdict" lab_verdicts_add_up
checks_end
