#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the package does to a Debian: an upgrade of a running one cuts nobody off
# and loses nobody from the list, a removal leaves configuration and logs, a
# purge not even these. To be run by tests/vm/deb, which makes the second
# package: the first with a higher version.

set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
root=${here%/tests/vm}
# shellcheck source=tests/lab/check.sh
. "$here/../lab/check.sh"
# shellcheck source=tests/vm/neighbour.sh
. "$here/neighbour.sh"

[ "${IN_VM:-}" = 1 ] || skip_all "not in the VM: run it with tests/vm/deb"

property() { systemctl show -P "$1" "$2"; }
active() { systemctl is-active -q handshaked-rules handshaked; }
table() { nft list table inet handshaked; }
# A table that is deleted and made again has another.
handle() { nft -a list table inet handshaked | sed -n '1s/.*handle //p'; }
listed() { nft get element inet handshaked blocklist4 "{ $1 }"; }
version() { dpkg-query -W -f '${Version}' handshaked; }
apt_quiet()
{
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y "$@"
}
echo_line() # A line there and back on the old connection
{
	local answer

	echo "$1" >&"${talk[1]}"
	IFS= read -r -t 30 answer <&"${talk[0]}" && [ "$answer" = "$1" ]
}

# Everything on the disk but what apt, dpkg and systemd note down of any
# package; links that enable are gone only after a purge.
files()
{
	find / -xdev \( -path "$root" -o -path /proc -o -path /sys -o \
		-path /run -o -path /tmp -o \
		-path /lib/modules -o -path /usr/lib/modules -o \
		-path /var/lib/dpkg -o -path /var/lib/apt -o \
		-path /var/cache -o -path /var/log/apt -o \
		-path /var/lib/systemd/catalog \) -prune -o -print | sort
}

left() # What there is now and was not before
{
	comm -13 "$directory/before" <(files) |
		grep -vE '^/(etc/(passwd|group|g?shadow)-|root/|var/log/journal/)' || true
}

directory=$(mktemp -d)
checks_output=$directory/output
neighbour_up
# Of the newcomer, where he was here before.
apt_quiet purge handshaked >/dev/null 2>&1 || true
files >"$directory/before"

# An interactive connection older than everything.
coproc talk { ip netns exec neighbour bash -c \
	'exec 5<>/dev/tcp/203.0.113.1/7; cat <&5 & cat >&5'; }
check "a connection stands before anything is installed" echo_line one
check "it is installed" apt_quiet install "$HSD_PACKAGES"/handshaked_*.deb
check "it is active" active
check "the connection goes on" echo_line two
check "somebody is blocked by hand" handshakectl block 203.0.113.67 2h
echo 'add element inet handshaked allowlist4 { 198.51.100.7 }' \
	>/etc/handshaked/allowlist.nft
check_is "the unit's exposure is 1.5 at most" "$(systemd-analyze security \
	handshaked.service | sed -nE 's/.*level for [^ ]+: ([0-9])\.([0-9]).*/\1\2/p')" \
	-le 15

pid=$(property MainPID handshaked)
rules=$(property ActiveEnterTimestampMonotonic handshaked-rules)
number=$(handle)
before=$(version)
check "it is upgraded" apt_quiet install "$HSD_PACKAGES/upgrade.deb"
check_is "to another version" "$(version)" != "$before"
check "it is active" active
check_is "the daemon is a new one" "$(property MainPID handshaked)" != "$pid"
check_is "the rules were not stopped" \
	"$(property ActiveEnterTimestampMonotonic handshaked-rules)" = "$rules"
check_is "the table is the same" "$(handle)" = "$number"
check "the rules were loaded again" nft get element inet handshaked allowlist4 \
	'{ 198.51.100.7 }'
check "the listed one is listed" listed 203.0.113.67
check "the old connection goes on" echo_line three
check "new ones come about" served client

check "it is removed" apt_quiet remove handshaked
check_not "no rule is left" table
check_not "no process" pgrep -x handshaked
check_is "no socket" "$(echo /run/handshaked*)" = "/run/handshaked*"
note "left: $(left | xargs)"
check_is "no file but configuration and what enables" \
	"$(left | grep -vE '^/etc/(handshaked|logrotate\.d/handshaked|default/handshaked|systemd/system/.*(handshaked|\.wants$))|^/var/lib/systemd/deb-systemd-helper-enabled/' || true)" = ""
check "what the operator wrote is there" [ -e /etc/handshaked/allowlist.nft ]
check "the old connection goes on" echo_line four
check "new ones come about" served client

check "it is purged" apt_quiet purge handshaked
note "left: $(left | xargs)"
check_is "nothing is left" "$(left)" = ""
check_is "but its user, who can not log in" \
	"$(getent passwd handshaked | sed 's/.*://')" = /usr/sbin/nologin
checks_end
