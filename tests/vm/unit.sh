#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What only a real systemd on Debian's own kernel can show: `make install`,
# the units, the daemon as its own user with one capability, the shipped rules,
# the VM itself being the gateway between the lab's hosts. To be run by
# tests/vm/run.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/../lab/lab.sh"

[ "${IN_VM:-}" = 1 ] || skip_all "not in the VM: run it with tests/vm/run"
# shellcheck disable=SC2034 # for lab.sh
lab_gw_is_machine=1

unit() # PROPERTY
{
	systemctl show -P "$1" handshaked
}

status() # PATH...
{
	handshakectl --json status | "$lab_python" -c '
import functools, json, sys
status = json.load(sys.stdin)
print(*(functools.reduce(lambda value, key: value[key], path.split("."), status)
        for path in sys.argv[1:]))' "$@"
}

logged() { journalctl -u handshaked -o cat | grep -E -e "$1"; } # PATTERN
events=/var/log/handshaked/events.json

active() { [ "$(unit ActiveState)" = active ]; }
restarted() { active && [ "$(unit MainPID)" != "$1" ]; }
runs_as() { ps -o user= -p "$(unit MainPID)"; }
effective() { sed -n 's/^CapEff:\t//p' "/proc/$(unit MainPID)/status"; }
scan() # HOST OPTION...
{
	local host=$1

	shift
	lab_in "$host" nmap -n -Pn -T4 --max-retries 0 --max-rate 250 \
		--host-timeout 60s "$@" >/dev/null
}
received() { status queue.received; }
not_listed() { ! lab_listed "$1"; }
echo_line() # A line there and back on the interactive connection
{
	echo "$1" >&"${talk[1]}"
	IFS= read -r -t 30 answer <&"${talk[0]}"
}

lab_up
lab_serve srv
lab_serve gw 8001
lab_host client 100
lab_host scanner 66
lab_host scanner2 67
lab_host resolver 53

