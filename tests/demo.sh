#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `make demo`: shows handshaked at work in a network of namespaces, which
# touches nothing of this machine's own: two port scanners and an honest client
# at a server behind a gateway. Exit 0 only when both scanners were listed and
# all of the client's requests succeeded.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab/lab.sh"

number=0

step() # TEXT
{
	number=$((number + 1))
	printf '\n%d. %s\n' "$number" "$1"
}

say() { printf '   %s\n' "$@"; }
indented() { sed 's/^/   /'; }

# Fetches until told; each request leaves a line.
honest_client()
{
	until [ -e "$lab_dir/stop" ]; do
		if lab_fetch client http://$srv4/ 2>/dev/null; then
			echo succeeded
		else
			echo failed
		fi
		sleep 0.2
	done >>"$lab_dir/requests"
}

requests() { grep -c "$1" "$lab_dir/requests" || true; }

show_request() # WHEN
{
	printf '   client, %s: curl http://%s/: ' "$1" $srv4
	if lab_fetch client http://$srv4/ -w 'HTTP %{http_code}\n'; then
		echo succeeded >>"$lab_dir/requests"
	else
		echo failed >>"$lab_dir/requests"
	fi
}

# What the report says in sum, and the ports it found open.
scan() # NAME TYPE
{
	lab_in "$1" nmap -n -Pn "-s$2" -T4 -p 1-1000 --max-retries 0 \
		--min-rate 200 --host-timeout 60s $srv4 2>/dev/null |
		sed -n -e '/^Not shown/p' -e '/^All 1000/p' -e '/tcp  *open /p'
}

[ "$(id -u)" = 0 ] || { echo "needs root: sudo make demo"; exit 1; }
[ -x "$lab_daemon_bin" ] || { echo "not built yet: make"; exit 1; }
lab_require nmap

echo "handshaked: two port scanners and an honest client"
step "A network of namespaces: a server behind a gateway, three hosts outside"
lab_up
lab_host client 100
lab_host scanner1 66
lab_host scanner2 67
lab_serve srv
say "client 203.0.113.100    scanners 203.0.113.66 and 203.0.113.67" \
	"gateway 203.0.113.1     server 192.0.2.2 with ports 22, 25, 80 and 443"

step "The gateway loads nft/handshaked.nft and starts handshaked"
lab_probe_kernel >/dev/null
lab_rules
say "kernel path: $lab_kernel_path"
lab_daemon
show_request before

step "nmap -sS from 203.0.113.66 and nmap -sX from 203.0.113.67, 1000 ports"
say "(the client goes on with its requests)"
honest_client &
honest=$!
scan scanner1 S >"$lab_dir/scan1" &
scan1=$!
scan scanner2 X >"$lab_dir/scan2" &
scan2=$!
wait $scan1 $scan2
touch "$lab_dir/stop"
wait $honest
say "What the SYN scan learnt, with no answer since it was listed:"
indented <"$lab_dir/scan1"
say "And the Xmas scan:"
indented <"$lab_dir/scan2"
show_request after

step "The blocklist: nft list set inet handshaked blocklist4"
lab_list blocklist4 | indented

step "handshakectl status"
lab_ctl status | indented

good=$(requests succeeded)
bad=$(requests failed)
listed=0
for address in 203.0.113.66 203.0.113.67; do
	! lab_listed $address >/dev/null || listed=$((listed + 1))
done
printf '\ndemo: %d of 2 scanners listed, %d of %d honest requests succeeded\n' \
	$listed "$good" $((good + bad))
[[ $listed == 2 && $bad == 0 ]] && ! lab_listed 203.0.113.100
