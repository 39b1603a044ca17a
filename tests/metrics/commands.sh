# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the programs say of themselves, without a daemon: help, versions, typing
# errors, and --json. Sourced by tests/metrics/run.

programs="handshaked handshakectl handshaked-exporter"

all_commands() { handshakectl help | sed -n 's/^  \([a-z][a-z-]*\).*/\1/p'; }

# Runs it; leaves its output in $dir/out and $dir/err.
exit_of() # COMMAND...
{
	local exit=0

	timeout 10 "$@" >"$dir/out" 2>"$dir/err" </dev/null || exit=$?
	echo "$exit"
}

# Exit 0 with text on standard output, and nothing on standard error.
prints() # COMMAND...
{
	local exit

	exit=$(exit_of "$@")
	cat "$dir/err"
	[ "$exit" = 0 ] && [ -s "$dir/out" ] && [ ! -s "$dir/err" ]
}

# Exit 2, nothing on standard output, and this one line on standard error.
refuses() # LINE COMMAND...
{
	local exit line=$1

	shift
	exit=$(exit_of "$@")
	echo "exit $exit:"
	cat "$dir/out" "$dir/err"
	[ "$exit" = 2 ] && [ ! -s "$dir/out" ] &&
		[ "$(cat "$dir/err")" = "$line" ]
}

# By Python, of the object on standard output.
json_is() # EXPRESSION
{
	"$python" -c '
import json, sys
a = json.load(open(sys.argv[2], encoding="utf-8"))
sys.exit(0 if eval(sys.argv[1]) else str(a))' "$1" "$dir/out"
}

version_is_printed() # PROGRAM
{
	prints "$1" --version
	[ "$(cat "$dir/out")" = "$1 $(sed -n \
		's/^#define HANDSHAKED_VERSION "\(.*\)"/\1/p' include/version.h)" ]
}

help_names_all() # USAGE
{
	grep -q "^usage: $1" "$dir/out" || return 1
	for part in 'options:' '  -h, --help ' '      --version ' 'example:' \
		'exit status: 0 '; do
		grep -q -e "^$part" "$dir/out" || { echo "no $part"; return 1; }
	done
	! grep -n '.\{81\}' "$dir/out"
}

# By --help, -h and "help COMMAND" the same, wherever --help stands.
command_has_help() # COMMAND
{
	prints handshakectl help "$1" || return 1
	help_names_all "handshakectl .*$1" || return 1
	cp "$dir/out" "$dir/help"
	for words in "$1 --help" "$1 -h" "--json $1 --help" "$1 word --help"; do
		# shellcheck disable=SC2086 # words
		prints handshakectl $words || return 1
		cmp "$dir/out" "$dir/help" || return 1
	done
}

help_and_version()
{
	local program command

	for program in $programs; do
		check "$program --version" version_is_printed "$program"
		check "$program --help" prints "$program" --help
		cp "$dir/out" "$dir/help"
		check "$program -h" prints "$program" -h
		check "which is the same" cmp "$dir/out" "$dir/help"
	done
	for program in handshaked handshaked-exporter; do
		prints "$program" --help || true
		check "the help of $program has its parts" \
			help_names_all "$program"
	done
	for command in $(all_commands); do
		check "the help of $command" command_has_help "$command"
		check "$command is in the manual" manual_has "$command"
		check "$command --version" prints handshakectl "$command" \
			--version
	done
}

# Each command, and each option of its own, has its place in the manual.
manual_has() # COMMAND
{
	local option

	sed -n "/^\.It Cm $1\b/,/^\.It Cm/p" src/handshakectl.8 >"$dir/manual"
	[ -s "$dir/manual" ] || { echo "no $1"; return 1; }
	case $1 in
	replay | report) ;;
	*) return 0 ;;
	esac
	for option in $(handshakectl "$1" --help | sed -n '/^options:/,/^$/p' |
		grep -oE '^ +--?[a-z-]+'); do
		[[ $option != -h && $option != --version ]] || continue
		grep -qE -e "Fl ${option#-}( |\$)" "$dir/manual" ||
			{ echo "no $option"; return 1; }
	done
}

typing_errors()
{
	check 'status is near "statsu"' refuses \
		'handshakectl: unknown command "statsu"; did you mean "status"?' \
		handshakectl statsu
	check 'nothing is near "firewall"' refuses \
		'handshakectl: unknown command "firewall"; try "handshakectl --help"' \
		handshakectl firewall
	check "so with help" refuses \
		'handshakectl: unknown command "blok"; did you mean "block"?' \
		handshakectl help blok
	check "an option before the command" refuses \
		'handshakectl: unknown option "--jsno"; did you mean "--json"?' \
		handshakectl --jsno status
	check "behind it" refuses \
		'handshakectl status: unknown option "--jsno"; did you mean "--json"?' \
		handshakectl status --jsno
	check "a letter" refuses \
		'handshakectl status: unknown option "-x"; try "handshakectl status --help"' \
		handshakectl status -x
	check "of replay" refuses \
		'handshakectl replay: unknown option "--locl"; did you mean "--local"?' \
		handshakectl replay --locl ::/0 x
	check "of report" refuses \
		'handshakectl report: unknown option "--htlm"; did you mean "--html"?' \
		handshakectl report --htlm x
	check "of the daemon" refuses \
		'handshaked: unknown option "--verbsoe"; did you mean "--verbose"?' \
		handshaked --verbsoe
	check "of the exporter" refuses \
		'handshaked-exporter: unknown option "--lisen"; did you mean "--listen"?' \
		handshaked-exporter --lisen 127.0.0.1:1
	check "a value that is missing" refuses \
		'handshakectl: option "-s" needs a value' handshakectl -s
}