# An interactive connection older than everything.
coproc talk { lab_in client "$lab_python" -u -c '
import socket, sys
s = socket.create_connection(("192.0.2.2", 22))
f = s.makefile("rw")
f.readline()
for line in sys.stdin:
    f.write(line); f.flush()
    print(f.readline(), end="", flush=True)'; }
check "a connection stands before anything is installed" echo_line one

check "make install puts everything in place" \
	make -C "$lab_root" --no-print-directory install
check "the user is made" systemd-sysusers
check "the units are read" systemctl daemon-reload
check "the units are correct" systemd-analyze verify --man=no \
	/usr/lib/systemd/system/handshaked.service \
	/usr/lib/systemd/system/handshaked-rules.service
rm -f /etc/resolv.conf
echo 'nameserver 203.0.113.53' >/etc/resolv.conf
# Strays at once; everything else as shipped.
printf '[model]\ngrace = 0\n' >/etc/handshaked/handshaked.conf
check "systemctl enable --now starts both" \
	systemctl enable --now handshaked-rules handshaked
check "the daemon is up and says so" active
if ! active; then
	journalctl -u handshaked -o cat --no-pager | tail -n 20
	exit 1
fi
check_is "it runs as its own user" "$(runs_as)" = handshaked
check_is "with CAP_NET_ADMIN and nothing else" "$(effective)" = \
	0000000000001000
check "the operator reaches it" handshakectl status
check_not "somebody else does not" setpriv --reuid 65534 --clear-groups \
	handshakectl status
check "the connection goes on" echo_line two
check "new ones come about, both families" lab_fetch_both client
check_is "the kernel takes the ct mark with the verdict" \
	"$(status queue.conntrack_marks)" = True

# The unit's sandbox lets it do what it is there for.
scan scanner -sX -p 1-100 "$srv4"
check "a scanner is listed" lab_listed 203.0.113.66
check "nft shows why" grep -q 'comment "xmas-scan: 5 ports of 1 host' \
	<(nft list set inet handshaked blocklist4)
check "the journal does too" grep -q \
	'listed source=203.0.113.66 timeout=600s .*reason="xmas-scan' \
	<(journalctl -u handshaked -o cat)
check "by its fields as well" grep -q 'listed source=203.0.113.66' \
	<(journalctl -u handshaked HANDSHAKED_EVENT=block \
		SRC_IP=203.0.113.66 GRADE=plausible TIMEOUT_S=600 -o cat)
check_not "which others do not have" grep -q . \
	<(journalctl -u handshaked HANDSHAKED_EVENT=block SRC_IP=203.0.113.67 \
		-o cat -q)
check "an event's line in the journal is one" [ 1 = "$(journalctl \
	-u handshaked -o cat | grep -c 'listed source=203.0.113.66')" ]
check "it is in the file of events, too" wait_for 5 grep -q \
	'"event_type":"block","src_ip":"203.0.113.66"' "$events"
check_is "which log collectors can read" "$(stat -c '%U %G %a' "$events")" = \
	"handshaked handshaked 640"
scan scanner -6 -sN -p 1-100 "$srv6"
check "and over IPv6" lab_listed 2001:db8:1::66
scan resolver -sX -p 1-100 "$srv4"
check "the resolver is not, whatever is sent in its name" \
	not_listed 203.0.113.53
check_is "of its own networks it could read all" \
	"$(journalctl -u handshaked -o cat | grep 'own networks' || true)" = ""
check "unblock takes it off" handshakectl unblock 203.0.113.66
check "it is gone" not_listed 203.0.113.66
check "block puts one on" handshakectl block 203.0.113.67 10m
check_not "which is then kept out" lab_fetch scanner2 "http://$srv4/"

# Reload: SIGHUP to the daemon, the rules again.
echo '[policy]
block_time = 1200' >>/etc/handshaked/handshaked.conf
check "systemctl reload works" systemctl reload handshaked
check "what was changed is applied" wait_for 5 logged \
	'reload: .*block_time = 1200, was 600'
cp /etc/handshaked/handshaked.conf /tmp/good.conf
echo 'block_times = 1' >>/etc/handshaked/handshaked.conf
check_not "with an error in the file it fails" systemctl reload handshaked
check "and says why" logged 'handshaked.conf:5: .*block_times'
cp /tmp/good.conf /etc/handshaked/handshaked.conf
check "the daemon is up still" active
check "the rules are reloaded" systemctl reload handshaked-rules
check "and the lists are kept" lab_listed 203.0.113.67
check "the connection goes on" echo_line three

# A rotation of the events.
if [ -n "$(type -P logrotate)" ]; then
	check "logrotate takes the events' file away" \
		logrotate -f /etc/logrotate.d/handshaked
	check "a new one is begun" wait_for 5 test -e "$events"
	handshakectl mode enforce >/dev/null
	check "and written" wait_for 5 grep -q '"event_type":"mode"' "$events"
	check "the old one is there" grep -q '"event_type":"start"' "$events.1"
fi

# A crash: systemd restarts it, nobody notices.
pid=$(unit MainPID)
kill -KILL "$pid"
check "right after kill -9 the connection goes on" echo_line four
check "and new ones come about" lab_fetch_both client
check "systemd restarts the daemon" wait_for 15 restarted "$pid"
check "the listed stay blocked" lab_listed 203.0.113.67
check "the connection goes on under the new daemon" echo_line five
check_is "which dropped nothing" "$(status queue.dropped)" = 0

# A hang: the watchdog ends it.
pid=$(unit MainPID)
kill -STOP "$pid"
check "a stopped daemon is ended by the watchdog" wait_for 30 restarted "$pid"
check "and the connection goes on" echo_line six

# Stop: rules and lists stay, and without the daemon packets pass.
systemctl stop handshaked
check "with the daemon stopped connections come about" lab_fetch_both client
check "the listed stay blocked" lab_listed 203.0.113.67
check "the connection goes on" echo_line seven
systemctl start handshaked
check "and after the next start" echo_line eight
check_is "nothing was dropped" "$(status queue.dropped)" = 0

systemctl disable --now handshaked handshaked-rules 2>/dev/null
check_not "with the rules' unit stopped the table is gone" \
	nft list table inet handshaked
check "the connection has survived it all" echo_line nine
checks_end
