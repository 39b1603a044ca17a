#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Promised: if there is no memory, a daemon that starts says so in one line and
# ends with exit 1, before a packet depends on it, or does without what it can
# do without; and so does a replay. Every allocation there is fails, alone,
# and some of them with all that follow; on a slow machine there are fewer.
#
# Eight hundred starts of a program: half a minute, or minutes where the machine
# has other things to do.
# Takes up to 600 s.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

runs=${RUNS:-$((slow > 1 ? 40 : 300))}

each_fails() # SENTENCE READY HOOK COMMAND...
{
	local sentence=$1 each

	shift
	for each in $runs $((runs / 3))+; do
		check "$sentence ($each)" lab_in gw "$lab_python" \
			"$lab_here/no_memory.py" "$lab_tools/faults.so" \
			"$each" "$@"
		[ -z "${V:-}" ] || sed 's/^/# /' "$checks_output"
		note "$(tail -n 1 "$checks_output")"
	done
}

write_hook() # whoever was listed is to be put back
{
	cat >"$lab_dir/hook" <<-'EOF'
	#!/bin/sh
	exec 2>/dev/null
	table="inet handshaked"
	case $1 in
	before)
		nft "flush set $table blocklist4;
			flush set $table blocklist6_nets"
		;;
	ready)
		nft get element $table blocklist4 '{ 198.51.100.1 }' &&
			nft list set $table blocklist6_nets |
			grep -q 2001:db8:9::/64
	esac >/dev/null
	EOF
	chmod +x "$lab_dir/hook"
}

lab_require tcpdump
lab_up
lab_rules
lab_preload faults
write_hook
lab_serve srv
lab_host client 100

# With something in every file that it reads.
lab_daemon model.flows=1024 model.sources=1024 model.services=256 queue.count=2
check "an address is blocked" lab_ctl block 198.51.100.1 1h
check "and a network" lab_ctl block 2001:db8:9::/64 1h
lab_daemon_stop
each_fails "without memory it refuses to start, or forgets nobody" ready: \
	"$lab_dir/hook" "$lab_daemon_bin" -c "$lab_dir/handshaked.conf"
check_not "the state was never put aside" test -e "$lab_dir/state.unread"

"$lab_python" "$lab_root/tests/report/capture.py" "$lab_dir/all" >/dev/null
tcpdump -r "$lab_dir/all" -c 100 -w "$lab_dir/capture" 2>/dev/null
each_fails "without memory a replay ends, too" - true \
	"$lab_ctl_bin" replay --json "$lab_dir/capture"

lab_daemon
check "with memory the daemon starts as ever" lab_fetch_both client
check "and who was listed still is" lab_listed 198.51.100.1
lab_daemon_stop
checks_end
