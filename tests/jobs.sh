# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs jobs side by side for the scripts that run tests. The output of a job
# goes to a file of its own, so that it can be printed whole at its end. The
# sourcing script's jobs end with it, also when a signal ends it. Sourced.

jobs_dir=$(mktemp -d /tmp/hsd-jobs.XXXXXX)
declare -A jobs_item=() jobs_begin=()
exec {jobs_clock}<> <(:)

# A job that gets TERM has 30 s to clean up.
jobs_kill()
{
	local pid end=$((SECONDS + 30))

	for pid in "${!jobs_item[@]}"; do
		kill -TERM -- "$pid" 2>/dev/null || true
	done
	for pid in "${!jobs_item[@]}"; do
		while kill -0 "$pid" 2>/dev/null && ((SECONDS < end)); do
			jobs_pause
		done
		kill -KILL "$pid" 2>/dev/null || true
	done
}

jobs_end()
{
	trap '' HUP INT TERM
	jobs_kill
	rm -rf "$jobs_dir"
}

trap jobs_end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# 0.1 s, without a process.
jobs_pause() { read -rt 0.1 -u "$jobs_clock" _ || true; }

# Calls DONE for each job that has ended: DONE ITEM STATUS FILE SECONDS.
jobs_reap() # DONE
{
	local pid item status

	for pid in "${!jobs_item[@]}"; do
		! kill -0 "$pid" 2>/dev/null || continue
		status=0
		wait "$pid" || status=$?
		item=${jobs_item[$pid]}
		unset "jobs_item[$pid]"
		"$1" "$item" "$status" "$jobs_dir/$pid" \
			$((SECONDS - jobs_begin[$pid]))
		rm -f "$jobs_dir/$pid"
	done
}

# RUN ITEM becomes a job: a function that ends with exec, so that a signal
# reaches the command.
jobs_start() # RUN ITEM
{
	local pid

	(
		trap - EXIT HUP INT TERM
		exec >"$jobs_dir/$BASHPID" 2>&1 </dev/null {jobs_clock}<&-
		"$1" "$2"
	) &
	pid=$!
	jobs_item[$pid]=$2
	jobs_begin[$pid]=$SECONDS
}

# At most WIDTH jobs at a time, in the order given.
jobs_run() # WIDTH RUN DONE ITEM...
{
	local width=$1 run=$2 done=$3

	shift 3
	while [ $# -gt 0 ] || [ ${#jobs_item[@]} -gt 0 ]; do
		if [ $# -gt 0 ] && [ ${#jobs_item[@]} -lt "$width" ]; then
			jobs_start "$run" "$1"
			shift
			continue
		fi
		jobs_pause
		jobs_reap "$done"
	done
}
