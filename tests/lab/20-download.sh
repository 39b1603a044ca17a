#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A settled connection stays in the kernel: a download of 100 MB through the
# gateway shows the daemon a handful of packets.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

lab_up
lab_rules
lab_host client 100
lab_serve srv
lab_daemon

for address in $srv4 "[$srv6]"; do
	before=$(lab_counter queued)
	bytes=$(lab_fetch client "http://$address/big" -w '%{size_download}' \
		--max-time 100) || true
	queued=$(($(lab_counter queued) - before))
	check_is "100 MB come from $address" "$bytes" = 104857600
	check_is "and $queued packets of it were queued, under 20" \
		"$queued" -lt 20
	check_is "and at least a handshake's 3" "$queued" -ge 3
done
checks_end
