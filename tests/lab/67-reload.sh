#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The configuration is changed under a daemon that works: what can be applied
# holds at once, the rest is named, a file with an error changes nothing, and
# neither connections nor the lists notice. Then 200 times in a row under
# traffic, and 200 times without.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

reloads=200
[ "$slow" = 1 ] || reloads=40

# Leaves what reload printed where `said` looks for a line.
reload() { lab_ctl reload >"$lab_dir/said" 2>&1; }
said() { grep -E -e "$1" "$lab_dir/said" || ! cat "$lab_dir/said"; }

hangup() { kill -HUP "$lab_daemon_pid"; }
log_lines() { wc -l <"$lab_dir/daemon.log"; }
# In the log, from a line on.
logged() { tail -n +"$(($1 + 1))" "$lab_dir/daemon.log" | grep -E -e "$2"; }

explains() # ADDRESS PATTERN
{
	lab_ctl explain "$1" | grep -E -e "$2"
}

# A SYN to each port, slowly enough for the answers, all of which are RSTs.
probe() # NAME ADDRESS PORT...
{
	lab_in "$1" "$lab_python" "$lab_here/send_tcp.py" \
		-g "$(printf '0.%02d' $((5 * slow)))" "$2" $srv4 S "${@:3}"
}

elements() # without what changes by itself
{
	lab_list blocklist4 |
		sed -E 's/ (counter packets|expires) [^ ]+( bytes [0-9]+)?//g
			s/", /"\n/g; s/ *\}$//' |
		grep -o '[0-9.]* timeout.*' || true
}

# Not what is resident: the kernel may make huge pages of tables at any time.
# The heap grows by 132 KiB at a time.
memory() { awk '/^VmData/ { print $2 }' "/proc/$lab_daemon_pid/status"; }
descriptors() { find "/proc/$lab_daemon_pid/fd" -type l | wc -l; }
grown() { [ "$(wc -l <"$1")" -gt "$2" ]; }

goes_on() # SENTENCE
{
	check "$1" wait_for 5 grown "$lab_dir/session" \
		$(($(wc -l <"$lab_dir/session") + 2))
}

what_holds_at_once()
{
	probe scanner 203.0.113.61 101 102 103 104
	check "four probes come to a score" wait_for 3 \
		explains 203.0.113.61 'score +5\.54 of 9\.20$'
	lab_config policy.false_positive=0.001 policy.block_time=45
	check "the file is read again" reload
	check "how much was applied is told" \
		said "^$lab_dir/handshaked.conf: 2 applied, 0 to wait for a restart$"
	check "and what" said '^  \[policy\] block_time = 45, was 600$'
	check "the log has it too" logged 0 \
		'reload: \[policy\] false_positive = 0\.001, was 0\.0001$'
	check "explain knows the new threshold" \
		explains 203.0.113.61 'score +5\.54 of 6\.90$'
	check "one more probe would do" \
		explains 203.0.113.61 '^1 more failed attempt lists it for 45s$'
	check_not "till then it is not listed" lab_listed 203.0.113.61
	probe scanner 203.0.113.61 105
	check "and does" wait_for 3 lab_listed 203.0.113.61
	check_is "for the new time" \
		"$(lab_listed 203.0.113.61 | grep -o 'timeout [^ ]*')" = \
		"timeout 45s"
	check "an operator who names no time" lab_ctl block 203.0.113.98
	check_is "blocks for the new one too" \
		"$(lab_listed 203.0.113.98 | grep -o 'timeout [^ ]*')" = \
		"timeout 45s"
}

on_a_signal()
{
	local from

	lab_config policy.false_positive=0.0002
	from=$(log_lines)
	hangup
	check "SIGHUP has it read again" wait_for 3 logged "$from" \
		'reload: .*: 2 applied, 0 to wait for a restart$'
	probe slow 203.0.113.62 201
	check "and the threshold is that of the file" wait_for 3 \
		explains 203.0.113.62 'of 8\.51$'
}

what_needs_a_restart()
{
	lab_config policy.false_positive=0.0002 queue.count=4 model.flows=2048
	check "what cannot be applied is no error" reload
	check "but named" said \
		'^  \[queue\] count = 4 needs a restart, till then it is 1$'
	check_is "there is one queue still" \
		"$(lab_status queue.count)" = 1
	check_is "and the table is as large" \
		"$(lab_status engine.flows_max)" = 262144
}

with_an_error()
{
	local from

	lab_config policy.false_positive=0.05 daemon.mode=observe
	echo "[policy]
pending = none" >>"$lab_dir/handshaked.conf"
	check_not "a file with an error is refused" reload
	check "with file, line, key and value" said \
		"handshaked.conf:[0-9]+: \[policy\] pending = \"none\": must be "
	check "the same file is told wrong beforehand" \
		test "$(lab_ctl check-config "$lab_dir/handshaked.conf" 2>&1)" = \
		"$(sed '/^  nothing was changed$/d' "$lab_dir/said")"
	check "and that nothing was changed" said '^  nothing was changed$'
	from=$(log_lines)
	hangup
	check "SIGHUP says so in the log" wait_for 3 logged "$from" \
		'reload: nothing was changed$'
	check "with the error before it" logged "$from" \
		'reload: .*: \[policy\] pending = "none"'
	check "the threshold is the one before" explains 203.0.113.62 \
		'of 8\.51$'
	check_is "and the mode" "$(lab_status mode)" = enforce
	rm "$lab_dir/handshaked.conf"
	mkfifo "$lab_dir/handshaked.conf"
	check_not "a pipe is refused, not waited for" reload
	rm "$lab_dir/handshaked.conf"
	check_not "no file is refused" reload
	check "the daemon answers as before" lab_answers
}

