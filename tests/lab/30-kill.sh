#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A daemon that dies without a word cuts nobody off and lets no listed source
# in; a new one takes over in the middle of conversations and drops nothing.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/lab.sh"

# Have the answers grown by so many since?
grown() { [ "$(wc -l <"$lab_dir/talk")" -gt "$1" ]; }

talks_on() # WHEN
{
	check "$1 the open connection goes on" \
		wait_for 5 grown $(($(wc -l <"$lab_dir/talk") + 2))
}

lab_require nmap
lab_up
lab_rules
lab_host client 100
lab_host scanner 66
lab_serve srv
lab_daemon
lab_spawn client "$lab_python" "$lab_here/client.py" session $srv4 22 \
	"$lab_dir/talk"
talker=$!
wait_for 5 test -s "$lab_dir/talk"
lab_in scanner nmap -n -Pn -sF -T4 -p 1-60 --max-retries 0 \
	--host-timeout $((20 * slow))s $srv4 >/dev/null
check "a scanner is listed" wait_for 3 lab_listed 203.0.113.66
talks_on "with the daemon"

lab_daemon_kill9
check_is "the daemon is killed" "$lab_daemon_exit" = 137
talks_on "without the daemon"
check "without the daemon new connections pass" lab_fetch_both client
check "without the daemon the scanner stays listed" lab_listed 203.0.113.66
check_not "without the daemon the scanner reaches nothing" \
	lab_fetch scanner http://$srv4/ --max-time 1

lab_daemon model.grace=
talks_on "with a new daemon"
check "with a new daemon new connections pass" lab_fetch_both client
check "with a new daemon the scanner stays listed" lab_listed 203.0.113.66
check_is "the new daemon dropped nothing" "$(lab_status queue.dropped)" = 0
kill -TERM $talker
check "every line of the open connection was answered" wait_child $talker 10
check_not "the client is not listed" lab_listed 203.0.113.100
checks_end
