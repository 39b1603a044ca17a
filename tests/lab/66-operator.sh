#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What an operator looks at and changes by handshakectl while a scanner is at
# work: status, top, sources, blocklist, allow and disallow, for a person and
# for a program, by root and by somebody who may only look.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

nobody=65534
etc=/etc/handshaked

probe() # NAME ADDRESS PORT...
{
	lab_in "$1" "$lab_python" "$lab_here/send_tcp.py" \
		-g "$(printf '0.%02d' $((5 * slow)))" "$2" $srv4 S "${@:3}"
}

# Leaves the screen where `says` looks for a line.
ctl() { lab_ctl "$@" >"$lab_dir/screen" 2>"$lab_dir/errors"; }
says() { grep -E -e "$1" "$lab_dir/screen" || ! cat "$lab_dir/screen"; }
complains() { grep -E -e "$1" "$lab_dir/errors" || ! cat "$lab_dir/errors"; }

# An expression of Python about the answer `a`.
json() # EXPRESSION COMMAND...
{
	lab_ctl --json "${@:2}" | "$lab_python" -c '
import json, sys
a = json.load(sys.stdin)
if not eval(f"({sys.argv[1]})"):
    sys.exit(str(a))' "$1"
}

exits() # CODE ARGUMENT...
{
	local exit=0

	ctl "${@:2}" || exit=$?
	[ "$exit" = "$1" ] || ! cat "$lab_dir/errors"
}

# By a user who is in the socket's group and no more.
as_nobody() # ARGUMENT...
{
	setpriv --reuid=$nobody --regid=$nobody --clear-groups \
		"$lab_dir/handshakectl" -s "$lab_dir/control.sock" "$@" \
		>"$lab_dir/screen" 2>"$lab_dir/errors"
}

# On a terminal of our own; what it shows is left for `says`.
# By bash: Ctrl-C reaches the shell too, and another one would end with it.
on_terminal() # SECONDS KEYS ARGUMENT...
{
	local command="$lab_ctl_bin -s $lab_dir/control.sock ${*:3}"

	{ sleep $(($1 * slow)); printf '%s' "$2"; sleep 1; } |
		SHELL=/bin/bash timeout $((20 * slow)) script -qec "$command; stty -a" /dev/null \
			>"$lab_dir/screen" 2>"$lab_dir/errors"
}

escapes() { grep -c $'\033' "$lab_dir/screen" || true; }

# The file of /etc is written where nobody but this command sees it.
with_etc() # ARGUMENT...
{
	# shellcheck disable=SC2016 # for that shell
	unshare -m sh -euc 'mount --make-rprivate /
		mount --bind "$1" "$(dirname "$2")"; shift 2; "$@"' \
		sh "$lab_dir/etc" $etc "$lab_ctl_bin" \
		-s "$lab_dir/control.sock" "$@" \
		>"$lab_dir/screen" 2>"$lab_dir/errors"
}

file_is() # LINE...: what is in the file
{
	printf '%s\n' "$@" | diff - "$lab_dir/etc/handshaked/allowlist.nft"
}

looks()
{
	check "at first there is no evidence" ctl sources
	check "which is said" says '^no evidence is held against anyone$'
	check "and nobody is listed" ctl blocklist
	check "which is said too" says '^nobody is listed$'

	probe one 203.0.113.61 101 102 103 104
	check "a few probes are evidence" wait_for 3 json \
		'[s["source"] for s in a["sources"]] == ["203.0.113.61"]' \
		sources
	ctl sources
	check "it is shown with its score" says \
		'^203\.0\.113\.61 +5\.54  syn-scan +4 +1  - +(now|[0-9]+[sm] ago)'
	probe two 203.0.113.62 101 102 103 104 105 106 107
	check "a scanner is listed" wait_for 3 lab_listed 203.0.113.62
	probe two 203.0.113.62 101 102 103
	ctl sources
	check "and is the worst" says \
		'^203\.0\.113\.62 +9\.7[0-9]  syn-scan +7 +1  listed, [0-9]+m'
	check "the one most wanted is the first" json \
		'a["total"] == 2 and [s["listed"] for s in a["sources"]] == [True]' \
		sources 1
	ctl blocklist
	check "the list has it with its packets and the reason" says \
		'^203\.0\.113\.62 +[0-9]+m([0-9]+s)? +10m +3 +[0-9]+  syn-scan: 7'
	check "for a program too" json \
		'[(e["source"], e["timeout_s"], e["packets"]) for e in a["entries"]]
		 == [("203.0.113.62", 600, 3)]' blocklist
	check "none is no number of entries" exits 2 sources 0
	check "nor is more than a thousand" exits 2 blocklist 1001
	check "nor a word" exits 2 sources many
}

