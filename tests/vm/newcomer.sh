#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A newcomer on a fresh Debian, who types what README.md says in "From nothing
# to unblocked", line by line, and answers yes. The lines are read from there,
# so that text and test cannot part; a line that says "on 203.0.113.9" is typed
# on that machine. To be run by tests/vm/deb.

set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
root=${here%/tests/vm}
# shellcheck source=tests/lab/check.sh
. "$here/../lab/check.sh"
# shellcheck source=tests/vm/neighbour.sh
. "$here/neighbour.sh"

[ "${IN_VM:-}" = 1 ] || skip_all "not in the VM: run it with tests/vm/deb"

lines() # The section's code block
{
	# shellcheck disable=SC2016 # these are no commands
	sed -n '/^## From nothing to unblocked/,/^## /p' "$root/README.md" |
		sed -n '/^```/,/^```/p' | grep -v '^```'
}

active() { systemctl is-active -q handshaked-rules handshaked; }
enabled() { systemctl is-enabled -q handshaked-rules handshaked; }
says() { grep -qE -e "$1" "$output"; }
table() { nft list table inet handshaked; }
not_running() { ! pgrep -x handshaked; }

after_install()
{
	check "it is active" active
	check "it is enabled" enabled
	check "who does no harm is served" served client
}

after_scan()
{
	check_not "the neighbour is not served any more" served neighbour
	check "others are" served client
	check_is "most of its probes got no answer" \
		"$(sed -nE 's/^Not shown: ([0-9]+) filtered.*/\1/p' \
			"$output")" -gt 30
}

after_list()
{
	check "the neighbour is in the set, with the reason" \
		says '203\.0\.113\.9 .*comment "syn-scan: [0-9]+ ports of 1 host'
}

after_explain()
{
	check "that it is listed" says '^ *listed +(yes|[^n])'
	check "and for what" says '203\.0\.113\.1 .*syn-scan'
}

after_unblock()
{
	check "the neighbour is served again" served neighbour
	check_not "the set does not have it" grep -q '203.0.113.9 ' \
		<(nft list set inet handshaked blocklist4)
}

after_report()
{
	check "the page names the neighbour" grep -q '203\.0\.113\.9' report.html
	check "and the finding" grep -q syn-scan report.html
	check_not "it asks nobody for anything" \
		grep -qE '(src|href)="?(https?:)?//' report.html
}

after_events()
{
	check "a line says who was listed" \
		says '"src_ip": ?"203\.0\.113\.9"'
}

after_remove()
{
	check_not "no rule is left" table
	check "no process" not_running
	check_not "no unit" systemctl cat handshaked
	check "everyone is served" served neighbour
}

after_purge()
{
	check_is "nothing is left of it" "$(echo /etc/handshaked* \
		/var/lib/handshaked* /var/log/handshaked* /run/handshaked*)" = \
		"/etc/handshaked* /var/lib/handshaked* /var/log/handshaked* \
/run/handshaked*"
}

typed=
type_line() # COMMAND WHERE
{
	local where=

	[[ $2 != *"on 203.0.113.9"* ]] || where="ip netns exec neighbour"
	exit=0
	# The last yes finds nobody listening.
	# shellcheck disable=SC2086 # words or none
	$where bash -c "$1" < <(yes 2>/dev/null) >"$output" 2>&1 || exit=$?
	if [ $exit = 0 ]; then
		ok "$1"
	else
		not_ok "$1" "exit $exit" "$(cat "$output")"
	fi
	case $1 in
	"make deb") ;;
	"apt install"*) typed+="install " && after_install ;;
	nmap*) typed+="scan " && after_scan ;;
	"nft list set"*) typed+="list " && after_list ;;
	"handshakectl explain"*) typed+="explain " && after_explain ;;
	"handshakectl unblock"*) typed+="unblock " && after_unblock ;;
	*events.json*) typed+="events " && after_events ;;
	"handshakectl report"*) typed+="report " && after_report ;;
	"apt remove"*) typed+="remove " && after_remove ;;
	"apt purge"*) typed+="purge " && after_purge ;;
	esac
	sed 's/^/#   /' "$output" | tail -n 30
}

output=$(mktemp)
checks_output=$(mktemp)
# Where the newcomer stands; the package has been built outside.
mkdir -p /root/handshaked
cd /root/handshaked
ln -sfn "$HSD_PACKAGES" build
neighbour_up
while read -r line; do
	command=$(sed -E 's/ +#.*//' <<<"$line")
	[ "$command" != "make deb" ] || continue
	type_line "$command" "$line"
done < <(lines)
# All that a newcomer is to be shown, in this order.
check_is "the README shows all of it" "${typed% }" = \
	"install scan list explain events unblock report remove purge"
checks_end
