#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Promised: the wall clock may jump, either way, under a daemon that runs, and
# nobody is listed, let off or charged for it, for all of this goes by the
# clock that never jumps; the state file follows, so that a restart changes
# nothing either. A jump while nobody runs cannot be seen: set ahead, it lets
# off whose time is over by it; set back, who was listed is for all his time
# again, and no longer.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

day=86400
now_ms() { date +%s%3N; }

set_clock() # SECONDS ahead
{
	echo "$1" >"$lab_dir/clock.new"
	mv -f "$lab_dir/clock.new" "$lab_dir/clock"
	ahead=$1
}

# Of "1h2m3s400ms", in seconds.
left_of() # SOURCE: seconds left in the set
{
	lab_listed "$1" | sed -nE 's/.*expires ([^ ]*).*/\1/p' |
		sed -E 's/[0-9]+ms//; s/([0-9]+)h/ \1*3600 +/
			s/([0-9]+)m/ \1*60 +/; s/([0-9]+)s/ \1 +/; s/$/ 0/' |
		{ read -r sum; echo $((sum)); }
}

# As if no clock had been touched since the listing.
check_left() # SENTENCE
{
	local should=$((3600 - ($(now_ms) - began) / 1000)) left

	left=$(left_of 203.0.113.66)
	check_is "$1: at least" "${left:-0}" -ge $((should - 2 - slow))
	check_is "$1: at most" "${left:-0}" -le $((should + 2 + slow))
}

probe() # HOST ADDRESS PORT...
{
	lab_in "$1" "$lab_python" "$lab_here/send_tcp.py" -g 0.02 "$2" $srv4 - \
		"${@:3}"
}

scored() # PATTERN: what the suspect has
{
	lab_ctl explain 203.0.113.62 | grep -E "^  score +$1 of"
}

# Is the state file's time that of the wall now, to the minute?
state_follows()
{
	local listed

	listed=$(sed -n 's/^offender 203.0.113.66 \([0-9]*\) .*/\1/p' \
		"$lab_dir/state")
	should=$((began + ahead * 1000))
	[ $should -ge 0 ] || should=0
	[ $((listed - should)) -ge -60000 ] && [ $((listed - should)) -le 60000 ]
}

last_event_is_of() # YEAR
{
	tail -n 1 "$lab_dir/events.json" | grep -q "^{\"timestamp\":\"$1-"
}

jump() # NAME SECONDS
{
	set_clock "$2"
	check "$1: the state file follows" wait_for 5 state_follows
	check_left "$1: the scanner stays for the rest of its time"
	check "$1: the suspect has what he had" scored '8\.00'
	check "$1: a client gets in" lab_fetch_both client
	check_not "$1: and is not listed" lab_listed 203.0.113.100
	check "$1: an address is blocked" lab_ctl block 198.51.100.1 10m
	check "$1: which is told with the time there is" wait_for 5 \
		last_event_is_of "$(date -u -d "@$(($(date +%s) + $2))" +%Y)"
}

restart() # with nobody in the sets
{
	lab_daemon_kill9
	lab_nft flush set inet handshaked blocklist4
	lab_daemon policy.block_time=3600
}

lab_up
lab_rules
lab_preload faults
printf '#!/bin/sh\nFAULT_CLOCK=%s/clock LD_PRELOAD=%s exec %s "$@"\n' \
	"$lab_dir" "$lab_tools/faults.so" "$lab_daemon_bin" \
	>"$lab_dir/handshaked"
chmod +x "$lab_dir/handshaked"
lab_daemon_bin=$lab_dir/handshaked
lab_host client 100
lab_host scanner 66
lab_host suspect 62
lab_serve srv
set_clock 0
lab_daemon policy.block_time=3600

probe scanner 203.0.113.66 101 102 103 104 105
check "a scanner is listed" wait_for 3 lab_listed 203.0.113.66
began=$(now_ms)
probe suspect 203.0.113.62 201 202 203 204
check "a suspect is all but listed" wait_for 3 scored '8\.00'

jump "a day ahead" $day
jump "ten years ahead" $((3653 * day))
jump "a day behind" $((-day))
jump "in 1970" $((60 - $(date +%s)))
probe suspect 203.0.113.62 205
check "after all of them, one probe more lists the suspect" \
	wait_for 3 lab_listed 203.0.113.62

# In 1970 the state has no room for when it was: hence another time.
set_clock $((2 * day))
check "two days ahead: the state file follows" wait_for 5 state_follows
restart
check_left "after a restart the scanner has the rest of its time"
set_clock $((3 * day))
restart
check_not "set ahead by a day meanwhile, it is let off" \
	lab_listed 203.0.113.66
check "though not forgotten" eval \
	"lab_ctl explain 203.0.113.66 | grep -E 'offences +1, the last 1d'"
lab_daemon_kill9
set_clock 0
lab_daemon policy.block_time=3600
check "set back meanwhile, it is listed again" lab_listed 203.0.113.66
check_is "for all its time and no longer" "$(left_of 203.0.113.66)" -le 3600
check "a client gets in with all that behind it" lab_fetch_both client
lab_daemon_stop
check_is "the daemon ends as ever" "$lab_daemon_exit" = 0
checks_end
