#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# handshaked-exporter as a unit, under a real systemd: let in by the control
# socket's group, as a user made for it, in its sandbox.
set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/../lab/lab.sh"

unit=handshaked-exporter.service
[ "${IN_VM:-}" = 1 ] || skip_all "not in the VM: run it with tests/vm/run"

of_unit() { systemctl show -P "$1" $unit; }
scrape() { curl -gsS --noproxy '*' --max-time 30 "$@"; }
up_is() # 0|1
{
	scrape http://127.0.0.1:9794/metrics >/tmp/metrics &&
		grep -qx "handshaked_up $1" /tmp/metrics
}
exposure() # prints it; false above 1.5
{
	systemd-analyze security --no-pager $unit | tail -n 1 |
		grep -oE '[0-9]\.[0-9]' | awk '{ print } $1 > 1.5 { exit 1 }'
}

ip link set lo up
check "make install puts everything in place" \
	make -C "$lab_root" --no-print-directory install
check "the user is made" systemd-sysusers
check "the units are read" systemctl daemon-reload
check "the unit is correct" systemd-analyze verify --man=no \
	/usr/lib/systemd/system/$unit
check "the exporter starts without the daemon" systemctl start $unit
check "which is down" wait_for 10 up_is 0
check "the daemon starts" systemctl start handshaked-rules handshaked
check "and is up" wait_for 10 up_is 1
pid=$(of_unit MainPID)
# systemd.exec(5): 61184 to 65519.
check_is "its user is made for it" "$(stat -c %u "/proc/$pid")" -ge 61184
check_is "it has no capability" \
	"$(sed -n 's/^CapBnd:\t//p' "/proc/$pid/status")" = 0000000000000000
check "its sandbox is strict" exposure
check "handshaked stops" systemctl stop handshaked
check "it is down" wait_for 10 up_is 0
check_is "the exporter is not disturbed" "$(of_unit MainPID)" = "$pid"
check "it stops well" systemctl stop $unit
check_is "without failure" "$(of_unit Result)" = success
checks_end