# Every command prints JSON, before or behind its name, or says that it does not.
json_everywhere()
{
	local command words reason socket

	for command in $(all_commands); do
		words=$command socket=$dir/commands.sock
		case $command in
		top) continue ;;
		explain | block | unblock) words+=" 203.0.113.9" ;;
		# Refused, or it would change a file of this machine.
		disallow) words+=" 203.0.113.9" socket=$dir/refuses.sock ;;
		check-config) words+=" systemd/handshaked.conf" ;;
		report) words+=" $dir/events" ;;
		replay) words+=" $dir/pcap" ;;
		esac
		for words in "--json $words" "$words --json"; do
			# shellcheck disable=SC2086 # words
			exit_of handshakectl -s "$socket" $words >"$dir/exit"
			check "$words prints JSON" json_is 'isinstance(a, dict)'
		done
	done
	reason='handshakectl top: does not answer with --json; for a program there are status, sources and blocklist'
	check "--json top is refused" refuses "$reason" handshakectl --json top
	check "top --json is refused" refuses "$reason" handshakectl top --json
	check "report is JSON or a page" refuses \
		"$(printf '%s\n' 'handshakectl report: either --json or --html' \
			"$(handshakectl report a b 2>&1 | tail -n 1)")" \
		handshakectl report --json --html - x
	handshakectl replay --json "$dir/pcap" >"$dir/events"
	prints handshakectl report --json "$dir/events" || true
	check "the JSON of a report has its numbers" json_is \
		"a['worst'] == [] and a['listed'] == [] and a['bad_lines'] == 0"
	check "help --json has all commands" prints handshakectl help --json
	check_is "in order" "$("$python" -c '
import json, sys
print(*(c["name"] for c in json.load(sys.stdin)["commands"]))' <"$dir/out")" = \
		"$(all_commands | xargs)"
	check "without a daemon --json fails" test "$(exit_of handshakectl \
		--json -s "$dir/none" status)" = 1
	check_is "with a line on standard error, and nothing else" \
		"$(cat "$dir/err" "$dir/out")" = \
		"handshakectl: cannot reach the daemon at $dir/none: No such file or directory; is it running? (systemctl status handshaked)"
}

# Three errors, each with its line; the daemon and handshakectl read alike.
configuration_errors()
{
	printf '%s\n' '[policy]' 'blok_time = 5' 'block_time = 1y # no' \
		'evidence_age = 1h30m # an hour' '[quue]' >"$dir/conf"
	cat >"$dir/errors" <<EOF
$dir/conf:2: [policy] blok_time = "5": unknown key; did you mean "block_time"?
$dir/conf:3: [policy] block_time = "1y": must be a number of seconds from 10 to 2592000, or a time like 10m or 1h30m
$dir/conf:5: [quue]: unknown section; did you mean "queue"?
EOF
	check_is "check-config fails" \
		"$(exit_of handshakectl check-config "$dir/conf")" = 1
	check_is "with all errors" "$(cat "$dir/err")" = \
		"$(sed 's/^/handshakectl: /' "$dir/errors")"
	check_is "--json check-config fails" \
		"$(exit_of handshakectl --json check-config "$dir/conf")" = 1
	check "with all errors in its object" json_is \
		"(a['ok'], a['file'], a['errors']) == (False, '$dir/conf',
		open('$dir/errors').read().splitlines())"
	check_is "handshaked -n fails" \
		"$(exit_of handshaked -n -c "$dir/conf")" = 1
	check_is "with all errors" "$(cat "$dir/err")" = \
		"$(sed 's/^/handshaked: /' "$dir/errors")"
	check_is "and prints no configuration" "$(cat "$dir/out")" = ""
	sed -i '/blok/d; /quue/d; s/1y/2h/' "$dir/conf"
	check "a right one is printed" prints handshaked -n -c "$dir/conf"
	check "with its times in seconds" grep -qx 'block_time = 7200' "$dir/out"
	cp "$dir/out" "$dir/conf"
	check "what is printed is read back" prints handshaked -n -c "$dir/conf"
	check "as the same" cmp "$dir/out" "$dir/conf"
}

commands_explain_themselves()
{
	help_and_version
	typing_errors
	fake_daemon "$dir/commands.sock"
	echo '{"ok": false, "error": "not today"}' >"$dir/refusal"
	fake_daemon "$dir/refuses.sock" "$dir/refusal"
	: >"$dir/events"
	# A capture of no packets: the head of a pcap file, raw IP.
	printf '\324\303\262\241\2\0\4\0\0\0\0\0\0\0\0\0\377\377\0\0\145\0\0\0' \
		>"$dir/pcap"
	json_everywhere
	configuration_errors
}
