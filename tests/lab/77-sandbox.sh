#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The daemon's rights while it runs: one capability, no new privileges, and only
# the system calls that src/sandbox_calls.h has, which is held against what
# strace sees of a day's work. Who has no rights can read and change nothing.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# Of each thread.
field() # NAME
{
	cat "/proc/$lab_daemon_pid/task/"*/status | sed -n "s/^$1:\t//p" |
		sort -u
}

scan()
{
	lab_in scanner nmap -n -Pn -T4 --max-retries 0 --max-rate 250 \
		--host-timeout $((30 * slow))s "$@" >/dev/null
}

# Everything that the daemon does in the course of time.
day_of_work()
{
	lab_fetch_both innocent
	scan -sX -p 1-60 $srv4
	scan -6 -sS -p 1-60 $srv6
	wait_for 5 lab_listed 203.0.113.66
	lab_ctl explain 203.0.113.66
	lab_ctl --json sources
	lab_ctl blocklist
	lab_ctl metrics
	lab_ctl block 198.51.100.7 10m
	lab_ctl unblock 198.51.100.7
	lab_ctl allow 198.51.100.8
	lab_ctl disallow 198.51.100.8
	lab_ctl mode observe
	lab_ctl mode enforce
	echo nonsense >>"$lab_dir/handshaked.conf"
	lab_ctl reload || true
	sed -i '$d' "$lab_dir/handshaked.conf"
	lab_ctl reload
	kill -HUP "$(daemon_pid)"
	lab_nft flush ruleset
	wait_for 5 table_missed
	lab_rules
	wait_for 10 lab_listed 203.0.113.66
	wait_for 5 saved
}

table_missed() { grep -q 'rules are gone\|is gone' "$lab_dir/daemon.log"; }
saved() { [ -s "$lab_dir/state" ]; }
daemon_pid() { pgrep -P "$tracer"; }

# The calls after the seal, by name.
traced()
{
	sed -n '/ seccomp(SECCOMP_SET_MODE_FILTER/,$p' "$lab_dir/trace" |
		grep -oE '^[0-9]+ +[a-z_0-9]+\(' | grep -oE '[a-z_0-9]+\($' |
		tr -d '(' | sort -u
}

listed_calls() # ARRAY
{
	sed -n "/ $1\[\]/,/};/p" "$lab_root/src/sandbox_calls.h" |
		grep -oE '"[a-z_0-9]+"' | tr -d '"' | sort
}

lab_require nmap strace
lab_up
lab_rules
lab_host innocent 100
lab_host scanner 66
lab_serve srv
lab_daemon policy.listings_per_minute=1000
check_is "it has CAP_NET_ADMIN and nothing else, in all threads" \
	"$(field CapEff) $(field CapPrm)" = "0000000000001000 0000000000001000"
check_is "it can get no other" "$(field NoNewPrivs)" = 1
check_is "all its threads are sealed" "$(field Seccomp)" = 2
check_is "the socket is for its own user and group" \
	"$(stat -c %a "$lab_dir/control.sock")" = 660
lab_ctl block 198.51.100.7 10m >/dev/null
wait_for 10 saved
check_is "the state for its user" "$(stat -c %a "$lab_dir/state")" = 600
check "there are events" test -s "$lab_dir/events.json"
chmod 755 "$lab_dir"
check_not "somebody without rights cannot ask it" \
	setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$lab_ctl_bin" -s "$lab_dir/control.sock" status
check_not "nor read whom it has seen" \
	setpriv --reuid 65534 --regid 65534 --clear-groups \
	cat "$lab_dir/state"
check_not "nor its events" \
	setpriv --reuid 65534 --regid 65534 --clear-groups \
	cat "$lab_dir/events.json"
chmod 666 "$lab_dir/control.sock"
check "who may open the socket may look" \
	setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$lab_ctl_bin" -s "$lab_dir/control.sock" status
check_not "but change nothing" \
	setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$lab_ctl_bin" -s "$lab_dir/control.sock" mode observe
lab_daemon_stop
check_is "it stops as it should" "$lab_daemon_exit" = 0

# The same under strace, which is its parent.
lab_config policy.listings_per_minute=1000
rm -f "$lab_dir/state"
lab_spawn gw strace -f -qq -e signal=none -o "$lab_dir/trace" \
	"$lab_daemon_bin" -c "$lab_dir/handshaked.conf" 2>"$lab_dir/daemon.log"
tracer=$!
check "it starts under strace" wait_for 30 lab_answers
check "and does a day's work" day_of_work
kill -TERM "$(daemon_pid)"
check "it stops as it should" wait_child $tracer 20
check "a trace of it is there" [ "$(traced | wc -l)" -gt 25 ]
others=$(comm -23 <(traced) <(listed_calls calls_seen |
	sort - <(printf '%s\n' socket clone clone3 seccomp)))
check_is "every call of it is on the list of those seen" "$others" = ""
note "on that list and not in this trace: $(comm -13 <(traced) \
	<(listed_calls calls_seen) | paste -sd ' ')"
check_is "no call is on both lists" \
	"$(comm -12 <(listed_calls calls_seen) <(listed_calls calls_alike))" = ""
checks_end