a_screen()
{
	ctl status
	check "the status is one screen" \
		test "$(wc -l <"$lab_dir/screen")" -le 40
	check "which says what it does, and since when" \
		says '^mode +enforce, since 20[0-9-]+ [0-9:]+, for [0-9ms]+$'
	check "how many passed unjudged" \
		says '^fail-open  0 passed unjudged; lost: (-|[0-9]+) queue full,'
	check "and how many sources are listed" says 'listed now +1$'
	check "a program is told since when" json \
		'a["started"][4] == "-" and a["mode_since"] == a["started"]
		 and len(a["started"]) == 31' status
	check_is "no screen has an escape sequence in it" "$(escapes)" = 0
	check "top prints one screen to a pipe" ctl top
	check "with rates" says '^packets [0-9]+/s, dropped'
	check "the worst" says '^203\.0\.113\.62 +9\.7'
	check "and the newest" says '10m .* syn-scan: 7 ports'
	check_is "and no escape sequence" "$(escapes)" = 0
	check "top has no JSON" exits 2 --json top
}

a_terminal()
{
	TERM=xterm on_terminal 0 '' sources
	check "on a terminal who is listed is red" says $'\033\\[31mlisted'
	TERM=xterm NO_COLOR=1 on_terminal 0 '' sources
	check_is "not with NO_COLOR" "$(escapes)" = 0
	TERM=xterm NO_COLOR='' on_terminal 0 '' sources
	check "empty it says nothing" says $'\033\\[31mlisted'
	TERM=dumb on_terminal 0 '' sources
	check_is "nor on a dumb terminal" "$(escapes)" = 0
	TERM=xterm on_terminal 3 q top
	check "top draws its screen" says $'\033\\[2Jhandshaked '
	check "again and again" test \
		"$(grep -c $'\033\\[2Jhandshaked ' "$lab_dir/screen")" -ge 2
	check "and gives the terminal back" says $'\033\\[\\?1049l'
	check "as it was" says '[^-]icanon.*[^-]echo '
	TERM=xterm on_terminal 2 $'\003' top
	check "after Ctrl-C too" says $'\033\\[\\?1049l'
	check "as it was" says '[^-]icanon.*[^-]echo '
}

