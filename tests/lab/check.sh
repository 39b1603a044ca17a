# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Assertions and waiting for the lab's tests: each claim is a sentence, printed
# as "ok - sentence" or "not ok - sentence". Sourced by lab.sh; knows nothing
# of namespaces or of the daemon.

checks_passed=0
checks_failed=0
checks_output=/dev/null # of the command in hand; lab_up names a file

# Emulation is slow, so everything that waits waits longer there.
slow=1
[ "${IN_VM:-}" != 1 ] || slow=6

note() { printf '# %s\n' "$*"; }

ok() # SENTENCE
{
	printf 'ok - %s\n' "$1"
	checks_passed=$((checks_passed + 1))
}

not_ok() # SENTENCE [DETAIL...]: each detail is shown below it
{
	printf 'not ok - %s\n' "$1"
	checks_failed=$((checks_failed + 1))
	shift
	[ $# = 0 ] || printf '%s\n' "$@" | sed 's/^/#   /'
}

# Holds when the command succeeds; shows its output otherwise.
check() # SENTENCE COMMAND...
{
	local sentence=$1 exit=0

	shift
	"$@" >"$checks_output" 2>&1 || exit=$?
	if [ $exit = 0 ]; then
		ok "$sentence"
	else
		not_ok "$sentence" "$*: exit $exit" "$(cat "$checks_output")"
	fi
}

check_not() # SENTENCE COMMAND...
{
	local sentence=$1

	shift
	if "$@" >"$checks_output" 2>&1; then
		not_ok "$sentence" "$* succeeded" "$(cat "$checks_output")"
	else
		ok "$sentence"
	fi
}

check_is() # SENTENCE VALUE OPERATOR VALUE: operators of test(1), = included
{
	# shellcheck disable=SC1072,SC1073,SC1009 # the operator is a variable
	if test "$2" "$3" "$4"; then
		ok "$1"
	else
		not_ok "$1" "$2 $3 $4 is not so"
	fi
}

# Until the command succeeds, or false after so many seconds.
wait_for() # SECONDS COMMAND...
{
	local end=$((SECONDS + $1 * slow + 1))

	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		sleep 0.05
	done
}

gone() { ! kill -0 "$1" 2>/dev/null; }

# The exit code of a child, which gets so many seconds before it is killed.
wait_child() # PID SECONDS
{
	wait_for "$2" gone "$1" || kill -KILL "$1" 2>/dev/null || true
	wait "$1"
}

skip_all() # WHY: ends the test
{
	echo "skipped: $*"
	exit 77
}

# The last line of a test.
checks_end()
{
	echo "1..$((checks_passed + checks_failed))"
	[ "$checks_failed" = 0 ]
}
