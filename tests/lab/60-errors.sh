#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whatever keeps the daemon from working is said in one line on standard error
# that names it, and the daemon ends with exit 1 or 2 at once.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# The command runs in gw.
refused() # SENTENCE PATTERN COMMAND...
{
	local sentence=$1 pattern=$2 exit=0 lines

	shift 2
	lab_in gw timeout $((5 * slow)) "$@" >"$lab_dir/out" \
		2>"$lab_dir/err" </dev/null || exit=$?
	lines=$(wc -l <"$lab_dir/err")
	if [[ $exit == [12] && $lines == 1 ]] &&
		grep -qiE -e "$pattern" "$lab_dir/err"; then
		ok "$sentence: $(sed "s,$lab_dir/,,g" "$lab_dir/err")"
	else
		not_ok "$sentence" "exit $exit, $lines lines on stderr" \
			"looked for $pattern" "$(cat "$lab_dir/err")"
	fi
}

config=
with_config() # CONTENT
{
	config=$lab_dir/bad.conf
	printf '%b' "$1" >"$config"
}

lab_require setpriv
lab_up
# As nobody the daemon has to find its files.
chmod 755 "$lab_dir"
daemon=("$lab_daemon_bin" -c)
other_socket="[daemon]\ncontrol = $lab_dir/other.sock\nstate =\n[events]\nfile =\n"

with_config '[queue]\nnumb = 0\n'
refused "an unknown key" 'bad.conf:2: .*numb' "${daemon[@]}" "$config"
with_config '[queu]\nnum = 0\n'
refused "an unknown section" 'bad.conf:[12]: .*queu' "${daemon[@]}" "$config"
with_config '[queue]\nnum = 70000\n'
refused "a value out of range" 'bad.conf:2: .*70000.*65535' \
	"${daemon[@]}" "$config"
with_config '[daemon]\nmode = watch\n'
refused "a word that is none of those allowed" 'watch.*observe' \
	"${daemon[@]}" "$config"
with_config 'nonsense\n'
refused "a line that is no line" 'bad.conf:1: ' "${daemon[@]}" "$config"
refused "a file that is not there" "$lab_dir/none.conf: No such file" \
	"${daemon[@]}" "$lab_dir/none.conf"
refused "a directory for a file" "$lab_dir: .*directory" \
	"${daemon[@]}" "$lab_dir"
with_config "$other_socket"
refused "an argument too many" "usage|argument" \
	"${daemon[@]}" "$config" extra
refused "rules that are not loaded" 'handshaked.*nft|table' \
	"${daemon[@]}" "$config"

lab_rules
refused "no privileges, as root" 'CAP_NET_ADMIN|not permitted|root' \
	setpriv --bounding-set=-all --inh-caps=-all "${daemon[@]}" "$config"
with_config "[daemon]\ncontrol = /dev/shm/hsd-lab-$$.sock\nstate =\n"
refused "no privileges, as nobody" 'CAP_NET_ADMIN|not permitted|root' \
	setpriv --reuid=65534 --regid=65534 --clear-groups \
	"${daemon[@]}" "$config"
check_not "and leaves no socket behind" test -e "/dev/shm/hsd-lab-$$.sock"

lab_daemon
with_config "$other_socket"
refused "a queue that is taken" 'queue.*0' "${daemon[@]}" "$config"
check_not "and leaves no socket behind" test -e "$lab_dir/other.sock"
with_config "[daemon]\ncontrol = $lab_dir/control.sock\nstate =\n[queue]\nnum = 1\n"
refused "a control socket that is taken" 'control.sock' \
	"${daemon[@]}" "$config"
check "the first daemon still answers" lab_answers
with_config "[daemon]\ncontrol = $lab_dir/none/c.sock\nstate =\n[queue]\nnum = 1\n"
refused "a control socket that cannot be made" 'c.sock.*No such file' \
	"${daemon[@]}" "$config"

ctl=("$lab_ctl_bin" -s "$lab_dir/control.sock")
refused "handshakectl, of a network that is none" \
	'the network is 192.0.2.0/24, the address 192.0.2.7' \
	"${ctl[@]}" allow 192.0.2.7/24
refused "handshakectl, of who is not allowed" \
	'192.0.2.7 is not allowed as a whole: handshakectl allow' \
	"${ctl[@]}" disallow 192.0.2.7
refused "handshakectl, of who is not blocked" '192.0.2.7 is not blocked' \
	"${ctl[@]}" unblock 192.0.2.7
lab_nft delete table inet handshaked
refused "handshakectl, of rules that are gone" \
	'allowlist cannot be read|systemctl restart handshaked-rules' \
	"${ctl[@]}" allow
refused "handshakectl, of what it cannot allow without them" \
	'not allowed: table inet handshaked is not there: systemctl restart' \
	"${ctl[@]}" allow 192.0.2.7
refused "handshakectl, of sets that are gone" \
	'sets of table inet handshaked cannot be read' "${ctl[@]}" blocklist

lab_daemon_stop
check_is "the first daemon ends with exit 0" "$lab_daemon_exit" = 0
refused "handshakectl without a daemon" \
	"the daemon at $lab_dir/control.sock: .*is it running" \
	"$lab_ctl_bin" -s "$lab_dir/control.sock" status
checks_end