allowing()
{
	mkdir -p "$lab_dir/etc"
	cp -a /etc/. "$lab_dir/etc"
	rm -rf "$lab_dir/etc/handshaked"
	mkdir "$lab_dir/etc/handshaked"
	check "who is allowed is shown" ctl allow
	check "which is nobody" says '^nobody is allowed'
	check "the scanner is allowed" with_etc allow 203.0.113.62
	check "and off the list" says 'allowed, 1 taken off the list$'
	check_not "the kernel's too" lab_listed 203.0.113.62
	check "the file says so" \
		file_is 'add element inet handshaked allowlist4 { 203.0.113.62 }'
	check "nothing is held against it" json \
		'[s["source"] for s in a["sources"]] == ["203.0.113.61"]' \
		sources
	probe two 203.0.113.62 $(seq 201 230)
	check_not "it may scan" lab_listed 203.0.113.62

	check "a network around it is allowed" with_etc allow 203.0.113.0/24
	check "nft shows it as one" wait_for 1 eval \
		'lab_list allowlist4 | grep -q "elements = { 203.0.113.0/24 }"'
	check "once more" with_etc allow 203.0.113.62
	check "which changes nothing" says 'allowed already$'
	check "and is not written twice" file_is \
		'add element inet handshaked allowlist4 { 203.0.113.62 }' \
		'add element inet handshaked allowlist4 { 203.0.113.0/24 }'
	check "what the file says, nft reads" \
		lab_nft -f "$lab_dir/etc/handshaked/allowlist.nft"
	check "one beside it" with_etc allow 203.0.114.0/24
	check "a range is shown as one" ctl allow
	check "from first to last" says '^203\.0\.113\.0-203\.0\.114\.255$'
	check_not "one of the middle is taken out, for now" \
		with_etc disallow 203.0.113.77
	check "for the file still allows it" complains \
		'until a reload of the rules only: line 2 of '
	check "what is left is shown" json \
		'a["allowed"] == ["203.0.113.0-203.0.113.76",
				  "203.0.113.78-203.0.114.255"]' allow
	check "what is not all allowed is not taken out" \
		exits 1 disallow 203.0.113.0/24
	check "and that is said" complains 'is not allowed as a whole'
	check "nor is a slip of the pen taken" exits 1 allow 203.0.113.9/24
	check "but explained" complains \
		'the network is 203\.0\.113\.0/24, the address 203\.0\.113\.9'
	check "nor what is no address" exits 2 allow example
	check "the address comes back" with_etc allow 203.0.113.77
	check "the whole too" with_etc disallow 203.0.114.0/24
	check "of which the file knows no more" file_is \
		'add element inet handshaked allowlist4 { 203.0.113.62 }' \
		'add element inet handshaked allowlist4 { 203.0.113.0/24 }'
	check "IPv6" with_etc allow 2001:db8:9::/48
	check "up to its end" with_etc allow ffff::/16
	check "is shown as nft has it" json \
		'a["allowed"] == ["203.0.113.0/24", "2001:db8:9::/48",
				  "ffff::/16"]' allow
	check "and taken out" with_etc disallow ffff::/16
}

who_may()
{
	install -m 755 "$lab_ctl_bin" "$lab_dir/handshakectl"
	chmod 711 "$lab_dir"
	check_not "a stranger may nothing" as_nobody status
	check "and is told what to do" complains \
		"control.sock: Permission denied; be root"
	chgrp $nobody "$lab_dir/control.sock"
	local command

	for command in status sources blocklist allow mode \
		"explain 203.0.113.61"; do
		# shellcheck disable=SC2086 # words
		check "one of the group may look: $command" as_nobody $command
	done
	for command in "block 198.51.100.7" "unblock 198.51.100.1" \
		"allow 198.51.100.7" "disallow 203.0.113.0/24" \
		"mode observe"; do
		# shellcheck disable=SC2086
		check_not "but not change: $command" as_nobody $command
		check "and is told who may" complains 'only root may'
	done
	check "and nothing was changed" json 'a["mode"] == "enforce"' status
	check_not "at all" lab_listed 198.51.100.7
	check "the mode is changed by root" ctl mode observe
	check "and since when is told" json \
		'a["mode"] == "observe" and a["mode_since"] > a["started"]' \
		status
	ctl mode enforce
}

many()
{
	{
		for n in $(seq 0 1499); do
			echo "add element inet handshaked blocklist4" \
				"{ 10.1.$((n / 250)).$((n % 250))" \
				"timeout 1h comment \"an element of many\" }"
		done
	} >"$lab_dir/many.nft"
	lab_nft -f "$lab_dir/many.nft"
	check "of a long list a thousand are shown" json \
		'len(a["entries"]) == 1000 and a["total"] == 1500' blocklist
	ctl blocklist
	check "which is said" says '^the newest 1000 of 1500$'
	lab_nft add element inet handshaked blocklist4 \
		"{ 10.9.9.9 timeout 1h comment \"$(printf 'red \033[31m')\" }"
	check "the newest come first" json \
		'a["entries"][0]["source"] == "10.9.9.9"' blocklist 1
	ctl blocklist 1
	check "what others wrote there is no command to the terminal" \
		says 'red \?\[31m$'
}

lab_require setpriv script unshare
lab_up
lab_host one 61
lab_host two 62
lab_serve srv
lab_rules
lab_daemon
looks
a_screen
a_terminal
allowing
who_may
many
check "each packet got one verdict" lab_verdicts_add_up
checks_end