never_and_the_mode()
{
	lab_config network.never=203.0.113.63
	check "an address is put on the never list" reload
	probe spared 203.0.113.63 $(seq 301 310)
	check "it is there at once" explains 203.0.113.63 'never list'
	check_not "and ten probes do not list it" lab_listed 203.0.113.63

	lab_config daemon.mode=observe
	check "the mode is changed in the file" reload
	check_is "and holds" "$(lab_status mode)" = observe
	check "an operator changes it back" lab_ctl mode enforce
	lab_config daemon.mode=observe policy.pending=8
	check "another reload" reload
	check_is "leaves it to him" "$(lab_status mode)" = enforce
	check "and says so" said 'as handshakectl set it'
	lab_config
	check "the file goes back to enforce" reload
}

# What the configuration is printed as is a file like any other.
printed_and_read_back()
{
	"$lab_daemon_bin" -n -c "$lab_dir/handshaked.conf" >"$lab_dir/printed"
	check "what -n prints is good" lab_ctl check-config "$lab_dir/printed"
	cp "$lab_dir/printed" "$lab_dir/handshaked.conf"
	check "and read again" reload
	check "nothing is different" said ': 0 applied, 0 to wait'
}

# Pages one after the other until told to stop; how long each took to connect.
fetch_on() # NAME
{
	while [ ! -e "$lab_dir/enough" ]; do
		lab_in "$1" curl -so /dev/null --max-time 5 \
			-w '%{time_connect} %{http_code}\n' "http://$srv4/" ||
			echo "5 000"
	done >"$lab_dir/fetched"
}

# Every other one by a signal, whose line in the log nobody waits for.
reload_often()
{
	local i

	for ((i = 1; i <= reloads; i++)); do
		lab_config policy.pending=$((10 + i % 2)) \
			model.syn_timeout=$((5 + i % 3)) \
			network.never="198.51.100.$((i % 250))"
		if ((i % 2)); then reload || echo "$i"; else hangup; fi
	done | wc -l
}

under_traffic()
{
	local failed fds fetcher

	fds=$(descriptors)
	fetch_on client &
	fetcher=$!
	failed=$(reload_often)
	touch "$lab_dir/enough"
	wait $fetcher
	note "$reloads reloads, $(wc -l <"$lab_dir/fetched") pages meanwhile"
	check_is "each of $reloads reloads was answered" "$failed" = 0
	check_is "descriptors are as many as before" "$(descriptors)" = "$fds"
	check_is "every page came" \
		"$(grep -vc ' 200$' "$lab_dir/fetched" || true)" = 0
	check_is "some did" "$(wc -l <"$lab_dir/fetched")" -ge $((reloads / 20))
	# A SYN that is lost is sent again after a second.
	[ "$slow" != 1 ] || check "none waited for a lost packet" \
		awk '$1 >= 0.9 { n++ } END { exit n > 0 }' "$lab_dir/fetched"
	check_is "the kernel lost none on the way" \
		"$(lab_status queue.kernel_dropped queue.user_dropped)" = "0 0"
	check "each packet got one verdict" lab_verdicts_add_up
}

# Without traffic, for new connections touch more of the tables.
without_traffic()
{
	local before after

	before=$(memory)
	reload_often >"$lab_dir/failed"
	after=$(memory)
	note "$reloads more: $before KiB before, $after KiB after"
	case $lab_daemon_bin in
	*san/*) ;; # which keeps what is freed
	*) check_is "memory is what it was" $((after - before)) -le 264 ;;
	esac
}

lab_up
lab_host client 100
lab_host scanner 61
lab_host slow 62
lab_host spared 63
lab_serve srv
lab_rules
lab_daemon
lab_spawn client "$lab_python" "$lab_here/client.py" \
	session $srv4 22 "$lab_dir/session"
session=$!
wait_for 5 test -s "$lab_dir/session"
check "an operator blocks an address" lab_ctl block 203.0.113.99 2h
what_holds_at_once
listed=$(elements)
on_a_signal
what_needs_a_restart
with_an_error
never_and_the_mode
printed_and_read_back
goes_on "the connection of before goes on"
under_traffic
without_traffic
check "who was listed still is" lab_listed 203.0.113.99
check_is "nobody else, and for as long" "$(elements | grep 203.0.113.99)" = \
	"$(grep 203.0.113.99 <<<"$listed")"
goes_on "the connection of before goes on after all of them"
kill -TERM $session
check "every line of it was answered" wait_child $session 10
lab_daemon_stop
check_is "the daemon stops as it should" "$lab_daemon_exit" = 0
checks_end
