#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Promised: a disk that is full, or has become read-only, ends nothing and
# holds nobody up: packets are judged and offenders listed as ever. That state
# and events cannot be written is said, and not over and over, lost events are
# counted, the old state stays whole; with room again both are written on.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

schema=$lab_root/src/events.schema.json
from=1 # of the log's lines, those that are looked at

log_lines() { tail -n "+$from" "$lab_dir/daemon.log" | grep -cE -e "$1" || true; }
logged() { [ "$(log_lines "$1")" -ge 1 ]; }
from_here() { from=$(($(wc -l <"$lab_dir/daemon.log") + 1)); }

probe() # HOST LAST-OCTET: to be listed for, at ports of his own (no lock-step)
{
	lab_in "$1" "$lab_python" "$lab_here/send_tcp.py" -g 0.02 \
		"203.0.113.$2" $srv4 - "${2}1" "${2}2" "${2}3" "${2}4" "${2}5"
}

lost() { lab_status events.lost; }
some_lost() { [ "$(lost)" -gt "${1:-0}" ]; }
remembers() { grep -q "^offender $1 " "$disk/state"; }
is_whole() # as of so many sources
{
	[ "$(tail -n 1 "$disk/state")" = "end $(($(wc -l <"$disk/state") - 2))" ]
}

set_read_only()
{
	mount --bind "$disk" "$disk"
	mount -o remount,bind,ro "$disk"
}

# shellcheck disable=SC2317 # called by a trap
unmount_and_down()
{
	while umount -l "$disk" 2>/dev/null; do :; done
	lab_down
}

lab_up
disk=$lab_dir/disk
mkdir "$disk"
trap unmount_and_down EXIT
mount -t tmpfs -o size=64k tmpfs "$disk" 2>/dev/null ||
	skip_all "no file system may be mounted here"
lab_rules
for n in 1 2 3 4; do
	lab_host "scanner$n" "6$n"
done
lab_host client 100
lab_serve srv
settings=(daemon.state="$disk/state" events.file="$disk/events.json"
	policy.block_time=3600)
lab_daemon "${settings[@]}"
probe scanner1 61
check "with room, a scanner is in the state file" wait_for 5 \
	remembers 203.0.113.61
check_is "and nothing is lost" "$(lost)" = 0

# ---- full ----

head -c 1M /dev/zero >"$disk/filler" 2>/dev/null || true
before=$(cat "$disk/state")
for n in 2 3; do
	probe scanner$n 6$n
	check "on a full disk a scanner is listed" wait_for 3 \
		lab_listed 203.0.113.6$n
	check "a client gets in" lab_fetch_both client
	sleep 2.5 # the state is tried every two seconds
done
check "of events that is said" wait_for 5 logged \
	"events $disk/events.json: cannot be written, they are lost: No space"
check "and of the state" wait_for 5 logged \
	"state $disk/state: cannot be written: No space left"
check "what is lost is counted" some_lost
# A shorter line may fit yet where a longer one did not.
check_is "the log is not flooded with events" \
	"$(log_lines 'events .*cannot')" -le 3
check_is "the state is told of once" "$(log_lines 'state .*cannot')" = 1
check_is "the old state is whole" "$(cat "$disk/state")" = "$before"
check "the status says so, too" eval \
	"lab_ctl --json status | grep -q 'No space left on device'"

rm "$disk/filler"
probe scanner4 64
check "with room again the state is written" wait_for 5 remembers 203.0.113.63
check "whole" is_whole
check "which is said" wait_for 5 logged 'state .*is written again'
check "and of the events, too" wait_for 5 logged 'events .*is written again'
check "with all lines whole" "$lab_python" "$lab_here/validate_events.py" \
	"$schema" "$disk/events.json"

# ---- read-only ----

from_here
check "the disk becomes read-only" set_read_only
kill -HUP "$lab_daemon_pid" # else the events' file is open still
check "an address is blocked" lab_ctl block 198.51.100.1 1h
check "of the state it is said" wait_for 5 logged \
	'state .*cannot be written: Read-only file system'
check "and of the events" wait_for 5 logged \
	'events .*cannot be written, they are lost: Read-only file system'
check "a client gets in" lab_fetch_both client
lab_daemon_stop
check_is "the daemon ends as ever" "$lab_daemon_exit" = 0
check_is "it was said once of the events" "$(log_lines 'events .*cannot')" = 1
check_is "and once of the state" "$(log_lines 'state .*cannot')" = 1

from_here
lab_nft flush set inet handshaked blocklist4
lab_daemon "${settings[@]}"
check "another one starts, and knows whom to list" lab_listed 203.0.113.63
check "a client gets in with it" lab_fetch_both client
check "another address is blocked" lab_ctl block 198.51.100.2 1h
check "it cannot write either" wait_for 5 logged \
	'state .*cannot be written: Read-only file system'
check "the disk can be written again" umount "$disk"
check "the state is" wait_for 5 grep -q "^operator 198.51.100.2 " "$disk/state"
check "and whole" is_whole
check "unblocking him is an event" lab_ctl unblock 198.51.100.2
check "that is written" wait_for 5 grep -q '"unblock".*198.51.100.2' \
	"$disk/events.json"
lab_daemon_stop
check_is "it ends as ever" "$lab_daemon_exit" = 0

# ---- no file at all ----

from_here
lab_daemon daemon.state="$disk" events.file="$disk"
check "a directory for a state is told" logged \
	"state $disk: is no regular file: nothing is written"
check "and for events" wait_for 5 logged "events $disk: .*Is a directory"
check "and left where it is" test -s "$disk/state"
lab_daemon_stop
checks_end
